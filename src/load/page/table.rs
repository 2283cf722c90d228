//! The cells of one table: a range of the page in, level, mark and notes out.

use std::ops::Range;

use crate::matrix::{Cell, Level, Note, NoteKind, Term};

use super::context::PageContext;
use super::footnotes::{CellContext, warn_unresolved};
use super::markers::is_sign;
use super::outline::PageTable;
use super::reading::{self, CellContent, CellReading, MarkRemark};
use super::words::MarkMeaning;
use crate::load::text::bounded;

/// The longest cell that is read.
const LONGEST_CELL: usize = 8_000;
/// The meaning of a cell without a mark.
const BLANK: MarkMeaning = MarkMeaning { level: Level::Unsupported, caveat: false };

/// A cell of the page that says something.
pub(super) struct PageCell {
    pub(super) meaning: MarkMeaning,
    /// Whether a marker or a title says more of the mark.
    pub(super) qualified: bool,
    /// Whether the cell holds no mark, no footnote number and no marker.
    pub(super) blank: bool,
    pub(super) span: Range<usize>,
    printed: String,
    notes: Vec<Note>,
}

impl PageCell {
    /// The mark as printed, empty where there is none.
    pub(super) fn printed(&self) -> &str {
        &self.printed
    }

    /// Adds notes that it does not have yet.
    pub(super) fn add_notes(&mut self, notes: &[Note]) {
        for note in notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }

    /// The cell of a matrix with these terms; `None` where the page says that it says nothing.
    pub(super) fn cell(
        self,
        terms: impl IntoIterator<Item = Term>,
        context: &PageContext<'_>,
    ) -> Option<Cell> {
        if self.meaning.level == Level::Undocumented && self.notes.is_empty() {
            return None;
        }
        let mut cell = Cell::new(terms, self.meaning.level, context.source(self.span.start));
        cell.caveat = self.meaning.caveat;
        cell.mark = Some(self.printed.into());
        cell.notes = self.notes;
        Some(cell)
    }

    /// Takes over the notes of the same pair's other half where this one has none.
    pub(super) fn adopt_notes(&mut self, other: &PageCell) {
        if self.notes.is_empty() && self.meaning == other.meaning {
            self.notes.clone_from(&other.notes);
        }
    }
}

/// Reads what a cell holds, without saying what is wrong with it.
pub(super) fn reading(
    span: &Range<usize>,
    key: &CellContext<'_, '_>,
    context: &PageContext<'_>,
) -> CellReading {
    let markdown = &context.text[span.clone()];
    if markdown.len() > LONGEST_CELL && !markdown.trim().is_empty() {
        return CellReading::unreadable(format!("{}…", bounded(markdown, 40)));
    }
    let known = |number| key.knows(number);
    let read = reading::read(markdown, context.text, context.definitions, &key.legend, &known);
    // A cell of nothing but a marker is one of nothing but a footnote, if it is one.
    let unexplained = |labels: &[String]| !labels.iter().any(|label| key.explains(label));
    match read.content {
        CellContent::Blank if !read.markers.is_empty() && unexplained(&read.markers) => {
            CellReading::unreadable(markdown.to_owned())
        }
        _ => read,
    }
}

/// The meaning of a cell that can be read; nothing is said of one that cannot.
pub(super) fn meaning(
    span: &Range<usize>,
    key: &CellContext<'_, '_>,
    context: &PageContext<'_>,
) -> Option<MarkMeaning> {
    match reading(span, key, context).content {
        CellContent::Blank => Some(BLANK),
        CellContent::Mark { meaning, .. } => Some(meaning),
        CellContent::Contradictory(_) | CellContent::Unreadable(_) => None,
    }
}

