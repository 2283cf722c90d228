//! The solver: varisat.

use varisat::{ExtendFormula, Lit as VarisatLit};

use super::Solver;
use crate::encode::{Lit, Var};

/// A [`Solver`] on the varisat crate.
#[derive(Default)]
pub struct Varisat {
    solver: varisat::Solver<'static>,
    model: Vec<bool>,
}

fn to_varisat(literal: Lit) -> VarisatLit {
    VarisatLit::from_index(literal.var().index(), !literal.is_negated())
}

fn from_varisat(literal: VarisatLit) -> Lit {
    Var::new(literal.var().index()).literal(literal.is_negative())
}

impl Solver for Varisat {
    fn empty() -> Self {
        Self::default()
    }

    fn add_clause(&mut self, literals: &[Lit]) {
        let literals: Vec<_> = literals.iter().copied().map(to_varisat).collect();
        self.solver.add_clause(&literals);
    }

    /// # Panics
    ///
    /// Never: varisat fails only where a proof is written or a limit is set, and neither is.
    fn solve(&mut self, assumptions: &[Lit]) -> bool {
        let assumptions: Vec<_> = assumptions.iter().copied().map(to_varisat).collect();
        self.solver.assume(&assumptions);
        let satisfiable = self.solver.solve().expect("no proof is written and no limit is set");
        if satisfiable {
            self.model.fill(false);
            for literal in self.solver.model().unwrap_or_default() {
                let index = literal.var().index();
                if index >= self.model.len() {
                    self.model.resize(index + 1, false);
                }
                self.model[index] = literal.is_positive();
            }
        }
        satisfiable
    }

    fn is_true(&self, var: Var) -> bool {
        self.model.get(var.index()).copied().unwrap_or(false)
    }

    fn failed_assumptions(&mut self) -> Vec<Lit> {
        let core = self.solver.failed_core().unwrap_or_default();
        core.iter().copied().map(from_varisat).collect()
    }
}
