//! The catalog: every feature, group and backend that a set of matrices knows, numbered.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;

use crate::matrix::{Feature, Group, Matrix};

/// The features and groups of several matrices together, each numbered in the order of its id.
///
/// A feature that only some of the matrices list is known to all of them; where it is not listed,
/// its cells are undocumented.
#[derive(Clone, Debug)]
pub struct Catalog {
    features: Vec<Feature>,
    groups: Vec<Group>,
    /// Every feature and group by id; a feature where both have one.
    by_id: HashMap<String, Atom>,
    group_of: Vec<Option<usize>>,
    variants: Vec<FixedBitSet>,
}

/// The thing that a literal is about, by number. Features and groups are numbered by the
/// [`Catalog`], choices and facts by the [`Target`](super::Target).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Atom {
    /// The feature is on.
    Feature(usize),
    /// One of the group's variants is on.
    Group(usize),
    /// The dimension's option is chosen.
    Choice(usize),
    /// The platform fact is asked for.
    Fact(usize),
}

impl Catalog {
    /// The catalog of these matrices. Where two describe one feature, the names of the last (the
    /// newest) hold and the aliases of all.
    #[must_use]
    pub fn new<'m>(matrices: impl IntoIterator<Item = &'m Matrix>) -> Self {
        let mut features: Vec<&Feature> = Vec::new();
        let mut groups: Vec<&Group> = Vec::new();
        for matrix in matrices {
            features.extend(&matrix.features);
            groups.extend(&matrix.groups);
        }
        features.sort_by(|a, b| a.id.cmp(&b.id));
        groups.sort_by(|a, b| a.id.cmp(&b.id));
        let features = features.chunk_by(|a, b| a.id == b.id).filter_map(one_feature);
        let groups = groups.chunk_by(|a, b| a.id == b.id).filter_map(one_group);
        Self::number(features.collect(), groups.collect())
    }

    fn number(features: Vec<Feature>, groups: Vec<Group>) -> Self {
        let group_of: Vec<Option<usize>> = features
            .iter()
            .map(|f| groups.iter().position(|g| Some(&g.id) == f.group.as_ref()))
            .collect();
        let mut variants = vec![FixedBitSet::with_capacity(features.len()); groups.len()];
        for (feature, group) in group_of.iter().enumerate() {
            if let Some(group) = group {
                variants[*group].insert(feature);
            }
        }
        let mut by_id = HashMap::with_capacity(features.len() + groups.len());
        by_id.extend(groups.iter().enumerate().map(|(g, it)| (it.id.clone(), Atom::Group(g))));
        by_id.extend(features.iter().enumerate().map(|(f, it)| (it.id.clone(), Atom::Feature(f))));
        Catalog { features, groups, by_id, group_of, variants }
    }

    /// Every feature, in the order of the ids.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Every group, in the order of the ids.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The group that a feature is a variant of.
    #[must_use]
    pub fn group_of(&self, feature: usize) -> Option<usize> {
        self.group_of[feature]
    }

    /// The variants of a group.
    #[must_use]
    pub fn variants(&self, group: usize) -> &FixedBitSet {
        &self.variants[group]
    }

    /// The number of the feature or group with this id.
    #[must_use]
    pub fn atom(&self, id: &str) -> Option<Atom> {
        self.by_id.get(id).copied()
    }

    /// The ids of a set of features, sorted.
    #[must_use]
    pub fn ids(&self, features: &FixedBitSet) -> Vec<String> {
        features.ones().map(|f| self.features[f].id.to_string()).collect()
    }

    /// The features that an atom is about: itself, or the variants of a group.
    #[must_use]
    pub fn features_of(&self, atom: Atom) -> FixedBitSet {
        let mut features = self.no_features();
        self.add_features_of(atom, &mut features);
        features
    }

    /// Adds the features that an atom is about to others.
    pub fn add_features_of(&self, atom: Atom, features: &mut FixedBitSet) {
        match atom {
            Atom::Group(group) => features.union_with(&self.variants[group]),
            Atom::Feature(feature) => features.grow_and_insert(feature),
            Atom::Choice(_) | Atom::Fact(_) => {}
        }
    }

    /// The empty set of features.
    #[must_use]
    pub fn no_features(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.features.len())
    }
}

/// One feature of what several matrices say of it, oldest first.
fn one_feature(same: &[&Feature]) -> Option<Feature> {
    let (first, later) = same.split_first()?;
    let mut known = Feature::clone(first);
    for feature in later {
        known.name.clone_from(&feature.name);
        known.group = feature.group.clone().or(known.group.take());
        merge_aliases(&mut known.aliases, &feature.aliases);
    }
    Some(known)
}

/// Merges into one group what several matrices say of it, oldest first.
fn one_group(same: &[&Group]) -> Option<Group> {
    let (first, later) = same.split_first()?;
    let mut known = Group::clone(first);
    for group in later {
        merge_aliases(&mut known.aliases, &group.aliases);
    }
    Some(known)
}

fn merge_aliases(known: &mut Vec<String>, more: &[String]) {
    for alias in more {
        if !known.contains(alias) {
            known.push(alias.clone());
        }
    }
}
