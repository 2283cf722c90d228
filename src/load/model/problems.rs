//! Collects every problem of a set of files; hands on one [`Report`] per file.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::load::{Diagnostic, FileSpan, Report};

/// A value and the place that it was written at.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it was written.
    pub(crate) place: FileSpan,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// The name, as the user gave it or as an include resolved it.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: String,
}

/// The problems found so far. Once too many were found, the rest is only counted.
#[derive(Default)]
pub(crate) struct Problems {
    found: RefCell<Vec<(usize, Diagnostic)>>,
    uncounted: Cell<usize>,
}

/// More problems than this are counted and not kept.
const KEPT: usize = 2_000;
/// More problems than this are not shown for one file.
const SHOWN: usize = 1_000;
/// Finding the lines of all problems of a file should not look at more bytes than this.
const SCANNED: usize = 512 << 20;

impl<T> At<T> {
    /// The same place with another value.
    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), place: self.place }
    }
}

impl Problems {
    /// Notes an error at a place, with what to do about it.
    pub(crate) fn error(
        &self,
        place: &FileSpan,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(place.file, Diagnostic::error(code, message, place.span.clone()).with_help(help));
    }

    /// Notes a problem of a file.
    pub(crate) fn push(&self, file: usize, diagnostic: Diagnostic) {
        let mut found = self.found.borrow_mut();
        if found.len() < KEPT {
            found.push((file, diagnostic));
        } else {
            self.uncounted.set(self.uncounted.get() + 1);
        }
    }

    /// Whether more problems would only be counted.
    pub(crate) fn is_full(&self) -> bool {
        self.found.borrow().len() >= KEPT
    }

    /// Whether any problem makes the input unusable.
    pub(crate) fn has_errors(&self) -> bool {
        use crate::load::Severity;
        self.found.borrow().iter().any(|(_, problem)| problem.severity == Severity::Error)
    }

    /// One report per file, each with its problems in the order of their places.
    pub(crate) fn into_reports(self, inputs: Vec<Input>) -> Vec<Report> {
        let mut reports: Vec<Report> = inputs
            .into_iter()
            .map(|input| Report { file: input.name, text: input.text, diagnostics: Vec::new() })
            .collect();
        for (file, diagnostic) in self.found.into_inner() {
            reports[file].diagnostics.push(diagnostic);
        }
        for report in &mut reports {
            report.diagnostics.sort_by_key(|problem| {
                problem.span.as_ref().map(|span| (span.start, span.end)).unwrap_or_default()
            });
            report.diagnostics.dedup();
            shorten(report, self.uncounted.get());
        }
        reports
    }
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

/// A place at a position of a file.
pub(crate) fn place(file: usize, span: Range<usize>) -> FileSpan {
    FileSpan { file, span }
}

/// `did you mean …?` with the names nearest to a wrong one, or else what to do.
pub(crate) fn suggest<'n>(
    wrong: &str,
    names: impl IntoIterator<Item = &'n str>,
    otherwise: &str,
) -> String {
    let near = nearest(wrong, names);
    if near.is_empty() {
        return otherwise.to_owned();
    }
    let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", quoted.join(" or "))
}

/// Up to three names that look like a wrong one, best first.
fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&wrong, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How alike two names are, from 0 to 1; a name that is part of the other counts as alike.
fn likeness(wrong: &str, name: &str) -> f64 {
    if wrong.len() > 200 {
        return 0.0;
    }
    let part = wrong.len() >= 3 && (name.contains(wrong) || wrong.contains(name));
    let score = strsim::jaro_winkler(wrong, name);
    if part { score.max(0.9) } else { score }
}

/// A wrong name as a message may quote it: one line, not too long.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}
