//! The compiled tables of a planner, each worked out once for requests that are alike.

use std::sync::{Arc, Mutex, PoisonError};

use super::terms::fact_terms;
use super::{Planner, Score};
use crate::engine::{ColumnTable, RankedColumn};
use crate::matrix::Level;
use crate::request::{PlatformFacts, Request};

/// The most tables that are kept.
const MOST_TABLES: usize = 32;

/// The most bits of a table, of pairs of features at each target: 64 MB. Where a matrix is that wide and has
/// that many backends, a solver that looks only at what a request asks for takes less time and memory.
const MOST_BITS: usize = 1 << 29;

/// The tables that a planner has compiled so far.
pub(super) type TableCache = Mutex<Vec<(TableKey, Arc<ColumnTable>)>>;

/// What a table depends on beside the matrices.
#[derive(Debug)]
pub(super) struct TableKey {
    accept: Level,
    rules: Vec<String>,
    facts: Vec<String>,
    platform: PlatformFacts,
}

impl TableKey {
    fn is_for(&self, request: &Request, accept: Level) -> bool {
        self.accept == accept
            && self.rules == request.rules
            && self.facts == request.facts
            && self.platform == request.platform
    }
}

impl Planner {
    /// The cells of every target as bits, at an accept level and with the rules and facts of a request; `None`
    /// where they are too many for that.
    pub(super) fn table(&self, request: &Request, accept: Level) -> Option<Arc<ColumnTable>> {
        if !self.has_tables() {
            return None;
        }
        let tables = || self.cache.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |(key, _): &&(TableKey, _)| key.is_for(request, accept);
        if let Some((_, table)) = tables().iter().find(known) {
            return Some(Arc::clone(table));
        }
        let everywhere = self.everywhere(request);
        let targets = self.targets(&everywhere);
        let table = Arc::new(ColumnTable::new(&targets, accept, fact_terms(request).len()));
        let Request { rules, facts, platform, .. } = everywhere;
        let mut tables = tables();
        if tables.len() == MOST_TABLES {
            tables.clear();
        }
        tables.push((TableKey { accept, rules, facts, platform }, Arc::clone(&table)));
        Some(table)
    }

    /// Whether requests are looked up in tables at all.
    pub(super) fn has_tables(&self) -> bool {
        let features = self.catalog().features().len();
        let columns = self.matrices().iter().map(|matrix| {
            let options = matrix.dimension.as_ref().map_or(0, |it| it.options.len());
            matrix.backends.len() * (1 + options)
        });
        let bits = columns.sum::<usize>().saturating_mul(features * features);
        !self.is_by_solver() && bits <= MOST_BITS
    }

    /// The same rules and facts on every backend of every release.
    fn everywhere(&self, request: &Request) -> Request {
        let backends = self.matrices().iter().flat_map(|matrix| &matrix.backends);
        Request {
            backends: backends.map(|backend| backend.id.clone()).collect(),
            releases: self.matrices().iter().map(|matrix| matrix.release.clone()).collect(),
            ..request.clone()
        }
    }

    /// The positions of the targets that a request allows, among those of every matrix, as
    /// [`targets`](Planner::targets) gives them.
    pub(super) fn positions(&self, request: &Request) -> Vec<usize> {
        let targets = self.matrices().iter().flat_map(|matrix| {
            let is_chosen = request.releases.contains(&matrix.release);
            matrix.backends.iter().map(move |it| is_chosen && request.backends.contains(&it.id))
        });
        targets.enumerate().filter(|(_, is_allowed)| *is_allowed).map(|(it, _)| it).collect()
    }
}

impl From<&RankedColumn> for Score {
    fn from(ranked: &RankedColumn) -> Self {
        let [not_applicable, undocumented, experimental, caveat] =
            ranked.counts.map(|it| it as usize);
        Score {
            missed_weight: ranked.missed,
            not_applicable,
            undocumented,
            experimental,
            caveat,
            roles: ranked.roles as usize,
            headroom: ranked.headroom as usize,
        }
    }
}
