//! Questions about matrices as such: what changed between two, since when something has worked.
//!
//! Given matrices and planners, this room hands on findings as data.

pub mod analyze;
mod diff;
mod since;
pub mod whatif;

pub use diff::{CaveatChange, CellChange, Diff, Direction, Listed, Witness, diff};
pub use since::{Change, History, Since, since};
