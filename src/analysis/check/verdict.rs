//! The verdict on a deployment: whether the matrix of its release carries what it switches on.

use std::collections::HashMap;
use std::sync::Arc;

use itertools::Itertools;

use super::processes::{GENERATION, WORKER};
use super::reading::{CheckFinding, DeploymentReading, Evidence, ReleaseKind};
use super::report::KindLevel;
use crate::load::{Severity, bundle};
use crate::matrix::deploy::SignalState;
use crate::matrix::{Level, NoteKind, Release, Term};
use crate::plan::{FixedConfiguration, Judgement, Planner, ShownNote, TouchedCell};

/// The sign of a process that makes images or video.
const MEDIA: &str = "media-generation";
/// The most ways out that a finding names.
const MOST_FIXES: usize = 3;

/// How deployments are judged.
#[derive(Clone, Debug)]
pub struct VerdictOptions {
    /// The rule sets that count.
    pub rules: Vec<String>,
    /// Facts that are stated for every deployment and, as `!id`, denied.
    pub facts: Vec<String>,
}

/// Judges deployments by the bundled matrices, each of which is read once.
pub(super) struct Judge {
    options: VerdictOptions,
    planners: HashMap<Release, Planner>,
}

/// The verdict on a deployment.
pub(super) struct DeploymentVerdict<'r> {
    reading: &'r DeploymentReading,
    pub(super) judgement: Judgement,
    /// The variants of groups, each with its group.
    groups: Vec<(String, String)>,
}

impl Judge {
    pub(super) fn new(options: VerdictOptions) -> Self {
        Judge { options, planners: HashMap::new() }
    }

    /// A planner for the bundled matrix of a release.
    pub(super) fn planner(&mut self, release: &Release) -> Option<&Planner> {
        let release = with_matrix(release)?;
        if !self.planners.contains_key(&release) {
            let planner = Planner::of_matrices(vec![bundle::matrix(&release)?]);
            self.planners.insert(release.clone(), planner);
        }
        self.planners.get(&release)
    }

    /// The planner for a release that was asked for before.
    pub(super) fn known_planner(&self, release: &Release) -> Option<&Planner> {
        self.planners.get(&with_matrix(release)?)
    }

    /// Judges a deployment by the matrix of a release. Without a bundled matrix of it, where no one backend
    /// runs, or where none serves a language model, there is no verdict.
    pub(super) fn verdict<'r>(
        &mut self,
        reading: &'r DeploymentReading,
        release: &Release,
    ) -> Option<DeploymentVerdict<'r>> {
        if serves_media_alone(reading) {
            return None;
        }
        let fixed = self.configuration(reading, release)?;
        let planner = self.planner(release)?;
        let judgement = planner.judge(&fixed)?;
        let features = planner.catalog().features().iter();
        let groups = features.filter_map(|it| Some((it.id.clone(), it.group.clone()?))).collect();
        Some(DeploymentVerdict { reading, judgement, groups })
    }

    /// The configuration that a deployment is, with what is stated beside it.
    fn configuration(
        &self,
        reading: &DeploymentReading,
        release: &Release,
    ) -> Option<FixedConfiguration> {
        let of_state = |state| {
            let features = reading.features.iter().filter(move |feature| feature.state == state);
            features.map(|feature| feature.id.clone())
        };
        let unread = reading.unknown.iter().filter_map(|unknown| unknown.feature.clone());
        let read = reading.facts.iter().map(|fact| fact.id.clone());
        let stated = &self.options.facts;
        let is_denied = |id: &String| stated.iter().any(|it| it.strip_prefix('!') == Some(id));
        Some(FixedConfiguration {
            release: with_matrix(release)?,
            backend: reading.backend.as_ref()?.id.clone(),
            on: of_state(SignalState::On).collect(),
            open: of_state(SignalState::Maybe).chain(unread).collect(),
            pattern: reading.pattern.clone(),
            facts: read.filter(|id| !is_denied(id)).chain(stated.iter().cloned()).collect(),
            rules: self.options.rules.clone(),
            accept: Level::Experimental,
        })
    }
}

