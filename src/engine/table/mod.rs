//! The fast path of the engine: the cells of targets as bits, compiled once for many queries.
//!
//! A *column* is a target with one of its options, or without one. Per feature, and per pair of features, a row
//! of bits says in which columns it is rejected, so that a few ANDs over rows leave the columns that allow a
//! request, however many there are. What decides beside pairs is looked at column by column
//! ([`completion`]); what a score counts is added up for all columns at once ([`column_counts`]).
//!
//! Everything is compiled from [`Target`]s. SAT is the reference: where a table answers, both give the same.

mod bits;
mod column_counts;
mod column_table;
mod completion;
mod condition;
mod conflicts;
mod failures;
mod headroom;
mod maximal;
mod query;
mod ranking;
mod target_table;
mod term;
mod transversals;
mod valid_sets;
mod wishes;

use fixedbitset::FixedBitSet;

use super::EngineQuery;
use crate::target::{Catalog, Target};
use bits::ones;
use completion::{Completion, CompletionProgress, keep_minimal};
use query::TargetQuery;

pub use column_table::ColumnTable;
pub use conflicts::{NoTermSets, TermSets};
pub use query::TableQuery;
pub use ranking::{RankedColumn, Ranking};
pub use target_table::TargetTable;
pub use term::TableTerm;

impl TargetTable {
    /// Every inclusion-minimal feature set among the valid ones that meet every assumption, ascending;
    /// `None` where there is too much to try.
    pub(super) fn minimal(
        &self,
        catalog: &Catalog,
        asked: &EngineQuery,
    ) -> Option<Vec<FixedBitSet>> {
        let mut found = Vec::new();
        let mut least = u64::MAX;
        self.complete(catalog, asked, &mut |set, missed| {
            if missed < least {
                found.clear();
                least = missed;
            }
            found.push((0, set.to_vec()));
        })?;
        keep_minimal(&mut found);
        let features = |(_, set): (usize, Vec<u64>)| {
            let mut features = catalog.no_features();
            features.extend(ones(&set).take_while(|&it| it < self.features));
            features
        };
        Some(found.into_iter().map(features).collect())
    }

    /// Whether some valid configuration meets every assumption; `None` where there is too much to try.
    pub(super) fn feasible(&self, catalog: &Catalog, asked: &EngineQuery) -> Option<bool> {
        let mut any = false;
        let tried_all = self.complete(catalog, asked, &mut |_, _| any = true);
        tried_all.map(|()| any).or(any.then_some(true))
    }

    fn complete(
        &self,
        catalog: &Catalog,
        asked: &EngineQuery,
        found: &mut dyn FnMut(&[u64], u64),
    ) -> Option<()> {
        let asked = TargetQuery::new(self, catalog, asked)?;
        let mut progress = CompletionProgress::default();
        let is_asked = self.makes_option_apply(&asked.query);
        for column in &self.columns {
            let follows = column.choice.is_none() || is_asked || !self.options_follow;
            if follows && asked.allows(column.choice) {
                let query = &asked.query;
                let progress = &mut progress;
                Completion { table: self, column, query, progress }.run(found)?;
            }
        }
        Some(())
    }

    /// Whether a request makes the dimension apply.
    fn makes_option_apply(&self, query: &TableQuery) -> bool {
        let groups = query.groups.iter().map(|&group| self.variants.row(group));
        let wants = query.wants.iter().map(|(want, _)| &want[..]);
        groups.chain(wants).chain([&query.on[..]]).any(|set| bits::intersects(set, &self.when))
    }

    /// The number of facts that the cells of some targets are about.
    #[must_use]
    pub fn facts<'t>(targets: impl IntoIterator<Item = &'t Target<'t>>) -> usize {
        let literals =
            targets.into_iter().flat_map(Target::conditionals).flat_map(|it| &it.literals);
        let facts = literals.filter_map(|literal| match literal.atom {
            crate::target::Atom::Fact(fact) => Some(fact + 1),
            _ => None,
        });
        facts.max().unwrap_or(0)
    }
}
