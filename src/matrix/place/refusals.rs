//! What a place refuses at an accept level, as bits: most configurations are refused for a feature
//! or a pair, and that is seen at once.

use super::{Level, Place, triangle};

/// The cells of a place that are worse than an accept level.
#[derive(Clone, Debug)]
pub(super) struct Refusals {
    /// The features whose own cell is refused.
    alone: u64,
    /// Per feature, the others with which its pair cell is refused.
    with: Vec<u64>,
    /// The positions of the conditional cells that are refused.
    pub(super) conditionals: Vec<usize>,
}

impl Refusals {
    /// The refusals of a place; `None` where its features are too many for bits.
    pub(super) fn new(place: &Place<'_>, accept: Level) -> Option<Self> {
        let count = place.compiled.features.len();
        if count > 64 {
            return None;
        }
        let refused = |cell| place.level(cell) > accept;
        let bits = |refused: &dyn Fn(usize) -> bool| {
            (0..count).filter(|&f| refused(f)).fold(0, |bits, f| bits | 1 << f)
        };
        let pair = |a: usize, b: usize| {
            let (a, b) = (place.slot_of(a), place.slot_of(b));
            a != b && place.compiled.pairs[triangle(a, b)].is_some_and(refused)
        };
        let conditionals = place.conditionals().iter().enumerate();
        Some(Refusals {
            alone: bits(&|f| refused(place.feature_cell(f))),
            with: (0..count).map(|f| bits(&|other| pair(f, other))).collect(),
            conditionals: conditionals.filter(|(_, c)| refused(c.cell)).map(|(i, _)| i).collect(),
        })
    }

    /// Whether no feature and no pair of these is refused.
    pub(super) fn allow(&self, features: impl Iterator<Item = usize>) -> bool {
        let (mut bits, mut against) = (0, self.alone);
        for feature in features {
            bits |= 1 << feature;
            against |= self.with[feature];
        }
        bits & against == 0
    }

    /// Whether a feature can be added to others as far as its own cell and its pairs go.
    pub(super) fn allow_with(
        &self,
        feature: usize,
        mut others: impl Iterator<Item = usize>,
    ) -> bool {
        self.alone >> feature & 1 == 0 && others.all(|other| self.with[feature] >> other & 1 == 0)
    }
}
