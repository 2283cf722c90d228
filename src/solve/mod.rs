//! Clauses in, models and cores out.
//!
//! The solver stands behind the small trait [`Solver`]; only its implementation [`Varisat`] names
//! the crate. What is no question of clauses, exact covers, has a search of its own. This module knows clauses,
//! literals and columns, and nothing of features or backends.

mod allowance;
mod colouring;
mod core;
mod count;
mod deadline;
mod exact_cover;
mod hitting_sets;
mod marco;
mod optimise;
mod varisat;

use crate::encode::{Cnf, Lit, Var};

pub use self::allowance::{Allowance, SearchEnd};
pub use self::colouring::Colouring;
pub use self::core::minimal_core;
pub use self::count::{Counter, Models};
pub use self::deadline::Deadline;
pub use self::exact_cover::{
    BestCovers, CoverColumn, ExactCover, ItemSet, MOST_COST, MOST_ITEMS, items_of,
};
pub use self::hitting_sets::{few_hitting_sets, minimal_hitting_sets, minimal_sets};
pub use self::marco::MarcoMap;
pub use self::optimise::{Optimum, optimise};
pub use self::varisat::Varisat;

/// The abilities of a SAT solver.
pub trait Solver {
    /// A solver that knows nothing.
    fn empty() -> Self
    where
        Self: Sized;

    /// Adds a clause for good.
    fn add_clause(&mut self, literals: &[Lit]);

    /// Whether all clauses can hold together with the assumptions.
    fn solve(&mut self, assumptions: &[Lit]) -> bool;

    /// Whether a variable is true in the model that the last call of [`solve`](Solver::solve)
    /// found. Variables in no clause are false.
    fn is_true(&self, var: Var) -> bool;

    /// Assumptions of the last call that fail together. Only a claim, and only of a solver that has
    /// answered one query: see [`minimal_core`].
    fn failed_assumptions(&mut self) -> Vec<Lit>;

    /// A solver with the clauses of a formula.
    fn with(cnf: &Cnf) -> Self
    where
        Self: Sized,
    {
        let mut solver = Self::empty();
        for clause in cnf.clauses() {
            solver.add_clause(&clause.literals);
        }
        solver
    }
}
