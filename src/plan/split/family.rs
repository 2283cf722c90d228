//! The family of sets that one deployment can serve.
//!
//! With a set of elements, every smaller one can be served too; so what a target can serve is told
//! by the maximal such sets and, from without, by the minimal sets that fail there. Each query that
//! these do not answer yet is put to the target and adds one to either list.

use std::collections::HashMap;
use std::rc::Rc;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::search::{Search, plan};
use super::super::{CellDetail, Plan};
use super::served_share::{Offer, ServedShare};
use super::{Clock, DeadlinePassed};
use crate::engine::{Assumption, EngineQuery};
use crate::matrix::Term;
use crate::request::Request;
use crate::solve::MarcoMap;

/// The sets that one deployment can serve, as far as they are known.
pub(super) struct Family<'p> {
    pub(super) search: Search<'p>,
    /// The terms that every deployment must meet.
    pub(super) fixed: Vec<Term>,
    /// The terms that are shared out.
    pub(super) elements: Vec<Term>,
    sites: Vec<TargetFamily>,
    /// The sets whose plans have been worked out.
    shares: HashMap<FixedBitSet, Rc<ServedShare<'p>>>,
    clock: Clock,
}

/// The sets that one target can serve, as far as they are known.
struct TargetFamily {
    /// The query of the fixed terms.
    base: EngineQuery,
    /// The assumption of each element.
    assumptions: Vec<Assumption>,
    /// Minimal sets that fail there.
    conflicts: Vec<FixedBitSet>,
    /// Maximal sets that can be served there.
    served: Vec<FixedBitSet>,
}

impl<'p> Family<'p> {
    pub(super) fn new(
        search: Search<'p>,
        fixed: Vec<Term>,
        elements: Vec<Term>,
        clock: Clock,
    ) -> Self {
        let known = |(base, elements): (EngineQuery, EngineQuery)| TargetFamily {
            base,
            assumptions: elements.assumptions,
            conflicts: Vec::new(),
            served: Vec::new(),
        };
        let queries = search.queries_for(&fixed).into_iter().zip(search.queries_for(&elements));
        let sites = queries.map(known).collect();
        Family { search, fixed, elements, sites, shares: HashMap::new(), clock }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Counts the targets.
    pub(super) fn targets(&self) -> usize {
        self.sites.len()
    }

    /// The minimal sets that are known to fail at a target.
    pub(super) fn conflicts_at(&self, site: usize) -> &[FixedBitSet] {
        &self.sites[site].conflicts
    }

    /// No elements.
    pub(super) fn nothing(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.elements.len())
    }

    /// All elements.
    pub(super) fn everything(&self) -> FixedBitSet {
        let mut all = self.nothing();
        all.insert_range(..);
        all
    }

