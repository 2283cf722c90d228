//! Set cover: the fewest of some sets that hold every element, by branch and bound.

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;

/// The most work before the best cover found must do, in words of sets that are looked at.
const MOST_WORK: usize = 3_000_000;

/// Sets that together hold every element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SetCover {
    /// The sets, by position.
    pub(super) chosen: Vec<usize>,
    /// No fewer sets do.
    pub(super) at_least: usize,
}

/// The fewest of these sets that hold every element; each element must be in one.
pub(super) fn set_cover(sets: &[FixedBitSet], elements: usize) -> SetCover {
    let mut open = FixedBitSet::with_capacity(elements);
    open.insert_range(..);
    let holders = (0..elements)
        .map(|element| (0..sets.len()).filter(|&set| sets[set].contains(element)).collect())
        .collect();
    let steps = MOST_WORK / (sets.len() * elements.div_ceil(64)).max(1);
    let mut search = SetCoverSearch { sets, holders, chosen: Vec::new(), best: Vec::new(), steps };
    search.best = search.greedy(&open);
    let bound = search.bound(&open);
    search.extend(&open);
    let proved = search.steps > 0;
    let at_least = if proved { search.best.len() } else { bound };
    SetCover { chosen: search.best, at_least }
}

struct SetCoverSearch<'s> {
    sets: &'s [FixedBitSet],
    /// The sets that hold each element.
    holders: Vec<Vec<usize>>,
    chosen: Vec<usize>,
    best: Vec<usize>,
    /// The number of partial choices that may still be looked at.
    steps: usize,
}

impl SetCoverSearch<'_> {
    /// Counts the open elements that a set holds.
    fn gain(&self, set: usize, open: &FixedBitSet) -> usize {
        self.sets[set].intersection_count(open)
    }

    /// A cover that always takes the set with most open elements.
    fn greedy(&self, open: &FixedBitSet) -> Vec<usize> {
        let mut open = open.clone();
        let mut chosen = Vec::new();
        while !open.is_clear() {
            let best = (0..self.sets.len()).max_by_key(|&s| (self.gain(s, &open), Reverse(s)));
            let Some(best) = best.filter(|&set| self.gain(set, &open) > 0) else { break };
            open.difference_with(&self.sets[best]);
            chosen.push(best);
        }
        chosen
    }

    /// No fewer sets can hold the open elements: so many of these are in no common set, and no set
    /// holds more of them than the largest.
    fn bound(&self, open: &FixedBitSet) -> usize {
        let mut left = open.clone();
        let mut apart = 0;
        while let Some(rarest) = self.rarest(&left) {
            apart += 1;
            for &set in &self.holders[rarest] {
                left.difference_with(&self.sets[set]);
            }
            left.remove(rarest);
        }
        let largest = (0..self.sets.len()).map(|set| self.gain(set, open)).max().unwrap_or(0);
        apart.max(open.count_ones(..).div_ceil(largest.max(1)))
    }

    /// The open element that fewest sets hold.
    fn rarest(&self, open: &FixedBitSet) -> Option<usize> {
        open.ones().min_by_key(|&element| self.holders[element].len())
    }

    fn extend(&mut self, open: &FixedBitSet) {
        let Some(rarest) = self.rarest(open) else {
            if self.chosen.len() < self.best.len() {
                self.best.clone_from(&self.chosen);
            }
            return;
        };
        if self.steps == 0 || self.chosen.len() + self.bound(open) >= self.best.len() {
            return;
        }
        self.steps -= 1;
        let mut holders = self.holders[rarest].clone();
        holders.sort_by_key(|&set| Reverse(self.gain(set, open)));
        for set in holders {
            let mut rest = open.clone();
            rest.difference_with(&self.sets[set]);
            self.chosen.push(set);
            self.extend(&rest);
            self.chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bits: u32) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(8);
        set.extend((0..8).filter(|bit| bits >> bit & 1 == 1));
        set
    }

    #[test]
    fn covers_are_smallest() {
        let mut state = 3_u32;
        for _ in 0..300 {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 24
            };
            let count = 1 + next() as usize % 9;
            let mut bits: Vec<u32> = (0..count).map(|_| next() & next() & 255).collect();
            bits.push(!bits.iter().fold(0, |all, set| all | set) & 255);
            let sets: Vec<FixedBitSet> = bits.iter().map(|&bits| set(bits)).collect();
            let found = set_cover(&sets, 8);
            let union = |chosen: u32| {
                let chosen = (0..bits.len()).filter(|&set| chosen >> set & 1 == 1);
                chosen.fold(0, |all, set| all | bits[set])
            };
            let choices = 0..1_u32 << bits.len();
            let least = choices.filter(|&chosen| union(chosen) == 255).map(u32::count_ones).min();
            assert_eq!(found.chosen.iter().fold(0, |all, &set| all | bits[set]), 255);
            assert_eq!(Some(found.chosen.len() as u32), least, "{bits:?}");
            assert_eq!(found.at_least, found.chosen.len());
        }
    }

    #[test]
    fn nothing_needs_no_set() {
        assert_eq!(set_cover(&[], 0), SetCover { chosen: Vec::new(), at_least: 0 });
    }
}
