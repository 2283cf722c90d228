//! What to do to run a plan: what to set for each role, what must be there, and what is known to break.

mod image;
pub(super) mod roles;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::platform::allowed;
use super::search::{configuration, touched};
use super::{ConditionalRule, OneOrMany, Plan, Planner, ShownNote, TouchedCell};
use crate::matrix::deploy::{DeploySettings, ReleaseImage, Setting};
use crate::matrix::{KNOWN_ISSUES, Level, NoteKind, Platform, Release, Rule, RuleSet, Term};
use crate::request::Request;
use crate::target::{Configuration, Target};

/// What to do to run a plan. Where a list is empty, nothing of it is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Run {
    /// The container image of the backend, as `name:tag`.
    pub image: Option<String>,
    /// What to set, role by role.
    pub set: Vec<RoleSettings>,
    /// What must be there or be set, as the plan's cells say it.
    pub needs: Vec<ShownNote>,
    /// Where it stops working.
    pub limits: Vec<ShownNote>,
    /// What is known to break.
    pub known_issues: Vec<KnownIssue>,
    /// The features of which neither a need nor a setting is recorded, or no setting without a denied fact, sorted.
    pub unrecorded: Vec<String>,
    /// The signals whose settings are set, by id. No part of the JSON.
    #[serde(skip)]
    pub signals: Vec<String>,
    /// The facts that hold by what is set, sorted. No part of the JSON.
    #[serde(skip)]
    pub facts: Vec<String>,
    /// What is not set, as it would bring facts that the request denies. No part of the JSON.
    #[serde(skip)]
    pub denied: Vec<DeniedSetting>,
    /// The platforms that the image is for, of those that the request allows. No part of the JSON.
    #[serde(skip)]
    pub platforms: Vec<Platform>,
}

/// A feature whose recorded settings bring facts that the request denies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeniedSetting {
    /// The feature or group that they switch on.
    pub feature: String,
    /// The denied facts, sorted.
    pub facts: Vec<String>,
}

/// What to set for one role of a deployment.
///
/// `{model}`, `{draft}`, `{namespace}`, `{tool-parser}` and `{chat-template}` in it stand for what only the user
/// knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleSettings {
    /// The role, such as `prefill`.
    pub role: String,
    /// The arguments of its process, word by word.
    pub args: Vec<String>,
    /// The variables of its process.
    pub env: BTreeMap<String, String>,
    /// What else its component has.
    pub fields: Map<String, Value>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
}

/// Something that is known to break with a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KnownIssue {
    /// The id of the rule that says so; `None` for a note.
    pub id: Option<String>,
    /// The level that the rule gives; `None` for a note, which changes none.
    pub level: Option<Level>,
    /// What breaks.
    pub text: String,
    /// What must hold for it, beside the plan: facts that the request leaves open.
    pub when: Vec<Term>,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
}

/// A plan with what its settings are chosen by.
pub(super) struct Chosen<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) on: Configuration,
    pub(super) release: &'a Release,
    pub(super) settings: &'a DeploySettings,
    request: &'a Request,
}

impl Planner {
    /// What to do to run a plan of a request. Only of releases that are known is anything known beside what
    /// the matrix itself says.
    #[must_use]
    pub fn run(&self, request: &Request, plan: &Plan) -> Run {
        let backends = vec![plan.backend.clone()];
        let releases = vec![plan.release.clone()];
        let here = Request { backends, releases, ..request.clone() };
        let targets = self.targets(&here);
        targets.first().map_or_else(Run::default, |target| self.run_on(target, request, plan))
    }

