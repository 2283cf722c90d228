//! A query in, its configurations as numbers out, best first.

use std::cmp::Ordering;

use super::bits::{self, contains, ones};
use super::column_table::ColumnTable;
use super::completion::{Completion, CompletionProgress, keep_minimal};
use super::query::TableQuery;
use super::score::Scratch;

/// A column with a set of features that is valid in it.
#[derive(Clone, Copy, Debug)]
pub struct RankedColumn {
    /// The column.
    pub column: u32,
    /// The position of its set among those of the ranking.
    set: u32,
    /// The weight of the wants that it misses.
    pub missed: u64,
    /// What its cells are counted as: not-applicable, undocumented, experimental, with a caveat.
    pub counts: [u32; 4],
    /// The worker roles of its option.
    pub roles: u32,
    /// The features that could still be added.
    pub headroom: u32,
}

/// Configurations, best first, and what was worked in to find them.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    found: Vec<RankedColumn>,
    /// The sets of features, of so many words each.
    sets: Vec<u64>,
    width: usize,
    /// Whether only the number of configurations matters, so that none is scored.
    counts_only: bool,
    left: Vec<u64>,
    scratch: Scratch,
}

impl Ranking {
    /// The configurations, best first.
    #[must_use]
    pub fn columns(&self) -> &[RankedColumn] {
        &self.found
    }

    /// The numbers of the features of a configuration, ascending, and of the facts after them.
    pub fn features<'r>(&'r self, ranked: &RankedColumn) -> impl Iterator<Item = usize> + use<'r> {
        ones(self.set(ranked))
    }

    fn set(&self, ranked: &RankedColumn) -> &[u64] {
        &self.sets[ranked.set as usize * self.width..][..self.width]
    }

    fn clear(&mut self, query: &TableQuery) {
        self.found.clear();
        self.sets.clear();
        self.width = query.on.len();
        self.sets.extend_from_slice(&query.on);
    }

    /// Takes in the sets of one target, which all miss as much.
    fn add(&mut self, table: &ColumnTable, found: &[(usize, Vec<u64>)], missed: u64) {
        for (column, set) in found {
            let position = self.sets.len() / self.width;
            self.sets.extend_from_slice(set);
            self.push(table, *column, position, missed);
        }
    }

    /// Takes in a set, which is among the sets already, of a column.
    fn push(&mut self, table: &ColumnTable, number: usize, position: usize, missed: u64) {
        let (target, column) = table.columns[number];
        let target = &table.targets[target as usize];
        let column = &target.columns[column as usize];
        let set = &self.sets[position * self.width..][..self.width];
        let scratch = &mut self.scratch;
        let (counts, headroom) = if self.counts_only {
            Default::default()
        } else {
            (target.counts(column, set, scratch), target.headroom(set, scratch))
        };
        self.found.push(RankedColumn {
            column: number as u32,
            set: position as u32,
            missed,
            counts,
            roles: column.roles as u32,
            headroom,
        });
    }

    fn sort(&mut self, table: &ColumnTable) {
        let mut found = std::mem::take(&mut self.found);
        found.sort_unstable_by(|a, b| self.compare(table, a, b));
        self.found = found;
    }

    /// Best first: the score, then the target in its listing order, fewer features, their numbers, the
    /// option.
    fn compare(&self, table: &ColumnTable, a: &RankedColumn, b: &RankedColumn) -> Ordering {
        let target = |it: &RankedColumn| table.columns[it.column as usize].0;
        (a.missed, a.counts, a.roles)
            .cmp(&(b.missed, b.counts, b.roles))
            .then(b.headroom.cmp(&a.headroom))
            .then_with(|| target(a).cmp(&target(b)))
            .then_with(|| compare_sets(self.set(a), self.set(b)))
            .then(a.column.cmp(&b.column))
    }
}

/// Fewer members first, then by these.
fn compare_sets(a: &[u64], b: &[u64]) -> Ordering {
    bits::count(a).cmp(&bits::count(b)).then_with(|| {
        let Some((a, b)) = a.iter().zip(b).find(|(a, b)| a != b) else { return Ordering::Equal };
        // The set with the lowest member that only one of them has comes first.
        let lowest = 1 << (a ^ b).trailing_zeros();
        if a & lowest != 0 { Ordering::Less } else { Ordering::Greater }
    })
}

