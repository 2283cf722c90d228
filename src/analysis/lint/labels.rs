//! Checks of a document as such: its label, footnotes without a cell, a part that is missing.

use super::subject::{About, Subject};
use crate::load::Severity;
use crate::matrix::{NoteKind, Release};

pub(super) fn check(subject: &mut Subject<'_>, expected: Option<&Release>) {
    release(subject, expected);
    notes_without_cell(subject);
    if !subject.loaded.is_complete() {
        subject.find(
            Severity::Note,
            "incomplete",
            About::All,
            "this is a part of a matrix: for some backend only pairs of features are stated"
                .to_owned(),
            "merge it with the page that compares the backends, which states each feature: \
             `dynamo-plan import PAGE COMPARISON-PAGE -o FILE`",
        );
    }
}

/// The importer says where a page calls itself something else; here that is what is looked for.
fn release(subject: &mut Subject<'_>, expected: Option<&Release>) {
    let Some(expected) = expected else { return };
    const CODE: &str = "release-label-differs";
    for found in subject.found.iter_mut().filter(|found| found.problem.code == CODE) {
        found.problem.severity = Severity::Warning;
    }
    let label = &subject.matrix().release;
    if subject.has(CODE) || label.as_ref() == Some(expected) {
        return;
    }
    let message = match label {
        Some(label) => format!("this calls itself {label}, not {expected}"),
        None => format!("this names no release, and {expected} is expected"),
    };
    subject.find(Severity::Warning, CODE, About::All, message, "fix the label");
}

/// Footnotes that no cell refers to. The importer finds those of a page at their positions.
fn notes_without_cell(subject: &mut Subject<'_>) {
    const CODE: &str = "unused-footnote";
    if subject.has(CODE) {
        return;
    }
    for (_, backend) in subject.backends() {
        // A note of any other kind was meant for the backend as a whole.
        for note in backend.notes.iter().filter(|note| note.kind == NoteKind::Info) {
            let start: String = note.text.chars().take(60).collect();
            let message = format!("{}: no cell refers to the note “{start}”", backend.name);
            let help = "name the cells that it is about, or remove it";
            subject.find(Severity::Warning, CODE, About::All, message, help);
        }
    }
}
