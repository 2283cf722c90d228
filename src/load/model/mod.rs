//! Model files: bytes in, a [`Matrix`] with the places of its cells out, or every problem.
//!
//! A model file is TOML. A person reviews it beside the published page, so every table of the page
//! is drawn as a table, between `'''` and `'''`:
//!
//! ```toml
//! format = "dynamo-plan/model/v1"
//! release = "0.9.0"                       # optional; a model without one counts as oldest
//! include = ["../grids/0.9.0.toml"]       # optional, relative to this file
//!
//! features = '''
//! | Feature               | vLLM | SGLang |
//! | Disaggregated Serving | ✅   | ✅     |
//! | KV Block Manager      | ✅   | 🚧 !   |
//! | Multimodal (Image)    | ✅   |        |
//! '''
//!
//! patterns = '''
//! | Pattern | vLLM | SGLang |
//! | EPD     | ✅   |        |
//! | E/PD    | ✅   | ✅     |
//! | EP/D    | ✅   |        |
//! | E/P/D   | ✅   | ✅     |
//! '''
//!
//! [source]
//! path = "docs/reference/feature-matrix.md"
//!
//! [pairs]
//! vllm = '''
//! | Feature               | Disaggregated Serving | KV Block Manager | Multimodal |
//! | Disaggregated Serving | —                     |                  |            |
//! | KV Block Manager      | ✅                    | —                |            |
//! | Multimodal            | ✅                    | ✅               | —          |
//! '''
//! sglang = '''
//! | Feature |
//! '''
//!
//! [[note]]
//! backend = "sglang"
//! terms = ["kv-block-manager"]
//! kind = "limit"
//! caveat = true
//! text = "Works with one worker only."
//! source = "docs/components/kvbm/README.md"
//! ```
//!
//! # Cells of a grid
//!
//! | written | level |
//! | --- | --- |
//! | `✅` `✓` `supported` | supported |
//! | `🚧` `🧪` `experimental` | experimental |
//! | `?` `undocumented` | undocumented |
//! | `—` `not-applicable` | not-applicable |
//! | a blank, `❌` `✗` `unsupported` | unsupported |
//! | `~` | there is no such cell: as undocumented, but another part of the model may still say it |
//!
//! A `!` after a supported or experimental mark is the caveat flag. **Every cell must be
//! written**: a row that ends early, a name with a column and no row, a backend without a pair
//! grid or a pattern without a row is an error (`missing-cell`). What nobody documented is `?`; a
//! feature that is in no pair table at all is left out of the pair grid, and its pairs then have no
//! cells.
//!
//! A pair grid is a lower triangle with rows and columns in the same order. Its diagonal is blank or
//! `—`. The upper half is blank, or left away, or repeats the lower half.
//!
//! # Tables
//!
//! | key | what it says |
//! | --- | --- |
//! | `features` | rows: features; columns: backends |
//! | `[pairs]` | one grid per backend; rows and columns: features or groups |
//! | `patterns` | rows: options of the dimension; columns: backends. Only a model with this grid or a `[dimension]` has the dimension |
//! | `release`, `released` | the label of the release, which is none of the words `all`, `latest` and `newest`, and its day, as `2026-02-11` |
//! | `[source]` | `path`, `commit`, `date` and `sha256` of the document, and the address of the `repository` that paths are of |
//! | `[anchors]` | where in it the tables stand: `features`, `pairs`, `patterns`, each one text or a table with a text per backend. `#quick-comparison` is put after the path; any other text replaces it |
//! | `[engines]` | the engine version per backend |
//! | `[[platform]]` | `backend`, `cuda`, `min-driver`, `experimental` |
//! | `[[cell]]` | a cell with any terms: `backend`, `terms`, `level`, `caveat`, `source`, `releases` |
//! | `[[note]]` | `text` on the cell with these `terms` (or on each of several `cells`), or on the backend where there are none: `id`, `backend`, `when` (terms and facts that must hold too), `kind` (`requirement`, `limit`, `known-issue`, `deprecated`, `disputed` or `info`), `caveat`, `role` and `names` (whose flags and variables it is about, and which), `set-by` (the signals whose settings do what it asks for), `workaround`, `fixed-in`, `source` (one or several, `""` for none), `releases` |
//! | `[[feature]]`, `[[group]]`, `[[backend]]` | `name`, `id`, `aliases` and, for a feature, its `group` |
//! | `[dimension]` | `id`, `name`, `when` and a `[[dimension.option]]` per option: `id`, `roles`, `requires`, `summary` |
//!
//! `backend` is one name or a list; without it an entry is about every backend. `releases` is a
//! range such as `">=1.0, <1.3"`, or several of which one must hold; an entry that is not about the
//! model's release is passed over.
//! `terms` are ids of features or groups, or options such as `pattern=E/P/D`, each with `!` before
//! it where it must be off. `when` may also name facts, such as `fact=multi-node`.
//!
//! # Names
//!
//! A feature's id is the slug of its printed name, a backend's likewise. The bundled vocabulary adds
//! what is known of an id: aliases, the group, the names of backends. Names that it does not know
//! simply work. A feature `X (Y)` belongs to the group `X` where a pair grid names `X`, a
//! `[[group]]` does, or the vocabulary says so.
//!
//! # Includes
//!
//! Each table is written in one of the files; entries in double brackets are joined in the order of
//! the files.
//!
//! An included file is a regular file in the folder of the model or below it; for a model in a tree
//! whose top folder holds a `vocabulary.toml`, it is anywhere in that tree. Links are resolved
//! first. Absolute paths and whatever leads outside are refused without being opened.

