//! The terms of a request in, every minimal set of them whose removal helps out, and every minimal one that
//! fails.
//!
//! A column is helped by the minimal hitting sets of its [`Failures`]. What helps somewhere is minimal if no
//! other column is helped by less; and the conflicts are the minimal hitting sets of what helps.

use super::bits::contains;
use super::column_table::ColumnTable;
use super::failures::Failures;
use super::term::TableTerm;
use super::transversals::{minimal_transversals, steps};

/// Why a table does not give term sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTermSets {
    /// The corrections are more than are wanted, or than can be found in a moment.
    TooMany,
    /// More than a table knows decides.
    Unknown,
}

/// Every minimal set of terms whose removal helps, and every minimal one that fails, each as bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermSets {
    /// By number of terms, then by these.
    pub corrections: Vec<u64>,
    /// By number of terms, then by these; `None` where they are more than are wanted, or than can be found in a
    /// moment.
    pub conflicts: Option<Vec<u64>>,
}

impl ColumnTable {
    /// Every minimal correction and conflict of some terms in these columns.
    ///
    /// # Errors
    ///
    /// Where the corrections are more than are wanted, or a table cannot tell.
    pub fn term_sets(
        &self,
        terms: &[TableTerm],
        columns: &[u64],
        most: usize,
    ) -> Result<TermSets, NoTermSets> {
        let failures = self.failures(terms, columns).ok_or(NoTermSets::Unknown)?;
        let corrections = corrections(failures, most).ok_or(NoTermSets::TooMany)?;
        let conflicts = conflicts(&corrections, most);
        Ok(TermSets { corrections, conflicts })
    }
}

impl ColumnTable {
    /// Every minimal set of terms, by position, that fails in these columns, of however many terms; `None` unless
    /// they are about one column in which features and pairs decide.
    #[must_use]
    pub fn conflicts_in_one(
        &self,
        terms: &[TableTerm],
        columns: &[u64],
    ) -> Option<Vec<Vec<usize>>> {
        let column = self.only_settled(terms, columns)?;
        let fails_alone = |term: &TableTerm| match term {
            TableTerm::On(feature) => contains(self.rejecting(*feature), column),
            TableTerm::NotIn(not) => contains(not, column),
            TableTerm::Off(off) => self
                .required
                .iter()
                .any(|(feature, columns)| contains(off, *feature) && contains(columns, column)),
            TableTerm::Group(_) => true,
        };
        let fail_together = |a: &TableTerm, b: &TableTerm| match (a, b) {
            (TableTerm::On(a), TableTerm::On(b)) if a != b => {
                contains(self.rejecting_pair(*a, *b), column)
            }
            (TableTerm::On(on), TableTerm::Off(off)) | (TableTerm::Off(off), TableTerm::On(on)) => {
                contains(off, *on)
            }
            _ => false,
        };
        let alone: Vec<bool> = terms.iter().map(fails_alone).collect();
        let one = |term: usize| alone[term].then(|| vec![term]);
        let mut found: Vec<Vec<usize>> = (0..terms.len()).filter_map(one).collect();
        let others: Vec<usize> = (0..terms.len()).filter(|&term| !alone[term]).collect();
        for (i, &high) in others.iter().enumerate() {
            let failing =
                others[..i].iter().filter(|&&low| fail_together(&terms[low], &terms[high]));
            found.extend(failing.map(|&low| vec![low, high]));
        }
        Some(found)
    }
}

/// Sets of terms in the order of answers: fewer terms first, then by their positions.
fn by_size(set: &u64) -> (u32, std::cmp::Reverse<u64>) {
    // Of two sets of one size, that with the lowest bit which only one has comes first.
    (set.count_ones(), std::cmp::Reverse(set.reverse_bits()))
}

/// Every minimal set of terms without which some column has no failure; `None` where they are too many.
fn corrections(mut failures: Vec<Failures>, most: usize) -> Option<Vec<u64>> {
    for Failures { sets, .. } in &mut failures {
        sets.sort_unstable();
        sets.dedup();
    }
    // Columns with few failures first: what helps them is small, and rules out much of what helps others.
    failures.sort_unstable_by(|a, b| (a.sets.len(), &a.sets).cmp(&(b.sets.len(), &b.sets)));
    failures.dedup();
    let mut steps = steps();
    let mut known: Vec<u64> = Vec::new();
    for Failures { sets, keep_any } in &failures {
        let mut found = Vec::new();
        let holds_known = |set: u64| known.iter().any(|known| known & !set == 0);
        minimal_transversals(sets, &mut steps, &mut { holds_known }, &mut |set| found.push(set))?;
        found.retain(|set| *keep_any == 0 || keep_any & !set != 0);
        known.retain(|known| !found.iter().any(|set| set & !known == 0));
        known.extend(found);
        if known.len() > most {
            return None;
        }
    }
    known.sort_unstable_by_key(by_size);
    Some(known)
}

/// Every minimal set of terms that meets each correction; `None` where they are too many.
fn conflicts(corrections: &[u64], most: usize) -> Option<Vec<u64>> {
    let mut conflicts = Vec::new();
    let mut steps = steps();
    let mut add = |set| conflicts.push(set);
    minimal_transversals(corrections, &mut steps, &mut |_| false, &mut add)?;
    conflicts.sort_unstable_by_key(by_size);
    (conflicts.len() <= most).then_some(conflicts)
}
