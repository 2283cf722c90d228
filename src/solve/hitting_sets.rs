//! Minimal hitting sets: the duality between conflicts and corrections.
//!
//! A set of terms fails exactly when it meets every correction, so the minimal conflicts are the
//! minimal hitting sets of the minimal corrections (Reiter, *A Theory of Diagnosis from First
//! Principles*, 1987). They are enumerated depth first, each once, with the sets that each chosen
//! member alone hits kept count of (MMCS: Murakami and Uno, *Efficient algorithms for dualizing
//! large-scale hypergraphs*, 2014).

use fixedbitset::FixedBitSet;

/// The most members that are chosen in one search for few sets: about a second's work.
const MOST_STEPS: usize = 1_000_000;

/// Every minimal set over `0..members` that meets each of these sets. Without sets, that is the
/// empty set; with an empty one, there is none.
#[must_use]
pub fn minimal_hitting_sets(sets: &[FixedBitSet], members: usize) -> Vec<FixedBitSet> {
    let mut search = HittingSetSearch::new(sets, members);
    search.run(usize::MAX);
    search.found
}

/// The same, but of many only some, and whether these are all: where they are not, the smallest, as far as
/// that can be told in a moment.
#[must_use]
pub fn few_hitting_sets(
    sets: &[FixedBitSet],
    members: usize,
    most: usize,
) -> (Vec<FixedBitSet>, bool) {
    if most == usize::MAX {
        return (minimal_hitting_sets(sets, members), true);
    }
    let mut search = HittingSetSearch::new(sets, members);
    search.most = most;
    search.steps = MOST_STEPS;
    search.run(usize::MAX);
    if !search.stopped() {
        return (search.found, true);
    }
    let mut smallest = HittingSetSearch::new(sets, members);
    smallest.most = most;
    smallest.steps = MOST_STEPS;
    for size in 1..=members {
        let known = std::mem::take(&mut smallest.found);
        smallest.run(size);
        if smallest.stopped() {
            smallest.found.extend(known);
            break;
        }
    }
    let mut found = smallest.found;
    // Where even the smallest are too large for that, others are better than none.
    found.extend(search.found);
    found.sort_by_key(|set| (set.count_ones(..), set.ones().collect::<Vec<_>>()));
    found.dedup();
    found.truncate(most);
    (found, false)
}

struct HittingSetSearch<'s> {
    sets: &'s [FixedBitSet],
    /// The sets that contain each member.
    containing: Vec<Vec<usize>>,
    /// The number of chosen members that hit each set.
    hits: Vec<usize>,
    /// The exclusive or of the chosen members that hit each set: the member, where it is one.
    hitters: Vec<usize>,
    /// The number of sets that each chosen member hits alone.
    alone: Vec<usize>,
    chosen: FixedBitSet,
    found: Vec<FixedBitSet>,
    /// The most sets to find, and the most members to choose on the way.
    most: usize,
    steps: usize,
    /// The most members of a set.
    size: usize,
}

impl<'s> HittingSetSearch<'s> {
    fn new(sets: &'s [FixedBitSet], members: usize) -> Self {
        let containing = |member| (0..sets.len()).filter(|&s| sets[s].contains(member)).collect();
        HittingSetSearch {
            sets,
            containing: (0..members).map(containing).collect(),
            hits: vec![0; sets.len()],
            hitters: vec![0; sets.len()],
            alone: vec![0; members],
            chosen: FixedBitSet::with_capacity(members),
            found: Vec::new(),
            most: usize::MAX,
            steps: usize::MAX,
            size: usize::MAX,
        }
    }

    /// Finds every set of at most so many members, unless it is stopped.
    fn run(&mut self, size: usize) {
        self.size = size;
        let mut candidates = FixedBitSet::with_capacity(self.alone.len());
        candidates.insert_range(..);
        self.extend(&mut candidates);
    }

    /// Whether there is more to find than is wanted.
    fn stopped(&self) -> bool {
        self.found.len() > self.most || self.steps == 0
    }

    /// A number of members without which not all open sets can be hit: that of some which share none.
    fn apart(&self) -> usize {
        let mut covered = FixedBitSet::with_capacity(self.alone.len());
        let open = (0..self.sets.len()).filter(|&set| self.hits[set] == 0);
        let apart = open.filter(|&set| {
            let is_apart = covered.is_disjoint(&self.sets[set]);
            if is_apart {
                covered.union_with(&self.sets[set]);
            }
            is_apart
        });
        apart.count()
    }

    /// Extends the chosen members by candidates until every set is hit.
    fn extend(&mut self, candidates: &mut FixedBitSet) {
        if self.stopped() {
            return;
        }
        self.steps -= 1;
        let Some(open) = self.hits.iter().position(|&hits| hits == 0) else {
            self.found.push(self.chosen.clone());
            return;
        };
        if self.size < usize::MAX && self.chosen.count_ones(..) + self.apart() > self.size {
            return;
        }
        let branch: Vec<usize> = self.sets[open].intersection(candidates).collect();
        // A branch may take the members of those before it, not of those after it: so each set is
        // found once.
        for &member in &branch {
            candidates.remove(member);
        }
        for &member in &branch {
            self.choose(member);
            // A member that hits no set alone can be spared, and more members never change that.
            if self.chosen.ones().all(|chosen| self.alone[chosen] > 0) {
                self.extend(candidates);
            }
            self.unchoose(member);
            candidates.insert(member);
        }
    }

    fn choose(&mut self, member: usize) {
        self.chosen.insert(member);
        for &set in &self.containing[member] {
            match self.hits[set] {
                0 => self.alone[member] += 1,
                // Its only hitter, which the exclusive or is, no longer hits it alone.
                1 => self.alone[self.hitters[set]] -= 1,
                _ => {}
            }
            self.hits[set] += 1;
            self.hitters[set] ^= member;
        }
    }

    fn unchoose(&mut self, member: usize) {
        self.chosen.remove(member);
        for &set in &self.containing[member] {
            self.hits[set] -= 1;
            self.hitters[set] ^= member;
            match self.hits[set] {
                0 => self.alone[member] -= 1,
                1 => self.alone[self.hitters[set]] += 1,
                _ => {}
            }
        }
    }
}

/// The sets that contain no other one, each once.
#[must_use]
pub fn minimal_sets(mut sets: Vec<FixedBitSet>) -> Vec<FixedBitSet> {
    sets.sort_by_key(|set| set.count_ones(..));
    let mut kept: Vec<FixedBitSet> = Vec::with_capacity(sets.len());
    for set in sets {
        // Sorted by size, no later set can be part of a kept one.
        if !kept.iter().any(|smaller| smaller.is_subset(&set)) {
            kept.push(set);
        }
    }
    kept
}
