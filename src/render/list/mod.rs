//! Lists of what can be asked for: features, backends, releases, serving patterns and rules, with
//! every name that they are known by.

mod page;
mod view;

use crate::matrix::{
    Dimension, Fact, KnownRelease, Matrix, Recorded, Release, RuleSet, UnlistedTopic,
};

pub use page::page;
pub use view::ListView;

/// The matrices and rules that a list is made from.
#[derive(Clone, Debug, Default)]
pub struct Listing<'m> {
    /// The chosen matrices, whose features and backends are listed.
    pub chosen: &'m [Matrix],
    /// Every release that could be chosen, oldest first.
    pub releases: &'m [Matrix],
    /// The serving patterns where no chosen matrix states any.
    pub dimension: Option<&'m Dimension>,
    /// The releases that are known without a matrix.
    pub known: &'m [KnownRelease],
    /// How completely known issues are recorded.
    pub recorded: &'m [Recorded],
    /// The day on which what is bundled was last looked at.
    pub looked_at: Option<&'m str>,
    /// The rule sets that count.
    pub rule_sets: &'m [RuleSet],
    /// The facts that can be stated.
    pub facts: &'m [Fact],
    /// What is asked for as a feature and no table lists; told with the features.
    pub unlisted: &'m [UnlistedTopic],
    /// The one kind of thing to list; everything where `None`.
    pub kind: Option<ListKind>,
}

/// A kind of thing to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Features and groups.
    Features,
    /// Backends.
    Backends,
    /// Releases with their engine versions, CUDA toolkits and drivers.
    Releases,
    /// Serving patterns.
    Patterns,
    /// Rules.
    Rules,
    /// Facts of deployments.
    Facts,
}

impl<'m> Listing<'m> {
    /// Whether a kind of thing is listed.
    fn has(&self, kind: ListKind) -> bool {
        self.kind.is_none_or(|only| only == kind)
    }

    /// How completely the known issues of a release are recorded, where that is said.
    fn recorded(&self, release: Option<&Release>) -> Option<&'m Recorded> {
        let release = release?;
        self.recorded.iter().find(|recorded| recorded.releases.contains(release))
    }

    /// The serving patterns: the newest chosen matrix's, or what is known of them.
    fn patterns(&self) -> Option<&'m Dimension> {
        self.chosen.iter().rev().find_map(|matrix| matrix.dimension.as_ref()).or(self.dimension)
    }
}
