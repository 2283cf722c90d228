//! Markers: signs after a mark that point to a remark, such as the dagger of `✅†`.
//!
//! A number is a footnote; everything else that follows a mark is a marker: `\*`, `†`,
//! `<sup>a</sup>`, `[^name]`. In comes the text of a cell, out go the mark and the labels of its
//! markers, and for each label the note that the page explains it by.

use std::collections::HashMap;
use std::ops::Range;

use crate::matrix::Note;

use super::context::PageContext;
use super::footnotes::{note_of, warn_unused};
use super::outline::MarkerNote;

/// The characters that are markers wherever they follow a mark.
const SIGNS: [char; 6] = ['*', '†', '‡', '§', '¶', '^'];
/// The longest label of a marker, in bytes.
const LONGEST_LABEL: usize = 40;

/// Whether a text is nothing but one sign or a run of it: `*`, `††`.
pub(super) fn is_sign(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| SIGNS.contains(&c) && text.chars().all(|other| other == c))
}

/// Splits the markers off a text: those at its end, else those at the end of its first word.
/// `raised` says which parts of it stand higher.
pub(super) fn split(text: &str, raised: &[Range<usize>]) -> (String, Vec<String>) {
    let (rest, labels) = split_end(text, raised);
    if !labels.is_empty() {
        return (rest.to_owned(), labels);
    }
    let Some((head, tail)) = text.split_once(' ') else { return (text.to_owned(), labels) };
    match split_end(head, raised) {
        (head, labels) if !head.is_empty() => (format!("{head} {tail}"), labels),
        _ => (text.to_owned(), Vec::new()),
    }
}

fn split_end<'t>(text: &'t str, raised: &[Range<usize>]) -> (&'t str, Vec<String>) {
    let mut rest = text.trim_end();
    let mut labels = Vec::new();
    while let Some(start) = last_marker(rest, raised) {
        labels.push(label(&rest[start..]));
        rest = rest[..start].trim_end_matches([' ', ',']);
    }
    labels.reverse();
    (rest, labels)
}

/// Where the marker begins that a text ends with.
fn last_marker(text: &str, raised: &[Range<usize>]) -> Option<usize> {
    let is_raised = |part: &&Range<usize>| part.end == text.len() && part.len() <= LONGEST_LABEL;
    if let Some(part) = raised.iter().rev().find(is_raised) {
        return Some(part.start);
    }
    if text.ends_with(']') {
        let start = text.rfind("[^")?;
        let label = &text[start + 2..text.len() - 1];
        let named = !label.is_empty() && !label.contains([' ', '[', ']']);
        return Some(start).filter(|_| named && label.len() <= LONGEST_LABEL);
    }
    let last = text.chars().next_back().filter(|last| SIGNS.contains(last))?;
    Some(text.trim_end_matches(last).len())
}

/// The form of a label by which a marker is looked up: `[^Name]` is `name`.
pub(super) fn label(marker: &str) -> String {
    let bare = marker.strip_prefix("[^").and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(marker).trim().to_lowercase()
}

/// A name as printed, without the signs after it.
pub(super) fn bare_name(name: &str) -> &str {
    name.trim_end_matches(|c| SIGNS.contains(&c)).trim_end()
}

/// The explanations of a page's markers; of two with one label, the one below the same table
/// counts, else the first.
pub(super) struct MarkerList<'a> {
    notes: &'a [MarkerNote],
    /// The first of each label.
    by_label: HashMap<&'a str, usize>,
    /// The first of each label below the tables that share a list of footnotes.
    by_list: HashMap<(usize, &'a str), usize>,
    /// The notes that were referred to.
    used: Vec<Option<Note>>,
}

impl<'a> MarkerList<'a> {
    /// Takes the explanations of a page, none of which is used yet.
    pub(super) fn new(notes: &'a [MarkerNote]) -> Self {
        let (mut by_label, mut by_list) = (HashMap::new(), HashMap::new());
        for (at, note) in notes.iter().enumerate() {
            by_label.entry(note.label.as_str()).or_insert(at);
            if let Some(list) = note.list {
                by_list.entry((list, note.label.as_str())).or_insert(at);
            }
        }
        MarkerList { notes, by_label, by_list, used: vec![None; notes.len()] }
    }

    /// Whether the page explains a label.
    pub(super) fn knows(&self, label: &str) -> bool {
        self.by_label.contains_key(label)
    }

    /// The note of a label, which is thereby used; `list` is that of the table's footnotes.
    pub(super) fn refer(
        &mut self,
        label: &str,
        list: usize,
        context: &mut PageContext<'_>,
    ) -> Option<Note> {
        let of_list = self.by_list.get(&(list, label));
        let at = *of_list.or_else(|| self.by_label.get(label))?;
        let MarkerNote { span, body, .. } = &self.notes[at];
        Some(self.used[at].get_or_insert_with(|| note_of(span, body, context)).clone())
    }

    /// The named footnotes that no cell refers to; each is reported.
    pub(super) fn unused(&self, context: &mut PageContext<'_>) -> Vec<Note> {
        let unused = self.notes.iter().zip(&self.used).filter(|(note, used)| {
            // A line that opens with a sign may be anything; a named footnote is meant as one.
            note.named && used.is_none()
        });
        unused
            .map(|(note, _)| {
                warn_unused(&note.label, &note.span, context);
                note_of(&note.span, &note.body, context)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, raised: &[Range<usize>]) -> (String, Vec<String>) {
        split(text, raised)
    }

    #[test]
    fn markers_are_split_off_a_mark() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("✅*", "✅", &["*"]),
            ("✅ **", "✅", &["**"]),
            ("✅*†", "✅", &["*", "†"]),
            ("Yes [^A-b]", "Yes", &["a-b"]),
            ("✅† only so", "✅ only so", &["†"]),
            ("*", "", &["*"]),
            ("✅", "✅", &[]),
            ("✅ a b", "✅ a b", &[]),
            ("[^a b]", "[^a b]", &[]),
        ];
        for (text, mark, labels) in cases {
            let labels = labels.iter().map(|&label| label.to_owned()).collect();
            assert_eq!(parts(text, &[]), (mark.to_owned(), labels), "{text}");
        }
        assert_eq!(parts("Yesa", std::slice::from_ref(&(3..4))).1, ["a"]);
    }

    #[test]
    fn signs_are_told_from_words() {
        assert!(is_sign("**") && is_sign("†"));
        assert!(!is_sign("*†") && !is_sign("a") && !is_sign(""));
        assert_eq!(bare_name("Caching *"), "Caching");
    }
}