/// The bundled release that a release is judged by: itself, or the one that a later build of it is of.
pub(super) fn with_matrix(release: &Release) -> Option<Release> {
    let is_bundled = |it: &Release| bundle::releases().any(|known| known == *it);
    if is_bundled(release) {
        return Some(release.clone());
    }
    let base = release.as_str().split_once(".post").map(|(base, _)| Release::new(base));
    base.filter(is_bundled)
}

/// Whether all that serves makes images or video, which no matrix is about.
pub(super) fn serves_media_alone(reading: &DeploymentReading) -> bool {
    let makes_media = |(i, role): (usize, &str)| {
        let shows = reading.signs.iter().any(|it| it.id == MEDIA && it.process == Some(i));
        role == GENERATION || shows
    };
    let roles = reading.processes.iter().map(|process| process.role.as_str()).enumerate();
    let mut serving = roles.filter(|(_, role)| [WORKER, GENERATION].contains(role)).peekable();
    serving.peek().is_some() && serving.all(makes_media)
}

/// Why a deployment is not judged, as a sentence.
pub(super) fn unmatched(reading: &DeploymentReading) -> Option<String> {
    let release = &reading.release;
    // Without a backend the reason is told by itself.
    reading.backend.as_ref()?;
    if serves_media_alone(reading) {
        return Some(
            "it makes images, audio or video, which no matrix is about: there is no verdict".into(),
        );
    }
    let by = |id: &Release| format!("{id}, of which no matrix is bundled");
    Some(match (&release.id, release.kind) {
        (None, _) => "no release is known for it: there is no verdict".to_owned(),
        (Some(id), ReleaseKind::Preview) => {
            format!(
                "it runs a build beside {id}: there is no verdict unless `--release {id}` asks for one"
            )
        }
        (Some(id), ReleaseKind::Exact | ReleaseKind::Override | ReleaseKind::Given)
            if with_matrix(id).is_none() =>
        {
            format!("it runs {}: there is no verdict", by(id))
        }
        (Some(_), ReleaseKind::Exact | ReleaseKind::Override | ReleaseKind::Given) => return None,
        (Some(_), _) => "its release is not named: there is no verdict".to_owned(),
    })
}

