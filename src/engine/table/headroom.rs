//! What could be added to a valid set of features.

use super::bits::{add, count, intersects, is_clear, ones, remove};
use super::target_table::{TableColumn, TargetTable};

/// Sets that are worked in, so that none is made anew for every configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadroomScratch {
    rejected: Vec<u64>,
    candidates: Vec<u64>,
    addable: Vec<u64>,
}

impl TargetTable {
    /// Counts the listed features that could each be added alone to a valid set and leave a valid one, in
    /// any column.
    pub(super) fn headroom(&self, on: &[u64], scratch: &mut HeadroomScratch) -> u32 {
        let HeadroomScratch { rejected, candidates, addable } = scratch;
        rejected.clear();
        rejected.extend_from_slice(on);
        ones(on).for_each(|feature| add(rejected, self.rejected_with.row(feature)));
        addable.clear();
        addable.resize(on.len(), 0);
        for column in self.kinds.iter().map(|&kind| &self.columns[kind]) {
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
        let missing = || self.required.iter().zip(on).map(|(required, on)| required & !on);
        match missing().map(u64::count_ones).sum() {
            0 => {}
            1_u32 => candidates.iter_mut().zip(missing()).for_each(|(it, missing)| *it &= missing),
            _ => candidates.fill(0),
        }
        for set in self.required_any.iter().filter(|set| !intersects(set, on)) {
            super::bits::keep(candidates, set);
        }
    }
}
