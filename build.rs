//! Compiles the bundled models: reads every file of `model/` with the program's own loader and
//! leaves one compact record per release. A problem in a file fails the build and is printed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::fmt::{self, Write};
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
    mod diagnostic;
    mod loaded;
    mod model;
    mod origins;
    mod packed;
    mod place;

    pub const MAX_BYTES: usize = 64 << 20;
    pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
    pub use loaded::Loaded;
    pub use model::{ReadFile, model, rule_set, vocabulary};
    pub use origins::Origins;
    pub(crate) use packed::{Packer, cell_key};
    pub use place::Place;
}

use load::{Packer, Report, cell_key};
use matrix::{DEFAULT_RELEASE, Matrix, RuleSet, Term, Text, Vocabulary};

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
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("bundled.rs");
    Ok(fs::write(out, records(&matrices, &vocabulary, &rule_sets)?)?)
}

/// The records, as Rust source. A number that is too large for them is refused by the compiler.
fn records(
    matrices: &[Matrix],
    vocabulary: &Vocabulary,
    rule_sets: &[RuleSet],
) -> Result<String, Box<dyn Error>> {
    let labelled = |matrix: &&Matrix| {
        matrix.release.as_ref().is_some_and(|release| release.as_str() == DEFAULT_RELEASE)
    };
    let default = matrices.iter().find(labelled).ok_or("the default release is not bundled")?;
    let newest = matrices.last().ok_or("no model is bundled")?;
    let mut packer = Packer::default();
    let mut source = String::from("pub(super) static RELEASES: &[(&str, &[u16])] = &[\n");
    for matrix in matrices {
        let label = matrix.release.as_ref().ok_or("a bundled model names no release")?.as_str();
        writeln!(source, "    ({label:?}, &{:?}),", packer.record(matrix))?;
    }
    source.push_str("];\n");
    for (name, record) in [
        ("NEWEST_LEVELS", packer.record(&levels_alone(newest.clone()))),
        ("CHANGED", packer.record(&changed(default, newest))),
        ("VOCABULARY", packer.record(vocabulary)),
        ("RULE_SETS", packer.record(&rule_sets.to_vec())),
    ] {
        writeln!(source, "pub(super) static {name}: &[u16] = &{record:?};")?;
    }
    writeln!(source, "pub(super) static STOCK: Stock = {};", stock(&packer)?)?;
    Ok(source)
}

/// What the records borrow, as Rust source.
fn stock(packer: &Packer) -> Result<String, fmt::Error> {
    let Packer { text, ends, terms, .. } = packer;
    let mut source = format!("Stock {{ text: {text:?}, ends: &{ends:?}, terms: &[\n");
    for terms in terms {
        let term = |term: &Term| format!("Term::borrowed({:?})", term.as_str());
        let terms: Vec<String> = terms.iter().map(term).collect();
        writeln!(source, "    &[{}],", terms.join(", "))?;
    }
    Ok(source + "] }")
}

/// The key of every cell that has another level in the new matrix, or no longer is.
fn changed(old: &Matrix, new: &Matrix) -> Vec<Text> {
    let mut changed = Vec::new();
    for backend in old.backends.iter().chain(&new.backends) {
        let level = |matrix: &Matrix, terms: &[Term]| {
            let cells = matrix.backend(&backend.id).map(|backend| backend.cells.iter());
            cells.into_iter().flatten().find(|cell| cell.terms == terms).map(|cell| cell.level)
        };
        for cell in &backend.cells {
            if level(old, &cell.terms) != level(new, &cell.terms) {
                changed.push(cell_key(&backend.id, &cell.terms).into());
            }
        }
    }
    changed
}

/// A matrix without what decides no answer: notes, sources and aliases.
fn levels_alone(mut matrix: Matrix) -> Matrix {
    matrix.features.iter_mut().for_each(|feature| feature.aliases.clear());
    for backend in &mut matrix.backends {
        backend.notes.clear();
        for cell in &mut backend.cells {
            cell.notes.clear();
            cell.source = Text::default();
        }
    }
    matrix
}

fn vocabulary() -> Result<Vocabulary, Box<dyn Error>> {
    let path = Path::new("model/vocabulary.toml");
    Ok(load::vocabulary(fs::read(path)?, path).map_err(|reports| printed(&reports))?)
}

fn matrices(vocabulary: &Vocabulary) -> Result<Vec<Matrix>, Box<dyn Error>> {
    let mut matrices = Vec::new();
    for path in toml_files("model/releases")? {
        let read = |path: &Path| fs::read(path);
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
