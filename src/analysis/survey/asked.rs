//! One target, asked about the features that its release lists.

use fixedbitset::FixedBitSet;

use crate::engine::{Count, Demand, Engine, Question, engine};
use crate::plan::{Candidate, question, terms};
use crate::request::Request;
use crate::target::{Atom, CellRef, Literal, Target};

/// A target with an engine that knows every listed feature.
pub(super) struct Asked<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) engine: Box<dyn Engine + 'p>,
    /// What every valid set of listed features meets.
    pub(super) anything: Question,
    /// That, and the request.
    pub(super) question: Question,
}

/// A literal that demands a feature.
pub(super) fn with(feature: usize) -> Literal {
    Literal { atom: Atom::Feature(feature), negated: false }
}

/// A literal that demands to be without a feature.
pub(super) fn without(feature: usize) -> Literal {
    Literal { atom: Atom::Feature(feature), negated: true }
}

impl<'p> Asked<'p> {
    pub(super) fn new(target: &'p Target<'p>, request: &Request) -> Self {
        let mut matching = question(target, request, &terms(request), request.accept);
        matching.wants.clear();
        let unlisted = (0..target.catalog().features().len()).filter(|&f| !target.listed()[f]);
        let unlisted: Vec<Demand> = unlisted.map(without).map(Demand::Literal).collect();
        matching.demands.extend_from_slice(&unlisted);
        let anything = Question { demands: unlisted, wants: Vec::new(), accept: request.accept };
        let engine = engine(target, target.listed().clone());
        Asked { target, engine, anything, question: matching }
    }

    /// The question of the request, with more demands.
    pub(super) fn and(&self, literals: impl IntoIterator<Item = Literal>) -> Question {
        and(&self.question, literals)
    }

    /// How much is valid and meets a question, were these cells accepted.
    pub(super) fn count(&mut self, question: &Question, raised: &[CellRef]) -> Count {
        self.engine.count(question, raised)
    }

    /// The best-ranked configuration of a valid feature set, and all its options, best first.
    pub(super) fn deployed(&self, features: &FixedBitSet) -> Vec<Candidate<'p>> {
        let configurations = self.question.deployments(self.target, features.clone()).into_iter();
        let mut candidates: Vec<Candidate<'p>> =
            configurations.map(|on| Candidate::new(self.target, on, &self.question)).collect();
        candidates.sort_by(Candidate::compare);
        candidates
    }
}

/// A question with more demands.
pub(super) fn and(question: &Question, literals: impl IntoIterator<Item = Literal>) -> Question {
    let mut more = question.clone();
    more.demands.extend(literals.into_iter().map(Demand::Literal));
    more
}
