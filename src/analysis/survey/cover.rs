//! Deployments that try every pair of features that go together, for a test plan.

use fixedbitset::FixedBitSet;

use super::set_cover::set_cover;
use super::survey_target::{SurveyTarget, with};
use super::{Cover, CoverDeployment};
use crate::engine::Maximal;
use crate::plan::{CellDetail, plan};
use crate::request::Request;

/// The fewest deployments of a target that try every pair. A smallest cover can be made of largest
/// sets alone: a deployment that is part of one tries no pair that it does not.
pub(super) fn cover(
    surveyed: &mut SurveyTarget<'_>,
    request: &Request,
    maximal: &Maximal,
    together: &[FixedBitSet],
) -> Cover {
    let pairs: Vec<[usize; 2]> = (0..together.len())
        .flat_map(|a| together[a].ones().filter(move |&b| a < b).map(move |b| [a, b]))
        .collect();
    let mut sets = maximal.sets.clone();
    if !maximal.complete {
        reach_every_pair(surveyed, &mut sets, &pairs);
    }
    sets.sort();
    let tries = |set: &FixedBitSet| {
        let tried = |&&[a, b]: &&[usize; 2]| set.contains(a) && set.contains(b);
        let mut tries = FixedBitSet::with_capacity(pairs.len());
        tries.extend((0..pairs.len()).filter(|&pair| tried(&&pairs[pair])));
        tries
    };
    let tried: Vec<FixedBitSet> = sets.iter().map(tries).collect();
    let found = set_cover(&tried, pairs.len());
    let at_least = if maximal.complete { found.at_least } else { apart(surveyed, &pairs) };
    let chosen: Vec<&FixedBitSet> = found.chosen.iter().map(|&set| &sets[set]).collect();
    Cover {
        pairs: pairs.len(),
        minimal: at_least == chosen.len(),
        at_least,
        deployments: deployments(surveyed, request, &chosen, &pairs),
        alone: alone(surveyed, together),
    }
}

/// Adds largest sets until each pair is in one.
fn reach_every_pair(
    surveyed: &mut SurveyTarget<'_>,
    sets: &mut Vec<FixedBitSet>,
    pairs: &[[usize; 2]],
) {
    for &[a, b] in pairs {
        if !sets.iter().any(|set| set.contains(a) && set.contains(b)) {
            let query = surveyed.and([with(a), with(b)]);
            sets.extend(surveyed.engine.maximal(&query, 1).sets);
        }
    }
}

/// Counts pairs, found greedily, of which no two can be in one deployment.
fn apart(surveyed: &mut SurveyTarget<'_>, pairs: &[[usize; 2]]) -> usize {
    let mut apart: Vec<[usize; 2]> = Vec::new();
    for &[a, b] in pairs {
        let beside = |&[c, d]: &[usize; 2]| {
            let query = surveyed.and([a, b, c, d].map(with));
            surveyed.engine.feasible(&query)
        };
        if !apart.iter().any(beside) {
            apart.push([a, b]);
        }
    }
    apart.len()
}

/// The chosen sets as plans, the one that tries most new pairs first.
fn deployments(
    surveyed: &SurveyTarget<'_>,
    request: &Request,
    chosen: &[&FixedBitSet],
    pairs: &[[usize; 2]],
) -> Vec<CoverDeployment> {
    let features = surveyed.target.catalog().features();
    let (mut open, mut left) = (pairs.to_vec(), chosen.to_vec());
    let mut deployments = Vec::new();
    while !left.is_empty() {
        let tried = |set: &FixedBitSet, [a, b]: [usize; 2]| set.contains(a) && set.contains(b);
        let new_pairs = |set: &FixedBitSet| open.iter().filter(|&&pair| tried(set, pair)).count();
        let most = left.iter().map(|set| new_pairs(set)).max();
        let next = left.iter().position(|set| Some(new_pairs(set)) == most).unwrap_or(0);
        let set = left.remove(next);
        let (here, later): (Vec<_>, Vec<_>) = open.iter().partition(|&&pair| tried(set, pair));
        open = later;
        let Some(best) = surveyed.deployed(set).into_iter().next() else { continue };
        let pairs = here.iter().map(|pair: &[usize; 2]| pair.map(|f| features[f].id.to_string()));
        let plan = plan(request, deployments.len() + 1, &best, CellDetail::Notable);
        deployments.push(CoverDeployment { plan, pairs: pairs.collect() });
    }
    deployments
}

/// The live features that go with no other.
fn alone(surveyed: &mut SurveyTarget<'_>, together: &[FixedBitSet]) -> Vec<String> {
    let features = surveyed.target.catalog().features();
    let lonely = surveyed.target.listed().ones().filter(|&feature| together[feature].is_clear());
    let lonely: Vec<usize> = lonely.collect();
    let mut live = |feature: &usize| surveyed.engine.feasible(&surveyed.and([with(*feature)]));
    let mut alone = Vec::new();
    for feature in lonely {
        if live(&feature) {
            alone.push(features[feature].id.to_string());
        }
    }
    alone
}
