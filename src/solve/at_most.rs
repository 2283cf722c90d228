//! Literals in, a count of those that hold out, in clauses (the sequential counter: Sinz, *Towards an
//! Optimal CNF Encoding of Boolean Cardinality Constraints*, CP 2005).

use super::Solver;
use crate::encode::{Lit, Var};

/// A count of the literals that hold: by assuming one literal, at most so many may.
#[derive(Clone, Debug)]
pub struct AtMost {
    /// At each position, a literal that holds where more than so many of the counted ones do.
    more_than: Vec<Lit>,
}

impl AtMost {
    /// Counts literals in a solver, up to `most`, with variables from `next` on.
    pub fn new(solver: &mut impl Solver, counted: &[Lit], most: usize, next: usize) -> Self {
        let mut fresh = (next..).map(|var| Var::new(var).positive());
        let mut before: Vec<Lit> = Vec::new();
        for &literal in counted {
            let width = (before.len() + 1).min(most + 1);
            let after: Vec<Lit> = fresh.by_ref().take(width).collect();
            for (j, &more) in after.iter().enumerate() {
                // As many as before; and one more where this literal holds.
                if let Some(&known) = before.get(j) {
                    solver.add_clause(&[!known, more]);
                }
                match j.checked_sub(1) {
                    None => solver.add_clause(&[!literal, more]),
                    Some(fewer) => solver.add_clause(&[!literal, !before[fewer], more]),
                }
            }
            before = after;
        }
        AtMost { more_than: before }
    }

    /// The literal to assume so that at most so many hold; `None` where no more can.
    #[must_use]
    pub fn at_most(&self, number: usize) -> Option<Lit> {
        self.more_than.get(number).map(|&more| !more)
    }
}
