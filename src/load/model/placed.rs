//! Values with the place in a file at which they were written.

use std::ops::Range;

use crate::load::FileSpan;

/// A value and the place that it was written at.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    /// The value.
    pub(super) value: T,
    /// Where it was written.
    pub(super) place: FileSpan,
}

impl<T> Placed<T> {
    /// Puts another value at the same place.
    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: f(self.value), place: self.place }
    }
}

/// A place at a position of a file.
pub(super) fn place(file: usize, span: Range<usize>) -> FileSpan {
    FileSpan { file, span }
}
