//! What is known of deployments beside what they support: the flags of their programs.
//!
//! Pure data, read from `model/deploy`.

mod flag;

use serde::{Deserialize, Serialize};

use super::{Release, ReleaseRange};

pub use flag::{
    Confidence, EngineFlags, Flag, FlagTable, FlagUse, FlagValues, FlagVariable, HandedOn,
    NameHistory, NameState, ParserReading, PlannerKey, Program, Replacement, Variable,
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
}