mod assemble;
mod cells;
mod context;
mod deploy;
mod descriptions;
mod document;
mod entries;
mod fields;
mod files;
mod grid;
mod guard;
mod include;
mod known_releases;
mod mark;
mod name_table;
mod names;
mod pairs;
mod placed;
mod rules;
mod suggest;
mod unlisted;
mod upgrades;
mod vocabulary;
mod write;

use std::path::Path;

use files::ModelFiles;
pub use files::ReadFile;
pub use include::IncludeFolder;
pub(crate) use suggest::nearest;
pub use write::write_model;

use super::problems::{Input, Problems};
use super::{DocumentKind, Loaded, Report};
use crate::matrix::deploy::{
    ApiSchema, CheckRule, DeploySettings, FlagTable, ManifestModel, Processes, Signal,
};
use crate::matrix::{
    Description, Fact, KnownRelease, Level, Recorded, RuleSet, UnlistedTopic, UpgradeChange,
    Vocabulary,
};

/// Reads a model from the bytes of a file and, through `read`, of those that it includes. A `read`
/// that looks at the file system is [`IncludeFolder::read`], which keeps to one folder.
///
/// # Errors
///
/// One report per file that was read, with every problem that was found in it.
pub fn model(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
    read: &ReadFile<'_>,
) -> Result<Loaded, Vec<Report>> {
    let problems = Problems::of_model();
    let mut files = ModelFiles::new(read, &problems);
    let document = files.add(file, bytes);
    let sha256 = files.sha256();
    let complete = files.complete;
    let inputs = files.inputs;
    let made = document
        .filter(|_| complete)
        .and_then(|document| assemble::matrix(&document, &inputs, sha256, vocabulary, &problems));
    let failed = problems.has_errors();
    let reports = problems.into_reports(inputs);
    match made {
        Some((matrix, origins)) if !failed => {
            Ok(Loaded { origins, reports, kind: DocumentKind::Model, ..Loaded::of(matrix) })
        }
        _ => Err(reports),
    }
}

/// Reads a vocabulary file.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn vocabulary(bytes: Vec<u8>, file: &Path) -> Result<Vocabulary, Vec<Report>> {
    single(bytes, file, vocabulary::read)
}

/// Reads a file of facts.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn facts(bytes: Vec<u8>, file: &Path) -> Result<Vec<Fact>, Vec<Report>> {
    single(bytes, file, vocabulary::read_facts)
}

