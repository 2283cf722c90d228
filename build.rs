//! Compiles the bundled models: reads every file of `model/` with the program's own loader and
//! leaves one record per release in the postcard format. A problem in a file fails the build and is printed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the build needs a part of what the program needs"
)]
#[path = "src/matrix/mod.rs"]
mod matrix;

#[allow(dead_code, unused_imports, unreachable_pub, reason = "as above")]
#[path = "src/load"]
mod load {
    pub(crate) mod bidi;
    mod diagnostic;
    mod file_span;
    mod loaded;
    mod marks;
    mod model;
    mod origins;
    mod pins;
    mod placed_cells;
    mod problems;
    mod text;
    mod triangle;
    mod variant_pairs;

    pub const MAX_BYTES: usize = 64 << 20;
    pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
    pub use file_span::FileSpan;
    pub use loaded::{DocumentKind, Loaded};
    pub use model::{
        IncludeFolder, ReadFile, api_schemas, check_rules, descriptions, facts, flag_table,
        known_releases, manifests, model, processes, recorded, rule_set, signals, unlisted_topics,
        upgrade_changes, vocabulary,
    };
    pub use origins::Origins;
}

use load::Report;
use matrix::deploy::{
    ApiSchema, CheckRule, DeploySettings, FlagTable, ManifestModel, Processes, Signal,
};
use matrix::{
    DEFAULT_RELEASE, Description, KnownRelease, Matrix, Note, Recorded, Release, Rule, RuleSet,
    UnlistedTopic, UpgradeChange, Vocabulary,
};
use serde::Serialize;

