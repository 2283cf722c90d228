//! Files of deployments to a report: what each deployment switches on, the verdict on it, what in its file is wrong,
//! and what an upgrade changes. Serialises as `dynamo-plan/check/v1`.

use serde::{Deserialize, Serialize};

use super::interpret;
use super::reading::{CheckFinding, DeploymentReading, Evidence, ReleaseKind};
use super::tables::CheckTables;
use super::upgrade::{CheckedUpgrade, DeploymentChange, changes};
use super::verdict::{Judge, VerdictOptions, unmatched};
use crate::analysis::whatif::{ChecklistItem, Side, checklist};
use crate::load::manifest::{ManifestDeployment, ManifestFile};
use crate::load::{Report, Severity};
use crate::matrix::Release;
use crate::matrix::deploy::SignalState;
use crate::plan::{MatrixRef, Notice, Outcome};
use crate::request::Request;

/// How files are checked.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The release that runs, in place of what the images say.
    pub release: Option<Release>,
    /// The release of an upgrade to look at.
    pub upgrade: Option<Release>,
    /// How deployments are judged.
    pub verdict: VerdictOptions,
}

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
    pub backend: Option<CheckedBackend>,
    /// The release that it is read by.
    pub release: CheckedRelease,
    /// The features and groups that something speaks of.
    pub features: Vec<CheckedFeature>,
    /// The serving pattern; `None` where nothing multimodal is on.
    pub pattern: Option<String>,
    /// The facts that hold of it, by id.
    pub facts: Vec<String>,
    /// What could not be read.
    pub unknown: Vec<CheckedUnknown>,
    /// The verdict; `None` without an exact release that has a bundled matrix, or without one backend.
    pub outcome: Option<Outcome>,
    /// What an upgrade changes; `None` where none was asked for.
    pub upgrade: Option<CheckedUpgrade>,
}

/// The backend of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedBackend {
    /// The id.
    pub id: String,
    /// What tells it.
    pub evidence: ReportedEvidence,
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
    pub level: Option<crate::matrix::Level>,
    /// What says so.
    pub evidence: ReportedEvidence,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedUnknown {
    /// The feature that it may switch, where that is known.
    pub feature: Option<String>,
    /// The reason, in a sentence.
    pub reason: String,
    /// Where it stands.
    pub evidence: ReportedEvidence,
}

/// A place that tells something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedEvidence {
    /// The name of the component; empty where it is none's.
    pub component: String,
    /// The text that stands there.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// Something that is wrong or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedFinding {
    /// A stable code such as `folded-backslash`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a sentence or two.
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

/// Checks files one by one; the tables and matrices are read once.
pub struct Checker {
    tables: CheckTables,
    judge: Judge,
    options: CheckOptions,
}

impl Checker {
    /// A checker with the tables and matrices that the program was built with.
    #[must_use]
    pub fn new(options: CheckOptions) -> Self {
        let judge = Judge::new(options.verdict.clone());
        Checker { tables: CheckTables::bundled(), judge, options }
    }

    /// The names of the programs that are looked for while a file is read.
    #[must_use]
    pub fn tables(&self) -> &CheckTables {
        &self.tables
    }

    /// Checks the deployments of a file.
    pub fn check(&mut self, file: &ManifestFile) -> (CheckedFile, Vec<ReportedFinding>) {
        let mut found = Vec::new();
        let mut checked = CheckedFile { path: file.path.clone(), deployments: Vec::new() };
        for (number, deployment) in file.deployments.iter().enumerate() {
            checked.deployments.push(self.deployment(file, deployment, number, &mut found));
        }
        (checked, super::ordered(found).into_iter().map(|it| reported(&file.path, it)).collect())
    }

