//! The matrices, names and rules that the program was built with.
//!
//! The build reads and checks every file of `model/` with the reader of this crate and leaves what
//! it read in the postcard format, one record per release, so that a matrix is decoded only when it
//! is asked for.

use serde::de::DeserializeOwned;

use crate::matrix::deploy::{
    ApiSchema, CheckRule, DeploySettings, FlagTable, ManifestModel, Processes, Signal,
};
use crate::matrix::{
    Description, Fact, KnownRelease, Matrix, Note, NoteKind, Recorded, Release, RuleSet,
    UnlistedTopic, UpgradeChange, Vocabulary,
};

/// The records that `build.rs` wrote.
mod records {
    /// What is known of a release: its label, its matrix without the notes, the notes, and the rules
    /// about it.
    pub(super) struct Records {
        pub(super) label: &'static str,
        pub(super) levels: &'static [u8],
        pub(super) notes: &'static [u8],
        pub(super) rules: &'static [u8],
    }

    include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
}

/// The labels of the bundled releases, oldest first.
pub fn releases() -> impl ExactSizeIterator<Item = Release> + DoubleEndedIterator {
    records::RELEASES.iter().map(|records| Release::new(records.label))
}

/// The newest bundled release.
#[must_use]
pub fn newest() -> Option<Release> {
    releases().next_back()
}

/// The newest full release that is known, with or without a matrix.
#[must_use]
pub fn newest_known() -> Option<Release> {
    records::NEWEST_KNOWN.map(Release::new)
}

/// The matrix of a release, where it is bundled.
#[must_use]
pub fn matrix(release: &Release) -> Option<Matrix> {
    let records = records_of(release)?;
    let mut matrix: Matrix = decode(records.levels);
    let mut notes = decode::<Vec<Vec<Note>>>(records.notes).into_iter();
    // The build took the notes in this order.
    for backend in &mut matrix.backends {
        backend.notes = notes.next().unwrap_or_default();
        for (cell, notes) in backend.cells.iter_mut().zip(&mut notes) {
            cell.notes = notes;
        }
    }
    Some(matrix)
}

/// Adds to a matrix that was read from a file what the bundle has of the same release beside the tables:
/// requirements, known issues and deprecations. Notes that the matrix has already stay as they are.
/// Gives whether any was added.
pub fn add_notes(matrix: &mut Matrix) -> bool {
    let Some(bundled) = matrix.release.as_ref().and_then(self::matrix) else { return false };
    let mut added = false;
    for backend in &mut matrix.backends {
        let Some(known) = bundled.backend(&backend.id) else { continue };
        let mut add = |notes: &mut Vec<Note>, known: &[Note]| {
            for note in known.iter().filter(|note| is_beside_the_tables(note)) {
                if !notes.iter().any(|own| own.text == note.text) {
                    // A path of the bundle is one of its repository, whatever the file says of its own.
                    let repository = note.repository.clone();
                    let repository = repository.or_else(|| bundled.provenance.repository.clone());
                    notes.push(Note { repository, ..note.clone() });
                    added = true;
                }
            }
        };
        add(&mut backend.notes, &known.notes);
        for cell in &mut backend.cells {
            let known = known.cells.iter().find(|known| known.terms == cell.terms);
            add(&mut cell.notes, known.map_or(&[], |known| &known.notes));
        }
    }
    added
}

/// Whether a note is of what the bundle records beside the published tables.
fn is_beside_the_tables(note: &Note) -> bool {
    matches!(note.kind, NoteKind::Requirement | NoteKind::KnownIssue | NoteKind::Deprecated)
}

/// The matrix of a release without its notes, for what compares levels alone.
#[must_use]
pub(crate) fn levels(release: &Release) -> Option<Matrix> {
    records_of(release).map(|records| decode(records.levels))
}

/// The rule sets with their rules about one bundled release alone; of any other release, with every
/// rule.
#[must_use]
pub(crate) fn rules_about(release: Option<&Release>) -> Vec<RuleSet> {
    match release.and_then(records_of) {
        Some(records) => decode(records.rules),
        None => rule_sets(),
    }
}

fn records_of(release: &Release) -> Option<&'static records::Records> {
    records::RELEASES.iter().find(|records| records.label == release.as_str())
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

/// The conditions of a deployment that rules and notes name.
#[must_use]
pub fn facts() -> Vec<Fact> {
    decode(records::FACTS)
}

/// What users ask for and no table of features lists, in the order of the file.
#[must_use]
pub fn unlisted_topics() -> Vec<UnlistedTopic> {
    decode(records::UNLISTED)
}

/// What features, groups and backends are, in the order of the file.
#[must_use]
pub fn descriptions() -> Vec<Description> {
    decode(records::DESCRIPTIONS)
}

/// The flags, variables and keys that programs know.
#[must_use]
pub fn flags() -> FlagTable {
    decode(records::FLAGS)
}

/// What upgrades change beside requirements and flags, in the order of the file.
#[must_use]
pub fn upgrade_changes() -> Vec<UpgradeChange> {
    decode(records::UPGRADES)
}

/// What shows that a deployment switches a feature on, in the order of the file.
#[must_use]
pub fn signals() -> Vec<Signal> {
    decode(records::SIGNALS)
}

/// The processes that deployments are made of.
#[must_use]
pub fn processes() -> Processes {
    decode(records::PROCESSES)
}

/// What is wrong or worth knowing of deployments, in the order of the file.
#[must_use]
pub fn check_rules() -> Vec<CheckRule> {
    decode(records::FINDINGS)
}

/// What is set to put a plan to work.
#[must_use]
pub fn settings() -> DeploySettings {
    decode(records::SETTINGS)
}

/// What plans are written as: the objects, their names, and what cannot be written.
#[must_use]
pub fn manifests() -> ManifestModel {
    decode(records::MANIFESTS)
}

/// The fields that the versions of the API have.
#[must_use]
pub fn api_schemas() -> Vec<ApiSchema> {
    decode(records::SCHEMAS)
}

/// The releases that are known without a matrix, oldest first.
#[must_use]
pub fn known_releases() -> Vec<KnownRelease> {
    decode(records::KNOWN_RELEASES)
}

/// How completely the known issues of a release are recorded; `None` where that is not said.
#[must_use]
pub fn recorded(release: &Release) -> Option<Recorded> {
    recorded_ranges().into_iter().find(|recorded| recorded.releases.contains(release))
}

/// How completely known issues are recorded, by ranges of releases.
#[must_use]
pub fn recorded_ranges() -> Vec<Recorded> {
    decode::<(String, Vec<Recorded>)>(records::RECORDED).1
}

/// The day on which the bundle was last compared with what is published, as `2026-11-29`.
#[must_use]
pub fn looked_at() -> String {
    decode::<(String, Vec<Recorded>)>(records::RECORDED).0
}

/// # Panics
///
/// Never: the build wrote the record from a value of the same type.
fn decode<T: DeserializeOwned>(record: &[u8]) -> T {
    postcard::from_bytes(record).expect("the build wrote this record")
}
