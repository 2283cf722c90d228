//! The thing that a card is about, found by any of its names.

use super::{Card, CardKind, CardSources};
use crate::load::bundle;
use crate::matrix::{Backend, Choice, Description, Dimension, Fact, Feature, Group};
use crate::plan::{MatrixRef, OneOrMany, Planner};
use crate::request::{Names, RequestError, Resolution, option_key};

/// The thing that a card is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum CardSubject<'c> {
    Feature(&'c Feature),
    Group(&'c Group),
    Backend(&'c Backend),
    Fact(&'c Fact),
    Pattern(&'c Dimension, &'c Choice),
}

impl<'c> CardSubject<'c> {
    /// What a name means: the thing of that id, or else a feature or group, a backend, a fact or a serving
    /// pattern that goes by it.
    pub(super) fn named(name: &str, every: &'c Planner) -> Result<Self, RequestError> {
        let bare = name.trim();
        let fact_alone = bare.strip_prefix("fact=");
        let bare = fact_alone.or_else(|| bare.strip_prefix("pattern=")).unwrap_or(bare);
        if let Some(exact) = Self::with_id(bare, fact_alone.is_some(), every) {
            return Ok(exact);
        }
        let facts = Names::of_facts(every.facts());
        let all = [
            Names::of_features(every.catalog()),
            Names::of_backends(every.matrices()),
            facts.clone(),
        ];
        let kinds = if fact_alone.is_some() { &[facts][..] } else { &all };
        let mut nearest: Vec<String> = Vec::new();
        for names in kinds {
            match names.resolve(bare) {
                Resolution::Id(id) => {
                    if let Some(found) = Self::with_id(&id, fact_alone.is_some(), every) {
                        return Ok(found);
                    }
                }
                Resolution::Ambiguous(ids) => return Err(ambiguous(name, ids)),
                Resolution::Unknown(near) => nearest.extend(near),
            }
        }
        Err(unknown(name, nearest, every))
    }

    /// The thing of an id. A fact may go by a name of the feature that it is a variety of; no id is of two.
    fn with_id(id: &str, fact_alone: bool, every: &'c Planner) -> Option<Self> {
        if fact_alone {
            return Self::fact(id, every);
        }
        Self::feature(id, every)
            .or_else(|| Self::backend(id, every))
            .or_else(|| Self::fact(id, every))
            .or_else(|| Self::choice(id, every))
    }

    fn feature(id: &str, every: &'c Planner) -> Option<Self> {
        let catalog = every.catalog();
        let group = || catalog.groups().iter().find(|group| group.id == id);
        let feature = catalog.features().iter().find(|feature| feature.id == id);
        feature.map(CardSubject::Feature).or_else(|| group().map(CardSubject::Group))
    }

    fn backend(id: &str, every: &'c Planner) -> Option<Self> {
        let newest = every.matrices().iter().rev();
        newest.into_iter().find_map(|matrix| matrix.backend(id)).map(CardSubject::Backend)
    }

    fn fact(id: &str, every: &'c Planner) -> Option<Self> {
        every.facts().iter().find(|fact| fact.id == id).map(CardSubject::Fact)
    }

    /// An option of a dimension, spelled as a request may spell it.
    fn choice(id: &str, every: &'c Planner) -> Option<Self> {
        let newest = every.matrices().iter().rev();
        newest.filter_map(|matrix| matrix.dimension.as_ref()).find_map(|dimension| {
            let choice =
                dimension.options.iter().find(|it| option_key(&it.id) == option_key(id))?;
            Some(CardSubject::Pattern(dimension, choice))
        })
    }

    /// The id.
    pub(super) fn id(&self) -> &'c str {
        match self {
            CardSubject::Feature(it) => &it.id,
            CardSubject::Group(it) => &it.id,
            CardSubject::Backend(it) => &it.id,
            CardSubject::Fact(it) => &it.id,
            CardSubject::Pattern(_, it) => &it.id,
        }
    }

    /// The feature or group that a plan must have on for it.
    pub(super) fn need(&self) -> Option<&'c str> {
        match self {
            CardSubject::Feature(_) | CardSubject::Group(_) => Some(self.id()),
            CardSubject::Pattern(dimension, _) => Some(&dimension.when),
            CardSubject::Backend(_) | CardSubject::Fact(_) => None,
        }
    }

    /// The serving pattern that a plan must have for it.
    pub(super) fn pattern(&self) -> Option<&'c str> {
        match self {
            CardSubject::Pattern(_, choice) => Some(&choice.id),
            _ => None,
        }
    }

    /// The card with what needs no look at any cell.
    pub(super) fn headed(&self, sources: &CardSources<'_>) -> Card {
        let (kind, name, aliases): (CardKind, &str, &[String]) = match self {
            CardSubject::Feature(it) => (CardKind::Feature, &it.name, &it.aliases),
            CardSubject::Group(it) => (CardKind::Group, &it.name, &it.aliases),
            CardSubject::Backend(it) => (CardKind::Backend, &it.name, &it.aliases),
            CardSubject::Fact(it) => (CardKind::Fact, &it.name, &it.aliases),
            CardSubject::Pattern(_, it) => (CardKind::Pattern, &it.id, &[]),
        };
        let described = self.description();
        let own = match self {
            CardSubject::Fact(it) => Some(it.summary.clone()),
            CardSubject::Pattern(_, it) => Some(sentence(&it.summary)),
            _ => None,
        };
        let features = sources.every.catalog().features().iter();
        let is_variant = |feature: &&Feature| {
            kind == CardKind::Group && feature.group.as_deref() == Some(self.id())
        };
        let choice = match self {
            CardSubject::Pattern(_, choice) => Some(*choice),
            _ => None,
        };
        Card {
            schema: "dynamo-plan/show/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: sources.matrix().map(MatrixRef::of).into_iter().collect(),
            kind,
            id: self.id().to_owned(),
            name: name.to_owned(),
            aliases: aliases.to_vec(),
            group: match self {
                CardSubject::Feature(it) => it.group.clone(),
                _ => None,
            },
            variants: features.filter(is_variant).map(|feature| feature.id.clone()).collect(),
            feature: match self {
                CardSubject::Fact(it) => it.feature.clone(),
                _ => None,
            },
            text: own.or_else(|| described.as_ref().map(|it| it.text.clone())),
            url: OneOrMany(described.as_ref().map(Description::urls).unwrap_or_default()),
            source: OneOrMany(described.map(|it| it.sources).unwrap_or_default()),
            roles: choice.map(|choice| choice.roles),
            requires: choice.map(|choice| choice.requires.clone()).unwrap_or_default(),
            levels: Vec::new(),
            engines: Vec::new(),
            partners: Vec::new(),
            run: Vec::new(),
            statements: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// What the bundle says that a feature, group or backend is.
    fn description(&self) -> Option<Description> {
        match self {
            CardSubject::Fact(_) | CardSubject::Pattern(..) => None,
            _ => bundle::descriptions().into_iter().find(|it| it.of == self.id()),
        }
    }
}

/// A phrase as a sentence.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str() + "."
}

fn ambiguous(name: &str, ids: Vec<String>) -> RequestError {
    let message = format!("{name:?} could mean {}; say which is meant", ids.join(" or "));
    RequestError::new("ambiguous-name", Some(name), message).with_suggestions(ids)
}

/// Nothing goes by the name; it may be a release, or what no table lists.
fn unknown(name: &str, mut nearest: Vec<String>, every: &Planner) -> RequestError {
    let error = RequestError::new("unknown-feature", Some(name), "");
    let explained = every.explain_unknown(error);
    if !explained.message.is_empty() {
        return explained;
    }
    nearest.truncate(3);
    let help = match &nearest[..] {
        [] => "`dynamo-plan list` shows every name".to_owned(),
        nearest => format!("did you mean {}?", nearest.join(" or ")),
    };
    let message = format!("no feature, backend, fact, group or pattern is called {name:?}; {help}");
    RequestError::new("unknown-name", Some(name), message).with_suggestions(nearest)
}
