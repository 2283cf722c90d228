//! A matrix in the making: cells as they are read from one table after the other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::load::FileSpan;
use crate::load::cell_set::CellSet;
use crate::load::placed_cells::{MAX_CELLS, PlacedCells};
use crate::matrix::{Backend, Cell, CellList, Note, Term};

use super::context::PageContext;
use super::names::PageName;

/// The most features and backends that one page may give.
const MOST_FEATURES: usize = 1_000;
const MOST_BACKENDS: usize = 1_024;

/// The matrix as far as the tables have been read.
#[derive(Default)]
pub(super) struct Draft {
    /// Features that a table of features lists, in its order.
    pub(super) listed: Vec<PageName>,
    /// Features and groups that pair tables name, in their order.
    pub(super) paired: Vec<PageName>,
    /// The backends, in the order of the page.
    pub(super) backends: Vec<BackendDraft>,
    /// Whether there are serving-pattern cells.
    pub(super) has_patterns: bool,
    seen: HashMap<String, [bool; 2]>,
    cells: usize,
    texts: TextPool,
}

/// The marks and sources of cells, of which many are alike.
#[derive(Default)]
struct TextPool(HashSet<Arc<str>>);

impl TextPool {
    /// Makes a text the same one as those before that are alike.
    fn share(&mut self, text: &mut Arc<str>) {
        match self.0.get(text) {
            Some(known) => *text = Arc::clone(known),
            None => {
                self.0.insert(Arc::clone(text));
            }
        }
    }
}

/// One backend's cells so far.
pub(super) struct BackendDraft {
    pub(super) name: PageName,
    pub(super) notes: Vec<Note>,
    pub(super) has_features: bool,
    pub(super) has_pairs: bool,
    cells: CellSet,
}

/// The list that a name belongs to.
#[derive(Clone, Copy)]
pub(super) enum Naming {
    Listed = 0,
    Paired = 1,
}

impl Draft {
    /// Notes that a table names a feature.
    pub(super) fn name(
        &mut self,
        name: &PageName,
        naming: Naming,
        span: &Range<usize>,
        context: &mut PageContext<'_>,
    ) {
        let flags = self.seen.entry(name.id.clone()).or_default();
        if *flags == [false; 2] {
            context.warn_unknown("feature", name, span);
        }
        if !std::mem::replace(&mut flags[naming as usize], true) {
            match naming {
                Naming::Listed => self.listed.push(name.clone()),
                Naming::Paired => self.paired.push(name.clone()),
            }
        }
        if self.seen.len() == MOST_FEATURES + 1 {
            too_many(context, span, MOST_FEATURES, "features");
        }
    }

    /// The index of a backend, new or not.
    pub(super) fn backend(
        &mut self,
        name: &PageName,
        span: &Range<usize>,
        context: &mut PageContext<'_>,
    ) -> usize {
        if let Some(found) = self.backends.iter().position(|backend| backend.name.id == name.id) {
            return found;
        }
        context.warn_unknown("backend", name, span);
        if self.backends.len() == MOST_BACKENDS {
            too_many(context, span, MOST_BACKENDS, "backends");
        }
        self.backends.push(BackendDraft {
            name: name.clone(),
            notes: Vec::new(),
            has_features: false,
            has_pairs: false,
            cells: CellSet::default(),
        });
        self.backends.len() - 1
    }

    /// Makes room for so many more cells of a backend, as far as the page may give them.
    pub(super) fn reserve(&mut self, backend: usize, more: usize) {
        self.backends[backend].cells.reserve(more.min(MAX_CELLS.saturating_sub(self.cells)));
    }

    /// Adds a cell; of two that disagree the first counts.
    pub(super) fn add(
        &mut self,
        backend: usize,
        mut cell: Cell,
        span: &Range<usize>,
        context: &mut PageContext<'_>,
    ) {
        let backend = &mut self.backends[backend];
        if let Some((first, place)) = backend.cells.get(&cell.terms) {
            if (first.level, first.caveat) != (cell.level, cell.caveat) {
                let at = context.position(place.span.start);
                context.problems.warning(
                    "copies-disagree",
                    span.clone(),
                    disagreement(&backend.name.printed, first, &cell, &at),
                    "the first one read counts; make the copies agree",
                );
            }
            return;
        }
        self.cells += 1;
        if self.cells > MAX_CELLS {
            // Only the first cell too many is reported.
            if self.cells == MAX_CELLS + 1 {
                too_many(context, span, MAX_CELLS, "cells");
            }
            return;
        }
        self.texts.share(&mut cell.source);
        cell.mark.iter_mut().for_each(|mark| self.texts.share(mark));
        backend.cells.insert(cell, &FileSpan { file: 0, span: span.clone() });
    }
}

/// Says in words that two cells of one backend disagree, the first of which is at a place.
pub(in crate::load) fn disagreement(
    backend: &str,
    first: &Cell,
    second: &Cell,
    at: &str,
) -> String {
    let caveat = |cell: &Cell| if cell.caveat { " with a caveat" } else { "" };
    let terms: Vec<String> = second.terms.iter().map(ToString::to_string).collect();
    format!(
        "{backend}: {} is {}{} here, but {}{} at {at}",
        terms.join(" + "),
        second.level,
        caveat(second),
        first.level,
        caveat(first),
    )
}

fn too_many(context: &mut PageContext<'_>, span: &Range<usize>, most: usize, what: &str) {
    context.problems.error(
        "too-large",
        span.clone(),
        format!("the page has more than {most} {what}"),
        "is this the right file?",
    );
}

impl BackendDraft {
    /// The cell of these terms, and where it was written.
    pub(super) fn stated(&self, terms: &[Term]) -> Option<(&Cell, Range<usize>)> {
        let (cell, place) = self.cells.get(terms)?;
        Some((cell, place.span))
    }

    /// The backend without its cells, and these in listing order.
    pub(super) fn finish(self, aliases: Vec<String>) -> (Backend, PlacedCells) {
        let backend = Backend {
            id: self.name.id,
            name: self.name.printed,
            aliases,
            cells: CellList::default(),
            notes: self.notes,
            engine: None,
            platforms: Vec::new(),
        };
        (backend, self.cells.into_sorted())
    }
}
