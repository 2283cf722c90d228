//! What is wrong or worth knowing of a deployment: the rules of the model whose conditions hold, and what the reader
//! met itself.

use super::flags::WordDamage;
use super::interpret::{backends_of, evidence, releases_of_images};
use super::processes::{MOCKER, ProcessView, WORKER, component_role};
use super::reading::{CheckFinding, DeploymentReading, Evidence, ReleaseKind, SignReading};
use super::release::ImageParts;
use super::tables::CheckTables;
use crate::load::Severity;
use crate::load::manifest::{Component, ManifestDeployment, ManifestFile};
use crate::matrix::deploy::{
    CheckRule, RuleProcess, RuleSeverity, Signal, SignalState, SignalSubject,
};
use crate::matrix::{Provenance, source_url};

/// The findings of a deployment, in no order.
pub(super) fn of(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: &ManifestDeployment,
    number: usize,
    reading: &DeploymentReading,
    views: &[ProcessView<'_>],
) -> Vec<CheckFinding> {
    let maker = FindingMaker { tables, file, deployment, number, reading, views };
    let mut findings = Vec::new();
    maker.release(&mut findings);
    maker.processes(&mut findings);
    for rule in tables.rules.iter().filter(|rule| rule.has_conditions() && maker.is_in_range(rule))
    {
        for at in maker.places(rule) {
            findings.push(maker.finding(rule, at));
        }
    }
    findings
}

struct FindingMaker<'m> {
    tables: &'m CheckTables,
    file: &'m ManifestFile,
    deployment: &'m ManifestDeployment,
    number: usize,
    reading: &'m DeploymentReading,
    views: &'m [ProcessView<'m>],
}

