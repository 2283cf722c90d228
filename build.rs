//! Compiles the bundled models: reads every file of `model/` with the program's own loader and
//! leaves one compact record per release. A problem in a file fails the build and is printed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

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
    pub(crate) use packed::{PackedCell, PackedCells, PackedMatrix};
    pub use place::Place;
}

use load::{PackedCell, PackedCells, PackedMatrix, Report};
use matrix::{Cell, DEFAULT_RELEASE, Matrix, Term, Text, Vocabulary};

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
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let vocabulary = vocabulary()?;
    let mut matrices = matrices(&vocabulary)?;
    matrices.sort_by(|a, b| a.release.cmp(&b.release));
    let mut index = String::from("pub(super) static RELEASES: &[(&str, &[u8])] = &[\n");
    for matrix in &matrices {
        let label = matrix.release.as_ref().ok_or("a bundled model names no release")?.as_str();
        let name = format!("{label}.postcard");
        write_record(&out, &name, &packed(matrix))?;
        writeln!(index, "    ({label:?}, include_bytes!({:?})),", out.join(name))?;
    }
    index.push_str("];\n");
    write_record(&out, "vocabulary.postcard", &vocabulary)?;
    write_record(&out, "rules.postcard", &rule_sets(&vocabulary)?)?;
    let newest = matrices.pop().ok_or("no model is bundled")?;
    let labelled = |matrix: &&Matrix| {
        matrix.release.as_ref().is_some_and(|release| release.as_str() == DEFAULT_RELEASE)
    };
    let default = matrices.iter().find(labelled).ok_or("the default release is not bundled")?;
    write_record(&out, "changed.postcard", &changed(default, &newest))?;
    write_record(&out, "newest.postcard", &packed(&levels_alone(newest)))?;
    let records = [
        ("NEWEST_LEVELS", "newest"),
        ("CHANGED", "changed"),
        ("VOCABULARY", "vocabulary"),
        ("RULE_SETS", "rules"),
    ];
    for (name, file) in records {
        let path = out.join(format!("{file}.postcard"));
        writeln!(index, "pub(super) static {name}: &[u8] = include_bytes!({path:?});")?;
    }
    fs::write(out.join("bundled.rs"), index)?;
    Ok(())
}

/// The backend and terms of every cell that has another level in the new matrix, or no longer is.
fn changed(old: &Matrix, new: &Matrix) -> Vec<(String, Vec<Term>)> {
    let mut changed = Vec::new();
    for backend in old.backends.iter().chain(&new.backends) {
        let level = |matrix: &Matrix, terms: &[Term]| {
            let cells = matrix.backend(&backend.id).map(|backend| backend.cells.iter());
            cells.into_iter().flatten().find(|cell| cell.terms == terms).map(|cell| cell.level)
        };
        for cell in &backend.cells {
            if level(old, &cell.terms) != level(new, &cell.terms) {
                changed.push((backend.id.clone(), cell.terms.clone()));
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

fn write_record(out: &Path, name: &str, value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(out.join(name), postcard::to_allocvec(value)?)?)
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

fn rule_sets(vocabulary: &Vocabulary) -> Result<Vec<matrix::RuleSet>, Box<dyn Error>> {
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

/// Texts numbered in the order in which they were first met.
#[derive(Default)]
struct Texts<'t> {
    texts: Vec<&'t str>,
    numbers: BTreeMap<&'t str, usize>,
}

impl<'t> Texts<'t> {
    fn number(&mut self, text: &'t str) -> usize {
        *self.numbers.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }
}

fn packed(matrix: &Matrix) -> PackedMatrix<'_> {
    let mut bare = matrix.clone();
    bare.backends.iter_mut().for_each(|backend| backend.cells.clear());
    let backends = matrix.backends.iter().map(|backend| packed_cells(&backend.cells));
    PackedMatrix { matrix: bare, backends: backends.collect() }
}

fn packed_cells(cells: &[Cell]) -> PackedCells<'_> {
    let mut texts = Texts::default();
    let mut packed = PackedCells::default();
    for cell in cells {
        packed.terms.extend(cell.terms.iter().map(|term| texts.number(term.as_str())));
        packed.notes.extend(cell.notes.iter().map(|note| {
            let text = texts.number(&note.text);
            (note.kind, text, note.source.as_deref().map(|source| texts.number(source)))
        }));
        packed.cells.push(PackedCell {
            terms: cell.terms.len(),
            level: cell.level,
            caveat: cell.caveat,
            mark: cell.mark.as_deref().map(|mark| texts.number(mark)),
            notes: cell.notes.len(),
            source: texts.number(&cell.source),
        });
    }
    packed.texts = texts.texts;
    packed
}
