//! The queries that planning asks of one target, and the engine that answers them.

mod count;
mod query;
mod sat;
mod table;
mod unlock;

use std::cell::OnceCell;

use fixedbitset::FixedBitSet;

use crate::encode::Scope;
use crate::matrix::Level;
use crate::solve::Deadline;
use crate::target::{CellRef, Configuration, PartialConfiguration, Target};
use sat::Sat;

pub use query::{Assumption, EngineQuery};
pub use sat::refuted_by_pairs;
pub use table::{
    ColumnTable, NoTermSets, RankedColumn, Ranking, TableQuery, TableTerm, TargetTable, TermSets,
};

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
    /// How many there are.
    pub total: u128,
    /// Whether that is exact; else there are at least so many.
    pub exact: bool,
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
/// Where a few steps decide, they are done on a [table](TargetTable) of the cells as bits; every other
/// query, and every [proof](Engine::refutes) that assumptions fail together, goes to a SAT solver. Both give
/// the same answers.
pub struct Engine<'p> {
    target: &'p Target<'p>,
    asked: FixedBitSet,
    /// The cells as bits, compiled when first needed at each accept level; `None` where everything goes to
    /// the solver.
    tables: Option<[OnceCell<TargetTable>; Level::ACCEPTABLE.len()]>,
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
            asked,
            tables: Some(Default::default()),
            sat: None,
            deadline: Deadline::default(),
        }
    }

    /// An engine without the fast path, for comparison: everything goes to the solver.
    #[must_use]
    pub fn without_table(target: &'p Target<'p>, asked: FixedBitSet) -> Self {
        Engine { tables: None, ..Self::new(target, asked) }
    }

    /// The same, whose searches end when a deadline passes: then what they gave is not everything.
    #[must_use]
    pub fn until(self, deadline: Deadline) -> Self {
        Engine { deadline, ..self }
    }

    /// The cells as bits, where they are used.
    fn table(&self, accept: Level) -> Option<&TargetTable> {
        let level = Level::ACCEPTABLE.iter().position(|&level| level == accept)?;
        let compile = || {
            let target = self.target;
            TargetTable::new(target, accept, TargetTable::facts([target]))
        };
        self.tables.as_ref().map(|tables| tables[level].get_or_init(compile))
    }

    fn sat(&mut self) -> &mut Sat<'p> {
        let Engine { target, asked, deadline, sat, .. } = self;
        let sat_of = || Sat::new(target, Scope::new(target, asked.clone()));
        sat.get_or_insert_with(|| sat_of().until(deadline.clone()))
    }

    /// Whether some valid configuration meets every assumption.
    #[must_use]
    pub fn feasible(&mut self, query: &EngineQuery) -> bool {
        let table = self.table(query.accept);
        let known = table.and_then(|table| table.feasible(self.target.catalog(), query));
        known.unwrap_or_else(|| self.sat().feasible(query))
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
        let table = self.table(query.accept);
        let found = table.and_then(|table| table.minimal(self.target.catalog(), query));
        found.unwrap_or_else(|| self.sat().minimal(query))
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
        self.sat().corrections(query, known, most)
    }

    /// A minimal set of assumptions, by position, that cannot be met together; `None` where all
    /// can.
    #[must_use]
    pub fn core(&mut self, query: &EngineQuery) -> Option<FixedBitSet> {
        self.sat().core(query)
    }

    /// Whether a solver that has answered nothing yet proves that the assumptions cannot be met
    /// together.
    #[must_use]
    pub fn refutes(&mut self, query: &EngineQuery) -> bool {
        let scope = Scope::new(self.target, query.mentioned(self.target));
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
        let (catalog, deadline) = (self.target.catalog(), &self.deadline);
        let scope = Scope::new(self.target, self.asked.clone());
        let table = self.table(query.accept);
        let found =
            table.and_then(|it| it.maximal(catalog, query, scope.features(), most, deadline));
        found.unwrap_or_else(|| self.sat().maximal(query, most))
    }

    /// Every minimal set of blocking cells, of at most so many, that would have to be accepted for
    /// some configuration to meet every assumption; the empty one where none has to be.
    #[must_use]
    pub fn unlocks(&mut self, query: &EngineQuery, most: usize) -> Vec<Vec<CellRef>> {
        self.sat().unlocks(query, most)
    }
}
