//! The lower bound of a split, explained: every minimal set of needs that already takes that many.

use fixedbitset::FixedBitSet;

use super::DeadlinePassed;
use super::family::Family;
use super::fewest::coloured;
use crate::solve::{Colouring, MarcoMap};

/// Hands on every minimal set of elements that cannot be shared out with the colours of a
/// colouring.
pub(super) fn minimal_sets(
    family: &mut Family<'_>,
    colouring: &mut Colouring,
    mut found: impl FnMut(FixedBitSet),
) -> Result<(), DeadlinePassed> {
    let mut map = MarcoMap::new(&family.everything());
    while let Some(seed) = map.maximal() {
        if coloured(family, colouring, &seed)?.is_some() {
            map.holds(&seed);
            continue;
        }
        let mut minimal = seed.clone();
        for element in seed.ones() {
            minimal.remove(element);
            if coloured(family, colouring, &minimal)?.is_some() {
                minimal.insert(element);
            }
        }
        map.fails(&minimal);
        found(minimal);
    }
    Ok(())
}
