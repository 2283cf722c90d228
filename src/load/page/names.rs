//! Printed names to ids, by way of the vocabulary.

use std::collections::HashMap;

use crate::matrix::{Vocabulary, slug};

/// The most words of a heading that may belong to a backend's name.
const LONGEST_NAME: usize = 6;
/// Columns that hold something other than a backend's support.
const OTHER_COLUMNS: [&str; 17] = [
    "",
    "source",
    "sources",
    "learn-more",
    "notes",
    "note",
    "docs",
    "doc",
    "documentation",
    "link",
    "links",
    "reference",
    "references",
    "description",
    "details",
    "status",
    "supported",
];

/// Columns that hold the support of the one backend that a page or a table is about.
const SUPPORT_COLUMNS: [&str; 5] = ["status", "support", "supported", "support-status", "level"];

/// A name that a page prints, and what it is the name of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageName {
    /// The id.
    pub(super) id: String,
    /// The name as printed.
    pub(super) printed: String,
    /// Whether the vocabulary knows it.
    pub(super) known: bool,
}

/// Looks names up in a vocabulary.
pub(super) struct NameLookup<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    features: HashMap<String, &'a str>,
}

impl<'a> NameLookup<'a> {
    /// Prepares a vocabulary for look-ups.
    pub(super) fn new(vocabulary: &'a Vocabulary) -> Self {
        let mut features = HashMap::new();
        let listed = vocabulary.features.iter().map(|f| (&*f.id, &f.name, &f.aliases));
        let grouped = vocabulary.groups.iter().map(|g| (&*g.id, &g.name, &g.aliases));
        let all: Vec<_> = listed.chain(grouped).collect();
        for (id, name, _) in &all {
            features.entry((*id).to_owned()).or_insert(*id);
            features.entry(slug(name)).or_insert(*id);
        }
        for (id, _, aliases) in &all {
            for alias in *aliases {
                features.entry(slug(alias)).or_insert(*id);
            }
        }
        NameLookup { vocabulary, features }
    }

    /// The feature or group of this name; `None` for a name without letters or digits.
    pub(super) fn feature(&self, printed: &str) -> Option<PageName> {
        let slug = slug(printed);
        let known = self.features.get(&slug);
        let id = known.map_or_else(|| slug.clone(), |id| (*id).to_owned());
        (!slug.is_empty()).then(|| PageName {
            id,
            printed: printed.to_owned(),
            known: known.is_some(),
        })
    }

    /// The backend of this name, which may be followed by something in parentheses.
    pub(super) fn known_backend(&self, printed: &str) -> Option<PageName> {
        let bare = printed.split(" (").next().unwrap_or(printed);
        let found = self.vocabulary.backend(printed).or_else(|| self.vocabulary.backend(bare))?;
        Some(PageName { id: found.id.clone(), printed: found.name.to_string(), known: true })
    }

    /// The backend of this name, known or not.
    pub(super) fn backend(&self, printed: &str) -> Option<PageName> {
        self.known_backend(printed).or_else(|| {
            let id = slug(printed);
            (!id.is_empty()).then(|| PageName { id, printed: printed.to_owned(), known: false })
        })
    }

    /// The backend that a heading such as `2. SGLang Backend` or `vLLM Feature Interactions`
    /// opens with; `columns` are names that count as well.
    pub(super) fn backend_of_heading(
        &self,
        heading: &str,
        columns: &[PageName],
    ) -> Option<PageName> {
        let words: Vec<&str> = unnumbered(heading).split_whitespace().take(LONGEST_NAME).collect();
        // Longest first, so that a name that begins with another one is found whole.
        for length in (1..=words.len()).rev() {
            let name = words[..length].join(" ");
            let id = slug(&name);
            if let Some(found) = self.known_backend(&name) {
                return Some(found);
            }
            if let Some(found) = columns.iter().find(|column| column.id == id) {
                return Some(found.clone());
            }
        }
        None
    }

    /// The backend, known or not, that a heading such as `4. Other Backend` must mean.
    pub(super) fn new_backend_of_heading(&self, heading: &str) -> Option<PageName> {
        let words: Vec<&str> = unnumbered(heading).split_whitespace().take(LONGEST_NAME).collect();
        let kind =
            words.iter().position(|w| matches!(*w, "Backend" | "Feature" | "Interactions"))?;
        let told = words[kind] != "Feature" || words.get(kind + 1) == Some(&"Interactions");
        (kind > 0 && told).then(|| self.backend(&words[..kind].join(" "))).flatten()
    }

    /// The one backend that a title names.
    pub(super) fn backend_of_title(&self, title: &str) -> Option<PageName> {
        let title = format!("-{}-", slug(title));
        let mut named = self.vocabulary.backends.iter().filter(|backend| {
            let aliases = backend.aliases.iter().map(|alias| &**alias);
            let names = aliases.chain([&*backend.id, &*backend.name]);
            names.map(slug).any(|name| title.contains(&format!("-{name}-")))
        });
        let found = named.next()?;
        named.next().is_none().then(|| PageName {
            id: found.id.clone(),
            printed: found.name.to_string(),
            known: true,
        })
    }
}

/// Whether a column of this name certainly names no backend.
pub(super) fn is_other_column(slug: &str) -> bool {
    OTHER_COLUMNS.contains(&slug)
}

/// Whether a column of this name says whether the one backend supports something.
pub(super) fn is_support_column(slug: &str) -> bool {
    SUPPORT_COLUMNS.contains(&slug)
}

/// A heading without the number that it begins with.
fn unnumbered(heading: &str) -> &str {
    let rest = heading.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['.', ')']) {
        Some(rest) if rest.len() < heading.len() - 1 => rest.trim_start(),
        _ => heading,
    }
}
