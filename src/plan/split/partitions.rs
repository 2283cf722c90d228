//! Every partition of items among so many deployments, each with its best choice of plans.

use std::collections::HashMap;
use std::rc::Rc;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::rank::Candidate;
use super::choice::choose;
use super::family::Family;
use super::served_share::{ServedShare, larger_first};
use super::{Clock, DeadlinePassed, Deployment, Split, SplitScore, Unfinished};

/// Takes up a partition.
type Visit<'v, 'p> = dyn FnMut(&mut Family<'p>, &[FixedBitSet]) -> Result<(), Unfinished> + 'v;

/// Visits every partition of the items into exactly so many shares that can each be served, once.
pub(super) fn partitions<'p>(
    family: &mut Family<'p>,
    items: &[FixedBitSet],
    most: usize,
    visit: &mut Visit<'_, 'p>,
) -> Result<(), Unfinished> {
    descend(family, items, most, &mut Vec::with_capacity(most), visit)
}

/// Puts the first item into each share that can take it, and into a new one; then the rest.
fn descend<'p>(
    family: &mut Family<'p>,
    items: &[FixedBitSet],
    most: usize,
    shares: &mut Vec<FixedBitSet>,
    visit: &mut Visit<'_, 'p>,
) -> Result<(), Unfinished> {
    let Some((item, rest)) = items.split_first() else {
        family.clock().check()?;
        return visit(family, shares);
    };
    for position in 0..shares.len() {
        let more = &shares[position] | item;
        // A share that fails with this item fails with any more: the branch ends here.
        if family.serves(&more)? {
            let before = std::mem::replace(&mut shares[position], more);
            descend(family, rest, most, shares, visit)?;
            shares[position] = before;
        }
    }
    // New shares are alike until they hold something, so that one is tried.
    if shares.len() < most {
        shares.push(item.clone());
        descend(family, rest, most, shares, visit)?;
        shares.pop();
    }
    Ok(())
}

/// Splits with their scores, each with its best choice of plans.
pub(super) struct SplitRanking<'p> {
    splits: Vec<RankedSplit<'p>>,
    /// The number of splits that were seen.
    pub(super) total: usize,
    limit: Option<usize>,
}

/// One split: its shares, the largest first, the position of each one's offer, and their sum.
struct RankedSplit<'p> {
    shares: Vec<Rc<ServedShare<'p>>>,
    offers: Vec<usize>,
    score: SplitScore,
}

impl<'p> SplitRanking<'p> {
    pub(super) fn new(limit: Option<usize>) -> Self {
        SplitRanking { splits: Vec::new(), total: 0, limit }
    }

    /// Takes up a split.
    pub(super) fn add(
        &mut self,
        family: &mut Family<'p>,
        shares: &[FixedBitSet],
        clock: Clock,
    ) -> Result<(), DeadlinePassed> {
        let shares = shares.iter().sorted_by(|a, b| larger_first(a, b));
        let shares = shares.filter_map(|share| Some((family.share(share)?, 1))).collect_vec();
        let choice = choose(&shares, clock)?;
        let shares = shares.into_iter().map(|(share, _)| share).collect();
        self.splits.push(RankedSplit { shares, offers: choice.offers, score: choice.score });
        self.total += 1;
        // Sorting now and then bounds the memory and costs little for each split.
        if self.limit.is_some_and(|limit| self.splits.len() > 2 * limit + 1000) {
            self.keep_the_best();
        }
        Ok(())
    }

    /// Sorts the splits and drops those beyond the limit.
    pub(super) fn keep_the_best(&mut self) {
        let shares = |split: &RankedSplit<'_>| {
            split.shares.iter().map(|share| share.set.ones().collect_vec()).collect_vec()
        };
        self.splits.sort_by(|a, b| {
            a.score.rank().cmp(&b.score.rank()).then_with(|| shares(a).cmp(&shares(b)))
        });
        self.splits.truncate(self.limit.unwrap_or(usize::MAX));
    }

    /// The configurations behind the splits that are kept, each once.
    pub(super) fn candidates(&self) -> Vec<Candidate<'p>> {
        let deployments = self.splits.iter().flat_map(RankedSplit::deployments);
        let unique = deployments.unique_by(|(share, offer)| (&share.set, *offer));
        unique.map(|(share, offer)| share.offer(offer).candidate.clone()).collect()
    }

    /// The splits as they are shown.
    pub(super) fn shown(&self, family: &Family<'p>) -> Vec<Split> {
        let mut known: HashMap<(&FixedBitSet, usize), Deployment> = HashMap::new();
        let mut shown = Vec::with_capacity(self.splits.len());
        for (split, rank) in self.splits.iter().zip(1..) {
            let deployments = split.deployments().map(|(share, offer)| {
                let known = known.entry((&share.set, offer));
                known.or_insert_with(|| deployment(family, share, offer)).clone()
            });
            shown.push(Split { rank, deployments: deployments.collect(), score: split.score });
        }
        shown
    }
}

impl<'p> RankedSplit<'p> {
    /// Each share with the position of its offer.
    fn deployments(&self) -> impl Iterator<Item = (&Rc<ServedShare<'p>>, usize)> {
        self.shares.iter().zip(self.offers.iter().copied())
    }
}

/// A share on what an offer of it is of.
fn deployment<'p>(family: &Family<'p>, share: &ServedShare<'p>, offer: usize) -> Deployment {
    Deployment {
        share: family.ids(&share.set),
        alternatives: share.alternatives(offer),
        plan: family.plan(&share.set, share.offer(offer)),
    }
}
