//! Lines that explain a marker, and footnotes that go on over several lines.

use std::ops::Range;

use super::builder::OutlineBuilder;
use super::notes::MOST_FOOTNOTES;
use super::{Footnote, MarkerForm, MarkerNote};
use crate::load::page::markdown::{LineForm, PageLine, named_footnote};
use crate::load::page::markers::{MarkerLine, bullet_line, label, marker_line};

/// A footnote of the page whose text may go on in the next line.
pub(super) struct OpenPageNote {
    /// It is the last numbered one, else the last marker.
    numbered: bool,
    /// A blank line came after it: only what is indented goes on with it.
    blank: bool,
}

impl OutlineBuilder<'_> {
    /// Reads a line of a footnote that counts for the page, or of a marker; returns whether it is
    /// one.
    pub(super) fn page_note(&mut self, line: &PageLine) -> bool {
        let text = &self.text[line.span.clone()];
        let tail = |rest: &str| line.span.end - rest.len()..line.span.end;
        if let LineForm::PageFootnote(number, body) = &line.form {
            let (number, body) = (*number, body.clone());
            self.keep_footnote(None, Footnote { number, span: line.span.clone(), body });
            self.open_page_note(true);
        } else if let Some((name, body)) = named_footnote(text) {
            let (name, body) = (label(name), tail(body));
            self.outline.definitions.define_footnote(&name);
            self.marker(name, MarkerForm::Named, line.span.clone(), body);
        } else if let Some(MarkerLine { label, body, .. }) = self.marker_line(text) {
            self.marker(label, MarkerForm::Line, line.span.clone(), tail(body));
        } else if self.goes_on(line) {
            self.go_on(line.span.end);
        } else if let Some(body) = bullet_line(text).filter(|_| self.takes_bullets()) {
            self.marker("*".to_owned(), MarkerForm::Bullet, line.span.clone(), tail(body));
        } else {
            self.page_note = None;
            return false;
        }
        true
    }

    /// A blank line ends a footnote, but for what is indented after it.
    pub(super) fn blank_in_page_note(&mut self) {
        if let Some(open) = &mut self.page_note {
            open.blank = true;
        }
    }

    /// The marker that a line explains; one that may be emphasis counts only below a table.
    fn marker_line<'t>(&self, text: &'t str) -> Option<MarkerLine<'t>> {
        marker_line(text).filter(|found| !found.bare || self.notes.list.is_some())
    }

    /// Whether a bullet may be an asterisk that explains one. Below a numbered footnote it belongs to
    /// that.
    fn takes_bullets(&self) -> bool {
        self.notes.list.is_some() && !self.notes.going_on
    }

    /// Keeps the explanation of a marker.
    fn marker(&mut self, label: String, form: MarkerForm, span: Range<usize>, body: Range<usize>) {
        // Further ones are passed over: no cell could tell so many apart.
        if self.outline.markers.len() < MOST_FOOTNOTES {
            let list = self.notes.list.filter(|_| form != MarkerForm::Named);
            self.outline.markers.push(MarkerNote { label, form, list, span, body });
            self.open_page_note(false);
        }
    }

    fn open_page_note(&mut self, numbered: bool) {
        self.notes.going_on = false;
        self.page_note = Some(OpenPageNote { numbered, blank: false });
    }

    /// Whether a line belongs to the footnote above it.
    fn goes_on(&self, line: &PageLine) -> bool {
        let Some(open) = &self.page_note else { return false };
        let text = &self.text[line.span.clone()];
        let above = &self.text[..line.span.start];
        let indent = above.len() - above.trim_end_matches([' ', '\t']).len();
        let indented = indent >= 2 || above.ends_with('\t');
        let plain = matches!(line.form, LineForm::Words(_))
            && !line.emphasised
            && !self.opens_notes(line)
            && text.contains(char::is_alphanumeric)
            && !text.starts_with(['<', ':', '`', '|', '!', '=']);
        indented || (plain && !open.blank)
    }

    fn go_on(&mut self, end: usize) {
        let Some(open) = &mut self.page_note else { return };
        open.blank = false;
        let body = if open.numbered {
            self.outline.footnotes.last_mut().map(|last| &mut last.body)
        } else {
            self.outline.markers.last_mut().map(|last| &mut last.body)
        };
        if let Some(body) = body {
            body.end = end;
        }
    }
}
