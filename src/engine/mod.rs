//! The queries that planning asks of one target, and the engine that answers them.

mod count;
mod listing;
mod query;
mod sat;
mod unlock;

use fixedbitset::FixedBitSet;

use crate::encode::Scope;
use crate::solve::Deadline;
use crate::target::{CellRef, Configuration, PartialConfiguration, Target};
use listing::ConfigurationLister;
use sat::Sat;

pub use query::{Assumption, EngineQuery};
pub use sat::refuted_by_pairs;

/// The numbers of valid feature sets and configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Sets of features with at least one valid option, or valid without one.
    pub feature_sets: u128,
    /// Sets of features together with an option.
    pub configurations: u128,
    /// Whether that is all; else there are at least so many.
    pub exact: bool,
}

/// Largest sets of features.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maximal {
    /// The sets, in no particular order.
    pub sets: Vec<FixedBitSet>,
    /// Whether these are all.
    pub complete: bool,
}

/// Minimal sets of assumptions to drop, by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrections {
    /// The sets.
    pub sets: Vec<FixedBitSet>,
    /// Whether these are all.
    pub complete: bool,
}

/// Answers queries about one target in which no features but some are asked for.
///
/// Where a query leaves a handful of configurations open, they are listed over the cells; every
/// other query, and every [proof](Engine::refutes) that assumptions fail together, goes to a SAT
/// solver. Both give the same answers.
pub struct Engine<'p> {
    target: &'p Target<'p>,
    scope: Scope,
    /// Whether to list where that is quick; else everything goes to the solver.
    lists: bool,
    /// Encoded when first needed.
    sat: Option<Sat<'p>>,
    deadline: Deadline,
}

impl<'p> Engine<'p> {
    /// An engine for a target in which no features but these are asked for.
    #[must_use]
    pub fn new(target: &'p Target<'p>, asked: FixedBitSet) -> Self {
        Engine {
            target,
            scope: Scope::new(target, asked),
            lists: true,
            sat: None,
            deadline: Deadline::default(),
        }
    }

    /// An engine without the fast path, for comparison: everything goes to the solver.
    #[must_use]
    pub fn without_listing(target: &'p Target<'p>, asked: FixedBitSet) -> Self {
        Engine { lists: false, ..Self::new(target, asked) }
    }

    /// The same, whose searches end when a deadline passes: then what they gave is not everything.
    #[must_use]
    pub fn until(self, deadline: Deadline) -> Self {
        Engine { deadline, ..self }
    }

    /// The fast path, where it is taken.
    fn lister(&self) -> Option<ConfigurationLister<'_>> {
        self.lists.then_some(ConfigurationLister { target: self.target, scope: &self.scope })
    }

    fn sat(&mut self) -> &mut Sat<'p> {
        let Engine { target, scope, deadline, sat, .. } = self;
        sat.get_or_insert_with(|| Sat::new(target, scope.clone()).until(deadline.clone()))
    }

    /// Whether some valid configuration meets every assumption.
    #[must_use]
    pub fn feasible(&mut self, query: &EngineQuery) -> bool {
        let listed = self.lister().and_then(|lister| lister.any(query));
        listed.unwrap_or_else(|| self.sat().feasible(query))
    }

    /// The least weight of wants that a valid configuration which meets every assumption can miss;
    /// `None` where there is none.
    #[must_use]
    pub fn optimise(&mut self, query: &EngineQuery) -> Option<u64> {
        self.sat().optimise(query)
    }

    /// Every inclusion-minimal feature set among the valid ones that meet every assumption and miss
    /// the least weight of wants, in no particular order.
    #[must_use]
    pub fn minimal(&mut self, query: &EngineQuery) -> Vec<FixedBitSet> {
        let listed = self.lister().and_then(|lister| lister.minimal(query));
        listed.unwrap_or_else(|| self.sat().minimal(query))
    }

    /// Shows every valid configuration that meets every assumption, once.
    pub fn enumerate(&mut self, query: &EngineQuery, visit: &mut dyn FnMut(Configuration)) {
        self.sat().enumerate(query, visit);
    }

    /// Whether some valid completion of a configuration meets every assumption.
    #[must_use]
    pub fn completes(&mut self, query: &EngineQuery, partial: &PartialConfiguration) -> bool {
        query.is_met_by(self.target, &partial.on) || self.sat().completes(query, partial)
    }

    /// Every minimal set of assumptions, by position, without which the others can be met, but at most so
    /// many, leaving out those that hold a known set.
    #[must_use]
    pub fn corrections(
        &mut self,
        query: &EngineQuery,
        known: &[FixedBitSet],
        most: usize,
    ) -> Corrections {
        let listed = self.lister().and_then(|lister| lister.corrections(query));
        let Some(mut sets) = listed else { return self.sat().corrections(query, known, most) };
        sets.retain(|set| !known.iter().any(|smaller| smaller.is_subset(set)));
        Corrections { sets, complete: true }
    }

    /// A minimal set of assumptions, by position, that cannot be met together; `None` where all
    /// can.
    #[must_use]
    pub fn core(&mut self, query: &EngineQuery) -> Option<FixedBitSet> {
        let listed = self.lister().and_then(|lister| lister.core(query));
        listed.unwrap_or_else(|| self.sat().core(query))
    }

    /// Whether a solver that has answered nothing yet proves that the assumptions cannot be met
    /// together.
    #[must_use]
    pub fn refutes(&mut self, query: &EngineQuery) -> bool {
        let scope = self.scope.narrow(self.target, query.mentioned(self.target));
        !Sat::new(self.target, scope).feasible(query)
    }

    /// Counts the valid configurations of the engine's features that meet every assumption, were
    /// these cells accepted too. Not by listing them.
    #[must_use]
    pub fn count(&mut self, query: &EngineQuery, unlocked: &[CellRef]) -> Count {
        self.sat().count(query, unlocked)
    }

    /// Every inclusion-maximal feature set among the valid ones that meet every assumption, but at
    /// most so many.
    #[must_use]
    pub fn maximal(&mut self, query: &EngineQuery, most: usize) -> Maximal {
        self.sat().maximal(query, most)
    }

    /// Every minimal set of blocking cells, of at most so many, that would have to be accepted for
    /// some configuration to meet every assumption; the empty one where none has to be.
    #[must_use]
    pub fn unlocks(&mut self, query: &EngineQuery, most: usize) -> Vec<Vec<CellRef>> {
        self.sat().unlocks(query, most)
    }
}
