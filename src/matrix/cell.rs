//! Cells: the facts that a matrix is made of.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Level, Term, Terms, shared_text};

/// One fact: on this backend, with these terms holding together, support is at this level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The terms that must hold for the cell to count, sorted and without repeats. A feature cell
    /// has one term, a pair cell two, a rule cell any number.
    pub terms: Terms,
    /// The level of support.
    pub level: Level,
    /// It works with a known limit. Never blocks a plan.
    pub caveat: bool,
    /// The mark as the page printed it; `None` in bundled models.
    pub mark: Option<Arc<str>>,
    /// The notes of the source on the cell.
    pub notes: Vec<Note>,
    /// The source of the level: a path, with an anchor or a line where known. Cells share it.
    #[serde(deserialize_with = "shared_text::required")]
    pub source: Arc<str>,
}

impl Cell {
    /// A cell without notes or flags; the terms may come in any order.
    pub fn new(
        terms: impl IntoIterator<Item = Term>,
        level: Level,
        source: impl Into<Arc<str>>,
    ) -> Self {
        let terms = terms.into_iter().collect();
        Cell { terms, level, caveat: false, mark: None, notes: Vec::new(), source: source.into() }
    }

    /// Whether there is nothing to say about the cell but that it works.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.level == Level::Supported && !self.caveat && self.notes.is_empty()
    }

    /// The order in which cells are listed everywhere: by number of terms, then by terms.
    #[must_use]
    pub fn listing_order(&self, other: &Cell) -> Ordering {
        (self.terms.len(), &self.terms).cmp(&(other.terms.len(), &other.terms))
    }
}

/// A remark on a cell or a backend, in this project's words or the page's. It changes no level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The kind of note.
    pub kind: NoteKind,
    /// The remark.
    pub text: String,
    /// What must hold, beside the terms of the cell, for the note to be about a configuration:
    /// features that are on or off, options, and facts.
    pub when: Vec<Term>,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix what the note is about.
    pub fixed_in: Option<String>,
    /// The role whose flags, variables or fields the note is about: `frontend`, `worker` and so on.
    pub role: Option<String>,
    /// The flags, variables or fields that the note is about, as they are written.
    pub names: Vec<String>,
    /// The signals whose settings do all that a requirement asks for, by id.
    pub set_by: Vec<String>,
    /// The documents that say so.
    pub sources: Vec<String>,
    /// The repository that paths among them are of, where it is not the matrix's.
    pub repository: Option<String>,
}

/// What a note is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// What must be there or be set before it works: Prometheus, KV events.
    Requirement,
    /// The point where it stops working.
    Limit,
    /// What is known to break.
    KnownIssue,
    /// It is on its way out: since when, and what takes its place.
    Deprecated,
    /// Another page of the same release says otherwise.
    Disputed,
    /// Good to know.
    #[default]
    Info,
}

impl NoteKind {
    /// Every kind, in the order in which notes are listed.
    pub const ALL: [NoteKind; 6] = [
        NoteKind::Requirement,
        NoteKind::Limit,
        NoteKind::KnownIssue,
        NoteKind::Deprecated,
        NoteKind::Disputed,
        NoteKind::Info,
    ];

    /// The name that files and answers write, such as `known-issue`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            NoteKind::Requirement => "requirement",
            NoteKind::Limit => "limit",
            NoteKind::KnownIssue => "known-issue",
            NoteKind::Deprecated => "deprecated",
            NoteKind::Disputed => "disputed",
            NoteKind::Info => "info",
        }
    }
}

impl Note {
    /// A note of this kind with these words and, where it has one, its source.
    pub fn new(kind: NoteKind, text: impl Into<String>, source: Option<String>) -> Self {
        Note { kind, text: text.into(), sources: source.into_iter().collect(), ..Note::default() }
    }

    /// The text with what it is only for, what helps, and the release that fixes it.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut text = self.text.clone();
        if !self.when.is_empty() {
            let when: Vec<&str> = self.when.iter().map(Term::as_str).collect();
            text.push_str(&format!(" (only with {})", when.join(" and ")));
        }
        if let Some(workaround) = &self.workaround {
            text.push_str(&format!(" Workaround: {workaround}"));
        }
        if let Some(release) = &self.fixed_in {
            text.push_str(&format!(" Fixed in {release}."));
        }
        text
    }
}
