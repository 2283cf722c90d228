//! The scope of a question: the features that could matter to its answer.
//!
//! A feature that is not asked for, that no definition switches on and whose *absence* counts
//! against nothing can be left off: switching it off in a valid configuration touches fewer cells
//! and leaves it valid. Questions about minimal plans and conflicts need only the other features,
//! which keeps their formulas small however large the matrix is.

use fixedbitset::FixedBitSet;

use crate::target::{Atom, Literal, Place};

/// The features that could matter to a question at a place, and the cells of more than a pair that
/// could count.
#[derive(Clone, Debug)]
pub struct Scope {
    features: FixedBitSet,
    /// Positions among the place's conditional cells.
    conditionals: Vec<usize>,
    /// Whether an option must be chosen where the dimension applies.
    options: bool,
}

impl Scope {
    /// What matters when these features are asked for: the least set that holds them, what options
    /// require, and every feature that a cell with negated terms could ask for.
    #[must_use]
    pub fn new(place: &Place<'_>, asked: FixedBitSet) -> Self {
        Self::among(place, asked, 0..place.conditionals().len())
    }

    /// What matters when only some of this scope's features are asked for.
    #[must_use]
    pub fn narrow(&self, place: &Place<'_>, asked: FixedBitSet) -> Self {
        Self::among(place, asked, self.conditionals.iter().copied())
    }

    /// These features with their own cells and pairs, and nothing else: no option need be chosen, no
    /// further cell counts. That asks for less, so what fails even here fails everywhere.
    #[must_use]
    pub fn alone(features: FixedBitSet) -> Self {
        Scope { features, conditionals: Vec::new(), options: false }
    }

    fn among(
        place: &Place<'_>,
        asked: FixedBitSet,
        conditionals: impl Iterator<Item = usize>,
    ) -> Self {
        let mut scope = Scope { features: asked, conditionals: Vec::new(), options: true };
        let mut open: Vec<usize> = conditionals.collect();
        loop {
            scope.add_required(place);
            let (holding, rest) = open.into_iter().partition::<Vec<_>, _>(|&conditional| {
                scope.can_hold(place, &place.conditionals()[conditional].literals)
            });
            open = rest;
            if holding.is_empty() {
                break;
            }
            for &conditional in &holding {
                let literals = place.conditionals()[conditional].literals.iter();
                scope.add(place, literals.filter(|literal| literal.negated));
            }
            scope.conditionals.extend(holding);
        }
        scope.conditionals.sort_unstable();
        scope
    }

    /// The features that can be on.
    #[must_use]
    pub fn features(&self) -> &FixedBitSet {
        &self.features
    }

    /// The positions of the place's conditional cells that could count.
    #[must_use]
    pub fn conditionals(&self) -> &[usize] {
        &self.conditionals
    }

    /// Whether the dimension applies with some of the features.
    #[must_use]
    pub fn has_options(&self, place: &Place<'_>) -> bool {
        self.options && place.when().is_some_and(|when| self.can_be_on(place, when))
    }

    /// Adds what options require, where one could be chosen.
    fn add_required(&mut self, place: &Place<'_>) {
        if self.has_options(place) {
            for choice in place.choices() {
                self.add(place, choice.requires.iter().filter(|literal| !literal.negated));
            }
        }
    }

    /// Adds every feature that could turn one of these atoms on.
    fn add<'l>(&mut self, place: &Place<'_>, literals: impl Iterator<Item = &'l Literal>) {
        for literal in literals {
            let atom = match literal.atom {
                Atom::Choice(_) => place.when(),
                atom => Some(atom),
            };
            if let Some(atom) = atom {
                place.catalog().add_features_of(atom, &mut self.features);
            }
        }
    }

    fn can_hold(&self, place: &Place<'_>, literals: &[Literal]) -> bool {
        literals.iter().all(|literal| literal.negated || self.can_be_on(place, literal.atom))
    }

    /// Whether an atom can be on when only the scope's features can.
    fn can_be_on(&self, place: &Place<'_>, atom: Atom) -> bool {
        match atom {
            Atom::Feature(feature) => self.features.contains(feature),
            Atom::Group(group) => !place.catalog().variants(group).is_disjoint(&self.features),
            Atom::Choice(_) => place.when().is_some_and(|when| self.can_be_on(place, when)),
            Atom::Fact(_) => true,
        }
    }
}