    fn deployment(
        &mut self,
        file: &ManifestFile,
        deployment: &ManifestDeployment,
        number: usize,
        found: &mut Vec<CheckFinding>,
    ) -> CheckedDeployment {
        let given = self.options.release.clone();
        let (reading, views) =
            interpret::deployment(&self.tables, file, deployment, given.as_ref());
        let mut own = super::found(&self.tables, file, deployment, number, &reading, &views);
        let judged_by = exact(&reading);
        let verdict = judged_by.and_then(|release| self.judge.verdict(&reading, release));
        own.extend(unmatched(&reading).map(|text| CheckFinding {
            code: "release-unmatched".to_owned(),
            severity: Severity::Note,
            message: format!("{}: {text}", deployment.name),
            fix: Some("Name the release that runs with `--release`.".to_owned()),
            source: None,
            url: None,
            deployment: number,
            at: reading.release.evidence.clone().unwrap_or_else(|| reading.at.clone()),
        }));
        own.extend(verdict.iter().flat_map(|verdict| verdict.findings(number)));
        let level = |id: &str| verdict.as_ref().and_then(|verdict| verdict.level_of(id));
        let mut checked = CheckedDeployment {
            name: reading.name.clone(),
            api: reading.api.clone(),
            line: reading.at.line,
            backend: reading.backend.as_ref().map(|backend| CheckedBackend {
                id: backend.id.clone(),
                evidence: evidence(&backend.evidence),
            }),
            release: CheckedRelease { id: reading.release.id.clone(), kind: reading.release.kind },
            features: reading
                .features
                .iter()
                .map(|it| CheckedFeature {
                    id: it.id.clone(),
                    state: it.state,
                    level: level(&it.id),
                    evidence: evidence(&it.evidence),
                })
                .collect(),
            pattern: reading.pattern.clone(),
            facts: reading.facts.iter().map(|fact| fact.id.clone()).collect(),
            unknown: reading
                .unknown
                .iter()
                .map(|it| CheckedUnknown {
                    feature: it.feature.clone(),
                    reason: it.reason.clone(),
                    evidence: evidence(&it.evidence),
                })
                .collect(),
            outcome: verdict.map(|verdict| verdict.judgement.outcome),
            upgrade: None,
        };
        if let Some(to) = self.options.upgrade.clone() {
            let before = checked.outcome.as_ref().map(|outcome| outcome.request.clone());
            checked.upgrade =
                Some(self.upgrade(file, deployment, number, (&reading, before.as_ref(), &own), to));
        }
        found.extend(own);
        checked
    }

    fn upgrade(
        &mut self,
        file: &ManifestFile,
        deployment: &ManifestDeployment,
        number: usize,
        (old, before, known): (&DeploymentReading, Option<&Request>, &[CheckFinding]),
        to: Release,
    ) -> CheckedUpgrade {
        let (new, views) = interpret::deployment(&self.tables, file, deployment, Some(&to));
        let mut found = super::found(&self.tables, file, deployment, number, &new, &views);
        let verdict = self.judge.verdict(&new, &to);
        // What the matrix refuses is in the verdict.
        found.retain(|finding| {
            !known.iter().any(|it| it.code == finding.code && it.at == finding.at)
        });
        let after = verdict.as_ref().map(|verdict| verdict.judgement.outcome.request.clone());
        let items = match (before, after.as_ref(), old.release.id.as_ref()) {
            (Some(before), Some(after), Some(from)) => self.checklist((from, before), (&to, after)),
            _ => Vec::new(),
        };
        let images = self.images(file, deployment, &views, &to);
        CheckedUpgrade {
            outcome: verdict.map(|verdict| verdict.judgement.outcome),
            changes: changes(known, &super::ordered(found), images, items, &views),
            release: to,
        }
    }

    fn checklist(
        &mut self,
        before: (&Release, &Request),
        after: (&Release, &Request),
    ) -> Vec<ChecklistItem> {
        // Both are there before either is lent.
        if self.judge.planner(before.0).is_none() || self.judge.planner(after.0).is_none() {
            return Vec::new();
        }
        let judge = &self.judge;
        let side =
            |(release, request)| Some(Side { planner: judge.known_planner(release)?, request });
        match (side(before), side(after)) {
            (Some(before), Some(after)) => checklist(before, after),
            _ => Vec::new(),
        }
    }

    /// The images of another release, each with what to write instead.
    fn images(
        &self,
        file: &ManifestFile,
        deployment: &ManifestDeployment,
        views: &[super::processes::ProcessView<'_>],
        to: &Release,
    ) -> Vec<DeploymentChange> {
        let images = interpret::releases_of_images(&self.tables, deployment, views);
        let other = images.into_iter().filter_map(|(component, image, release, kind)| {
            let release = release.filter(|it| it != to && kind != ReleaseKind::Override)?;
            let at = interpret::evidence(file, &component.name, &image.text, image.at);
            let instead =
                super::release::with_release(&image.text, to, &self.tables.release_images)?;
            Some(DeploymentChange::of_image(&at, instead, &release))
        });
        other.collect()
    }
}

/// The release that a deployment runs for sure.
fn exact(reading: &DeploymentReading) -> Option<&Release> {
    match reading.release.kind {
        ReleaseKind::Override | ReleaseKind::Exact | ReleaseKind::Given => {
            reading.release.id.as_ref()
        }
        ReleaseKind::Preview
        | ReleaseKind::Placeholder
        | ReleaseKind::Custom
        | ReleaseKind::None => None,
    }
}

fn evidence(evidence: &Evidence) -> ReportedEvidence {
    ReportedEvidence {
        component: evidence.component.clone(),
        text: evidence.text.clone(),
        line: evidence.line,
        column: evidence.column,
    }
}

fn reported(path: &str, finding: CheckFinding) -> ReportedFinding {
    let CheckFinding { code, severity, message, fix, source, url, at, .. } = finding;
    ReportedFinding {
        code,
        severity,
        message,
        fix,
        source,
        url,
        path: path.to_owned(),
        line: Some(at.line),
        column: Some(at.column),
        span: Some((at.at, at.at + at.text.len())),
    }
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
        let finding = |problem: &crate::load::Diagnostic| {
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
