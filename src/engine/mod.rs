//! The queries that planning asks of one target, and an engine that answers them.
//!
//! [`Engine`] is what planning knows. [`SatEngine`] answers by encoding and solving;
//! [`DirectEngine`] lists where little is open and gives the same answers. What is asked of several
//! targets together, [`Colouring`] and [`MarcoMap`] answer.

mod count;
mod direct;
mod sat;
mod unlock;

use fixedbitset::FixedBitSet;

use crate::matrix::Level;
use crate::target::{Atom, CellRef, Configuration, Literal, Target};

pub use direct::DirectEngine;
pub use sat::{SatEngine, refuted_by_pairs};

/// One term of a request, as it bears on one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// A feature, group or platform fact must be on or off.
    Literal(Literal),
    /// This option must be chosen where the dimension applies.
    Choice(usize),
    /// The target meets the term whatever is on.
    Met,
}

/// A request, as it bears on one target.
#[derive(Clone, Debug)]
pub struct EngineQuery {
    /// What must hold.
    pub assumptions: Vec<Assumption>,
    /// What should hold, with what missing it costs.
    pub wants: Vec<(Literal, u64)>,
    /// The worst accepted level.
    pub accept: Level,
}

impl EngineQuery {
    /// The platform facts that are asked for.
    #[must_use]
    pub fn facts(&self) -> FixedBitSet {
        let mut facts = FixedBitSet::new();
        for assumption in &self.assumptions {
            if let Assumption::Literal(Literal { atom: Atom::Fact(fact), negated: false }) =
                assumption
            {
                facts.grow_and_insert(*fact);
            }
        }
        facts
    }

    /// Every valid configuration of a set of features at a target, with the assumed option or, where
    /// none is assumed, with any. Read off the cells, not off a formula.
    #[must_use]
    pub fn deployments(&self, target: &Target<'_>, features: FixedBitSet) -> Vec<Configuration> {
        let mut on = self.undeployed(features);
        let mut deployments = Vec::new();
        for choice in self.choices(target) {
            if self.admits(target, &mut on, choice) {
                deployments.push(on.clone());
            }
        }
        deployments
    }

    /// A set of features with the facts that are asked for, before an option is chosen.
    fn undeployed(&self, features: FixedBitSet) -> Configuration {
        Configuration { features, choice: None, facts: self.facts() }
    }

    /// No option, and each that is not assumed otherwise.
    fn choices<'a>(
        &'a self,
        target: &'a Target<'_>,
    ) -> impl Iterator<Item = Option<usize>> + use<'a> {
        let assumed = |choice: usize| {
            self.assumptions.iter().all(|assumption| match assumption {
                Assumption::Choice(wanted) => *wanted == choice,
                _ => true,
            })
        };
        let options = (0..target.choices().len()).map(Some);
        std::iter::once(None).chain(options).filter(move |choice| choice.is_none_or(assumed))
    }

    /// Whether a configuration is valid with an option, with which it is left.
    fn admits(&self, target: &Target<'_>, on: &mut Configuration, choice: Option<usize>) -> bool {
        on.choice = choice;
        target.admits(on, self.accept)
    }
}

/// How much is valid.
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

/// What planning asks of one target.
pub trait Engine {
    /// Whether some valid configuration meets every assumption.
    fn feasible(&mut self, query: &EngineQuery) -> bool;

    /// The least weight of wants that a valid configuration which meets every assumption can miss;
    /// `None` where there is none.
    fn optimise(&mut self, query: &EngineQuery) -> Option<u64>;

    /// Every inclusion-minimal feature set among the valid ones that meet every assumption and miss the
    /// least weight of wants, in no particular order.
    fn minimal(&mut self, query: &EngineQuery) -> Vec<FixedBitSet>;

    /// Shows every valid configuration that meets every assumption, once.
    fn enumerate(&mut self, query: &EngineQuery, visit: &mut dyn FnMut(Configuration));

    /// Every minimal set of assumptions, by position, without which the others can be met, leaving out
    /// those that hold a known set.
    fn corrections(&mut self, query: &EngineQuery, known: &[FixedBitSet]) -> Vec<FixedBitSet>;

    /// A minimal set of assumptions, by position, that cannot be met together; `None` where all can.
    fn core(&mut self, query: &EngineQuery) -> Option<FixedBitSet>;

    /// Whether a solver that has answered nothing yet proves that the assumptions cannot be met together.
    fn refutes(&mut self, query: &EngineQuery) -> bool;

    /// How many valid configurations of the features that the engine knows meet every assumption, were
    /// these cells accepted too. Not by listing them.
    fn count(&mut self, query: &EngineQuery, raised: &[CellRef]) -> Count;

    /// Every inclusion-maximal feature set among the valid ones that meet every assumption, but at most
    /// so many.
    fn maximal(&mut self, query: &EngineQuery, most: usize) -> Maximal;

    /// Every minimal set of refused cells, of at most so many, that would have to be accepted for
    /// some configuration to meet every assumption; the empty one where none has to be.
    fn unlocks(&mut self, query: &EngineQuery, most: usize) -> Vec<Vec<CellRef>>;
}

/// The engine that answers queries about a target in which no features but these are asked for.
#[must_use]
pub fn engine<'p>(target: &'p Target<'p>, asked: FixedBitSet) -> Box<dyn Engine + 'p> {
    Box::new(DirectEngine::new(target, asked))
}
