//! A query in, its configurations as numbers out, best first.

use std::cmp::Ordering;

use itertools::Itertools;

use super::bits::{self, contains, intersects, ones};
use super::column_counts::CountScratch;
use super::column_table::ColumnTable;
use super::completion::{Completion, CompletionProgress, keep_minimal};
use super::headroom::HeadroomScratch;
use super::query::TableQuery;
use super::valid_sets::ValidSets;

/// The most combinations of variants that are looked at for one request.
const MOST_COMBINED: usize = 64;

/// The most headroom that a key tells apart.
const MOST_HEADROOM: u64 = (1 << 12) - 2;

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

impl RankedColumn {
    /// The score in one word, as far as it fits: of two configurations, that with the lower key is better.
    fn key(&self) -> u64 {
        let [not_applicable, undocumented, experimental, caveat] = self.counts.map(u64::from);
        let values = [
            (self.missed, 8),
            (not_applicable, 7),
            (undocumented, 9),
            (experimental, 12),
            (caveat, 12),
            (u64::from(self.roles), 4),
            (MOST_HEADROOM.saturating_sub(u64::from(self.headroom)), 12),
        ];
        let mut key = 0;
        let mut left = u64::BITS;
        for (value, bits) in values {
            left -= bits;
            let most = (1 << bits) - 1;
            if value >= most {
                // What comes after a value that does not fit is for a whole comparison.
                return key | most << left;
            }
            key |= value << left;
        }
        key
    }
}

/// Configurations, best first, and what was worked in to find them.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    found: Vec<RankedColumn>,
    sorted: Vec<RankedColumn>,
    /// What is found, in order: the key of each, and its place in `found`.
    order: Vec<(u64, u32)>,
    valid: ValidSets,
    left: Vec<u64>,
    with: TableQuery,
    counting: CountScratch,
    headroom: HeadroomScratch,
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
        self.valid.set(ranked.set as usize)
    }

    /// Scores every set in every column where it is valid.
    fn score(&mut self, table: &ColumnTable) {
        self.found.clear();
        for number in 0..self.valid.len() {
            let set = self.valid.set(number);
            table.counts.begin(set, &mut self.counting);
            // Headroom is the same in all columns of a target, which are next to each other.
            let mut headroom_of = (u32::MAX, 0);
            for (word, &columns) in self.valid.columns(number).iter().enumerate() {
                if columns == 0 {
                    continue;
                }
                table.counts.count(word, columns, &mut self.counting);
                for bit in ones(&[columns]) {
                    let column = word * u64::BITS as usize + bit;
                    let (position, choice) = table.columns[column];
                    let target = &table.targets[position as usize];
                    if headroom_of.0 != position {
                        headroom_of = (position, target.headroom(set, &mut self.headroom));
                    }
                    let counts = table.counts.counts(set, column, &target.variants, &self.counting);
                    self.found.push(RankedColumn {
                        column: column as u32,
                        set: number as u32,
                        missed: self.valid.missed(number),
                        counts,
                        roles: target.columns[choice as usize].roles as u32,
                        headroom: headroom_of.1,
                    });
                }
            }
        }
    }

    fn sort(&mut self, table: &ColumnTable) {
        let mut order = std::mem::take(&mut self.order);
        let found = std::mem::take(&mut self.found);
        order.clear();
        order.extend(found.iter().zip(0..).map(|(it, place): (_, u32)| (it.key(), place)));
        order.sort_unstable_by(|(a, i), (b, j)| {
            let whole = || self.compare(table, &found[*i as usize], &found[*j as usize]);
            a.cmp(b).then_with(whole)
        });
        self.sorted.clear();
        self.sorted.extend(order.iter().map(|&(_, place)| found[place as usize]));
        (self.order, self.found) = (order, found);
        std::mem::swap(&mut self.found, &mut self.sorted);
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
        self.find(query, columns, ranking)?;
        ranking.score(self);
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
        self.find(query, columns, ranking)?;
        Some(ranking.valid.count())
    }

    /// Finds the valid sets, and the columns of each.
    fn find(&self, query: &TableQuery, columns: &[u64], ranking: &mut Ranking) -> Option<()> {
        let Ranking { valid, left, with, .. } = ranking;
        valid.clear(query.on.len(), columns.len());
        self.narrow(query, columns, left);
        if !query.wants.is_empty() || self.may_force(query, left) {
            return self.complete_all(query, left, valid);
        }
        if query.groups.is_empty() {
            self.add_valid(query, left, valid);
        } else {
            let variants = |&group: &usize| self.variants(group).collect::<Vec<_>>();
            let choices: Vec<Vec<usize>> = query.groups.iter().map(variants).collect();
            if choices.iter().map(Vec::len).product::<usize>() > MOST_COMBINED {
                return self.complete_all(query, left, valid);
            }
            for choice in choices.into_iter().multi_cartesian_product() {
                with.clone_from(query);
                with.groups.clear();
                choice.into_iter().for_each(|variant| with.require(variant));
                self.narrow(with, columns, left);
                self.add_valid(with, left, valid);
            }
        }
        valid.keep_minimal(&self.columns);
        Some(())
    }

    /// Takes in what is asked, with what the definitions of each of these columns add.
    fn add_valid(&self, query: &TableQuery, left: &mut [u64], valid: &mut ValidSets) {
        let missing = self.required.iter().filter(|(feature, _)| !contains(&query.on, *feature));
        let mut adds = false;
        for (feature, columns) in missing {
            if contains(&query.off, *feature) {
                bits::remove(left, columns);
            }
            adds |= intersects(left, columns);
        }
        if !adds {
            return valid.add(&query.on, left);
        }
        for column in ones(left) {
            let (target, number) = self.columns[column];
            let required = &self.targets[target as usize].columns[number as usize].required;
            valid.add_one(&query.on, required, column);
        }
    }

    /// Completes what is asked in one column after the other.
    fn complete_all(&self, query: &TableQuery, left: &[u64], valid: &mut ValidSets) -> Option<()> {
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
            found.iter().for_each(|(column, set)| valid.add_missing(set, *column, least));
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