fn main() -> ExitCode {
    for path in ["model", "src/matrix", "src/load", "build.rs"] {
        println!("cargo:rerun-if-changed={path}");
    }
    match bundle() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn bundle() -> Result<(), Box<dyn Error>> {
    let vocabulary = vocabulary()?;
    let mut matrices = matrices(&vocabulary)?;
    matrices.sort_by(|a, b| a.release.cmp(&b.release));
    let rule_sets = rule_sets(&vocabulary)?;
    let folder = PathBuf::from(std::env::var("OUT_DIR")?);
    let default = Some(Release::new(DEFAULT_RELEASE));
    if !matrices.iter().any(|matrix| matrix.release == default) {
        return Err("the default release is not bundled".into());
    }
    let mut source = String::from("pub(super) static RELEASES: &[Records] = &[\n");
    for matrix in &mut matrices {
        let notes = taken_notes(matrix);
        let label = matrix.release.as_ref().ok_or("a bundled model names no release")?.as_str();
        let levels = record(&folder, label, matrix)?;
        let notes = record(&folder, &format!("{label}-notes"), &notes)?;
        let rules = rules_of(&rule_sets, &Release::new(label));
        let rules = record(&folder, &format!("{label}-rules"), &rules)?;
        source.push_str(&format!(
            "    Records {{ label: {label:?}, levels: {levels}, notes: {notes}, rules: {rules} }},\n"
        ));
    }
    source.push_str("];\n");
    let known = known_releases(&vocabulary)?;
    let full = known.iter().filter(|known| known.is_full()).map(|known| &known.release);
    let newest = full.chain(matrices.iter().filter_map(|matrix| matrix.release.as_ref())).max();
    let newest = newest.map(Release::as_str);
    source.push_str(&format!("pub(super) static NEWEST_KNOWN: Option<&str> = {newest:?};\n"));
    let (signals, processes, settings) = deployments(&vocabulary)?;
    for (name, record) in [
        ("VOCABULARY", record(&folder, "vocabulary", &vocabulary)?),
        ("FACTS", record(&folder, "facts", &vocabulary.facts)?),
        ("UNLISTED", record(&folder, "unlisted", &unlisted_topics(&vocabulary)?)?),
        ("DESCRIPTIONS", record(&folder, "descriptions", &descriptions(&vocabulary)?)?),
        ("RULE_SETS", record(&folder, "rule-sets", &rule_sets)?),
        ("KNOWN_RELEASES", record(&folder, "known-releases", &known)?),
        ("RECORDED", record(&folder, "recorded", &recorded()?)?),
        ("UPGRADES", record(&folder, "upgrades", &upgrade_changes(&vocabulary)?)?),
        ("FLAGS", record(&folder, "flags", &flags()?)?),
        ("SIGNALS", record(&folder, "signals", &signals)?),
        ("PROCESSES", record(&folder, "processes", &processes)?),
        ("SETTINGS", record(&folder, "settings", &settings)?),
        ("FINDINGS", record(&folder, "findings", &findings()?)?),
        ("MANIFESTS", record(&folder, "manifests", &manifests(&vocabulary)?)?),
        ("SCHEMAS", record(&folder, "schemas", &api_schemas()?)?),
    ] {
        source.push_str(&format!("pub(super) static {name}: &[u8] = {record};\n"));
    }
    Ok(fs::write(folder.join("bundle.rs"), source)?)
}

/// The rule sets with their rules about one release alone.
fn rules_of(sets: &[RuleSet], release: &Release) -> Vec<RuleSet> {
    let about = |rule: &&Rule| rule.is_in_range(Some(release));
    let of_set = |set: &RuleSet| RuleSet {
        rules: set.rules.iter().filter(about).cloned().collect(),
        ..set.clone()
    };
    sets.iter().map(of_set).collect()
}

/// Takes the notes out of a matrix: those of each backend, then of each of its cells, in order. What
/// only compares levels need not decode them.
fn taken_notes(matrix: &mut Matrix) -> Vec<Vec<Note>> {
    let mut notes = Vec::new();
    for backend in &mut matrix.backends {
        notes.push(std::mem::take(&mut backend.notes));
        notes.extend(backend.cells.iter_mut().map(|cell| std::mem::take(&mut cell.notes)));
    }
    notes
}

/// Writes a value in the postcard format, and gives the Rust expression that includes it.
fn record(folder: &Path, name: &str, value: &impl Serialize) -> Result<String, Box<dyn Error>> {
    let path = folder.join(format!("{name}.postcard"));
    fs::write(&path, postcard::to_allocvec(value)?)?;
    Ok(format!("include_bytes!({path:?})"))
}

fn vocabulary() -> Result<Vocabulary, Box<dyn Error>> {
    let path = Path::new("model/vocabulary.toml");
    let mut vocabulary =
        load::vocabulary(fs::read(path)?, path).map_err(|found| printed(&found))?;
    let path = Path::new("model/facts.toml");
    vocabulary.facts = load::facts(fs::read(path)?, path).map_err(|found| printed(&found))?;
    Ok(vocabulary)
}

fn known_releases(vocabulary: &Vocabulary) -> Result<Vec<KnownRelease>, Box<dyn Error>> {
    let path = Path::new("model/known-releases.toml");
    let read = load::known_releases(fs::read(path)?, path, vocabulary);
    Ok(read.map_err(|reports| printed(&reports))?)
}

fn unlisted_topics(vocabulary: &Vocabulary) -> Result<Vec<UnlistedTopic>, Box<dyn Error>> {
    let path = Path::new("model/not-in-matrix.toml");
    let read = load::unlisted_topics(fs::read(path)?, path, vocabulary);
    Ok(read.map_err(|reports| printed(&reports))?)
}

fn descriptions(vocabulary: &Vocabulary) -> Result<Vec<Description>, Box<dyn Error>> {
    let path = Path::new("model/descriptions.toml");
    let read = load::descriptions(fs::read(path)?, path, vocabulary);
    Ok(read.map_err(|reports| printed(&reports))?)
}

fn upgrade_changes(vocabulary: &Vocabulary) -> Result<Vec<UpgradeChange>, Box<dyn Error>> {
    let path = Path::new("model/upgrades.toml");
    let read = load::upgrade_changes(fs::read(path)?, path, vocabulary);
    Ok(read.map_err(|reports| printed(&reports))?)
}

fn recorded() -> Result<(String, Vec<Recorded>), Box<dyn Error>> {
    let path = Path::new("model/recorded.toml");
    Ok(load::recorded(fs::read(path)?, path).map_err(|reports| printed(&reports))?)
}

fn flags() -> Result<FlagTable, Box<dyn Error>> {
    let path = Path::new("model/deploy/flags.toml");
    Ok(load::flag_table(fs::read(path)?, path).map_err(|reports| printed(&reports))?)
}

fn findings() -> Result<Vec<CheckRule>, Box<dyn Error>> {
    let path = Path::new("model/deploy/findings.toml");
    Ok(load::check_rules(fs::read(path)?, path).map_err(|reports| printed(&reports))?)
}

fn manifests(vocabulary: &Vocabulary) -> Result<ManifestModel, Box<dyn Error>> {
    let path = Path::new("model/deploy/manifests.toml");
    Ok(load::manifests(fs::read(path)?, path, vocabulary).map_err(|reports| printed(&reports))?)
}

fn api_schemas() -> Result<Vec<ApiSchema>, Box<dyn Error>> {
    let path = Path::new("model/deploy/schema.toml");
    Ok(load::api_schemas(fs::read(path)?, path).map_err(|reports| printed(&reports))?)
}

/// The signals, the processes, and what is set: the parts that both files tell of it.
fn deployments(
    vocabulary: &Vocabulary,
) -> Result<(Vec<Signal>, Processes, DeploySettings), Box<dyn Error>> {
    let path = Path::new("model/deploy/signals.toml");
    let read = load::signals(fs::read(path)?, path, vocabulary);
    let (signals, settings) = read.map_err(|reports| printed(&reports))?;
    let path = Path::new("model/deploy/processes.toml");
    let read = load::processes(fs::read(path)?, path, vocabulary);
    let (processes, images) = read.map_err(|reports| printed(&reports))?;
    Ok((signals, processes, settings.with(images)))
}

fn matrices(vocabulary: &Vocabulary) -> Result<Vec<Matrix>, Box<dyn Error>> {
    let mut matrices = Vec::new();
    for path in toml_files("model/releases")? {
        let folder = load::IncludeFolder::of_file(&path);
        let read = |path: &Path| folder.read(path);
        let loaded = load::model(fs::read(&path)?, &path, vocabulary, &read)
            .map_err(|reports| printed(&reports))?;
        matrices.push(loaded.matrix);
    }
    Ok(matrices)
}

fn rule_sets(vocabulary: &Vocabulary) -> Result<Vec<RuleSet>, Box<dyn Error>> {
    let mut sets = Vec::new();
    for path in toml_files("model/rules")? {
        sets.push(
            load::rule_set(fs::read(&path)?, &path, vocabulary)
                .map_err(|reports| printed(&reports))?,
        );
    }
    Ok(sets)
}

/// The TOML files of a directory, by name.
fn toml_files(directory: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}

/// Every problem in a line of its own.
fn printed(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        for problem in &report.diagnostics {
            let at = report.position(problem).map(|at| format!(":{at}")).unwrap_or_default();
            let help = problem.help.as_deref().unwrap_or_default();
            let (file, code, message) = (&report.file, problem.code, &problem.message);
            text.push_str(&format!("{file}{at}: {message} [{code}]; {help}\n"));
        }
    }
    text
}