/// Reads a file of what features, groups and backends are. The ids are held against a vocabulary.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn descriptions(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<Vec<Description>, Vec<Report>> {
    single(bytes, file, |text, problems| descriptions::read(text, vocabulary, problems))
}

/// Reads a file of releases that are known without a matrix.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn known_releases(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<Vec<KnownRelease>, Vec<Report>> {
    single(bytes, file, |text, problems| known_releases::read(text, vocabulary, problems))
}

/// Reads a file of what no table of features lists. The names and nearest things are held against a
/// vocabulary with its facts.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn unlisted_topics(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<Vec<UnlistedTopic>, Vec<Report>> {
    single(bytes, file, |text, problems| unlisted::read(text, vocabulary, problems))
}

/// Reads a file of what upgrades change. The names are held against a vocabulary with its facts.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn upgrade_changes(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<Vec<UpgradeChange>, Vec<Report>> {
    single(bytes, file, |text, problems| upgrades::read(text, vocabulary, problems))
}

/// Reads the flags, variables and keys that programs know.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn flag_table(bytes: Vec<u8>, file: &Path) -> Result<FlagTable, Vec<Report>> {
    single(bytes, file, deploy::read_flags)
}

/// Reads the processes of deployments, and what the file tells of their settings: images, the roles of
/// workers, the flags of engine options.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn processes(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<(Processes, DeploySettings), Vec<Report>> {
    single(bytes, file, |text, problems| deploy::read_processes(text, vocabulary, problems))
}

/// Reads what shows that a deployment switches a feature on, and what is set to switch it on.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn signals(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<(Vec<Signal>, DeploySettings), Vec<Report>> {
    single(bytes, file, |text, problems| deploy::read_signals(text, vocabulary, problems))
}

/// Reads what is wrong or worth knowing of deployments.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn check_rules(bytes: Vec<u8>, file: &Path) -> Result<Vec<CheckRule>, Vec<Report>> {
    single(bytes, file, deploy::read_check_rules)
}

/// Reads what plans are written as: the objects, their names, and what cannot be written.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn manifests(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<ManifestModel, Vec<Report>> {
    single(bytes, file, |text, problems| deploy::read_manifests(text, vocabulary, problems))
}

/// Reads the fields that the versions of the API have.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn api_schemas(bytes: Vec<u8>, file: &Path) -> Result<Vec<ApiSchema>, Vec<Report>> {
    single(bytes, file, deploy::read_schema)
}

/// Reads how completely known issues are recorded, and the day on which that was last looked at.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn recorded(bytes: Vec<u8>, file: &Path) -> Result<(String, Vec<Recorded>), Vec<Report>> {
    single(bytes, file, known_releases::read_recorded)
}

/// Reads a rule file, whose names are those of a vocabulary.
///
/// # Errors
///
/// A report with every problem that was found.
pub fn rule_set(
    bytes: Vec<u8>,
    file: &Path,
    vocabulary: &Vocabulary,
) -> Result<RuleSet, Vec<Report>> {
    single(bytes, file, |text, problems| rules::read(text, vocabulary, problems))
}

/// Reads a file that includes no others.
fn single<T>(
    bytes: Vec<u8>,
    file: &Path,
    read: impl FnOnce(&str, &Problems) -> Option<T>,
) -> Result<T, Vec<Report>> {
    let problems = Problems::of_model();
    let (text, value) = match files::open(bytes, 0, &problems) {
        Ok(text) => {
            let value = read(&text, &problems);
            (text, value)
        }
        Err(text) => (text, None),
    };
    let failed = problems.has_errors();
    let reports = problems.into_reports(vec![Input { name: file.display().to_string(), text }]);
    value.filter(|_| !failed).ok_or(reports)
}

/// Reads the mark or word of a cell as a model file writes it: the level, and whether a `!` flags a
/// known limit.
///
/// # Errors
///
/// The mark is not understood; the text says what is wrong and what to write.
pub fn cell_mark(text: &str) -> Result<(Level, bool), String> {
    match mark::read(text) {
        Ok(mark) => Ok((mark.level, mark.caveat)),
        Err(bad) => Err(format!("{}: {}", bad.message, bad.help)),
    }
}
