//! The hint to split: whether needs that fail together could be shared out, read off the conflicts
//! that are known anyway.

use crate::matrix::Term;
use crate::plan::Hint;
use crate::request::Request;

/// The most steps that are taken for a hint.
const MOST_STEPS: usize = 20_000;

/// A hint to split, where splitting the needs among several deployments would help. `conflicts`
/// are all minimal ones. None is given where looking for it would take long.
pub(in crate::plan) fn hint(request: &Request, conflicts: &[Vec<Term>]) -> Option<Hint> {
    let count = request.need.len();
    // A share is a `u64` with a bit for each need.
    if request.all || count > 64 {
        return None;
    }
    let mut barred = Vec::with_capacity(conflicts.len());
    for conflict in conflicts {
        let among = |need: &String| conflict.iter().any(|t| !t.is_negated() && t.id() == need);
        let needs = (0..count).filter(|&need| among(&request.need[need]));
        let needs = needs.fold(0_u64, |bits, need| bits | 1 << need);
        if needs.count_ones() < 2 {
            return None;
        }
        barred.push(needs);
    }
    let mut search = SplitSearch { barred, count, steps: 0, shares: Vec::new() };
    let found = (2..=count).any(|most| search.assign(0, most));
    let named = |share: &u64| {
        let needs = (0..count).filter(|need| share >> need & 1 == 1);
        needs.map(|need| request.need[need].clone()).collect()
    };
    found.then(|| Hint::Split {
        value: search.shares.iter().map(named).collect(),
        deployments: search.shares.len(),
    })
}

/// Needs being shared out, each share as bits.
struct SplitSearch {
    /// Needs that must not all be in one share.
    barred: Vec<u64>,
    count: usize,
    steps: usize,
    shares: Vec<u64>,
}

impl SplitSearch {
    /// Puts this need and all later ones into at most so many shares, each into the first that leaves
    /// room for the rest.
    fn assign(&mut self, need: usize, most: usize) -> bool {
        if need == self.count {
            return true;
        }
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return false;
        }
        // Empty shares are alike, so that only one new share is tried.
        for share in 0..(self.shares.len() + 1).min(most) {
            let is_new = share == self.shares.len();
            if is_new {
                self.shares.push(0);
            }
            self.shares[share] |= 1 << need;
            let bits = self.shares[share];
            let fits = !self.barred.iter().any(|barred| barred & bits == *barred);
            if fits && self.assign(need + 1, most) {
                return true;
            }
            self.shares[share] &= !(1 << need);
            if is_new {
                self.shares.pop();
            }
        }
        false
    }
}