impl ColumnTable {
    /// Ranks the valid configurations of inclusion-minimal feature sets that meet a query in these columns:
    /// of each target, in every column where its set is valid. `None` where there is too much to try.
    pub fn rank(&self, query: &TableQuery, columns: &[u64], ranking: &mut Ranking) -> Option<()> {
        ranking.clear(query);
        let mut left = std::mem::take(&mut ranking.left);
        self.narrow(query, columns, &mut left);
        let ranked = self.rank_among(query, &left, ranking);
        ranking.left = left;
        ranked?;
        ranking.sort(self);
        Some(())
    }

    /// Counts what [`rank`](Self::rank) finds. The ranking holds nothing of use then.
    pub fn count(
        &self,
        query: &TableQuery,
        columns: &[u64],
        ranking: &mut Ranking,
    ) -> Option<usize> {
        ranking.clear(query);
        let mut left = std::mem::take(&mut ranking.left);
        self.narrow(query, columns, &mut left);
        let count = if query.is_plain() && !self.has_incomplete(&left) {
            Some(bits::count(&left) as usize)
        } else {
            ranking.counts_only = true;
            let ranked = self.rank_among(query, &left, ranking);
            ranking.counts_only = false;
            ranked.map(|()| ranking.found.len())
        };
        ranking.left = left;
        count
    }

    fn rank_among(&self, query: &TableQuery, left: &[u64], ranking: &mut Ranking) -> Option<()> {
        if query.is_plain() && !self.has_incomplete(left) {
            ones(left).for_each(|column| ranking.push(self, column, 0, 0));
            return Some(());
        }
        let mut columns = ones(left).peekable();
        let mut found = Vec::new();
        while let Some(&first) = columns.peek() {
            let target = self.columns[first].0;
            found.clear();
            let (mut progress, mut least) = (CompletionProgress::default(), u64::MAX);
            while let Some(column) = columns.next_if(|&it| self.columns[it].0 == target) {
                self.complete(query, column, &mut progress, &mut |set, missed| {
                    if missed < least {
                        found.clear();
                        least = missed;
                    }
                    found.push((column, set.to_vec()));
                })?;
            }
            keep_minimal(&mut found);
            ranking.add(self, &found, least);
        }
        Some(())
    }

    /// Whether a query is met in any of these columns; `None` where there is too much to try.
    #[must_use]
    pub fn feasible(&self, query: &TableQuery, columns: &[u64]) -> Option<bool> {
        self.witness(query, columns).map(|witness| witness.is_some())
    }

    /// A column among these, and a set of features and facts that is valid there and meets a query; `None`
    /// where there is too much to try.
    #[must_use]
    pub fn witness(
        &self,
        query: &TableQuery,
        columns: &[u64],
    ) -> Option<Option<(usize, Vec<usize>)>> {
        let mut left = Vec::new();
        self.narrow(query, columns, &mut left);
        let mut tried_all = true;
        for column in ones(&left) {
            if query.is_plain() && !contains(&self.incomplete, column) {
                return Some(Some((column, ones(&query.on).collect())));
            }
            let (mut progress, mut found) = (CompletionProgress::default(), None);
            let tried = self.complete(query, column, &mut progress, &mut |set, _| {
                found.get_or_insert_with(|| ones(set).collect());
            });
            if let Some(set) = found {
                return Some(Some((column, set)));
            }
            tried_all &= tried.is_some();
        }
        tried_all.then_some(None)
    }

    /// Shows each completion of a query in a column.
    fn complete(
        &self,
        query: &TableQuery,
        number: usize,
        progress: &mut CompletionProgress,
        found: &mut dyn FnMut(&[u64], u64),
    ) -> Option<()> {
        let (target, column) = self.columns[number];
        let table = &self.targets[target as usize];
        let column = &table.columns[column as usize];
        Completion { table, column, query, progress }.run(found)
    }
}
