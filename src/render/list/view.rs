//! The shape `dynamo-plan/list/v1`.

use serde::Serialize;

use super::{ListKind, Listing};
use crate::matrix::{
    Choice, Fact, Feature, Group, KnownRelease, Level, Matrix, Platform, Recorded, Release, Rule,
    RuleSet, Statement, Term, UnlistedTopic,
};
use crate::plan::{MatrixRef, Notice, OneOrMany};
use crate::target::Catalog;

/// A list as JSON. What was not asked for is an empty array.
#[derive(Debug, Serialize)]
pub struct ListView<'m> {
    schema: &'static str,
    tool: &'static str,
    matrices: Vec<MatrixRef>,
    release_defaulted: bool,
    newest: Option<Release>,
    features: Vec<FeatureEntry>,
    groups: Vec<GroupEntry>,
    not_in_matrix: Vec<UnlistedEntry<'m>>,
    backends: Vec<BackendEntry<'m>>,
    releases: Vec<ReleaseEntry<'m>>,
    patterns: &'m [Choice],
    rules: Vec<RuleEntry<'m>>,
    facts: &'m [Fact],
    looked_at: Option<&'m str>,
    notices: [Notice; 0],
}

/// A feature and its level on each chosen release and backend.
#[derive(Debug, Serialize)]
struct FeatureEntry {
    #[serde(flatten)]
    feature: Feature,
    levels: Vec<LevelEntry>,
}

/// A feature's level in one target.
#[derive(Debug, Serialize)]
struct LevelEntry {
    release: Option<Release>,
    backend: String,
    level: Level,
}

/// A group and its variants.
#[derive(Debug, Serialize)]
struct GroupEntry {
    #[serde(flatten)]
    group: Group,
    variants: Vec<String>,
}

/// Something that no table lists.
#[derive(Debug, Serialize)]
struct UnlistedEntry<'m> {
    id: &'m str,
    name: &'m str,
    aliases: &'m [String],
    text: &'m str,
    nearest: &'m [Term],
    source: OneOrMany,
    url: Option<String>,
}

/// A backend's names.
#[derive(Debug, Serialize)]
pub(super) struct BackendEntry<'m> {
    pub(super) id: &'m str,
    pub(super) name: &'m str,
    pub(super) aliases: &'m [String],
}

/// A release and what it is built from.
#[derive(Debug, Serialize)]
struct ReleaseEntry<'m> {
    release: Option<&'m Release>,
    released: Option<&'m str>,
    kind: Option<&'m str>,
    /// Whether there is a matrix to plan on.
    matrix: bool,
    source: Option<&'m str>,
    commit: Option<&'m str>,
    date: Option<&'m str>,
    recorded: Option<RecordedEntry>,
    backends: Vec<PinEntry<'m>>,
    statements: &'m [Statement],
}

/// How completely the known issues of a release are recorded.
#[derive(Debug, Serialize)]
struct RecordedEntry {
    state: &'static str,
    read: Option<u32>,
    of: Option<u32>,
}

/// The pins of one backend of a release.
#[derive(Debug, Serialize)]
struct PinEntry<'m> {
    backend: &'m str,
    engine: Option<&'m str>,
    platforms: &'m [Platform],
}

/// A rule and the set that it belongs to.
#[derive(Debug, Serialize)]
struct RuleEntry<'m> {
    set: &'m str,
    id: &'m str,
    backends: &'m [String],
    terms: &'m [Term],
    level: Level,
    caveat: bool,
    releases: OneOrMany,
    reason: &'m str,
    workaround: Option<&'m str>,
    fixed_in: Option<&'m str>,
    source: OneOrMany,
    url: OneOrMany<Option<String>>,
}

impl<'m> ListView<'m> {
    /// The list as JSON.
    #[must_use]
    pub fn new(listing: &'m Listing<'m>) -> Self {
        let catalog = Catalog::new(listing.chosen);
        let features = listing.has(ListKind::Features);
        ListView {
            schema: "dynamo-plan/list/v1",
            tool: env!("CARGO_PKG_VERSION"),
            matrices: listing.chosen.iter().map(MatrixRef::of).collect(),
            features: some(features, || feature_entries(&catalog, listing.chosen)),
            groups: some(features, || group_entries(&catalog)),
            not_in_matrix: some(features, || listing.unlisted.iter().map(unlisted_entry).collect()),
            backends: some(listing.has(ListKind::Backends), || backends(listing.chosen)),
            releases: some(listing.has(ListKind::Releases), || {
                let bundled = listing.releases.iter();
                let bundled = bundled.map(|matrix| release_entry(matrix, listing));
                let known = listing.known.iter().map(|known| known_entry(known, listing));
                bundled.chain(known).collect()
            }),
            patterns: match listing.patterns() {
                Some(dimension) if listing.has(ListKind::Patterns) => &dimension.options,
                _ => &[],
            },
            rules: some(listing.has(ListKind::Rules), || rules(listing)),
            facts: if listing.has(ListKind::Facts) { listing.facts } else { &[] },
            looked_at: listing.looked_at,
            release_defaulted: listing.release_defaulted,
            newest: listing.newest.clone(),
            notices: [],
        }
    }
}

