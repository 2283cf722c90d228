//! The cells of one table: a range of the page in, level, mark and notes out.

use std::ops::Range;

use crate::matrix::{Cell, Level, Note, NoteKind, Term};

use super::context::PageContext;
use super::footnotes::{CellContext, warn_unresolved};
use super::outline::PageTable;
use super::qualified::qualify;
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
    /// Whether the cell holds no mark and no footnote number.
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

    /// The cell of a matrix with these terms; `None` where the page says that it says nothing.
    pub(super) fn cell(self, terms: Vec<Term>, context: &PageContext<'_>) -> Option<Cell> {
        if self.meaning.level == Level::Undocumented && self.notes.is_empty() {
            return None;
        }
        let mut cell = Cell::new(terms, self.meaning.level, context.source(self.span.start));
        cell.caveat = self.meaning.caveat;
        cell.mark = Some(self.printed);
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
        let content = CellContent::Unreadable(format!("{}…", bounded(markdown, 40)));
        let (footnotes, markers, unresolved) = (Vec::new(), Vec::new(), Vec::new());
        return CellReading { content, footnotes, markers, unresolved };
    }
    let known = |number| key.knows(number);
    reading::read(markdown, context.text, context.definitions, &key.marks, &known)
}

/// A mark together with the markers after it.
struct QualifiedMark {
    /// `None` where the page explains a marker by words that contradict the mark.
    meaning: Option<MarkMeaning>,
    notes: Vec<Note>,
    /// The markers that the page does not explain.
    unexplained: Vec<String>,
}

/// Takes the markers after a mark into account.
fn qualified(
    mark: MarkMeaning,
    printed: &str,
    markers: &[String],
    key: &CellContext<'_, '_>,
) -> QualifiedMark {
    let mut found = QualifiedMark { meaning: Some(mark), notes: vec![], unexplained: vec![] };
    for marker in markers {
        let explanation = key.explain(printed, marker);
        let said = explanation.as_ref().and_then(|explanation| explanation.meaning);
        found.meaning = found.meaning.and_then(|meaning| qualify(meaning, said));
        match explanation {
            Some(explanation) => found.notes.push(explanation.note),
            None => found.unexplained.push(marker.clone()),
        }
    }
    found
}

/// The meaning of a cell that can be read; nothing is said of one that cannot.
pub(super) fn meaning(
    span: &Range<usize>,
    key: &CellContext<'_, '_>,
    context: &PageContext<'_>,
) -> Option<MarkMeaning> {
    let read = reading(span, key, context);
    match read.content {
        CellContent::Blank => Some(BLANK),
        CellContent::Mark { meaning, printed, .. } => {
            qualified(meaning, &printed, &read.markers, key).meaning
        }
        CellContent::Contradictory(_) | CellContent::Unreadable(_) => None,
    }
}

/// Reads a cell; one that cannot be read is an error.
pub(super) fn cell(
    span: &Range<usize>,
    key: &mut CellContext<'_, '_>,
    context: &mut PageContext<'_>,
) -> Option<PageCell> {
    let read = reading(span, key, context);
    let (meaning, mut printed, said) = match read.content {
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
    let qualified = qualified(meaning, &printed, &read.markers, key);
    printed.extend(read.markers.iter().map(String::as_str));
    let Some(meaning) = qualified.meaning else {
        contradictory(span, &printed, context);
        return None;
    };
    for marker in &qualified.unexplained {
        warn_unexplained(marker, span, context);
    }
    let info = |MarkRemark { text, source }| Note::new(NoteKind::Info, text, source);
    let mut notes: Vec<Note> = said.map(info).into_iter().chain(qualified.notes).collect();
    for label in &read.unresolved {
        warn_unresolved(label, span, context);
    }
    let blank = printed.is_empty() && read.footnotes.is_empty();
    for number in read.footnotes {
        match key.refer(number, context) {
            Some(note) => notes.push(note),
            None => warn_missing(number, span, context),
        }
    }
    notes.dedup();
    Some(PageCell { meaning, blank, span: span.clone(), printed, notes })
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

fn warn_unexplained(marker: &str, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "missing-footnote",
        span.clone(),
        format!("nothing on the page explains the `{marker}` here"),
        "the cell is read with a caveat and no note; explain it below the table, as `\\* why`, or in \
         the legend",
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
