//! The score of a configuration and the order of plans.

use std::cmp::{Ordering, Reverse};

use super::Score;
use crate::engine::Question;
use crate::matrix::Level;
use crate::target::{Configuration, Place};

/// A configuration at a place, with what the ranking compares.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'p> {
    pub(crate) place: &'p Place<'p>,
    pub(crate) on: Configuration,
    pub(crate) score: Score,
}

impl<'p> Candidate<'p> {
    pub(crate) fn new(place: &'p Place<'p>, on: Configuration, question: &Question) -> Self {
        let score = score(place, &on, question);
        Candidate { place, on, score }
    }

    /// The worst touched level.
    pub(crate) fn level(&self) -> Level {
        let touched = self.place.touched(&self.on).into_iter();
        touched.map(|cell| self.place.level(cell)).max().unwrap_or(Level::Supported)
    }

    /// Best first: the score, then the newest release, the backend's id, fewer features, the
    /// features' ids and the option's place in its dimension.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        rank(&self.score)
            .cmp(&rank(&other.score))
            .then_with(|| other.place.release().cmp(&self.place.release()))
            .then_with(|| self.place.backend().id.cmp(&other.place.backend().id))
            .then_with(|| self.features().cmp(&other.features()))
            .then_with(|| self.on.choice.cmp(&other.on.choice))
    }

    /// Fewer features first, then by the sorted ids, which are numbered in their order.
    fn features(&self) -> (usize, Vec<usize>) {
        let features: Vec<usize> = self.on.features.ones().collect();
        (features.len(), features)
    }
}

/// The score as it is compared: less is better.
pub(super) fn rank(score: &Score) -> impl Ord + use<> {
    let Score { missed_weight, not_applicable, undocumented, experimental, caveat, .. } = *score;
    let levels = (not_applicable, undocumented, experimental);
    (missed_weight, levels, caveat, score.roles, Reverse(score.headroom))
}

/// Counts what a valid configuration touches.
fn score(place: &Place<'_>, on: &Configuration, question: &Question) -> Score {
    let touched = place.touched(on);
    let count = |level| touched.iter().filter(|&&cell| place.level(cell) == level).count();
    let missed = question.wants.iter().filter(|&&(want, _)| !place.holds(want, on));
    Score {
        missed_weight: missed.map(|&(_, weight)| weight).sum(),
        not_applicable: count(Level::NotApplicable),
        undocumented: count(Level::Undocumented),
        experimental: count(Level::Experimental),
        caveat: touched.iter().filter(|&&cell| place.caveat(cell)).count(),
        roles: on.choice.map_or(0, |choice| place.choices()[choice].roles),
        headroom: place.headroom(on, question.accept),
    }
}
