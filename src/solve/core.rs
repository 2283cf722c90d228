//! Minimal cores: assumptions that fail together, none of which can be spared.
//!
//! Varisat's own failed core can be wrong on a solver that has answered queries before, so it is
//! asked of a fresh solver only, and then only verdicts count: the core is shrunk by deletion, and
//! what is left is proved again by another fresh solver.

use super::Solver;
use crate::encode::{Cnf, Lit};

/// A minimal subset of `soft` that fails together with `hard`, or `None` where everything holds
/// together.
#[must_use]
pub fn minimal_core<S: Solver>(cnf: &Cnf, hard: &[Lit], soft: &[Lit]) -> Option<Vec<Lit>> {
    let mut solver = S::with(cnf);
    if solver.solve(&[hard, soft].concat()) {
        return None;
    }
    let failed = solver.failed_assumptions();
    let claimed: Vec<Lit> = soft.iter().copied().filter(|lit| failed.contains(lit)).collect();
    let core = shrink(&claimed, soft, |kept| !solver.solve(&[hard, kept].concat()));
    // Nothing was spared: that all fail together is the verdict of a solver that was fresh then.
    if core.len() == soft.len() {
        return Some(core);
    }
    let mut judge = S::with(cnf);
    if !judge.solve(&[hard, &core].concat()) {
        return Some(core);
    }
    // The shrunk claim does not fail after all: shrink everything by fresh verdicts.
    Some(shrink(soft, soft, |kept| !judge.solve(&[hard, kept].concat())))
}

/// A minimal part of a claimed core that fails or, where the claim itself does not, of all.
fn shrink(claimed: &[Lit], all: &[Lit], mut fails: impl FnMut(&[Lit]) -> bool) -> Vec<Lit> {
    let mut core = if fails(claimed) { claimed.to_vec() } else { all.to_vec() };
    let mut next = 0;
    while next < core.len() {
        let mut without = core.clone();
        without.remove(next);
        if fails(&without) {
            core = without;
        } else {
            next += 1;
        }
    }
    core
}
