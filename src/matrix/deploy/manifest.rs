//! The objects that plans are written as, beside what switches features on.

use serde::{Deserialize, Serialize};

use super::{FieldValue, ReleaseRanges};
use crate::matrix::Term;

/// Everything that manifests are written by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestModel {
    /// The address of the repository that paths of sources are of.
    pub repository: Option<String>,
    /// What stands for the namespace in arguments.
    pub namespace: String,
    /// The versions of the API.
    pub apis: Vec<ApiShape>,
    /// The names of components.
    pub names: Vec<ComponentNames>,
    /// What every process of a role has; several rows for one role are joined in their order.
    pub processes: Vec<BaseProcess>,
    /// The files that engine options are written to.
    pub engine_files: Vec<EngineFile>,
    /// The objects beside a deployment.
    pub objects: Vec<CompanionObject>,
    /// What only the user knows.
    pub asks: Vec<UserValue>,
    /// What holds of some plans, and what cannot be written.
    pub remarks: Vec<ManifestRemark>,
}

/// Where things stand in the components of a version of the API. A path is a list of keys; `containers[main]` is
/// the item `main` of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiShape {
    /// The version with its group, as `nvidia.com/v1alpha1`.
    pub version: String,
    /// The releases whose manifests are written in it.
    pub releases: ReleaseRanges,
    /// The field of `spec` that holds the components.
    pub components: String,
    /// Whether they are a map by their names; else they are a list.
    pub by_name: bool,
    /// The main container.
    pub container: Vec<String>,
    /// The number of GPUs.
    pub gpus: Vec<String>,
    /// The name of the secret that variables are read from.
    pub secret: Vec<String>,
    /// The list of sources that variables are read from, where there is one.
    pub secrets: Vec<String>,
    /// The volumes.
    pub volumes: Vec<String>,
    /// The field of a component that names its release.
    pub release_field: Option<String>,
    /// The releases that have this field, and need it where the tag of the image does not name the release.
    pub release_field_from: ReleaseRanges,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// The names of a backend's components, by role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentNames {
    /// The backend.
    pub backend: String,
    /// The names, by role.
    pub roles: Vec<(String, String)>,
}

/// What every process of some roles has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseProcess {
    /// The roles.
    pub roles: Vec<String>,
    /// The backend; any where there is none.
    pub backend: Option<String>,
    /// The releases.
    pub releases: ReleaseRanges,
    /// What must hold in the plan.
    pub terms: Vec<Term>,
    /// Whether every plan has such a process, whatever it sets.
    pub in_every_plan: bool,
    /// The command; that of another row where it is empty.
    pub command: Vec<String>,
    /// The arguments, word by word.
    pub args: Vec<String>,
    /// Whether it runs on GPUs.
    pub uses_gpus: bool,
    /// The arguments where it runs on several.
    pub gpu_args: Vec<String>,
    /// Whether it reads variables from the user's secret.
    pub uses_secret: bool,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// The file that the engine options of a backend are written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFile {
    /// The backend.
    pub backend: String,
    /// The flag that names the file.
    pub flag: String,
    /// The directory that it is mounted in.
    pub directory: String,
    /// The name of the ConfigMap.
    pub config_map: String,
    /// The name of the file.
    pub file: String,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// An object beside a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanionObject {
    /// The kind, by which settings name it.
    pub kind: String,
    /// The version of its API.
    pub api: String,
    /// Its name.
    pub name: String,
    /// Its `spec`.
    pub spec: Vec<(String, FieldValue)>,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// Something that only the user knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserValue {
    /// The id, which stands for it in braces.
    pub id: String,
    /// The flag that fills it in.
    pub flag: Option<String>,
    /// What must hold in the plan.
    pub terms: Vec<Term>,
    /// The backend; any where there is none.
    pub backend: Option<String>,
    /// The releases.
    pub releases: ReleaseRanges,
    /// What is written until it is filled in; nothing is written for one without it.
    pub stands: Option<String>,
    /// What it is. `{stands}` is filled in.
    pub text: String,
}

/// Something that holds of some plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRemark {
    /// What it means for the manifest.
    pub severity: RemarkSeverity,
    /// What must hold in the plan.
    pub terms: Vec<Term>,
    /// The backend; any where there is none.
    pub backend: Option<String>,
    /// The releases.
    pub releases: ReleaseRanges,
    /// The roles that `replicas` is for.
    pub roles: Vec<String>,
    /// The replicas that it takes.
    pub replicas: Option<u32>,
    /// What to say.
    pub text: String,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// What a remark means for the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RemarkSeverity {
    /// Worth knowing.
    Note,
    /// It runs and does not do what was meant.
    Warning,
    /// No manifest is written.
    Refusal,
}

/// The fields of a version of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiSchema {
    /// The version with its group.
    pub api: String,
    /// The releases that serve it.
    pub releases: ReleaseRanges,
    /// The fields; several rows for one path are for different releases.
    pub fields: Vec<SchemaField>,
    /// The documents, a release after the other.
    pub sources: Vec<String>,
}

/// A field of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaField {
    /// Its path; `{}` is any key of a map, `[]` an item of a list.
    pub path: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be there where its parent is.
    pub required: bool,
    /// Whether nothing is known of what is in it.
    pub is_open: bool,
    /// The texts that it may hold; any where there are none.
    pub values: Vec<String>,
    /// A regular expression for its text.
    pub pattern: Option<String>,
    /// The least and the greatest number.
    pub range: (Option<i64>, Option<i64>),
    /// The least and the greatest number of characters.
    pub length: (Option<usize>, Option<usize>),
    /// The most items.
    pub max_items: Option<usize>,
    /// The releases that have it so.
    pub releases: ReleaseRanges,
}

/// What a field of an API holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldKind {
    /// Anything.
    Any,
    /// A list.
    Array,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A whole number or a text.
    IntegerOrText,
    /// A number.
    Number,
    /// A map.
    Object,
    /// A text.
    Text,
}
