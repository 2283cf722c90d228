//! The report on checked files: what each deployment switches on, the verdict on it, what in its file is wrong, and
//! what an upgrade changes. Serialises as `dynamo-plan/check/v1`.

use serde::{Deserialize, Serialize};

use super::reading::{BackendReading, CheckFinding, Evidence, ReleaseKind, UnknownReading};
use super::upgrade::CheckedUpgrade;
use crate::load::{Diagnostic, Report, Severity};
use crate::matrix::deploy::SignalState;
use crate::matrix::{Level, Release};
use crate::plan::{MatrixRef, Notice, Outcome};

/// What was found in files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that deployments were judged by, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The files, in the order in which they were given.
    pub files: Vec<CheckedFile>,
    /// What is wrong or worth knowing, by file and place.
    pub findings: Vec<ReportedFinding>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedFile {
    /// The name, as the user gave it.
    pub path: String,
    /// Its deployments, in order.
    pub deployments: Vec<CheckedDeployment>,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedDeployment {
    /// The name; that of the file for a script.
    pub name: String,
    /// The version of the API; `None` for a script.
    pub api: Option<String>,
    /// The line where it begins, from 1.
    pub line: usize,
    /// The backend; `None` where nothing tells it or nothing of it runs.
    pub backend: Option<BackendReading>,
    /// The release that it is read by.
    pub release: CheckedRelease,
    /// The features and groups that something speaks of.
    pub features: Vec<CheckedFeature>,
    /// The serving pattern; `None` where nothing multimodal is on.
    pub pattern: Option<String>,
    /// The facts that hold of it, by id.
    pub facts: Vec<String>,
    /// What could not be read.
    pub unknown: Vec<UnknownReading>,
    /// The verdict; `None` without an exact release that has a bundled matrix, or without one backend.
    pub outcome: Option<Outcome>,
    /// What an upgrade changes; `None` where none was asked for.
    pub upgrade: Option<CheckedUpgrade>,
    /// The kinds that a group which is on may be of, where their levels differ. No part of the JSON, where the
    /// finding `kind-unknown` tells them.
    #[serde(skip)]
    pub kinds: Vec<KindLevel>,
}

/// A kind of what is on, as a variant of a group is, with the level of the deployment if it is of that kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KindLevel {
    /// The id of the feature.
    pub id: String,
    /// The level; `None` where it is not supported.
    pub level: Option<Level>,
}

/// The release of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedRelease {
    /// The release; `None` where the file does not tell it.
    pub id: Option<Release>,
    /// How it is known.
    pub kind: ReleaseKind,
}

/// A feature of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedFeature {
    /// The id of the feature or group.
    pub id: String,
    /// Whether it is on.
    pub state: SignalState,
    /// Its own level on the backend in the release; `None` where no table or rule says one.
    pub level: Option<Level>,
    /// What says so.
    pub evidence: Evidence,
}

/// Something that is wrong or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedFinding {
    /// A stable code such as `folded-backslash`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a sentence or two, without the last stop.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The document that says so.
    pub source: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The file.
    pub path: String,
    /// The line, from 1; `None` where it is about the whole file.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// The bytes of the file that it is about, for showing them.
    #[serde(skip)]
    pub span: Option<(usize, usize)>,
}

impl CheckReport {
    /// A report of files that were checked, with what was found in them and in those that could not be read.
    #[must_use]
    pub fn new(files: Vec<CheckedFile>, findings: Vec<ReportedFinding>) -> Self {
        let deployments = files.iter().flat_map(|file| &file.deployments);
        let outcomes = deployments.flat_map(|deployment| {
            let upgraded = deployment.upgrade.as_ref().and_then(|it| it.outcome.as_ref());
            deployment.outcome.iter().chain(upgraded)
        });
        let mut matrices: Vec<MatrixRef> = Vec::new();
        for matrix in outcomes.flat_map(|outcome| &outcome.matrices) {
            if !matrices.contains(matrix) {
                matrices.push(matrix.clone());
            }
        }
        matrices.sort_by(|a, b| a.release.cmp(&b.release));
        CheckReport {
            schema: "dynamo-plan/check/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices,
            files,
            findings,
            notices: Vec::new(),
        }
    }
}

impl ReportedFinding {
    /// A finding in a file.
    pub(super) fn new(path: &str, finding: CheckFinding) -> Self {
        let CheckFinding { code, severity, message, fix, source, url, at, .. } = finding;
        ReportedFinding {
            code,
            severity,
            message: message.trim_end_matches('.').to_owned(),
            fix,
            source,
            url,
            path: path.to_owned(),
            line: Some(at.line),
            column: Some(at.column),
            span: Some((at.at, at.at + at.text.len())),
        }
    }

    /// A note about a whole file.
    #[must_use]
    pub fn of_file(path: &str, code: &str, message: &str) -> Self {
        ReportedFinding {
            code: code.to_owned(),
            severity: Severity::Note,
            message: message.to_owned(),
            fix: None,
            source: None,
            url: None,
            path: path.to_owned(),
            line: None,
            column: None,
            span: None,
        }
    }

    /// The problems of a file that could not be read.
    #[must_use]
    pub fn of_report(report: &Report) -> Vec<Self> {
        let finding = |problem: &Diagnostic| {
            let position = report.position(problem);
            let is_note = problem.code == "template";
            ReportedFinding {
                code: problem.code.to_owned(),
                severity: if is_note { Severity::Note } else { problem.severity },
                message: problem.message.clone(),
                fix: problem.help.clone(),
                source: None,
                url: None,
                path: report.file.clone(),
                line: position.map(|it| it.line),
                column: position.map(|it| it.column),
                span: problem.span.as_ref().map(|span| (span.start, span.end)),
            }
        };
        report.diagnostics.iter().map(finding).collect()
    }
}
