//! The entries that add what grids do not say: `[[cell]]`, `[[note]]`, `[[platform]]` and
//! `[engines]`.

use super::cells::{Cells, listed};
use super::context::ModelContext;
use super::document::RawNote;
use super::mark;
use super::name_table::NameTable;
use super::placed::Placed;
use super::suggest::{shown, suggest};
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::{Cell, Dimension, Level, Note, Platform, ReleaseRange, Term};

/// Knows the terms that a file may write.
pub(super) trait TermNames {
    /// Whether an id is that of a feature or group.
    fn knows(&self, id: &str) -> bool;
    /// Reports that it is not.
    fn unknown(&self, name: &Placed<String>, problems: &Problems);
}

impl TermNames for NameTable {
    fn knows(&self, id: &str) -> bool {
        NameTable::knows(self, id)
    }

    fn unknown(&self, name: &Placed<String>, problems: &Problems) {
        NameTable::unknown(self, name, problems);
    }
}

/// Adds the cells of the `[[cell]]` entries.
pub(super) fn rule_cells(
    context: &ModelContext<'_>,
    names: &NameTable,
    dimension: Option<&Dimension>,
    cells: &mut Cells,
) {
    for raw in &context.document.cells {
        let terms = terms(&raw.terms, names, dimension, context.problems);
        let level = level(&raw.level, raw.caveat, context.problems);
        let backends = names.backends(&raw.backends, context.problems);
        let (Some(terms), Some(level)) = (terms, level) else { continue };
        if !is_about(context, raw.releases.as_ref()) {
            continue;
        }
        for backend in backends {
            let source = source(context, raw.source.as_deref());
            let mut cell = Cell::new(terms.iter().cloned(), level, source);
            cell.caveat = raw.caveat;
            cells.add(backend, cell, &raw.terms.place);
        }
    }
}

/// The level of an entry.
pub(super) fn level(text: &Placed<String>, caveat: bool, problems: &Problems) -> Option<Level> {
    let level = mark::level(text.value.trim());
    match level {
        None => problems.error(
            "unknown-level",
            &text.place,
            format!("`{}` is no level", shown(&text.value)),
            suggest(&text.value, Level::ALL.map(Level::id), mark::MARKS),
        ),
        Some(level) if caveat && level > Level::Experimental => {
            caveat_on(&text.place, level, problems);
        }
        Some(_) => {}
    }
    level
}

fn caveat_on(place: &FileSpan, level: Level, problems: &Problems) {
    problems.error(
        "caveat-level",
        place,
        format!("a caveat on a cell that is {level}"),
        "only what is supported or experimental works with a known limit; drop the caveat",
    );
}

/// The terms of an entry, sorted; `None` where one is wrong.
pub(super) fn terms(
    written: &Placed<Vec<Placed<String>>>,
    names: &dyn TermNames,
    dimension: Option<&Dimension>,
    problems: &Problems,
) -> Option<Vec<Term>> {
    if written.value.is_empty() {
        let help = "name the features that hold together";
        problems.error("no-terms", &written.place, "an entry without terms", help);
        return None;
    }
    let mut terms: Vec<Term> = Vec::new();
    let mut right = true;
    for text in &written.value {
        let term = Term::from(text.value.trim());
        right &= check_term(&term, text, names, dimension, problems);
        if let Some(other) = terms.iter().find(|other| other.id() == term.id()) {
            right = false;
            report_repeated(other, &term, text, problems);
        }
        terms.push(term);
    }
    terms.sort();
    right.then_some(terms)
}

fn check_term(
    term: &Term,
    text: &Placed<String>,
    names: &dyn TermNames,
    dimension: Option<&Dimension>,
    problems: &Problems,
) -> bool {
    let name = Placed { value: term.id().to_owned(), place: text.place.clone() };
    let Some((id, _)) = term.id().split_once('=') else {
        let known = names.knows(term.id());
        if !known {
            names.unknown(&name, problems);
        }
        return known;
    };
    let options: Vec<String> = dimension
        .filter(|dimension| dimension.id == id)
        .map(|dimension| dimension.options.iter().map(|option| dimension.term(option)).collect())
        .unwrap_or_default();
    let known = options.contains(&name.value);
    if !known {
        super::grid::unknown(
            &name,
            "unknown-option",
            "option",
            options.iter().map(String::as_str),
            "a `patterns` grid or a [dimension] defines the options",
            problems,
        );
    }
    known
}

