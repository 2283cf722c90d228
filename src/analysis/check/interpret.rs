//! The meaning of one deployment, from the signals that it shows.

use std::collections::{BTreeMap, BTreeSet};

use super::flags::gap_words;
use super::processes::{self, MOCKER, ProcessView, WORKER};
use super::reading::{
    BackendReading, DeploymentReading, Evidence, FactReading, FeatureReading, ReleaseKind,
    ReleaseReading, SignReading, UnknownReading,
};
use super::release::{ImageParts, plain_version};
use super::signals::{OpenSignal, SignalHit, SignalReader};
use super::tables::CheckTables;
use crate::load::manifest::{Component, ManifestDeployment, ManifestFile, Word, YamlNode};
use crate::matrix::Release;
use crate::matrix::deploy::{SignalState, SignalSubject};

/// The field of a component that names its release.
const OVERRIDE: &str = "runtimeVersionOverride";
/// The longest text that is shown of a place, in bytes.
const SHOWN: usize = 160;

/// Reads a deployment; its processes with their flags are given beside what they mean.
pub(super) fn deployment<'f>(
    tables: &CheckTables,
    file: &'f ManifestFile,
    deployment: &'f ManifestDeployment,
    given: Option<&Release>,
) -> (DeploymentReading, Vec<ProcessView<'f>>) {
    let views = processes::read(tables, file, deployment);
    let release = release(tables, file, deployment, &views, given);
    // What is older than all that is recorded is read as the oldest is.
    let rules = release.id.clone().map(|id| match tables.oldest() {
        Some(oldest) if id < *oldest => oldest.clone(),
        _ => id,
    });
    let reader = SignalReader { tables, file, deployment, views: &views, release: rules };
    let (hits, open) = reader.read();
    let place = |component: Option<usize>, text: &str, at: usize| {
        let component = component.map_or("", |i| &deployment.components[i].name);
        evidence(file, component, text, at)
    };
    let features = features(&hits, &views, reader.release.is_none(), &place);
    let pattern = pattern(tables, &features, &views);
    let reading = DeploymentReading {
        name: deployment.name.clone(),
        api: deployment.api.clone(),
        at: evidence(file, "", &deployment.name, deployment.at),
        backend: backend(tables, file, deployment, &views),
        release,
        facts: facts(&hits, &place),
        signs: signs(&hits, &place),
        unknown: unknown(&open, &features, &views, file),
        features,
        pattern,
        processes: views.iter().map(|view| view.reading.clone()).collect(),
    };
    (reading, views)
}

/// A place of the file with what stands there.
pub(super) fn evidence(file: &ManifestFile, component: &str, text: &str, at: usize) -> Evidence {
    let position = file.position(at);
    let mut shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if shown.len() > SHOWN {
        let end = (0..=SHOWN).rev().find(|end| shown.is_char_boundary(*end)).unwrap_or(0);
        shown.truncate(end);
        shown.push('…');
    }
    Evidence {
        component: component.to_owned(),
        text: shown,
        at,
        line: position.line,
        column: position.column,
    }
}

/// The components whose images count, each with the release that it names and how.
pub(super) fn releases_of_images<'f>(
    tables: &CheckTables,
    deployment: &'f ManifestDeployment,
    views: &[ProcessView<'_>],
) -> Vec<(&'f Component, &'f Word, Option<Release>, ReleaseKind)> {
    let mut found = Vec::new();
    for (i, component) in deployment.components.iter().enumerate() {
        let written = component.fields.as_ref().and_then(|fields| fields.get(OVERRIDE));
        let named = written.and_then(YamlNode::text).and_then(plain_version);
        for (j, container) in component.containers.iter().enumerate() {
            let Some(image) = &container.image else { continue };
            let parts = ImageParts::of(&image.text);
            let runs = |view: &ProcessView<'_>| {
                let at = (view.reading.component, view.reading.container);
                let module = view.reading.module.as_deref();
                let is_engine = module.and_then(|module| tables.module(module));
                let is_engine = is_engine.is_some_and(|row| row.role != view.reading.role);
                at == (i, j) && (module.is_some() || !view.process.words.is_empty()) && !is_engine
            };
            if tables.image(parts.name).is_none() && !views.iter().any(runs) {
                continue;
            }
            let (release, kind) = match &named {
                Some(release) => (Some(release.clone()), ReleaseKind::Override),
                None => parts.release(&tables.processes.tags),
            };
            found.push((component, image, release, kind));
        }
    }
    found
}

