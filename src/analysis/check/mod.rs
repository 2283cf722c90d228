//! Manifests and launch scripts: what a deployment is, what it switches on, and what in it is wrong.
//!
//! A file that [`manifest`](crate::load::manifest::manifest) read comes in, a [`FileReading`] goes out. Which flag means
//! which feature stands in the model alone: [`CheckTables`] holds its rows.

mod findings;
mod flags;
mod interpret;
mod processes;
mod reading;
mod release;
mod signals;
mod tables;
mod value_test;

use crate::load::manifest::ManifestFile;
use crate::matrix::Release;

pub use flags::{FlagRead, MissingFile, ProcessFlags, WordDamage};
pub use reading::{
    BackendReading, CheckFinding, DeploymentReading, Evidence, FactReading, FeatureReading,
    FileReading, ProcessReading, ReleaseKind, ReleaseReading, SignReading, UnknownReading,
};
pub use release::{ImageParts, plain_version};
pub use tables::CheckTables;

/// Reads what the deployments of a file mean; a release that is given takes the place of what their images say.
#[must_use]
pub fn check(tables: &CheckTables, file: &ManifestFile, given: Option<&Release>) -> FileReading {
    let mut reading = FileReading { path: file.path.clone(), ..FileReading::default() };
    for (i, deployment) in file.deployments.iter().enumerate() {
        let (read, views) = interpret::deployment(tables, file, deployment, given);
        reading.findings.extend(findings::of(tables, file, deployment, i, &read, &views));
        reading.deployments.push(read);
    }
    reading
        .findings
        .sort_by(|a, b| (a.deployment, a.at.at, &a.code).cmp(&(b.deployment, b.at.at, &b.code)));
    reading.findings.dedup_by(|a, b| a.code == b.code && a.at == b.at);
    reading
}
