//! What features, groups and backends are, in a sentence each.

use serde::{Deserialize, Serialize};

use super::{Provenance, source_urls};

/// What a feature, group or backend is, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The id of what is described.
    pub of: String,
    /// The sentence.
    pub text: String,
    /// The documents that tell of it: the first says so, the others are to read beside it.
    pub sources: Vec<String>,
    /// The repository that paths among them are of.
    pub repository: Option<String>,
}

impl Description {
    /// The addresses of the documents, as [`source_urls`] gives them.
    #[must_use]
    pub fn urls(&self) -> Vec<Option<String>> {
        source_urls(&self.sources, self.repository.as_deref(), &Provenance::default(), None)
    }
}
