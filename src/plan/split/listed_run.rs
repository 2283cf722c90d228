//! A split of which every share that a deployment can serve is listed: exact covers of the needs by these.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::Notice;
use super::covering::Covering;
use super::fewest::Ordered;
use super::lower_bound::minimal_sets;
use super::partitions::SplitRanking;
use super::run::{SplitRun, by_size, sooner};
use super::share_list::{ShareList, bits, set_of};
use super::{Clock, Unfinished};
use crate::solve::{Allowance, BestCovers, ExactCover, ItemSet, SearchEnd};

/// The most splits that are all compared and listed.
pub(super) const MOST_SPLITS: usize = 20_000;

/// The splits that are listed where there are more and no limit is given.
const LISTED: usize = 100;

/// The steps, of some nanoseconds each, that are taken at most: to list shares and to find the fewest, to count
/// splits, to find the best, and to explain.
const FEWEST_STEPS: u64 = 20_000_000_000;
const COUNT_STEPS: u64 = 600_000_000;
const BEST_STEPS: u64 = 4_000_000_000;
const REASON_STEPS: u64 = 300_000_000;

/// The needs as items of exact covers.
struct CoveredNeeds<'l> {
    list: &'l ShareList,
    /// Those that stay together, and each other by itself.
    items: Vec<ItemSet>,
    all: ItemSet,
    shares: usize,
}

/// Splits that were counted one by one.
struct CountedSplits {
    total: usize,
    /// All of them, or as many as are listed at most.
    splits: Vec<Vec<ItemSet>>,
    done: Result<(), Unfinished>,
}

