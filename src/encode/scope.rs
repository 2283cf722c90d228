//! The scope of a query: the features that could matter to its answer.
//!
//! A feature that is not asked for, that no definition switches on and whose *absence* counts
//! against nothing can be left off: switching it off in a valid configuration touches fewer cells
//! and leaves it valid. Queries about minimal plans and conflicts need only the other features,
//! which keeps their formulas small however large the matrix is.

use fixedbitset::FixedBitSet;

use crate::target::{Atom, Literal, Target};

/// The features that could matter to a query at a target, and the cells of more than a pair that
/// could count.
#[derive(Clone, Debug)]
pub struct Scope {
    features: FixedBitSet,
    /// Positions among the target's conditional cells.
    conditionals: Vec<usize>,
    /// Whether an option must be chosen where the dimension applies.
    options: bool,
}

impl Scope {
    /// The scope in which these features are asked for: the least set that holds them, what options
    /// require, and every feature that a cell with negated terms could ask for.
    #[must_use]
    pub fn new(target: &Target<'_>, asked: FixedBitSet) -> Self {
        Self::among(target, asked, 0..target.conditionals().len())
    }

    /// The part of this scope that matters when only some of its features are asked for.
    #[must_use]
    pub fn narrow(&self, target: &Target<'_>, asked: FixedBitSet) -> Self {
        Self::among(target, asked, self.conditionals.iter().copied())
    }

    /// These features with their own cells and pairs, and nothing else: no option need be chosen,
    /// no further cell counts. That asks for less, so what fails even here fails everywhere.
    #[must_use]
    pub fn alone(features: FixedBitSet) -> Self {
        Scope { features, conditionals: Vec::new(), options: false }
    }

    fn among(
        target: &Target<'_>,
        asked: FixedBitSet,
        conditionals: impl Iterator<Item = usize>,
    ) -> Self {
        let mut scope = Scope { features: asked, conditionals: Vec::new(), options: true };
        let mut open: Vec<usize> = conditionals.collect();
        // A feature that comes in can let further cells hold, so go on until none does.
        loop {
            scope.add_required(target);
            let (holding, rest) = open.into_iter().partition::<Vec<_>, _>(|&conditional| {
                scope.can_hold(target, &target.conditionals()[conditional].literals)
            });
            open = rest;
            if holding.is_empty() {
                break;
            }
            for &conditional in &holding {
                let literals = target.conditionals()[conditional].literals.iter();
                scope.add(target, literals.filter(|literal| literal.negated));
            }
            scope.conditionals.extend(holding);
        }
        // In the target's order, so that equal scopes give equal formulas.
        scope.conditionals.sort_unstable();
        scope
    }

    /// The features that can be on.
    #[must_use]
    pub fn features(&self) -> &FixedBitSet {
        &self.features
    }

    /// The positions of the target's conditional cells that could count.
    #[must_use]
    pub fn conditionals(&self) -> &[usize] {
        &self.conditionals
    }

    /// Whether the dimension applies with some of the features.
    #[must_use]
    pub fn has_options(&self, target: &Target<'_>) -> bool {
        self.options && target.when().is_some_and(|when| self.can_be_on(target, when))
    }

    /// Adds what options require, where one could be chosen.
    fn add_required(&mut self, target: &Target<'_>) {
        if self.has_options(target) {
            for choice in target.choices() {
                self.add(target, choice.requires.iter().filter(|literal| !literal.negated));
            }
        }
    }

    /// Adds every feature that could turn one of these atoms on.
    fn add<'l>(&mut self, target: &Target<'_>, literals: impl Iterator<Item = &'l Literal>) {
        for literal in literals {
            let atom = match literal.atom {
                Atom::Choice(_) => target.when(),
                atom => Some(atom),
            };
            if let Some(atom) = atom {
                target.catalog().add_features_of(atom, &mut self.features);
            }
        }
    }

    fn can_hold(&self, target: &Target<'_>, literals: &[Literal]) -> bool {
        literals.iter().all(|literal| literal.negated || self.can_be_on(target, literal.atom))
    }

    /// Whether an atom can be on when only the scope's features can.
    fn can_be_on(&self, target: &Target<'_>, atom: Atom) -> bool {
        match atom {
            Atom::Feature(feature) => self.features.contains(feature),
            Atom::Group(group) => !target.catalog().variants(group).is_disjoint(&self.features),
            Atom::Choice(_) => target.when().is_some_and(|when| self.can_be_on(target, when)),
            Atom::Fact(_) => true,
        }
    }
}
