//! The cells of a backend while they are gathered, each with the place that it was written at.

use super::origins::PackedSpan;
use super::{FileSpan, Origins};
use crate::matrix::{Backend, Cell, Term};

/// The most cells of a model or page.
pub(super) const MAX_CELLS: usize = 2_000_000;

/// Cells and, in the same order, their places.
#[derive(Debug, Default)]
pub(super) struct PlacedCells {
    cells: Vec<Cell>,
    places: Vec<PackedSpan>,
}

impl PlacedCells {
    /// Makes room for so many more cells and no others, so that no memory is left over.
    pub(super) fn reserve(&mut self, more: usize) {
        self.cells.reserve_exact(more);
        self.places.reserve_exact(more);
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, cell: Cell, place: &FileSpan) {
        self.cells.push(cell);
        self.places.push(PackedSpan::new(place));
    }

    /// The cells.
    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The place of a cell.
    pub(super) fn place(&self, cell: usize) -> FileSpan {
        self.places[cell].unpacked()
    }

    /// Puts the cells into listing order; of the same terms, the one that was added first comes first.
    pub(super) fn sort(&mut self) {
        // Positions are sorted and not the cells, of which a sort would hold half a second time.
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_by(|&a, &b| self.cells[a].listing_order(&self.cells[b]));
        for at in 0..order.len() {
            let mut from = order[at];
            // What stood before `at` has been swapped away, to where it was swapped with.
            while from < at {
                from = order[from];
            }
            order[at] = from;
            self.cells.swap(at, from);
            self.places.swap(at, from);
        }
    }

    /// The cell with these terms; the cells must have been put into order.
    pub(super) fn find(&mut self, terms: &[Term]) -> Option<&mut Cell> {
        let key = (terms.len(), terms);
        let at = self.cells.binary_search_by(|cell| (cell.terms.len(), &*cell.terms).cmp(&key));
        at.ok().map(|at| &mut self.cells[at])
    }
}

/// Gives every backend its cells; their places are handed back.
pub(super) fn deal_out(
    cells: impl IntoIterator<Item = PlacedCells>,
    backends: &mut [Backend],
) -> Origins {
    let deal = |(mut placed, backend): (PlacedCells, &mut Backend)| {
        placed.cells.shrink_to_fit();
        placed.places.shrink_to_fit();
        backend.cells = placed.cells.into();
        placed.places
    };
    Origins::new(cells.into_iter().zip(backends).map(deal).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Level;

    #[test]
    fn cells_and_their_places_are_sorted_together_and_stably() {
        let ids = ["e", "b", "d", "b", "a", "c", "b"];
        let mut cells = PlacedCells::default();
        for (at, id) in ids.into_iter().enumerate() {
            let cell = Cell::new([Term::on(id)], Level::Supported, "a.md");
            cells.push(cell, &FileSpan { file: 0, span: at..at });
        }
        cells.sort();
        let sorted = cells.cells().iter().enumerate();
        let found: Vec<(&str, usize)> =
            sorted.map(|(at, cell)| (cell.terms[0].id(), cells.place(at).span.start)).collect();
        let wanted = [("a", 4), ("b", 1), ("b", 3), ("b", 6), ("c", 5), ("d", 2), ("e", 0)];
        assert_eq!(found, wanted);
    }
}
