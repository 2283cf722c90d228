//! What is wrong or worth knowing of deployments.

use serde::{Deserialize, Serialize};

use super::ReleaseRanges;
use crate::matrix::UpgradeEffect;

/// A finding about deployments. One with conditions is made where they hold; one without is made by the reader
/// that meets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRule {
    /// The code, such as `kv-events-missing`.
    pub code: String,
    /// How bad it is.
    pub severity: RuleSeverity,
    /// How it fails, where its severity does not tell.
    pub effect: Option<UpgradeEffect>,
    /// The releases in which it holds. Where the release is not known, one with bounds is not made.
    pub releases: ReleaseRanges,
    /// The backend that it is about.
    pub backend: Option<String>,
    /// The version of the API that it is about.
    pub api: Option<String>,
    /// The features that must all be on.
    pub features: Vec<String>,
    /// The features that must not.
    pub without_features: Vec<String>,
    /// The signs of which a process must show one.
    pub signs: Vec<String>,
    /// The signs that no process may show.
    pub without_signs: Vec<String>,
    /// The role among workers whose signs do not count.
    pub not_part: Option<String>,
    /// The process that must be there.
    pub process: Option<RuleProcess>,
    /// What the tag of an image must hold.
    pub tag: Option<String>,
    /// What is wrong. `{text}`, `{component}` and `{release}` are filled in.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// A process that a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProcess {
    /// Its role.
    pub role: Option<String>,
    /// Its role among workers.
    pub part: Option<String>,
    /// Modules, one of which it runs; any where there is none.
    pub modules: Vec<String>,
    /// Flags, all of which it has.
    pub flags: Vec<String>,
    /// Flags and variables, none of which it has.
    pub without: Vec<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RuleSeverity {
    /// Worth knowing.
    Note,
    /// It runs and does not do what was meant.
    Warning,
    /// A process ends, or the deployment is refused.
    Error,
}

impl CheckRule {
    /// Whether the rule has conditions of its own, so that no reader makes it.
    #[must_use]
    pub fn has_conditions(&self) -> bool {
        let lists = [&self.features, &self.signs, &self.without_signs, &self.without_features];
        lists.iter().any(|list| !list.is_empty())
            || self.process.is_some()
            || self.tag.is_some()
            || self.api.is_some()
    }
}
