//! Footnotes: numbered remarks below a table or anywhere on the page, and the cells' notes.

use std::collections::HashMap;
use std::ops::Range;

use crate::matrix::{Note, NoteKind};

use super::context::PageContext;
use super::legend::{LegendMarks, Legends, marked_key};
use super::markdown::{emphasised_word, inline};
use super::markers::{self, MarkerList, keep_markers};
use super::outline::{Footnote, PageTable};
use super::reading::{MarkRemark, remark};
use crate::load::text::bounded;

/// The longest footnote; more is not read.
const LONGEST_FOOTNOTE: usize = 20_000;
/// The longest name; more is not read.
const LONGEST_NAME: usize = 400;

/// Everything on the page by which cells are read.
pub(super) struct PageKeys<'a> {
    pub(super) legends: Legends,
    /// Every list of numbered footnotes; the last one counts everywhere.
    pub(super) lists: Vec<FootnoteList<'a>>,
    /// The footnotes that explain markers.
    pub(super) markers: MarkerList<'a>,
}

impl<'a> PageKeys<'a> {
    /// What the cells of one table are read by.
    pub(super) fn of(&mut self, table: &PageTable) -> CellContext<'a, '_> {
        CellContext {
            legend: self.legends.of(table),
            legends: &self.legends,
            own: table.list,
            backend: None,
            lists: &mut self.lists,
            markers: &mut self.markers,
        }
    }
}

/// The legend and the lists of footnotes by which the cells of one table are read.
pub(super) struct CellContext<'a, 'l> {
    /// The legend that counts for the table.
    pub(super) legend: LegendMarks,
    legends: &'l Legends,
    /// The table's own list.
    own: usize,
    /// The list of the backend whose column is read, for a table that has none.
    pub(super) backend: Option<usize>,
    /// Every list of the page; the last one counts everywhere.
    lists: &'l mut [FootnoteList<'a>],
    /// The footnotes that explain markers.
    markers: &'l mut MarkerList<'a>,
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

    /// The note of this number, which is thereby used.
    pub(super) fn refer(&mut self, number: u32, context: &mut PageContext<'_>) -> Option<Note> {
        let list = self.list(number)?;
        self.lists[list].refer(number, context)
    }

    /// Whether the page says what a marker means.
    pub(super) fn explains(&self, label: &str) -> bool {
        self.legends.note_anywhere(label).is_some()
            || self.markers.knows(label, [Some(self.own), self.backend])
    }

    /// The note that explains a marker after a mark: that of the two together, or of the marker below
    /// the table, in a legend, or anywhere. A footnote is thereby used.
    pub(super) fn refer_marker(
        &mut self,
        mark: &str,
        label: &str,
        context: &mut PageContext<'_>,
    ) -> Option<Note> {
        let both = self.legend.notes.get(&marked_key(mark, label)).filter(|_| !mark.is_empty());
        if let Some(both) = both {
            return Some(both.clone());
        }
        let own = self.markers.refer_in(label, [Some(self.own), self.backend], context);
        own.or_else(|| self.legend.notes.get(label).cloned())
            .or_else(|| self.legends.note_anywhere(label).cloned())
            .or_else(|| self.markers.refer_anywhere(label, context))
    }

    /// The notes that a name refers to; they are about every cell of its row or column. A number
    /// that is no footnote is a part of the name.
    pub(super) fn notes_of_name(
        &mut self,
        name: &Range<usize>,
        context: &mut PageContext<'_>,
    ) -> Vec<Note> {
        let markdown = keep_markers(bounded(&context.text[name.clone()], LONGEST_NAME));
        let read = inline(&markdown, context.text, context.definitions);
        let signs = markers::split(&read.text, &read.raised, |_| true);
        let mut notes: Vec<Note> =
            read.footnotes.iter().filter_map(|&number| self.refer(number, context)).collect();
        for label in signs.iter().flat_map(|(_, labels)| labels).chain(&read.markers) {
            notes.extend(self.refer_marker("", label, context));
        }
        notes
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
        let Footnote { span, body, .. } = &self.list[at];
        let note = self.used[at].get_or_insert_with(|| note_of(span, body, context));
        Some(note.clone())
    }

    /// The footnotes that no cell refers to; each is reported.
    pub(super) fn unused(&self, context: &mut PageContext<'_>) -> Vec<Note> {
        let unused = self.list.iter().zip(&self.used).filter(|(_, used)| used.is_none());
        unused.map(|(footnote, _)| unused_note(footnote, context)).collect()
    }
}

fn unused_note(footnote: &Footnote, context: &mut PageContext<'_>) -> Note {
    warn_unused(&footnote.number.to_string(), &footnote.span, context);
    note_of(&footnote.span, &footnote.body, context)
}

/// Says that no cell refers to a footnote.
pub(super) fn warn_unused(name: &str, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "unused-footnote",
        span.clone(),
        format!("no cell refers to footnote {name}"),
        "it is kept as a note on the backend; refer to it or remove it",
    );
}

/// The note that a footnote is. One that opens with `*requirement*:` or `*limit*:` is of that kind.
pub(super) fn note_of(
    span: &Range<usize>,
    body: &Range<usize>,
    context: &mut PageContext<'_>,
) -> Note {
    let body = bounded(&context.text[body.clone()], LONGEST_FOOTNOTE);
    let kind = emphasised_word(body).and_then(|(word, rest)| {
        let kind = NoteKind::ALL.into_iter().find(|kind| kind.id() == word);
        Some((kind?, rest))
    });
    let (kind, body) = kind.unwrap_or((NoteKind::Info, body));
    let read = inline(body, context.text, context.definitions);
    for label in &read.unresolved {
        warn_unresolved(label, span, context);
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
