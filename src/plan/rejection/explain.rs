//! A request without a plan in, the reasons and remedies out: conflicts, corrections and the rest.

use fixedbitset::FixedBitSet;

use crate::engine::{Corrections, EngineQuery, NoTermSets};
use crate::matrix::Term;
use crate::plan::search::{Ranked, Search};
use crate::plan::{CellDetail, Correction, Hint, Sensitivity};
use crate::request::Request;
use crate::solve::{MarcoMap, few_hitting_sets, minimal_sets};

/// The most sets of terms that are looked at for conflicts where the corrections are too many.
const MOST_MAPPED: usize = 2_000;

/// The minimal sets of a request's terms that fail, and those whose removal helps.
pub(in crate::plan) struct Cores {
    /// By size, then terms, and whether these are all.
    pub(in crate::plan) conflicts: (Vec<Vec<Term>>, bool),
    pub(in crate::plan) corrections: Corrections,
}

/// The smallest of some sets, and whether these are all.
fn capped(mut sets: Vec<FixedBitSet>, most: usize) -> Corrections {
    let complete = sets.len() <= most;
    if !complete {
        sets.sort_by_cached_key(|set| (set.count_ones(..), set.ones().collect::<Vec<_>>()));
        sets.truncate(most);
    }
    Corrections { sets, complete }
}

/// The most corrections of one target of which it is looked at whether all targets need them whole.
const MOST_CHECKED: usize = 500;

