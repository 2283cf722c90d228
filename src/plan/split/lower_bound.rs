//! The lower bound of a split, explained: every minimal set of needs that already takes that many.

use fixedbitset::FixedBitSet;

use super::Unfinished;
use crate::solve::MarcoMap;

/// The most minimal sets that are looked for.
pub(super) const MOST_SETS: usize = 10_000;

/// Hands on every minimal set of elements that cannot be shared out.
///
/// `failing` tells of a set whether it can be shared out: `None`, or else a part of it that cannot.
pub(super) fn minimal_sets(
    everything: &FixedBitSet,
    mut failing: impl FnMut(&FixedBitSet) -> Result<Option<FixedBitSet>, Unfinished>,
    mut found: impl FnMut(FixedBitSet),
) -> Result<(), Unfinished> {
    let mut map = MarcoMap::new(everything);
    let mut sets = 0;
    while let Some(seed) = map.maximal() {
        let Some(mut minimal) = failing(&seed)? else {
            map.holds(&seed);
            continue;
        };
        if sets == MOST_SETS {
            return Err(Unfinished::TooMany);
        }
        for element in seed.ones() {
            if !minimal.contains(element) {
                continue;
            }
            let mut fewer = minimal.clone();
            fewer.remove(element);
            if let Some(part) = failing(&fewer)? {
                minimal = part;
            }
        }
        map.fails(&minimal);
        found(minimal);
        sets += 1;
    }
    Ok(())
}
