//! What an upgrade changes for a deployment: the lines of its file that the new release takes otherwise, then what
//! else it asks for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::flags::FlagRead;
use super::interpret::evidence;
use super::processes::ProcessView;
use super::reading::{CheckFinding, Evidence};
use super::report::KindLevel;
use crate::analysis::whatif::ChecklistItem;
use crate::load::Severity;
use crate::load::manifest::ManifestFile;
use crate::matrix::{Release, UpgradeCode, UpgradeEffect};
use crate::plan::{OneOrMany, Outcome};

/// A deployment after an upgrade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckedUpgrade {
    /// The new release.
    pub release: Release,
    /// The verdict there; `None` without a bundled matrix of it.
    pub outcome: Option<Outcome>,
    /// What changes: what fails silently first, then what fails at once, what warns, and what else there is to do;
    /// each in the order of the lines.
    pub changes: Vec<DeploymentChange>,
    /// The kinds that a group which is on may be of, where their levels differ. No part of the JSON.
    #[serde(skip)]
    pub kinds: Vec<KindLevel>,
}

/// Something that an upgrade changes for a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeploymentChange {
    /// The code of the finding that the line would be, or that of a line of a checklist.
    pub code: String,
    /// How it fails if nothing is done; `None` where nothing fails or where how is not known.
    pub effect: Option<UpgradeEffect>,
    /// What changes, in a sentence or two.
    pub text: String,
    /// What to write or to do instead, where that is known.
    pub instead: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order.
    pub url: OneOrMany<Option<String>>,
    /// The component; empty where it is about none.
    pub component: String,
    /// The line, from 1; `None` where no line of the file is it about.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
}

/// What changes by the lines that the new release finds and the old one did not, and by a checklist.
pub(super) fn changes(
    file: &ManifestFile,
    before: &[CheckFinding],
    after: &[CheckFinding],
    images: Vec<DeploymentChange>,
    checklist: Vec<ChecklistItem>,
    views: &[ProcessView<'_>],
) -> Vec<DeploymentChange> {
    let is_known = |new: &&CheckFinding| {
        before.iter().any(|old| old.code == new.code && old.at.at == new.at.at)
    };
    let new: Vec<&CheckFinding> = after.iter().filter(|finding| !is_known(finding)).collect();
    let written = written_names(views);
    let rest = checklist.into_iter().filter(|item| is_left(item, &new, &written));
    let mut changes: Vec<DeploymentChange> =
        new.iter().map(|finding| of_finding(finding)).collect();
    changes.extend(images);
    for item in rest {
        let places = places(&item, file, views);
        let change = of_item(item);
        match places.is_empty() {
            true => changes.push(change),
            false => changes.extend(places.iter().map(|place| change.at(place))),
        }
    }
    changes.sort_by(|a, b| a.order().cmp(&b.order()));
    changes
}

impl DeploymentChange {
    fn order(
        &self,
    ) -> (bool, Option<UpgradeEffect>, bool, Option<usize>, Option<usize>, &str, &str) {
        let DeploymentChange { effect, line, column, code, text, .. } = self;
        (effect.is_none(), *effect, line.is_none(), *line, *column, code, text)
    }

    /// The same at a place of the file.
    fn at(&self, place: &Evidence) -> Self {
        DeploymentChange {
            component: place.component.clone(),
            line: Some(place.line),
            column: Some(place.column),
            ..self.clone()
        }
    }

    /// An image of another release.
    pub(super) fn of_image(at: &Evidence, instead: String, release: &Release) -> Self {
        DeploymentChange {
            code: "image".to_owned(),
            effect: None,
            text: format!("`{}` is the image of {release}", at.text),
            instead: Some(instead),
            source: OneOrMany::default(),
            url: OneOrMany::default(),
            component: at.component.clone(),
            line: Some(at.line),
            column: Some(at.column),
        }
    }
}

/// The flags that a line of a checklist is about and that are written as they were right before.
fn places(item: &ChecklistItem, file: &ManifestFile, views: &[ProcessView<'_>]) -> Vec<Evidence> {
    let Some(from) = &item.from else { return Vec::new() };
    let is_old = |flag: &&FlagRead| {
        !flag.values.is_empty() && flag.values.iter().all(|value| from.contains(value.as_str()))
    };
    let of_view = |view: &ProcessView<'_>| {
        let flags = item.names.iter().filter_map(|name| view.flags.get(name)).filter(is_old);
        let name = &view.component.name;
        flags.map(|flag| evidence(file, name, &flag.text, flag.at)).collect::<Vec<_>>()
    };
    views.iter().flat_map(of_view).collect()
}

/// The flags and variables that are written anywhere.
fn written_names(views: &[ProcessView<'_>]) -> BTreeSet<String> {
    let flags = views.iter().flat_map(|view| view.flags.flags.iter().map(|flag| flag.name.clone()));
    let layers = views.iter().flat_map(|view| &view.process.env.layers);
    let variables = layers.flat_map(|layer| layer.iter().map(|variable| variable.name.clone()));
    flags.chain(variables).collect()
}

/// Whether a line of a checklist says anything that neither the lines of the file nor a finding says.
fn is_left(item: &ChecklistItem, findings: &[&CheckFinding], written: &BTreeSet<String>) -> bool {
    let is_of_names = matches!(
        item.code,
        UpgradeCode::FlagRemoved
            | UpgradeCode::FlagRenamed
            | UpgradeCode::FlagRefused
            | UpgradeCode::EnvIgnored
    );
    // The flags and variables that are written are findings themselves.
    if is_of_names {
        return false;
    }
    let instead = item.instead.as_deref().unwrap_or_default();
    let name = instead.split([' ', '=']).next().filter(|name| name.len() > 1);
    let is_requirement =
        matches!(item.code, UpgradeCode::RequirementAdded | UpgradeCode::RequirementChanged);
    if is_requirement {
        // A finding about one process leaves out what another needs, unless it says all of it.
        let whole = instead.replace('\'', "");
        let is_said = |it: &&CheckFinding| it.fix.as_ref().is_some_and(|fix| fix.contains(&whole));
        let is_written = name.is_some_and(|name| written.contains(name));
        return !is_written && (whole.is_empty() || !findings.iter().any(is_said));
    }
    let names = name.into_iter().chain(item.from.as_deref());
    let mut names = names.filter(|name| !name.contains(' '));
    !names.any(|name| {
        findings.iter().any(|finding| {
            let fix = finding.fix.as_deref().unwrap_or_default();
            finding.message.contains(name) || fix.contains(name) || finding.at.text.contains(name)
        })
    })
}

fn of_finding(finding: &CheckFinding) -> DeploymentChange {
    DeploymentChange {
        code: finding.code.clone(),
        effect: finding.effect.or(Some(match finding.severity {
            Severity::Error => UpgradeEffect::Exit,
            Severity::Warning => UpgradeEffect::Silent,
            Severity::Note => UpgradeEffect::Warning,
        })),
        text: finding.message.trim_end_matches('.').to_owned(),
        instead: finding.fix.clone(),
        source: OneOrMany(finding.source.iter().cloned().collect()),
        url: OneOrMany(finding.source.iter().map(|_| finding.url.clone()).collect()),
        component: finding.at.component.clone(),
        line: Some(finding.at.line),
        column: Some(finding.at.column),
    }
}

fn of_item(item: ChecklistItem) -> DeploymentChange {
    DeploymentChange {
        code: item.code.id().to_owned(),
        effect: item.effect,
        text: item.text,
        instead: item.instead,
        source: item.source,
        url: item.url,
        component: item.role.unwrap_or_default(),
        line: None,
        column: None,
    }
}
