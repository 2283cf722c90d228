//! Names in any spelling: ids, printed names and aliases, forgiving case, spaces and hyphens.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::matrix::{Fact, Matrix, UnlistedTopic, slug};
use crate::target::Catalog;

/// Names and the ids that they mean.
#[derive(Clone, Debug, Default)]
pub struct Names<'n> {
    entries: Vec<NameEntry<'n>>,
}

/// An id with the names that it goes by.
#[derive(Clone, Copy, Debug)]
struct NameEntry<'n> {
    id: &'n str,
    name: &'n str,
    aliases: &'n [String],
}

/// Names that were understood before, so that asking again is quick.
#[derive(Debug, Default)]
pub struct NameCache(Mutex<HashMap<String, String>>);

/// The most names that are cached: there is no end to spellings.
const MOST_CACHED_NAMES: usize = 10_000;

impl NameCache {
    /// The id that a name means; looked up where it is not cached.
    ///
    /// # Errors
    ///
    /// Where looking it up fails.
    pub fn recall<E>(
        &self,
        name: &str,
        look_up: impl FnOnce() -> Result<String, E>,
    ) -> Result<String, E> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = names.get(name) {
            return Ok(id.clone());
        }
        let id = look_up()?;
        if names.len() < MOST_CACHED_NAMES {
            names.insert(name.to_owned(), id.clone());
        }
        Ok(id)
    }
}

/// The meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One id.
    Id(String),
    /// Several ids.
    Ambiguous(Vec<String>),
    /// Nothing; these ids are the nearest, best first.
    Unknown(Vec<String>),
}

impl NameEntry<'_> {
    /// Whether a name is one of these as it is printed, whatever its case and signs.
    fn is_printed(&self, name: &str) -> bool {
        let printed = [self.id, self.name].into_iter();
        let mut printed = printed.chain(self.aliases.iter().map(|alias| &**alias));
        let name = name.trim().to_lowercase();
        printed.any(|it| it.to_lowercase() == name)
    }

    /// Every spelling, as slugs: the id, the printed name, the variant in its brackets, the
    /// aliases.
    fn spellings(&self) -> impl Iterator<Item = String> + '_ {
        let variant = self.name.trim_end_matches(')').rsplit_once('(').map(|(_, variant)| variant);
        let names = [self.id, self.name].into_iter().chain(variant);
        names.chain(self.aliases.iter().map(|alias| &**alias)).map(slug)
    }
}

impl<'n> Names<'n> {
    /// The names of every feature and group of a catalog.
    #[must_use]
    pub fn of_features(catalog: &'n Catalog) -> Self {
        let features = catalog.features().iter();
        let features =
            features.map(|f| NameEntry { id: &f.id, name: &f.name, aliases: &f.aliases });
        let groups = catalog.groups().iter();
        let groups = groups.map(|g| NameEntry { id: &g.id, name: &g.name, aliases: &g.aliases });
        Names { entries: features.chain(groups).collect() }
    }

    /// The names of facts.
    #[must_use]
    pub fn of_facts(facts: impl IntoIterator<Item = &'n Fact>) -> Self {
        let names = facts.into_iter();
        let names = names.map(|f| NameEntry { id: &f.id, name: &f.name, aliases: &f.aliases });
        Names { entries: names.collect() }
    }

    /// The names of what no table lists.
    #[must_use]
    pub fn of_unlisted(topics: &'n [UnlistedTopic]) -> Self {
        let names = topics.iter();
        let names = names.map(|t| NameEntry { id: &t.id, name: &t.name, aliases: &t.aliases });
        Names { entries: names.collect() }
    }

    /// The names of every backend of some matrices.
    #[must_use]
    pub fn of_backends(matrices: &'n [Matrix]) -> Self {
        let backends = matrices.iter().flat_map(|matrix| &matrix.backends);
        let backends =
            backends.map(|b| NameEntry { id: &b.id, name: &b.name, aliases: &b.aliases });
        Names { entries: backends.collect() }
    }

