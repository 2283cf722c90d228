//! Names in any spelling: ids, printed names and aliases, forgiving case, spaces and hyphens.

use std::collections::BTreeSet;

use crate::matrix::{Catalog, Matrix, slug};

/// An index from spellings to ids.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Every spelling with the id that it means; the ids themselves come first.
    spellings: Vec<(String, String)>,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// One id.
    Id(String),
    /// Several ids.
    Ambiguous(Vec<String>),
    /// Nothing; these ids are the nearest, best first.
    Unknown(Vec<String>),
}

impl Names {
    /// The names of every feature and group of a catalog.
    #[must_use]
    pub fn of_features(catalog: &Catalog) -> Self {
        let mut names = Names::default();
        for feature in catalog.features() {
            names.add(&feature.id, &feature.name, &feature.aliases);
            if let Some((_, variant)) = feature.name.trim_end_matches(')').rsplit_once('(') {
                names.spellings.push((slug(variant), feature.id.clone()));
            }
        }
        for group in catalog.groups() {
            names.add(&group.id, &group.name, &group.aliases);
        }
        names
    }

    /// The names of every backend of some matrices.
    #[must_use]
    pub fn of_backends(matrices: &[Matrix]) -> Self {
        let mut names = Names::default();
        for backend in matrices.iter().flat_map(|matrix| &matrix.backends) {
            names.add(&backend.id, &backend.name, &backend.aliases);
        }
        names
    }

    fn add(&mut self, id: &str, name: &str, aliases: &[String]) {
        let others = aliases.iter().map(String::as_str);
        for spelling in [id, name].into_iter().chain(others) {
            self.spellings.push((slug(spelling), id.to_owned()));
        }
    }

    /// What a name means: an id, else a printed name or alias, else one of these with other hyphens.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Meant {
        let wanted = slug(name);
        if wanted.is_empty() {
            return Meant::Unknown(Vec::new());
        }
        if self.spellings.iter().any(|(_, id)| *id == wanted) {
            return Meant::Id(wanted);
        }
        let squeezed = wanted.replace('-', "");
        let exact = self.ids(|spelling| spelling == wanted);
        let found =
            if exact.is_empty() { self.ids(|s| s.replace('-', "") == squeezed) } else { exact };
        match found.len() {
            0 => Meant::Unknown(self.nearest(&wanted)),
            1 => Meant::Id(found.into_iter().next().unwrap_or_default()),
            _ => Meant::Ambiguous(found.into_iter().collect()),
        }
    }

    fn ids(&self, matches: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let matching = self.spellings.iter().filter(|(spelling, _)| matches(spelling));
        matching.map(|(_, id)| id.clone()).collect()
    }

    /// Up to three ids with a spelling near to this one, best first.
    fn nearest(&self, wanted: &str) -> Vec<String> {
        const ENOUGH: f64 = 0.75;
        if wanted.len() > 100 {
            return Vec::new();
        }
        let mut near: Vec<(f64, &String)> = Vec::new();
        for (spelling, id) in &self.spellings {
            let likeness = likeness(wanted, spelling);
            match near.iter_mut().find(|(_, known)| *known == id) {
                Some(known) => known.0 = known.0.max(likeness),
                None => near.push((likeness, id)),
            }
        }
        near.retain(|&(likeness, _)| likeness >= ENOUGH);
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        near.into_iter().take(3).map(|(_, id)| id.clone()).collect()
    }
}

/// How alike two spellings are, from 0 to 1: as wholes, or as the beginning or a part of one.
fn likeness(wanted: &str, spelling: &str) -> f64 {
    let whole = strsim::normalized_damerau_levenshtein(wanted, spelling);
    let part = wanted.len() >= 3 && (spelling.contains(wanted) || wanted.contains(spelling));
    let close = strsim::jaro_winkler(wanted, spelling) - 0.1;
    whole.max(close).max(if part { 0.8 } else { 0.0 })
}
