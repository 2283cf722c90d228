//! What is known of a plan, as comments of its manifest: each once, at the first line that it is about.

use std::sync::Arc;

use crate::matrix::NoteKind;
use crate::plan::{ConditionalRule, Run, ShownNote, TouchedCell};

/// The notes on the cells of a plan that were not written yet.
pub(super) struct OpenRemarks {
    notes: Vec<OpenRemark>,
}

/// A note that was not written yet.
struct OpenRemark {
    kind: NoteKind,
    /// The features that it is about.
    features: Vec<String>,
    text: String,
}

impl OpenRemarks {
    /// The requirements, limits and known issues of a plan, but for what its settings do.
    pub(super) fn of(cells: &[Arc<TouchedCell>], run: &Run) -> Self {
        let mut notes: Vec<OpenRemark> = Vec::new();
        for cell in cells {
            let features: Vec<String> = cell
                .terms
                .iter()
                .filter(|term| !term.is_negated())
                .map(|term| term.id().to_owned())
                .collect();
            for note in cell.notes.iter().filter(|note| !run.does(note)) {
                let Some(text) = told(note, &features) else { continue };
                if !notes.iter().any(|known| known.text == text) {
                    notes.push(OpenRemark { kind: note.kind, features: features.clone(), text });
                }
            }
        }
        OpenRemarks { notes }
    }

    /// Takes the notes about any of these features.
    pub(super) fn take(&mut self, features: &[String]) -> Vec<String> {
        let is_about = |note: &OpenRemark| note.features.iter().any(|id| features.contains(id));
        let (taken, left) = std::mem::take(&mut self.notes).into_iter().partition(is_about);
        self.notes = left;
        texts(taken)
    }

    /// Takes the notes of a kind that are about no line.
    pub(super) fn rest(&mut self, kinds: &[NoteKind]) -> Vec<String> {
        let is_of = |note: &OpenRemark| kinds.contains(&note.kind);
        let (taken, left) = std::mem::take(&mut self.notes).into_iter().partition(is_of);
        self.notes = left;
        texts(taken)
    }
}

fn texts(notes: Vec<OpenRemark>) -> Vec<String> {
    notes.into_iter().map(|note| note.text).collect()
}

/// A note in a paragraph; `None` where it is of no kind that is told.
fn told(note: &ShownNote, features: &[String]) -> Option<String> {
    let kind = match note.kind {
        NoteKind::Requirement => "requirement",
        NoteKind::Limit => "limit",
        NoteKind::KnownIssue => "known issue",
        NoteKind::Info | NoteKind::Deprecated | NoteKind::Disputed => return None,
    };
    let when: Vec<&str> =
        note.when.iter().map(|term| term.fact().unwrap_or(term.as_str())).collect();
    let when =
        if when.is_empty() { String::new() } else { format!(" (only with {})", when.join(", ")) };
    let start = format!("{kind}, {}{when}: {}", features.join(" + "), note.text);
    Some(with_remedy(start, note.workaround.as_deref(), note.fixed_in.as_deref()))
}

/// A rule that waits for facts, in a paragraph. What is written may state one of them.
pub(super) fn told_rule(rule: &ConditionalRule) -> String {
    let start = format!("only with {}, {}: {}", rule.facts.join(" and "), level(rule), rule.text);
    with_remedy(start, rule.workaround.as_deref(), rule.fixed_in.as_deref())
}

/// A rule that counts by what is written, in a paragraph, with the way to plan without it.
pub(super) fn told_brought(rule: &ConditionalRule) -> String {
    let start = format!(
        "what is written brings {}, and with that it is {}: {}",
        rule.facts.join(" and "),
        level(rule),
        rule.text
    );
    let text = with_remedy(start, rule.workaround.as_deref(), rule.fixed_in.as_deref());
    let facts = rule.facts.join(",");
    format!("{text} Plan around it with `--fact {facts}`. ({})", rule.rule)
}

fn level(rule: &ConditionalRule) -> &'static str {
    if rule.caveat { "limited" } else { rule.level.id() }
}

/// A remark with what helps and what fixes it.
fn with_remedy(mut text: String, workaround: Option<&str>, fixed_in: Option<&str>) -> String {
    if let Some(workaround) = workaround {
        text.push_str(&format!(" Workaround: {workaround}"));
    }
    if let Some(release) = fixed_in {
        text.push_str(&format!(" Fixed in {release}."));
    }
    text
}
