//! What upgrades change, and the words for it.

use serde::{Deserialize, Serialize};

use super::{ReleaseRange, Term};

/// Something that an upgrade changes beside requirements and flags: a default, an image, a field, an
/// interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeChange {
    /// The id, unique in its file.
    pub id: String,
    /// The releases that the upgrade starts from.
    pub before: ReleaseRange,
    /// The releases that it leads to.
    pub after: ReleaseRange,
    /// The backends that it is about; every one where empty.
    pub backends: Vec<String>,
    /// What must hold in a plan for the change to be about it: features and groups that are on or off,
    /// options, and facts that the request states. Every plan where empty.
    pub terms: Vec<Term>,
    /// Facts that the change takes for granted unless the request denies one.
    pub assumes: Vec<Term>,
    /// The kind of change.
    pub code: UpgradeCode,
    /// How what was right before fails.
    pub effect: UpgradeEffect,
    /// The role whose flags, variables or fields it is about: `frontend`, `worker` and so on.
    pub role: Option<String>,
    /// The flags, variables, fields and images that it is about.
    pub names: Vec<String>,
    /// The value or name before.
    pub old: Option<String>,
    /// The value or name after.
    pub new: Option<String>,
    /// What to write or to have instead.
    pub instead: Option<String>,
    /// What changes, in a sentence or two that also read well after the requirement of these names.
    pub text: String,
    /// The documents that say so.
    pub sources: Vec<String>,
    /// The repository that paths among them are of.
    pub repository: Option<String>,
}

impl UpgradeChange {
    /// Whether the change is about this backend.
    #[must_use]
    pub fn is_of_backend(&self, backend: &str) -> bool {
        self.backends.is_empty() || self.backends.iter().any(|known| known == backend)
    }
}

/// The kind of a line of a checklist, in the order in which lines of the same effect are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeCode {
    /// The least driver changes, or a stated driver is looked at.
    Driver,
    /// A requirement says something else.
    RequirementChanged,
    /// A requirement comes.
    RequirementAdded,
    /// A flag, value or variable is read and refused.
    FlagRefused,
    /// A flag is gone.
    FlagRemoved,
    /// A flag has another name; the old one is on its way out.
    FlagRenamed,
    /// A variable is no longer read.
    EnvIgnored,
    /// A default, or what happens without being told, changes.
    DefaultChanged,
    /// An image changes.
    Image,
    /// A field, endpoint, module or version of an interface changes.
    Api,
    /// The CUDA toolkits change.
    Cuda,
    /// The engine's version changes.
    Engine,
    /// A requirement goes.
    RequirementRemoved,
    /// A known issue, a limit or a deprecation comes.
    IssueGained,
    /// A limit goes.
    LimitLifted,
    /// A known issue is stated to be fixed.
    IssueFixed,
    /// The known issues of the new release are not recorded completely.
    IssuesNotRecorded,
}

impl UpgradeCode {
    /// The codes that rows of a file have; all others are worked out.
    pub const OF_ROWS: [UpgradeCode; 7] = [
        UpgradeCode::Image,
        UpgradeCode::Api,
        UpgradeCode::FlagRemoved,
        UpgradeCode::FlagRenamed,
        UpgradeCode::FlagRefused,
        UpgradeCode::EnvIgnored,
        UpgradeCode::DefaultChanged,
    ];

    /// The name that files and answers write, such as `flag-removed`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            UpgradeCode::RequirementChanged => "requirement-changed",
            UpgradeCode::RequirementAdded => "requirement-added",
            UpgradeCode::FlagRefused => "flag-refused",
            UpgradeCode::FlagRemoved => "flag-removed",
            UpgradeCode::FlagRenamed => "flag-renamed",
            UpgradeCode::EnvIgnored => "env-ignored",
            UpgradeCode::DefaultChanged => "default-changed",
            UpgradeCode::Image => "image",
            UpgradeCode::Api => "api",
            UpgradeCode::Driver => "driver",
            UpgradeCode::Cuda => "cuda",
            UpgradeCode::Engine => "engine",
            UpgradeCode::RequirementRemoved => "requirement-removed",
            UpgradeCode::IssueGained => "issue-gained",
            UpgradeCode::LimitLifted => "limit-lifted",
            UpgradeCode::IssueFixed => "issue-fixed",
            UpgradeCode::IssuesNotRecorded => "issues-not-recorded",
        }
    }
}

/// How what was right before an upgrade fails after it, what is noticed last first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeEffect {
    /// It runs and does not do what was meant.
    Silent,
    /// A process or a request ends with an error, or an image cannot be pulled.
    Exit,
    /// The cluster does not take the deployment.
    Refused,
    /// It runs and warns.
    Warning,
}

impl UpgradeEffect {
    /// Every effect.
    pub const ALL: [UpgradeEffect; 4] = [
        UpgradeEffect::Silent,
        UpgradeEffect::Exit,
        UpgradeEffect::Refused,
        UpgradeEffect::Warning,
    ];

    /// The name that files and answers write.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            UpgradeEffect::Silent => "silent",
            UpgradeEffect::Exit => "exit",
            UpgradeEffect::Refused => "refused",
            UpgradeEffect::Warning => "warning",
        }
    }
}
