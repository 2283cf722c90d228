//! A split under work: the fewest shares, the best splits, why fewer are not enough, and how many splits there are.
//!
//! Where every share that a deployment can serve is listed, the searches go over these ([`listed_run`]
//! (super::listed_run)); else each share is put to the targets as it comes.

use fixedbitset::FixedBitSet;

use super::super::{Notice, Planner};
use super::family::Family;
use super::fewest::{Bounds, Ordered, coloured};
use super::lower_bound::minimal_sets;
use super::partitions::{SplitRanking, partitions};
use super::{Clock, DeadlinePassed, KEYS, SplitOutcome, Unfinished};
use crate::request::Request;

/// The most partitions that are compared where shares are not listed.
const MOST_COMPARED: usize = 200_000;

/// The most colourings that are tried to explain why fewer shares are not enough.
const MOST_COLOURINGS: usize = 100_000;

/// The code of the notice that there is more than is listed.
pub(crate) const TOO_MANY_SPLITS: &str = "more-than-listed";

/// The code of the notice that not every split was compared.
pub(crate) const NOT_COMPARED: &str = "splits-not-compared";

pub(super) struct SplitRun<'w, 'p> {
    pub(super) planner: &'p Planner,
    pub(super) family: Family<'p>,
    /// What every deployment is asked for.
    pub(super) fixed: &'w Request,
    pub(super) clock: Clock,
    pub(super) limit: Option<usize>,
    pub(super) outcome: SplitOutcome,
    pub(super) watch: &'w mut dyn FnMut(&SplitOutcome),
}

