//! A backend's notes, each with a mark that its cells can refer to.

use crate::matrix::{Backend, Cell, Matrix, Note};

use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::words;

/// Every note of some cells once, in the order of the cells.
pub(super) struct NumberedNotes<'b> {
    notes: Vec<(&'b Note, Vec<&'b Cell>)>,
    unused: &'b [Note],
}

impl<'b> NumberedNotes<'b> {
    /// The notes of all of a backend's cells, and those that no cell refers to.
    pub(super) fn of(backend: &'b Backend) -> Self {
        NumberedNotes::on(&backend.cells).with_unused(&backend.notes)
    }

    /// The notes of some cells.
    pub(super) fn on(cells: impl IntoIterator<Item = &'b Cell>) -> Self {
        let mut notes: Vec<(&Note, Vec<&Cell>)> = Vec::new();
        for cell in cells {
            for note in &cell.notes {
                match notes.iter_mut().find(|(known, _)| *known == note) {
                    Some((_, cells)) => cells.push(cell),
                    None => notes.push((note, vec![cell])),
                }
            }
        }
        NumberedNotes { notes, unused: &[] }
    }

    /// The positions of a cell's notes, from 0.
    pub(super) fn positions(&self, cell: &Cell) -> impl Iterator<Item = usize> {
        let position = |note: &Note| self.notes.iter().position(|(known, _)| *known == note);
        cell.notes.iter().filter_map(position)
    }

    /// The letters of a cell's notes: `a,c`.
    pub(super) fn letters(&self, cell: &Cell) -> String {
        let mut positions: Vec<usize> = self.positions(cell).collect();
        positions.sort_unstable();
        positions.into_iter().map(letter).collect::<Vec<_>>().join(",")
    }

    /// The notes and the cells that they are on, in order.
    pub(super) fn notes(&self) -> &[(&'b Note, Vec<&'b Cell>)] {
        &self.notes
    }

    /// Adds notes that no cell refers to.
    pub(super) fn with_unused(self, unused: &'b [Note]) -> Self {
        NumberedNotes { unused, ..self }
    }

    /// The notes that no cell refers to.
    pub(super) fn unused(&self) -> &'b [Note] {
        self.unused
    }

    /// The notes as lines: letter, kind, cells, text, source.
    pub(super) fn items(&self, matrix: &Matrix) -> Vec<Text> {
        let used = self.notes.iter().enumerate().map(|(i, (note, cells))| {
            let start = Text::of(Tone::Strong, &letter(i)).and(" ").and(words::kind(note.kind));
            let on = start.and(" on ").each(cells, ", ", |text, cell| text.together(&cell.terms));
            line(on, note, matrix)
        });
        let unused = self
            .unused
            .iter()
            .map(|note| line(Text::plain(words::kind(note.kind)).and(" on no cell"), note, matrix));
        used.chain(unused).collect()
    }
}

/// A note's text and source after what it is about.
fn line(start: Text, note: &Note, matrix: &Matrix) -> Text {
    let urls = matrix.urls(&note.sources, note.repository.as_deref());
    start.and(": ").and(&note.in_full()).sources(&note.sources, &urls)
}

/// `a` to `z`, then `aa`, `ab` and so on.
fn letter(position: usize) -> String {
    let last = char::from(b'a' + u8::try_from(position % 26).unwrap_or(0));
    let before = if position < 26 { String::new() } else { letter(position / 26 - 1) };
    format!("{before}{last}")
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 701, 702].map(letter), ["a", "z", "aa", "zz", "aaa"]);
    }
}
