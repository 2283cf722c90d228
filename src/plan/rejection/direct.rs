//! Minimal conflicts that are read off the cells, where each cell decides alone.

use std::collections::HashSet;

use fixedbitset::FixedBitSet;
use itertools::Itertools;

use crate::matrix::Level;
use crate::target::{Atom, Target};

/// The most sets that one cell stands for, of groups of many variants.
const MOST_SETS: usize = 10_000;

/// The most terms of a cell.
const MOST_TERMS: usize = 12;

/// Every minimal set of these features that a target rejects, each sorted. `None` where an option or a
/// negated term has a say: then cells fail together that do not fail alone.
pub(in crate::plan) fn rejected_sets(
    target: &Target<'_>,
    accept: Level,
    among: &FixedBitSet,
) -> Option<Vec<Vec<usize>>> {
    if target.when().is_some() {
        return None;
    }
    let rejected = |cell| target.level(cell) > accept;
    let (alone, live): (Vec<usize>, Vec<usize>) =
        among.ones().partition(|&feature| rejected(target.feature_cell(feature)));
    let mut found: HashSet<Vec<usize>> = alone.into_iter().map(|feature| vec![feature]).collect();
    // What fails with a feature that fails alone is not minimal: from here on only the others are looked at.
    for (i, &a) in live.iter().enumerate() {
        for &b in &live[..i] {
            let (x, y) = (target.slot_of(a), target.slot_of(b));
            if x != y && target.pair_cell(x, y).is_some_and(rejected) {
                found.insert(vec![b, a]);
            }
        }
    }
    let mut larger: Vec<Vec<usize>> = Vec::new();
    for conditional in target.conditionals().iter().filter(|it| rejected(it.cell)) {
        if conditional.literals.is_empty() {
            return None;
        }
        let mut choices = Vec::new();
        for literal in &conditional.literals {
            let is_feature = matches!(literal.atom, Atom::Feature(_) | Atom::Group(_));
            if literal.negated || !is_feature {
                return None;
            }
            let features = target.catalog().features_of(literal.atom);
            choices.push(live.iter().copied().filter(|&it| features.contains(it)).collect_vec());
        }
        let sets = choices.iter().map(Vec::len).try_fold(1_usize, |a, b| a.checked_mul(b));
        if sets.is_none_or(|sets| sets > MOST_SETS) {
            return None;
        }
        let sets = choices.into_iter().multi_cartesian_product();
        larger.extend(sets.map(|set| set.into_iter().sorted().dedup().collect_vec()));
    }
    larger.sort_by_key(Vec::len);
    for set in larger {
        // Too many subsets to look at.
        if set.len() > MOST_TERMS {
            return None;
        }
        let mut smaller = set.iter().copied().powerset().filter(|it| !it.is_empty());
        if !smaller.any(|it| found.contains(&it)) {
            found.insert(set);
        }
    }
    Some(found.into_iter().collect())
}
