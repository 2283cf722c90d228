//! Every feature of the chosen releases as one bit, and every group as a set of bits.

use std::collections::{BTreeMap, BTreeSet};

use dynamo_plan::matrix::Matrix;

/// A set of features, one bit each, in the order of their ids.
pub type Set = u32;

/// The features and groups of the chosen releases.
pub struct Universe {
    /// The ids of the features, sorted.
    pub features: Vec<String>,
    /// The ids of the groups, sorted, with their variants.
    pub groups: Vec<(String, Set)>,
    /// How many of the features, the last ones, stand for facts that a request states.
    facts: usize,
}

/// The ids of the features of the chosen releases, with their groups, and of the groups.
pub struct Names {
    pub features: BTreeMap<String, Option<String>>,
    pub groups: BTreeSet<String>,
}

impl Names {
    pub fn of(matrices: &[&Matrix]) -> Self {
        let mut features = BTreeMap::new();
        for feature in matrices.iter().flat_map(|matrix| &matrix.features) {
            let group = || feature.group.as_ref().map(ToString::to_string);
            features.entry(feature.id.to_string()).or_insert_with(group);
        }
        let groups = matrices.iter().flat_map(|matrix| &matrix.groups);
        Names { features, groups: groups.map(|group| group.id.to_string()).collect() }
    }

    /// The variants of a group.
    pub fn variants<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a String> {
        self.features.iter().filter(move |(_, of)| of.as_deref() == Some(group)).map(|(id, _)| id)
    }
}

impl Universe {
    pub fn of(names: &Names) -> Self {
        let features: Vec<String> = names.features.keys().cloned().collect();
        assert!(features.len() <= 16, "{} features: too many subsets to list", features.len());
        let bit = |id: &String| features.iter().position(|it| it == id).map_or(0, |bit| 1 << bit);
        let variants = |group| names.variants(group).fold(0, |all, id| all | bit(id));
        let groups = names.groups.iter().map(|id| (id.clone(), variants(id))).collect();
        Universe { features, groups, facts: 0 }
    }

    /// The same with a bit for each fact that a request states.
    pub fn with_facts(mut self, facts: &[String]) -> Self {
        let stated = facts.iter().filter(|fact| !fact.starts_with('!'));
        let before = self.features.len();
        self.features.extend(stated.map(|fact| format!("fact={fact}")));
        self.facts = self.features.len() - before;
        self
    }

    /// The bits of the facts.
    pub fn facts(&self) -> Set {
        let features = self.features.len() - self.facts;
        (features..self.features.len()).fold(0, |all, bit| all | 1 << bit)
    }

    /// How many subsets there are.
    pub fn subsets(&self) -> Set {
        1 << self.features.len()
    }

    pub fn feature(&self, id: &str) -> Option<Set> {
        self.features.iter().position(|feature| feature == id).map(|bit| 1 << bit)
    }

    pub fn group(&self, id: &str) -> Option<usize> {
        self.groups.iter().position(|(group, _)| group == id)
    }

    /// The feature itself, or every variant of the group.
    pub fn members(&self, id: &str) -> Set {
        self.feature(id)
            .or_else(|| self.group(id).map(|group| self.groups[group].1))
            .unwrap_or_else(|| panic!("{id} is neither a feature nor a group"))
    }

    /// The ids in a set, sorted.
    pub fn ids(&self, set: Set) -> Vec<String> {
        bits(set).map(|bit| self.features[bit].clone()).collect()
    }

    /// Every non-empty set of features.
    pub fn every_request(&self) -> impl Iterator<Item = Vec<&str>> {
        let ids = |set| bits(set).map(|bit| self.features[bit].as_str()).collect();
        (1..self.subsets()).map(ids)
    }

    /// The groups that are on, one bit each.
    pub fn groups_on(&self, set: Set) -> u32 {
        let on = self.groups.iter().enumerate().filter(|(_, (_, variants))| set & variants != 0);
        on.fold(0, |groups, (bit, _)| groups | 1 << bit)
    }
}

/// The numbers of the bits of a set.
pub fn bits(set: u32) -> impl Iterator<Item = usize> {
    singles(set).map(|bit| bit.trailing_zeros() as usize)
}

/// The bits of a set, one at a time.
pub fn singles(mut set: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = set & set.wrapping_neg();
        set ^= lowest;
        (lowest != 0).then_some(lowest)
    })
}
