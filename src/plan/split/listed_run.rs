//! A split of which every share that a deployment can serve is listed: exact covers of the needs by these.

use std::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use super::super::Notice;
use super::covering::Covering;
use super::fewest::Ordered;
use super::lower_bound::minimal_sets;
use super::partitions::SplitRanking;
use super::run::{SplitRun, by_size, sooner};
use super::share_list::{ShareList, bits, set_of};
use super::{Clock, Unfinished};
use crate::solve::{Allowance, ExactCover, ItemSet, SearchEnd};

/// The most splits that are all compared and listed.
const MOST_SPLITS: usize = 20_000;

/// The splits that are listed where there are more and no limit is given.
const LISTED: usize = 100;

/// The steps, each about a nanosecond, that are taken at most: to list shares and to find the fewest, to see whether
/// the splits are few, to find the best, to count all, and to explain.
const FEWEST_STEPS: u64 = 50_000_000_000;
const GLANCE_STEPS: u64 = 4_000_000;
const BEST_STEPS: u64 = 4_000_000_000;
const COUNT_STEPS: u64 = 200_000_000;
const REASON_STEPS: u64 = 500_000_000;

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
    /// All of them; none where they are too many to be listed.
    splits: Vec<Vec<ItemSet>>,
    done: Result<(), SearchEnd>,
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
        let counted = self.count(&cover, &needs, GLANCE_STEPS);
        if counted.done.is_ok() && counted.total <= MOST_SPLITS {
            let splits = self.show_all(&counted);
            return sooner(splits, self.because_listed(&needs));
        }
        let splits = self.show_best(&needs);
        let because = self.because_listed(&needs);
        let counted = self.count(&cover, &needs, COUNT_STEPS);
        self.outcome.total = self.outcome.total.max(counted.total);
        if counted.done.is_ok() {
            self.outcome.proved(&["total"]);
        }
        let done = counted.done.map_err(Unfinished::from);
        if done.is_ok() && self.outcome.lacks("splits") && counted.total <= MOST_SPLITS {
            return sooner(because, self.show_all(&counted));
        }
        sooner(splits, sooner(because, done))
    }

    fn count(&self, cover: &ExactCover, needs: &CoveredNeeds<'_>, steps: u64) -> CountedSplits {
        let (mut total, mut splits) = (0, Vec::new());
        let mut allowance = Allowance::new(steps, self.clock.deadline());
        let done = cover.each(needs.shares, &mut allowance, &mut |split| {
            total += 1;
            if total <= MOST_SPLITS {
                splits.push(split.to_vec());
            }
            ControlFlow::Continue(())
        });
        if total > MOST_SPLITS {
            splits.clear();
        }
        CountedSplits { total, splits, done }
    }

    /// Shows every split, or the best of them.
    fn show_all(&mut self, counted: &CountedSplits) -> Result<(), Unfinished> {
        self.outcome.proved(&["total"]);
        self.rank(&counted.splits, self.limit)?;
        self.outcome.total = counted.total;
        self.outcome.proved(&["splits"]);
        Ok(())
    }

    /// Shows the best splits, of which there are more than can be listed.
    fn show_best(&mut self, needs: &CoveredNeeds<'_>) -> Result<(), Unfinished> {
        let wanted = self.limit.unwrap_or(LISTED).clamp(1, MOST_SPLITS);
        let Some(columns) = needs.list.columns(&needs.items, needs.shares) else {
            self.outcome.notices.push(Notice::not_compared(false));
            return Err(Unfinished::TooMany);
        };
        let mut allowance = Allowance::new(BEST_STEPS, self.clock.deadline());
        let cover = ExactCover::new(columns, needs.all, &mut allowance)?;
        let best = cover.best(needs.shares, (wanted, MOST_SPLITS), &mut allowance);
        if !best.covers.is_empty() {
            self.rank(&best.covers, Some(wanted))?;
        }
        match best.ended.map(Unfinished::from) {
            Some(Unfinished::Late) => return Err(Unfinished::Late),
            _ if !best.is_whole => {
                self.outcome.notices.push(Notice::not_compared(best.is_first_proved));
                return Err(Unfinished::TooMany);
            }
            _ => {}
        }
        if self.limit.is_some_and(|limit| limit <= wanted) {
            self.outcome.proved(&["splits"]);
            return Ok(());
        }
        Err(Unfinished::TooMany)
    }

    /// Shows the best of some splits, as far as the time reaches.
    fn rank(&mut self, splits: &[Vec<ItemSet>], limit: Option<usize>) -> Result<(), Unfinished> {
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
        self.outcome.proved(&["conflicts"]);
        if done.is_ok() {
            self.outcome.proved(&["minimal_because"]);
        }
        (self.watch)(&self.outcome);
        done
    }
}
