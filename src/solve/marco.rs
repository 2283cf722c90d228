//! The map of what is still unexplored while all minimal failing sets are listed (MARCO: Liffiton,
//! Previti, Malik and Marques-Silva, *Fast, flexible MUS enumeration*, 2016).

use fixedbitset::FixedBitSet;

use super::{Solver, Varisat};
use crate::encode::{Lit, Var};

/// Subsets of some members of which it is not known whether they fail.
pub struct MarcoMap {
    map: Varisat,
    members: Vec<usize>,
    /// One more than the largest member.
    capacity: usize,
}

impl MarcoMap {
    /// Everything is unexplored.
    #[must_use]
    pub fn new(members: &FixedBitSet) -> Self {
        let capacity = members.len();
        MarcoMap { map: Varisat::empty(), members: members.ones().collect(), capacity }
    }

    /// A maximal unexplored set.
    #[must_use]
    pub fn maximal(&mut self) -> Option<FixedBitSet> {
        if !self.map.solve(&[]) {
            return None;
        }
        let mut kept: Vec<Lit> = Vec::with_capacity(self.members.len());
        for &member in &self.members {
            kept.push(Var::new(member).positive());
            // What cannot join now cannot join a larger set either: one pass is enough.
            if !self.map.solve(&kept) {
                kept.pop();
            }
        }
        let mut set = FixedBitSet::with_capacity(self.capacity);
        set.extend(kept.iter().map(|literal| literal.var().index()));
        Some(set)
    }

    /// A set fails, and so does every larger one.
    pub fn fails(&mut self, set: &FixedBitSet) {
        // Not all of these at once from now on.
        let clause: Vec<Lit> = set.ones().map(|member| Var::new(member).negative()).collect();
        self.map.add_clause(&clause);
    }

    /// A set does not fail, and no smaller one does.
    pub fn holds(&mut self, set: &FixedBitSet) {
        // Something outside of the set from now on.
        let others = self.members.iter().filter(|&&member| !set.contains(member));
        let clause: Vec<Lit> = others.map(|&member| Var::new(member).positive()).collect();
        self.map.add_clause(&clause);
    }
}
