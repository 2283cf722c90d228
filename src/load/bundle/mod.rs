//! The matrices, names and rules that the program was built with.
//!
//! The build reads and checks every file of `model/` with the reader of this crate and leaves what
//! it read in the postcard format, one record per release, so that a matrix is decoded only when it
//! is asked for.

use serde::de::DeserializeOwned;

use crate::matrix::{Matrix, Release, RuleSet, Vocabulary};

/// The records that `build.rs` wrote: `RELEASES` (labels and matrices, oldest first), `VOCABULARY`
/// and `RULE_SETS`.
mod records {
    include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
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
    Some(decode(record))
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

/// # Panics
///
/// Never: the build wrote the record from a value of the same type.
fn decode<T: DeserializeOwned>(record: &[u8]) -> T {
    postcard::from_bytes(record).expect("the build wrote this record")
}
