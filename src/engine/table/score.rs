//! What a valid configuration touches, and what could be added to it.

use super::bits::{add, contains, count, count_common, insert, intersects, is_clear, ones, remove};
use super::target_table::{Counts, TableColumn, TargetTable};

/// Sets that are worked in, so that none is made anew for every configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    slots: Vec<u64>,
    rejected: Vec<u64>,
    candidates: Vec<u64>,
    addable: Vec<u64>,
}

impl TargetTable {
    /// Counts what a valid set of features touches in a column.
    pub(super) fn counts(&self, column: &TableColumn, on: &[u64], scratch: &mut Scratch) -> Counts {
        let mut counts = column.base;
        if self.counted_pairs.iter().any(Option::is_some) {
            self.slots_on(on, &mut scratch.slots);
        }
        for (kind, counted) in counts.iter_mut().enumerate() {
            // An empty set where no feature is counted so.
            *counted += count_common(&self.counted[kind], on);
            if let Some(pairs) = &self.counted_pairs[kind] {
                let slots = ones(&scratch.slots).take_while(|&slot| slot < self.slots);
                *counted +=
                    slots.map(|slot| count_common(pairs.row(slot), &scratch.slots)).sum::<u32>();
            }
        }
        for (condition, more) in &column.counting {
            if condition.holds(on, &self.variants) {
                counts.iter_mut().zip(more).for_each(|(all, one)| *all += one);
            }
        }
        counts
    }

    /// Counts the listed features that could each be added alone to a valid set and leave a valid one, in
    /// any column.
    pub(super) fn headroom(&self, on: &[u64], scratch: &mut Scratch) -> u32 {
        let Scratch { rejected, candidates, addable, .. } = scratch;
        rejected.clear();
        rejected.extend_from_slice(on);
        ones(on).for_each(|feature| add(rejected, self.rejected_with.row(feature)));
        addable.clear();
        addable.resize(on.len(), 0);
        for column in self.columns.iter().filter(|column| !column.is_void) {
            if intersects(&column.rejected, on) {
                continue;
            }
            candidates.clear();
            candidates.extend_from_slice(&self.listed);
            remove(candidates, rejected);
            remove(candidates, &column.rejected);
            remove(candidates, addable);
            column.keep_required(on, candidates);
            for condition in &column.rejecting {
                if is_clear(candidates) {
                    break;
                }
                condition.exclude(on, &self.variants, candidates);
            }
            add(addable, candidates);
        }
        count(addable)
    }
}

impl TableColumn {
    /// Keeps the candidates with which alone beside these features all is on that the definitions require.
    fn keep_required(&self, on: &[u64], candidates: &mut [u64]) {
        let mut missing = self.required.iter().zip(on).map(|(required, on)| required & !on);
        if missing.clone().any(|word| word != 0) {
            let missing: Vec<u64> = missing.by_ref().collect();
            match (count(&missing), ones(&missing).next()) {
                (1, Some(feature)) => {
                    let is_candidate = contains(candidates, feature);
                    candidates.fill(0);
                    if is_candidate {
                        insert(candidates, feature);
                    }
                }
                _ => candidates.fill(0),
            }
        }
        for set in self.required_any.iter().filter(|set| !intersects(set, on)) {
            super::bits::keep(candidates, set);
        }
    }
}
