//! What is read: model files and published pages, how wrong ones are refused, what the bundled ones say,
//! and what lint finds in them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bundle;
mod bundled;
mod custom;
mod deploy;
mod descriptions;
mod fuzz;
mod hostile;
mod import;
mod import_forms;
mod import_properties;
mod import_round_trip;
mod includes;
mod inspect;
mod inspect_check;
mod lint;
mod malformed;
mod manifest_checked;
mod manifest_forms;
mod manifest_hostile;
mod manifest_scripts;
mod markers;
mod not_in_matrix;
mod notes;
#[path = "../answers/oracle/mod.rs"]
mod oracle;
mod other_projects;
mod other_projects_properties;
mod platforms;
mod real_pages;
mod sources;
mod support;
mod upgrades;
mod write_model;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use dynamo_plan::load::{self, Loaded, Report};
use dynamo_plan::matrix::{Backend, Cell};

/// A small model that is right.
const SMALL: &str = r#"format = "dynamo-plan/model/v1"
features = '''
| Feature    | Alpha | Beta |
| Caching    | ✅    | 🚧   |
| Batching   | ✅    |      |
| Media (3D) | 🚧    | —    |
'''
[pairs]
alpha = '''
| Feature  | Caching | Batching | Media |
| Caching  | —       |          |       |
| Batching | ✅      | —        |       |
| Media    | ?       | ✅ !     | —     |
'''
beta = '''
| Feature |
'''
"#;

/// Reads a model that includes nothing.
fn read(text: &str) -> Result<Loaded, Vec<Report>> {
    read_with(text, &[])
}

/// Reads a model whose includes are given by path.
fn read_with(text: &str, files: &[(&str, &str)]) -> Result<Loaded, Vec<Report>> {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let read = |path: &Path| match files.get(&*path.to_string_lossy()) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let vocabulary = load::bundle::vocabulary();
    load::model(text.as_bytes().to_vec(), Path::new("models/mine.toml"), &vocabulary, &read)
}

/// Every problem as `file:line:column code`, in order; a problem of a whole file has no target.
fn problems(reports: &[Report]) -> Vec<String> {
    let shown = |report: &Report| -> Vec<String> {
        let at = |problem: &load::Diagnostic| {
            report.position(problem).map(|at| format!(":{at}")).unwrap_or_default()
        };
        let line =
            |problem: &load::Diagnostic| format!("{}{} {}", report.file, at(problem), problem.code);
        report.diagnostics.iter().map(line).collect()
    };
    reports.iter().flat_map(shown).collect()
}

/// The cell of a backend with these terms.
fn cell<'b>(backend: &'b Backend, terms: &[&str]) -> Option<&'b Cell> {
    backend
        .cells
        .iter()
        .find(|cell| cell.terms.iter().map(ToString::to_string).collect::<Vec<_>>() == terms)
}
