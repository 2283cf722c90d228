//! The entries that add what grids do not say: `[[cell]]`, `[[note]]`, `[[platform]]` and
//! `[engines]`.

use std::sync::Arc;

use super::cells::{Cells, listed};
use super::context::ModelContext;
use super::document::RawNote;
use super::mark;
use super::name_table::NameTable;
use super::placed::Placed;
use super::suggest::{shown, suggest};
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::{Cell, Dimension, Fact, Level, Note, Platform, ReleaseRange, Term, Vocabulary};

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

/// The names of a model and those that the vocabulary adds: a condition may name a feature that this
/// release does not have, which then is off.
struct EveryName<'n> {
    own: &'n NameTable,
    vocabulary: &'n Vocabulary,
}

impl TermNames for EveryName<'_> {
    fn knows(&self, id: &str) -> bool {
        self.own.knows(id) || self.vocabulary.ids().any(|known| known == id)
    }

    fn unknown(&self, name: &Placed<String>, problems: &Problems) {
        self.own.unknown(name, problems);
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
        let terms = terms(&raw.terms, names, dimension, None, context.problems);
        let level = level(&raw.level, raw.caveat, context.problems);
        let backends = names.backends(&raw.backends, context.problems);
        let (Some(terms), Some(level)) = (terms, level) else { continue };
        if !is_about(context, &raw.releases) {
            continue;
        }
        let source: Arc<str> = match &raw.source {
            Some(own) => source(context, own).into(),
            None => Arc::clone(&context.source),
        };
        for backend in backends {
            let mut cell = Cell::new(terms.iter().cloned(), level, Arc::clone(&source));
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

/// The terms of an entry, sorted; `None` where one is wrong. Without `facts`, none may be named.
pub(super) fn terms(
    written: &Placed<Vec<Placed<String>>>,
    names: &dyn TermNames,
    dimension: Option<&Dimension>,
    facts: Option<&[Fact]>,
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
        right &= check_term(&term, text, names, dimension, facts, problems);
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
    facts: Option<&[Fact]>,
    problems: &Problems,
) -> bool {
    let name = Placed { value: term.id().to_owned(), place: text.place.clone() };
    if let Some(fact) = term.fact() {
        return check_fact(&name.map(|_| fact.to_owned()), facts, problems);
    }
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

/// Whether a fact may be named here and is known.
fn check_fact(name: &Placed<String>, facts: Option<&[Fact]>, problems: &Problems) -> bool {
    let Some(facts) = facts else {
        let fact = shown(&name.value);
        problems.error(
            "fact-in-cell",
            &name.place,
            format!("no cell has the fact `{fact}` among its terms"),
            format!("where a note waits for it, write `when = [\"fact={fact}\"]` beside `terms`"),
        );
        return false;
    };
    let known = facts.iter().any(|fact| fact.id == name.value);
    if !known {
        let ids = facts.iter().map(|fact| fact.id.as_str());
        let otherwise = "write a fact that `dynamo-plan list facts` shows";
        super::grid::unknown(name, "unknown-fact", "fact", ids, otherwise, problems);
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

/// A source as an entry writes it: an anchor is one in the model's own document.
fn source(context: &ModelContext<'_>, own: &str) -> String {
    match own.starts_with('#') {
        true => format!("{}{own}", context.source),
        false => own.to_owned(),
    }
}

/// Whether an entry for some releases is about the release of the model.
fn is_about(context: &ModelContext<'_>, ranges: &[Placed<ReleaseRange>]) -> bool {
    let Some(first) = ranges.first() else { return true };
    let Some(release) = &context.release else {
        context.problems.error(
            "missing-release",
            &first.place,
            "an entry for some releases in a model that names none",
            "add `release = \"…\"` to the model, or remove this line",
        );
        return false;
    };
    ranges.iter().any(|range| range.value.contains(release))
}

/// Attaches the `[[note]]` entries to the cells that they are about, or to their backends.
pub(super) fn notes(
    context: &ModelContext<'_>,
    names: &mut NameTable,
    dimension: Option<&Dimension>,
    vocabulary: &Vocabulary,
    cells: &mut Cells,
) {
    for raw in &context.document.notes {
        if !is_about(context, &raw.releases) {
            continue;
        }
        let backends = names.backends(&raw.backends, context.problems);
        let when = raw.when.as_ref();
        let every = EveryName { own: names, vocabulary };
        let facts = Some(&vocabulary.facts[..]);
        let when = when.map(|when| terms(when, &every, dimension, facts, context.problems));
        let Some(when) = when.unwrap_or_else(|| Some(Vec::new())) else { continue };
        if raw.cells.is_empty() {
            backend_note(context, raw, &when, &backends, names);
        }
        for written in &raw.cells {
            let held = terms(written, names, dimension, None, context.problems);
            let Some(held) = held else { continue };
            for &backend in &backends {
                let size = raw.size().max(raw.note.text.len() + context.source.len());
                if !cells.afford(size, &written.place) {
                    return;
                }
                match cells.find(backend, &held) {
                    Some(cell) => cell_note(context, raw, &when, &written.place, cell),
                    None => report_no_cell(context, written, &names.backends[backend].id, &held),
                }
            }
        }
    }
}

fn backend_note(
    context: &ModelContext<'_>,
    raw: &RawNote,
    when: &[Term],
    backends: &[usize],
    names: &mut NameTable,
) {
    for &backend in backends {
        names.backends[backend].notes.push(note(context, raw, when, &context.source));
    }
    if raw.caveat {
        let message = "a caveat that is about no cell";
        let help = "name the cell with `terms`, or drop the caveat";
        context.problems.error("caveat-level", &raw.place, message, help);
    }
}

fn cell_note(
    context: &ModelContext<'_>,
    raw: &RawNote,
    when: &[Term],
    place: &FileSpan,
    cell: &mut Cell,
) {
    cell.notes.push(note(context, raw, when, &cell.source));
    cell.caveat |= raw.caveat;
    if raw.caveat && cell.level > Level::Experimental {
        caveat_on(place, cell.level, context.problems);
    }
}

/// A note; without a source of its own it comes from where its cell was read, with an empty one
/// from no document.
fn note(context: &ModelContext<'_>, raw: &RawNote, when: &[Term], cell_source: &str) -> Note {
    let sources = match &raw.sources {
        Some(own) => {
            let own = own.iter().filter(|own| !own.is_empty());
            own.map(|own| source(context, own)).collect()
        }
        None => vec![cell_source.to_owned()],
    };
    Note { when: when.to_vec(), sources, ..raw.note.clone() }
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