    /// Looks a name up: an id, else a printed name or alias, else one of these with other hyphens.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Resolution {
        let found = self.meant_by(name);
        match found.len() {
            0 => Resolution::Unknown(self.nearest(&slug(name))),
            1 => Resolution::Id(found.into_iter().next().unwrap_or_default()),
            _ => Resolution::Ambiguous(found.into_iter().collect()),
        }
    }

    /// The ids that a name means; unlike [`Names::resolve`], no nearest names are looked for. A sign that no
    /// name has makes it mean nothing, unless it is printed so.
    #[must_use]
    pub fn meant_by(&self, name: &str) -> BTreeSet<String> {
        if has_foreign_sign(name) && !self.entries.iter().any(|entry| entry.is_printed(name)) {
            return BTreeSet::new();
        }
        let wanted = slug(name);
        if wanted.is_empty() || self.entries.iter().any(|entry| entry.id == wanted) {
            return Some(wanted).filter(|id| !id.is_empty()).into_iter().collect();
        }
        let squeezed = wanted.replace('-', "");
        let exact = self.ids(|spelling| spelling == wanted);
        if exact.is_empty() { self.ids(|s| s.replace('-', "") == squeezed) } else { exact }
    }

    /// Every id, sorted.
    #[must_use]
    pub fn listed(&self) -> Vec<&'n str> {
        let ids: BTreeSet<&str> = self.entries.iter().map(|entry| entry.id).collect();
        ids.into_iter().collect()
    }

    fn ids(&self, matches: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let meant = self.entries.iter().filter(|entry| entry.spellings().any(|s| matches(&s)));
        meant.map(|entry| entry.id.to_owned()).collect()
    }

    /// Up to three ids with a spelling near to this one, best first.
    fn nearest(&self, wanted: &str) -> Vec<String> {
        const ENOUGH: f64 = 0.75;
        if wanted.is_empty() || wanted.len() > 100 {
            return Vec::new();
        }
        let mut near: BTreeMap<&str, f64> = BTreeMap::new();
        for entry in &self.entries {
            let best = entry.spellings().map(|spelling| likeness(wanted, &spelling));
            let best = best.fold(0.0, f64::max);
            if best >= ENOUGH {
                near.insert(entry.id, best);
            }
        }
        let mut near: Vec<(&str, f64)> = near.into_iter().collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1));
        near.into_iter().take(3).map(|(id, _)| id.to_owned()).collect()
    }
}

/// Whether a name holds a sign that says something else than which name it is, or nothing that can be seen:
/// letters, digits, and what stands between the words of printed names, are all that a spelling may vary in.
pub(crate) fn has_foreign_sign(name: &str) -> bool {
    const BETWEEN_WORDS: &str = " -_./,:()+&\u{a0}\u{2010}\u{2011}\u{2013}\u{2014}";
    name.trim().contains(|c: char| !c.is_alphanumeric() && !BETWEEN_WORDS.contains(c))
}

/// Measures how alike two spellings are, from 0 to 1: as wholes, or as the beginning or a part of
/// one.
fn likeness(wanted: &str, spelling: &str) -> f64 {
    let part = wanted.len() >= 3 && (spelling.contains(wanted) || holds(wanted, spelling));
    let part = if part { 0.8 } else { 0.0 };
    // One letter apart, short names with digits are two things and no typing error: h100 and b100.
    if wanted.len() <= 4 && wanted.contains(|c: char| c.is_ascii_digit()) {
        return part;
    }
    let whole = strsim::normalized_damerau_levenshtein(wanted, spelling);
    let close = strsim::jaro_winkler(wanted, spelling) - 0.1;
    whole.max(close).max(part)
}

/// Whether a spelling is a part of what was typed. A short one must be a word of it: `sla` is no part of
/// `translation`.
fn holds(wanted: &str, spelling: &str) -> bool {
    let is_long = spelling.len() >= 4 && wanted.contains(spelling);
    is_long || wanted.split('-').any(|word| word == spelling)
}
