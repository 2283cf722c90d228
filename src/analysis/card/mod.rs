//! A feature, backend, fact, group or serving pattern as one card: what it is, where it works, with what,
//! how it is switched on, and what is known to break.

mod levels;
mod partners;
mod statements;
mod subject;

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Matrix, Release, Term};
use crate::plan::{MatrixRef, Notice, OneOrMany, Planner, RoleSettings};
use crate::request::{PlatformFacts, Request, RequestError};

pub use levels::{EnginePin, LevelSpan};
pub use partners::Partners;
pub use statements::CardStatement;
use subject::CardSubject;

/// Everything about one feature, backend, fact, group or serving pattern. Serialises as
/// `dynamo-plan/show/v1`. What does not apply to its kind is `None` or empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Card {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrix that partners, settings and statements are of.
    pub matrices: Vec<MatrixRef>,
    /// What kind of thing it is.
    pub kind: CardKind,
    /// The id.
    pub id: String,
    /// The printed name.
    pub name: String,
    /// Other names that it goes by.
    pub aliases: Vec<String>,
    /// The group that a feature is a variant of.
    pub group: Option<String>,
    /// The variants of a group.
    pub variants: Vec<String>,
    /// The feature that a fact is a variety of.
    pub feature: Option<String>,
    /// What it is, in a sentence.
    pub text: Option<String>,
    /// The documents that tell of it.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
    /// The worker roles of a serving pattern.
    pub roles: Option<u8>,
    /// What a serving pattern means by definition.
    pub requires: Vec<Term>,
    /// The levels in every release, by feature, backend, then release.
    pub levels: Vec<LevelSpan>,
    /// The engine versions of a backend, oldest release first.
    pub engines: Vec<EnginePin>,
    /// The features that go with it in the release, by backend, then level, best first.
    pub partners: Vec<Partners>,
    /// How it is switched on in the release, by backend.
    pub run: Vec<CardRun>,
    /// What is said of it: requirements, limits, known issues, and the rules that name it.
    pub statements: Vec<CardStatement>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// What a card is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// A feature.
    Feature,
    /// A group of features.
    Group,
    /// A backend.
    Backend,
    /// A fact of deployments.
    Fact,
    /// A serving pattern.
    Pattern,
}

/// How a thing alone is switched on, with the best plan for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRun {
    /// The backend.
    pub backend: String,
    /// The level that the plan rests on.
    pub level: Level,
    /// Its serving pattern, where one applies.
    pub pattern: Option<String>,
    /// The features that are on beside the thing itself, sorted.
    pub added: Vec<String>,
    /// What to set, role by role.
    pub set: Vec<RoleSettings>,
    /// The signals whose settings are set, by id. No part of the JSON.
    #[serde(skip)]
    pub signals: Vec<String>,
}

/// What a card is made from.
#[derive(Clone, Copy, Debug)]
pub struct CardSources<'c> {
    /// A planner for every release, which the levels are of.
    pub every: &'c Planner,
    /// The release that partners, settings and statements are of.
    pub release: Option<&'c Release>,
    /// Whether somebody chose that release. Where nobody did, what is said of a fact is told of every
    /// release.
    pub is_chosen: bool,
    /// The rule sets that count, by id.
    pub rules: &'c [String],
}

/// The card of what a name means, in any spelling.
///
/// # Errors
///
/// Where the name means nothing, or several things: with the nearest names.
pub fn card(name: &str, sources: &CardSources<'_>) -> Result<Card, RequestError> {
    let subject = CardSubject::named(name, sources.every)?;
    let mut card = subject.headed(sources);
    match &subject {
        CardSubject::Feature(feature) => {
            card.levels = levels::of_features(sources, &[&feature.id]);
            card.partners = partners::of(sources, &subject);
        }
        CardSubject::Group(_) => {
            let variants: Vec<&str> = card.variants.iter().map(String::as_str).collect();
            card.levels = levels::of_features(sources, &variants);
            card.partners = partners::of(sources, &subject);
        }
        CardSubject::Backend(backend) => {
            let features = sources.every.catalog().features().iter();
            let features: Vec<&str> = features.map(|feature| feature.id.as_str()).collect();
            card.levels = levels::of_features(sources, &features);
            card.levels.retain(|span| span.backend == *backend.id);
            card.engines = levels::engines(sources, &backend.id);
        }
        CardSubject::Pattern(dimension, choice) => {
            card.levels = levels::of_choice(sources, dimension, choice);
        }
        CardSubject::Fact(_) => {}
    }
    if let Some(notice) = not_listed(&card, sources, &subject) {
        card.partners.clear();
        card.notices.push(notice);
        return Ok(card);
    }
    card.run = runs(sources, &subject);
    card.statements = statements::about(sources, &subject);
    Ok(card)
}

/// Says so where the release lists nothing of a feature, with the releases that do.
fn not_listed(card: &Card, sources: &CardSources<'_>, subject: &CardSubject<'_>) -> Option<Notice> {
    let matrix = sources.matrix()?;
    let CardSubject::Feature(feature) = subject else { return None };
    if matrix.feature(&feature.id).is_some() {
        return None;
    }
    let releases =
        card.levels.iter().filter_map(|span| span.first.as_ref().zip(span.last.as_ref()));
    let first = releases.clone().map(|(first, _)| first).min()?;
    let last = releases.map(|(_, last)| last).max()?;
    let release = matrix.release.as_ref().map_or("this matrix", Release::as_str);
    let text = format!(
        "{release} does not list {}; {first} to {last} do. Show it there with --release {last}.",
        feature.id
    );
    Some(Notice::new("not-listed", text))
}

/// How the subject is switched on, on each backend of the release that has a plan for it.
fn runs(sources: &CardSources<'_>, subject: &CardSubject<'_>) -> Vec<CardRun> {
    let Some(need) = subject.need() else { return Vec::new() };
    let run = |backend: &String| {
        let request = Request {
            pattern: subject.pattern().map(str::to_owned),
            ..sources.request(vec![need.to_owned()], vec![backend.clone()], Level::Experimental)
        };
        let (_, plan) = sources.every.best(&request)?;
        let run = sources.every.run(&request, &plan);
        let added = plan.features.iter().filter(|id| *id != need).cloned();
        Some(CardRun {
            backend: backend.clone(),
            level: plan.level,
            pattern: plan.pattern.clone(),
            added: added.collect(),
            set: run.set,
            signals: run.signals,
        })
    };
    sources.backends().iter().filter_map(run).collect()
}

impl CardSources<'_> {
    /// The matrix of the release.
    fn matrix(&self) -> Option<&Matrix> {
        let mut matrices = self.every.matrices().iter();
        matrices.find(|matrix| matrix.release.as_ref() == self.release)
    }

    /// The backends of the release, by id.
    fn backends(&self) -> Vec<String> {
        let backends = self.matrix().into_iter().flat_map(|matrix| &matrix.backends);
        let mut ids: Vec<String> = backends.map(|backend| backend.id.clone()).collect();
        ids.sort();
        ids
    }

    /// A request for features on some backends of the release.
    fn request(&self, need: Vec<String>, backends: Vec<String>, accept: Level) -> Request {
        Request {
            need,
            want: Vec::new(),
            avoid: Vec::new(),
            backends,
            releases: vec![self.release.cloned()],
            pattern: None,
            accept,
            rules: self.rules.to_vec(),
            facts: Vec::new(),
            platform: PlatformFacts::default(),
            all: false,
        }
    }
}
