//! The problems of the files that are read: collected as they are found, a bounded number kept, and
//! handed on in the order of the files and of the places in them.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::ops::Range;

use super::{Diagnostic, FileSpan, Report, Severity};

/// More errors of a model than this are counted and not kept.
const KEPT_OF_MODEL: usize = 2_000;
/// More errors of a page than this, and more of its lesser problems, are counted and not kept.
const KEPT_OF_PAGE: usize = 100;
/// More problems than this are not shown for one file of a model.
const SHOWN: usize = 1_000;
/// Finding the lines of all problems of a file should not look at more bytes than this.
const SCANNED: usize = 512 << 20;

/// One file that was read.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// The name, as the user gave it or as an include resolved it.
    pub(super) name: String,
    /// The text.
    pub(super) text: String,
}

/// The place of a problem: its file, and the range in it unless it is about the whole file.
pub(super) struct ProblemPlace {
    file: usize,
    span: Option<Range<usize>>,
}

/// A place in the file of a given number.
impl From<&FileSpan> for ProblemPlace {
    fn from(at: &FileSpan) -> Self {
        ProblemPlace { file: at.file, span: Some(at.span.clone()) }
    }
}

/// A place in the only file.
impl From<Range<usize>> for ProblemPlace {
    fn from(span: Range<usize>) -> Self {
        ProblemPlace { file: 0, span: Some(span) }
    }
}

/// A place in the only file, or all of it.
impl From<Option<Range<usize>>> for ProblemPlace {
    fn from(span: Option<Range<usize>>) -> Self {
        ProblemPlace { file: 0, span }
    }
}

/// The number of problems, errors apart from the lesser ones.
#[derive(Clone, Copy, Default)]
struct ProblemCount {
    errors: usize,
    others: usize,
}

impl ProblemCount {
    fn of(&mut self, severity: Severity) -> &mut usize {
        if severity == Severity::Error { &mut self.errors } else { &mut self.others }
    }
}

/// The problems found so far: every one is counted, a bounded number is kept.
pub(super) struct Problems {
    limit: usize,
    kept: RefCell<Vec<(usize, Diagnostic)>>,
    found: Cell<ProblemCount>,
}

impl Problems {
    /// No problem of a model, vocabulary or rule file yet.
    pub(super) fn of_model() -> Self {
        Problems::up_to(KEPT_OF_MODEL)
    }

    /// No problem of a page yet.
    pub(super) fn of_page() -> Self {
        Problems::up_to(KEPT_OF_PAGE)
    }

    fn up_to(limit: usize) -> Self {
        Problems { limit, kept: RefCell::default(), found: Cell::default() }
    }

    /// Adds something that makes the input unusable.
    pub(super) fn error(
        &self,
        code: &'static str,
        at: impl Into<ProblemPlace>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Error, code, at.into(), message.into(), help.into());
    }

    /// Adds something that was assumed.
    pub(super) fn warning(
        &self,
        code: &'static str,
        at: impl Into<ProblemPlace>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Warning, code, at.into(), message.into(), help.into());
    }

    /// Adds something worth knowing.
    pub(super) fn note(
        &self,
        code: &'static str,
        at: impl Into<ProblemPlace>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Note, code, at.into(), message.into(), help.into());
    }

    fn add(
        &self,
        severity: Severity,
        code: &'static str,
        at: ProblemPlace,
        message: String,
        help: String,
    ) {
        let problem = Diagnostic { severity, ..Diagnostic::error(code, message, at.span) };
        self.push(at.file, problem.with_help(help));
    }

    /// Adds a problem of a file.
    pub(super) fn push(&self, file: usize, diagnostic: Diagnostic) {
        let mut found = self.found.get();
        let count = found.of(diagnostic.severity);
        *count += 1;
        if *count <= self.limit {
            self.kept.borrow_mut().push((file, diagnostic));
        }
        self.found.set(found);
    }

    /// Whether further errors would only be counted.
    pub(super) fn is_full(&self) -> bool {
        self.found.get().errors >= self.limit
    }

    /// Whether any problem makes the input unusable.
    pub(super) fn has_errors(&self) -> bool {
        self.found.get().errors > 0
    }

    /// Counts the errors and lesser problems that were not kept.
    fn left_out(&self) -> ProblemCount {
        let ProblemCount { errors, others } = self.found.get();
        ProblemCount {
            errors: errors.saturating_sub(self.limit),
            others: others.saturating_sub(self.limit),
        }
    }

    /// One report per file of a model, each with its problems in the order of their places.
    pub(super) fn into_reports(self, inputs: Vec<Input>) -> Vec<Report> {
        let left_out = self.left_out();
        let mut reports: Vec<Report> = inputs
            .into_iter()
            .map(|input| Report { file: input.name, text: input.text, diagnostics: Vec::new() })
            .collect();
        for (file, diagnostic) in self.kept.into_inner() {
            reports[file].diagnostics.push(diagnostic);
        }
        for report in &mut reports {
            report.diagnostics.sort_by_key(|problem| {
                problem.span.as_ref().map(|span| (span.start, span.end)).unwrap_or_default()
            });
            report.diagnostics.dedup();
            shorten(report, left_out.errors + left_out.others);
        }
        reports
    }

    /// Every problem of a page in the order of the page, errors first where several are at one
    /// place; with `strict`, warnings are errors.
    pub(super) fn into_diagnostics(self, strict: bool) -> Vec<Diagnostic> {
        let left_out = self.left_out();
        let kept = self.kept.into_inner().into_iter();
        let mut all: Vec<Diagnostic> = kept.map(|(_, problem)| problem).collect();
        all.sort_by_key(|problem| {
            let start = problem.span.as_ref().map_or(0, |span| span.start);
            (start, Reverse(problem.severity == Severity::Error))
        });
        for problem in &mut all {
            if strict && problem.severity == Severity::Warning {
                problem.severity = Severity::Error;
            }
        }
        if left_out.errors + left_out.others > 0 {
            all.push(more(left_out));
        }
        all
    }
}

fn more(left_out: ProblemCount) -> Diagnostic {
    let ProblemCount { errors, others } = left_out;
    let message = format!("{errors} more errors and {others} more warnings are not listed");
    let note = Diagnostic::warning("more-problems", message, None);
    Diagnostic { severity: Severity::Note, ..note }.with_help("fix the listed ones and run again")
}

/// Cuts a list of problems that nobody would read to its end, and says so.
fn shorten(report: &mut Report, uncounted: usize) {
    let limit = (SCANNED / report.text.len().max(1)).clamp(10, SHOWN);
    if report.diagnostics.len() <= limit {
        return;
    }
    let more = report.diagnostics.len() - limit + uncounted;
    let place = report.diagnostics[limit].span.clone();
    report.diagnostics.truncate(limit);
    report.diagnostics.push(
        Diagnostic::error(
            "too-many-problems",
            format!("at least {more} more problems follow"),
            place,
        )
        .with_help("fix those above first"),
    );
}
