//! What can be asked for: features, backends, releases, serving patterns and rules, with every name
//! that they are known by.

mod page;
mod view;

use serde::Serialize;

use crate::matrix::{Dimension, Level, Matrix, Release, Term};

pub use page::page;
pub use view::ListView;

/// What a list is made from.
#[derive(Clone, Debug, Default)]
pub struct Listing<'m> {
    /// The chosen matrices, whose features and backends are listed.
    pub chosen: &'m [Matrix],
    /// Every release that could be chosen, oldest first.
    pub releases: &'m [Matrix],
    /// The serving patterns where no chosen matrix states any.
    pub dimension: Option<&'m Dimension>,
    /// The rules of every set.
    pub rules: Vec<RuleEntry>,
    /// The one kind of thing to list; everything where `None`.
    pub topic: Option<Topic>,
}

/// A kind of thing to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Features and groups.
    Features,
    /// Backends.
    Backends,
    /// Releases with their engine versions, CUDA toolkits and drivers.
    Releases,
    /// Serving patterns.
    Patterns,
    /// Rules that count when their set is asked for.
    Rules,
}

/// A rule as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleEntry {
    /// The set that it belongs to, such as `deployability`.
    pub set: String,
    /// The rule's own id.
    pub id: String,
    /// What must hold for the rule to count.
    pub terms: Vec<Term>,
    /// The level that it gives.
    pub level: Level,
    /// The releases that it holds for, oldest first; empty where for all.
    pub releases: Vec<Release>,
    /// The backends that it holds for; empty where for all.
    pub backends: Vec<String>,
    /// Why.
    pub reason: String,
    /// The document that says so.
    pub source: String,
}

impl<'m> Listing<'m> {
    /// Whether a kind of thing is listed.
    fn has(&self, topic: Topic) -> bool {
        self.topic.is_none_or(|only| only == topic)
    }

    /// The serving patterns: the newest chosen matrix's, or what is known of them.
    fn patterns(&self) -> Option<&'m Dimension> {
        self.chosen.iter().rev().find_map(|matrix| matrix.dimension.as_ref()).or(self.dimension)
    }
}
