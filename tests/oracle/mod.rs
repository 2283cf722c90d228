//! An independent brute force: it answers requests straight from the cells, by listing every
//! subset of the features. It shares the data types with the project and nothing else: no
//! encoding, no solver, no ranking code.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod answer;
mod ask;
mod case;
mod compare;
mod cores;
mod forge;
mod guard;
mod levels;
mod missing;
mod place;
mod planted;
mod random_matrix;
mod random_request;
mod rng;
mod shrink;
mod sums;
mod universe;
mod ways;

pub use answer::Oracle;
pub use case::Case;
pub use compare::difference;
pub use cores::Terms;
pub use forge::{Plot, forge, serving_pattern, sorted, without_patterns};
pub use levels::Profile;
pub use planted::{planted, planted_pattern};
pub use random_matrix::{none_dominates, random_matrices};
pub use random_request::{ask_for, random_request};
pub use rng::Rng;
pub use shrink::shrink;
pub use sums::Sums;
