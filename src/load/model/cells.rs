//! The cells of each backend while they are gathered, with the places they were written at.

use super::mark::GridMark;
use super::name_table::NameTable;
use super::placed::Placed;
use crate::load::problems::Problems;
use crate::load::{FileSpan, Origins};
use crate::matrix::{Backend, Cell, Term};

/// The most cells of a model.
const MAX_CELLS: usize = 600_000;

/// The most bytes of text that cells repeat from elsewhere: where they were read, and their notes.
const MAX_TEXT: usize = 32 << 20;

/// Cells per backend.
pub(super) struct Cells {
    backends: Vec<Vec<(Cell, FileSpan)>>,
    left: usize,
    overflow: Option<FileSpan>,
    text_left: usize,
    text_overflow: Option<FileSpan>,
}

impl Cells {
    /// No cell for any of some backends.
    pub(super) fn new(backends: usize) -> Self {
        Cells {
            backends: vec![Vec::new(); backends],
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
        terms: Vec<Term>,
        mark: &Placed<Option<GridMark>>,
        source: String,
    ) {
        let Some(GridMark { level, caveat, absent: false, .. }) = mark.value else { return };
        let mut cell = Cell::new(terms, level, source);
        cell.caveat = caveat;
        self.add(backend, cell, &mark.place);
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, backend: usize, cell: Cell, place: &FileSpan) {
        if !self.afford(cell.source.len(), place) {
            return;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.backends[backend].push((cell, place.clone()));
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
            let help = "shorten the source or the note that is repeated for each cell";
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
            cells.sort_by(|a, b| a.0.listing_order(&b.0));
            for pair in cells.windows(2).filter(|pair| pair[0].0.terms == pair[1].0.terms) {
                problems.error(
                    "duplicate-cell",
                    &pair[1].1,
                    format!("`{}` has two cells {}", backend.id, listed(&pair[1].0.terms)),
                    "keep one of the two",
                );
            }
        }
    }

    /// The cell with these terms; the cells must have been put into order.
    pub(super) fn find(&mut self, backend: usize, terms: &[Term]) -> Option<&mut Cell> {
        let key = (terms.len(), terms);
        let cells = &mut self.backends[backend];
        let at =
            cells.binary_search_by(|(cell, _)| (cell.terms.len(), &*cell.terms).cmp(&key)).ok()?;
        Some(&mut cells[at].0)
    }

    /// Gives every backend its cells; the places are handed back in the same order.
    pub(super) fn deal_out(self, backends: &mut [Backend]) -> Origins {
        let deal = |(backend, cells): (&mut Backend, Vec<(Cell, FileSpan)>)| {
            let (cells, places) = cells.into_iter().unzip();
            backend.cells = cells;
            places
        };
        Origins::new(backends.iter_mut().zip(self.backends).map(deal).collect())
    }
}

/// Terms as a message shows them.
pub(super) fn listed(terms: &[Term]) -> String {
    let terms: Vec<String> = terms.iter().map(Term::to_string).collect();
    format!("[{}]", terms.join(", "))
}
