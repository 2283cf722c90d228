//! What answers, matrices and lists look like, against stored pages.

mod answers;
mod matrix;
#[path = "../snapshot/mod.rs"]
mod snapshot;
mod upgrades;