/// The release by which a deployment is read: the lowest that its images name.
fn release(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: &ManifestDeployment,
    views: &[ProcessView<'_>],
    given: Option<&Release>,
) -> ReleaseReading {
    if let Some(given) = given {
        let (id, kind, evidence) = (Some(given.clone()), ReleaseKind::Given, None);
        return ReleaseReading { id, kind, evidence };
    }
    let images = releases_of_images(tables, deployment, views);
    let known = images.iter().filter(|(_, _, release, _)| release.is_some());
    // The first of equal ones.
    let lowest = known.min_by(|a, b| a.2.cmp(&b.2));
    match lowest.or_else(|| images.first()) {
        Some((component, image, release, kind)) => ReleaseReading {
            id: release.clone(),
            kind: *kind,
            evidence: Some(evidence(file, &component.name, &image.text, image.at)),
        },
        None => ReleaseReading { id: None, kind: ReleaseKind::None, evidence: None },
    }
}

/// The backend: that of the modules that run, else of the workers' images, else the one that is named.
fn backend(
    tables: &CheckTables,
    file: &ManifestFile,
    deployment: &ManifestDeployment,
    views: &[ProcessView<'_>],
) -> Option<BackendReading> {
    let runs = views.iter().find_map(|view| {
        view.reading.module.as_ref()?;
        let id = view.reading.backend.clone()?;
        let module = view.reading.module.as_deref().unwrap_or_default();
        Some((id, evidence(file, &view.component.name, module, view.process.at)))
    });
    let is_mocked = views.iter().any(|view| view.reading.role == MOCKER);
    if runs.is_none() && is_mocked {
        return None;
    }
    let of_images = || {
        let components = deployment.components.iter();
        let workers = components.filter(|it| processes::image_tells_backend(tables, it));
        let mut images = workers.flat_map(|component| {
            component.containers.iter().filter_map(move |it| Some((component, it.image.as_ref()?)))
        });
        images.find_map(|(component, image)| {
            let row = tables.image(ImageParts::of(&image.text).name)?;
            let place = evidence(file, &component.name, &image.text, image.at);
            Some((row.backend.clone()?, place))
        })
    };
    let named = || {
        let written = deployment.backend_framework.as_ref()?;
        let known = tables.vocabulary.backends.iter().find(|known| known.id == written.text)?;
        Some((known.id.clone(), evidence(file, "", &written.text, written.at)))
    };
    let found = runs.or_else(of_images).or_else(named);
    found.map(|(id, evidence)| BackendReading { id, evidence })
}

/// What is said of each feature: over processes on counts more than maybe, and that more than off.
fn features(
    hits: &[SignalHit<'_>],
    views: &[ProcessView<'_>],
    is_any_release: bool,
    place: &dyn Fn(Option<usize>, &str, usize) -> Evidence,
) -> Vec<FeatureReading> {
    let mut said: BTreeMap<&str, Vec<(&SignalHit<'_>, SignalState)>> = BTreeMap::new();
    for hit in hits {
        let SignalSubject::Feature(id) = &hit.signal.subject else { continue };
        let state = overridden(hit, id, hits).unwrap_or(hit.state);
        said.entry(id).or_default().push((hit, state));
    }
    if is_any_release {
        said.values_mut().for_each(|said| level(said));
    }
    let mut features: Vec<FeatureReading> = Vec::new();
    for (id, said) in &said {
        // Of those that say the most, one that suffices by itself.
        let best = said
            .iter()
            .min_by_key(|(hit, state)| (rank(*state), hit.alone(part_of(hit, views)).is_some()));
        let Some((hit, state)) = best else { continue };
        let state = alone(said, views).unwrap_or(*state);
        let evidence = place(hit.component, &hit.text, hit.at);
        let (id, signal) = ((*id).to_owned(), hit.signal.id.clone());
        features.push(FeatureReading { id, state, evidence, signal });
    }
    let is_on = |id: &str| {
        features.iter().any(|feature| feature.id == id && feature.state == SignalState::On)
    };
    let met: Vec<bool> = features
        .iter()
        .map(|feature| {
            let hit = hits.iter().find(|hit| hit.signal.id == feature.signal);
            hit.and_then(|hit| hit.signal.needs.as_deref()).is_none_or(is_on)
        })
        .collect();
    let mut met = met.into_iter();
    features.retain(|_| met.next().unwrap_or(true));
    features
}

fn rank(state: SignalState) -> u8 {
    match state {
        SignalState::On => 0,
        SignalState::Maybe => 1,
        SignalState::Off => 2,
    }
}

/// The state that another signal of the same process puts in the place of what this one says.
fn overridden(hit: &SignalHit<'_>, feature: &str, hits: &[SignalHit<'_>]) -> Option<SignalState> {
    let process = hit.process?;
    let of_process = hits.iter().filter(|other| other.process == Some(process));
    let mut states = of_process.filter_map(|other| other.signal.overrides.as_ref());
    states.find(|(id, _)| id == feature).map(|(_, state)| *state)
}

/// Where any release may be meant, signals at one place that disagree say maybe.
fn level(said: &mut [(&SignalHit<'_>, SignalState)]) {
    let mut of_place: BTreeMap<usize, SignalState> = BTreeMap::new();
    for (hit, state) in said.iter() {
        let at = of_place.entry(hit.at).or_insert(*state);
        if *at != *state {
            *at = SignalState::Maybe;
        }
    }
    for (hit, state) in said.iter_mut() {
        *state = of_place.get(&hit.at).copied().unwrap_or(*state);
    }
}

/// The role among workers of the process that shows a signal.
fn part_of<'v>(hit: &SignalHit<'_>, views: &'v [ProcessView<'_>]) -> &'v str {
    hit.process.map_or("", |i| &views[i].reading.part)
}

/// The state where all that says on suffices only beside something else.
fn alone(said: &[(&SignalHit<'_>, SignalState)], views: &[ProcessView<'_>]) -> Option<SignalState> {
    let mut state = None;
    for (hit, _) in said.iter().filter(|(_, state)| *state == SignalState::On) {
        state = Some(hit.alone(part_of(hit, views))?);
    }
    state
}

/// The pattern of serving, by which roles among workers are there; `None` unless what it is chosen for is on.
fn pattern(
    tables: &CheckTables,
    features: &[FeatureReading],
    views: &[ProcessView<'_>],
) -> Option<String> {
    let dimension = &tables.vocabulary.dimension;
    let is_variant = |id: &str| {
        let known = tables.vocabulary.features.iter().find(|known| known.id == id);
        known.is_some_and(|known| known.group.as_ref() == Some(&dimension.when))
    };
    let counts = |feature: &FeatureReading| {
        feature.state != SignalState::Off
            && (feature.id == dimension.when || is_variant(&feature.id))
    };
    if !features.iter().any(counts) {
        return None;
    }
    let has = |part: &str| views.iter().any(|view| view.reading.part == part);
    // The parts by which the rows differ; a decode worker without a prefill worker is no pattern of its own.
    let fits = |roles: &[String]| {
        ["encode", "prefill"].iter().all(|part| roles.iter().any(|role| role == part) == has(part))
    };
    let mut rows = tables.workers.iter().filter_map(|row| {
        let term = row.terms.iter().find_map(|term| {
            let (id, option) = term.id().split_once('=')?;
            (id == dimension.id && !term.is_negated()).then_some(option)
        })?;
        fits(&row.roles).then(|| term.to_owned())
    });
    rows.next()
}

fn facts(
    hits: &[SignalHit<'_>],
    place: &dyn Fn(Option<usize>, &str, usize) -> Evidence,
) -> Vec<FactReading> {
    let mut facts: Vec<FactReading> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.state == SignalState::On) {
        let SignalSubject::Request(id) = &hit.signal.subject else { continue };
        if !facts.iter().any(|fact| fact.id == *id) {
            let evidence = place(hit.component, &hit.text, hit.at);
            facts.push(FactReading { id: id.clone(), evidence });
        }
    }
    facts
}

fn signs(
    hits: &[SignalHit<'_>],
    place: &dyn Fn(Option<usize>, &str, usize) -> Evidence,
) -> Vec<SignReading> {
    let sign = |hit: &SignalHit<'_>| {
        let SignalSubject::Fact(id) = &hit.signal.subject else { return None };
        let evidence = place(hit.component, &hit.text, hit.at);
        Some(SignReading { id: id.clone(), process: hit.process, evidence })
    };
    hits.iter().filter_map(sign).collect()
}

/// What could not be read: signals that are not decided, words that may be flags, files that are not there.
fn unknown(
    open: &[OpenSignal<'_>],
    features: &[FeatureReading],
    views: &[ProcessView<'_>],
    file: &ManifestFile,
) -> Vec<UnknownReading> {
    let mut unknown: Vec<UnknownReading> = Vec::new();
    let mut seen = BTreeSet::new();
    for signal in open {
        let SignalSubject::Feature(id) = &signal.signal.subject else { continue };
        let is_on =
            |feature: &FeatureReading| feature.id == *id && feature.state == SignalState::On;
        if features.iter().any(is_on) {
            continue;
        }
        let component = views.iter().find(|view| Some(view.reading.component) == signal.component);
        let component = component.map_or("", |view| &view.component.name);
        let evidence = evidence(file, component, &signal.text, signal.at);
        let reason = "its value is not in the file".to_owned();
        let row = UnknownReading { feature: Some(id.clone()), reason, evidence };
        if seen.insert((id.as_str(), signal.at)) {
            unknown.push(row);
        }
    }
    for view in views {
        for gap in &view.flags.gaps {
            let evidence = evidence(file, &view.component.name, &gap.text, gap.at);
            let reason = gap_words(gap.reason).to_owned();
            unknown.push(UnknownReading { feature: None, reason, evidence });
        }
        for missing in &view.flags.missing {
            let evidence = evidence(file, &view.component.name, &missing.flag, missing.at);
            let reason = "its options are not in the manifest".to_owned();
            unknown.push(UnknownReading { feature: None, reason, evidence });
        }
    }
    unknown
}

/// The backends of the workers, each once.
pub(super) fn backends_of<'v>(views: &'v [ProcessView<'_>]) -> Vec<&'v str> {
    let mut backends = Vec::new();
    for view in views.iter().filter(|view| view.reading.role == WORKER) {
        let backend = view.reading.backend.as_deref().filter(|it| !backends.contains(it));
        backends.extend(backend);
    }
    backends
}
