//! The matrices, names and rules that the program was built with.
//!
//! The build has read and checked every file of `model/` and left one compact record per release,
//! so that a matrix is at hand in microseconds and only when asked for.

use serde::Deserialize;

use super::packed::PackedMatrix;
use crate::matrix::{Matrix, Release, RuleSet, Term, Vocabulary};

/// What `build.rs` wrote: `RELEASES`, oldest first, `NEWEST_LEVELS`, `CHANGED`, `VOCABULARY` and `RULE_SETS`.
mod records {
    include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
}

/// The labels of the bundled releases, oldest first.
pub fn releases() -> impl ExactSizeIterator<Item = Release> + DoubleEndedIterator {
    records::RELEASES.iter().map(|(label, _)| Release::new(label))
}

/// The newest bundled release.
#[must_use]
pub fn newest() -> Option<Release> {
    releases().next_back()
}

/// The matrix of a release, where it is bundled.
#[must_use]
pub fn matrix(release: &Release) -> Option<Matrix> {
    let (_, record) = records::RELEASES.iter().find(|(label, _)| *label == release.as_str())?;
    Some(decode::<PackedMatrix>(record).unpack())
}

/// What decides an answer in the newest release: its matrix without notes, sources and aliases,
/// which is at hand sooner.
#[must_use]
pub fn newest_levels() -> Matrix {
    decode::<PackedMatrix>(records::NEWEST_LEVELS).unpack()
}

/// The backend and terms of every cell whose level differs between the default release and the
/// newest, or that only one of them has.
#[must_use]
pub fn changed_since_default() -> Vec<(String, Vec<Term>)> {
    decode(records::CHANGED)
}

/// The names that hold for every release.
#[must_use]
pub fn vocabulary() -> Vocabulary {
    decode(records::VOCABULARY)
}

/// The rule sets, by id.
#[must_use]
pub fn rule_sets() -> Vec<RuleSet> {
    decode(records::RULE_SETS)
}

fn decode<T: Deserialize<'static>>(record: &'static [u8]) -> T {
    postcard::from_bytes(record).expect("a record that the build wrote with these very types")
}
