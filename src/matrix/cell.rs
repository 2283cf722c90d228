//! Cells: the facts that a matrix is made of.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Level, Term};

/// One fact: on this backend, with these terms holding together, support is at this level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The terms that must hold for the cell to count, sorted and without repeats. A feature cell
    /// has one term, a pair cell two, a rule cell any number.
    pub terms: Vec<Term>,
    /// The level of support.
    pub level: Level,
    /// It works with a known limit. Never blocks a plan.
    pub caveat: bool,
    /// The mark as the page printed it; `None` in bundled models.
    pub mark: Option<String>,
    /// The notes of the source on the cell.
    pub notes: Vec<Note>,
    /// The source of the level: a path, with an anchor or a line where known.
    pub source: String,
}

impl Cell {
    /// A cell without notes or flags; the terms may come in any order.
    pub fn new(
        terms: impl IntoIterator<Item = Term>,
        level: Level,
        source: impl Into<String>,
    ) -> Self {
        let mut terms: Vec<Term> = terms.into_iter().collect();
        terms.sort();
        terms.dedup();
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

/// A remark on a cell or a backend, in this project's words or the page's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The kind of note.
    pub kind: NoteKind,
    /// The remark.
    pub text: String,
    /// The document that says so.
    pub source: Option<String>,
}

/// The purpose of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Something that must be there before it works: Prometheus, KV events.
    Requirement,
    /// The point where it stops working.
    Limit,
    /// Good to know.
    Info,
}
