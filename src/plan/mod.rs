//! Plans: the request's answer, ranked and explained.

mod outcome;

pub use outcome::{
    CellKind, Closest, Correction, Hint, MatrixRef, Notice, Outcome, Plan, Rejected, Score,
    Sensitivity, TouchedCell, UnlockCell, Unlocks,
};
