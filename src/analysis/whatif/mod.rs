//! What if: the same request before and after changes to the matrix, to the request or to the
//! release.
//!
//! [`CellEdit`] reads and makes changes to the matrix, [`RequestEdit`] those to the request;
//! [`compare`] answers both requests and says what was gained, lost and moved, and which cells made
//! the difference; where the release is another one, with a checklist of what that asks of the plans.

mod checklist;
mod compare;
mod edit;
mod request;

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Release, Term};
use crate::plan::{MatrixRef, Notice, Outcome, Plan, Score};

pub use checklist::ChecklistItem;
pub(super) use checklist::checklist;
pub use compare::{Side, compare};
pub use edit::{CellEdit, apply};
pub use request::RequestEdit;

/// A request before and after changes. Serialises as `dynamo-plan/whatif/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhatIf {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices of both answers, oldest release first, as they were read.
    pub matrices: Vec<MatrixRef>,
    /// The changes, in the order given.
    pub changes: Vec<Change>,
    /// The answer without the changes.
    pub before: Outcome,
    /// The answer with them.
    pub after: Outcome,
    /// The plans that only the answer with the changes has, best first.
    pub gained: Vec<Difference>,
    /// The plans that only the answer without them has, best first.
    pub lost: Vec<Difference>,
    /// The plans of both answers that changed in rank, level or score, in the order of the new
    /// rank.
    pub moved: Vec<Moved>,
    /// What an upgrade changes for the plans, what fails silently first; nothing without another release.
    pub checklist: Vec<ChecklistItem>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// Something that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// A cell of the matrix.
    Cell {
        /// The release.
        release: Option<Release>,
        /// The backend's id.
        backend: String,
        /// The cell's terms.
        terms: Vec<Term>,
        /// Its state before; `None` where there was no such cell.
        before: Option<CellState>,
        /// Its state after.
        after: CellState,
    },
    /// A need that was added.
    Add {
        /// The feature or group.
        value: String,
    },
    /// A term that was dropped.
    Drop {
        /// The term, as conflicts name it.
        value: Term,
    },
    /// Another accept level.
    Accept {
        /// The level before.
        before: Level,
        /// The level after.
        after: Level,
    },
    /// Other releases.
    Release {
        /// The releases before.
        before: Vec<Option<Release>>,
        /// The releases after.
        after: Vec<Option<Release>>,
    },
    /// Another pattern or platform fact.
    Fact {
        /// Its name: `pattern`, `driver`, `cuda` or `engine`.
        name: String,
        /// Its value before.
        before: Option<String>,
        /// Its value after.
        after: Option<String>,
    },
}

/// The level and caveat that a cell states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellState {
    /// The level.
    pub level: Level,
    /// Whether it works with a known limit.
    pub caveat: bool,
}

/// A plan that was gained or lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// The plan, with its rank in the answer that has it.
    pub plan: Plan,
    /// The cells that it touches and that block it on the other side; none where a change of the
    /// request alone made the difference.
    pub because: Vec<ChangedCell>,
}

/// A plan that both answers have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Moved {
    /// The release of the answer with the changes.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// The serving pattern.
    pub pattern: Option<String>,
    /// The features that are on.
    pub features: Vec<String>,
    /// The standing before.
    pub before: Standing,
    /// The standing after.
    pub after: Standing,
    /// The cells that it touches and that changed.
    pub because: Vec<ChangedCell>,
}

/// The standing of a plan in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The rank.
    pub rank: usize,
    /// The worst level that the plan rests on.
    pub level: Level,
    /// The values that the ranking compares.
    pub score: Score,
}

/// A cell on both sides; `None` where a side has no such cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedCell {
    /// The cell's terms.
    pub terms: Vec<Term>,
    /// Its state before.
    pub before: Option<CellState>,
    /// Its state after.
    pub after: Option<CellState>,
}

impl Difference {
    /// The plan's standing.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing::of(&self.plan)
    }
}

impl Standing {
    fn of(plan: &Plan) -> Self {
        Standing { rank: plan.rank, level: plan.level, score: plan.score }
    }
}
