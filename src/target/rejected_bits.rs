//! A target and an accept level in, the cells that it rejects out, as bits: most configurations are
//! rejected for a feature or a pair, and that is seen at once.

use super::Target;
use crate::matrix::Level;

/// The cells of a target that are worse than an accept level.
#[derive(Clone, Debug)]
pub(super) struct RejectedBits {
    /// The features whose own cell is rejected.
    alone: u64,
    /// Per slot, the others with which its pair cell is rejected.
    with: Vec<u64>,
    /// The positions of the conditional cells that are rejected.
    pub(super) conditionals: Vec<usize>,
}

impl RejectedBits {
    /// The rejected cells of a target; `None` where its features are too many for bits.
    pub(super) fn new(target: &Target<'_>, accept: Level) -> Option<Self> {
        let count = target.index.features.len();
        // A feature is a bit of a `u64`, and so is a slot, of which there are no more.
        if count > 64 {
            return None;
        }
        let rejected = |cell| target.level(cell) > accept;
        let alone = (0..count).filter(|&feature| rejected(target.feature_cell(feature)));
        let conditionals = target.conditionals().iter().enumerate();
        Some(RejectedBits {
            alone: alone.fold(0, |bits, feature| bits | 1 << feature),
            with: pairs(target, rejected),
            conditionals: conditionals.filter(|(_, c)| rejected(c.cell)).map(|(i, _)| i).collect(),
        })
    }

    /// Whether no feature and no pair of these is rejected.
    pub(super) fn allow(&self, target: &Target<'_>, features: impl Iterator<Item = usize>) -> bool {
        let (mut slots, mut against) = (0_u64, 0);
        for feature in features {
            let slot = target.slot_of(feature);
            if self.alone >> feature & 1 == 1 {
                return false;
            }
            slots |= 1 << slot;
            against |= self.with[slot];
        }
        // `against` never holds a slot for its own sake: no slot has a pair cell with itself.
        slots & against == 0
    }

    /// Whether a feature can be added to others as far as its own cell and its pairs go.
    pub(super) fn allow_with(
        &self,
        target: &Target<'_>,
        feature: usize,
        mut others: impl Iterator<Item = usize>,
    ) -> bool {
        let with = self.with[target.slot_of(feature)];
        self.alone >> feature & 1 == 0 && others.all(|other| with >> target.slot_of(other) & 1 == 0)
    }
}

/// Per slot, the others with which its pair cell is rejected.
fn pairs(target: &Target<'_>, rejected: impl Fn(super::CellRef) -> bool) -> Vec<u64> {
    let mut with = vec![0; target.slots().len()];
    for high in 0..with.len() {
        for low in 0..high {
            if target.pair_cell(low, high).is_some_and(&rejected) {
                // At both slots, since each is looked at from its own side.
                with[low] |= 1 << high;
                with[high] |= 1 << low;
            }
        }
    }
    with
}
