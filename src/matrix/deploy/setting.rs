//! What is set to switch features on, for which role of a deployment, and the images of releases.

use serde::{Deserialize, Serialize};

use super::ReleaseRanges;
use crate::matrix::Term;

/// Everything that a plan is put to work by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploySettings {
    /// The address of the repository that paths of sources are of.
    pub repository: Option<String>,
    /// The releases of which anything is known.
    pub releases: ReleaseRanges,
    /// What is set for features, in the order in which settings for one role are joined.
    pub settings: Vec<Setting>,
    /// The images of releases.
    pub images: Vec<ReleaseImage>,
    /// The roles of workers, by plan.
    pub workers: Vec<WorkerRoles>,
    /// Every role, in the order in which they are listed.
    pub roles: Vec<String>,
    /// The flags that take engine options.
    pub engine_options: Vec<EngineOptions>,
}

/// What is set to switch a feature on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The id of the signal that tells that it is set.
    pub signal: String,
    /// The feature or group that it switches on.
    pub feature: String,
    /// What must hold beside that: features on or off, options.
    pub terms: Vec<Term>,
    /// The backends that it is for; every one where there is none.
    pub backends: Vec<String>,
    /// The releases that it is for.
    pub releases: ReleaseRanges,
    /// The facts that hold of a deployment with it, by id.
    pub facts: Vec<String>,
    /// The way that must be chosen for it, where it is not the usual one.
    pub choice: Option<String>,
    /// The roles that it is for, each with its arguments.
    pub roles: Vec<RoleArgs>,
    /// The variables of the process.
    pub env: Vec<(String, String)>,
    /// Options of the engine.
    pub engine: Vec<(String, FieldValue)>,
    /// Fields of the component.
    pub fields: Vec<(String, FieldValue)>,
    /// The command of the process, where it is not the role's own.
    pub command: Vec<String>,
    /// The directory that the command runs in.
    pub working_dir: Option<String>,
    /// The ConfigMaps that are mounted.
    pub mounts: Vec<ConfigMount>,
    /// The image, where it is not the backend's.
    pub image: Option<String>,
    /// The annotations of the deployment.
    pub annotations: Vec<(String, String)>,
    /// The kinds of the objects that go with the deployment.
    pub objects: Vec<String>,
    /// The number of replicas.
    pub replicas: Option<u32>,
    /// Whether the component refers to its model as an object.
    pub model_ref: bool,
    /// The flag whose place its arguments take.
    pub replaces: Option<String>,
    /// What only the user knows, by id.
    pub user: Vec<String>,
    /// The documents that say so.
    pub sources: Vec<String>,
}

/// A role with the arguments of its process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleArgs {
    /// The role, such as `prefill`.
    pub role: String,
    /// The arguments, word by word.
    pub args: Vec<String>,
}

/// A ConfigMap and the path that it is mounted at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigMount {
    /// The name of the ConfigMap.
    pub config_map: String,
    /// The path.
    pub path: String,
}

/// The value of a field or an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<FieldValue>),
    /// A table, by key.
    Table(Vec<(String, FieldValue)>),
}

/// The image of a backend or a role in some releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseImage {
    /// The name with its registry.
    pub name: String,
    /// The tag, in which `{release}` stands for the number of the release.
    pub tag: String,
    /// The backend that it is for.
    pub backend: Option<String>,
    /// The role that it is for.
    pub role: Option<String>,
    /// The major version of CUDA that it is for, where it is not the usual image.
    pub cuda: Option<String>,
    /// The releases.
    pub releases: ReleaseRanges,
    /// The documents that say so.
    pub sources: Vec<String>,
}

/// The roles that the workers of a plan have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerRoles {
    /// What must hold in the plan.
    pub terms: Vec<Term>,
    /// The roles.
    pub roles: Vec<String>,
}

/// The flag by which a backend's worker takes engine options, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineOptions {
    /// The backend.
    pub backend: String,
    /// The flag.
    pub flag: String,
    /// The documents that say so.
    pub sources: Vec<String>,
}

impl DeploySettings {
    /// The same settings with the images, roles and flags of another file.
    #[must_use]
    pub fn with(self, images: DeploySettings) -> Self {
        let DeploySettings { repository, releases, settings, .. } = self;
        DeploySettings { repository, releases, settings, ..images }
    }
}

impl ReleaseImage {
    /// The image of a release, as `name:tag`.
    #[must_use]
    pub fn reference(&self, release: &crate::matrix::Release) -> String {
        format!("{}:{}", self.name, self.tag.replace("{release}", release.as_str()))
    }
}
