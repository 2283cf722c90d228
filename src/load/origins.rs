//! The places at which the cells of a matrix were written.

use super::FileSpan;

/// The place of every cell of a matrix, by backend and cell, in the order of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    places: Vec<Vec<FileSpan>>,
}

impl Origins {
    /// The places of the cells of each backend, in the order of the cells.
    #[must_use]
    pub fn new(places: Vec<Vec<FileSpan>>) -> Self {
        Origins { places }
    }

    /// The place of a cell, by the position of its backend and its own position there.
    #[must_use]
    pub fn of(&self, backend: usize, cell: usize) -> Option<&FileSpan> {
        self.places.get(backend)?.get(cell)
    }
}
