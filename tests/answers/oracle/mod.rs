//! An independent brute force: it answers requests straight from the cells, by listing every
//! subset of the features. It shares the data types with the project and nothing else: no
//! encoding, no solver, no ranking code.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![allow(clippy::needless_pass_by_value, reason = "short-lived values read better by value")]

/// Builds a type that grows with the JSON, and that other crates so cannot build field by field.
macro_rules! from_fields {
    ($type:ident { $($field:ident: $value:expr),* $(,)? }) => {
        serde_json::from_value::<$type>(serde_json::json!({ $((stringify!($field)): $value),* })).unwrap()
    };
}

mod answer;
mod ask;
mod bundled;
mod case;
mod compare;
mod cores;
mod forge;
mod guard;
mod large;
mod levels;
mod missing;
mod planner;
mod planted;
mod probe;
mod random_matrix;
mod random_request;
mod rejection;
mod rng;
mod seen;
mod shares;
mod shrink;
mod sums;
mod survey;
mod target;
mod universe;

pub use answer::Oracle;
pub use bundled::bundled;
pub use case::Case;
pub use compare::difference;
pub use cores::{Cores, Terms};
pub use forge::{MatrixOutline, forge, serving_pattern, sorted, without_patterns};
pub use large::{Flavour, dense, forty, large};
pub use levels::Profile;
pub use planner::{ask, check, count, planner, planner_of};
pub use planted::{planted, planted_pattern};
pub use probe::Probe;
pub use random_matrix::{FACTS, none_dominates, random_matrices, random_rules};
pub use random_request::{ask_for, random_request};
pub use rng::Rng;
pub use seen::Seen;
pub use shares::{Ids, Shares, best_choice, partitions, rank};
pub use shrink::shrink;
pub use sums::Sums;
pub use survey::Listing;
