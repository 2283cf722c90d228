//! Every partition of items among so many deployments, and the best plan of each share.

use std::cmp::Ordering;
use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::Score;
use super::super::rank::{Candidate, rank};
use super::family::Family;
use super::{DeadlinePassed, Deployment, Split};

/// Visits every partition of the items into exactly so many shares that can each be served, once.
pub(super) fn partitions<'p>(
    family: &mut Family<'p>,
    items: &[FixedBitSet],
    most: usize,
    visit: &mut dyn FnMut(&mut Family<'p>, &[FixedBitSet]),
) -> Result<(), DeadlinePassed> {
    descend(family, items, most, &mut Vec::with_capacity(most), visit)
}

/// Puts the first item into each share that can take it, and into a new one; then the rest.
fn descend<'p>(
    family: &mut Family<'p>,
    items: &[FixedBitSet],
    most: usize,
    shares: &mut Vec<FixedBitSet>,
    visit: &mut dyn FnMut(&mut Family<'p>, &[FixedBitSet]),
) -> Result<(), DeadlinePassed> {
    let Some((item, rest)) = items.split_first() else {
        family.clock().check()?;
        visit(family, shares);
        return Ok(());
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

/// Splits with their scores, the best plan of each share worked out once.
pub(super) struct Ranking<'p> {
    known: HashMap<FixedBitSet, usize>,
    served: Vec<ServedShare<'p>>,
    splits: Vec<Shared>,
    /// The number of splits that were seen.
    pub(super) total: usize,
    limit: Option<usize>,
}

/// A share and its best plan.
struct ServedShare<'p> {
    share: FixedBitSet,
    best: Candidate<'p>,
}

/// One split: its shares by number, the largest first, and the sum of their scores.
struct Shared {
    shares: Vec<usize>,
    score: Score,
}

impl<'p> Ranking<'p> {
    pub(super) fn new(limit: Option<usize>) -> Self {
        let (known, served) = (HashMap::new(), Vec::new());
        Ranking { known, served, splits: Vec::new(), total: 0, limit }
    }

    /// Takes up a split.
    pub(super) fn add(&mut self, family: &mut Family<'p>, shares: &[FixedBitSet]) {
        let numbers = shares.iter().filter_map(|share| self.number(family, share));
        let mut shares: Vec<usize> = numbers.collect();
        shares.sort_by(|&a, &b| larger_first(&self.served[a].share, &self.served[b].share));
        let score = shares.iter().map(|&share| self.served[share].best.score).sum();
        self.splits.push(Shared { shares, score });
        self.total += 1;
        // Sorting now and then bounds the memory and costs little for each split.
        if self.limit.is_some_and(|limit| self.splits.len() > 2 * limit + 1000) {
            self.keep_the_best();
        }
    }

    /// The number of a share, with its best plan at hand.
    fn number(&mut self, family: &mut Family<'p>, share: &FixedBitSet) -> Option<usize> {
        if let Some(&number) = self.known.get(share) {
            return Some(number);
        }
        let best = family.best(share)?;
        self.served.push(ServedShare { share: share.clone(), best });
        self.known.insert(share.clone(), self.served.len() - 1);
        Some(self.served.len() - 1)
    }

    /// Sorts the splits and drops those beyond the limit.
    pub(super) fn keep_the_best(&mut self) {
        let Ranking { splits, served, .. } = self;
        let shares = |split: &Shared| {
            split.shares.iter().map(|&share| served[share].share.ones().collect_vec()).collect_vec()
        };
        splits.sort_by(|a, b| {
            rank(&a.score).cmp(&rank(&b.score)).then_with(|| shares(a).cmp(&shares(b)))
        });
        splits.truncate(self.limit.unwrap_or(usize::MAX));
    }

    /// The configurations behind the splits that are kept, each once.
    pub(super) fn candidates(&self) -> Vec<Candidate<'p>> {
        let shares = self.splits.iter().flat_map(|split| &split.shares).unique();
        shares.map(|&share| self.served[share].best.clone()).collect()
    }

    /// The splits as they are shown.
    pub(super) fn shown(&self, family: &Family<'p>) -> Vec<Split> {
        let mut plans: HashMap<usize, Deployment> = HashMap::new();
        let mut deployment = |share: usize| {
            let ServedShare { share: set, best } = &self.served[share];
            let shown = || Deployment { share: family.ids(set), plan: family.plan(set, best) };
            plans.entry(share).or_insert_with(shown).clone()
        };
        let numbered = self.splits.iter().enumerate();
        numbered
            .map(|(i, split)| Split {
                rank: i + 1,
                deployments: split.shares.iter().map(|&share| deployment(share)).collect(),
                score: split.score,
            })
            .collect()
    }
}

fn larger_first(a: &FixedBitSet, b: &FixedBitSet) -> Ordering {
    b.count_ones(..).cmp(&a.count_ones(..)).then_with(|| a.ones().cmp(b.ones()))
}
