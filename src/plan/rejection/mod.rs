//! Ways: how near a target without a plan comes to one, and what refuses it.
//!
//! A way is a smallest configuration that the definitions allow for a request, whatever the levels:
//! its needs, one variant of each needed group, one option that the request allows, and what that
//! option requires. Where a definition leaves no way, [`contradiction`] says which.

mod conflict_graph;
mod contradiction;
mod explain;
mod split_hint;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use self::contradiction::contradicted;
use super::search::show;
use super::{TouchedCell, terms};
use crate::matrix::Level;
use crate::request::Request;
use crate::target::{Atom, CellRef, Configuration, Literal, Target};

pub use conflict_graph::{ConflictGraph, Node, Reason};
pub(super) use explain::hints;
pub(super) use split_hint::hint as split_hint;

/// The most combinations of variants that are looked at for one target: a request for many groups of
/// many variants could have more than anyone can wait for.
const MOST_VARIANTS: usize = 100_000;

/// Why a target has no plan.
pub(super) struct Rejection<'p> {
    pub(super) target: &'p Target<'p>,
    /// The cells that keep it out.
    pub(super) blocking: Vec<TouchedCell>,
    /// How many cells refuse its nearest way, or are blocking where there is no way.
    pub(super) refused: usize,
    /// Every set of fewest cells that would have to rise.
    pub(super) unlocks: Vec<Vec<TouchedCell>>,
    /// How near the target comes to a plan.
    pub(super) nearness: Nearness,
}

/// How near a target comes to a plan, the nearest least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nearness {
    /// A definition leaves no way; the rest is of the nearest way, and nothing where there is none.
    pub(super) contradicted: bool,
    /// The refused cells.
    pub(super) refused: usize,
    /// The touched cells at each level, from unsupported to experimental.
    levels: [usize; 4],
    /// The touched cells with a caveat.
    caveats: usize,
    /// The worker roles of the option.
    roles: usize,
}

/// What a request asks of a target, as the definitions see it.
pub(super) struct Constraints<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) request: &'p Request,
    pub(super) needs: FixedBitSet,
    /// The needed groups of which no variant is needed.
    pub(super) groups: Vec<usize>,
    pub(super) avoided: FixedBitSet,
    pub(super) facts: FixedBitSet,
}

/// Looks into a target that has no plan for a request.
pub(super) fn rejection<'p>(
    target: &'p Target<'p>,
    request: &'p Request,
    accept: Level,
) -> Rejection<'p> {
    let asked = Constraints::new(target, request);
    let ways = asked.ways().into_iter().map(|way| measure(target, &way, accept)).collect_vec();
    let Some(nearness) = ways.iter().map(|(nearness, _)| *nearness).min() else {
        return contradicted(&asked, accept);
    };
    let mut refused = ways.into_iter().map(|(_, refused)| refused).collect_vec();
    refused.sort();
    refused.dedup();
    let fewest = refused.iter().filter(|cells| cells.len() == nearness.refused);
    let mut unlocks = fewest.map(|cells| show(target, cells.iter().copied())).collect_vec();
    unlocks.sort_by_key(|set| set.iter().map(listing_key).collect_vec());
    Rejection {
        target,
        blocking: show(target, blocking(&refused)),
        refused: nearness.refused,
        unlocks,
        nearness,
    }
}

fn listing_key(cell: &TouchedCell) -> (usize, Vec<crate::matrix::Term>) {
    (cell.terms.len(), cell.terms.clone())
}

/// The cells that refuse every way or, where no way is stopped by these alone, those of any way.
fn blocking(refused: &[Vec<CellRef>]) -> Vec<CellRef> {
    let in_all = |cell: &CellRef| refused.iter().all(|way| way.contains(cell));
    let first = refused.first().into_iter().flatten();
    let common = first.copied().filter(in_all).collect_vec();
    if refused.iter().any(|way| way.len() == common.len()) {
        return common;
    }
    refused.iter().flatten().copied().sorted().dedup().collect_vec()
}

/// How near a way is, and the cells that refuse it.
fn measure(target: &Target<'_>, way: &Configuration, accept: Level) -> (Nearness, Vec<CellRef>) {
    let touched = target.touched(way);
    let count = |level| touched.iter().filter(|&&cell| target.level(cell) == level).count();
    let refused = touched.iter().copied().filter(|&cell| target.level(cell) > accept).collect_vec();
    let nearness = Nearness {
        contradicted: false,
        refused: refused.len(),
        levels: [
            count(Level::Unsupported),
            count(Level::NotApplicable),
            count(Level::Undocumented),
            count(Level::Experimental),
        ],
        caveats: touched.iter().filter(|&&cell| target.caveat(cell)).count(),
        roles: way.choice.map_or(0, |choice| target.choices()[choice].roles),
    };
    (nearness, refused)
}

impl Nearness {
    /// How near a target comes that a definition leaves without a way.
    pub(super) const CONTRADICTED: Nearness =
        Nearness { contradicted: true, refused: 0, levels: [0; 4], caveats: 0, roles: 0 };
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

    /// Every way.
    fn ways(&self) -> Vec<Configuration> {
        let mut ways = Vec::new();
        for features in self.with_variants() {
            let on = Configuration { features, choice: None, facts: self.facts.clone() };
            if self.target.when().is_some_and(|when| self.target.is_on(when, &on)) {
                let choices = self.allowed_choices().into_iter();
                ways.extend(choices.filter_map(|choice| self.deployed(&on, choice)));
            } else {
                ways.push(on);
            }
        }
        ways
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

    /// A configuration with an option and what that requires, unless something asked is against it.
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
