//! Targets in, what is rejected in each of their columns as rows of bits out.

use std::cmp::Reverse;

use itertools::Itertools;

use super::bits::{self, BitRows, insert, intersects, ones, pair};
use super::column_counts::ColumnCounts;
use super::query::TableQuery;
use super::target_table::TargetTable;
use crate::matrix::Level;
use crate::target::Target;

/// Every column of some targets, in the order in which equal plans are listed.
#[derive(Clone, Debug)]
pub struct ColumnTable {
    /// In listing order: the newest release first, then by backend.
    pub(super) targets: Vec<TargetTable>,
    /// Where each of them was among the given targets.
    positions: Vec<usize>,
    /// The target of each column, and its number there.
    pub(super) columns: Vec<(u32, u32)>,
    /// The number of features and facts.
    bits: usize,
    /// Per feature, the columns in which it is rejected alone.
    rejected: BitRows,
    /// Per pair of features, in a lower triangle, the columns in which it is rejected.
    rejected_pairs: BitRows,
    /// The columns in which something is valid.
    live: Vec<u64>,
    /// The columns with an option that only a request makes apply.
    following: Vec<u64>,
    /// Per feature, the columns of `following` that it makes apply.
    opened: BitRows,
    /// The columns in which more than features and pairs decides.
    pub(super) incomplete: Vec<u64>,
    /// The columns in which a further cell may count, or something be missing, whatever is asked.
    unsettled: Vec<u64>,
    /// Per feature, the columns in which a further cell may count where it is asked for.
    triggered: BitRows,
    /// The features that the definitions of columns require, each with those columns.
    pub(super) required: Vec<(usize, Vec<u64>)>,
    pub(super) counts: ColumnCounts,
}

