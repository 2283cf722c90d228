//! The result of loading: a matrix, its origins and the reports on its files.

use super::pins::PlatformTables;
use super::{FileSpan, Origins, Position, Report};
use crate::matrix::{Backend, Matrix};

/// The kind of document that a matrix comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// One of the releases that the program was built with.
    Bundled,
    /// A model file, or several documents that were merged.
    Model,
    /// A published page.
    Page,
}

/// A matrix that was read, with everything worth knowing about how it was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The matrix.
    pub matrix: Matrix,
    /// Where each of its cells was written.
    pub origins: Origins,
    /// The files that were read, the named one first, each with its warnings.
    pub reports: Vec<Report>,
    /// The rows of its platform tables that the matrix did not take.
    pub(super) platforms: PlatformTables,
    pub(super) kind: DocumentKind,
}

impl Loaded {
    /// A bundled matrix.
    #[must_use]
    pub fn of(matrix: Matrix) -> Self {
        Loaded {
            matrix,
            origins: Origins::default(),
            reports: Vec::new(),
            platforms: PlatformTables::default(),
            kind: DocumentKind::Bundled,
        }
    }

    /// The kind of document that it was read from.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Whether it says only what releases are built for, as
    /// [`PageOptions::platforms_alone`](super::PageOptions::platforms_alone) allows.
    #[must_use]
    pub fn is_platforms_alone(&self) -> bool {
        self.matrix.backends.is_empty()
    }

    /// Whether every backend has feature cells, be it such as say that nothing is documented. The
    /// page of a single backend states none: it can be merged with others, not planned on.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let states_features =
            |backend: &Backend| backend.cells.iter().any(|cell| cell.terms.len() == 1);
        !self.matrix.backends.is_empty() && self.matrix.backends.iter().all(states_features)
    }

    /// The file in which a cell was written, and where in it.
    #[must_use]
    pub fn position(&self, backend: usize, cell: usize) -> Option<(&str, Position)> {
        let FileSpan { file, span } = self.origins.of(backend, cell)?;
        let report = self.reports.get(file)?;
        Some((&report.file, super::position(&report.text, span.start)))
    }
}
