//! Cells as the bundled records hold them: every text once, so that reading them is quick.
//!
//! Formats for people are left as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Cell, Level, Note, NoteKind, Term};

/// The cells of a backend with each text replaced by its position among the texts.
#[derive(Serialize, Deserialize)]
struct Packed<'t> {
    #[serde(borrow)]
    texts: Vec<&'t str>,
    cells: Vec<PackedCell>,
}

#[derive(Serialize, Deserialize)]
struct PackedCell {
    terms: Vec<(bool, usize)>,
    level: Level,
    caveat: bool,
    mark: Option<usize>,
    notes: Vec<(NoteKind, usize, Option<usize>)>,
    source: usize,
}

/// Texts numbered in the order in which they were first met.
#[derive(Default)]
struct Texts<'t> {
    texts: Vec<&'t str>,
    numbers: BTreeMap<&'t str, usize>,
}

impl<'t> Texts<'t> {
    fn number(&mut self, text: &'t str) -> usize {
        *self.numbers.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }
}

pub(super) fn serialize<S: Serializer>(cells: &[Cell], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return cells.serialize(serializer);
    }
    let mut texts = Texts::default();
    let cells = cells.iter().map(|cell| pack(cell, &mut texts)).collect();
    Packed { texts: texts.texts, cells }.serialize(serializer)
}

fn pack<'t>(cell: &'t Cell, texts: &mut Texts<'t>) -> PackedCell {
    let terms = cell.terms.iter().map(|term| (term.is_negated(), texts.number(term.id())));
    let terms = terms.collect();
    let notes = cell.notes.iter().map(|note| {
        let text = texts.number(&note.text);
        (note.kind, text, note.source.as_deref().map(|source| texts.number(source)))
    });
    let notes = notes.collect();
    let mark = cell.mark.as_deref().map(|mark| texts.number(mark));
    let source = texts.number(&cell.source);
    PackedCell { terms, level: cell.level, caveat: cell.caveat, mark, notes, source }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Cell>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    let Packed { texts, cells } = Packed::deserialize(deserializer)?;
    let text = |number: usize| texts.get(number).copied().unwrap_or_default().to_owned();
    let unpack = |packed: PackedCell| Cell {
        terms: packed.terms.into_iter().map(|(negated, id)| term(negated, text(id))).collect(),
        level: packed.level,
        caveat: packed.caveat,
        mark: packed.mark.map(text),
        notes: packed
            .notes
            .into_iter()
            .map(|(kind, words, source)| Note { kind, text: text(words), source: source.map(text) })
            .collect(),
        source: text(packed.source),
    };
    Ok(cells.into_iter().map(unpack).collect())
}

fn term(negated: bool, id: String) -> Term {
    if negated { Term::off(id) } else { Term::on(id) }
}
