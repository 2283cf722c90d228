//! Cells and their notes as answers show them, with the addresses of their sources.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{CellRef, Target};
use crate::matrix::{Cell, Level, Matrix, Note, NoteKind, Term};

/// A cell as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchedCell {
    /// Whether this is a cell of the matrix or a platform fact.
    pub kind: CellKind,
    /// The terms that hold together.
    pub terms: Vec<Term>,
    /// The level.
    pub level: Level,
    /// Whether it works with a known limit.
    pub caveat: bool,
    /// The id of the rule that set the level or the caveat; `None` where the matrix says so.
    pub rule: Option<String>,
    /// The level that the matrix states, where a rule changed it.
    pub published: Option<Level>,
    /// What the sources say about it.
    pub notes: Vec<ShownNote>,
    /// Where it was read.
    pub source: String,
    /// The address of the source, where one is known.
    pub url: Option<String>,
}

/// The kind of thing that a [`TouchedCell`] is a cell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// A cell of the matrix, or a definition.
    Cell,
    /// A platform fact of the release.
    Platform,
}

/// A note as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownNote {
    /// What the note is for.
    pub kind: NoteKind,
    /// The remark.
    pub text: String,
    /// What must hold beside the terms of the cell.
    pub when: Vec<Term>,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
    /// The signals whose settings do all that it asks for. No part of the JSON, which has them beside it.
    #[serde(skip)]
    pub set_by: Vec<String>,
}

/// Values that are written as `null` where there is none, as a value where there is one, and else as an
/// array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T = String>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany(Vec::new())
    }
}

impl<T: Serialize> Serialize for OneOrMany<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [] => serializer.serialize_none(),
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written<T> {
            None(()),
            Many(Vec<T>),
            One(T),
        }
        Ok(OneOrMany(match Written::deserialize(deserializer)? {
            Written::None(()) => Vec::new(),
            Written::One(one) => vec![one],
            Written::Many(several) => several,
        }))
    }
}

/// Cells of a backend as answers show them, each worked out when first shown. Most never are, so that
/// there is room for a block of them only when one of it is.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownCells {
    blocks: Vec<OnceLock<Box<[ShownOnce; BLOCK]>>>,
}

/// A cell as answers show it, once it was shown.
type ShownOnce = OnceLock<Arc<TouchedCell>>;

/// The cells of a block.
const BLOCK: usize = 32;

impl ShownCells {
    /// So many cells, none of which was shown.
    pub(super) fn of(cells: usize) -> Self {
        let blocks = (0..cells.div_ceil(BLOCK)).map(|_| OnceLock::new());
        ShownCells { blocks: blocks.collect() }
    }

    /// A cell, by its position.
    fn get(&self, cell: usize) -> Option<&ShownOnce> {
        let block = self.blocks.get(cell / BLOCK)?;
        let block = block.get_or_init(|| Box::new([const { ShownOnce::new() }; BLOCK]));
        Some(&block[cell % BLOCK])
    }
}

impl TouchedCell {
    /// A cell of a matrix as an answer shows it, with all of its notes, the rule that set its level and
    /// the level that the rule changed.
    #[must_use]
    pub fn of(
        cell: &Cell,
        (rule, published): (Option<&str>, Option<Level>),
        matrix: &Matrix,
    ) -> Self {
        let notes = cell.notes.iter();
        TouchedCell {
            kind: CellKind::Cell,
            terms: cell.terms.to_vec(),
            level: cell.level,
            caveat: cell.caveat,
            rule: rule.map(str::to_owned),
            published,
            notes: notes.map(|note| ShownNote::of(note, matrix)).collect(),
            source: cell.source.to_string(),
            url: matrix.url(&cell.source),
        }
    }

    /// The order that cells are listed in: by number of terms, then by the terms themselves.
    #[must_use]
    pub fn listing_order(&self, other: &TouchedCell) -> Ordering {
        (self.terms.len(), &self.terms).cmp(&(other.terms.len(), &other.terms))
    }

    /// Whether there is nothing to say about the cell but that it works.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.level == Level::Supported && !self.caveat && self.notes.is_empty()
    }
}

impl ShownNote {
    /// A note on a cell of a matrix.
    #[must_use]
    pub fn of(note: &Note, matrix: &Matrix) -> Self {
        ShownNote {
            kind: note.kind,
            text: note.text.clone(),
            when: note.when.clone(),
            workaround: note.workaround.clone(),
            fixed_in: note.fixed_in.clone(),
            source: OneOrMany(note.sources.clone()),
            url: OneOrMany(matrix.urls(&note.sources, note.repository.as_deref())),
            set_by: note.set_by.clone(),
        }
    }

    /// A remark that no document makes.
    pub(crate) fn by_definition(text: &str) -> Self {
        ShownNote {
            kind: NoteKind::Info,
            text: text.to_owned(),
            when: Vec::new(),
            workaround: None,
            fixed_in: None,
            source: OneOrMany::default(),
            url: OneOrMany::default(),
            set_by: Vec::new(),
        }
    }
}

impl Target<'_> {
    /// A cell as answers show it, with all of its notes. One that the matrix or a rule states is worked
    /// out once.
    #[must_use]
    pub fn shown(&self, cell: CellRef) -> Arc<TouchedCell> {
        let known = match cell {
            CellRef::Given(i) => self.index.given_shown.get(i),
            CellRef::Extra(i) => Some(&self.index.extra[i].shown),
            CellRef::NoFeature(_) | CellRef::NoPair(..) | CellRef::NoChoice(_) => None,
        };
        let shown = || {
            let kind = if self.is_platform(cell) { CellKind::Platform } else { CellKind::Cell };
            let shown = TouchedCell::of(&self.cell(cell), self.rule(cell), self.matrix);
            Arc::new(TouchedCell { kind, ..shown })
        };
        known.map_or_else(shown, |known| Arc::clone(known.get_or_init(shown)))
    }
}
