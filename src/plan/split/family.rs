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
use super::super::terms::wants;
use super::super::{CellDetail, Plan};
use super::element::{self, Element};
use super::served_share::{Offer, ServedShare};
use super::{Clock, DeadlinePassed};
use crate::engine::{Assumption, EngineQuery};
use crate::matrix::Term;
use crate::request::{Request, Want};
use crate::solve::MarcoMap;

/// The sets that one deployment can serve, as far as they are known.
pub(super) struct Family<'p> {
    pub(super) search: Search<'p>,
    /// The terms that every deployment must meet.
    pub(super) fixed: Vec<Term>,
    /// The wants of every deployment.
    wants: Vec<Want>,
    /// What is shared out.
    pub(super) elements: Vec<Element>,
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
        (fixed, wants): (Vec<Term>, Vec<Want>),
        elements: Vec<Element>,
        clock: Clock,
    ) -> Self {
        let known = |(base, elements): (EngineQuery, EngineQuery)| TargetFamily {
            base,
            assumptions: elements.assumptions,
            conflicts: Vec::new(),
            served: Vec::new(),
        };
        // The other elements are no terms of a target, so that there they are met.
        let terms = elements.iter().map(|element| element.term.clone()).collect_vec();
        let queries = search.queries_for(&fixed).into_iter().zip(search.queries_for(&terms));
        let mut sites: Vec<TargetFamily> = queries.map(known).collect();
        for (element, _) in elements.iter().enumerate().filter(|(_, it)| it.as_term().is_none()) {
            sites.iter_mut().for_each(|site| site.assumptions[element] = Assumption::Met);
        }
        Family { search, fixed, wants, elements, sites, shares: HashMap::new(), clock }
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

    /// The number of elements of the largest set that is known to be served.
    pub(super) fn largest_served(&self) -> usize {
        let served = self.sites.iter().flat_map(|site| &site.served);
        served.map(|set| set.count_ones(..)).max().unwrap_or(0)
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
        if self.is_kept_off(set, site) {
            return false;
        }
        let known = &self.sites[site];
        let mut query = known.base.clone();
        query.accept = element::accept(&self.elements, set, query.accept);
        query.assumptions.extend(set.ones().map(|element| known.assumptions[element]));
        self.search.sites[site].engine.feasible(&query)
    }

    /// Whether a set cannot be on a target, whatever is on there.
    fn is_kept_off(&self, set: &FixedBitSet, site: usize) -> bool {
        set.ones().any(|element| self.elements[element].is_kept_off(site))
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
        let own = set.ones().filter_map(|element| self.elements[element].as_term());
        self.fixed.iter().chain(own).cloned().sorted().dedup().collect_vec()
    }

    /// The terms of a set's elements, whatever they ask for.
    pub(super) fn element_terms(&self, set: &FixedBitSet) -> Vec<Term> {
        set.ones().map(|element| self.elements[element].term.clone()).collect()
    }

    /// A set with its best plans, worked out once; `None` where it cannot be served.
    pub(super) fn share(&mut self, set: &FixedBitSet) -> Option<Rc<ServedShare<'p>>> {
        if let Some(known) = self.shares.get(set) {
            return Some(known.clone());
        }
        let own_wants = element::wants(&self.elements, set, &self.wants);
        let queries = self.search.queries_for(&self.terms(set));
        let targets = queries.len();
        let mut plans = Vec::new();
        for (target, mut query) in queries.into_iter().enumerate() {
            if self.is_kept_off(set, target) {
                continue;
            }
            query.accept = element::accept(&self.elements, set, query.accept);
            query.wants = wants(self.search.sites[target].target.catalog(), &own_wants);
            let candidates = self.search.candidates_at(target, &query).into_iter();
            plans.extend(candidates.map(|candidate| (target, candidate)));
        }
        let share = Rc::new(ServedShare::new(set.clone(), targets, plans)?);
        self.shares.insert(set.clone(), share.clone());
        Some(share)
    }

    /// The plan that a set is offered: it is asked for what the set and what is fixed ask for.
    pub(super) fn plan(&self, set: &FixedBitSet, offer: &Offer<'p>) -> Plan {
        let need = self.named(set, false);
        let mut want = element::wants(&self.elements, set, &self.wants);
        want.retain(|want| !need.contains(&want.feature));
        let whole = self.search.request;
        let denied = whole.facts.iter().filter(|fact| fact.starts_with('!')).cloned();
        let stated = self.terms(set);
        let stated = stated.iter().filter_map(Term::fact).map(str::to_owned);
        let facts = denied.chain(stated).sorted().collect();
        let request = Request { need, want, facts, ..whole.clone() };
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
        set.ones().map(|element| self.elements[element].term.id().to_owned()).collect()
    }
}
