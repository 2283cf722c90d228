//! Splits: the fewest deployments that together satisfy needs which no single one can.
//!
//! What one deployment can serve is a [`Family`] of sets; splitting needs among `k` deployments is
//! colouring them with `k` colours so that no conflict has one colour. [`Planner::split`] finds the
//! fewest colours, every split into no more, each with the choice of plans by which the fewest
//! different backends run, and every minimal reason why fewer are not enough; [`Planner::classes`]
//! finds the best classes for whole workloads.

mod choice;
mod class_search;
mod element;
mod family;
mod fewest;
mod lower_bound;
mod outcome;
mod partitions;
mod served_share;
mod workload_elements;
mod workloads;

use itertools::Itertools;

use std::time::{Duration, Instant};

use fixedbitset::FixedBitSet;

use self::element::Element;
use self::family::Family;
use self::fewest::{Bounds, Ordered};
use self::partitions::{SplitRanking, partitions};
use super::Planner;
use super::search::Search;
use super::terms::terms;
use crate::matrix::Term;
use crate::request::Request;

pub use outcome::{
    Alternative, Class, Deployment, Split, SplitOutcome, SplitRequest, SplitScore, Unserved,
    Workload, WorkloadsOutcome, WorkloadsRequest,
};

/// A deadline passed.
struct DeadlinePassed;

/// The moment to stop at, if any.
#[derive(Clone, Copy)]
struct Clock(Option<Instant>);

impl Clock {
    fn check(self) -> Result<(), DeadlinePassed> {
        match self.0 {
            Some(deadline) if Instant::now() >= deadline => Err(DeadlinePassed),
            _ => Ok(()),
        }
    }

    /// A clock that stops at the same moment or earlier: with this part of the time that is left.
    fn part(self, percent: u32) -> Self {
        let now = Instant::now();
        Clock(self.0.map(|deadline| {
            let left: Duration = deadline.saturating_duration_since(now);
            // Divided first, since the longest waits times a percentage are no `Duration`.
            now + left / 100 * percent
        }))
    }
}

