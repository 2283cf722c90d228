//! Counting by the SAT engine's formula: no set is listed.

use super::sat::Sat;
use super::{Count, EngineQuery};
use crate::encode::{Cause, Lit, Meaning};
use crate::solve::Counter;
use crate::target::{Atom, CellRef};

/// The most steps of all counts of an engine: far more than any matrix takes that people read, and
/// a few seconds' work.
const MOST_STEPS: u64 = 200_000;

/// A counter of feature sets and, where there are options, one of configurations.
pub(super) struct Counters {
    feature_sets: Counter,
    configurations: Option<Counter>,
    steps: u64,
}

impl Sat<'_> {
    pub(super) fn count_models(&mut self, query: &EngineQuery, unlocked: &[CellRef]) -> Count {
        let Some(units) = self.fixed(query) else {
            return Count { feature_sets: 0, configurations: 0, exact: true };
        };
        let counters = self.counters.take();
        let mut counters = counters.unwrap_or_else(|| self.new_counters());
        let clauses = self.encoding.cnf().clauses().iter();
        let clauses = clauses.filter(|clause| match clause.cause {
            Cause::Cell(cell) => !unlocked.contains(&cell),
            _ => true,
        });
        let clauses: Vec<&[Lit]> = clauses.map(|clause| clause.literals.as_slice()).collect();
        let steps = &mut counters.steps;
        let sets = counters.feature_sets.count(clauses.iter().copied(), &units, steps);
        let configurations = counters.configurations.as_mut();
        let all = configurations.map_or(sets, |counter| counter.count(clauses, &units, steps));
        self.counters = Some(counters);
        Count {
            feature_sets: sets.number,
            configurations: all.number,
            exact: sets.exact && all.exact,
        }
    }

    fn new_counters(&self) -> Counters {
        let meanings = self.encoding.cnf().meanings();
        let shows = |choices: bool| {
            Counter::new(meanings.len(), |var| match meanings[var.index()] {
                Meaning::Atom(Atom::Feature(_)) => true,
                Meaning::Atom(Atom::Choice(_)) => choices,
                _ => false,
            })
        };
        let is_choice = |meaning: &Meaning| matches!(meaning, Meaning::Atom(Atom::Choice(_)));
        let configurations = meanings.iter().any(is_choice).then(|| shows(true));
        Counters { feature_sets: shows(false), configurations, steps: MOST_STEPS }
    }

    /// The literals that a query fixes: its own, and those of what it does not ask about of options
    /// and facts. `None` where an assumption can never hold.
    fn fixed(&self, query: &EngineQuery) -> Option<Vec<Lit>> {
        let mut units = self.literals(query)?;
        let meanings = self.encoding.cnf().meanings().iter().enumerate();
        for (index, meaning) in meanings {
            // Off, not open: a model could else escape a cell by a fact that nobody asked about.
            if matches!(meaning, Meaning::Pattern(_) | Meaning::Atom(Atom::Fact(_))) {
                let off = crate::encode::Var::new(index).negative();
                if !units.contains(&!off) {
                    units.push(off);
                }
            }
        }
        Some(units)
    }
}
