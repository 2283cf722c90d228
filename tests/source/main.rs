//! The source itself: which module may name which, what the library makes public, and
//! that a name stands for one thing.

mod modules;
mod public_names;
#[path = "../snapshot/mod.rs"]
mod snapshot;
mod type_names;
