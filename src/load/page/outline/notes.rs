//! The footnotes of a page, line by line.

use super::Footnote;
use super::builder::OutlineBuilder;
use crate::load::page::markdown::{LineForm, PageLine, raised_number};

/// The most footnotes of one list that are kept.
pub(super) const MOST_FOOTNOTES: usize = 10_000;

/// The list of footnotes that the lines now belong to.
#[derive(Default)]
pub(super) struct OpenNotes {
    /// The list of the tables above, unless a heading or another kind of table came between.
    pub(super) list: Option<usize>,
    /// A line "Notes:" opened the list.
    pub(super) open: bool,
    /// The next line goes on with the last footnote.
    pub(super) going_on: bool,
}

impl OutlineBuilder<'_> {
    /// Reads a line of a footnote, if it is one.
    pub(super) fn footnote(&mut self, line: &PageLine) {
        let span = line.span.clone();
        let Some(list) = self.notes.list else { return };
        match &line.form {
            LineForm::Words(_) if self.opens_notes(line) => self.notes.open = true,
            LineForm::Numbered(number, body) if self.opens_footnote(line) => {
                let footnote = Footnote { number: *number, span, body: body.clone() };
                self.keep_footnote(Some(list), footnote);
                self.notes.going_on = true;
            }
            LineForm::Item(item) if raised_number(&self.text[item.clone()]).is_some() => {
                let Some((number, body)) = raised_number(&self.text[item.clone()]) else { return };
                let body = item.end - body.len()..item.end;
                self.keep_footnote(Some(list), Footnote { number, span, body });
                self.notes.going_on = true;
            }
            _ => {
                if self.notes.going_on
                    && let Some(last) = self.outline.lists[list].last_mut()
                {
                    last.body.end = span.end;
                }
            }
        }
    }

    /// Whether a line says that footnotes follow: `**Notes:**`.
    pub(super) fn opens_notes(&self, line: &PageLine) -> bool {
        let LineForm::Words(label) = &line.form else { return false };
        self.is_called(&label.name, &["notes", "note", "footnotes"])
    }

    /// Whether a line with a number is a footnote: in a list of notes, quoted, or by its raised
    /// number.
    fn opens_footnote(&self, line: &PageLine) -> bool {
        self.notes.open || line.quoted || self.text[line.span.clone()].starts_with("<sup>")
    }

    pub(super) fn keep_footnote(&mut self, list: Option<usize>, footnote: Footnote) {
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