impl DeploymentVerdict<'_> {
    /// What the verdict finds, each at a feature that is switched on.
    pub(super) fn findings(&self, deployment: usize) -> Vec<CheckFinding> {
        let mut found: Vec<CheckFinding> = Vec::new();
        for cell in cells(&self.judgement) {
            let at = self.place_of(&cell);
            for note in cell.notes.iter().filter(|note| is_certain(note, &self.judgement)) {
                let finding = issue(&cell, note, at.clone());
                // Several cells may have the same issue.
                if !found.iter().any(|known| known.message == finding.message) {
                    found.push(finding);
                }
            }
            if cell.level > Level::Experimental && !is_issue(&cell) {
                found.push(self.blocked(&cell, at));
            }
        }
        found.extend(self.judgement.without_row.iter().map(|id| {
            let text = format!(
                "the matrix of this release has no row for {id}: the verdict leaves it out"
            );
            let at = self.switched_on(id).unwrap_or_else(|| self.reading.at.clone());
            finding("no-row", Severity::Note, text, at)
        }));
        found.extend(self.kind_unknown());
        found.iter_mut().for_each(|finding| finding.deployment = deployment);
        found
    }

    /// The level of a feature by itself; the best of its variants for a group.
    pub(super) fn level_of(&self, id: &str) -> Option<Level> {
        let is_own = |term: &Term| {
            let is_variant =
                |(variant, group): &(String, String)| group == id && variant == term.id();
            term.id() == id || self.groups.iter().any(is_variant)
        };
        let cells = self.judgement.cells.iter();
        let own = cells.filter(|cell| matches!(&cell.terms[..], [term] if is_own(term)));
        own.map(|cell| cell.level).min()
    }

    /// The kinds that a group which is on may be of, where nothing tells which and they are not all at one level.
    pub(super) fn kinds(&self) -> Vec<KindLevel> {
        let is_on = |id: &str| {
            let mut features = self.reading.features.iter();
            features.any(|it| it.id == id && it.state == SignalState::On)
        };
        let is_told = |group: &str| self.groups.iter().any(|(id, of)| of == group && is_on(id));
        let plans = &self.judgement.outcome.plans;
        let level = |id: &String| {
            plans.iter().filter(|plan| plan.features.contains(id)).map(|plan| plan.level).min()
        };
        let open = self.groups.iter().filter(|(_, group)| is_on(group) && !is_told(group));
        let kind = |(id, _): &(String, String)| KindLevel { id: id.clone(), level: level(id) };
        let kinds: Vec<KindLevel> = open.map(kind).collect();
        if plans.is_empty() || kinds.iter().map(|kind| kind.level).all_equal() {
            return Vec::new();
        }
        kinds
    }

    fn kind_unknown(&self) -> Option<CheckFinding> {
        let kinds = self.kinds();
        let of = |it: &&(String, String)| kinds.first().is_some_and(|kind| kind.id == it.0);
        let group = &self.groups.iter().find(of)?.1;
        let level = |kind: &KindLevel| {
            let level = kind.level.map_or("not supported", Level::id);
            format!("{} is {level}", kind.id)
        };
        let levels = kinds.iter().map(level).join(", ");
        let text = format!("nothing tells which kind of {group} is served: {levels}");
        let at = self.switched_on(group).unwrap_or_else(|| self.reading.at.clone());
        Some(CheckFinding {
            fix: Some("Go by the level of the kind that you serve.".to_owned()),
            ..finding("kind-unknown", Severity::Note, text, at)
        })
    }

    fn blocked(&self, cell: &TouchedCell, at: Evidence) -> CheckFinding {
        let backend = self.reading.backend.as_ref().map_or("this backend", |it| it.id.as_str());
        let release = self.judgement.outcome.request.releases.iter().flatten().next();
        let release = release.map_or_else(String::new, |release| format!(" in {release}"));
        let (code, severity, says) = match cell.level {
            Level::Unsupported => ("unsupported-combination", Severity::Error, "unsupported"),
            Level::NotApplicable => ("not-claimed", Severity::Warning, "not claimed to work"),
            _ => ("not-claimed", Severity::Warning, "in no table"),
        };
        let reason = cell
            .notes
            .first()
            .map_or_else(String::new, |note| format!(": {}", note.text.trim_end_matches('.')));
        let is = if cell.terms.len() > 1 { "together are" } else { "is" };
        let text = format!("{} {is} {says} on {backend}{release}{reason}", together(cell));
        CheckFinding {
            fix: fix(&self.judgement),
            source: Some(cell.source.clone()),
            url: cell.url.clone(),
            ..finding(code, severity, text, at)
        }
    }

    /// The last of the places that switch on what a cell is about.
    fn place_of(&self, cell: &TouchedCell) -> Evidence {
        let on = cell.terms.iter().filter(|term| !term.is_negated());
        let places = on.filter_map(|term| self.switched_on(term.id()));
        places.max_by_key(|place| place.at).unwrap_or_else(|| self.reading.at.clone())
    }

    /// The place that switches on a feature, or a variant of a group.
    fn switched_on(&self, id: &str) -> Option<Evidence> {
        // What may be on stands behind what is.
        let of_state = |state| self.reading.features.iter().filter(move |it| it.state == state);
        let on = of_state(SignalState::On).chain(of_state(SignalState::Maybe));
        let is_of_group = |known: &str| {
            let pairs = [(known, id), (id, known)];
            self.groups.iter().any(|(variant, group)| pairs.contains(&(variant, group)))
        };
        let itself = on.clone().find(|it| it.id == id);
        let found = itself.or_else(|| on.clone().find(|it| is_of_group(&it.id)));
        found.map(|it| it.evidence.clone())
    }
}

