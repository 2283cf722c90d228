//! Footnotes: numbered remarks below a table or anywhere on the page, and the cells' notes.

use std::collections::HashMap;
use std::ops::Range;

use crate::matrix::{Note, NoteKind};

use super::context::PageContext;
use super::legend::{LegendMarks, Legends, Marks};
use super::markdown::{emphasised_word, inline};
use super::outline::{Footnote, PageTable};
use super::qualified::{Explanation, Explanations, MarkerNote};
use super::reading::{MarkRemark, remark};
use crate::load::text::bounded;

/// The longest footnote; more is not read.
const LONGEST_FOOTNOTE: usize = 20_000;

/// The legend and the lists of footnotes by which the cells of one table are read.
pub(super) struct CellContext<'a, 'l> {
    pub(super) marks: Marks,
    pub(super) explanations: Explanations<'a>,
    /// The table's own list.
    pub(super) own: usize,
    /// The list of the backend whose column is read, for a table that has none.
    pub(super) backend: Option<usize>,
    /// Every list of the page; the last one counts everywhere.
    pub(super) lists: &'l mut [FootnoteList<'a>],
}

/// Everything on the page by which cells are read.
pub(super) struct PageKeys<'a> {
    pub(super) legends: Legends,
    /// The footnotes that open with a marker.
    pub(super) marked: &'a [MarkerNote<'a>],
    /// Every list of numbered footnotes; the last one counts everywhere.
    pub(super) lists: Vec<FootnoteList<'a>>,
}

impl<'a> PageKeys<'a> {
    /// What the cells of one table are read by.
    pub(super) fn of(&mut self, table: &PageTable) -> CellContext<'a, '_> {
        let LegendMarks { marks, markers } = self.legends.of(table);
        let explanations = Explanations { legend: markers, notes: self.marked };
        CellContext { marks, explanations, own: table.list, backend: None, lists: &mut self.lists }
    }
}

impl CellContext<'_, '_> {
    /// The list in which a number is looked up.
    fn list(&self, number: u32) -> Option<usize> {
        let everywhere = self.lists.len().checked_sub(1);
        let mut lists = [Some(self.own), self.backend, everywhere].into_iter().flatten();
        lists.find(|&list| self.lists[list].knows(number))
    }

    /// Whether there is a footnote of this number.
    pub(super) fn knows(&self, number: u32) -> bool {
        self.list(number).is_some()
    }

    /// The explanation of a marker after a mark.
    pub(super) fn explain(&self, mark: &str, marker: &str) -> Option<Explanation> {
        self.explanations.of(mark, marker, [Some(self.own), self.backend])
    }

    /// The note of this number, which is thereby used.
    pub(super) fn refer(&mut self, number: u32, context: &mut PageContext<'_>) -> Option<Note> {
        let list = self.list(number)?;
        self.lists[list].refer(number, context)
    }
}

/// A list of footnotes; of two with one number the first counts.
pub(super) struct FootnoteList<'a> {
    list: &'a [Footnote],
    by_number: HashMap<u32, usize>,
    /// The notes that were referred to.
    used: Vec<Option<Note>>,
}

impl<'a> FootnoteList<'a> {
    /// Numbers a list of footnotes, none of which is used yet.
    pub(super) fn new(list: &'a [Footnote]) -> Self {
        let mut by_number = HashMap::with_capacity(list.len());
        for (at, footnote) in list.iter().enumerate() {
            by_number.entry(footnote.number).or_insert(at);
        }
        FootnoteList { list, by_number, used: vec![None; list.len()] }
    }

    fn knows(&self, number: u32) -> bool {
        self.by_number.contains_key(&number)
    }

    fn refer(&mut self, number: u32, context: &mut PageContext<'_>) -> Option<Note> {
        let at = *self.by_number.get(&number)?;
        let note = self.used[at].get_or_insert_with(|| note_of(&self.list[at], context));
        Some(note.clone())
    }

    /// The footnotes that no cell refers to; each is reported.
    pub(super) fn unused(&self, context: &mut PageContext<'_>) -> Vec<Note> {
        let unused = self.list.iter().zip(&self.used).filter(|(_, used)| used.is_none());
        unused.map(|(footnote, _)| unused_note(footnote, context)).collect()
    }
}

fn unused_note(footnote: &Footnote, context: &mut PageContext<'_>) -> Note {
    context.problems.warning(
        "unused-footnote",
        footnote.span.clone(),
        format!("no cell refers to footnote {}", footnote.number),
        "it is kept as a note on the backend; refer to it or remove it",
    );
    note_of(footnote, context)
}

/// The note that a footnote is. One that opens with `*requirement*:` or `*limit*:` is of that kind.
fn note_of(footnote: &Footnote, context: &mut PageContext<'_>) -> Note {
    let body = bounded(&context.text[footnote.body.clone()], LONGEST_FOOTNOTE);
    let kind = emphasised_word(body).and_then(|(word, rest)| {
        let kind = NoteKind::ALL.into_iter().find(|kind| kind.id() == word);
        Some((kind?, rest))
    });
    let (kind, body) = kind.unwrap_or((NoteKind::Info, body));
    let read = inline(body, context.text, context.definitions);
    for label in &read.unresolved {
        warn_unresolved(label, &footnote.span, context);
    }
    let MarkRemark { text, source } = remark(&read.text, read.link.as_deref());
    Note::new(kind, text, source)
}

/// Says that the page does not define a link.
pub(super) fn warn_unresolved(label: &str, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "unresolved-link",
        span.clone(),
        format!("the page does not define the link `[{label}]`"),
        "the note is read without its source; define the link",
    );
}
