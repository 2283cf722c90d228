//! Who is who in a model: its features, groups and backends, and which id a written name means.

use std::collections::{HashMap, HashSet};

use itertools::Itertools;

use super::document::Document;
use super::grid::{Grid, unknown};
use super::names::NamedEntry;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::{Backend, CellList, Feature, Group, Vocabulary, slug};

/// The names of one model.
pub(super) struct NameTable {
    /// The features, in the order of the feature grid.
    pub(super) features: Vec<Feature>,
    /// The groups that some features are variants of.
    pub(super) groups: Vec<Group>,
    /// The backends, in the order of the feature grid, without cells as yet.
    pub(super) backends: Vec<Backend>,
    /// Ids by id and by slug of the printed name.
    ids: HashMap<String, String>,
}

impl NameTable {
    /// Takes the names of the feature grid, with what the file and the vocabulary know of them.
    /// `pair_names` are the names over the pair grids: a name there may be a group.
    pub(super) fn new(
        grid: &Grid,
        document: &Document,
        pair_names: &HashSet<String>,
        vocabulary: &Vocabulary,
        problems: &Problems,
    ) -> Self {
        let mut names = NameTable {
            features: grid
                .rows
                .iter()
                .map(|row| feature(&row.name.value, document, vocabulary))
                .collect(),
            groups: Vec::new(),
            backends: grid
                .columns
                .iter()
                .map(|name| backend(&name.value, document, vocabulary))
                .collect(),
            ids: HashMap::new(),
        };
        names.index_features();
        names.find_groups(document, pair_names, vocabulary);
        names.check_entries(document, problems);
        names.drop_taken_aliases(document, problems);
        names
    }

    fn index_features(&mut self) {
        for feature in &self.features {
            self.ids.insert(slug(&feature.name), feature.id.to_string());
        }
        for feature in &self.features {
            self.ids.insert(feature.id.to_string(), feature.id.to_string());
        }
    }

    /// Finds the groups of the features; a feature's own id is never a group as well.
    fn find_groups(
        &mut self,
        document: &Document,
        pair_names: &HashSet<String>,
        vocabulary: &Vocabulary,
    ) {
        for i in 0..self.features.len() {
            let feature = &self.features[i];
            let stem = feature.name.split_once(" (").map(|(stem, _)| stem.to_owned());
            let drawn = stem.as_ref().map(|stem| slug(stem)).filter(|id| {
                pair_names.contains(id) || document.group.iter().any(|g| g.id.value == *id)
            });
            let id = feature.group.clone().or(drawn);
            let id = id.filter(|id| !self.features.iter().any(|feature| feature.id == *id));
            if let Some(id) = &id
                && !self.groups.iter().any(|group| group.id == *id)
            {
                let group = group(id, stem.as_deref(), document, vocabulary);
                self.ids.entry(slug(&group.name)).or_insert_with(|| id.to_string());
                self.ids.insert(id.to_string(), id.to_string());
                self.groups.push(group);
            }
            self.features[i].group = id;
        }
    }

    /// Reports entries for features, groups and backends that the feature grid does not list.
    fn check_entries(&self, document: &Document, problems: &Problems) {
        let features = &self.features.iter().map(|feature| &*feature.id);
        let groups = &self.groups.iter().map(|group| &*group.id);
        let backends = &self.backends.iter().map(|backend| backend.id.as_str());
        let otherwise = "list it in the `features` grid, or remove this entry";
        check_listed(
            &document.feature,
            "unknown-feature",
            "feature",
            features,
            otherwise,
            problems,
        );
        check_listed(
            &document.group,
            "unknown-group",
            "group",
            groups,
            "name it as the `group` of a [[feature]], or remove this entry",
            problems,
        );
        check_listed(
            &document.backend,
            "unknown-backend",
            "backend",
            backends,
            otherwise,
            problems,
        );
        for group in document.feature.iter().filter_map(|entry| entry.group.as_ref()) {
            if self.features.iter().any(|feature| feature.id == group.value) {
                problems.error(
                    "group-is-feature",
                    &group.place,
                    format!("`{}` is a feature of its own", shown(&group.value)),
                    "give the group another id",
                );
            }
        }
    }

    /// Takes aliases away that are the name of something else; where the file itself wrote such
    /// an alias, says so.
    fn drop_taken_aliases(&mut self, document: &Document, problems: &Problems) {
        let mut taken: HashMap<String, String> = self.ids.clone();
        for entry in document.feature.iter().chain(&document.group) {
            for alias in &entry.aliases {
                claim(&mut taken, &entry.id.value, alias, problems);
            }
        }
        let mut keep = |id: &str, aliases: &mut Vec<String>| {
            aliases
                .retain(|alias| *taken.entry(slug(alias)).or_insert_with(|| id.to_owned()) == id);
        };
        for feature in &mut self.features {
            keep(&feature.id, &mut feature.aliases);
        }
        for group in &mut self.groups {
            keep(&group.id, &mut group.aliases);
        }
    }

    /// The id of a feature or group, by id or printed name.
    pub(super) fn resolve(&self, name: &str) -> Option<&str> {
        self.ids.get(&slug(name)).map(String::as_str)
    }

    /// The id of the group that a feature belongs to.
    pub(super) fn group_of(&self, id: &str) -> Option<&str> {
        self.features.iter().find(|feature| feature.id == id)?.group.as_deref()
    }

