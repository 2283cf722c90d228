//! The matrices, names and rules that the program was built with.
//!
//! The build has read and checked every file of `model/` and left one compact record per release,
//! so that a matrix is at hand in microseconds and only when asked for.

use super::packed::{Packed, Record, cell_key};
use crate::matrix::{Matrix, Release, RuleSet, Term, Text, Vocabulary};

/// What `build.rs` wrote: `STOCK`, `RELEASES`, oldest first, `NEWEST_LEVELS`, `CHANGED`, `VOCABULARY`
/// and `RULE_SETS`.
mod records {
    use crate::load::packed::Stock;
    use crate::matrix::Term;

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
    Some(unpack(record))
}

/// What decides an answer in the newest release: its matrix without notes, sources and aliases,
/// which is at hand sooner.
#[must_use]
pub fn newest_levels() -> Matrix {
    unpack(records::NEWEST_LEVELS)
}

/// Whether the level of a backend's cell differs between the default release and the newest, or
/// only one of them has such a cell.
#[must_use]
pub fn changed_since_default(backend: &str, terms: &[Term]) -> bool {
    let wanted = cell_key(backend, terms);
    unpack::<Vec<Text>>(records::CHANGED).iter().any(|key| *key == wanted)
}

/// The names that hold for every release.
#[must_use]
pub fn vocabulary() -> Vocabulary {
    unpack(records::VOCABULARY)
}

/// The rule sets, by id.
#[must_use]
pub fn rule_sets() -> Vec<RuleSet> {
    unpack(records::RULE_SETS)
}

fn unpack<T: Packed>(record: &'static [u16]) -> T {
    T::unpack(&mut Record::new(record, &records::STOCK))
}
