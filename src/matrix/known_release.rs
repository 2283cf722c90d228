//! Releases that are known without a matrix, and how completely known issues are recorded.

use serde::{Deserialize, Serialize};

use super::{Platform, Release, ReleaseRange};

/// A release of which no matrix is known: it can be listed, not planned on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRelease {
    /// The release.
    pub release: Release,
    /// The day of the release, as `2026-02-11`.
    pub released: Option<String>,
    /// `stable`, `patch`, `platform-preview` or `model-build`.
    pub kind: String,
    /// What it pins, per backend.
    pub pins: Vec<ReleasePins>,
    /// What its documents say of features.
    pub statements: Vec<Statement>,
}

/// What one backend of a release pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasePins {
    /// The backend's id.
    pub backend: String,
    /// The engine version, as published.
    pub engine: Option<String>,
    /// The CUDA toolkits that the release is built for.
    pub platforms: Vec<Platform>,
}

/// Something that the documents of a release say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What they say, in one sentence.
    pub text: String,
    /// Where.
    pub source: String,
}

/// How completely the known issues of some releases are recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The releases.
    pub releases: ReleaseRange,
    /// Of how many known issues how many are recorded; `None` where all are.
    pub part: Option<(u32, Option<u32>)>,
}

impl KnownRelease {
    /// Whether it is a full release, not a preview or the build for one model.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self.kind.as_str(), "stable" | "patch")
    }
}

impl Recorded {
    /// Whether every known issue is recorded.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.part.is_none()
    }
}
