//! The file of the objects that plans are written as.

use super::super::document::repository;
use super::super::entries;
use super::super::fields::{TableFields, terms};
use super::super::files;
use super::super::suggest::shown;
use super::values::table;
use super::{pairs, releases, sources, text, texts};
use crate::load::problems::Problems;
use crate::matrix::deploy::{
    ApiShape, BaseProcess, CompanionObject, ComponentNames, EngineFile, ManifestModel,
    ManifestRemark, ReleaseRanges, RemarkSeverity, UserValue,
};
use crate::matrix::{Term, Vocabulary};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/manifests/v1";

/// The keys of such a file.
const KEYS: [&str; 10] = [
    "format",
    "repository",
    "namespace",
    "api",
    "names",
    "process",
    "engine-file",
    "object",
    "ask",
    "remark",
];

/// The keys of an `[[api]]`.
const API_KEYS: [&str; 12] = [
    "version",
    "releases",
    "components",
    "by-name",
    "container",
    "gpus",
    "secret",
    "secrets",
    "volumes",
    "release-field",
    "release-field-from",
    "source",
];

/// Reads what manifests are written by; `None` where the text is no TOML.
pub(in crate::load::model) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<ManifestModel> {
    let parsed = files::parse(text, 0, problems)?;
    let root = TableFields::new(&parsed, files::whole(0), &KEYS, problems);
    files::check_format(&root, FORMAT, problems);
    let apis = root.tables("api", &API_KEYS);
    let names = root.tables("names", &["backend", "roles"]);
    let keys = [
        "role",
        "backend",
        "releases",
        "terms",
        "every-plan",
        "command",
        "args",
        "uses-gpus",
        "gpu-args",
        "uses-secret",
        "source",
    ];
    let processes = root.tables("process", &keys);
    let keys = ["backend", "flag", "directory", "config-map", "file", "source"];
    let engine_files = root.tables("engine-file", &keys);
    let objects = root.tables("object", &["kind", "api", "name", "spec", "source"]);
    let keys = ["id", "flag", "terms", "backend", "releases", "stands", "text"];
    let asks = root.tables("ask", &keys);
    let keys = ["severity", "terms", "backend", "releases", "role", "replicas", "text", "source"];
    let remarks = root.tables("remark", &keys);
    Some(ManifestModel {
        repository: root.text("repository").and_then(|at| repository(&at, problems)),
        namespace: root.required_text("namespace").map(|text| text.value).unwrap_or_default(),
        apis: apis.iter().filter_map(|row| api(row, problems)).collect(),
        names: names.iter().filter_map(|row| component_names(row, problems)).collect(),
        processes: processes.iter().filter_map(|row| process(row, vocabulary, problems)).collect(),
        engine_files: engine_files.iter().filter_map(engine_file).collect(),
        objects: objects.iter().filter_map(|row| object(row, problems)).collect(),
        asks: asks.iter().filter_map(|row| ask(row, vocabulary, problems)).collect(),
        remarks: remarks.iter().filter_map(|row| remark(row, vocabulary, problems)).collect(),
    })
}

fn api(row: &TableFields<'_>, problems: &Problems) -> Option<ApiShape> {
    let (version, components) = (row.filled_text("version"), row.filled_text("components"));
    Some(ApiShape {
        version: version?.value,
        releases: releases(row, problems),
        components: components?.value,
        by_name: row.flag("by-name"),
        container: texts(row, "container"),
        gpus: texts(row, "gpus"),
        secret: texts(row, "secret"),
        secrets: texts(row, "secrets"),
        volumes: texts(row, "volumes"),
        release_field: text(row, "release-field"),
        release_field_from: match row.value("release-field-from") {
            Some(_) => super::ranges(row, "release-field-from", problems),
            None => ReleaseRanges::default(),
        },
        sources: sources(row),
    })
}

fn component_names(row: &TableFields<'_>, problems: &Problems) -> Option<ComponentNames> {
    let backend = row.filled_text("backend")?.value;
    Some(ComponentNames { backend, roles: pairs(row, "roles", problems) })
}

fn process(
    row: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<BaseProcess> {
    if row.value("role").is_none() {
        row.missing("role");
    }
    Some(BaseProcess {
        roles: texts(row, "role"),
        backend: text(row, "backend"),
        releases: releases(row, problems),
        terms: held(row, vocabulary, problems)?,
        in_every_plan: row.flag("every-plan"),
        command: texts(row, "command"),
        args: texts(row, "args"),
        uses_gpus: row.flag("uses-gpus"),
        gpu_args: texts(row, "gpu-args"),
        uses_secret: row.flag("uses-secret"),
        sources: sources(row),
    })
}

fn engine_file(row: &TableFields<'_>) -> Option<EngineFile> {
    let written = |key: &str| row.filled_text(key).map(|text| text.value);
    let (backend, flag, directory) = (written("backend"), written("flag"), written("directory"));
    let (config_map, file, sources) = (written("config-map"), written("file"), sources(row));
    Some(EngineFile {
        backend: backend?,
        flag: flag?,
        directory: directory?,
        config_map: config_map?,
        file: file?,
        sources,
    })
}

fn object(row: &TableFields<'_>, problems: &Problems) -> Option<CompanionObject> {
    let (kind, api, name) =
        (row.filled_text("kind"), row.filled_text("api"), row.filled_text("name"));
    Some(CompanionObject {
        kind: kind?.value,
        api: api?.value,
        name: name?.value,
        spec: table(row, "spec", problems),
        sources: sources(row),
    })
}

fn ask(row: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Option<UserValue> {
    let (id, said) = (row.filled_text("id"), row.filled_text("text"));
    Some(UserValue {
        id: id?.value,
        flag: text(row, "flag"),
        terms: held(row, vocabulary, problems)?,
        backend: text(row, "backend"),
        releases: releases(row, problems),
        stands: text(row, "stands"),
        text: said?.value,
    })
}

fn remark(
    row: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<ManifestRemark> {
    let (severity, said) = (severity(row, problems), row.filled_text("text"));
    Some(ManifestRemark {
        severity: severity?,
        terms: held(row, vocabulary, problems)?,
        backend: text(row, "backend"),
        releases: releases(row, problems),
        roles: texts(row, "role"),
        replicas: row.number("replicas"),
        text: said?.value,
        sources: texts(row, "source"),
    })
}

fn severity(row: &TableFields<'_>, problems: &Problems) -> Option<RemarkSeverity> {
    let written = row.required_text("severity")?;
    match written.value.as_str() {
        "note" => Some(RemarkSeverity::Note),
        "warning" => Some(RemarkSeverity::Warning),
        "refusal" => Some(RemarkSeverity::Refusal),
        other => {
            let message = format!("`{}` is no severity", shown(other));
            let help = "write `note`, `warning` or `refusal`";
            problems.error("unknown-severity", &written.place, message, help);
            None
        }
    }
}

/// What must hold in the plan: features on or off, options.
fn held(row: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Option<Vec<Term>> {
    let Some(value) = row.value("terms") else { return Some(Vec::new()) };
    let written = terms(&value, problems)?;
    entries::terms(&written, vocabulary, Some(&vocabulary.dimension), None, problems)
}
