//! Manifests and launch scripts: what a deployment is, what it switches on, and what in it is wrong.
//!
//! A file that [`manifest`](crate::load::manifest::manifest) read comes in, a [`FileReading`] goes out. Which flag means
//! which feature stands in the model alone: [`CheckTables`] holds its rows.

mod checker;
mod code;
mod fields;
mod findings;
mod flags;
mod interpret;
mod names;
mod processes;
mod reading;
mod release;
mod report;
mod signals;
mod tables;
mod upgrade;
mod value_test;
mod verdict;

use crate::load::manifest::{ManifestDeployment, ManifestFile};
use crate::matrix::Release;
use processes::ProcessView;

pub use checker::{CheckOptions, Checker};
pub use code::{FindingCode, FindingCodes, finding_code, finding_codes, nearest_codes};
pub use flags::{FlagRead, MissingFile, ProcessFlags, WordDamage};
pub use reading::{
    BackendReading, CheckFinding, DeploymentReading, Evidence, FactReading, FeatureReading,
    FileReading, ProcessReading, ReleaseKind, ReleaseReading, SignReading, UnknownReading,
};
pub use release::{ImageParts, plain_version};
pub use report::{
    CheckReport, CheckedDeployment, CheckedFeature, CheckedFile, CheckedRelease, KindLevel,
    ReportedFinding,
};
pub use tables::CheckTables;
pub use upgrade::{CheckedUpgrade, DeploymentChange};
pub use verdict::VerdictOptions;

/// Reads what the deployments of a file mean; a release that is given takes the place of what their images say.
#[must_use]
pub fn check(tables: &CheckTables, file: &ManifestFile, given: Option<&Release>) -> FileReading {
    let mut reading = FileReading { path: file.path.clone(), ..FileReading::default() };
    for (number, deployment) in file.deployments.iter().enumerate() {
        let (read, views) = interpret::deployment(tables, file, deployment, given);
        reading.findings.extend(found(tables, file, deployment, number, &read, &views));
        reading.deployments.push(read);
    }
    reading.findings = ordered(reading.findings);
    reading
}

/// What the reading of a deployment and the names of its processes find.
fn found(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: &ManifestDeployment,
    number: usize,
    reading: &DeploymentReading,
    views: &[ProcessView<'_>],
) -> Vec<CheckFinding> {
    let mut found = findings::of(tables, file, deployment, number, reading, views);
    found.extend(fields::findings(tables, file, deployment, number, &reading.release));
    let release = reading.release.id.as_ref();
    found
        .extend(views.iter().flat_map(|view| names::findings(tables, file, number, release, view)));
    found
}

/// Findings by deployment and place, each once.
fn ordered(mut findings: Vec<CheckFinding>) -> Vec<CheckFinding> {
    findings.sort_by(|a, b| {
        (a.deployment, a.at.at, &a.code, &a.message).cmp(&(
            b.deployment,
            b.at.at,
            &b.code,
            &b.message,
        ))
    });
    findings.dedup_by(|a, b| a.code == b.code && a.at == b.at && a.message == b.message);
    findings
}