    /// Works out how to run the plans of a request, each on its target, with what its release pins.
    pub(crate) fn add_runs(&self, request: &Request, plans: &mut [Plan]) {
        if plans.is_empty() {
            return;
        }
        let targets = self.targets(request);
        for plan in plans {
            let is_own = |target: &&Target<'_>| {
                target.backend().id == plan.backend && target.release() == plan.release.as_ref()
            };
            let Some(target) = targets.iter().find(is_own) else { continue };
            self.add_run(target, request, plan);
        }
    }

    /// Adds how to run a plan at its target.
    pub(in crate::plan) fn add_run(&self, target: &Target<'_>, request: &Request, plan: &mut Plan) {
        plan.engine = target.backend().engine.clone();
        plan.platforms = target.backend().platforms.clone();
        plan.run = Some(self.run_on(target, request, plan));
    }

    pub(super) fn run_on(&self, target: &Target<'_>, request: &Request, plan: &Plan) -> Run {
        let cells = touched(target, request, plan);
        let notes = |kind| notes_of(&cells, kind).into_iter().cloned().collect();
        let rules: Vec<&Rule> = self.issues(target, request).collect();
        let issue = |note: &ShownNote| KnownIssue::of(note, &rules);
        let mut run = Run {
            needs: notes(NoteKind::Requirement),
            limits: notes(NoteKind::Limit),
            known_issues: notes_of(&cells, NoteKind::KnownIssue).into_iter().map(issue).collect(),
            ..Run::default()
        };
        let on = configuration(target, request, plan);
        run.platforms = allowed(target.backend(), &request.platform);
        let Some(chosen) = self.chosen(target, on, request) else { return run };
        let settings = chosen.settings();
        run.denied = chosen.denied();
        let image = chosen.image(&run.platforms);
        run.image = image.map(|image| image.reference(chosen.release));
        run.platforms = chosen.platforms_of(image, run.platforms);
        run.unrecorded = chosen.unrecorded(plan, &cells, &settings, &run.denied);
        let facts = settings.iter().filter(|it| roles::reaches(&chosen, it));
        let facts: BTreeSet<&String> = facts.flat_map(|setting| &setting.facts).collect();
        run.facts = facts.into_iter().cloned().collect();
        run.signals = settings.iter().map(|setting| setting.signal.clone()).collect();
        let drafts = roles::drafts(&chosen, &settings);
        run.set = drafts.into_iter().map(|draft| draft.finish(&chosen)).collect();
        run
    }

    /// The plan with the settings of its release; `None` where nothing is known of that release.
    pub(super) fn chosen<'a>(
        &'a self,
        target: &'a Target<'a>,
        on: Configuration,
        request: &'a Request,
    ) -> Option<Chosen<'a>> {
        let release = target.release()?;
        let settings = self.settings();
        let is_known = self.is_known(Some(release)) && settings.releases.contains(release);
        is_known.then_some(Chosen { target, on, release, settings, request })
    }

    /// The counting rules of known issues about a target.
    fn issues<'a>(
        &'a self,
        target: &'a Target<'a>,
        request: &'a Request,
    ) -> impl Iterator<Item = &'a Rule> {
        let counts = |set: &RuleSet| set.id == KNOWN_ISSUES && request.rules.contains(&set.id);
        self.rules(target.release(), &target.backend().id, counts).map(|(_, rule)| rule)
    }
}

