//! The family of sets that one deployment can serve.
//!
//! With a set of elements, every smaller one can be served too; so the family is told by its
//! maximal members and, from without, by the minimal sets that fail. Each question that these do
//! not answer yet is put to the places and adds one to either list.

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use super::super::Plan;
use super::super::rank::Candidate;
use super::super::search::Search;
use super::{Clock, Late};
use crate::engine::{Demand, Question};
use crate::matrix::Term;
use crate::request::Request;

/// What one deployment can serve, as far as it is known.
pub(super) struct Family<'p> {
    pub(super) search: Search<'p>,
    /// What every deployment must meet.
    pub(super) fixed: Vec<Term>,
    /// What is shared out.
    pub(super) elements: Vec<Term>,
    /// Per place, what it is asked for the fixed terms.
    base: Vec<Question>,
    /// Per place and element, what it is asked.
    demands: Vec<Vec<Demand>>,
    /// Minimal sets that fail everywhere.
    conflicts: Vec<FixedBitSet>,
    /// Sets that can be served, each maximal at some place.
    served: Vec<FixedBitSet>,
    clock: Clock,
}

impl<'p> Family<'p> {
    pub(super) fn new(
        search: Search<'p>,
        fixed: Vec<Term>,
        elements: Vec<Term>,
        clock: Clock,
    ) -> Self {
        let accept = search.request.accept;
        let sites = 0..search.sites.len();
        let base = sites.clone().map(|site| search.question(site, &fixed, accept)).collect();
        let demands = sites.map(|site| search.question(site, &elements, accept).demands).collect();
        let (conflicts, served) = (Vec::new(), Vec::new());
        Family { search, fixed, elements, base, demands, conflicts, served, clock }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// The minimal failing sets that are known.
    pub(super) fn conflicts(&self) -> &[FixedBitSet] {
        &self.conflicts
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
    pub(super) fn serves(&mut self, set: &FixedBitSet) -> Result<bool, Late> {
        Ok(self.clash(set)?.is_none())
    }

    /// A minimal part of a set that fails, by its position among the conflicts; `None` where one
    /// deployment can serve the set.
    pub(super) fn clash(&mut self, set: &FixedBitSet) -> Result<Option<usize>, Late> {
        if self.served.iter().any(|served| set.is_subset(served)) {
            return Ok(None);
        }
        let known = self.conflicts.iter().position(|conflict| conflict.is_subset(set));
        if known.is_some() {
            return Ok(known);
        }
        self.clock.check()?;
        match self.place_for(set) {
            Some(site) => {
                let grown = self.grown(site, set);
                self.served.push(grown);
                Ok(None)
            }
            None => {
                let shrunk = self.shrunk(set);
                self.conflicts.push(shrunk);
                Ok(Some(self.conflicts.len() - 1))
            }
        }
    }

    /// The first place that can serve a set.
    fn place_for(&mut self, set: &FixedBitSet) -> Option<usize> {
        (0..self.base.len()).find(|&site| self.is_served_at(site, set))
    }

    fn is_served_at(&mut self, site: usize, set: &FixedBitSet) -> bool {
        let mut question = self.base[site].clone();
        question.demands.extend(set.ones().map(|element| self.demands[site][element]));
        self.search.sites[site].engine.feasible(&question)
    }

    /// A set that a place can serve, with every further element that it can serve besides.
    fn grown(&mut self, site: usize, set: &FixedBitSet) -> FixedBitSet {
        let mut grown = set.clone();
        for element in 0..self.elements.len() {
            if grown.put(element) {
                continue;
            }
            if !self.is_served_at(site, &grown) {
                grown.remove(element);
            }
        }
        grown
    }

    /// A minimal part of a failing set that fails. Only verdicts count.
    fn shrunk(&mut self, set: &FixedBitSet) -> FixedBitSet {
        let mut shrunk = set.clone();
        for element in set.ones() {
            shrunk.remove(element);
            let served = self.served.iter().any(|served| shrunk.is_subset(served));
            if served || self.place_for(&shrunk).is_some() {
                shrunk.insert(element);
            }
        }
        shrunk
    }

    /// The terms of a set, with those that every deployment must meet.
    pub(super) fn terms(&self, set: &FixedBitSet) -> Vec<Term> {
        let terms = self.fixed.iter().chain(set.ones().map(|element| &self.elements[element]));
        terms.cloned().sorted().dedup().collect()
    }

    /// The best configuration for a set.
    pub(super) fn best(&mut self, set: &FixedBitSet) -> Option<Candidate<'p>> {
        let accept = self.search.request.accept;
        let candidates = self.search.candidates(&self.terms(set), accept);
        candidates.into_iter().min_by(Candidate::compare)
    }

    /// The plan of a set's best configuration: its needs are the set's and the fixed ones.
    pub(super) fn plan(&self, set: &FixedBitSet, best: &Candidate<'p>) -> Plan {
        let request = Request { need: self.named(set, false), ..self.search.request.clone() };
        self.search.plan_for(&request, 1, best, false)
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