impl ColumnTable {
    /// Compiles targets of one catalog at an accept level, for requests that ask for at most so many facts.
    #[must_use]
    pub fn new(targets: &[Target<'_>], accept: Level, facts: usize) -> Self {
        let listed = |&position: &usize| {
            let target = &targets[position];
            (Reverse(target.release()), &target.backend().id)
        };
        let positions = (0..targets.len()).sorted_by_key(listed).collect_vec();
        let tables =
            positions.iter().map(|&it| TargetTable::new(&targets[it], accept, facts)).collect_vec();
        let features = targets.first().map_or(0, |it| it.catalog().features().len());
        let mut table = ColumnTable::of(tables, positions, features + facts);
        table.add_counts(targets, accept);
        table
    }

    fn of(targets: Vec<TargetTable>, positions: Vec<usize>, bits: usize) -> Self {
        let mut columns = Vec::new();
        for (target, table) in targets.iter().enumerate() {
            columns.extend((0..table.columns.len()).map(|column| (target as u32, column as u32)));
        }
        let width = columns.len();
        let none = vec![0; bits::words(width)];
        let mut table = ColumnTable {
            bits,
            rejected: BitRows::new(bits, width),
            rejected_pairs: BitRows::new(bits::pairs(bits), width),
            live: none.clone(),
            following: none.clone(),
            opened: BitRows::new(bits, width),
            incomplete: none.clone(),
            unsettled: none,
            triggered: BitRows::new(bits, width),
            required: Vec::new(),
            counts: ColumnCounts::new(None, 0),
            columns,
            targets,
            positions,
        };
        for column in 0..width {
            table.add_column(column);
        }
        table
    }

    /// Sets the bits of one column in every row.
    fn add_column(&mut self, number: usize) {
        let (target, column) = self.columns[number];
        let table = &self.targets[target as usize];
        let column = &table.columns[column as usize];
        if !column.is_void {
            insert(&mut self.live, number);
        }
        let follows = column.choice.is_some() && table.options_follow;
        if follows {
            insert(&mut self.following, number);
            ones(&table.when).for_each(|feature| insert(self.opened.row_mut(feature), number));
        }
        if column.needs_completion() {
            insert(&mut self.incomplete, number);
        }
        // What makes an option apply that follows is asked for wherever the column is looked at.
        if !column.required_any.iter().all(|set| follows && *set == table.when) {
            insert(&mut self.unsettled, number);
        }
        for condition in &column.rejecting {
            match condition.trigger(&table.variants, &column.required) {
                Some(trigger) => {
                    ones(&trigger).for_each(|it| insert(self.triggered.row_mut(it), number));
                }
                None => insert(&mut self.unsettled, number),
            }
        }
        for feature in ones(&column.required) {
            let known = self.required.iter().position(|(known, _)| *known == feature);
            let place = known.unwrap_or_else(|| {
                self.required.push((feature, vec![0; self.live.len()]));
                self.required.len() - 1
            });
            insert(&mut self.required[place].1, number);
        }
        ones(&column.rejected).for_each(|feature| insert(self.rejected.row_mut(feature), number));
        for high in 0..self.bits {
            for low in ones(table.rejected_with.row(high)).take_while(|&low| low < high) {
                insert(self.rejected_pairs.row_mut(pair(low, high)), number);
            }
        }
    }

    /// Takes in what scores count of the cells of targets.
    fn add_counts(&mut self, targets: &[Target<'_>], accept: Level) {
        self.counts = ColumnCounts::new(targets.first(), self.columns.len());
        let mut first = 0;
        for (table, &position) in self.targets.iter_mut().zip(&self.positions) {
            let end = first + table.columns.len();
            self.counts.add_target(&targets[position], accept, first, end);
            let columns = table.columns.iter_mut().enumerate();
            columns.for_each(|(i, column)| self.counts.add_column(first + i, column));
            first = end;
        }
    }

    /// Whether a further cell may count in some of these columns, or something be missing that a definition
    /// asks for beside single features.
    pub(super) fn may_force(&self, query: &TableQuery, columns: &[u64]) -> bool {
        let variants = query.groups.iter().flat_map(|&group| self.variants(group));
        let mut members = query.members.iter().copied().chain(variants);
        intersects(columns, &self.unsettled)
            || members.any(|member| intersects(columns, self.triggered.row(member)))
    }

    /// The number of features and facts that a query can be about.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// The position of a column's target among the targets that the table was compiled from.
    #[must_use]
    pub fn position(&self, column: usize) -> usize {
        self.positions[self.columns[column].0 as usize]
    }

    /// The option of a column.
    #[must_use]
    pub fn choice(&self, column: usize) -> Option<usize> {
        let (target, column) = self.columns[column];
        self.targets[target as usize].columns[column as usize].choice
    }

    /// The columns that pass a test on the position of their target and their option.
    #[must_use]
    pub fn columns_where(&self, keep: impl Fn(usize, Option<usize>) -> bool) -> Vec<u64> {
        let mut kept = vec![0; self.live.len()];
        for column in 0..self.columns.len() {
            if keep(self.position(column), self.choice(column)) {
                insert(&mut kept, column);
            }
        }
        kept
    }

    /// Narrows columns to those that do not reject a query by a feature or a pair, nor have an option for
    /// nothing.
    pub(super) fn narrow(&self, query: &TableQuery, columns: &[u64], left: &mut Vec<u64>) {
        left.clear();
        if query.is_contradictory() {
            left.resize(columns.len(), 0);
            return;
        }
        left.extend(columns.iter().zip(&self.live).map(|(column, live)| column & live));
        if !bits::is_clear(&self.following) {
            self.drop_options(query, left);
        }
        for (i, &member) in query.members.iter().enumerate() {
            bits::remove(left, self.rejected.row(member));
            for &other in &query.members[..i] {
                bits::remove(left, self.rejected_pairs.row(pair(member, other)));
            }
        }
    }

    /// Leaves out the columns with an option that the query does not make apply.
    fn drop_options(&self, query: &TableQuery, left: &mut [u64]) {
        if query.is_plain() {
            return self.keep_opened(&query.members, left);
        }
        let of_groups = query.groups.iter().flat_map(|&group| self.variants(group));
        let wanted = query.wants.iter().flat_map(|(want, _)| ones(want));
        let members = of_groups.chain(wanted).chain(query.members.iter().copied()).collect_vec();
        self.keep_opened(&members, left);
    }

    /// The variants of a group.
    pub(super) fn variants(&self, group: usize) -> impl Iterator<Item = usize> {
        ones(self.targets.first().map_or(&[][..], |it| it.variants.row(group)))
    }

    /// Leaves out the columns with an option that none of these features makes apply.
    pub(super) fn keep_opened(&self, members: &[usize], left: &mut [u64]) {
        for (word, (left, following)) in left.iter_mut().zip(&self.following).enumerate() {
            let opened = members.iter().map(|&member| self.opened.word(member, word));
            *left &= !following | opened.fold(0, |all, some| all | some);
        }
    }

    /// Leaves out the columns in which, beside these features, a further cell may count, or something be missing
    /// that a definition asks for beside single features.
    pub(super) fn keep_settled(&self, members: &[usize], left: &mut [u64]) {
        bits::remove(left, &self.unsettled);
        members.iter().for_each(|&member| bits::remove(left, self.triggered.row(member)));
    }

    /// The columns with an option that only a request makes apply.
    pub(super) fn following(&self) -> &[u64] {
        &self.following
    }

    /// Of these, those that a feature makes apply.
    pub(super) fn opening(&self, feature: usize) -> &[u64] {
        self.opened.row(feature)
    }

    /// The columns in which something is valid.
    pub(super) fn live(&self) -> &[u64] {
        &self.live
    }

    /// The columns in which a feature is rejected alone.
    pub(super) fn rejecting(&self, feature: usize) -> &[u64] {
        self.rejected.row(feature)
    }

    /// The columns in which two features are rejected together.
    pub(super) fn rejecting_pair(&self, a: usize, b: usize) -> &[u64] {
        self.rejected_pairs.row(pair(a, b))
    }
}
