//! A plan beside the rows of the model that are about it.

use super::{ManifestNode, ManifestRefusal, schema_problems};
use crate::load::bundle;
use crate::matrix::Term;
use crate::matrix::deploy::{
    ApiShape, BaseProcess, ManifestModel, ManifestRemark, ReleaseRanges, RemarkSeverity, UserValue,
};
use crate::plan::run::{Chosen, roles};
use crate::plan::{DeniedSetting, Plan};

/// A plan on a release that is known, and what it is written by.
pub(super) struct ManifestScope<'a> {
    pub(super) model: &'a ManifestModel,
    pub(super) chosen: &'a Chosen<'a>,
    pub(super) api: &'a ApiShape,
    pub(super) plan: &'a Plan,
}

impl<'a> ManifestScope<'a> {
    /// Whether a row of the model is about the plan.
    pub(super) fn applies(
        &self,
        backend: Option<&String>,
        releases: &ReleaseRanges,
        terms: &[Term],
    ) -> bool {
        let chosen = self.chosen;
        backend.is_none_or(|backend| *backend == self.plan.backend)
            && chosen.target.terms_hold(terms, &chosen.on)
            && releases.contains(chosen.release)
    }

    /// The remarks that hold of the plan.
    pub(super) fn remarks(&self) -> impl Iterator<Item = &'a ManifestRemark> {
        let holds = |remark: &&ManifestRemark| {
            self.applies(remark.backend.as_ref(), &remark.releases, &remark.terms)
        };
        let remarks: Vec<_> = self.model.remarks.iter().filter(holds).collect();
        remarks.into_iter()
    }

    /// What every process of a role has.
    pub(super) fn base(&self, role: &str) -> impl Iterator<Item = &'a BaseProcess> {
        let is_of_role = |row: &&BaseProcess| {
            row.roles.iter().any(|known| known == role)
                && self.applies(row.backend.as_ref(), &row.releases, &row.terms)
        };
        let rows: Vec<_> = self.model.processes.iter().filter(is_of_role).collect();
        rows.into_iter()
    }

    /// The features of the plan that an id is about: itself, or the variants of a group.
    pub(super) fn features_of(&self, id: &str) -> Vec<String> {
        let catalog = self.chosen.target.catalog();
        let Some(atom) = catalog.atom(id) else { return Vec::new() };
        let mut ids = catalog.ids(&catalog.features_of(atom));
        ids.retain(|feature| self.plan.features.contains(feature));
        ids
    }

    /// Why the plan cannot be written: what a remark refuses, and features of which nothing is known.
    pub(super) fn refusals(&self) -> Vec<ManifestRefusal> {
        let mut refusals: Vec<ManifestRefusal> = Vec::new();
        let mut told: Vec<String> = Vec::new();
        for remark in self.remarks() {
            told.extend(remark.terms.iter().flat_map(|term| self.features_of(term.id())));
            let is_new = !refusals.iter().any(|known| known.text == remark.text);
            if remark.severity == RemarkSeverity::Refusal && is_new {
                refusals.push(self.refusal(remark.text.clone(), &remark.sources));
            }
        }
        let settings = self.chosen.settings().into_iter();
        let settings = settings.filter(|setting| roles::reaches(self.chosen, setting));
        told.extend(settings.flat_map(|setting| self.features_of(&setting.feature)));
        for denied in self.chosen.denied() {
            told.extend(self.features_of(&denied.feature));
            refusals.push(self.refusal(told_denied(&denied), &[]));
        }
        for feature in self.plan.features.iter().filter(|id| !told.contains(id)) {
            let text = format!(
                "Nothing is recorded of what switches {feature} on for the workers of such a plan."
            );
            refusals.push(self.refusal(text, &[]));
        }
        refusals
    }

    /// What of the deployment its API does not let one write.
    pub(super) fn schema_problems(&self, objects: &[ManifestNode]) -> Vec<ManifestRefusal> {
        let release = self.chosen.release;
        let schemas = bundle::api_schemas();
        let is_own =
            |object: &&ManifestNode| object.get("kind") == Some(&super::objects::KIND.into());
        let own = schemas
            .iter()
            .find(|schema| schema.api == self.api.version && schema.releases.contains(release));
        let Some(schema) = own else { return Vec::new() };
        let problems = objects.iter().filter(is_own);
        let problems = problems.flat_map(|object| schema_problems(schema, release, object));
        let refusal = |problem: String| {
            self.refusal(format!("The API of {release} does not take {problem}."), &schema.sources)
        };
        problems.map(refusal).collect()
    }

    /// What the manifest is of, as it follows the release.
    pub(super) fn subject(&self) -> String {
        let backend = self.chosen.target.backend();
        let features = &self.plan.features;
        let pattern = self.plan.pattern.as_ref().map(|id| format!(", served {id}"));
        format!(
            "on {}{}{}. Written by dynamo-plan {}.",
            backend.name,
            if features.is_empty() { String::new() } else { format!(": {}", features.join(", ")) },
            pattern.unwrap_or_default(),
            env!("CARGO_PKG_VERSION"),
        )
    }
}

/// Why a feature whose settings are denied is not written, and what to do.
fn told_denied(denied: &DeniedSetting) -> String {
    let DeniedSetting { feature, facts } = denied;
    let flags: Vec<String> = facts.iter().map(|fact| format!("`--fact '!{fact}'`")).collect();
    format!(
        "{feature} is not written: what is recorded to switch it on brings {}, which you deny, and no setting \
         without it is recorded. Leave out {}, or write that part yourself.",
        facts.join(" and "),
        flags.join(" and ")
    )
}

/// What only the user knows, as it is told.
pub(super) fn told_ask(ask: &UserValue) -> String {
    let text = ask.text.replace("{stands}", ask.stands.as_deref().unwrap_or_default());
    match (&ask.flag, &ask.stands) {
        (Some(flag), _) => format!("{text} ({flag})"),
        (None, Some(_)) => format!("{text} (--fill {}=…)", ask.id),
        (None, None) => text,
    }
}
