//! Weighted partial MaxSAT: soft literals with weights, of which the least weight is to fail.
//!
//! Core-guided, by the transformation PM-RES (Narodytska and Bacchus, *Maximum Satisfiability
//! Using Core-Guided MaxSAT Resolution*, AAAI 2014): each core costs the least weight in it once,
//! and is replaced by soft literals that fail for every further member that fails.

use std::borrow::Cow;

use super::{Deadline, Solver, minimal_core};
use crate::encode::{Cause, Cnf, Lit, Meaning};

/// The least cost, and a formula whose models are exactly the best ones.
#[derive(Clone, Debug)]
pub struct Optimum<'c> {
    /// The summed weight of the soft literals that must fail.
    pub cost: u64,
    /// The formula, with the variables that the search added.
    pub cnf: Cow<'c, Cnf>,
    /// The literals to assume so that its models are those of least cost.
    pub assume: Vec<Lit>,
}

impl<'c> Optimum<'c> {
    /// The optimum where nothing is soft: every model is best. Whether there is one is not asked.
    #[must_use]
    pub fn of_anything(cnf: &'c Cnf, hard: Vec<Lit>) -> Self {
        Optimum { cost: 0, cnf: Cow::Borrowed(cnf), assume: hard }
    }
}

/// The least weight of soft literals that fail while `cnf` and the hard literals hold; `None` where
/// these cannot hold, or a deadline passes. Proven: the cost rises only by cores, until a model meets it.
#[must_use]
pub fn optimise<'c, S: Solver>(
    cnf: &'c Cnf,
    hard: &[Lit],
    soft: &[(Lit, u64)],
    deadline: &Deadline,
) -> Option<Optimum<'c>> {
    if !S::with(cnf).solve(hard) {
        return None;
    }
    let mut soft = merged(soft);
    let mut cnf = Cow::Borrowed(cnf);
    let mut cost = 0;
    while !deadline.has_passed() {
        let literals: Vec<Lit> = soft.iter().map(|&(literal, _)| literal).collect();
        let all_hold = literals.is_empty();
        let core = if all_hold { None } else { minimal_core::<S>(&cnf, hard, &literals) };
        let Some(core) = core else {
            return Some(Optimum { cost, cnf, assume: [hard, &literals].concat() });
        };
        cost += relax(cnf.to_mut(), &mut soft, &core);
    }
    None
}

/// Pays for one core: takes the least weight off its members and adds what makes every further
/// failing member cost the same again.
fn relax(cnf: &mut Cnf, soft: &mut Vec<(Lit, u64)>, core: &[Lit]) -> u64 {
    let weights = soft.iter().filter(|(literal, _)| core.contains(literal));
    let weight = weights.map(|&(_, weight)| weight).min().unwrap_or(0);
    for (literal, left) in soft.iter_mut() {
        if core.contains(literal) {
            *left -= weight;
        }
    }
    soft.retain(|&(_, left)| left > 0);
    let Some((&last, others)) = core.split_last() else { return weight };
    // From the last to the first: `all_later` implies that every member after this one holds.
    let mut all_later = last;
    for &member in others.iter().rev() {
        let fresh = cnf.variable(Meaning::Auxiliary).positive();
        cnf.add(Cause::Optimum, [!fresh, member, all_later]);
        soft.push((fresh, weight));
        let both = cnf.variable(Meaning::Auxiliary).positive();
        cnf.add(Cause::Optimum, [!both, member]);
        cnf.add(Cause::Optimum, [!both, all_later]);
        all_later = both;
    }
    weight
}

/// Merges equal soft literals, adding their weights.
fn merged(soft: &[(Lit, u64)]) -> Vec<(Lit, u64)> {
    let mut merged: Vec<(Lit, u64)> = Vec::with_capacity(soft.len());
    for &(literal, weight) in soft {
        match merged.iter_mut().find(|(known, _)| *known == literal) {
            Some((_, sum)) => *sum += weight,
            None => merged.push((literal, weight)),
        }
    }
    merged
}
