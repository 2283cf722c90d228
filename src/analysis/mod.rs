//! Queries about matrices as such: what changed between two, since when something has worked, what
//! in them is worth a maintainer's look.
//!
//! Given matrices and planners, this module gives findings as data.

mod card;
pub mod check;
mod diff;
pub mod fleet;
mod lint;
pub mod survey;
pub mod whatif;

pub use card::{
    Card, CardKind, CardRun, CardSources, CardStatement, EnginePin, LevelSpan, Partners, card,
};
pub use diff::{
    CaveatChange, CellChange, Diff, Direction, History, IssueChange, IssueChanges, LevelChange,
    Listed, PinChange, Pins, Since, Stated, Witness, diff, diff_of, since, since_within, stated,
};
pub use lint::{At, CellName, Finding, Lint, Linted, lint, lint_within};
