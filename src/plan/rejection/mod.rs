//! The reasons that a target has no plan: the blocking cells of its minimal configurations, and how
//! near the target comes to a plan.
//!
//! A *minimal configuration* is a smallest one that the definitions allow for a request, whatever
//! the levels: its needs, one variant of each needed group, one option that the request allows, and
//! what that option requires. Where the definitions leave none, [`contradiction`] says which terms
//! exclude each other.

mod conflict_graph;
mod contradiction;
mod explain;
mod proof;
mod split_hint;

use std::collections::HashSet;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use self::contradiction::contradicted;
use super::search::{listed, show};
use super::{TouchedCell, UnlockCell, terms};
use crate::matrix::{Level, Term};
use crate::request::Request;
use crate::target::{Atom, CellRef, Configuration, Literal, Target};

pub use conflict_graph::{ConflictGraph, Node, Reason};
pub(super) use explain::{Cores, hints};
pub(super) use split_hint::hint as split_hint;

/// The most combinations of variants that are looked at for one target: a request for many groups
/// of many variants could have more than anyone can wait for.
const MOST_VARIANTS: usize = 100_000;

/// The reasons that a target has no plan.
pub(super) struct Rejection<'p> {
    pub(super) target: &'p Target<'p>,
    /// The cells that keep it out.
    pub(super) blocking: Vec<Arc<TouchedCell>>,
    /// The number of cells that block its nearest minimal configuration or, where there is none,
    /// that are blocking.
    pub(super) nearest: usize,
    /// Every set of fewest cells that would have to be supported.
    unlocks: Vec<Vec<CellRef>>,
    /// The distance of the target from a plan.
    pub(super) nearness: Nearness,
}

/// The distance of a target from a plan, the nearest least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nearness {
    /// The definitions leave no minimal configuration. The other fields describe the nearest one
    /// and are zero where there is none.
    pub(super) contradicted: bool,
    /// The number of blocking cells.
    pub(super) blocking: usize,
    /// The touched cells at each level, from unsupported to experimental.
    levels: [usize; 4],
    /// The touched cells with a caveat.
    caveats: usize,
    /// The worker roles of the option.
    roles: usize,
}

/// The constraints that a request puts on a target, as the definitions see them.
pub(super) struct Constraints<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) request: &'p Request,
    pub(super) needs: FixedBitSet,
    /// The needed groups of which no variant is needed.
    pub(super) groups: Vec<usize>,
    pub(super) avoided: FixedBitSet,
    pub(super) facts: FixedBitSet,
}

/// Finds why a target that has no plan for a request has none.
pub(super) fn rejection<'p>(
    target: &'p Target<'p>,
    request: &'p Request,
    accept: Level,
) -> Rejection<'p> {
    let constraints = Constraints::new(target, request);
    let measured = constraints
        .minimal_configurations(accept)
        .into_iter()
        .map(|on| measure(target, &on, accept))
        .collect_vec();
    let Some(nearness) = measured.iter().map(|(nearness, _)| *nearness).min() else {
        return contradicted(&constraints, accept);
    };
    let mut blocked = measured.into_iter().map(|(_, cells)| cells).collect_vec();
    blocked.sort();
    blocked.dedup();
    let blocking = show(target, request, None, common_cells(&blocked));
    blocked.retain(|cells| cells.len() == nearness.blocking);
    Rejection { target, blocking, nearest: nearness.blocking, unlocks: blocked, nearness }
}

/// Every cell that the minimal configuration nearest to a plan touches, the first of several; none where
/// the definitions leave no minimal configuration.
pub(super) fn nearest_cells(target: &Target<'_>, request: &Request) -> Vec<Arc<TouchedCell>> {
    let constraints = Constraints::new(target, request);
    let configurations = constraints.minimal_configurations(request.accept);
    let nearest = configurations.iter().min_by_key(|on| measure(target, on, request.accept).0);
    nearest.map_or_else(Vec::new, |on| show(target, request, Some(on), target.touched(on)))
}

impl Rejection<'_> {
    /// Every set of fewest cells that would have to be supported, as answers list them.
    pub(super) fn unlock_sets(&self) -> Vec<Vec<UnlockCell>> {
        let set = |cells: &Vec<CellRef>| {
            let cells = listed(self.target, cells.iter().copied()).into_iter();
            cells.map(|cell| UnlockCell::of(&cell)).collect_vec()
        };
        let mut sets = self.unlocks.iter().map(set).collect_vec();
        sets.sort_by(|a, b| a.iter().map(listing_key).cmp(b.iter().map(listing_key)));
        sets
    }
}

fn listing_key(cell: &UnlockCell) -> (usize, &[Term]) {
    (cell.terms.len(), &cell.terms)
}

/// The cells that block every minimal configuration or, where none is blocked by these alone, the
/// cells that block any of them.
fn common_cells(blocked: &[Vec<CellRef>]) -> Vec<CellRef> {
    let in_all = |cell: &CellRef| blocked.iter().all(|cells| cells.contains(cell));
    let first = blocked.first().into_iter().flatten();
    let common = first.copied().filter(in_all).collect_vec();
    if blocked.iter().any(|cells| cells.len() == common.len()) {
        return common;
    }
    blocked.iter().flatten().copied().sorted().dedup().collect_vec()
}

