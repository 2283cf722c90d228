//! The source itself: which module may name which, and what the library makes public.

mod modules;
mod public_names;
#[path = "../snapshot/mod.rs"]
mod snapshot;
