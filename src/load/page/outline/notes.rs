//! The footnotes of a page, line by line.

use super::builder::OutlineBuilder;
use super::{Footnote, MarkerFootnote};
use crate::load::page::markdown::{LineForm, PageLine};
use crate::load::page::qualified::footnote_opening;

/// The most footnotes of one list that are kept.
const MOST_FOOTNOTES: usize = 10_000;
/// The most footnotes of a page that open with a marker; what follows is not kept.
const MOST_MARKERS: usize = 200;

/// The list of footnotes that the lines now belong to.
#[derive(Default)]
pub(super) struct OpenNotes {
    /// The list of the tables above, unless a heading or another kind of table came between.
    pub(super) list: Option<usize>,
    /// A line "Notes:" opened the list.
    pub(super) open: bool,
    /// The next line goes on with the last footnote.
    pub(super) going_on: bool,
    /// The last footnote opens with a marker.
    pub(super) marked: bool,
}

impl OutlineBuilder<'_> {
    /// Reads a line of a footnote, if it is one.
    pub(super) fn footnote(&mut self, line: &PageLine) {
        let span = line.span.clone();
        if let LineForm::PageFootnote(number, body) = &line.form {
            self.keep_footnote(None, Footnote { number: *number, span, body: body.clone() });
            return;
        }
        let Some(list) = self.notes.list else { return };
        if self.marker_footnote(list, line) {
            return;
        }
        match &line.form {
            LineForm::Words(label)
                if self.is_called(&label.name, &["notes", "note", "footnotes"]) =>
            {
                self.notes.open = true;
            }
            LineForm::Numbered(number, body) if self.notes.open || line.quoted => {
                let footnote = Footnote { number: *number, span, body: body.clone() };
                self.keep_footnote(Some(list), footnote);
                self.notes.going_on = true;
                self.notes.marked = false;
            }
            _ if self.notes.going_on && self.notes.marked => {
                if let Some(last) = self.outline.marker_footnotes.last_mut() {
                    last.body.end = span.end;
                }
            }
            _ if self.notes.going_on => {
                if let Some(last) = self.outline.lists[list].last_mut() {
                    last.body.end = span.end;
                }
            }
            _ => {}
        }
    }

    /// Reads a line of a footnote that opens with a marker, if it is one. A bullet below a numbered
    /// footnote belongs to that.
    fn marker_footnote(&mut self, list: usize, line: &PageLine) -> bool {
        let opening = footnote_opening(&self.text[line.span.clone()]);
        let OpenNotes { going_on, marked, .. } = self.notes;
        let Some((marker, length, bullet)) =
            opening.filter(|(_, _, bullet)| !(*bullet && going_on && !marked))
        else {
            return false;
        };
        if self.outline.marker_footnotes.len() < MOST_MARKERS {
            let body = line.span.start + length..line.span.end;
            self.outline.marker_footnotes.push(MarkerFootnote { list, marker, body, bullet });
            self.notes.going_on = true;
            self.notes.marked = true;
        }
        true
    }

    fn keep_footnote(&mut self, list: Option<usize>, footnote: Footnote) {
        let list = match list {
            Some(list) => &mut self.outline.lists[list],
            None => &mut self.outline.footnotes,
        };
        if list.len() == MOST_FOOTNOTES {
            let message = format!("more than {MOST_FOOTNOTES} footnotes to one table");
            let span = footnote.span.clone();
            self.problems.error("too-large", span, message, "is this the right file?");
        }
        // One more than the limit is kept, so that the problem is reported once.
        if list.len() <= MOST_FOOTNOTES {
            list.push(footnote);
        }
    }

    /// Goes on with the list of footnotes of the tables above, or opens the next one.
    pub(super) fn next_list(&mut self, wanted: bool) {
        let unused = |list: &usize| wanted && self.outline.lists[*list].is_empty();
        let list = self.notes.list.filter(unused).or_else(|| {
            wanted.then(|| {
                self.outline.lists.push(Vec::new());
                self.outline.lists.len() - 1
            })
        });
        self.notes = OpenNotes { list, ..OpenNotes::default() };
    }
}