/// The distance of a minimal configuration from a plan, and the cells that block it.
fn measure(target: &Target<'_>, on: &Configuration, accept: Level) -> (Nearness, Vec<CellRef>) {
    let touched = target.touched(on);
    let count = |level| touched.iter().filter(|&&cell| target.level(cell) == level).count();
    let blocking =
        touched.iter().copied().filter(|&cell| target.level(cell) > accept).collect_vec();
    let nearness = Nearness {
        contradicted: false,
        blocking: blocking.len(),
        levels: [
            count(Level::Unsupported),
            count(Level::NotApplicable),
            count(Level::Undocumented),
            count(Level::Experimental),
        ],
        caveats: touched.iter().filter(|&&cell| target.caveat(cell)).count(),
        roles: on.choice.map_or(0, |choice| target.choices()[choice].roles),
    };
    (nearness, blocking)
}

impl Nearness {
    /// The nearness of a target without a minimal configuration.
    pub(super) const CONTRADICTED: Nearness =
        Nearness { contradicted: true, blocking: 0, levels: [0; 4], caveats: 0, roles: 0 };
}

impl<'p> Constraints<'p> {
    fn new(target: &'p Target<'p>, request: &'p Request) -> Self {
        let catalog = target.catalog();
        let (mut needs, mut avoided) = (catalog.no_features(), catalog.no_features());
        let mut groups = Vec::new();
        for atom in request.need.iter().filter_map(|id| catalog.atom(id)) {
            match atom {
                Atom::Group(group) => groups.push(group),
                _ => catalog.add_features_of(atom, &mut needs),
            }
        }
        for atom in request.avoid.iter().filter_map(|id| catalog.atom(id)) {
            catalog.add_features_of(atom, &mut avoided);
        }
        groups.retain(|&group| catalog.variants(group).is_disjoint(&needs));
        let facts = terms::facts(request);
        Constraints { target, request, needs, groups, avoided, facts }
    }

    /// The options that the request allows, whatever they require.
    pub(super) fn allowed_choices(&self) -> Vec<usize> {
        match &self.request.pattern {
            None => (0..self.target.choices().len()).collect(),
            Some(pattern) => self.target.choice(pattern).into_iter().collect(),
        }
    }

    /// Every minimal configuration: with each variant and option, and with and without each companion
    /// that a blocking rule asks for.
    fn minimal_configurations(&self, accept: Level) -> Vec<Configuration> {
        let mut found = Vec::new();
        for features in self.with_variants() {
            found.extend(self.with_options(features));
        }
        let mut seen: HashSet<Configuration> = found.iter().cloned().collect();
        let mut next = 0;
        // A companion can make another rule block, so what is found is looked at again.
        while let Some(on) = found.get(next).cloned() {
            next += 1;
            for companion in self.companions(&on, accept) {
                let mut features = on.features.clone();
                features.insert(companion);
                let more = match on.choice {
                    None => self.with_options(features),
                    Some(choice) => {
                        let on = Configuration { features, choice: None, ..on.clone() };
                        self.deployed(&on, choice).into_iter().collect()
                    }
                };
                let new = more.into_iter().filter(|on| seen.insert(on.clone()));
                found.extend(new.take(MOST_VARIANTS.saturating_sub(found.len())));
            }
        }
        found
    }

    /// A set of features with each option that the request allows and the definitions do, or without one
    /// where the dimension does not apply.
    fn with_options(&self, features: FixedBitSet) -> Vec<Configuration> {
        let on = Configuration { features, choice: None, facts: self.facts.clone() };
        if self.target.when().is_some_and(|when| self.target.is_on(when, &on)) {
            let choices = self.allowed_choices().into_iter();
            choices.filter_map(|choice| self.deployed(&on, choice)).collect()
        } else {
            vec![on]
        }
    }

    /// The features that are off and that a blocking rule asks for: those of the one negated term of a
    /// rule whose other terms hold.
    fn companions(&self, on: &Configuration, accept: Level) -> Vec<usize> {
        let blocking = self.target.conditionals().iter().filter(|conditional| {
            self.target.is_rule(conditional.cell) && self.target.level(conditional.cell) > accept
        });
        let holding = blocking.filter(|conditional| {
            conditional.literals.iter().all(|&literal| self.target.holds(literal, on))
        });
        let asked = holding.filter_map(|conditional| {
            let mut negated = conditional.literals.iter().filter(|literal| literal.negated);
            match (negated.next(), negated.next()) {
                (Some(Literal { atom: Atom::Feature(feature), .. }), None) => Some(*feature),
                _ => None,
            }
        });
        asked.filter(|&feature| !self.avoided.contains(feature)).sorted().dedup().collect()
    }

    /// The needs with one variant of each needed group that they lack, in every combination.
    fn with_variants(&self) -> Vec<FixedBitSet> {
        let mut sets = vec![self.needs.clone()];
        for &group in &self.groups {
            let variants = self.target.catalog().variants(group).difference(&self.avoided);
            let variants = variants.collect_vec();
            let with = |set: &FixedBitSet, variant: usize| {
                let mut set = set.clone();
                set.insert(variant);
                set
            };
            let pairs = sets.iter().cartesian_product(&variants);
            sets = pairs.map(|(set, &variant)| with(set, variant)).take(MOST_VARIANTS).collect();
        }
        sets
    }

    /// A configuration with an option and what that requires, unless the constraints exclude it.
    fn deployed(&self, on: &Configuration, choice: usize) -> Option<Configuration> {
        let mut on = Configuration { choice: Some(choice), ..on.clone() };
        for &Literal { atom, negated } in &self.target.choices()[choice].requires {
            let features = self.target.catalog().features_of(atom);
            if !negated {
                if !features.is_disjoint(&self.avoided) {
                    return None;
                }
                on.features.union_with(&features);
            } else if !features.is_disjoint(&on.features) {
                return None;
            }
        }
        Some(on)
    }
}
