//! Valid sets of features, each with the columns in which it is valid.

use super::bits::{self, insert, is_clear, is_subset, ones};

/// Sets of features and facts, with their columns and the weight of the wants that each misses.
#[derive(Clone, Debug, Default)]
pub(super) struct ValidSets {
    /// The sets, of so many words each.
    sets: Vec<u64>,
    width: usize,
    /// The columns of each, of so many words.
    columns: Vec<u64>,
    column_width: usize,
    missed: Vec<u64>,
}

impl ValidSets {
    /// Forgets all sets; the next ones and their columns have so many words.
    pub(super) fn clear(&mut self, width: usize, column_width: usize) {
        self.sets.clear();
        self.columns.clear();
        self.missed.clear();
        (self.width, self.column_width) = (width, column_width);
    }

    pub(super) fn len(&self) -> usize {
        self.missed.len()
    }

    pub(super) fn set(&self, number: usize) -> &[u64] {
        &self.sets[number * self.width..][..self.width]
    }

    pub(super) fn columns(&self, number: usize) -> &[u64] {
        &self.columns[number * self.column_width..][..self.column_width]
    }

    fn columns_mut(&mut self, number: usize) -> &mut [u64] {
        &mut self.columns[number * self.column_width..][..self.column_width]
    }

    pub(super) fn missed(&self, number: usize) -> u64 {
        self.missed[number]
    }

    /// The number of sets, each counted once for each of its columns.
    pub(super) fn count(&self) -> usize {
        bits::count(&self.columns) as usize
    }

    /// Adds a set that is not known yet, is valid in these columns and misses nothing.
    pub(super) fn add(&mut self, set: &[u64], columns: &[u64]) {
        if is_clear(columns) {
            return;
        }
        self.sets.extend_from_slice(set);
        self.columns.extend_from_slice(columns);
        self.missed.push(0);
    }

    /// Adds one column of a set that is given by what is asked and what is required beside that.
    pub(super) fn add_one(&mut self, asked: &[u64], required: &[u64], column: usize) {
        let set = || asked.iter().zip(required).map(|(asked, required)| asked | required);
        let known = (0..self.len()).find(|&it| self.set(it).iter().copied().eq(set()));
        let number = known.unwrap_or_else(|| {
            self.sets.extend(set());
            self.columns.resize(self.columns.len() + self.column_width, 0);
            self.missed.push(0);
            self.len() - 1
        });
        insert(self.columns_mut(number), column);
    }

    /// Adds a set that misses wants of this weight in one column.
    pub(super) fn add_missing(&mut self, set: &[u64], column: usize, missed: u64) {
        self.sets.extend_from_slice(set);
        self.columns.resize(self.columns.len() + self.column_width, 0);
        self.missed.push(missed);
        let number = self.len() - 1;
        insert(self.columns_mut(number), column);
    }

    /// Takes from each set the columns of a target that has a smaller one; the columns of a target are next
    /// to each other.
    pub(super) fn keep_minimal(&mut self, targets: &[(u32, u32)]) {
        for large in 0..self.len() {
            for small in 0..self.len() {
                if small == large || !is_subset(self.set(small), self.set(large)) {
                    continue;
                }
                let is_at = |column: usize| {
                    let target = targets[column].0;
                    ones(self.columns(small)).any(|other| targets[other].0 == target)
                };
                let kept = |column: &usize| !is_at(*column);
                let kept: Vec<usize> = ones(self.columns(large)).filter(kept).collect();
                self.columns_mut(large).fill(0);
                kept.into_iter().for_each(|column| insert(self.columns_mut(large), column));
            }
        }
    }
}
