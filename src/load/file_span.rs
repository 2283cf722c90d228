//! Places in the files that were read.

use std::ops::Range;

/// A place in one of several files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileSpan {
    /// Which of the files, in the order in which they were read.
    pub file: usize,
    /// The bytes of the file.
    pub span: Range<usize>,
}
