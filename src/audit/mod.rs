//! Questions about matrices as such: what changed between two, since when something has worked, what
//! in them is worth a maintainer's look.
//!
//! Given matrices and planners, this room hands on findings as data.

pub mod analyze;
mod diff;
mod lint;
mod narrowed;
mod since;
pub mod whatif;

pub use diff::{CaveatChange, CellChange, Diff, Direction, Listed, PinChange, Pins, Witness, diff};
pub use lint::{At, CellName, Finding, Lint, Linted, lint};
pub use narrowed::diff_of;
pub use since::{Change, History, Since, since};