impl Chosen<'_> {
    /// The settings that put the plan to work, in their order: none of a feature of which one is denied.
    pub(super) fn settings(&self) -> Vec<&Setting> {
        let mut settings = self.recorded();
        let denied = self.denied();
        settings.retain(|setting| !denied.iter().any(|it| it.feature == setting.feature));
        settings
    }

    /// The features that are not set, as a setting of theirs brings facts that the request denies.
    pub(super) fn denied(&self) -> Vec<DeniedSetting> {
        if self.request.facts.is_empty() {
            return Vec::new();
        }
        let mut denied: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
        for setting in self.recorded().into_iter().filter(|it| roles::reaches(self, it)) {
            let is_denied = |fact: &&String| self.request.knows_fact(fact) == Some(false);
            for fact in setting.facts.iter().filter(is_denied) {
                denied.entry(&setting.feature).or_default().insert(fact);
            }
        }
        let setting = |(feature, facts): (&str, BTreeSet<&String>)| DeniedSetting {
            feature: feature.to_owned(),
            facts: facts.into_iter().cloned().collect(),
        };
        denied.into_iter().map(setting).collect()
    }

    /// The settings of this backend and release whose terms hold, in their order.
    fn recorded(&self) -> Vec<&Setting> {
        let backend = &self.target.backend().id;
        let holds = |setting: &&Setting| {
            let terms = |terms: &[Term]| self.target.terms_hold(terms, &self.on);
            // Comparing releases takes longest, so it is left for the few whose feature is on.
            (setting.backends.is_empty() || setting.backends.contains(backend))
                && setting.choice.is_none()
                && terms(&[Term::on(&setting.feature)])
                && terms(&setting.terms)
                && setting.releases.contains(self.release)
        };
        self.settings.settings.iter().filter(holds).collect()
    }

    /// The image that a role has of its own, by the name without its registry.
    fn role_image(&self, role: &str, name: &str) -> Option<String> {
        let own = |image: &&ReleaseImage| {
            image.role.as_deref() == Some(role)
                && image.name.rsplit('/').next() == Some(name)
                && image.releases.contains(self.release)
        };
        Some(self.settings.images.iter().find(own)?.reference(self.release))
    }

    /// The features of a plan of which neither a requirement nor a setting is recorded, and those that are denied.
    fn unrecorded(
        &self,
        plan: &Plan,
        cells: &[Arc<TouchedCell>],
        settings: &[&Setting],
        denied: &[DeniedSetting],
    ) -> Vec<String> {
        let set = self.features_of(settings.iter().map(|setting| &setting.feature));
        let denied = self.features_of(denied.iter().map(|it| &it.feature));
        let is_needed = |id: &str| {
            let own = cells.iter().filter(|cell| cell.terms.iter().any(|term| term.id() == id));
            let mut notes = own.flat_map(|cell| &cell.notes);
            notes.any(|note| note.kind == NoteKind::Requirement)
        };
        let is_bare = |id: &&String| denied.contains(*id) || !set.contains(*id) && !is_needed(id);
        plan.features.iter().filter(is_bare).cloned().collect()
    }

    /// The features that ids of features or groups are about.
    fn features_of<'i>(&self, ids: impl Iterator<Item = &'i String>) -> Vec<String> {
        let catalog = self.target.catalog();
        let mut features = catalog.no_features();
        for atom in ids.filter_map(|id| catalog.atom(id)) {
            catalog.add_features_of(atom, &mut features);
        }
        catalog.ids(&features)
    }
}

impl Run {
    /// Whether a rule that waits for facts counts by what is set.
    #[must_use]
    pub fn brings(&self, rule: &ConditionalRule) -> bool {
        !rule.facts.is_empty() && rule.facts.iter().all(|fact| self.facts.contains(fact))
    }

    /// Whether all that a note asks for is among what is set.
    #[must_use]
    pub fn does(&self, note: &ShownNote) -> bool {
        note.set_by.iter().any(|signal| self.signals.contains(signal))
    }
}

impl KnownIssue {
    /// A note, with the rule whose reason it is.
    fn of(note: &ShownNote, rules: &[&Rule]) -> Self {
        let says_so = |rule: &&&Rule| rule.reason == note.text && rule.sources == note.source.0;
        let rule = rules.iter().find(says_so);
        KnownIssue {
            id: rule.map(|rule| rule.id.clone()),
            level: rule.map(|rule| rule.level),
            text: note.text.clone(),
            when: note.when.clone(),
            workaround: note.workaround.clone(),
            fixed_in: note.fixed_in.clone(),
            source: note.source.clone(),
            url: note.url.clone(),
        }
    }
}

/// The notes of a kind, cell by cell; what several cells say is said once, at the place of the first.
fn notes_of(cells: &[Arc<TouchedCell>], kind: NoteKind) -> Vec<&ShownNote> {
    let notes = cells.iter().flat_map(|cell| &cell.notes).filter(|note| note.kind == kind);
    notes.fold(Vec::new(), |mut seen, note| {
        let says_as = |known: &&ShownNote| (&known.text, &known.when) == (&note.text, &note.when);
        if !seen.iter().any(says_as) {
            seen.push(note);
        }
        seen
    })
}
