//! What is asked of a target in, its largest valid sets of features out.
//!
//! Where features and pairs decide, valid sets are the cliques of the graph of what goes together, and the
//! largest ones are enumerated with pivoting (Bron and Kerbosch, *Algorithm 457: finding all cliques of an
//! undirected graph*, 1973; the pivot of Tomita, Tanaka and Takahashi, 2006).

use fixedbitset::FixedBitSet;

use super::bits::{self, add, contains, insert, intersects, is_clear, is_subset, ones, remove};
use super::query::TargetQuery;
use super::target_table::{TableColumn, TargetTable};
use crate::engine::{EngineQuery, Maximal};
use crate::solve::Deadline;
use crate::target::Catalog;

impl TargetTable {
    /// Every inclusion-maximal set of these features among the valid ones that meet every assumption, of more
    /// than are wanted some; `None` where more than features and pairs decides.
    pub(crate) fn maximal(
        &self,
        catalog: &Catalog,
        asked: &EngineQuery,
        among: &FixedBitSet,
        most: usize,
        deadline: &Deadline,
    ) -> Option<Maximal> {
        let asked = TargetQuery::new(self, catalog, asked)?;
        if !asked.query.is_plain() || !self.columns.iter().all(|it| self.is_of_pairs(it)) {
            return None;
        }
        let mut open = self.no_features();
        among.ones().for_each(|feature| insert(&mut open, feature));
        remove(&mut open, &asked.query.off);
        let mut search = Cliques { table: self, found: Vec::new(), most, deadline, is_whole: true };
        for column in self.columns.iter().filter(|it| asked.allows(it.choice)) {
            let first = search.found.len();
            search.most = most.saturating_add(first);
            search.of_column(column, &asked, &open);
        }
        let Cliques { mut found, is_whole, .. } = search;
        found.sort_unstable();
        found.dedup();
        if self.columns.len() > 1 {
            let all = found.clone();
            found.retain(|set| !all.iter().any(|other| other != set && is_subset(set, other)));
        }
        let complete = is_whole && found.len() <= most;
        found.truncate(most);
        let features = |set: Vec<u64>| {
            let mut features = catalog.no_features();
            features.extend(ones(&set).take_while(|&it| it < self.features));
            features
        };
        Some(Maximal { sets: found.into_iter().map(features).collect(), complete })
    }

    /// Whether features and pairs decide what is valid in a column, once its option applies.
    fn is_of_pairs(&self, column: &TableColumn) -> bool {
        column.rejecting.is_empty() && column.required_any.iter().all(|set| *set == self.when)
    }
}

/// A search for largest sets.
struct Cliques<'t> {
    table: &'t TargetTable,
    found: Vec<Vec<u64>>,
    /// The most sets to hold.
    most: usize,
    deadline: &'t Deadline,
    is_whole: bool,
}

impl Cliques<'_> {
    /// Finds the largest sets of a column. With an option, some feature that makes it apply is on: each is
    /// tried as the first one.
    fn of_column(&mut self, column: &TableColumn, asked: &TargetQuery, among: &[u64]) {
        if column.is_void || asked.query.is_contradictory() {
            return;
        }
        let mut on = asked.query.on.clone();
        if ones(&column.required).any(|it| !contains(&on, it) && !contains(among, it)) {
            return;
        }
        add(&mut on, &column.required);
        let firsts: Vec<Option<usize>> =
            if column.required_any.is_empty() || intersects(&on, &self.table.when) {
                vec![None]
            } else {
                ones(&self.table.when).map(Some).collect()
            };
        for first in firsts {
            let mut on = on.clone();
            if let Some(first) = first {
                if !contains(among, first) {
                    continue;
                }
                insert(&mut on, first);
            }
            let mut open = among.to_vec();
            remove(&mut open, &on);
            remove(&mut open, &column.rejected);
            let rejects = |feature| intersects(self.table.rejected_with.row(feature), &on);
            let excluded = intersects(&on, &column.rejected)
                || intersects(&on, &asked.query.off)
                || ones(&on).any(rejects);
            if excluded {
                continue;
            }
            ones(&on).for_each(|it| remove(&mut open, self.table.rejected_with.row(it)));
            let done = self.table.no_features();
            self.extend(&mut on, open, done);
        }
    }

    /// Adds features that are open, each in turn; what is done was added before, and a set that it still goes
    /// with is not a largest one.
    fn extend(&mut self, on: &mut Vec<u64>, mut open: Vec<u64>, mut done: Vec<u64>) {
        if is_clear(&open) {
            if is_clear(&done) {
                self.found.push(on.clone());
                self.is_whole &= self.found.len() <= self.most;
            }
            return;
        }
        let rejected_with = &self.table.rejected_with;
        let apart = |&feature: &usize| bits::count_common(&open, rejected_with.row(feature));
        // A largest set holds the pivot or something that does not go with it.
        let Some(pivot) = ones(&open).chain(ones(&done)).min_by_key(apart) else { return };
        let mut branch = rejected_with.row(pivot).to_vec();
        insert(&mut branch, pivot);
        bits::keep(&mut branch, &open);
        for feature in ones(&branch) {
            if !self.is_whole || self.deadline.has_passed() {
                self.is_whole = false;
                return;
            }
            let without = |set: &[u64]| {
                let mut set = set.to_vec();
                remove(&mut set, rejected_with.row(feature));
                bits::take_out(&mut set, feature);
                set
            };
            let (more, before) = (without(&open), without(&done));
            insert(on, feature);
            self.extend(on, more, before);
            bits::take_out(on, feature);
            bits::take_out(&mut open, feature);
            insert(&mut done, feature);
        }
    }
}
