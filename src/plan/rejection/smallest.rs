//! Terms in, their smallest conflicts out, where there are too many to find all.
//!
//! Level by level, as frequent sets are mined (Agrawal and Srikant, *Fast algorithms for mining association
//! rules*, 1994): a set whose every part can be met is either met itself, and grows on, or is a conflict.

use std::collections::HashSet;

use fixedbitset::FixedBitSet;

use crate::plan::search::Search;
use crate::plan::table_search::AskedTable;

/// The most sets of terms that are tried: less than a second's work.
const MOST_TRIED: usize = 400_000;

/// The most terms: each is a bit.
const MOST_TERMS: usize = u64::BITS as usize;

impl Search<'_> {
    /// The smallest minimal sets of terms that fail at every target, by position, but at most so many and as
    /// far as they are found in a moment. None where no table tells.
    pub(super) fn smallest_conflicts(&self, most: usize) -> Vec<FixedBitSet> {
        let queries: Vec<_> = self.sites.iter().map(|site| &site.query).collect();
        let count = self.terms.len();
        let asked = self.asked_table(&queries).filter(|_| count <= MOST_TERMS);
        let found = asked.map_or_else(Vec::new, |asked| self.by_size(&asked, most));
        let set = |bits: u64| {
            let mut set = FixedBitSet::with_capacity(count);
            set.extend(members(bits));
            set
        };
        found.into_iter().map(set).collect()
    }

    fn by_size(&self, asked: &AskedTable, most: usize) -> Vec<u64> {
        let mut found = Vec::new();
        let mut tried = 0;
        let mut met: HashSet<u64> = HashSet::from([0]);
        while !met.is_empty() {
            let mut larger = HashSet::new();
            // In one order, so that the same question gives the same answer.
            let mut smaller: Vec<u64> = met.iter().copied().collect();
            smaller.sort_unstable();
            for set in smaller {
                // Each set is made once: of the part without its last term.
                for term in (0..self.terms.len()).filter(|&term| set >> term == 0) {
                    let with = set | 1 << term;
                    if !members(with).all(|term| met.contains(&(with & !(1 << term)))) {
                        continue;
                    }
                    tried += 1;
                    if tried > MOST_TRIED || self.deadline.has_passed() {
                        return found;
                    }
                    match asked.feasible(members(with)) {
                        Some(true) => drop(larger.insert(with)),
                        Some(false) => found.push(with),
                        None => return found,
                    }
                }
            }
            if found.len() >= most {
                break;
            }
            met = larger;
        }
        // Of the last size, the first by their terms.
        found.sort_by_key(|&set| (set.count_ones(), members(set).collect::<Vec<_>>()));
        found.truncate(most);
        found
    }
}

/// The positions of the bits, ascending.
fn members(bits: u64) -> impl Iterator<Item = usize> + Clone {
    (0..MOST_TERMS).filter(move |term| bits >> term & 1 == 1)
}
