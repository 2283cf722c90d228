//! A line of a checklist in the making, which takes up what says the same.

use crate::matrix::{Note, Term, UpgradeCode, UpgradeEffect};
use crate::plan::OneOrMany;

use super::ChecklistItem;
use super::told::Told;

/// A line, with what tells whether another one says the same.
pub(super) struct ItemDraft {
    pub(super) item: ChecklistItem,
    /// The flags, variables, fields and images that it is about.
    pub(super) names: Vec<String>,
}

impl ItemDraft {
    /// A line without anything but a kind and a text.
    pub(super) fn new(code: UpgradeCode, text: String) -> Self {
        let item = ChecklistItem {
            code,
            backend: OneOrMany::default(),
            role: None,
            features: Vec::new(),
            from: None,
            to: None,
            instead: None,
            text,
            effect: None,
            source: OneOrMany::default(),
            url: OneOrMany::default(),
            names: Vec::new(),
        };
        ItemDraft { item, names: Vec::new() }
    }

    /// A line about what one end tells and what the other tells in its place, at least one of which there
    /// is; `text` words the newer one.
    pub(super) fn of_told(
        code: UpgradeCode,
        was: Option<&Told>,
        is: Option<&Told>,
        text: impl Fn(&Told) -> String,
    ) -> Self {
        let mut draft = ItemDraft::new(code, String::new());
        for told in was.into_iter().chain(is) {
            draft.item.text = text(told);
            draft.item.role.clone_from(&told.note.role);
            draft.item.features = told.features();
            draft.item.source = OneOrMany(told.note.sources.clone());
            draft.item.url = OneOrMany(told.urls.clone());
            draft.names.extend(told.note.names.iter().cloned());
        }
        draft.item.from = was.map(|told| told.note.text.clone());
        draft.item.to = is.map(|told| told.note.text.clone());
        draft
    }

    /// Whether it is a requirement of this role that names one of these.
    pub(super) fn asks_for(&self, role: Option<&str>, names: &[String]) -> bool {
        let is_requirement = matches!(
            self.item.code,
            UpgradeCode::RequirementAdded
                | UpgradeCode::RequirementChanged
                | UpgradeCode::RequirementRemoved
        );
        is_requirement
            && (role.is_none() || self.item.role.as_deref() == role)
            && self.names.iter().any(|name| names.contains(name))
    }

    /// Takes up a way in which it fails; of several the one that is noticed last stays.
    pub(super) fn fails(&mut self, effect: UpgradeEffect) {
        self.item.effect = Some(self.item.effect.map_or(effect, |known| known.min(effect)));
    }

    /// Takes up further sources.
    pub(super) fn read_in(&mut self, sources: &[String], urls: &[Option<String>]) {
        let ChecklistItem { source, url, .. } = &mut self.item;
        for (i, more) in sources.iter().enumerate() {
            if !source.0.contains(more) {
                // Addresses are either none at all or one for each source.
                url.0.resize(source.0.len(), None);
                source.0.push(more.clone());
                url.0.push(urls.get(i).cloned().flatten());
            }
        }
    }
}

/// A note's text with the facts that it waits for, and what helps.
pub(super) fn only_for(note: &Note) -> String {
    let facts: Vec<&str> = note.when.iter().filter_map(Term::fact).collect();
    let mut text = note.text.clone();
    if !facts.is_empty() {
        text.push_str(&format!(" (only for {})", facts.join(" and ")));
    }
    if let Some(workaround) = &note.workaround {
        text.push_str(&format!(" Workaround: {workaround}"));
    }
    if let Some(release) = &note.fixed_in {
        text.push_str(&format!(" Fixed in {release}."));
    }
    text
}
