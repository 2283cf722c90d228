//! The score of a configuration and the order of plans.

use std::cmp::{Ordering, Reverse};

use super::Score;
use crate::engine::EngineQuery;
use crate::matrix::Level;
use crate::target::{Configuration, Target};

/// A configuration at a target, with what the ranking compares.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'p> {
    pub(crate) target: &'p Target<'p>,
    pub(crate) on: Configuration,
    pub(crate) score: Score,
}

impl<'p> Candidate<'p> {
    pub(crate) fn new(target: &'p Target<'p>, on: Configuration, query: &EngineQuery) -> Self {
        let score = score(target, &on, query);
        Candidate { target, on, score }
    }

    /// The worst touched level.
    pub(crate) fn level(&self) -> Level {
        let touched = self.target.touched(&self.on).into_iter();
        touched.map(|cell| self.target.level(cell)).max().unwrap_or(Level::Supported)
    }

    /// Best first: the score, then the newest release, the backend's id, fewer features, the
    /// features' ids and the option's position in its dimension.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        rank(&self.score).cmp(&rank(&other.score)).then_with(|| self.compare_listed(other))
    }

    /// The order of configurations with equal scores: the newest release first, then as above.
    pub(super) fn compare_listed(&self, other: &Self) -> Ordering {
        let newest = other.target.release().cmp(&self.target.release());
        newest
            .then_with(|| self.target.backend().id.cmp(&other.target.backend().id))
            .then_with(|| self.features().cmp(&other.features()))
            .then_with(|| self.on.choice.cmp(&other.on.choice))
    }

    /// Whether neither plan is better: they differ only in what lists them.
    pub(crate) fn is_level_with(&self, other: &Self) -> bool {
        rank(&self.score) == rank(&other.score) && self.target.release() == other.target.release()
    }

    /// Fewer features first, then by the sorted ids, which are numbered in their order.
    fn features(&self) -> (usize, Vec<usize>) {
        let features: Vec<usize> = self.on.features.ones().collect();
        (features.len(), features)
    }
}

/// The score as it is compared: less is better.
pub(super) fn rank(score: &Score) -> impl Ord + use<> {
    (stability(score), score.roles, Reverse(score.headroom))
}

/// The part of a score that weighs most, and that decides how good a plan is before its place does:
/// missed wants, cells that are not plainly supported, caveats. Less is better.
pub(super) fn stability(score: &Score) -> impl Ord + use<> {
    let Score { missed_weight, not_applicable, undocumented, experimental, caveat, .. } = *score;
    (missed_weight, (not_applicable, undocumented, experimental), caveat)
}

/// Counts what a valid configuration touches.
fn score(target: &Target<'_>, on: &Configuration, query: &EngineQuery) -> Score {
    let touched = target.touched(on);
    let count = |level| touched.iter().filter(|&&cell| target.level(cell) == level).count();
    let missed = query.wants.iter().filter(|&&(want, _)| !target.holds(want, on));
    Score {
        missed_weight: missed.map(|&(_, weight)| weight).sum(),
        not_applicable: count(Level::NotApplicable),
        undocumented: count(Level::Undocumented),
        experimental: count(Level::Experimental),
        caveat: touched.iter().filter(|&&cell| target.caveat(cell)).count(),
        roles: on.choice.map_or(0, |choice| target.choices()[choice].roles),
        headroom: target.headroom(on, query.accept),
    }
}
