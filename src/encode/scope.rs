//! The scope of a question: the features that could matter to its answer.
//!
//! A feature that is not asked for, that no definition switches on and whose *absence* counts
//! against nothing can be left off: switching it off in a valid configuration touches fewer cells
//! and leaves it valid. Questions about minimal plans and conflicts need only the other features,
//! which keeps their formulas small however large the matrix is.

use fixedbitset::FixedBitSet;

use crate::matrix::{Atom, Place};

/// The features that matter at a place when these are asked for: the least set that holds them,
/// what options require, and every feature that a cell with negated terms could ask for.
#[must_use]
pub fn scope(place: &Place<'_>, asked: &FixedBitSet) -> FixedBitSet {
    let mut scope = asked.clone();
    for choice in place.choices() {
        for literal in choice.requires.iter().filter(|literal| !literal.negated) {
            scope.union_with(&place.catalog().features_of(literal.atom));
        }
    }
    let rules: Vec<_> = place
        .conditionals()
        .iter()
        .map(|conditional| &conditional.literals)
        .filter(|literals| literals.iter().any(|literal| literal.negated))
        .collect();
    let mut before = 0;
    while before != scope.count_ones(..) {
        before = scope.count_ones(..);
        for literals in &rules {
            let can_hold = |atom| meets(place, atom, &scope);
            if literals.iter().all(|literal| literal.negated || can_hold(literal.atom)) {
                for literal in literals.iter().filter(|literal| literal.negated) {
                    scope.union_with(&place.catalog().features_of(literal.atom));
                }
            }
        }
    }
    scope
}

/// Whether an atom can be on when only the scope's features can.
pub(super) fn meets(place: &Place<'_>, atom: Atom, scope: &FixedBitSet) -> bool {
    match atom {
        Atom::Feature(feature) => scope.contains(feature),
        Atom::Group(group) => !place.catalog().variants(group).is_disjoint(scope),
        Atom::Choice(_) => place.when().is_some_and(|when| meets(place, when, scope)),
        Atom::Fact(_) => true,
    }
}