/// Reads a cell; one that cannot be read is an error.
pub(super) fn cell(
    span: &Range<usize>,
    key: &mut CellContext<'_, '_>,
    context: &mut PageContext<'_>,
) -> Option<PageCell> {
    let CellReading { content, footnotes, markers, titles, unresolved } =
        reading(span, key, context);
    let (meaning, mark, said) = match content {
        CellContent::Blank => (BLANK, String::new(), None),
        CellContent::Mark { meaning, printed, note } => (meaning, printed, note),
        CellContent::Unreadable(text) => {
            unreadable(span, &text, context);
            return None;
        }
        CellContent::Contradictory(text) => {
            contradictory(span, &text, context);
            return None;
        }
    };
    for label in &unresolved {
        warn_unresolved(label, span, context);
    }
    let blank = mark.is_empty() && footnotes.is_empty() && markers.is_empty();
    let titled = !titles.is_empty();
    let said = said.map(|MarkRemark { text, source }| Note::new(NoteKind::Info, text, source));
    let titles = titles.into_iter().map(|title| Note::new(NoteKind::Info, title, None));
    let mut notes: Vec<Note> = said.into_iter().chain(titles).collect();
    for number in footnotes {
        match key.refer(number, context) {
            Some(note) => notes.push(note),
            None => warn_missing(number, span, context),
        }
    }
    for label in &markers {
        match key.refer_marker(&mark, label, context) {
            Some(note) => notes.push(note),
            // A title over the marker explains it.
            None if titled => {}
            None => warn_unexplained(label, span, context),
        }
    }
    notes.dedup();
    let qualified = titled || !markers.is_empty();
    let printed = with_signs(mark, &markers);
    Some(PageCell { meaning, qualified, blank, span: span.clone(), printed, notes })
}

/// A mark as printed, with the signs after it; a sign alone is no mark.
fn with_signs(mut mark: String, labels: &[String]) -> String {
    if !mark.is_empty() {
        mark.extend(labels.iter().map(String::as_str).filter(|label| is_sign(label)));
    }
    mark
}

fn unreadable(span: &Range<usize>, text: &str, context: &mut PageContext<'_>) {
    context.problems.error(
        "unreadable-cell",
        span.clone(),
        format!("`{}` is no mark that the legend or the usual marks explain", bounded(text, 80)),
        "write a known mark such as ✅, 🚧, ❌, — or a blank, or explain the mark in the legend",
    );
}

fn contradictory(span: &Range<usize>, text: &str, context: &mut PageContext<'_>) {
    context.problems.error(
        "unreadable-cell",
        span.clone(),
        format!("`{}` holds marks that contradict each other", bounded(text, 80)),
        "keep the one mark that holds, and say the rest in a footnote",
    );
}

fn warn_missing(number: u32, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "missing-footnote",
        span.clone(),
        format!("the page has no footnote {number} here"),
        "the cell is read without the note; add the footnote",
    );
}

fn warn_unexplained(label: &str, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "missing-footnote",
        span.clone(),
        format!("nothing on the page explains the `{label}` here"),
        "the cell is read without the note, a ✅ with a caveat; explain it below the table, as \
         `\\* why`, or in the legend",
    );
}

/// Says that rows after a gap are no part of the table.
pub(super) fn warn_cut_off(table: &PageTable, context: &mut PageContext<'_>) {
    let Some((first, count)) = &table.cut_off else { return };
    let message = match count {
        1 => "this row is cut off from the table above".to_owned(),
        n => format!("this row and {} more are cut off from the table above", n - 1),
    };
    let help = "what is cut off is left out, as if nothing were documented; remove the lines between \
                the rows";
    context.problems.warning("cut-off-rows", first.clone(), message, help);
}

/// Reports rows that have not as many cells as the head; returns whether there are any.
pub(super) fn is_ragged(table: &PageTable, context: &mut PageContext<'_>) -> bool {
    for (row, found) in &table.ragged {
        context.problems.error(
            "ragged-table",
            row.clone(),
            format!("this row has {found} cells, the head has {}", table.width),
            "give every row a cell for each column",
        );
    }
    !table.ragged.is_empty()
}