    /// Whether one deployment can serve all of these elements.
    pub(super) fn serves(&mut self, set: &FixedBitSet) -> Result<bool, DeadlinePassed> {
        for site in 0..self.sites.len() {
            if self.serves_at(site, set)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a target can serve all of these elements.
    fn serves_at(&mut self, site: usize, set: &FixedBitSet) -> Result<bool, DeadlinePassed> {
        let known = &self.sites[site];
        if known.served.iter().any(|served| set.is_subset(served)) {
            return Ok(true);
        }
        if known.conflicts.iter().any(|conflict| conflict.is_subset(set)) {
            return Ok(false);
        }
        self.clock.check()?;
        let serves = self.ask(site, set);
        if serves {
            let grown = self.grown(site, set);
            self.sites[site].served.push(grown);
        } else {
            let shrunk = self.shrunk(site, set);
            self.sites[site].conflicts.push(shrunk);
        }
        Ok(serves)
    }

    /// Asks a target whether it can serve a set.
    fn ask(&mut self, site: usize, set: &FixedBitSet) -> bool {
        let known = &self.sites[site];
        let mut query = known.base.clone();
        query.assumptions.extend(set.ones().map(|element| known.assumptions[element]));
        self.search.sites[site].engine.feasible(&query)
    }

    /// A set that a target can serve, with every further element that it can serve besides.
    fn grown(&mut self, site: usize, set: &FixedBitSet) -> FixedBitSet {
        let mut grown = set.clone();
        for element in 0..self.elements.len() {
            // What cannot join now cannot join a larger set either: one pass is enough.
            if !grown.put(element) && !self.ask(site, &grown) {
                grown.remove(element);
            }
        }
        grown
    }

    /// A minimal part of a set that fails at a target. Only verdicts count.
    fn shrunk(&mut self, site: usize, set: &FixedBitSet) -> FixedBitSet {
        let mut shrunk = set.clone();
        for element in set.ones() {
            shrunk.remove(element);
            // What the rest needs to fail, a smaller rest needs too: one pass is enough.
            let served = self.sites[site].served.iter().any(|served| shrunk.is_subset(served));
            if served || self.ask(site, &shrunk) {
                shrunk.insert(element);
            }
        }
        shrunk
    }

    /// A minimal part of a set that fails everywhere; `None` where one deployment can serve the
    /// set.
    pub(super) fn conflict(
        &mut self,
        set: &FixedBitSet,
    ) -> Result<Option<FixedBitSet>, DeadlinePassed> {
        if self.serves(set)? {
            return Ok(None);
        }
        let mut shrunk = set.clone();
        for element in set.ones() {
            shrunk.remove(element);
            if self.serves(&shrunk)? {
                shrunk.insert(element);
            }
        }
        Ok(Some(shrunk))
    }

    /// Every minimal part of a set that fails everywhere.
    pub(super) fn conflicts(
        &mut self,
        set: &FixedBitSet,
    ) -> Result<Vec<FixedBitSet>, DeadlinePassed> {
        let mut found = Vec::new();
        let mut map = MarcoMap::new(set);
        while let Some(seed) = map.maximal() {
            match self.conflict(&seed)? {
                None => map.holds(&seed),
                Some(conflict) => {
                    map.fails(&conflict);
                    found.push(conflict);
                }
            }
        }
        Ok(found)
    }

    /// The terms of a set, with those that every deployment must meet.
    pub(super) fn terms(&self, set: &FixedBitSet) -> Vec<Term> {
        let terms = self.fixed.iter().chain(set.ones().map(|element| &self.elements[element]));
        terms.cloned().sorted().dedup().collect_vec()
    }

    /// A set with its best plans, worked out once; `None` where it cannot be served.
    pub(super) fn share(&mut self, set: &FixedBitSet) -> Option<Rc<ServedShare<'p>>> {
        if let Some(known) = self.shares.get(set) {
            return Some(known.clone());
        }
        let queries = self.search.queries_for(&self.terms(set));
        let mut plans = Vec::new();
        for (target, query) in queries.iter().enumerate() {
            let candidates = self.search.candidates_at(target, query).into_iter();
            plans.extend(candidates.map(|candidate| (target, candidate)));
        }
        let share = Rc::new(ServedShare::new(set.clone(), queries.len(), plans)?);
        self.shares.insert(set.clone(), share.clone());
        Some(share)
    }

    /// The plan that a set is offered: its needs are the set's and the fixed ones.
    pub(super) fn plan(&self, set: &FixedBitSet, offer: &Offer<'p>) -> Plan {
        let request = Request { need: self.named(set, false), ..self.search.request.clone() };
        let plan = plan(&request, offer.rank, &offer.candidate, CellDetail::Notable);
        Plan { standing: offer.standing, ..plan }
    }

    /// The features and groups that a set and what is fixed ask to be on, or off.
    pub(super) fn named(&self, set: &FixedBitSet, off: bool) -> Vec<String> {
        let terms = self.terms(set).into_iter();
        let named = terms.filter(|term| term.is_negated() == off && !term.id().contains('='));
        named.map(|term| term.id().to_owned()).collect()
    }

    /// The ids of a set's elements.
    pub(super) fn ids(&self, set: &FixedBitSet) -> Vec<String> {
        set.ones().map(|element| self.elements[element].id().to_owned()).collect()
    }
}
