//! Levels and engine versions by release, where they stay the same as one span.

use serde::{Deserialize, Serialize};

use super::CardSources;
use crate::load::bundle;
use crate::matrix::{Choice, Dimension, Level, Platform, Release, Term, Terms};
use crate::request::Request;
use crate::target::{CellRef, Target};

/// A level that a feature or serving pattern has on a backend over some releases in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelSpan {
    /// The feature, or the serving pattern as `pattern=E/PD`.
    pub feature: String,
    /// The backend.
    pub backend: String,
    /// The first of the releases.
    pub first: Option<Release>,
    /// The last of the releases.
    pub last: Option<Release>,
    /// The level, with the rules that count.
    pub level: Level,
    /// Whether it works with a known limit.
    pub caveat: bool,
    /// The rule that set the level or the caveat; `None` where the matrix says so.
    pub rule: Option<String>,
    /// The level that the matrix states, where a rule changed it.
    pub published: Option<Level>,
}

/// An engine version that some releases in a row pin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnginePin {
    /// The first of the releases.
    pub first: Option<Release>,
    /// The last of the releases.
    pub last: Option<Release>,
    /// The engine version, where one is stated.
    pub engine: Option<String>,
    /// The CUDA toolkits that the releases are built for, each with the driver that it needs.
    pub platforms: Vec<Platform>,
    /// Whether there are matrices of these releases to plan on.
    pub matrix: bool,
}

/// The levels of features in every release that lists them, by feature, then backend.
pub(super) fn of_features(sources: &CardSources<'_>, ids: &[&str]) -> Vec<LevelSpan> {
    let targets = every_target(sources);
    let mut spans = Vec::new();
    for id in ids {
        let catalog = sources.every.catalog();
        let Some(feature) = catalog.features().iter().position(|it| it.id == *id) else { continue };
        let cell = |target: &Target<'_>| {
            target.listed().contains(feature).then(|| target.feature_cell(feature))
        };
        spans.extend(folded(&targets, id, cell));
    }
    spans
}

/// The levels of a serving pattern in every release that states the patterns, by backend.
pub(super) fn of_choice(
    sources: &CardSources<'_>,
    dimension: &Dimension,
    choice: &Choice,
) -> Vec<LevelSpan> {
    let term = dimension.term(choice);
    let terms = Terms::from_iter([Term::on(&dimension.when), Term::on(&term)]);
    let cell = |target: &Target<'_>| {
        target.matrix().dimension.as_ref()?;
        let mut cells = target.conditionals().iter().map(|conditional| conditional.cell);
        cells.find(|cell| target.cell(*cell).terms == terms)
    };
    folded(&every_target(sources), &term, cell)
}

/// Every backend of every release, by backend, then release.
fn every_target<'c>(sources: &CardSources<'c>) -> Vec<Target<'c>> {
    let matrices = sources.every.matrices();
    let backends = matrices.iter().flat_map(|matrix| &matrix.backends);
    let releases = matrices.iter().map(|matrix| matrix.release.clone()).collect();
    let request = Request {
        releases,
        ..sources.request(
            Vec::new(),
            backends.map(|backend| backend.id.clone()).collect(),
            Level::Experimental,
        )
    };
    let mut targets = sources.every.targets(&request);
    // The sort is stable, so that the releases of a backend stay oldest first.
    targets.sort_by(|a, b| a.backend().id.cmp(&b.backend().id));
    targets
}

/// The level of a cell in each of some targets, releases in a row that say the same as one span. A
/// target without the cell ends a span.
fn folded<'c>(
    targets: &[Target<'c>],
    feature: &str,
    cell: impl Fn(&Target<'c>) -> Option<CellRef>,
) -> Vec<LevelSpan> {
    let mut spans: Vec<LevelSpan> = Vec::new();
    let mut goes_on = false;
    for target in targets {
        let Some(cell) = cell(target) else {
            goes_on = false;
            continue;
        };
        let (rule, published) = target.rule(cell);
        let span = LevelSpan {
            feature: feature.to_owned(),
            backend: target.backend().id.clone(),
            first: target.release().cloned(),
            last: target.release().cloned(),
            level: target.level(cell),
            caveat: target.caveat(cell),
            rule: rule.map(str::to_owned),
            published,
        };
        match spans.last_mut().filter(|last| goes_on && last.says_as(&span)) {
            Some(last) => last.last = span.last,
            None => spans.push(span),
        }
        goes_on = true;
    }
    spans
}

/// The engine versions of a backend in every release that is known, oldest first.
pub(super) fn engines(sources: &CardSources<'_>, backend: &str) -> Vec<EnginePin> {
    let matrices = sources.every.matrices();
    let bundled = matrices.iter().filter_map(|matrix| {
        let backend = matrix.backend(backend)?;
        let release = matrix.release.clone();
        Some(EnginePin::new(release, backend.engine.clone(), &backend.platforms, true))
    });
    let newest = matrices.iter().filter_map(|matrix| matrix.release.as_ref()).max();
    let known = bundle::known_releases().into_iter();
    // Only what is newer than every matrix, so that the spans stay in order.
    let known =
        known.filter(|known| known.is_full() && newest.is_some_and(|it| known.release > *it));
    let known = known.filter_map(|known| {
        let pins = known.pins.iter().find(|pins| pins.backend == backend)?;
        Some(EnginePin::new(Some(known.release), pins.engine.clone(), &pins.platforms, false))
    });
    let mut pins: Vec<EnginePin> = Vec::new();
    for pin in bundled.chain(known) {
        let same = |last: &&mut EnginePin| {
            (&last.engine, &last.platforms, last.matrix)
                == (&pin.engine, &pin.platforms, pin.matrix)
        };
        match pins.last_mut().filter(same) {
            Some(last) => last.last = pin.last,
            None => pins.push(pin),
        }
    }
    pins
}

impl LevelSpan {
    /// Whether another span is of the same thing and says the same.
    fn says_as(&self, other: &LevelSpan) -> bool {
        let said = |span: &LevelSpan| (span.level, span.caveat, span.rule.clone(), span.published);
        self.backend == other.backend && said(self) == said(other)
    }
}

impl EnginePin {
    fn new(
        release: Option<Release>,
        engine: Option<String>,
        platforms: &[Platform],
        matrix: bool,
    ) -> Self {
        let (first, last) = (release.clone(), release);
        EnginePin { first, last, engine, platforms: platforms.to_vec(), matrix }
    }
}
