//! Manifests and launch scripts: what a deployment is, what it switches on, and what in it is wrong.

mod reading;

pub use reading::{
    BackendReading, CheckFinding, DeploymentReading, Evidence, FactReading, FeatureReading,
    FileReading, ProcessReading, ReleaseKind, ReleaseReading, SignReading, UnknownReading,
};
