//! The choice of a plan for each of some shares, so that the fewest different backends run.
//!
//! Every plan that is chosen from is of the best stability for its share, so that the choice is left
//! with the rest: fewest targets, then fewest worker roles, most headroom, and the order of plans.

use std::cmp::{Ordering, Reverse};
use std::rc::Rc;

use super::served_share::ServedShare;
use super::{Clock, DeadlinePassed, SplitScore};

/// A share, and how many times its plan counts.
pub(super) type CountedShare<'p> = (Rc<ServedShare<'p>>, u64);

/// A plan for each share.
pub(super) struct PlanChoice {
    /// The position of each share's offer.
    pub(super) offers: Vec<usize>,
    /// What they sum up to.
    pub(super) score: SplitScore,
}

/// The best choice of a plan for each share; of equal ones, the first by the plans of the shares in
/// this order.
pub(super) fn choose(
    shares: &[CountedShare<'_>],
    clock: Clock,
) -> Result<PlanChoice, DeadlinePassed> {
    let candidates = undominated(shares);
    let mut search = ChoiceSearch { shares, candidates, clock, chosen: Vec::new(), best: None };
    // As many targets as shares are always enough, since each share has an offer.
    for most in 0.. {
        search.descend(most)?;
        if search.best.is_some() {
            break;
        }
    }
    Ok(search
        .best
        .unwrap_or_else(|| PlanChoice { offers: Vec::new(), score: SplitScore::default() }))
}

/// The targets that no other one can stand in for: that other would offer each of their shares
/// something better.
fn undominated(shares: &[CountedShare<'_>]) -> Vec<usize> {
    let targets = shares.first().map_or(0, |(share, _)| share.targets());
    let better = |one: usize, other: usize| {
        shares.iter().all(|(share, _)| match (share.at(one), share.at(other)) {
            (_, None) => true,
            (one, Some(other)) => one.is_some_and(|one| one < other),
        })
    };
    let offers = |target: usize| shares.iter().any(|(share, _)| share.at(target).is_some());
    let alone = |&target: &usize| !(0..targets).any(|one| one != target && better(one, target));
    (0..targets).filter(|&target| offers(target)).filter(alone).collect()
}

/// A search for the fewest targets that serve all shares.
struct ChoiceSearch<'s, 'p> {
    shares: &'s [CountedShare<'p>],
    /// The targets to choose from.
    candidates: Vec<usize>,
    clock: Clock,
    chosen: Vec<usize>,
    best: Option<PlanChoice>,
}

impl ChoiceSearch<'_, '_> {
    /// Adds at most so many targets to those chosen, until every share is served.
    fn descend(&mut self, most: usize) -> Result<(), DeadlinePassed> {
        self.clock.check()?;
        let served = |share: &ServedShare<'_>| self.chosen.iter().any(|&t| share.at(t).is_some());
        let shares = self.shares.iter().map(|(share, _)| share);
        let unserved: Vec<_> = shares.filter(|share| !served(share)).cloned().collect();
        let serves = |&target: &usize| unserved.iter().filter(|it| it.at(target).is_some()).count();
        let offers = |share: &ServedShare<'_>| {
            self.candidates.iter().filter(|&&target| share.at(target).is_some()).count()
        };
        // Some target of each share is chosen in the end; that with the fewest leaves least to try.
        let Some(next) = unserved.iter().min_by_key(|share| offers(share)) else {
            self.consider();
            return Ok(());
        };
        // None serves more shares than the best does now, so that fewer than this are not enough.
        let best = self.candidates.iter().map(serves).max().unwrap_or_default();
        if most * best < unserved.len() {
            return Ok(());
        }
        for candidate in 0..self.candidates.len() {
            let target = self.candidates[candidate];
            if next.at(target).is_some() {
                self.chosen.push(target);
                self.descend(most - 1)?;
                self.chosen.pop();
            }
        }
        Ok(())
    }

    /// Takes up the chosen targets where they are better than the best so far, which are as many:
    /// with them, each share has the best that they offer it.
    fn consider(&mut self) {
        let best_offer = |share: &ServedShare<'_>| {
            self.chosen.iter().filter_map(|&target| share.at(target)).min()
        };
        let offers: Vec<usize> =
            self.shares.iter().filter_map(|(share, _)| best_offer(share)).collect();
        let mut score = SplitScore { backends: self.chosen.len(), ..SplitScore::default() };
        for ((share, count), &offer) in self.shares.iter().zip(&offers) {
            score.add(&share.offer(offer).candidate.score, *count);
        }
        let choice = PlanChoice { offers, score };
        if self.best.as_ref().is_none_or(|best| self.compare(&choice, best).is_lt()) {
            self.best = Some(choice);
        }
    }

    /// By roles and headroom, then by the plans.
    fn compare(&self, a: &PlanChoice, b: &PlanChoice) -> Ordering {
        let rest = |choice: &PlanChoice| (choice.score.roles, Reverse(choice.score.headroom));
        let plans = self.shares.iter().zip(a.offers.iter().zip(&b.offers));
        let mut plans = plans.map(|((share, _), (&a, &b))| {
            share.offer(a).candidate.compare_listed(&share.offer(b).candidate)
        });
        let by_plans = || plans.find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
        rest(a).cmp(&rest(b)).then_with(by_plans)
    }
}
