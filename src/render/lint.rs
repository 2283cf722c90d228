//! Findings for people: each at its line, then how many there are.

use crate::analysis::{Lint, Linted};
use crate::load::Severity;

use super::origin::Origin;
use super::page::Page;
use super::page::style::Tone;
use super::page::text::Text;
use super::{Style, report, words};

/// The findings as text: the documents, every finding at its position, and the sum.
#[must_use]
pub fn text(linted: &Linted, origin: &Origin, style: &Style) -> String {
    let releases = linted.lint.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut out = Page::new(origin.title(releases)).to_terminal(style);
    out.push('\n');
    let found = linted.reports.iter().filter(|file| !file.diagnostics.is_empty());
    found.for_each(|file| out.push_str(&report(file, style, usize::MAX)));
    let mut sum = Page::default();
    sum.paragraph(Text::plain(&verdict(&linted.lint)));
    if origin.files.is_empty() && !linted.lint.findings.is_empty() {
        let why = "The bundle follows the published pages: what is found in it is what they say.";
        sum.paragraph(Text::of(Tone::Faint, why));
    }
    out.push_str(&sum.to_terminal(style));
    out
}

/// Counts the findings of each severity, in one sentence.
fn verdict(lint: &Lint) -> String {
    let count = |severity| lint.findings.iter().filter(|f| f.severity == severity).count();
    let kinds =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(severity, noun)| (count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| words::count(count, noun))
        .collect();
    let sum = match (kinds.is_empty(), lint.complete) {
        (true, true) => "Nothing to remark on.".to_owned(),
        (true, false) => "Nothing to remark on so far.".to_owned(),
        (false, _) => {
            format!("{}: {}.", words::count(lint.findings.len(), "finding"), kinds.join(", "))
        }
    };
    match lint.complete {
        true => sum,
        false => format!("{sum} {} before everything was looked at.", words::ended(&lint.notices)),
    }
}