impl FindingMaker<'_> {
    /// Makes the finding of a rule without conditions, where its releases hold.
    fn raise(&self, code: &str, at: Evidence, findings: &mut Vec<CheckFinding>) {
        let mut rules = self.tables.rules.iter().filter(|rule| rule.code == code);
        if let Some(rule) = rules.find(|rule| self.is_in_range(rule)) {
            findings.push(self.finding(rule, at));
        }
    }

    fn finding(&self, rule: &CheckRule, at: Evidence) -> CheckFinding {
        let release = self.reading.release.id.as_ref();
        let release = release.map_or("this release", |release| release.as_str());
        let filled = |text: &str| {
            let text = text.replace("{component}", &at.component).replace("{release}", release);
            // Last, so that nothing within what the file says is filled in.
            text.replace("{text}", &at.text)
        };
        let source = rule.sources.first().cloned();
        let repository = self.tables.flags.repository.clone();
        let provenance = Provenance { repository, ..Provenance::default() };
        CheckFinding {
            code: rule.code.clone(),
            severity: match rule.severity {
                RuleSeverity::Note => Severity::Note,
                RuleSeverity::Warning => Severity::Warning,
                RuleSeverity::Error => Severity::Error,
            },
            effect: rule.effect,
            message: filled(&rule.message),
            fix: rule.fix.as_deref().map(filled),
            url: source.as_ref().and_then(|source| source_url(source, &provenance, None)),
            source,
            deployment: self.number,
            at,
        }
    }

    /// Whether the release is one of the rule's; where it is not known, only a rule for every release counts.
    fn is_in_range(&self, rule: &CheckRule) -> bool {
        match &self.reading.release.id {
            Some(release) => rule.releases.contains(release),
            None => rule.releases.0.iter().any(crate::matrix::ReleaseRange::is_unbounded),
        }
    }

    fn release(&self, findings: &mut Vec<CheckFinding>) {
        let release = &self.reading.release;
        let whole = || evidence(self.file, "", &self.deployment.name, self.deployment.at);
        let at = || release.evidence.clone().unwrap_or_else(whole);
        if self.deployment.is_patch {
            return self.raise("patch", whole(), findings);
        }
        match release.kind {
            ReleaseKind::Placeholder => self.raise("release-placeholder", at(), findings),
            ReleaseKind::Custom => self.raise("release-custom", at(), findings),
            ReleaseKind::None => self.raise("release-none", at(), findings),
            ReleaseKind::Preview => self.raise("release-preview", at(), findings),
            ReleaseKind::Override | ReleaseKind::Exact | ReleaseKind::Given => {}
        }
        if release.id.as_ref().zip(self.tables.oldest()).is_some_and(|(id, oldest)| id < oldest) {
            self.raise("release-older", at(), findings);
        }
        let images = releases_of_images(self.tables, self.deployment, self.views);
        let mut releases: Vec<_> = images.iter().filter_map(|(_, _, id, _)| id.as_ref()).collect();
        releases.sort();
        releases.dedup();
        if releases.len() > 1 {
            self.raise("release-mixed", at(), findings);
        }
        for (component, image, _, kind) in &images {
            let is_open = *kind == ReleaseKind::Placeholder || *kind == ReleaseKind::Override;
            if !is_open && !ImageParts::of(&image.text).is_readable() {
                let at = evidence(self.file, &component.name, &image.text, image.at);
                self.raise("version-unreadable", at, findings);
            }
        }
    }

    fn processes(&self, findings: &mut Vec<CheckFinding>) {
        if let [_, second, ..] = backends_of(self.views).as_slice() {
            let view =
                self.views.iter().find(|view| view.reading.backend.as_deref() == Some(second));
            if let Some(view) = view {
                self.raise("backend-mixed", self.at_process(view), findings);
            }
        }
        for view in self.views {
            let name = &view.component.name;
            let mut raise = |code: &str, text: &str, at: usize| {
                self.raise(code, evidence(self.file, name, text, at), findings);
            };
            // One finding stands for all words of a block.
            let damaged = |damage| view.flags.flags.iter().find(|flag| flag.damage == Some(damage));
            if let Some(flag) = damaged(WordDamage::LeadingBlank) {
                raise("folded-backslash", &flag.text, flag.at);
            }
            if let Some(flag) = damaged(WordDamage::HoldsValue) {
                raise("args-one-element", &flag.text, flag.at);
            }
            if let Some(gap) = view.flags.gaps.first() {
                raise("args-unknown", &gap.text, gap.at);
            }
            for missing in &view.flags.missing {
                raise("engine-file-unknown", &missing.path, missing.at);
            }
        }
    }

    /// Whether all that could show the signs that a rule rests on the absence of was read.
    fn is_fully_read(&self, rule: &CheckRule) -> bool {
        let tells = |signal: &&Signal| matches!(&signal.subject, SignalSubject::Fact(id) if rule.without_signs.contains(id));
        let signals: Vec<&Signal> = self.tables.signals.iter().filter(tells).collect();
        let hides = |view: &ProcessView<'_>| {
            let is_asked = signals.iter().any(|signal| signal.on.contains(&view.reading.role));
            is_asked && view.flags.may_hide_flags()
        };
        let is_read = |(i, component): (usize, &Component)| {
            let mut of_component = self.views.iter().filter(|view| view.reading.component == i);
            component_role(self.tables, component).is_none() || of_component.next().is_some()
        };
        let mut workers = self
            .views
            .iter()
            .filter(|view| view.reading.role == WORKER || view.reading.role == MOCKER);
        let is_known =
            |view: &ProcessView<'_>| view.reading.role == MOCKER || view.reading.backend.is_some();
        self.deployment.components.iter().enumerate().all(is_read)
            && workers.clone().next().is_some()
            && workers.all(is_known)
            && !self.views.iter().any(hides)
    }

    fn at_process(&self, view: &ProcessView<'_>) -> Evidence {
        let text = view.reading.module.as_deref().unwrap_or_default();
        evidence(self.file, &view.component.name, text, view.process.at)
    }

    /// The places for which a rule's conditions all hold.
    fn places(&self, rule: &CheckRule) -> Vec<Evidence> {
        let feature = |id: &String| self.reading.features.iter().find(|feature| feature.id == *id);
        let is_on = |id: &String| feature(id).is_some_and(|it| it.state == SignalState::On);
        let counts = |sign: &&SignReading| {
            let part = sign.process.map(|i| &self.views[i].reading.part);
            rule.not_part.is_none() || part != rule.not_part.as_ref()
        };
        let signs = || self.reading.signs.iter().filter(counts);
        let shows = |id: &String| signs().any(|sign| sign.id == *id);
        // What may be on, or may publish, is no ground for saying that nothing does.
        let may_be_on = |id: &String| feature(id).is_some_and(|it| it.state != SignalState::Off);
        let is_met = rule.features.iter().all(is_on)
            && !rule.without_features.iter().any(may_be_on)
            && !rule.without_signs.iter().any(shows)
            && rule.api.as_ref().is_none_or(|api| self.reading.api.as_ref() == Some(api));
        let claims_absence = !rule.without_signs.is_empty();
        let hides = claims_absence && !self.is_fully_read(rule);
        if !is_met || hides {
            return Vec::new();
        }
        if let Some(process) = &rule.process {
            let is_of_backend = |view: &ProcessView<'_>| {
                rule.backend.is_none() || rule.backend == view.reading.backend
            };
            let fits = |view: &&ProcessView<'_>| is_of_backend(view) && fits(process, view);
            return self.views.iter().filter(fits).map(|view| self.at_process(view)).collect();
        }
        if let Some(tag) = &rule.tag {
            return self.tags(tag);
        }
        if !rule.signs.is_empty() {
            let met = signs().filter(|sign| rule.signs.contains(&sign.id));
            return met.take(1).map(|sign| sign.evidence.clone()).collect();
        }
        let whole = evidence(self.file, "", &self.deployment.name, self.deployment.at);
        let first = rule.features.first().and_then(feature);
        vec![first.map_or(whole, |feature| feature.evidence.clone())]
    }

    /// The first image of Dynamo in whose tag a word stands.
    fn tags(&self, word: &str) -> Vec<Evidence> {
        let images = releases_of_images(self.tables, self.deployment, self.views);
        let holds = |image: &str| {
            let tag = ImageParts::of(image).tag.unwrap_or_default();
            tag.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
        };
        let found = images.iter().find(|(_, image, ..)| holds(&image.text));
        let place = found.map(|(component, image, ..)| {
            evidence(self.file, &component.name, &image.text, image.at)
        });
        place.into_iter().collect()
    }
}

/// Whether a process is one that a rule is about.
fn fits(rule: &RuleProcess, view: &ProcessView<'_>) -> bool {
    let has = |name: &String| {
        view.flags.get(name).is_some_and(|flag| flag.is_sure)
            || view.process.env.get(name).is_some_and(|variable| variable.is_sure)
    };
    let may_have =
        |name: &String| view.flags.get(name).is_some() || view.process.env.get(name).is_some();
    rule.role.as_ref().is_none_or(|role| *role == view.reading.role)
        && rule.part.as_ref().is_none_or(|part| *part == view.reading.part)
        && (rule.modules.is_empty()
            || view.reading.module.as_ref().is_some_and(|module| rule.modules.contains(module)))
        && rule.flags.iter().all(has)
        && !rule.without.iter().any(may_have)
        && (rule.without.is_empty() || !view.flags.may_hide_flags())
}
