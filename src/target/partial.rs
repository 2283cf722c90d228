//! A configuration of which some features are still open in, what every completion of it has out.
//!
//! With nothing open, each bound is exact.

use fixedbitset::FixedBitSet;

use super::{Atom, CellRef, Conditional, Configuration, Literal, Target};
use crate::matrix::Level;

/// A configuration of which some features may still be on or off.
#[derive(Clone, Debug)]
pub struct PartialConfiguration {
    /// What is on, with the option.
    pub on: Configuration,
    /// The features that are off in it and may yet be on.
    pub open: FixedBitSet,
}

impl Target<'_> {
    /// Whether a literal holds in some completion. The option and the facts are settled.
    #[must_use]
    pub fn may_hold(&self, literal: Literal, partial: &PartialConfiguration) -> bool {
        let is_on = self.is_on(literal.atom, &partial.on);
        if literal.negated { !is_on } else { is_on || self.is_open(literal.atom, &partial.open) }
    }

    /// Whether a literal holds in every completion.
    fn surely_holds(&self, literal: Literal, partial: &PartialConfiguration) -> bool {
        !self.may_hold(Literal { negated: !literal.negated, ..literal }, partial)
    }

    /// Whether an atom may come on by the features that are open.
    fn is_open(&self, atom: Atom, open: &FixedBitSet) -> bool {
        match atom {
            Atom::Feature(feature) => open.contains(feature),
            Atom::Group(group) => !open.is_disjoint(self.catalog.variants(group)),
            Atom::Choice(_) | Atom::Fact(_) => false,
        }
    }

    /// Every cell that every completion touches.
    #[must_use]
    pub fn surely_touched(&self, partial: &PartialConfiguration) -> Vec<CellRef> {
        let features = partial.on.features.ones().map(|feature| self.feature_cell(feature));
        let slots = self.slots_on(&partial.on.features);
        let pairs = (0..slots.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let pairs = pairs.filter_map(|(i, j)| self.pair_cell(slots[i], slots[j]));
        let applies = |conditional: &&Conditional| self.surely_applies(conditional, partial);
        let conditionals = self.conditionals().iter().filter(applies).map(|it| it.cell);
        features.chain(pairs).chain(conditionals).collect()
    }

    fn surely_applies(&self, conditional: &Conditional, partial: &PartialConfiguration) -> bool {
        conditional.literals.iter().all(|&literal| self.surely_holds(literal, partial))
    }

    /// The headroom that a completion has at most.
    #[must_use]
    pub fn most_headroom(&self, partial: &PartialConfiguration, accept: Level) -> usize {
        let mut with = partial.clone();
        let others = self.listed().difference(&partial.on.features);
        others.filter(|&feature| self.may_extend(partial, &mut with, feature, accept)).count()
    }

    /// Whether a feature could be added to some completion, with some option. `with` is the same, and is
    /// left so but for its option.
    fn may_extend(
        &self,
        partial: &PartialConfiguration,
        with: &mut PartialConfiguration,
        feature: usize,
        accept: Level,
    ) -> bool {
        if !self.fits_beside(&partial.on.features, feature, accept) {
            return false;
        }
        let was_open = with.open.contains(feature);
        with.on.features.insert(feature);
        with.open.set(feature, false);
        let choices = std::iter::once(None).chain((0..self.choices().len()).map(Some));
        let fits = choices.into_iter().any(|choice| {
            with.on.choice = choice;
            let rejects =
                |it: &Conditional| self.level(it.cell) > accept && self.surely_applies(it, with);
            self.may_be_defined(with) && !self.conditionals().iter().any(rejects)
        });
        with.on.features.remove(feature);
        with.open.set(feature, was_open);
        fits
    }

    /// Whether the definitions allow some completion to have its option.
    fn may_be_defined(&self, partial: &PartialConfiguration) -> bool {
        let when = |negated| {
            self.when().is_some_and(|atom| self.may_hold(Literal { atom, negated }, partial))
        };
        match partial.on.choice {
            None => self.when().is_none() || when(true),
            Some(choice) => {
                let mut requires = self.choices()[choice].requires.iter();
                when(false) && requires.all(|&literal| self.may_hold(literal, partial))
            }
        }
    }
}
