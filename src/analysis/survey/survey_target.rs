//! A target and a request in, an engine for the features that the release lists out.

use fixedbitset::FixedBitSet;

use crate::engine::{Assumption, Count, Engine, EngineQuery};
use crate::plan::{Candidate, engine_query, terms};
use crate::request::Request;
use crate::target::{Atom, CellRef, Literal, Target};

/// A target with an engine that knows every listed feature.
pub(super) struct SurveyTarget<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) engine: Engine<'p>,
    /// The query that every valid set of listed features meets.
    pub(super) anything: EngineQuery,
    /// That query with the request's terms.
    pub(super) query: EngineQuery,
}

/// A literal that assumes a feature to be on.
pub(super) fn with(feature: usize) -> Literal {
    Literal { atom: Atom::Feature(feature), negated: false }
}

/// A literal that assumes a feature to be off.
pub(super) fn without(feature: usize) -> Literal {
    Literal { atom: Atom::Feature(feature), negated: true }
}

impl<'p> SurveyTarget<'p> {
    pub(super) fn new(target: &'p Target<'p>, request: &Request) -> Self {
        let mut matching = engine_query(target, request, &terms(request), request.accept);
        matching.wants.clear();
        let unlisted = (0..target.catalog().features().len()).filter(|&f| !target.listed()[f]);
        let unlisted: Vec<Assumption> = unlisted.map(without).map(Assumption::Literal).collect();
        // What is stated of the deployment holds for every feature set, whatever is asked for.
        let is_fact = |assumption: &&Assumption| {
            matches!(assumption, Assumption::Literal(Literal { atom: Atom::Fact(_), .. }))
        };
        let stated: Vec<Assumption> =
            matching.assumptions.iter().filter(is_fact).copied().collect();
        matching.assumptions.extend_from_slice(&unlisted);
        let assumptions = [stated, unlisted].concat();
        let anything = EngineQuery { assumptions, wants: Vec::new(), accept: request.accept };
        let engine = Engine::new(target, target.listed().clone());
        SurveyTarget { target, engine, anything, query: matching }
    }

    /// The query of the request, with more assumptions.
    pub(super) fn and(&self, literals: impl IntoIterator<Item = Literal>) -> EngineQuery {
        and(&self.query, literals)
    }

    /// Counts what is valid and meets a query, were these cells accepted.
    pub(super) fn count(&mut self, query: &EngineQuery, unlocked: &[CellRef]) -> Count {
        self.engine.count(query, unlocked)
    }

    /// The best-ranked configuration of a valid feature set, and all its options, best first.
    pub(super) fn deployed(&self, features: &FixedBitSet) -> Vec<Candidate<'p>> {
        let configurations = self.query.deployments(self.target, features.clone()).into_iter();
        let mut candidates: Vec<Candidate<'p>> =
            configurations.map(|on| Candidate::new(self.target, on, &self.query)).collect();
        candidates.sort_by(Candidate::compare);
        candidates
    }
}

/// A query with more assumptions.
pub(super) fn and(query: &EngineQuery, literals: impl IntoIterator<Item = Literal>) -> EngineQuery {
    let mut more = query.clone();
    more.assumptions.extend(literals.into_iter().map(Assumption::Literal));
    more
}
