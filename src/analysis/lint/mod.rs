//! Findings of a model or page that are worth a maintainer's look: documents as they were read in,
//! findings with stable codes and positions out.

mod cells;
mod labels;
mod positions;
mod reachability;
mod subject;

use serde::{Deserialize, Serialize};

use crate::load::{Diagnostic, Loaded, Report, Severity};
use crate::matrix::{Release, RuleSet, Term};
use crate::plan::{Effort, MatrixRef, Notice};
use positions::FileLines;
use subject::{Found, Subject};

/// The most findings of one document that are listed; the rest are counted.
const MOST_LISTED: usize = 1_000;

/// Everything that was found. Serialises as `dynamo-plan/lint/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lint {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were looked at; a document that could not be read is none.
    pub matrices: Vec<MatrixRef>,
    /// Whether everything was looked at.
    pub complete: bool,
    /// The keys that are not whole: `findings` where the time ran out.
    pub incomplete: Vec<String>,
    /// The findings, document by document, in the order of the positions.
    pub findings: Vec<Finding>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// One thing worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// A stable code such as `unreachable-cell`.
    pub code: String,
    /// The severity.
    pub severity: Severity,
    /// The finding in one sentence.
    pub message: String,
    /// The position.
    pub at: At,
    /// The cell that it is about, where it is about one.
    pub cell: Option<CellName>,
    /// The fix.
    pub help: Option<String>,
}

/// A position in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// The file as the user named it, or the source of a bundled cell.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
}

/// The cell that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellName {
    /// The backend's id.
    pub backend: String,
    /// The cell's terms.
    pub terms: Vec<Term>,
}

/// The findings, and the same by file for drawing them at their positions.
#[derive(Clone, Debug)]
pub struct Linted {
    /// The findings.
    pub lint: Lint,
    /// The files, each with its findings.
    pub reports: Vec<Report>,
}

/// Looks at documents: matrices that were read, or the reports of those that cannot be used. The
/// rule sets are checked against the matrices that they are about; where a release is expected,
/// another label is a finding.
#[must_use]
pub fn lint(
    documents: &[Result<Loaded, Vec<Report>>],
    rule_sets: &[RuleSet],
    expected: Option<&Release>,
) -> Linted {
    lint_within(documents, rule_sets, expected, Effort::default())
}

/// The same, as far as the effort allows: then with what was found so far.
#[must_use]
pub fn lint_within(
    documents: &[Result<Loaded, Vec<Report>>],
    rule_sets: &[RuleSet],
    expected: Option<&Release>,
    effort: Effort,
) -> Linted {
    let mut lint = Lint {
        schema: "dynamo-plan/lint/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices: Vec::new(),
        complete: true,
        incomplete: Vec::new(),
        findings: Vec::new(),
        notices: Vec::new(),
    };
    let mut ended = None;
    let mut reports = Vec::new();
    for document in documents {
        let (found, mut files) = match document {
            Ok(loaded) => {
                lint.matrices.push(MatrixRef::of(&loaded.matrix));
                (of_matrix(loaded, rule_sets, expected, effort, &mut ended), files(loaded))
            }
            Err(reports) => (read(reports), reports.clone()),
        };
        lint.findings.extend(positions::findings(&found, &FileLines::new(&files)));
        for (at, file) in files.iter_mut().enumerate() {
            let here = found.iter().filter(|found| found.file == at);
            file.diagnostics = here.map(|found| found.problem.clone()).collect();
        }
        reports.extend(files);
    }
    if let Some(ended) = ended {
        lint.complete = false;
        lint.incomplete.push("findings".to_owned());
        lint.notices.push(ended);
    }
    Linted { lint, reports }
}

/// The files that a matrix was read from; a bundled one stands for itself.
fn files(loaded: &Loaded) -> Vec<Report> {
    if !loaded.reports.is_empty() {
        return loaded.reports.clone();
    }
    let release = loaded.matrix.release.as_ref();
    let file = release.map_or_else(|| "matrix".to_owned(), |label| format!("Dynamo {label}"));
    vec![Report { file, text: String::new(), diagnostics: Vec::new() }]
}

/// The findings that reading gave.
fn read(reports: &[Report]) -> Vec<Found> {
    let files = reports.iter().enumerate();
    let found = files.flat_map(|(file, report)| {
        report.diagnostics.iter().map(move |problem| Found {
            problem: problem.clone(),
            file,
            cell: None,
            source: None,
        })
    });
    found.collect()
}

/// Everything about a matrix that was read, in the order of the positions, or what was found of it until
/// the search ended.
fn of_matrix(
    loaded: &Loaded,
    rule_sets: &[RuleSet],
    expected: Option<&Release>,
    effort: Effort,
    ended: &mut Option<Notice>,
) -> Vec<Found> {
    let mut subject = Subject::new(loaded, read(&loaded.reports), effort);
    labels::check(&mut subject, expected);
    cells::check(&mut subject);
    reachability::check(&mut subject, rule_sets);
    *ended = ended.take().or(subject.ended);
    let mut found = subject.found;
    found.sort_by_key(|found| {
        let start = found.problem.span.as_ref().map_or(0, |span| span.start);
        (found.file, start)
    });
    if let Some(more) = found.len().checked_sub(MOST_LISTED).filter(|&more| more > 0) {
        found.truncate(MOST_LISTED);
        let message = format!("{} more findings are not listed", more + subject.unlisted);
        let problem = Diagnostic::warning("more-findings", message, None)
            .with_help("fix the listed ones and look again");
        let problem = Diagnostic { severity: Severity::Note, ..problem };
        found.push(Found { problem, file: 0, cell: None, source: None });
    }
    found
}
