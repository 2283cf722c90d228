//! A share with the plans that are best for it: one of each target that has any.

use std::cmp::Ordering;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::Score;
use super::super::rank::{Candidate, stability};
use super::Alternative;
use crate::matrix::Level;

/// A share that one deployment can serve.
pub(super) struct ServedShare<'p> {
    /// The elements.
    pub(super) set: FixedBitSet,
    /// The plans of the best stability, the best of each target that has one, best first.
    offers: Vec<Offer<'p>>,
    /// Per target, the position of its offer.
    at: Vec<Option<usize>>,
    /// No plan of this share or of a larger one scores less in stability.
    floor: Score,
}

/// The best plan of a share at one target.
pub(super) struct Offer<'p> {
    /// Its position among all plans of the share, from 1.
    pub(super) rank: usize,
    /// 1 plus the number of plans of the share that are better.
    pub(super) standing: usize,
    pub(super) candidate: Candidate<'p>,
}

impl<'p> ServedShare<'p> {
    /// A share with all of its plans, by the number of their target; `None` without any.
    pub(super) fn new(
        set: FixedBitSet,
        targets: usize,
        mut plans: Vec<(usize, Candidate<'p>)>,
    ) -> Option<Self> {
        plans.sort_by(|(_, a), (_, b)| a.compare(b));
        let floor = plans.iter().map(|(_, plan)| floor(plan)).min_by_key(stability)?;
        let best = stability(&plans.first()?.1.score);
        // Plans are ranked by stability first, so that the best ones are all at the front.
        let best = plans.iter().take_while(|(_, plan)| stability(&plan.score) == best);
        let mut at = vec![None; targets];
        let mut offers = Vec::new();
        let mut standing = 1;
        for (position, (target, plan)) in best.enumerate() {
            if position > 0 && !plan.is_level_with(&plans[position - 1].1) {
                standing = position + 1;
            }
            if at[*target].is_none() {
                at[*target] = Some(offers.len());
                offers.push(Offer { rank: position + 1, standing, candidate: plan.clone() });
            }
        }
        Some(ServedShare { set, offers, at, floor })
    }

    /// The offer at this position.
    pub(super) fn offer(&self, position: usize) -> &Offer<'p> {
        &self.offers[position]
    }

    /// The position of a target's offer: the less the better.
    pub(super) fn at(&self, target: usize) -> Option<usize> {
        self.at[target]
    }

    /// Counts the targets that there are.
    pub(super) fn targets(&self) -> usize {
        self.at.len()
    }

    /// A score that no plan of this share or of a larger one is below in stability.
    pub(super) fn floor(&self) -> &Score {
        &self.floor
    }

    /// The other places than that of an offer, the newest release first.
    pub(super) fn alternatives(&self, chosen: usize) -> Vec<Alternative> {
        let others = self.offers.iter().enumerate().filter(|(position, _)| *position != chosen);
        let place = |offer: &Offer<'_>| Alternative {
            release: offer.candidate.target.release().cloned(),
            backend: offer.candidate.target.backend().id.clone(),
        };
        let newest_first = |a: &Alternative, b: &Alternative| {
            b.release.cmp(&a.release).then_with(|| a.backend.cmp(&b.backend))
        };
        others.map(|(_, offer)| place(offer)).sorted_by(newest_first).collect()
    }
}

/// The stability of a plan as far as it can only get worse when more is on: cells that hold with
/// whatever else is on, with any pattern.
///
/// Of a larger share, each plan has the features of some plan of the smaller one at the same target,
/// and so touches these cells too; wants that the smaller one cannot meet it cannot meet either.
fn floor(plan: &Candidate<'_>) -> Score {
    let lasting = |terms: &[crate::matrix::Term]| {
        terms.iter().all(|term| !term.is_negated() && !term.id().contains('='))
    };
    let mut floor = Score { missed_weight: plan.score.missed_weight, ..Score::default() };
    if stability(&plan.score) == stability(&floor) {
        return floor;
    }
    let touched = plan.target.touched(&plan.on);
    for cell in touched.into_iter().filter(|&cell| lasting(&plan.target.cell(cell).terms)) {
        match plan.target.level(cell) {
            Level::NotApplicable => floor.not_applicable += 1,
            Level::Undocumented => floor.undocumented += 1,
            Level::Experimental => floor.experimental += 1,
            _ => {}
        }
        floor.caveat += usize::from(plan.target.caveat(cell));
    }
    floor
}

/// The largest first, then by their elements.
pub(super) fn larger_first(a: &FixedBitSet, b: &FixedBitSet) -> Ordering {
    b.count_ones(..).cmp(&a.count_ones(..)).then_with(|| a.ones().cmp(b.ones()))
}
