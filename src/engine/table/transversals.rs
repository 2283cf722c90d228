//! Minimal hitting sets of small sets, all of whose members fit a word.

use smallvec::SmallVec;

/// The most members that are chosen in one search.
const MOST_STEPS: usize = 1_000_000;

/// Shows every minimal set that meets each of these sets and holds none that `skip` names, once; `None` where
/// there is too much to try.
///
/// As in [`solve`](crate::solve::minimal_hitting_sets) (MMCS: Murakami and Uno, 2014), on words: whether each
/// chosen member is the only one that meets some set is seen in one pass over the sets.
pub(super) fn minimal_transversals(
    sets: &[u64],
    steps: &mut usize,
    skip: &mut dyn FnMut(u64) -> bool,
    found: &mut dyn FnMut(u64),
) -> Option<()> {
    // A set of one member leaves no choice, and the sets that it meets are met.
    let forced = sets.iter().filter(|set| set.is_power_of_two()).fold(0, |all, set| all | set);
    let open: SmallVec<[u64; 32]> = sets.iter().filter(|&set| set & forced == 0).copied().collect();
    let members = open.iter().fold(0, |all, set| all | set);
    let mut search = TransversalSearch { sets: &open, forced, steps, skip, found };
    search.extend(0, members)
}

/// The steps of a search that nothing has been asked of yet.
pub(super) const fn steps() -> usize {
    MOST_STEPS
}

struct TransversalSearch<'s> {
    /// The sets that no forced member meets.
    sets: &'s [u64],
    /// The members of every set that is found.
    forced: u64,
    steps: &'s mut usize,
    skip: &'s mut dyn FnMut(u64) -> bool,
    found: &'s mut dyn FnMut(u64),
}

impl TransversalSearch<'_> {
    /// Extends a set of chosen members, each of which is the only one to meet some set.
    fn extend(&mut self, chosen: u64, mut candidates: u64) -> Option<()> {
        *self.steps = self.steps.checked_sub(1)?;
        let mut open: Option<u64> = None;
        let mut alone = 0;
        for &set in self.sets {
            let hit = set & chosen;
            if hit == 0 {
                let choices = set & candidates;
                // The set with the fewest candidates: the fewest branches.
                if open.is_none_or(|known| choices.count_ones() < known.count_ones()) {
                    open = Some(choices);
                }
            } else if hit & (hit - 1) == 0 {
                alone |= hit;
            }
        }
        // A member that is needed for no set is not needed for more of them either.
        if alone != chosen || (self.skip)(chosen | self.forced) {
            return Some(());
        }
        let Some(mut choices) = open else {
            (self.found)(chosen | self.forced);
            return Some(());
        };
        candidates &= !choices;
        while choices != 0 {
            let member = choices & choices.wrapping_neg();
            choices &= choices - 1;
            self.extend(chosen | member, candidates)?;
            // The sets without this member were looked at; those with it and a later one come next.
            candidates |= member;
        }
        Some(())
    }
}
