//! The survey of one target: counts, core and dead features, largest sets and exclusions.

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;

use super::survey_target::{SurveyTarget, and, with, without};
use super::{Exclusion, Matching, MaximalSet, Survey, cover};
use crate::engine::Maximal;
use crate::plan::Candidate;
use crate::request::Request;
use crate::target::Target;

/// The most largest sets that are looked for at one target.
const MOST_MAXIMAL: usize = 1_000;

/// Surveys a target.
pub(super) fn survey(target: &Target<'_>, request: &Request, wants_cover: bool) -> Survey {
    let mut surveyed = SurveyTarget::new(target, request);
    let (anything, matching) = (surveyed.anything.clone(), surveyed.query.clone());
    let all = surveyed.count(&anything, &[]);
    let met = if matching.assumptions == anything.assumptions {
        all
    } else {
        surveyed.count(&matching, &[])
    };
    let live = Live::find(&mut surveyed, request);
    let maximal = surveyed.engine.maximal(&matching, MOST_MAXIMAL);
    let together = live.together(&mut surveyed, &maximal);
    let exclusions = exclusions(&mut surveyed, &live, &together);
    Survey {
        release: target.release().cloned(),
        id: target.backend().id.clone(),
        feature_sets: all.feature_sets,
        configurations: all.configurations,
        matching: Matching { feature_sets: met.feature_sets, configurations: met.configurations },
        exact: all.exact && met.exact,
        core: target.catalog().ids(&live.core),
        dead: target.catalog().ids(&live.dead),
        conditionally_dead: target.catalog().ids(&live.conditionally_dead),
        maximal_complete: maximal.complete,
        maximal_total: maximal.total,
        maximal_exact: maximal.exact,
        exclusions,
        cover: wants_cover.then(|| cover::cover(&mut surveyed, request, &maximal, &together)),
        maximal: ranked(&surveyed, maximal.sets),
    }
}

/// The listed features by what becomes of them.
struct Live {
    /// In some valid set that meets the request.
    live: FixedBitSet,
    core: FixedBitSet,
    dead: FixedBitSet,
    conditionally_dead: FixedBitSet,
}

impl Live {
    fn find(surveyed: &mut SurveyTarget<'_>, request: &Request) -> Self {
        let catalog = surveyed.target.catalog();
        let none = || catalog.no_features();
        let mut found =
            Live { live: none(), core: none(), dead: none(), conditionally_dead: none() };
        let mut avoided = none();
        for atom in request.avoid.iter().filter_map(|id| catalog.atom(id)) {
            catalog.add_features_of(atom, &mut avoided);
        }
        for feature in surveyed.target.listed().ones() {
            let query = surveyed.and([with(feature)]);
            if surveyed.engine.feasible(&query) {
                found.live.insert(feature);
                let query = surveyed.and([without(feature)]);
                found.core.set(feature, !surveyed.engine.feasible(&query));
            } else if !surveyed.engine.feasible(&and(&surveyed.anything, [with(feature)])) {
                found.dead.insert(feature);
            } else if !avoided.contains(feature) {
                found.conditionally_dead.insert(feature);
            }
        }
        found
    }

    /// For each live feature, those that some valid set that meets the request has beside it.
    fn together(&self, surveyed: &mut SurveyTarget<'_>, maximal: &Maximal) -> Vec<FixedBitSet> {
        let mut together = vec![surveyed.target.catalog().no_features(); self.live.len()];
        for set in &maximal.sets {
            for feature in set.ones() {
                together[feature].union_with(set);
            }
        }
        for feature in self.live.ones() {
            for other in self.live.ones().take_while(|&other| other < feature) {
                let unknown = !maximal.complete && !together[feature].contains(other);
                if unknown && surveyed.engine.feasible(&surveyed.and([with(feature), with(other)]))
                {
                    together[feature].insert(other);
                    together[other].insert(feature);
                }
            }
            together[feature].remove(feature);
        }
        together
    }
}

/// Finds what each live feature excludes.
fn exclusions(
    surveyed: &mut SurveyTarget<'_>,
    live: &Live,
    together: &[FixedBitSet],
) -> Vec<Exclusion> {
    let catalog = surveyed.target.catalog();
    let mut exclusions = Vec::new();
    for feature in live.live.ones() {
        let mut excludes = live.live.clone();
        excludes.difference_with(&together[feature]);
        excludes.remove(feature);
        let query = surveyed.and([with(feature)]);
        let count = surveyed.count(&query, &[]);
        exclusions.push(Exclusion {
            feature: catalog.features()[feature].id.to_string(),
            excludes: catalog.ids(&excludes),
            feature_sets: count.feature_sets,
            exact: count.exact,
        });
    }
    exclusions.sort_by_key(|found| (Reverse(found.excludes.len()), found.feature_sets));
    exclusions
}

/// The largest sets as they are shown: most features first, then by rank.
fn ranked(surveyed: &SurveyTarget<'_>, sets: Vec<FixedBitSet>) -> Vec<MaximalSet> {
    let deployed = sets.into_iter().map(|set| surveyed.deployed(&set));
    let mut deployed: Vec<Vec<Candidate<'_>>> =
        deployed.filter(|candidates| !candidates.is_empty()).collect();
    deployed.sort_by(|a, b| {
        let size = |candidates: &[Candidate<'_>]| Reverse(candidates[0].on.features.count_ones(..));
        size(a).cmp(&size(b)).then_with(|| a[0].compare(&b[0]))
    });
    let shown = deployed.iter().zip(1..).map(|(candidates, rank)| {
        let Candidate { target, on, score } = &candidates[0];
        let patterns = candidates.iter().filter_map(|found| target.choice_id(found.on.choice?));
        MaximalSet {
            rank,
            features: target.catalog().ids(&on.features),
            patterns: patterns.map(str::to_owned).collect(),
            level: candidates[0].level(),
            score: *score,
        }
    });
    shown.collect()
}
