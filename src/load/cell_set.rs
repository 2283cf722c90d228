//! The cells of a backend while they are gathered from places that may say the same twice.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::FileSpan;
use super::placed_cells::PlacedCells;
use crate::matrix::{Cell, Term};

/// Cells of which no two have the same terms, found by these.
#[derive(Debug, Default)]
pub(super) struct CellSet {
    cells: PlacedCells,
    /// The positions of the cells, by the hashes of their terms, which are not kept a second time.
    positions: HashTable<u32>,
    hasher: RandomState,
}

impl CellSet {
    /// The cell of these terms and its place.
    pub(super) fn get(&self, terms: &[Term]) -> Option<(&Cell, FileSpan)> {
        let cells = self.cells.cells();
        let is_it = |at: &u32| *cells[*at as usize].terms == *terms;
        let at = *self.positions.find(self.hasher.hash_one(terms), is_it)? as usize;
        Some((&cells[at], self.cells.place(at)))
    }

    /// Makes room for so many more cells.
    pub(super) fn reserve(&mut self, more: usize) {
        self.cells.reserve(more);
    }

    /// Adds a cell whose terms no other has yet.
    pub(super) fn insert(&mut self, cell: Cell, place: &FileSpan) {
        let at = self.cells.cells().len() as u32;
        let hash = self.hasher.hash_one(&*cell.terms);
        self.cells.push(cell, place);
        let cells = self.cells.cells();
        let rehash = |at: &u32| self.hasher.hash_one(&*cells[*at as usize].terms);
        self.positions.insert_unique(hash, at, rehash);
    }

    /// The cells in listing order, with their places.
    pub(super) fn into_sorted(self) -> PlacedCells {
        // The table is of no use any more, and goes before the sort takes memory.
        drop(self.positions);
        let mut cells = self.cells;
        cells.sort();
        cells
    }
}
