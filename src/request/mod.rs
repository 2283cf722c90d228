//! Queries and requests: a [`Query`] as it was typed, and the [`Request`] it means.
//!
//! Given names in any spelling, this module gives ids, sorted and without repeats, or a
//! [`RequestError`] that offers the nearest names.

mod facts;
mod names;
mod other_meaning;
mod platform;
mod resolve;

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Release, Term};

pub(crate) use names::has_foreign_sign;
pub use names::{NameCache, Names, Resolution};
pub use other_meaning::explain_unknown;
pub use platform::engine_constraint;
pub use resolve::{Known, MOST_NAMES, resolve};
pub(crate) use resolve::{WEIGHTS, option_key};

/// A request as it was understood: ids of the chosen matrices, sorted, without repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Features and groups that must be on.
    pub need: Vec<String>,
    /// Features and groups that should be on.
    pub want: Vec<Want>,
    /// Features and groups that must be off.
    pub avoid: Vec<String>,
    /// The backends to choose from.
    pub backends: Vec<String>,
    /// The releases to choose from, oldest first; `null` is a model that names none.
    pub releases: Vec<Option<Release>>,
    /// The serving pattern, where one is asked for.
    pub pattern: Option<String>,
    /// The worst level that a plan may rest on.
    pub accept: Level,
    /// The rule sets that count.
    pub rules: Vec<String>,
    /// Facts that are stated of the deployment and, as `!id`, facts that are denied.
    pub facts: Vec<String>,
    /// Facts of the machines to deploy on.
    pub platform: PlatformFacts,
    /// Enumerate every valid plan that contains the needs, not only the minimal ones.
    #[serde(skip)]
    pub all: bool,
}

impl Request {
    /// The ids of the facts that are stated.
    pub fn stated_facts(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(String::as_str).filter(|fact| !fact.starts_with('!'))
    }

    /// The same request without some of its terms, which are as conflicts and corrections name them.
    #[must_use]
    pub fn without(&self, terms: &[Term]) -> Self {
        let mut left = self.clone();
        terms.iter().for_each(|term| left.drop_term(term));
        left
    }

    fn drop_term(&mut self, term: &Term) {
        match term.id().split_once('=') {
            Some(("driver", _)) => self.platform.driver = None,
            Some(("cuda", _)) => self.platform.cuda = None,
            Some(("engine", _)) => self.platform.engine = None,
            Some(("fact", id)) => self.facts.retain(|fact| fact != id),
            Some(_) => self.pattern = None,
            None if term.is_negated() => self.avoid.retain(|id| id != term.id()),
            None => self.need.retain(|id| id != term.id()),
        }
    }

    /// Whether a fact is stated, denied, or neither.
    #[must_use]
    pub fn knows_fact(&self, id: &str) -> Option<bool> {
        let is_denied = |fact: &str| fact.strip_prefix('!') == Some(id);
        self.facts.iter().find_map(|fact| match fact == id {
            true => Some(true),
            false => is_denied(fact).then_some(false),
        })
    }
}

/// A soft need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// The feature or group.
    pub feature: String,
    /// The cost of missing it, at least 1.
    pub weight: u64,
}

/// Facts of the machines to deploy on; what is absent is not asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFacts {
    /// The major version of the NVIDIA driver.
    pub driver: Option<u32>,
    /// The CUDA toolkit version.
    pub cuda: Option<String>,
    /// A constraint on the engine's version, such as `vllm>=0.16`.
    pub engine: Option<String>,
}

/// A request as it was typed: names in any spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Features and groups that must be on.
    pub need: Vec<String>,
    /// Features and groups that should be on, with weights.
    pub want: Vec<(String, u64)>,
    /// Features and groups that must be off.
    pub avoid: Vec<String>,
    /// The backends to choose from; all where empty.
    pub backends: Vec<String>,
    /// The serving pattern.
    pub pattern: Option<String>,
    /// The worst level that a plan may rest on.
    pub accept: Level,
    /// The rule sets that count; all that the planner knows where none is chosen.
    pub rules: Option<Vec<String>>,
    /// Facts that are stated of the deployment and, as `!name`, facts that are denied.
    pub facts: Vec<String>,
    /// Facts of the machines to deploy on.
    pub platform: PlatformFacts,
    /// Enumerate every valid plan that contains the needs, not only the minimal ones.
    pub all: bool,
}

/// The reason that a request cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// A stable code such as `unknown-feature`.
    pub code: String,
    /// The problem and its fix.
    pub message: String,
    /// The part of the request that it is about, as it was typed.
    pub at: Option<String>,
    /// The nearest valid names, best first.
    pub suggestions: Vec<String>,
}

impl Default for Query {
    /// A query that asks for nothing, of every backend, and accepts experimental cells.
    fn default() -> Self {
        Query {
            need: Vec::new(),
            want: Vec::new(),
            avoid: Vec::new(),
            backends: Vec::new(),
            pattern: None,
            accept: Level::Experimental,
            rules: None,
            facts: Vec::new(),
            platform: PlatformFacts::default(),
            all: false,
        }
    }
}

impl PlatformFacts {
    /// The facts in words, such as `driver 550, CUDA 12.8`; empty where there is none.
    #[must_use]
    pub fn in_words(&self) -> String {
        let PlatformFacts { driver, cuda, engine } = self;
        let facts = [
            driver.map(|driver| format!("driver {driver}")),
            cuda.as_ref().map(|cuda| format!("CUDA {cuda}")),
            engine.as_ref().map(|engine| format!("engine {engine}")),
        ];
        facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Query {
    /// A query that needs these features or groups.
    pub fn needing(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Query { need: names.into_iter().map(Into::into).collect(), ..Query::default() }
    }
}

impl RequestError {
    /// An error about one part of a request.
    #[must_use]
    pub fn new(code: &str, at: Option<&str>, message: impl Into<String>) -> Self {
        RequestError {
            code: code.to_owned(),
            message: message.into(),
            at: at.map(str::to_owned),
            suggestions: Vec::new(),
        }
    }

    /// Adds the nearest valid names.
    #[must_use]
    pub fn with_suggestions(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }
}
