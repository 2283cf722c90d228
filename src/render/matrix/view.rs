//! The shape `dynamo-plan/matrix/v1`.

use serde::Serialize;

use crate::load::{Diagnostic, Report, Severity};
use crate::matrix::{Backend, Dimension, Feature, Group, Matrix, Release};
use crate::plan::{MatrixRef, Notice};

/// A matrix as JSON: every feature, pair and rule cell of each backend.
#[derive(Debug, Serialize)]
pub struct MatrixView<'m> {
    schema: &'static str,
    tool: &'static str,
    matrices: [MatrixRef; 1],
    release: Option<&'m Release>,
    source: &'m str,
    features: &'m [Feature],
    groups: &'m [Group],
    pattern: Option<&'m Dimension>,
    backends: Vec<&'m Backend>,
    diagnostics: Vec<DiagnosticView<'m>>,
    notices: [Notice; 0],
}

/// A diagnostic as JSON.
#[derive(Debug, Serialize)]
pub struct DiagnosticView<'r> {
    code: &'r str,
    severity: &'static str,
    message: &'r str,
    at: DiagnosticPosition<'r>,
    help: Option<&'r str>,
}

/// A position in a file, counted from 1.
#[derive(Debug, Serialize)]
pub struct DiagnosticPosition<'r> {
    /// The file as the user named it.
    pub file: &'r str,
    /// The line; `None` where the whole file is meant.
    pub line: Option<usize>,
    /// The column, in characters.
    pub column: Option<usize>,
}

impl<'m> MatrixView<'m> {
    /// The matrix with these of its backends.
    #[must_use]
    pub fn new(matrix: &'m Matrix, backends: Vec<&'m Backend>) -> Self {
        MatrixView {
            schema: "dynamo-plan/matrix/v1",
            tool: env!("CARGO_PKG_VERSION"),
            matrices: [MatrixRef::of(matrix)],
            release: matrix.release.as_ref(),
            source: &matrix.provenance.source,
            features: &matrix.features,
            groups: &matrix.groups,
            pattern: matrix.dimension.as_ref(),
            backends,
            diagnostics: Vec::new(),
            notices: [],
        }
    }

    /// Adds the diagnostics that were found while reading it.
    #[must_use]
    pub fn with_reports(mut self, reports: &'m [Report]) -> Self {
        let found = reports.iter().flat_map(|r| r.diagnostics.iter().map(move |found| (r, found)));
        self.diagnostics = found.map(|(r, found)| DiagnosticView::new(r, found)).collect();
        self
    }
}

impl<'r> DiagnosticView<'r> {
    /// One diagnostic of a report.
    #[must_use]
    pub fn new(report: &'r Report, diagnostic: &'r Diagnostic) -> Self {
        let position = report.position(diagnostic);
        DiagnosticView {
            code: diagnostic.code,
            severity: match diagnostic.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            message: &diagnostic.message,
            at: DiagnosticPosition {
                file: &report.file,
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
            },
            help: diagnostic.help.as_deref(),
        }
    }
}
