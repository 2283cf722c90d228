//! A valid configuration in, what could still be added to it out.

use fixedbitset::FixedBitSet;

use super::{CellRef, Configuration, Target};
use crate::matrix::Level;

impl Target<'_> {
    /// Counts the listed features that could each be added alone to a valid configuration and leave
    /// a valid one, with any option.
    #[must_use]
    pub fn headroom(&self, on: &Configuration, accept: Level) -> usize {
        let mut with = on.clone();
        let others = self.index.layout.listed.difference(&on.features);
        others.filter(|&f| self.extends(on, &mut with, f, accept)).count()
    }

    /// Whether a feature can be added to others as far as its own cell and its pairs go.
    pub(super) fn fits_beside(&self, others: &FixedBitSet, feature: usize, accept: Level) -> bool {
        if let Some(rejected) = self.rejected_bits(accept) {
            return rejected.allow_with(self, feature, others.ones());
        }
        let accepted = |cell: CellRef| self.level(cell) <= accept;
        let slot = self.slot_of(feature);
        let mut others = others.ones().map(|f| self.slot_of(f)).filter(|&other| other != slot);
        accepted(self.feature_cell(feature))
            && others.all(|other| self.pair_cell(slot, other).is_none_or(accepted))
    }

    /// Whether a valid configuration stays valid, with some option, when one feature is added. Only
    /// cells that the addition can touch are looked at. `with` is the same configuration, with any
    /// option, and is left so.
    fn extends(
        &self,
        on: &Configuration,
        with: &mut Configuration,
        feature: usize,
        accept: Level,
    ) -> bool {
        if !self.fits_beside(&on.features, feature, accept) {
            return false;
        }
        let accepted = |cell: CellRef| self.level(cell) <= accept;
        let rejected = self.rejected_bits(accept);
        with.features.insert(feature);
        let fits = std::iter::once(None).chain((0..self.choices().len()).map(Some)).any(|choice| {
            with.choice = choice;
            self.is_defined(with)
                && match rejected {
                    Some(rejected) => !self.any_applies(rejected, with),
                    None => {
                        let mut conditionals = self.index.conditionals.iter();
                        conditionals.all(|c| accepted(c.cell) || !self.applies(c, with))
                    }
                }
        });
        with.features.remove(feature);
        fits
    }
}
