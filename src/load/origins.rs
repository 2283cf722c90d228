//! The places at which the cells of a matrix were written.

use super::FileSpan;

/// The place of every cell of a matrix, by backend and cell, in the order of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    places: Vec<Vec<PackedSpan>>,
}

/// A [`FileSpan`] in half the memory: no file that is read has as many bytes as a `u32` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedSpan {
    file: u32,
    start: u32,
    end: u32,
}

impl Origins {
    /// The places of the cells of each backend, in the order of the cells.
    pub(super) fn new(places: Vec<Vec<PackedSpan>>) -> Self {
        Origins { places }
    }

    /// The place of a cell, by the position of its backend and its own position there.
    #[must_use]
    pub fn of(&self, backend: usize, cell: usize) -> Option<FileSpan> {
        Some(self.places.get(backend)?.get(cell)?.unpacked())
    }
}

impl PackedSpan {
    /// Packs a place. Beyond what a `u32` counts it is the last place that is counted.
    pub(super) fn new(place: &FileSpan) -> Self {
        let packed = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        PackedSpan {
            file: packed(place.file),
            start: packed(place.span.start),
            end: packed(place.span.end),
        }
    }

    /// The place.
    pub(super) fn unpacked(self) -> FileSpan {
        FileSpan { file: self.file as usize, span: self.start as usize..self.end as usize }
    }
}
