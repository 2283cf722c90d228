//! What is asked of a target in, its largest valid sets of features out.
//!
//! Where features and pairs decide, valid sets are the cliques of the graph of what goes together, and the
//! largest ones are enumerated with pivoting (Bron and Kerbosch, *Algorithm 457: finding all cliques of an
//! undirected graph*, 1973; the pivot of Tomita, Tanaka and Takahashi, 2006).

use fixedbitset::FixedBitSet;

use super::bits::{
    self, add, contains, insert, intersects, is_clear, is_subset, ones, padded, remove,
};
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
        let (mut sets, total) = match super::bits::words(self.bits) {
            0 | 1 => Cliques::<1>::run(self, &asked, among, (most, deadline)),
            2 => Cliques::<2>::run(self, &asked, among, (most, deadline)),
            3 | 4 => Cliques::<4>::run(self, &asked, among, (most, deadline)),
            5..=16 => Cliques::<16>::run(self, &asked, among, (most, deadline)),
            _ => return None,
        };
        let is_whole = total == Some(sets.len() as u128);
        let complete = is_whole && sets.len() <= most;
        sets.truncate(most);
        let at_least = sets.len() as u128;
        Some(Maximal { sets, complete, total: total.unwrap_or(at_least), exact: total.is_some() })
    }

    /// Whether features and pairs decide what is valid in a column, once its option applies.
    fn is_of_pairs(&self, column: &TableColumn) -> bool {
        column.rejecting.is_empty() && column.required_any.iter().all(|set| *set == self.when)
    }
}

/// The most largest sets among features that do not fall apart into smaller parts, where they are counted.
const MOST_OF_PART: usize = 100_000;

/// A search for largest sets, which have so many words.
struct Cliques<'t, const WORDS: usize> {
    /// Per feature, the others with which its pair is rejected.
    rejected_with: Vec<[u64; WORDS]>,
    found: Vec<[u64; WORDS]>,
    /// The most sets to hold.
    most: usize,
    deadline: &'t Deadline,
    is_whole: bool,
}

