//! A planner's cache: names, and targets as far as no request changes them, each worked out once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::tables::TableCache;
use crate::request::NameCache;
use crate::target::{CellIndex, MatrixLayout, Target};

/// A target by the positions of its matrix and backend, and the rule sets that count.
type TargetKey = (usize, usize, Vec<String>);

/// The names and targets that a planner has worked out so far. A copy starts anew.
#[derive(Debug, Default)]
pub(super) struct PlannerCache {
    /// Names of features and groups in the spellings that were asked for.
    pub(super) names: NameCache,
    /// The layouts of matrices, by their positions.
    layouts: Mutex<HashMap<usize, Arc<MatrixLayout>>>,
    targets: Mutex<HashMap<TargetKey, Arc<CellIndex>>>,
    /// The cells of all targets as bits.
    pub(super) tables: TableCache,
}

impl Clone for PlannerCache {
    fn clone(&self) -> Self {
        PlannerCache::default()
    }
}

impl PlannerCache {
    /// The layout that the targets of a matrix share; worked out where it is not known yet.
    pub(super) fn layout(
        &self,
        matrix: usize,
        work_out: impl FnOnce() -> MatrixLayout,
    ) -> Arc<MatrixLayout> {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(layouts.entry(matrix).or_insert_with(|| Arc::new(work_out())))
    }

    /// The cell index of a target; compiled where it is not known yet.
    pub(super) fn target<'m>(
        &self,
        key: TargetKey,
        compile: impl FnOnce() -> Target<'m>,
    ) -> Arc<CellIndex> {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(targets.entry(key).or_insert_with(|| compile().index()))
    }
}
