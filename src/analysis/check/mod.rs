//! Manifests and launch scripts: what a deployment is, what it switches on, and what in it is wrong.

mod code;
mod reading;
mod verdict;

pub use code::{FINDING_CODES, FindingCode, finding_code};
pub use reading::{
    BackendReading, CheckFinding, DeploymentReading, Evidence, FactReading, FeatureReading,
    FileReading, ProcessReading, ReleaseKind, ReleaseReading, SignReading, UnknownReading,
};
pub use verdict::VerdictOptions;