impl<'p> SplitRun<'_, 'p> {
    /// Lists every share that can be served; `None` where they are too many, or one is enough.
    pub(super) fn list(&self, shares: usize) -> Result<Option<ShareList>, Unfinished> {
        if shares == 1 || self.family.largest_served() >= ShareList::LARGEST {
            return Ok(None);
        }
        let mut allowance = Allowance::new(FEWEST_STEPS, self.clock.deadline());
        ShareList::of(self.planner, self.fixed, &self.family.elements, &mut allowance)
    }

    /// Looks for covers of the needs by listed shares.
    pub(super) fn search_listed(
        &mut self,
        list: &ShareList,
        ordered: &Ordered,
        first: Vec<FixedBitSet>,
    ) -> Result<(), Unfinished> {
        let items: Vec<ItemSet> = ordered.items.iter().map(bits).collect();
        let all = bits(&self.family.everything());
        let elements = self.family.elements.len();
        let mut allowance = Allowance::new(FEWEST_STEPS, self.clock.deadline());
        let cover = ExactCover::new(list.columns_within(all, &items), all, &mut allowance)?;
        self.outcome.lower_bound = self.outcome.lower_bound.max(cover.at_least());
        let best = self.fewest(first, |_, shares| {
            let shares = cover.cover_with(shares, &mut allowance)?;
            let sets = |shares: Vec<ItemSet>| shares.into_iter().map(|it| set_of(it, elements));
            Ok(shares.map(|shares| sets(shares).collect()))
        })?;
        let needs = CoveredNeeds { list, items, all, shares: best.len() };
        let counted = self.count(&cover, &needs);
        let splits = match counted {
            CountedSplits { done: Ok(()), ref splits, total } if total <= MOST_SPLITS => {
                self.show_all(splits)
            }
            _ => self.show_best(&needs, counted),
        };
        sooner(splits, self.because_listed(&needs))
    }

    fn count(&self, cover: &ExactCover, needs: &CoveredNeeds<'_>) -> CountedSplits {
        let (mut total, mut splits) = (0, Vec::new());
        let mut allowance = Allowance::new(COUNT_STEPS, self.clock.deadline());
        let done = cover.each(needs.shares, &mut allowance, &mut |split| {
            total += 1;
            if total <= MOST_SPLITS {
                splits.push(split.to_vec());
            }
        });
        CountedSplits { total, splits, done: done.map_err(Unfinished::from) }
    }

    /// Shows every split, or the best of them.
    fn show_all(&mut self, splits: &[Vec<ItemSet>]) -> Result<(), Unfinished> {
        self.rank(splits, self.limit)?;
        self.outcome.proved(&["splits", "total"]);
        Ok(())
    }

    /// Shows the best of more splits than can be listed, of which some were counted.
    fn show_best(
        &mut self,
        needs: &CoveredNeeds<'_>,
        counted: CountedSplits,
    ) -> Result<(), Unfinished> {
        let limit = self.limit.unwrap_or(LISTED).min(MOST_SPLITS);
        let best = self.best(needs, &counted, limit.max(1));
        let ranked = self.rank(&best.covers, Some(limit));
        self.outcome.total = self.outcome.total.max(counted.total);
        if counted.done.is_ok() {
            self.outcome.proved(&["total"]);
        }
        ranked?;
        if let Some(SearchEnd::Deadline) = best.ended {
            return Err(Unfinished::Late);
        }
        if !best.is_whole {
            self.outcome.notices.push(Notice::not_compared(best.is_first_proved));
        } else if self.limit == Some(limit) {
            self.outcome.proved(&["splits"]);
        }
        if self.outcome.lacks("splits") { Err(Unfinished::TooMany) } else { counted.done }
    }

    /// The best splits by their cells, as many as are wanted and all that are as good as these; where not so many
    /// can be proved, the best that are known.
    fn best(&self, needs: &CoveredNeeds<'_>, counted: &CountedSplits, wanted: usize) -> BestCovers {
        let Some(columns) = needs.list.columns(&needs.items, needs.shares) else {
            return BestCovers { covers: counted.splits.clone(), ..BestCovers::default() };
        };
        let costs = columns.iter().map(|column| (column.items, column.cost)).collect();
        let mut known = costed(&counted.splits, &costs);
        let enough = known.get(wanted - 1).map(|(cost, _)| *cost);
        let mut allowance = Allowance::new(BEST_STEPS, self.clock.deadline());
        let mut best = match ExactCover::new(columns, needs.all, &mut allowance) {
            Ok(cover) => cover.best(needs.shares, (wanted, MOST_SPLITS), enough, &mut allowance),
            Err(ended) => BestCovers { ended: Some(ended), ..BestCovers::default() },
        };
        if !best.is_whole {
            known.extend(costed(&best.covers, &costs));
            known.sort();
            known.dedup();
            let last = known.get(wanted - 1).map_or(i64::MAX, |(cost, _)| *cost);
            known.truncate(known.partition_point(|(cost, _)| *cost <= last).min(MOST_SPLITS));
            best.covers = known.into_iter().map(|(_, split)| split).collect();
        }
        best
    }

    /// Shows the best of some splits, as far as the time reaches.
    fn rank(&mut self, splits: &[Vec<ItemSet>], limit: Option<usize>) -> Result<(), Unfinished> {
        if splits.is_empty() {
            return Ok(());
        }
        let elements = self.family.elements.len();
        let mut ranking = SplitRanking::new(limit);
        let mut done = Ok(());
        for (number, split) in splits.iter().enumerate() {
            let shares: Vec<FixedBitSet> = split.iter().map(|&it| set_of(it, elements)).collect();
            // The first is shown in any case: it is the best that is known.
            let clock = if number == 0 { Clock(None) } else { self.clock };
            done = clock.check().and_then(|()| ranking.add(&mut self.family, &shares, clock));
            if done.is_err() {
                break;
            }
        }
        self.outcome.total = ranking.total;
        self.show(ranking);
        (self.watch)(&self.outcome);
        Ok(done?)
    }

    /// Adds why one deployment less is not enough, in a part of the time that is left.
    fn because_listed(&mut self, needs: &CoveredNeeds<'_>) -> Result<(), Unfinished> {
        let allowance = Allowance::new(REASON_STEPS, self.clock.part(30).deadline());
        let mut covering = Covering::new(needs.list, &needs.items, needs.shares - 1, allowance);
        let elements = self.family.elements.len();
        let failing = |set: &FixedBitSet| {
            let part = covering.failing(bits(set))?;
            Ok(part.map(|part| set_of(part, elements)))
        };
        let mut sets = Vec::new();
        let done = minimal_sets(&self.family.everything(), failing, |set| sets.push(set));
        self.outcome.minimal_because = by_size(sets.iter().map(|set| self.family.ids(set)));
        let sets: Vec<ItemSet> = sets.iter().map(bits).collect();
        let any = sets.iter().fold(0, |any, set| any | set);
        let mut conflicts = needs.list.conflicts(any);
        conflicts.retain(|conflict| sets.iter().any(|set| conflict & !set == 0));
        let ids = |&conflict: &ItemSet| self.family.ids(&set_of(conflict, elements));
        self.outcome.conflicts = by_size(conflicts.iter().map(ids));
        if done.is_ok() {
            self.outcome.proved(&["minimal_because", "conflicts"]);
        }
        done
    }
}

/// Splits by what their shares cost.
fn costed(splits: &[Vec<ItemSet>], costs: &HashMap<ItemSet, i64>) -> Vec<(i64, Vec<ItemSet>)> {
    let costed = |split: &Vec<ItemSet>| {
        let split: Vec<ItemSet> = split.iter().copied().sorted().collect();
        (split.iter().map(|share| costs[share]).sum(), split)
    };
    splits.iter().map(costed).sorted().collect()
}
