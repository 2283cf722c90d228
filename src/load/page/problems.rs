//! The problems of a page as they are found, kept to a bounded number.

use std::ops::Range;

use crate::load::{Diagnostic, Severity};

/// How many errors, and how many lesser problems, a report lists; the rest are counted.
const LISTED: usize = 100;

/// Collects problems; every one is counted, a bounded number is kept.
#[derive(Default)]
pub(super) struct Problems {
    errors: Vec<Diagnostic>,
    others: Vec<Diagnostic>,
    errors_left_out: usize,
    others_left_out: usize,
}

impl Problems {
    /// Something that makes the page unusable.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: impl Into<Option<Range<usize>>>,
        message: String,
        help: &str,
    ) {
        if self.errors.len() < LISTED {
            self.errors.push(Diagnostic::error(code, message, span).with_help(help));
        } else {
            self.errors_left_out += 1;
        }
    }

    /// Something that was assumed.
    pub(super) fn warning(
        &mut self,
        code: &'static str,
        span: impl Into<Option<Range<usize>>>,
        message: String,
        help: &str,
    ) {
        self.other(Diagnostic::warning(code, message, span).with_help(help));
    }

    /// Something worth knowing.
    pub(super) fn note(
        &mut self,
        code: &'static str,
        span: impl Into<Option<Range<usize>>>,
        message: String,
        help: &str,
    ) {
        let warning = Diagnostic::warning(code, message, span).with_help(help);
        self.other(Diagnostic { severity: Severity::Note, ..warning });
    }

    fn other(&mut self, diagnostic: Diagnostic) {
        if self.others.len() < LISTED {
            self.others.push(diagnostic);
        } else {
            self.others_left_out += 1;
        }
    }

    /// Whether the page is unusable so far.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Everything that was found, in the order of the page; with `strict`, warnings are errors.
    pub(super) fn finish(self, strict: bool) -> Vec<Diagnostic> {
        let mut all = self.errors;
        all.extend(self.others);
        all.sort_by_key(|d| d.span.as_ref().map_or(0, |span| span.start));
        for diagnostic in &mut all {
            if strict && diagnostic.severity == Severity::Warning {
                diagnostic.severity = Severity::Error;
            }
        }
        if self.errors_left_out + self.others_left_out > 0 {
            all.push(left_out(self.errors_left_out, self.others_left_out));
        }
        all
    }
}

fn left_out(errors: usize, others: usize) -> Diagnostic {
    let message = format!("{errors} more errors and {others} more warnings are not listed");
    let note = Diagnostic::warning("more-problems", message, None);
    Diagnostic { severity: Severity::Note, ..note }.with_help("fix the listed ones and run again")
}
