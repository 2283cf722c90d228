//! The footnotes of a page that explain its markers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::load::page::context::PageContext;
use crate::load::page::footnotes::{note_of, warn_unused};
use crate::load::page::outline::{MarkerForm, MarkerNote};
use crate::matrix::Note;

/// The explanations of a page's markers; of two with one label, the one below the same table
/// counts, else the first.
pub(in crate::load::page) struct MarkerList<'a> {
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
    pub(in crate::load::page) fn new(notes: &'a [MarkerNote]) -> Self {
        let (mut by_label, mut by_list) = (HashMap::new(), HashMap::new());
        for (at, note) in notes.iter().enumerate().filter(|(_, it)| it.form != MarkerForm::Bullet) {
            by_label.entry(note.label.as_str()).or_insert(at);
            if let Some(list) = note.list {
                by_list.entry((list, note.label.as_str())).or_insert(at);
            }
        }
        for (key, at) in only_bullets(notes) {
            by_list.entry(key).or_insert(at);
        }
        MarkerList { notes, by_label, by_list, used: vec![None; notes.len()] }
    }

    /// Whether the page explains a label anywhere, or below the tables of these lists.
    pub(in crate::load::page) fn knows(&self, label: &str, lists: [Option<usize>; 2]) -> bool {
        self.by_label.contains_key(label) || self.in_lists(label, lists).is_some()
    }

    /// The note of a label below the tables of the first of these lists that has one; it is thereby
    /// used.
    pub(in crate::load::page) fn refer_in(
        &mut self,
        label: &str,
        lists: [Option<usize>; 2],
        context: &mut PageContext<'_>,
    ) -> Option<Note> {
        let at = self.in_lists(label, lists)?;
        Some(self.take(at, context))
    }

    /// The first note of a label, which is thereby used.
    pub(in crate::load::page) fn refer_anywhere(
        &mut self,
        label: &str,
        context: &mut PageContext<'_>,
    ) -> Option<Note> {
        let at = *self.by_label.get(label)?;
        Some(self.take(at, context))
    }

    fn in_lists(&self, label: &str, lists: [Option<usize>; 2]) -> Option<usize> {
        let mut lists = lists.into_iter().flatten();
        lists.find_map(|list| self.by_list.get(&(list, label)).copied())
    }

    fn take(&mut self, at: usize, context: &mut PageContext<'_>) -> Note {
        let MarkerNote { span, body, .. } = &self.notes[at];
        self.used[at].get_or_insert_with(|| note_of(span, body, context)).clone()
    }

    /// The named footnotes that no cell refers to; each is reported.
    pub(in crate::load::page) fn unused(&self, context: &mut PageContext<'_>) -> Vec<Note> {
        let unused = self.notes.iter().zip(&self.used).filter(|(note, used)| {
            // A line that opens with a sign may be anything; a named footnote is meant as one.
            note.form == MarkerForm::Named && used.is_none()
        });
        unused
            .map(|(note, _)| {
                warn_unused(&note.label, &note.span, context);
                note_of(&note.span, &note.body, context)
            })
            .collect()
    }
}

/// The bullets that explain an asterisk: those that are alone in their list.
fn only_bullets(notes: &[MarkerNote]) -> impl Iterator<Item = ((usize, &str), usize)> {
    let mut bullets: HashMap<(usize, &str), Option<usize>> = HashMap::new();
    for (at, note) in notes.iter().enumerate().filter(|(_, it)| it.form == MarkerForm::Bullet) {
        let Some(list) = note.list else { continue };
        match bullets.entry((list, note.label.as_str())) {
            Entry::Vacant(entry) => {
                entry.insert(Some(at));
            }
            Entry::Occupied(mut entry) => {
                entry.insert(None);
            }
        }
    }
    bullets.into_iter().filter_map(|(key, at)| Some((key, at?)))
}
