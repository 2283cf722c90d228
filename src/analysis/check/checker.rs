//! Files of deployments to a report: each deployment is read, judged and, where an upgrade is asked for, read and
//! judged once more as the new release would.

use super::interpret;
use super::processes::ProcessView;
use super::reading::{CheckFinding, DeploymentReading, ReleaseKind};
use super::release::with_release;
use super::report::{
    CheckedDeployment, CheckedFeature, CheckedFile, CheckedRelease, ReportedFinding,
};
use super::tables::CheckTables;
use super::upgrade::{CheckedUpgrade, DeploymentChange, changes};
use super::verdict::{DeploymentVerdict, Judge, VerdictOptions, serves_media_alone, unmatched};
use crate::analysis::whatif::{ChecklistItem, Side, checklist};
use crate::load::Severity;
use crate::load::manifest::{ManifestDeployment, ManifestFile};
use crate::matrix::Release;
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
        let found = super::ordered(found).into_iter();
        (checked, found.map(|finding| ReportedFinding::new(&file.path, finding)).collect())
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
        own.extend(without_verdict(&reading, number));
        let judged_by = exact(&reading);
        let verdict = judged_by.and_then(|release| self.judge.verdict(&reading, release));
        own.extend(verdict.iter().flat_map(|verdict| verdict.findings(number)));
        let mut checked = as_read(&reading, verdict.as_ref());
        checked.kinds = verdict.as_ref().map(DeploymentVerdict::kinds).unwrap_or_default();
        checked.outcome = verdict.map(|verdict| verdict.judgement.outcome);
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
        let found = super::found(&self.tables, file, deployment, number, &new, &views);
        // What the matrix refuses is in the verdict.
        let verdict = self.judge.verdict(&new, &to);
        let after = verdict.as_ref().map(|verdict| verdict.judgement.outcome.request.clone());
        let items = match (before, after.as_ref(), old.release.id.as_ref()) {
            (Some(before), Some(after), Some(from)) => self.checklist((from, before), (&to, after)),
            _ => Vec::new(),
        };
        let images = self.images(file, deployment, &views, &to);
        CheckedUpgrade {
            kinds: verdict.as_ref().map(DeploymentVerdict::kinds).unwrap_or_default(),
            outcome: verdict.map(|verdict| verdict.judgement.outcome),
            changes: changes(file, known, &super::ordered(found), images, items, &views),
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
        views: &[ProcessView<'_>],
        to: &Release,
    ) -> Vec<DeploymentChange> {
        let images = interpret::releases_of_images(&self.tables, deployment, views);
        let other = images.into_iter().filter_map(|(component, image, release, kind)| {
            let release = release.filter(|it| it != to && kind != ReleaseKind::Override)?;
            let at = interpret::evidence(file, &component.name, &image.text, image.at);
            let instead = with_release(&image.text, to, &self.tables.release_images)?;
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

/// A deployment as it was read, with the levels of its features where there is a verdict.
fn as_read(
    reading: &DeploymentReading,
    verdict: Option<&DeploymentVerdict<'_>>,
) -> CheckedDeployment {
    let features = reading.features.iter().map(|it| CheckedFeature {
        id: it.id.clone(),
        state: it.state,
        level: verdict.and_then(|verdict| verdict.level_of(&it.id)),
        evidence: it.evidence.clone(),
    });
    CheckedDeployment {
        name: reading.name.clone(),
        api: reading.api.clone(),
        line: reading.at.line,
        backend: reading.backend.clone(),
        release: CheckedRelease { id: reading.release.id.clone(), kind: reading.release.kind },
        features: features.collect(),
        pattern: reading.pattern.clone(),
        facts: reading.facts.iter().map(|fact| fact.id.clone()).collect(),
        unknown: reading.unknown.clone(),
        outcome: None,
        upgrade: None,
        kinds: Vec::new(),
    }
}

/// What is said of a deployment that is not judged.
fn without_verdict(reading: &DeploymentReading, number: usize) -> Option<CheckFinding> {
    Some(CheckFinding {
        code: "release-unmatched".to_owned(),
        severity: Severity::Note,
        effect: None,
        message: format!("{}: {}", reading.name, unmatched(reading)?),
        fix: (!serves_media_alone(reading))
            .then(|| "Name the release that runs with `--release`.".to_owned()),
        source: None,
        url: None,
        deployment: number,
        at: reading.release.evidence.clone().unwrap_or_else(|| reading.at.clone()),
    })
}
