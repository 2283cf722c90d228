//! Lists of what can be asked for: features, backends, releases, serving patterns and rules, with
//! every name that they are known by.

mod page;
mod releases;
mod view;

use crate::matrix::{
    Dimension, Fact, KnownRelease, Matrix, Provenance, Recorded, Release, Rule, RuleSet,
    UnlistedTopic, source_url, source_urls,
};

pub use page::page;
pub use view::ListView;

/// The matrices and rules that a list is made from.
#[derive(Clone, Debug, Default)]
pub struct Listing<'m> {
    /// Whether nobody chose the release.
    pub release_defaulted: bool,
    /// The newest bundled release, where the matrices are not those of files.
    pub newest: Option<Release>,
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

    /// The provenance of the newest release, whose repository paths are of.
    fn provenance(&self) -> Option<&'m Provenance> {
        let matrices = self.releases.iter().chain(self.chosen).rev();
        matrices.map(|matrix| &matrix.provenance).find(|known| known.repository.is_some())
    }

    /// The address of a source of a release without a matrix.
    fn url(&self, source: &str, release: &Release) -> Option<String> {
        source_url(source, self.provenance()?, Some(release))
    }

    /// The addresses of a rule's sources. A path without a commit has none: a rule is about several
    /// releases.
    fn rule_urls(&self, rule: &Rule) -> Vec<Option<String>> {
        let provenance = self.provenance().cloned().unwrap_or_default();
        source_urls(&rule.sources, rule.repository.as_deref(), &provenance, None)
    }

    /// The serving patterns: the newest chosen matrix's, or what is known of them.
    fn patterns(&self) -> Option<&'m Dimension> {
        self.chosen.iter().rev().find_map(|matrix| matrix.dimension.as_ref()).or(self.dimension)
    }
}
