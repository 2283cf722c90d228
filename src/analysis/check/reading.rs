//! What a deployment means: its backend and release, what it switches on, and what could not be read.

use serde::{Deserialize, Serialize};

use crate::load::Severity;
use crate::matrix::deploy::SignalState;
use crate::matrix::{Release, UpgradeEffect};

/// What is read of one file.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FileReading {
    /// The name of the file, as the user gave it.
    pub path: String,
    /// The deployments, in the order of the file.
    pub deployments: Vec<DeploymentReading>,
    /// What is wrong or worth knowing, in the order of the file.
    pub findings: Vec<CheckFinding>,
}

/// What a deployment says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeploymentReading {
    /// The name; that of the file for a script.
    pub name: String,
    /// The version of the API; `None` for a script.
    pub api: Option<String>,
    /// Where it begins.
    pub at: Evidence,
    /// The backend; `None` where nothing tells it or nothing of it runs.
    pub backend: Option<BackendReading>,
    /// The release that it is read by.
    pub release: ReleaseReading,
    /// The features and groups that something speaks of, by id.
    pub features: Vec<FeatureReading>,
    /// The pattern of multimodal serving; `None` where nothing multimodal is on.
    pub pattern: Option<String>,
    /// The facts that a request would state for it.
    pub facts: Vec<FactReading>,
    /// The signs that processes show, beside features.
    pub signs: Vec<SignReading>,
    /// What could not be read.
    pub unknown: Vec<UnknownReading>,
    /// The processes, as they were read.
    pub processes: Vec<ProcessReading>,
}

/// The backend of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendReading {
    /// The id.
    pub id: String,
    /// What tells it.
    pub evidence: Evidence,
}

/// The release of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseReading {
    /// The release whose rules hold; `None` where the file does not tell it.
    pub id: Option<Release>,
    /// How it is known.
    pub kind: ReleaseKind,
    /// What tells it.
    pub evidence: Option<Evidence>,
}

/// How the release of a deployment is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseKind {
    /// A field names it.
    Override,
    /// The tag of an image is a version.
    Exact,
    /// The tag is that of a build before or beside the release.
    Preview,
    /// The tag stands for one that is to be filled in.
    Placeholder,
    /// The tag is no version.
    Custom,
    /// No image of Dynamo is named.
    None,
    /// The user named it.
    Given,
}

/// What is said of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureReading {
    /// The id of the feature or group.
    pub id: String,
    /// Whether it is on.
    pub state: SignalState,
    /// What says so.
    pub evidence: Evidence,
    /// The id of the signal.
    pub signal: String,
}

/// A condition of the deployment that a request would state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactReading {
    /// The id of the fact.
    pub id: String,
    /// What says so.
    pub evidence: Evidence,
}

/// A sign that a process shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignReading {
    /// The id of the sign.
    pub id: String,
    /// The number of the process; `None` for a field or an object.
    pub process: Option<usize>,
    /// What shows it.
    pub evidence: Evidence,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownReading {
    /// The feature that it may switch, where that is known.
    pub feature: Option<String>,
    /// The reason, in a sentence.
    pub reason: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// A process, and as what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessReading {
    /// The number of its component.
    pub component: usize,
    /// The number of its container in the component.
    pub container: usize,
    /// The number of the process in the container.
    pub process: usize,
    /// The module or program; `None` where the command is that of the image.
    pub module: Option<String>,
    /// The role of the program, as `worker`.
    pub role: String,
    /// The role among workers, as `prefill`; empty for other programs.
    pub part: String,
    /// The backend.
    pub backend: Option<String>,
}

/// A place that tells something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The name of the component; empty where it is none's.
    pub component: String,
    /// The text that stands there.
    pub text: String,
    /// The byte of the file.
    #[serde(skip)]
    pub at: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// Something that is wrong or worth knowing of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckFinding {
    /// A stable code such as `folded-backslash`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// How it fails, where its severity does not tell.
    pub effect: Option<UpgradeEffect>,
    /// What is wrong, in a sentence or two.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The document that says so.
    pub source: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The number of the deployment in the file.
    pub deployment: usize,
    /// Where it is; the path is that of the file.
    pub at: Evidence,
}
