//! The vocabulary: what is known of features and backends whatever the release.

use serde::{Deserialize, Serialize};

use super::{Dimension, Feature, Group, slug};

/// Names that hold for every release: aliases, groups, printed backend names and the serving
/// patterns. A model file or page that lists a feature known here gets its aliases from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Every feature known to any release.
    pub features: Vec<Feature>,
    /// Every group.
    pub groups: Vec<Group>,
    /// Every backend.
    pub backends: Vec<BackendName>,
    /// The multimodal serving pattern.
    pub dimension: Dimension,
}

/// The names of a backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendName {
    /// The id, such as `trtllm`.
    pub id: String,
    /// The printed name, such as `TensorRT-LLM`.
    pub name: String,
    /// Other names that users and pages know it by.
    pub aliases: Vec<String>,
}

impl Vocabulary {
    /// The backend with this id, printed name or alias, in any spelling.
    #[must_use]
    pub fn backend(&self, name: &str) -> Option<&BackendName> {
        let wanted = slug(name);
        self.backends.iter().find(|backend| {
            backend.id == wanted
                || slug(&backend.name) == wanted
                || backend.aliases.iter().any(|alias| slug(alias) == wanted)
        })
    }

    /// The ids of all features and groups.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let features = self.features.iter().map(|feature| &*feature.id);
        features.chain(self.groups.iter().map(|group| &*group.id))
    }
}
