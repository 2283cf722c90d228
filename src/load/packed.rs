//! Matrices as the bundled records hold them: every text of a backend's cells once, to be borrowed
//! from the record, and the lists of all its cells one after another, so that reading them is quick.
//! The build packs, the program unpacks.

use serde::{Deserialize, Serialize};

use crate::matrix::{Cell, Level, Matrix, Note, NoteKind, Term, Text};

/// A matrix whose backends have no cells, and the cells of each backend.
#[derive(Serialize, Deserialize)]
pub(crate) struct PackedMatrix<'t> {
    pub(crate) matrix: Matrix,
    #[serde(borrow)]
    pub(crate) backends: Vec<PackedCells<'t>>,
}

/// The cells of a backend, each text replaced by its position among the texts.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct PackedCells<'t> {
    #[serde(borrow)]
    pub(crate) texts: Vec<&'t str>,
    pub(crate) terms: Vec<usize>,
    pub(crate) notes: Vec<(NoteKind, usize, Option<usize>)>,
    pub(crate) cells: Vec<PackedCell>,
}

/// A cell, with how many of the terms and notes are its own: they follow those of the cells before.
#[derive(Serialize, Deserialize)]
pub(crate) struct PackedCell {
    pub(crate) terms: usize,
    pub(crate) level: Level,
    pub(crate) caveat: bool,
    pub(crate) mark: Option<usize>,
    pub(crate) notes: usize,
    pub(crate) source: usize,
}

impl PackedMatrix<'static> {
    /// The matrix that was packed.
    pub(crate) fn unpack(self) -> Matrix {
        let mut matrix = self.matrix;
        for (backend, packed) in matrix.backends.iter_mut().zip(&self.backends) {
            backend.cells = packed.unpack();
        }
        matrix
    }
}

impl PackedCells<'static> {
    fn unpack(&self) -> Vec<Cell> {
        let text = |number: usize| Text::Borrowed(self.texts.get(number).copied().unwrap_or(""));
        let term = |number: &usize| Term::from(text(*number));
        let note = |&(kind, words, source): &(NoteKind, usize, Option<usize>)| Note {
            kind,
            text: text(words),
            source: source.map(text),
        };
        let (mut terms, mut notes) = (self.terms.iter(), self.notes.iter());
        let unpack = |packed: &PackedCell| Cell {
            terms: terms.by_ref().take(packed.terms).map(term).collect(),
            level: packed.level,
            caveat: packed.caveat,
            mark: packed.mark.map(text),
            notes: notes.by_ref().take(packed.notes).map(note).collect(),
            source: text(packed.source),
        };
        self.cells.iter().map(unpack).collect()
    }
}