    /// Whether an id is that of a feature or group.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.ids.get(id).is_some_and(|known| known == id)
    }

    /// The ids of all features and groups.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let features = self.features.iter().map(|feature| &*feature.id);
        features.chain(self.groups.iter().map(|group| &*group.id))
    }

    /// Finds the backend that a name means, by id, printed name or alias.
    pub(super) fn backend(&self, name: &Placed<String>, problems: &Problems) -> Option<usize> {
        let wanted = slug(&name.value);
        let found = self.backends.iter().position(|backend| {
            let mut names = backend.aliases.iter().chain([&backend.name]);
            backend.id == wanted || names.any(|name| slug(name) == wanted)
        });
        if found.is_none() {
            let known = self.backends.iter().map(|backend| backend.id.as_str());
            let otherwise = "name a backend over the `features` grid";
            unknown(name, "unknown-backend", "backend", known, otherwise, problems);
        }
        found
    }

    /// Finds the backends that an entry is about; all where it names none.
    pub(super) fn backends(&self, names: &[Placed<String>], problems: &Problems) -> Vec<usize> {
        if names.is_empty() {
            return (0..self.backends.len()).collect();
        }
        names.iter().filter_map(|name| self.backend(name, problems)).collect()
    }

    /// Reports that a name is that of no feature or group.
    pub(super) fn unknown(&self, name: &Placed<String>, problems: &Problems) {
        let names = self
            .features
            .iter()
            .flat_map(|feature| feature.aliases.iter().map(|alias| (&**alias, &*feature.id)));
        let wanted = slug(&name.value);
        let meant = names.into_iter().find(|(alias, _)| slug(alias) == wanted).map(|(_, id)| id);
        let otherwise = meant.map_or_else(
            || format!("the features are {}", self.ids().unique().take(40).join(", ")),
            |id| format!("write its id, `{id}`"),
        );
        let known: Vec<&str> = if meant.is_some() { Vec::new() } else { self.ids().collect() };
        unknown(name, "unknown-feature", "feature or group", known, &otherwise, problems);
    }
}

fn claim(
    taken: &mut HashMap<String, String>,
    id: &str,
    alias: &Placed<String>,
    problems: &Problems,
) {
    let owner = taken.entry(slug(&alias.value)).or_insert_with(|| id.to_owned());
    if owner != id {
        problems.error(
            "duplicate-alias",
            &alias.place,
            format!("`{}` already means `{owner}`", shown(&alias.value)),
            "remove the alias from one of the two",
        );
    }
}

fn check_listed<'n>(
    entries: &[NamedEntry],
    code: &'static str,
    what: &str,
    known: &(impl Iterator<Item = &'n str> + Clone),
    otherwise: &str,
    problems: &Problems,
) {
    let mut seen: HashMap<&str, &FileSpan> = HashMap::new();
    for entry in entries {
        let id = &entry.id;
        if !known.clone().any(|known| known == id.value) {
            unknown(id, code, what, known.clone(), otherwise, problems);
        }
        if seen.insert(&id.value, &id.place).is_some() {
            problems.error(
                "duplicate-entry",
                &id.place,
                format!("`{}` has two entries", shown(&id.value)),
                "join the two",
            );
        }
    }
}

/// The entry that defines a printed name.
fn defined<'d>(entries: &'d [NamedEntry], name: &str) -> Option<&'d NamedEntry> {
    let wanted = slug(name);
    entries.iter().find(|entry| slug(&entry.name) == wanted || entry.id.value == wanted)
}

fn joined(ours: Option<&NamedEntry>, theirs: &[String]) -> Vec<String> {
    let ours = ours.into_iter().flat_map(|entry| &entry.aliases);
    let ours = ours.map(|alias| alias.value.clone());
    let mut aliases: Vec<String> = ours.chain(theirs.iter().cloned()).collect();
    let mut seen = HashSet::new();
    aliases.retain(|alias| seen.insert(slug(alias)));
    aliases
}

fn feature(name: &str, document: &Document, vocabulary: &Vocabulary) -> Feature {
    let entry = defined(&document.feature, name);
    let id = entry.map_or_else(|| slug(name), |entry| entry.id.value.clone());
    let known = vocabulary.features.iter().find(|feature| feature.id == id);
    let group = entry.and_then(|entry| entry.group.as_ref());
    let group = group.map(|group| group.value.clone());
    Feature {
        name: name.to_owned(),
        group: group.or_else(|| known.and_then(|feature| feature.group.clone())),
        aliases: joined(entry, known.map_or(&[], |feature| &feature.aliases)),
        id,
    }
}

fn group(id: &str, stem: Option<&str>, document: &Document, vocabulary: &Vocabulary) -> Group {
    let entry = document.group.iter().find(|group| group.id.value == id);
    let known = vocabulary.groups.iter().find(|group| group.id == id);
    let name = entry
        .map(|entry| entry.name.as_str())
        .or_else(|| known.map(|group| &*group.name))
        .or_else(|| stem.filter(|stem| slug(stem) == id))
        .unwrap_or(id);
    Group {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: joined(entry, known.map_or(&[], |group| &group.aliases)),
    }
}

fn backend(name: &str, document: &Document, vocabulary: &Vocabulary) -> Backend {
    let entry = defined(&document.backend, name);
    let known = vocabulary.backend(entry.map_or(name, |entry| entry.id.value.as_str()));
    let id = entry
        .map(|entry| entry.id.value.clone())
        .or_else(|| known.map(|backend| backend.id.clone()))
        .unwrap_or_else(|| slug(name));
    let mut aliases = joined(entry, known.map_or(&[], |backend| &backend.aliases));
    aliases.extend(known.map(|backend| backend.name.clone()));
    aliases.retain(|alias| slug(alias) != slug(name) && slug(alias) != id);
    Backend {
        id,
        name: name.to_owned(),
        aliases,
        cells: CellList::default(),
        notes: Vec::new(),
        engine: None,
        platforms: Vec::new(),
    }
}
