//! The file of the processes that deployments are made of, and of the images of releases.

use super::super::document::repository;
use super::super::entries;
use super::super::fields::{TableFields, terms};
use super::super::files;
use super::super::suggest::shown;
use super::{releases, sources, text, texts};
use crate::load::problems::Problems;
use crate::matrix::Vocabulary;
use crate::matrix::deploy::{
    ComponentRole, DeploySettings, EngineOptions, ImagePattern, OptionFile, OptionForm,
    PatternRole, ProcessModule, Processes, ReleaseImage, TagWords, WorkerRoles,
};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/processes/v1";

/// The keys of such a file.
const KEYS: [&str; 12] = [
    "format",
    "repository",
    "module",
    "image",
    "release-image",
    "role",
    "pattern-role",
    "workers",
    "engine-options",
    "option-file",
    "placeholder-tags",
    "preview-words",
];

/// Reads the processes, and the settings with all that this file tells of them; `None` where the text is no
/// TOML.
pub(in crate::load::model) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<(Processes, DeploySettings)> {
    let table = files::parse(text, 0, problems)?;
    let root = TableFields::new(&table, files::whole(0), &KEYS, problems);
    files::check_format(&root, FORMAT, problems);
    let repository = root.text("repository").and_then(|at| repository(&at, problems));
    let modules =
        root.tables("module", &["name", "role", "backend", "engine-beside", "releases", "source"]);
    let images = root.tables("image", &["match", "backend", "role", "releases"]);
    let keys = ["name", "v1alpha1", "v1beta1", "default-command", "releases"];
    let roles: Vec<ComponentRole> =
        root.tables("role", &keys).iter().filter_map(|row| role(row, problems)).collect();
    let pattern_roles = root.tables("pattern-role", &["role", "flag", "env", "module"]);
    let keys = ["name", "tag", "backend", "role", "cuda", "releases", "source"];
    let release_images = root.tables("release-image", &keys);
    let workers = root.tables("workers", &["terms", "roles"]);
    let keys = ["program", "flag", "env", "holds", "inline", "source"];
    let option_files = root.tables("option-file", &keys);
    let options = root.tables("engine-options", &["backend", "flag", "source"]);
    let settings = DeploySettings {
        images: release_images.iter().filter_map(|row| release_image(row, problems)).collect(),
        workers: workers.iter().filter_map(|row| worker_roles(row, vocabulary, problems)).collect(),
        roles: roles.iter().map(|role| role.name.clone()).collect(),
        engine_options: options.iter().filter_map(engine_options).collect(),
        ..DeploySettings::default()
    };
    let processes = Processes {
        repository,
        modules: modules.iter().filter_map(|row| module(row, problems)).collect(),
        images: images.iter().filter_map(|row| image_pattern(row, problems)).collect(),
        roles,
        pattern_roles: pattern_roles.iter().filter_map(pattern_role).collect(),
        option_files: option_files.iter().filter_map(|row| option_file(row, problems)).collect(),
        tags: TagWords {
            placeholders: texts(&root, "placeholder-tags"),
            previews: texts(&root, "preview-words"),
        },
    };
    Some((processes, settings))
}

fn module(row: &TableFields<'_>, problems: &Problems) -> Option<ProcessModule> {
    let (name, role, sources) = (row.filled_text("name"), row.filled_text("role"), sources(row));
    Some(ProcessModule {
        name: name?.value,
        role: role?.value,
        backend: text(row, "backend"),
        has_engine_beside: row.flag("engine-beside"),
        releases: releases(row, problems),
        sources,
    })
}

fn option_file(row: &TableFields<'_>, problems: &Problems) -> Option<OptionFile> {
    let (program, flag, holds) =
        (row.filled_text("program"), row.filled_text("flag"), row.required_text("holds"));
    let holds = holds?;
    let form = match holds.value.as_str() {
        "flags" => OptionForm::Flags,
        "options" => OptionForm::Options,
        "value" => OptionForm::Value,
        other => {
            let message = format!("`{}` is nothing that a file of options holds", shown(other));
            let help = "write `flags`, `options` or `value`";
            problems.error("unknown-form", &holds.place, message, help);
            return None;
        }
    };
    Some(OptionFile {
        program: program?.value,
        flag: flag?.value,
        variables: texts(row, "env"),
        holds: form,
        is_inline: row.flag("inline"),
        sources: sources(row),
    })
}

fn image_pattern(row: &TableFields<'_>, problems: &Problems) -> Option<ImagePattern> {
    Some(ImagePattern {
        pattern: row.filled_text("match")?.value,
        backend: text(row, "backend"),
        role: text(row, "role"),
        releases: releases(row, problems),
    })
}

fn role(row: &TableFields<'_>, problems: &Problems) -> Option<ComponentRole> {
    Some(ComponentRole {
        name: row.filled_text("name")?.value,
        v1alpha1: super::pairs(row, "v1alpha1", problems),
        v1beta1: super::pairs(row, "v1beta1", problems),
        default_command: texts(row, "default-command"),
        releases: releases(row, problems),
    })
}

fn pattern_role(row: &TableFields<'_>) -> Option<PatternRole> {
    Some(PatternRole {
        role: row.filled_text("role")?.value,
        flags: texts(row, "flag"),
        variables: texts(row, "env"),
        modules: texts(row, "module"),
    })
}

fn release_image(row: &TableFields<'_>, problems: &Problems) -> Option<ReleaseImage> {
    let (name, tag, sources) = (row.filled_text("name"), row.filled_text("tag"), sources(row));
    Some(ReleaseImage {
        name: name?.value,
        tag: tag?.value,
        backend: text(row, "backend"),
        role: text(row, "role"),
        cuda: text(row, "cuda"),
        releases: releases(row, problems),
        sources,
    })
}

fn worker_roles(
    row: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<WorkerRoles> {
    let held = match row.value("terms") {
        Some(value) => {
            let written = terms(&value, problems)?;
            entries::terms(&written, vocabulary, Some(&vocabulary.dimension), None, problems)?
        }
        None => Vec::new(),
    };
    Some(WorkerRoles { terms: held, roles: texts(row, "roles") })
}

fn engine_options(row: &TableFields<'_>) -> Option<EngineOptions> {
    let (backend, flag) = (row.filled_text("backend"), row.filled_text("flag"));
    Some(EngineOptions { backend: backend?.value, flag: flag?.value, sources: sources(row) })
}
