//! What is known of deployments beside what they support: the flags of their programs, what shows that a feature
//! is on, and what to set to switch it on.
//!
//! Pure data, read from `model/deploy`.

mod flag;
mod manifest;
mod process;
mod rule;
mod setting;
mod signal;

use serde::{Deserialize, Serialize};

use super::{Release, ReleaseRange};

pub use flag::{
    Confidence, EngineFlags, Flag, FlagTable, FlagUse, FlagValues, FlagVariable, HandedOn,
    NameHistory, NameState, ParserReading, PlannerKey, Program, Replacement, Variable,
};

pub use manifest::{
    ApiSchema, ApiShape, BaseProcess, CompanionObject, ComponentNames, EngineFile, FieldKind,
    ManifestModel, ManifestRemark, RemarkSeverity, SchemaField, UserValue,
};
pub use process::{
    ComponentRole, ImagePattern, OptionFile, OptionForm, PatternRole, ProcessModule, Processes,
    TagWords,
};
pub use rule::{CheckRule, RuleProcess, RuleSeverity};
pub use setting::{
    ConfigMount, DeploySettings, EngineOptions, FieldValue, ReleaseImage, RoleArgs, Setting,
    WorkerRoles,
};
pub use signal::{
    NumberTest, ProcessCondition, Signal, SignalPlaces, SignalState, SignalSubject, SignalTest,
};

/// The releases in any of several ranges; none where there is no range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseRanges(pub Vec<ReleaseRange>);

impl ReleaseRanges {
    /// Every release.
    #[must_use]
    pub fn every() -> Self {
        ReleaseRanges(vec![ReleaseRange::default()])
    }

    /// Whether a release is in one of the ranges.
    #[must_use]
    pub fn contains(&self, release: &Release) -> bool {
        self.0.iter().any(|range| range.contains(release))
    }

    /// The releases in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = |a: &ReleaseRange| other.0.iter().map(|b| a.and(b)).collect::<Vec<_>>();
        ReleaseRanges(self.0.iter().flat_map(both).collect())
    }
}