fn report_repeated(first: &Term, second: &Term, text: &Placed<String>, problems: &Problems) {
    let (code, message) = if first == second {
        ("self-pair", format!("`{}` is paired with itself", shown(first.id())))
    } else {
        ("contradictory-terms", format!("`{}` cannot be both on and off", shown(first.id())))
    };
    problems.error(code, &text.place, message, "remove one of the two terms");
}

fn source(context: &ModelContext<'_>, own: Option<&str>) -> String {
    match own {
        Some(anchor) if anchor.starts_with('#') => format!("{}{anchor}", context.source),
        Some(elsewhere) => elsewhere.to_owned(),
        None => context.source.clone(),
    }
}

/// Whether an entry for some releases is about the release of the model.
fn is_about(context: &ModelContext<'_>, range: Option<&Placed<ReleaseRange>>) -> bool {
    match (range, &context.release) {
        (None, _) => true,
        (Some(range), Some(release)) => range.value.contains(release),
        (Some(range), None) => {
            context.problems.error(
                "missing-release",
                &range.place,
                "an entry for some releases in a model that names none",
                "add `release = \"…\"` to the model, or remove this line",
            );
            false
        }
    }
}

/// Attaches the `[[note]]` entries to the cells that they are about, or to their backends.
pub(super) fn notes(
    context: &ModelContext<'_>,
    names: &mut NameTable,
    dimension: Option<&Dimension>,
    cells: &mut Cells,
) {
    for raw in &context.document.notes {
        if !is_about(context, raw.releases.as_ref()) {
            continue;
        }
        let backends = names.backends(&raw.backends, context.problems);
        if raw.cells.is_empty() {
            backend_note(context, raw, &backends, names);
        }
        for written in &raw.cells {
            let Some(terms) = terms(written, names, dimension, context.problems) else { continue };
            for &backend in &backends {
                let source = raw.source.as_ref().map_or(context.source.len(), String::len);
                if !cells.afford(raw.text.len() + source, &written.place) {
                    return;
                }
                match cells.find(backend, &terms) {
                    Some(cell) => cell_note(context, raw, &written.place, cell),
                    None => report_no_cell(context, written, &names.backends[backend].id, &terms),
                }
            }
        }
    }
}

fn backend_note(
    context: &ModelContext<'_>,
    raw: &RawNote,
    backends: &[usize],
    names: &mut NameTable,
) {
    for &backend in backends {
        names.backends[backend].notes.push(note(context, raw, &context.source));
    }
    if raw.caveat {
        let message = "a caveat that is about no cell";
        let help = "name the cell with `terms`, or drop the caveat";
        context.problems.error("caveat-level", &raw.place, message, help);
    }
}

fn cell_note(context: &ModelContext<'_>, raw: &RawNote, place: &FileSpan, cell: &mut Cell) {
    cell.notes.push(note(context, raw, &cell.source));
    cell.caveat |= raw.caveat;
    if raw.caveat && cell.level > Level::Experimental {
        caveat_on(place, cell.level, context.problems);
    }
}

/// A note; without a source of its own it comes from where its cell was read, with an empty one
/// from no document.
fn note(context: &ModelContext<'_>, raw: &RawNote, cell_source: &str) -> Note {
    let source = match raw.source.as_deref() {
        Some("") => None,
        Some(own) => Some(source(context, Some(own))),
        None => Some(cell_source.to_owned()),
    };
    Note { kind: raw.kind, text: raw.text.clone(), source }
}

fn report_no_cell(
    context: &ModelContext<'_>,
    written: &Placed<Vec<Placed<String>>>,
    backend: &str,
    terms: &[Term],
) {
    context.problems.error(
        "unknown-cell",
        &written.place,
        format!("`{backend}` has no cell {}", listed(terms)),
        "a note is about a cell that a grid or a [[cell]] writes, with exactly its terms",
    );
}

/// Gives the backends their engine versions and platforms.
pub(super) fn platforms(context: &ModelContext<'_>, names: &mut NameTable) {
    for (name, version) in context.document.engines.iter().flat_map(|engines| &engines.value) {
        if let Some(backend) = names.backend(name, context.problems) {
            names.backends[backend].engine = Some(version.value.clone());
        }
    }
    for raw in &context.document.platforms {
        for backend in names.backends(&raw.backends, context.problems) {
            names.backends[backend].platforms.push(Platform {
                cuda: raw.cuda.clone(),
                min_driver: raw.min_driver,
                experimental: raw.experimental,
            });
        }
    }
}