/// The entries where they are listed.
fn some<T>(listed: bool, entries: impl FnOnce() -> Vec<T>) -> Vec<T> {
    if listed { entries() } else { Vec::new() }
}

fn feature_entries(catalog: &Catalog, chosen: &[Matrix]) -> Vec<FeatureEntry> {
    let entry = |feature: &Feature| FeatureEntry {
        levels: chosen.iter().flat_map(|matrix| levels(matrix, &feature.id)).collect(),
        feature: feature.clone(),
    };
    catalog.features().iter().map(entry).collect()
}

fn levels(matrix: &Matrix, id: &str) -> Vec<LevelEntry> {
    let terms = [Term::on(id)];
    let entry = |backend: &crate::matrix::Backend| LevelEntry {
        release: matrix.release.clone(),
        backend: backend.id.clone(),
        level: backend
            .cells
            .iter()
            .find(|cell| *cell.terms == terms)
            .map_or(Level::Undocumented, |cell| cell.level),
    };
    matrix.backends.iter().map(entry).collect()
}

fn group_entries(catalog: &Catalog) -> Vec<GroupEntry> {
    let variants = |group: &Group| {
        let of = catalog.features().iter().filter(|f| f.group.as_ref() == Some(&group.id));
        of.map(|feature| feature.id.to_string()).collect()
    };
    let groups = catalog.groups().iter();
    groups.map(|group| GroupEntry { group: group.clone(), variants: variants(group) }).collect()
}

fn unlisted_entry(topic: &UnlistedTopic) -> UnlistedEntry<'_> {
    UnlistedEntry {
        id: &topic.id,
        name: &topic.name,
        aliases: &topic.aliases,
        text: &topic.text,
        nearest: &topic.nearest,
        source: OneOrMany(topic.sources.clone()),
        url: topic.url(),
    }
}

/// Every backend of the chosen matrices once, in the order of the ids.
pub(super) fn backends(chosen: &[Matrix]) -> Vec<BackendEntry<'_>> {
    let all = chosen.iter().flat_map(|matrix| &matrix.backends);
    let mut backends: Vec<BackendEntry<'_>> =
        all.map(|b| BackendEntry { id: &b.id, name: &b.name, aliases: &b.aliases }).collect();
    backends.sort_by_key(|backend| backend.id);
    backends.dedup_by_key(|backend| backend.id);
    backends
}

fn rules<'m>(listing: &Listing<'m>) -> Vec<RuleEntry<'m>> {
    let sets = listing.rule_sets.iter();
    let rules = sets.flat_map(|set| set.rules.iter().map(move |rule| (set, rule)));
    rules.map(|(set, rule)| rule_entry(set, rule, listing)).collect()
}

fn rule_entry<'m>(set: &'m RuleSet, rule: &'m Rule, listing: &Listing<'m>) -> RuleEntry<'m> {
    RuleEntry {
        set: &set.id,
        id: &rule.id,
        backends: &rule.backends,
        terms: &rule.terms,
        level: rule.level,
        caveat: rule.caveat,
        releases: OneOrMany(rule.releases.iter().map(ToString::to_string).collect()),
        reason: &rule.reason,
        workaround: rule.workaround.as_deref(),
        fixed_in: rule.fixed_in.as_deref(),
        source: OneOrMany(rule.sources.clone()),
        url: OneOrMany(listing.rule_urls(rule)),
    }
}

fn release_entry<'m>(matrix: &'m Matrix, listing: &Listing<'m>) -> ReleaseEntry<'m> {
    let pins = matrix.backends.iter().map(|backend| PinEntry {
        backend: &backend.id,
        engine: backend.engine.as_deref(),
        platforms: &backend.platforms,
    });
    ReleaseEntry {
        release: matrix.release.as_ref(),
        released: matrix.released.as_deref(),
        kind: None,
        matrix: true,
        source: Some(&matrix.provenance.source),
        commit: matrix.provenance.commit.as_deref(),
        date: matrix.provenance.date.as_deref(),
        recorded: listing.recorded(matrix.release.as_ref()).map(recorded_entry),
        backends: pins.collect(),
        statements: &[],
    }
}

fn recorded_entry(recorded: &Recorded) -> RecordedEntry {
    match recorded.part {
        None => RecordedEntry { state: "complete", read: None, of: None },
        Some((0, of)) => RecordedEntry { state: "none", read: Some(0), of },
        Some((read, of)) => RecordedEntry { state: "partial", read: Some(read), of },
    }
}

fn known_entry<'m>(known: &'m KnownRelease, listing: &Listing<'m>) -> ReleaseEntry<'m> {
    let pins = known.pins.iter().map(|pins| PinEntry {
        backend: &pins.backend,
        engine: pins.engine.as_deref(),
        platforms: &pins.platforms,
    });
    ReleaseEntry {
        release: Some(&known.release),
        released: known.released.as_deref(),
        kind: Some(&known.kind),
        matrix: false,
        source: None,
        commit: None,
        date: None,
        recorded: listing.recorded(Some(&known.release)).map(recorded_entry),
        backends: pins.collect(),
        statements: &known.statements,
    }
}