impl Search<'_> {
    /// Every minimal set of the request's terms, by position, whose removal makes a plan possible
    /// at some target, and every one that fails at every target; of more than are wanted, the smallest.
    pub(in crate::plan) fn cores(&mut self) -> Cores {
        let most = self.effort.most_sets();
        let Corrections { sets, complete } = match self.term_sets(most) {
            Ok((Some(conflicts), sets)) => {
                let corrections = Corrections { sets, complete: true };
                return Cores { conflicts: self.proved(conflicts, true), corrections };
            }
            Ok((None, sets)) => {
                let conflicts = self.smallest_conflicts(most);
                if conflicts.len() == most {
                    let corrections = capped(sets, most);
                    return Cores { conflicts: self.proved(conflicts, false), corrections };
                }
                Corrections { sets, complete: true }
            }
            // Most of them would be found for nothing.
            Err(NoTermSets::TooMany) if most < usize::MAX => {
                self.correction_sets(most.min(2 * MOST_CHECKED))
            }
            Err(_) => self.correction_sets(most),
        };
        let members = self.terms.len();
        if complete {
            let (conflicts, all) = few_hitting_sets(&sets, members, most);
            let (conflicts, corrections) = (self.proved(conflicts, all), capped(sets, most));
            return Cores { conflicts, corrections };
        }
        let mut conflicts = self.smallest_conflicts(most);
        if conflicts.len() < most {
            let more = self.mapped_conflicts(most);
            conflicts
                .extend(more.into_iter().filter(|it| !conflicts.contains(it)).collect::<Vec<_>>());
            conflicts.truncate(most);
        }
        let some = &conflicts[..conflicts.len().min(MOST_MAPPED)];
        let mut corrections = few_hitting_sets(some, members, most).0;
        // What misses no known conflict may miss another one. What helps is minimal: less misses one.
        corrections.retain(|set| self.helps(set));
        for set in sets.into_iter().take(MOST_CHECKED) {
            if corrections.len() == most || self.deadline.has_passed() {
                break;
            }
            if !corrections.contains(&set) && self.is_minimal_correction(&set) {
                corrections.push(set);
            }
        }
        let corrections = Corrections { complete: false, ..capped(corrections, most) };
        Cores { conflicts: self.proved(conflicts, false), corrections }
    }

    /// Every minimal set of the request's terms that fails at every target, by size, then terms.
    pub(in crate::plan) fn every_conflict(&mut self) -> Vec<Vec<Term>> {
        let queries: Vec<&EngineQuery> = self.sites.iter().map(|site| &site.query).collect();
        match self.asked_table(&queries).and_then(|asked| asked.conflicts_in_one()) {
            Some(conflicts) => self.proved(conflicts, true).0,
            None => self.cores().conflicts.0,
        }
    }

    /// Every minimal conflict, unless they are too many, and correction, as the table of all targets tells
    /// them.
    fn term_sets(
        &self,
        most: usize,
    ) -> Result<(Option<Vec<FixedBitSet>>, Vec<FixedBitSet>), NoTermSets> {
        let queries: Vec<&EngineQuery> = self.sites.iter().map(|site| &site.query).collect();
        self.asked_table(&queries).ok_or(NoTermSets::Unknown)?.term_sets(most)
    }

    /// Every minimal set of terms whose removal helps, unless they are more than are wanted.
    ///
    /// A set helps when it holds a minimal correction of some target, so the minimal ones among the
    /// corrections of all targets are the answer. Each target is told what the others found, and
    /// leaves out what could not be minimal.
    fn correction_sets(&mut self, most: usize) -> Corrections {
        let mut found = Corrections { sets: Vec::new(), complete: true };
        for site in &mut self.sites {
            let more = site.engine.corrections(&site.query, &found.sets, most);
            found.complete &= more.complete;
            found.sets.extend(more.sets);
            found.sets = minimal_sets(found.sets);
            // They will be found otherwise.
            if !found.complete {
                break;
            }
        }
        found
    }

    /// Whether dropping the terms at these positions makes a plan possible.
    fn helps(&mut self, dropped: &FixedBitSet) -> bool {
        let kept = self.others(dropped);
        !self.deadline.has_passed() && self.is_feasible_with(&kept)
    }

    /// Whether dropping these terms helps, and dropping all but one of them does not.
    fn is_minimal_correction(&mut self, dropped: &FixedBitSet) -> bool {
        let mut fewer = dropped.clone();
        let spares_none = dropped.ones().all(|term| {
            fewer.remove(term);
            let helps = self.helps(&fewer);
            fewer.insert(term);
            !helps
        });
        spares_none && self.helps(dropped)
    }

    /// All terms but those at these positions.
    fn others(&self, dropped: &FixedBitSet) -> FixedBitSet {
        let mut kept = FixedBitSet::with_capacity(self.terms.len());
        kept.extend((0..self.terms.len()).filter(|&term| !dropped.contains(term)));
        kept
    }

    /// Minimal sets of terms that fail at every target, as far as they are found in a moment where the
    /// corrections are too many to find all (MARCO).
    fn mapped_conflicts(&mut self, most: usize) -> Vec<FixedBitSet> {
        let mut terms = FixedBitSet::with_capacity(self.terms.len());
        terms.insert_range(..);
        let mut map = MarcoMap::new(&terms);
        let mut found = Vec::new();
        for _ in 0..MOST_MAPPED {
            let Some(mut set) = map.maximal() else { break };
            if found.len() == most || self.deadline.has_passed() {
                break;
            }
            if self.is_feasible_with(&set) {
                map.holds(&set);
                continue;
            }
            // Deletion: a term without which the others still fail is spared for good.
            for term in set.clone().ones() {
                set.remove(term);
                if self.is_feasible_with(&set) {
                    set.insert(term);
                }
            }
            map.fails(&set);
            found.push(set);
        }
        found
    }

    /// Whether any target has a plan for the terms at these positions.
    pub(super) fn is_feasible_with(&mut self, terms: &FixedBitSet) -> bool {
        let queries: Vec<&EngineQuery> = self.sites.iter().map(|site| &site.query).collect();
        let known = self.asked_table(&queries).and_then(|asked| asked.feasible(terms.ones()));
        known.unwrap_or_else(|| {
            let queries = self.queries_of(terms);
            self.sites.iter_mut().zip(&queries).any(|(site, query)| site.engine.feasible(query))
        })
    }

    /// The terms at these positions.
    pub(super) fn named(&self, set: &FixedBitSet) -> Vec<Term> {
        set.ones().map(|term| self.terms[term].clone()).collect()
    }

    /// Each correction with the plans that it makes possible, by size, then terms; and whether each was
    /// worked out in time.
    pub(in crate::plan) fn corrections(&mut self, sets: &[FixedBitSet]) -> (Vec<Correction>, bool) {
        let mut corrections: Vec<Correction> =
            sets.iter().map_while(|set| self.correction(set)).collect();
        let complete = corrections.len() == sets.len();
        corrections.sort_by(|a, b| by_size_then_terms(&a.drop, &b.drop));
        (corrections, complete)
    }

    /// `None` where there was no time for it.
    fn correction(&mut self, set: &FixedBitSet) -> Option<Correction> {
        let kept = self.others(set);
        let Ranked { candidates, total, .. } = self.ranked(&self.queries_of(&kept), Some(1));
        let best = candidates.first().filter(|_| !self.deadline.has_passed())?;
        Some(Correction {
            drop: self.named(set),
            plans: total,
            best: self.plan(1, best, CellDetail::Notable),
        })
    }

    /// Counts the plans that each worse accept level would give, and says whether every number is exact.
    pub(in crate::plan) fn sensitivity(&mut self) -> (Vec<Sensitivity>, bool) {
        let worse = self.request.accept.worse();
        let mut counted = true;
        let at = |accept| {
            let (plans, exact) = self.count(&self.queries(accept));
            counted &= exact;
            (!self.deadline.has_passed()).then_some(Sensitivity { accept, plans })
        };
        let levels = worse.map_while(at).collect();
        (levels, counted)
    }
}

pub(super) fn by_size_then_terms(a: &Vec<Term>, b: &Vec<Term>) -> std::cmp::Ordering {
    (a.len(), a).cmp(&(b.len(), b))
}

/// The hints: the mildest level that gives a plan, and the correction that drops least and
/// leaves most, of those that leave something to ask.
pub(in crate::plan) fn hints(
    request: &Request,
    sensitivity: &[Sensitivity],
    corrections: &[Correction],
) -> Vec<Hint> {
    let asked = request.need.iter().map(Term::on).chain(request.avoid.iter().map(Term::off));
    let asked: Vec<Term> = asked.collect();
    let asks_on = request.all || !request.want.is_empty();
    let asks_nothing = |drop: &[Term]| !asks_on && asked.iter().all(|term| drop.contains(term));
    let accept = sensitivity.iter().find(|worse| worse.plans > 0);
    let accept = accept.map(|worse| Hint::Accept { value: worse.accept, plans: worse.plans });
    let drop = corrections
        .iter()
        .min_by_key(|c| (asks_nothing(&c.drop), c.drop.len(), std::cmp::Reverse(c.plans)));
    let drop = drop.map(|c| Hint::Drop { value: c.drop.clone(), plans: c.plans });
    accept.into_iter().chain(drop).collect()
}
