//! The cells of each backend while they are gathered, with the places they were written at.

use std::sync::Arc;

use super::mark::GridMark;
use super::name_table::NameTable;
use super::placed::Placed;
use crate::load::placed_cells::{self, MAX_CELLS, PlacedCells};
use crate::load::problems::Problems;
use crate::load::{FileSpan, Origins};
use crate::matrix::{Backend, Cell, Term};

/// The most bytes of notes that cells repeat from elsewhere.
const MAX_TEXT: usize = 32 << 20;

/// Cells per backend.
pub(super) struct Cells {
    backends: Vec<PlacedCells>,
    left: usize,
    overflow: Option<FileSpan>,
    text_left: usize,
    text_overflow: Option<FileSpan>,
}

impl Cells {
    /// No cell for any of some backends.
    pub(super) fn new(backends: usize) -> Self {
        Cells {
            backends: (0..backends).map(|_| PlacedCells::default()).collect(),
            left: MAX_CELLS,
            overflow: None,
            text_left: MAX_TEXT,
            text_overflow: None,
        }
    }

    /// Adds the cell that a mark in a grid stands for; a mark that was wrong and a `~` stand for none.
    pub(super) fn mark(
        &mut self,
        backend: usize,
        terms: impl IntoIterator<Item = Term>,
        mark: &Placed<Option<GridMark>>,
        source: &Arc<str>,
    ) {
        let Some(GridMark { level, caveat, absent: false, .. }) = mark.value else { return };
        let mut cell = Cell::new(terms, level, Arc::clone(source));
        cell.caveat = caveat;
        self.add(backend, cell, &mark.place);
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, backend: usize, cell: Cell, place: &FileSpan) {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.backends[backend].push(cell, place);
            }
            None => self.overflow(place),
        }
    }

    /// Whether a cell may repeat a text of so many bytes; notes where none may any more.
    pub(super) fn afford(&mut self, bytes: usize, place: &FileSpan) -> bool {
        match self.text_left.checked_sub(bytes) {
            Some(left) => self.text_left = left,
            None => {
                self.text_overflow.get_or_insert_with(|| place.clone());
                return false;
            }
        }
        true
    }

    /// Makes room for so many more cells of a backend, as far as they are within the limit.
    pub(super) fn reserve(&mut self, backend: usize, more: usize) {
        self.backends[backend].reserve(more.min(self.left));
    }

    /// Whether so many more cells are within the limit.
    pub(super) fn may_add(&self, more: usize) -> bool {
        more <= self.left
    }

    /// Notes where the limit was exceeded.
    pub(super) fn overflow(&mut self, place: &FileSpan) {
        self.overflow.get_or_insert_with(|| place.clone());
    }

    /// Reports where cells repeat more text than they may.
    pub(super) fn report_text(&self, problems: &Problems) {
        if let Some(place) = &self.text_overflow {
            let message = format!("the cells up to here repeat {} MiB of text", MAX_TEXT >> 20);
            let help = "shorten the note that is repeated for each cell";
            problems.error("too-much-text", place, message, help);
        }
    }

    /// Puts all cells into listing order and reports those that are written twice.
    pub(super) fn sort(&mut self, names: &NameTable, problems: &Problems) {
        if let Some(place) = &self.overflow {
            let message = format!("more than {MAX_CELLS} cells");
            problems.error("too-many-cells", place, message, "split the model into smaller ones");
        }
        for (cells, backend) in self.backends.iter_mut().zip(&names.backends) {
            cells.sort();
            for (at, pair) in cells.cells().windows(2).enumerate() {
                if pair[0].terms == pair[1].terms {
                    problems.error(
                        "duplicate-cell",
                        &cells.place(at + 1),
                        format!("`{}` has two cells {}", backend.id, listed(&pair[1].terms)),
                        "keep one of the two",
                    );
                }
            }
        }
    }

    /// The cell with these terms; the cells must have been put into order.
    pub(super) fn find(&mut self, backend: usize, terms: &[Term]) -> Option<&mut Cell> {
        self.backends[backend].find(terms)
    }

    /// Gives every backend its cells; the places are handed back in the same order.
    pub(super) fn deal_out(self, backends: &mut [Backend]) -> Origins {
        placed_cells::deal_out(self.backends, backends)
    }
}

/// Terms as a message shows them.
pub(super) fn listed(terms: &[Term]) -> String {
    let terms: Vec<String> = terms.iter().map(Term::to_string).collect();
    format!("[{}]", terms.join(", "))
}
