//! Link definitions: the targets of a page's links by their labels.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Link targets by label, as ranges of the page.
#[derive(Default)]
pub(in crate::load::page) struct Definitions {
    targets: HashMap<String, Range<usize>>,
    /// The names of footnotes, in lower case.
    footnotes: HashSet<String>,
}

impl Definitions {
    /// Adds a definition; of two with one label the first counts.
    pub(in crate::load::page) fn define(&mut self, label: &str, target: Range<usize>) {
        self.targets.entry(folded(label)).or_insert(target);
    }

    /// Notes that the page has a footnote of this name.
    pub(in crate::load::page) fn define_footnote(&mut self, name: &str) {
        self.footnotes.insert(name.to_lowercase());
    }

    /// Whether the page has a footnote of this name, in any case.
    pub(super) fn has_footnote(&self, name: &str) -> bool {
        self.footnotes.contains(&name.to_lowercase())
    }

    /// The target of a label, whose case and blanks do not matter.
    pub(super) fn target(&self, label: &str) -> Option<&Range<usize>> {
        self.targets.get(&folded(label))
    }

    /// Counts the labels that are defined.
    pub(in crate::load::page) fn count(&self) -> usize {
        self.targets.len()
    }

    /// All targets, in no order.
    pub(in crate::load::page) fn targets(&self) -> impl Iterator<Item = &Range<usize>> {
        self.targets.values()
    }
}

fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
