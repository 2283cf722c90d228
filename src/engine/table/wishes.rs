//! Weighted wants of which some exclude each other in, the heaviest sets of them out.
//!
//! Branch and bound over independent sets: of wants that all exclude each other at most one is met, so that a
//! cover by such groups bounds what can still be gained (Babel, *A fast algorithm for the maximum weight clique
//! problem*, 1994).

use super::bits::{BitRows, first, insert, is_clear, keep, padded, remove, take_out, words};

/// The most sets that are looked at: a few seconds' work.
const MOST_STEPS: usize = 2_000_000;

/// The most heaviest sets.
const MOST_SETS: usize = 10_000;

/// Wants by number, and which of them exclude each other.
pub(super) struct Wishes {
    pub(super) weights: Vec<u64>,
    /// Per want, those that it excludes.
    pub(super) excluded: BitRows,
}

impl Wishes {
    /// Wants of these weights, none of which exclude each other yet.
    pub(super) fn new(weights: Vec<u64>) -> Self {
        let excluded = BitRows::new(weights.len(), weights.len());
        Wishes { weights, excluded }
    }

    /// Notes that two wants exclude each other.
    pub(super) fn exclude(&mut self, a: usize, b: usize) {
        insert(self.excluded.row_mut(a), b);
        insert(self.excluded.row_mut(b), a);
    }

    /// Every heaviest set of wants that weighs at least so much; `None` where there is too much to try.
    pub(super) fn heaviest(&self, least: u64) -> Option<Vec<Vec<u64>>> {
        match words(self.weights.len()) {
            0 | 1 => WishSearch::<1>::run(self, least),
            2 => WishSearch::<2>::run(self, least),
            3 | 4 => WishSearch::<4>::run(self, least),
            5..=16 => WishSearch::<16>::run(self, least),
            _ => None,
        }
    }
}

/// The heaviest sets found so far; sets have so many words.
struct WishSearch<'w, const WORDS: usize> {
    weights: &'w [u64],
    excluded: Vec<[u64; WORDS]>,
    steps: usize,
    heaviest: u64,
    found: Vec<[u64; WORDS]>,
    /// For each step under way, the open wants with the most that each and those before it can weigh together.
    bounded: Vec<(u32, u64)>,
}

impl<const WORDS: usize> WishSearch<'_, WORDS> {
    fn run(wishes: &Wishes, least: u64) -> Option<Vec<Vec<u64>>> {
        let excluded = (0..wishes.weights.len()).map(|want| padded(wishes.excluded.row(want)));
        let mut search = WishSearch {
            weights: &wishes.weights,
            excluded: excluded.collect(),
            steps: MOST_STEPS,
            heaviest: least,
            found: Vec::new(),
            bounded: Vec::new(),
        };
        let mut all = [0; WORDS];
        (0..wishes.weights.len()).for_each(|want| insert(&mut all, want));
        search.extend([0; WORDS], 0, all)?;
        let words = words(wishes.weights.len());
        Some(search.found.into_iter().map(|set| set[..words].to_vec()).collect())
    }

    /// Adds the open wants in an order in which each is given the most that it and those before it can weigh
    /// together.
    fn bound(&mut self, open: &[u64; WORDS]) {
        let (mut left, mut weight) = (*open, 0);
        while !is_clear(&left) {
            // A group of wants that all exclude each other, the heaviest first where they are sorted so.
            let (mut joining, mut heaviest) = (left, 0);
            while let Some(want) = first(&joining) {
                heaviest = heaviest.max(self.weights[want]);
                self.bounded.push((want as u32, weight + heaviest));
                take_out(&mut left, want);
                keep(&mut joining, &self.excluded[want]);
            }
            weight += heaviest;
        }
    }

    /// Adds open wants to those chosen, in every way that can be heavy enough.
    fn extend(&mut self, chosen: [u64; WORDS], weight: u64, mut open: [u64; WORDS]) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        if is_clear(&open) {
            if weight > self.heaviest {
                self.found.clear();
                self.heaviest = weight;
            }
            if weight == self.heaviest {
                self.found.push(chosen);
            }
            return (self.found.len() <= MOST_SETS).then_some(());
        }
        let start = self.bounded.len();
        self.bound(&open);
        while self.bounded.len() > start
            && let Some((want, most)) = self.bounded.pop()
        {
            // Those before it can weigh no more.
            if weight + most < self.heaviest {
                self.bounded.truncate(start);
                break;
            }
            let want = want as usize;
            take_out(&mut open, want);
            let (mut rest, mut more) = (open, chosen);
            remove(&mut rest, &self.excluded[want]);
            insert(&mut more, want);
            self.extend(more, weight + self.weights[want], rest)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::contains;
    use super::*;

    /// The same by trying all.
    fn by_trying(wishes: &Wishes, least: u64) -> Vec<Vec<u64>> {
        let count = wishes.weights.len();
        let is_allowed = |set: &u64| {
            (0..count).all(|a| {
                (0..a).all(|b| set >> a & set >> b & 1 == 0 || !contains(wishes.excluded.row(a), b))
            })
        };
        let weight = |set: &u64| {
            (0..count).filter(|want| set >> want & 1 == 1).map(|it| wishes.weights[it]).sum::<u64>()
        };
        let allowed: Vec<u64> = (0..1_u64 << count).filter(is_allowed).collect();
        let heaviest = allowed.iter().map(weight).max().unwrap_or(0).max(least);
        allowed.into_iter().filter(|set| weight(set) == heaviest).map(|set| vec![set]).collect()
    }

    #[test]
    fn heaviest_sets_are_those_found_by_trying_all() {
        let mut state = 1_u64;
        let mut below = |end: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        for _ in 0..300 {
            let count = 1 + below(10) as usize;
            let mut wishes = Wishes::new((0..count).map(|_| 1 + below(4)).collect());
            let percent = below(100);
            for a in 0..count {
                (0..a).filter(|_| below(100) < percent).for_each(|b| wishes.exclude(a, b));
            }
            let least = if below(4) == 0 { below(12) } else { 0 };
            let mut found = wishes.heaviest(least).expect("few wants");
            found.sort_unstable();
            assert_eq!(found, by_trying(&wishes, least));
        }
    }
}
