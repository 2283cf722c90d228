//! The shape `dynamo-plan/matrix/v1`.

use serde::Serialize;

use crate::load::{Diagnostic, Report, Severity};
use crate::matrix::{
    Backend, Dimension, Feature, Group, Level, Matrix, Note, Platform, Release, Rule, RuleSet, Term,
};
use crate::plan::{MatrixRef, Notice, ShownNote};

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
    backends: Vec<BackendView<'m>>,
    diagnostics: Vec<DiagnosticView<'m>>,
    notices: [Notice; 0],
}

/// A backend as JSON.
#[derive(Debug, Serialize)]
struct BackendView<'m> {
    id: &'m str,
    name: &'m str,
    aliases: &'m [String],
    cells: Vec<CellView<'m>>,
    notes: Vec<ShownNote>,
    engine: Option<&'m str>,
    platforms: &'m [Platform],
}

/// A cell as JSON; that of a rule names it.
#[derive(Debug, Serialize)]
struct CellView<'m> {
    terms: &'m [Term],
    level: Level,
    caveat: bool,
    mark: Option<&'m str>,
    rule: Option<&'m str>,
    notes: Vec<ShownNote>,
    source: &'m str,
    url: Option<String>,
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
    /// The matrix with these of its backends and, beside its cells, those of the rules that are about
    /// it.
    #[must_use]
    pub fn new(matrix: &'m Matrix, backends: Vec<&'m Backend>, rules: &'m [RuleSet]) -> Self {
        MatrixView {
            schema: "dynamo-plan/matrix/v1",
            tool: env!("CARGO_PKG_VERSION"),
            matrices: [MatrixRef::of(matrix)],
            release: matrix.release.as_ref(),
            source: &matrix.provenance.source,
            features: &matrix.features,
            groups: &matrix.groups,
            pattern: matrix.dimension.as_ref(),
            backends: backends.into_iter().map(|it| BackendView::new(matrix, it, rules)).collect(),
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

impl<'m> BackendView<'m> {
    fn new(matrix: &'m Matrix, backend: &'m Backend, rules: &'m [RuleSet]) -> Self {
        let notes = |notes: &[Note]| notes.iter().map(|note| ShownNote::of(note, matrix)).collect();
        let cells = backend.cells.iter().map(|cell| CellView {
            terms: &cell.terms,
            level: cell.level,
            caveat: cell.caveat,
            mark: cell.mark.as_deref(),
            rule: None,
            notes: notes(&cell.notes),
            source: &cell.source,
            url: matrix.url(&cell.source),
        });
        let about = |rule: &&Rule| rule.applies_to(matrix.release.as_ref(), &backend.id);
        let rules = rules.iter().flat_map(|set| {
            set.rules.iter().filter(about).map(move |rule| {
                let source = rule.sources.first().map_or("", String::as_str);
                CellView {
                    terms: &rule.terms,
                    level: rule.level,
                    caveat: rule.caveat,
                    mark: None,
                    rule: Some(&rule.id),
                    notes: vec![ShownNote::of(&rule.note(&set.id), matrix)],
                    source,
                    url: matrix.url(source),
                }
            })
        });
        BackendView {
            id: &backend.id,
            name: &backend.name,
            aliases: &backend.aliases,
            cells: cells.chain(rules).collect(),
            notes: notes(&backend.notes),
            engine: backend.engine.as_deref(),
            platforms: &backend.platforms,
        }
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
