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
    /// The conditions of a deployment that rules and notes name.
    pub facts: Vec<Fact>,
}

/// A condition of a deployment that no feature expresses, such as a model with hybrid attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The id, such as `hybrid-attention`.
    pub id: String,
    /// The printed name.
    pub name: String,
    /// Other names that users know it by.
    pub aliases: Vec<String>,
    /// What is true of a deployment to which the fact applies, in one sentence.
    pub summary: String,
    /// The feature that the fact is a variety of: as a need its names mean that feature.
    pub feature: Option<String>,
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

impl Fact {
    /// Whether the slug of a name is that of the id, the printed name or an alias.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let own = [&self.id, &self.name].into_iter().chain(&self.aliases);
        own.into_iter().any(|own| slug(own) == name)
    }
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

    /// The id of the feature, group, backend or fact that a name means, whatever its hyphens.
    #[must_use]
    pub fn owner_of(&self, name: &str) -> Option<&str> {
        let squeezed = |name: &str| slug(name).replace('-', "");
        let wanted = squeezed(name);
        let features = self.features.iter().map(|it| (&it.id, &it.name, &it.aliases));
        let groups = self.groups.iter().map(|it| (&it.id, &it.name, &it.aliases));
        let backends = self.backends.iter().map(|it| (&it.id, &it.name, &it.aliases));
        let facts = self.facts.iter().map(|it| (&it.id, &it.name, &it.aliases));
        let mut owners = features.chain(groups).chain(backends).chain(facts);
        let (id, ..) = owners.find(|(id, name, aliases)| {
            [id, name].into_iter().copied().chain(*aliases).any(|own| squeezed(own) == wanted)
        })?;
        Some(id)
    }

    /// The ids of all features and groups.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let features = self.features.iter().map(|feature| &*feature.id);
        features.chain(self.groups.iter().map(|group| &*group.id))
    }
}