impl Planner {
    /// The fewest deployments that together satisfy all needs of a request, and every best split
    /// of the needs among them.
    ///
    /// ```
    /// # fn main() -> Result<(), dynamo_plan::RequestError> {
    /// use dynamo_plan::{Planner, Query, plan::SplitRequest};
    ///
    /// let planner = Planner::bundled();
    /// let request = planner.resolve(&Query::needing(["lora", "multimodal-video"]))?;
    /// let outcome = planner.split(&SplitRequest::of(request));
    /// assert_eq!(outcome.deployments(), 2);
    /// assert_eq!(outcome.minimal_because, [["lora", "multimodal-video"]]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn split(&self, asked: &SplitRequest) -> SplitOutcome {
        self.split_watched(asked, &mut |_| {})
    }

    /// Splits, showing what is known so far whenever more of it is proved or something better is
    /// found: between two such moments no deadline may be looked at for long.
    pub fn split_watched(
        &self,
        asked: &SplitRequest,
        watch: &mut dyn FnMut(&SplitOutcome),
    ) -> SplitOutcome {
        let mut outcome = self.nothing_split_yet(asked);
        let needs = std::mem::take(&mut outcome.request.need);
        let mut whole = outcome.request.clone();
        whole.need = needs.iter().chain(&outcome.every).cloned().sorted().dedup().collect_vec();
        let fixed = Request { need: outcome.every.clone(), ..outcome.request.clone() };
        let elements = needs.iter().map(Term::on).map(Element::of).collect();
        outcome.request.need = needs;
        let targets = self.targets(&whole);
        let search = Search::new(&targets, &whole, Vec::new());
        let clock = Clock(asked.deadline);
        let family = Family::new(search, (terms(&fixed), fixed.want.clone()), elements, clock);
        let mut work =
            SplitRun { planner: self, family, clock, limit: asked.limit, outcome, watch };
        // Every snapshot before this line is of an unfinished run, so that none can claim to be whole.
        work.outcome.complete = work.run().is_ok();
        work.outcome
    }

    /// A split of which nothing is known, with the request in order: what is to stay together is
    /// needed, and what every deployment needs is no share.
    fn nothing_split_yet(&self, asked: &SplitRequest) -> SplitOutcome {
        let sorted = |ids: &[String]| ids.iter().cloned().sorted().dedup().collect_vec();
        let every = sorted(&asked.every);
        let mut request = asked.request.clone();
        request.need = sorted(&[request.need, asked.together.concat()].concat());
        request.need.retain(|id| !every.contains(id));
        request.want.retain(|want| !request.need.contains(&want.feature));
        let together = asked.together.iter().map(|ids| sorted(ids)).sorted().dedup().collect_vec();
        SplitOutcome {
            schema: "dynamo-plan/split/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(&request),
            together,
            request,
            every,
            release_defaulted: false,
            newest: None,
            satisfiable: false,
            complete: false,
            lower_bound: 1,
            total: 0,
            splits: Vec::new(),
            minimal_because: Vec::new(),
            conflicts: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// A split under work.
struct SplitRun<'w, 'p> {
    planner: &'p Planner,
    family: Family<'p>,
    clock: Clock,
    limit: Option<usize>,
    outcome: SplitOutcome,
    watch: &'w mut dyn FnMut(&SplitOutcome),
}

impl SplitRun<'_, '_> {
    fn run(&mut self) -> Result<(), DeadlinePassed> {
        (self.watch)(&self.outcome);
        let items = self.items();
        let impossible = self.impossible(&items)?;
        if !impossible.is_empty() {
            return self.show_because(&impossible);
        }
        let ordered = Ordered::new(&mut self.family, &items)?;
        let mut best = ordered.first_fit(&mut self.family)?;
        self.outcome.satisfiable = true;
        self.outcome.lower_bound = ordered.clique.max(1);
        self.publish(&best);
        let mut bounds = Bounds::new(self.outcome.lower_bound, best.len());
        while let Some(colours) = bounds.next() {
            let coloured = ordered.coloured_with(&mut self.family, colours)?;
            bounds.learn(colours, coloured.as_deref());
            best = coloured.unwrap_or(best);
            self.outcome.lower_bound = bounds.lower;
            self.publish(&best);
        }
        let because = self.because(&ordered, best.len());
        let splits = self.every_split(&ordered, best.len());
        // Both are tried, whichever runs out of time.
        because.and(splits)
    }

    /// The needs that stay together, and each other need by itself.
    fn items(&self) -> Vec<FixedBitSet> {
        let position = |id: &String| self.outcome.request.need.binary_search(id).ok();
        let one = |element: usize| {
            let mut set = self.family.nothing();
            set.insert(element);
            set
        };
        let mut items: Vec<FixedBitSet> = (0..self.family.elements.len()).map(one).collect();
        for ids in &self.outcome.together {
            let mut whole = self.family.nothing();
            whole.extend(ids.iter().filter_map(position));
            let (joined, mut others): (Vec<FixedBitSet>, Vec<FixedBitSet>) =
                items.into_iter().partition(|item| !item.is_disjoint(&whole));
            joined.iter().for_each(|item| whole.union_with(item));
            others.push(whole);
            items = others;
        }
        items.retain(|item| !item.is_clear());
        items.sort_by(|a, b| a.ones().cmp(b.ones()));
        if items.is_empty() { vec![self.family.nothing()] } else { items }
    }

    /// The needs without a plan alone; where there is none, the minimal sets of needs that must
    /// stay together and cannot.
    fn impossible(&mut self, items: &[FixedBitSet]) -> Result<Vec<FixedBitSet>, DeadlinePassed> {
        let mut alone = Vec::new();
        for element in 0..self.family.elements.len() {
            let mut set = self.family.nothing();
            set.insert(element);
            if !self.family.serves(&set)? {
                alone.push(set);
            }
        }
        if alone.is_empty() {
            for item in items {
                alone.extend(self.family.conflicts(item)?);
            }
        }
        Ok(alone)
    }

    /// Shows the best known split of the needs.
    fn publish(&mut self, shares: &[FixedBitSet]) {
        let mut ranking = SplitRanking::new(None);
        // A single choice is made even where the time is over: what was found is shown.
        if ranking.add(&mut self.family, shares, Clock(None)).is_ok() {
            self.outcome.splits = ranking.shown(&self.family);
            self.outcome.total = 1;
            (self.watch)(&self.outcome);
        }
    }

    /// Adds why one deployment less is not enough, in a part of the time that is left.
    fn because(&mut self, ordered: &Ordered, fewest: usize) -> Result<(), DeadlinePassed> {
        if fewest == 1 {
            return Ok(());
        }
        let mut sets = Vec::new();
        let mut colouring = ordered.colouring(&self.family, fewest - 1);
        // The rest of the time is for listing the splits.
        self.family.set_clock(self.clock.part(30));
        let done =
            lower_bound::minimal_sets(&mut self.family, &mut colouring, |set| sets.push(set));
        let shown = self.show_because(&sets);
        self.family.set_clock(self.clock);
        (self.watch)(&self.outcome);
        done.and(shown)
    }

    /// Shows sets of needs as the reason, and what proves them.
    fn show_because(&mut self, sets: &[FixedBitSet]) -> Result<(), DeadlinePassed> {
        self.outcome.minimal_because = by_size(sets.iter().map(|set| self.family.ids(set)));
        let mut conflicts = Vec::new();
        for set in sets {
            conflicts.extend(self.family.conflicts(set)?);
        }
        self.outcome.conflicts = by_size(conflicts.iter().map(|set| self.family.ids(set)));
        Ok(())
    }

    /// Adds every split into the fewest shares.
    fn every_split(&mut self, ordered: &Ordered, fewest: usize) -> Result<(), DeadlinePassed> {
        let mut ranking = SplitRanking::new(self.limit);
        let clock = self.clock;
        let done = partitions(&mut self.family, &ordered.items, fewest, &mut |family, shares| {
            ranking.add(family, shares, clock)
        });
        if ranking.total > 0 {
            ranking.keep_the_best();
            self.outcome.total = ranking.total;
            self.outcome.splits = ranking.shown(&self.family);
            let candidates = ranking.candidates();
            self.outcome.notices = self.planner.remarks(&candidates, self.family.search.request);
        }
        done
    }
}

/// Lists of ids by size, then ids.
fn by_size(sets: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut sets: Vec<_> = sets.into_iter().collect();
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets.dedup();
    sets
}