impl<'p> SplitRun<'_, 'p> {
    /// Works the split out, as far as time and patience reach.
    pub(super) fn run(mut self) -> SplitOutcome {
        let done = self.search();
        match done {
            Ok(()) => {}
            Err(Unfinished::TooMany) => {
                let incomplete = &self.outcome.incomplete;
                self.outcome.notices.extend(Notice::more_splits(incomplete));
            }
            Err(Unfinished::Late) => self.outcome.notices.push(Notice::timed_out()),
        }
        self.outcome
    }

    fn search(&mut self) -> Result<(), Unfinished> {
        (self.watch)(&self.outcome);
        let items = self.items();
        let impossible = self.impossible(&items)?;
        if !impossible.is_empty() {
            self.show_because(&impossible)?;
            self.outcome.proved(&KEYS);
            return Ok(());
        }
        let ordered = Ordered::new(&mut self.family, &items)?;
        let first = ordered.first_fit(&mut self.family)?;
        self.outcome.satisfiable = true;
        self.outcome.lower_bound = ordered.clique.max(1);
        self.publish(&first);
        match self.list(first.len())? {
            Some(list) => self.search_listed(&list, &ordered, first),
            None => self.search_unlisted(&ordered, first),
        }
    }

    /// Puts each share to the targets as it comes.
    fn search_unlisted(
        &mut self,
        ordered: &Ordered,
        first: Vec<FixedBitSet>,
    ) -> Result<(), Unfinished> {
        let best =
            self.fewest(first, |family, colours| Ok(ordered.coloured_with(family, colours)?))?;
        let because = self.because(ordered, best.len());
        let splits = self.every_split(ordered, best.len());
        // Both are tried, whichever runs out of time.
        sooner(because, splits)
    }

    /// The fewest shares, from some on, by trying whether so many are enough.
    pub(super) fn fewest(
        &mut self,
        first: Vec<FixedBitSet>,
        mut with: impl FnMut(&mut Family<'p>, usize) -> Result<Option<Vec<FixedBitSet>>, Unfinished>,
    ) -> Result<Vec<FixedBitSet>, Unfinished> {
        let mut best = first;
        let mut bounds = Bounds::new(self.outcome.lower_bound, best.len());
        while let Some(colours) = bounds.next() {
            let shares = with(&mut self.family, colours)?;
            bounds.learn(colours, shares.as_deref());
            best = shares.unwrap_or(best);
            self.outcome.lower_bound = bounds.lower;
            self.publish(&best);
        }
        self.outcome.proved(&["lower_bound"]);
        Ok(best)
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
    fn because(&mut self, ordered: &Ordered, fewest: usize) -> Result<(), Unfinished> {
        let mut sets = Vec::new();
        let mut done = Ok(());
        if fewest > 1 {
            let mut colouring = ordered.colouring(&self.family, fewest - 1);
            // The rest of the time is for listing the splits.
            self.family.set_clock(self.clock.part(30));
            let everything = self.family.everything();
            let family = &mut self.family;
            let mut tried = 0;
            let failing = |set: &FixedBitSet| {
                tried += 1;
                if tried > MOST_COLOURINGS {
                    return Err(Unfinished::TooMany);
                }
                let shares = coloured(family, &mut colouring, set)?;
                Ok(shares.is_none().then(|| set.clone()))
            };
            done = minimal_sets(&everything, failing, |set| sets.push(set));
        }
        let shown = self.show_because(&sets);
        self.family.set_clock(self.clock);
        if done.is_ok() && shown.is_ok() {
            self.outcome.proved(&["minimal_because", "conflicts"]);
        }
        (self.watch)(&self.outcome);
        sooner(done, shown.map_err(Unfinished::from))
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
    fn every_split(&mut self, ordered: &Ordered, fewest: usize) -> Result<(), Unfinished> {
        let mut ranking = SplitRanking::new(self.limit);
        let clock = self.clock;
        let done = partitions(&mut self.family, &ordered.items, fewest, &mut |family, shares| {
            if ranking.total == MOST_COMPARED {
                return Err(Unfinished::TooMany);
            }
            Ok(ranking.add(family, shares, clock)?)
        });
        if ranking.total > 0 {
            self.outcome.total = ranking.total;
            self.show(ranking);
        }
        match done {
            Ok(()) => self.outcome.proved(&["total", "splits"]),
            Err(Unfinished::TooMany) => self.outcome.notices.push(Notice::not_compared(false)),
            Err(Unfinished::Late) => {}
        }
        done
    }

    /// Shows the best of some splits.
    pub(super) fn show(&mut self, mut ranking: SplitRanking<'p>) {
        ranking.keep_the_best();
        self.outcome.splits = ranking.shown(&self.family);
        let candidates = ranking.candidates();
        self.outcome.notices = self.planner.remarks(&candidates, self.family.search.request);
    }
}

/// Two parts of the work: where the time ran out in one, it did.
pub(super) fn sooner(
    one: Result<(), Unfinished>,
    other: Result<(), Unfinished>,
) -> Result<(), Unfinished> {
    match (one, other) {
        (Err(Unfinished::Late), _) | (_, Err(Unfinished::Late)) => Err(Unfinished::Late),
        (one, other) => one.and(other),
    }
}

impl Notice {
    /// Not every split was compared; whether it is proved that none rests on better cells than the first.
    pub(super) fn not_compared(is_first_proved: bool) -> Self {
        let text = if is_first_proved {
            "There are too many splits that rest on as good cells as the first to compare them all: others \
             may run on fewer backends."
        } else {
            "There are too many splits to compare them all: others may rest on better cells or run on fewer \
             backends."
        };
        Notice::new(NOT_COMPARED, text.to_owned())
    }

    /// What there is too much of to be found, of the keys that are not whole.
    fn more_splits(incomplete: &[String]) -> Option<Self> {
        let lacks = |key: &str| incomplete.iter().any(|it| it == key);
        let more_splits = lacks("total") || lacks("splits");
        let lists = [("splits", more_splits), ("reasons", lacks("minimal_because"))];
        let cut = lists.iter().filter(|(_, is_cut)| *is_cut).map(|(name, _)| *name);
        let cut = cut.collect::<Vec<_>>().join(" and ");
        if lacks("lower_bound") {
            let text = "There is too much to try to prove that fewer deployments are not enough.";
            return Some(Notice::new(NOT_COMPARED, text.to_owned()));
        }
        let text = format!("There are more {cut} than are listed.");
        (!cut.is_empty()).then(|| Notice::new(TOO_MANY_SPLITS, text))
    }

    /// Whether this says why an answer is not whole.
    #[must_use]
    pub fn is_about_the_end(&self) -> bool {
        self.is_cut_short() || [TOO_MANY_SPLITS, NOT_COMPARED].contains(&self.code.as_str())
    }
}

/// Lists of ids by size, then ids.
pub(super) fn by_size(sets: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut sets: Vec<_> = sets.into_iter().collect();
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets.dedup();
    sets
}