impl<'t, const WORDS: usize> Cliques<'t, WORDS> {
    /// The largest sets of all columns, ascending, and how many there are, where that is known.
    fn run(
        table: &'t TargetTable,
        asked: &TargetQuery,
        among: &FixedBitSet,
        (most, deadline): (usize, &'t Deadline),
    ) -> (Vec<FixedBitSet>, Option<u128>) {
        let mut open = [0; WORDS];
        among.ones().for_each(|feature| insert(&mut open, feature));
        remove(&mut open, &asked.query.off);
        let rows = (0..table.bits).map(|feature| padded(table.rejected_with.row(feature)));
        let rejected_with = rows.collect();
        let mut search =
            Cliques { rejected_with, found: Vec::new(), most, deadline, is_whole: true };
        let columns = table.columns.iter().filter(|it| asked.allows(it.choice));
        let starts: Vec<_> = columns.flat_map(|it| search.starts(table, it, asked, open)).collect();
        for &(on, open) in &starts {
            search.most = most.saturating_add(search.found.len());
            search.extend(on, open, [0; WORDS]);
        }
        let Cliques { found, is_whole, .. } = &mut search;
        let mut found = std::mem::take(found);
        found.sort_unstable();
        found.dedup();
        if starts.len() > 1 {
            let all = found.clone();
            found.retain(|set| !all.iter().any(|other| other != set && is_subset(set, other)));
        }
        let total = match starts[..] {
            _ if *is_whole => Some(found.len() as u128),
            [(_, open)] => search.count(open),
            _ => None,
        };
        let features = |set: [u64; WORDS]| {
            let mut features = FixedBitSet::with_capacity(table.features);
            features.extend(ones(&set).take_while(|&it| it < table.features));
            features
        };
        (found.into_iter().map(features).collect(), total)
    }

    /// What is on in a column whatever is added, each time with the features that can be added. With an option,
    /// some feature that makes it apply is on: each is tried as the first one.
    fn starts(
        &self,
        table: &TargetTable,
        column: &TableColumn,
        asked: &TargetQuery,
        among: [u64; WORDS],
    ) -> Vec<([u64; WORDS], [u64; WORDS])> {
        if column.is_void || asked.query.is_contradictory() {
            return Vec::new();
        }
        let mut on: [u64; WORDS] = padded(&asked.query.on);
        if ones(&column.required).any(|it| !contains(&on, it) && !contains(&among, it)) {
            return Vec::new();
        }
        add(&mut on, &column.required);
        let firsts: Vec<Option<usize>> =
            if column.required_any.is_empty() || intersects(&on, &table.when) {
                vec![None]
            } else {
                ones(&table.when).filter(|&first| contains(&among, first)).map(Some).collect()
            };
        let start = |first: Option<usize>| {
            let mut on = on;
            first.iter().for_each(|&first| insert(&mut on, first));
            let rejects = |feature: usize| intersects(&self.rejected_with[feature], &on);
            let excluded = intersects(&on, &column.rejected)
                || intersects(&on, &asked.query.off)
                || ones(&on).any(rejects);
            let mut open = among;
            remove(&mut open, &on);
            remove(&mut open, &column.rejected);
            ones(&on).for_each(|it| remove(&mut open, &self.rejected_with[it]));
            (!excluded).then_some((on, open))
        };
        firsts.into_iter().filter_map(start).collect()
    }

    /// Counts the largest sets of open features: those of features that nothing rejects together are any
    /// combination of what is largest among each. `None` where even these are too many, or too large a number.
    fn count(&mut self, mut open: [u64; WORDS]) -> Option<u128> {
        let mut total = 1_u128;
        self.most = MOST_OF_PART;
        self.is_whole = true;
        while let Some(first) = bits::first(&open) {
            let (mut part, mut next) = ([0; WORDS], [0; WORDS]);
            insert(&mut next, first);
            while let Some(feature) = bits::first(&next) {
                insert(&mut part, feature);
                add(&mut next, &self.rejected_with[feature]);
                bits::keep(&mut next, &open);
                remove(&mut next, &part);
            }
            remove(&mut open, &part);
            self.found.clear();
            self.extend([0; WORDS], part, [0; WORDS]);
            total = total.checked_mul(self.found.len() as u128).filter(|_| self.is_whole)?;
        }
        self.found.clear();
        Some(total)
    }

    /// Adds features that are open, each in turn; what is done was added before, and a set that it still goes
    /// with is not a largest one.
    fn extend(&mut self, on: [u64; WORDS], mut open: [u64; WORDS], mut done: [u64; WORDS]) {
        if is_clear(&open) {
            if is_clear(&done) {
                self.found.push(on);
                self.is_whole &= self.found.len() <= self.most;
            }
            return;
        }
        // A largest set holds the pivot or something that does not go with it: the less that is, the better.
        let (mut pivot, mut least) = (0, u32::MAX);
        for feature in ones(&done).chain(ones(&open)) {
            let apart = bits::count_common(&open, &self.rejected_with[feature]);
            if apart < least {
                (pivot, least) = (feature, apart);
            }
            if apart == 0 {
                break;
            }
        }
        let mut branch = self.rejected_with[pivot];
        insert(&mut branch, pivot);
        bits::keep(&mut branch, &open);
        for feature in ones(&branch) {
            if !self.is_whole || self.deadline.has_passed() {
                self.is_whole = false;
                return;
            }
            let without = |mut set: [u64; WORDS]| {
                remove(&mut set, &self.rejected_with[feature]);
                bits::take_out(&mut set, feature);
                set
            };
            let (more, before) = (without(open), without(done));
            let mut with = on;
            insert(&mut with, feature);
            self.extend(with, more, before);
            bits::take_out(&mut open, feature);
            insert(&mut done, feature);
        }
    }
}
