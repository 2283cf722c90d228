//! The matrix: what each backend of a release supports, alone and in combination.
//!
//! Pure data. The [`load`](crate::load) module makes a [`Matrix`] from a model file or a published
//! page. Nothing here knows of files, solvers or terminals.

mod cell;
mod cell_list;
pub mod deploy;
mod description;
mod dimension;
mod feature;
mod known_release;
mod level;
mod platform;
mod release;
mod release_range;
mod rule;
mod shared_text;
mod source;
mod term;
mod terms;
mod unlisted;
mod upgrade;
mod vocabulary;

use serde::{Deserialize, Serialize};

pub use cell::{Cell, Note, NoteKind};
pub use cell_list::CellList;
pub use description::Description;
pub use dimension::{Choice, Dimension};
pub use feature::{Backend, Feature, Group, slug};
pub use known_release::{KnownRelease, Recorded, ReleasePins, Statement};
pub use level::{Level, UnknownLevel};
pub use platform::Platform;
pub use release::{DEFAULT_RELEASE, Release};
pub use release_range::{ReleaseRange, ReleaseRangeError};
pub use rule::{DEFAULT_RULES, KNOWN_ISSUES, Rule, RuleSet};
pub use source::{source_url, source_urls};
pub use term::Term;
pub use terms::Terms;
pub use unlisted::UnlistedTopic;
pub use upgrade::{UpgradeChange, UpgradeCode, UpgradeEffect};
pub use vocabulary::{BackendName, Fact, Vocabulary};

/// The features that each backend of one release supports, and those that go together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// The release; `None` for a model that names none.
    pub release: Option<Release>,
    /// The day of the release, as `2026-02-11`.
    pub released: Option<String>,
    /// Where the matrix was published.
    pub provenance: Provenance,
    /// The features, in the order of the page.
    pub features: Vec<Feature>,
    /// The groups that some of the features are variants of.
    pub groups: Vec<Group>,
    /// The serving patterns; `None` where the matrix states no pattern facts.
    pub dimension: Option<Dimension>,
    /// The backends, in the order of the page.
    pub backends: Vec<Backend>,
}

/// The provenance of a matrix: it is identified by document and commit, not by label alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The path or address of the document that was read.
    pub source: String,
    /// The commit of the document.
    pub commit: Option<String>,
    /// The document's date, as `2026-02-11`.
    pub date: Option<String>,
    /// The SHA-256 of the file that this matrix was read from, in hexadecimal.
    pub sha256: Option<String>,
    /// The address of the repository that paths are of, where it is known.
    pub repository: Option<String>,
}

impl Matrix {
    /// The feature with this id.
    #[must_use]
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.id == id)
    }

    /// The address of each source of one of its notes or rules, as [`source_urls`] gives them.
    #[must_use]
    pub fn urls(&self, sources: &[String], repository: Option<&str>) -> Vec<Option<String>> {
        source_urls(sources, repository, &self.provenance, self.release.as_ref())
    }

    /// The address of one of its sources, as [`source_url`] gives it.
    #[must_use]
    pub fn url(&self, source: &str) -> Option<String> {
        source_url(source, &self.provenance, self.release.as_ref())
    }

    /// The backend with this id.
    #[must_use]
    pub fn backend(&self, id: &str) -> Option<&Backend> {
        self.backends.iter().find(|backend| backend.id == id)
    }
}
