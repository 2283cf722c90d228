//! What users ask for and no table of features lists.

use serde::{Deserialize, Serialize};

use super::{Provenance, Term, source_url};

/// Something that users ask for and that no table of features lists, such as LMCache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlistedTopic {
    /// The id, such as `lmcache`.
    pub id: String,
    /// The printed name.
    pub name: String,
    /// Other names that users know it by.
    pub aliases: Vec<String>,
    /// What it is and why no table lists it: the end of a sentence, without its full stop.
    pub text: String,
    /// The nearest things that can be asked for, sorted: features, groups, and facts as `fact=…`.
    pub nearest: Vec<Term>,
    /// The documents that tell of it.
    pub sources: Vec<String>,
    /// The repository that paths among them are of.
    pub repository: Option<String>,
}

impl UnlistedTopic {
    /// The address of the first document that tells of it.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let provenance =
            Provenance { repository: self.repository.clone(), ..Provenance::default() };
        source_url(self.sources.first()?, &provenance, None)
    }
}
