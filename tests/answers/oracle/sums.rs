//! Sums over many answers, to hold against known ones.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use dynamo_plan::plan::Outcome;

use super::cores::Terms;

/// What many answers hold in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub satisfiable: usize,
    pub distinct_conflicts: BTreeSet<Terms>,
    pub conflicts: usize,
    pub corrections: usize,
}

impl AddAssign<&Outcome> for Sums {
    fn add_assign(&mut self, answer: &Outcome) {
        self.satisfiable += usize::from(answer.satisfiable);
        self.distinct_conflicts.extend(answer.conflicts.iter().cloned());
        self.conflicts += answer.conflicts.len();
        self.corrections += answer.corrections.len();
    }
}

impl Sums {
    /// Satisfiable requests, distinct conflicts, conflicts and corrections.
    pub fn row(&self) -> (usize, usize, usize, usize) {
        (self.satisfiable, self.distinct_conflicts.len(), self.conflicts, self.corrections)
    }
}