/// The cells that a verdict has something to say of: without those that follow from a feature that is refused by
/// itself.
fn cells(judgement: &Judgement) -> Vec<Arc<TouchedCell>> {
    let rejected = judgement.outcome.rejected.iter().flat_map(|target| &target.blocking);
    let touched: Vec<Arc<TouchedCell>> = match judgement.cells.is_empty() {
        true => rejected.cloned().collect(),
        false => judgement.cells.clone(),
    };
    let is_refused =
        |cell: &&Arc<TouchedCell>| cell.terms.len() == 1 && cell.level > Level::Experimental;
    let refused: Vec<Term> =
        touched.iter().filter(is_refused).map(|cell| cell.terms[0].clone()).collect();
    let follows = |cell: &Arc<TouchedCell>| {
        cell.terms.len() > 1
            && !is_issue(cell)
            && cell.terms.iter().any(|term| refused.contains(term))
    };
    touched.into_iter().filter(|cell| !follows(cell)).collect()
}

/// Whether it is a known issue that makes a cell what it is.
fn is_issue(cell: &TouchedCell) -> bool {
    cell.rule.is_some() && cell.notes.iter().any(|note| note.kind == NoteKind::KnownIssue)
}

/// Whether a note is a known issue that is not only for deployments of which nobody knows whether this is one.
fn is_certain(note: &ShownNote, judgement: &Judgement) -> bool {
    let request = &judgement.outcome.request;
    let is_stated = |fact: &str| request.knows_fact(fact) == Some(true);
    note.kind == NoteKind::KnownIssue && note.when.iter().filter_map(Term::fact).all(is_stated)
}

fn issue(cell: &TouchedCell, note: &ShownNote, at: Evidence) -> CheckFinding {
    let blocks = is_issue(cell) && cell.level == Level::Unsupported;
    let severity = if blocks { Severity::Error } else { Severity::Warning };
    let fixed = note.fixed_in.as_ref().map(|release| format!("Fixed in {release}."));
    let fix = note.workaround.iter().cloned().chain(fixed).join(" ");
    let text = format!("{}: {}", together(cell), note.text.trim_end_matches('.'));
    CheckFinding {
        fix: (!fix.is_empty()).then_some(fix),
        source: note.source.0.first().cloned(),
        url: note.url.0.first().cloned().flatten(),
        ..finding("known-issue", severity, text, at)
    }
}

/// What to switch off or to add: the smallest corrections.
fn fix(judgement: &Judgement) -> Option<String> {
    let corrections = &judgement.outcome.corrections;
    let fewest = corrections.first()?.drop.len();
    let smallest = corrections.iter().take_while(|it| it.drop.len() == fewest).take(MOST_FIXES);
    let step = |term: &Term| match term.id().strip_prefix('+') {
        Some(id) => format!("add {id}"),
        None => format!("switch off {}", term.id().trim_start_matches("pattern=")),
    };
    let ways = smallest.map(|it| it.drop.iter().map(step).join(" and "));
    let mut text = ways.collect::<Vec<_>>().join(", or ");
    text.get_mut(..1)?.make_ascii_uppercase();
    Some(text + ".")
}

/// The terms of a cell in words: a negated one is missing.
fn together(cell: &TouchedCell) -> String {
    let word = |term: &Term| match term.is_negated() {
        true => format!("no {}", term.id()),
        false => term.id().trim_start_matches("pattern=").to_owned(),
    };
    cell.terms.iter().map(word).join(" + ")
}

fn finding(code: &str, severity: Severity, message: String, at: Evidence) -> CheckFinding {
    CheckFinding {
        code: code.to_owned(),
        severity,
        effect: None,
        message,
        fix: None,
        source: None,
        url: None,
        deployment: 0,
        at,
    }
}
