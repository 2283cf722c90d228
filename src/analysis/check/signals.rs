//! What signals say of a deployment: each is looked for on the processes, components, objects and images that it
//! is about.

use super::flags::FlagRead;
use super::processes::{self, MOCKER, ProcessView};
use super::release::ImageParts;
use super::tables::CheckTables;
use super::value_test::{ReadValue, passes};
use crate::load::manifest::{Component, ManifestDeployment, ManifestFile, YamlNode, YamlValue};
use crate::matrix::Release;
use crate::matrix::deploy::{ProcessCondition, ReleaseRanges, Signal, SignalState, SignalSubject};

/// Conditions may name facts that have conditions this often.
const DEPTH: usize = 3;

/// A signal that was met.
#[derive(Clone, Debug)]
pub(super) struct SignalHit<'t> {
    pub(super) signal: &'t Signal,
    /// The number of the process.
    pub(super) process: Option<usize>,
    /// The number of the component.
    pub(super) component: Option<usize>,
    pub(super) state: SignalState,
    pub(super) text: String,
    pub(super) at: usize,
    /// The flag or variable, and its values.
    keys: Vec<String>,
}

/// A signal whose test could not be decided.
#[derive(Clone, Debug)]
pub(super) struct OpenSignal<'t> {
    pub(super) signal: &'t Signal,
    pub(super) component: Option<usize>,
    pub(super) text: String,
    pub(super) at: usize,
}

/// A place at which a signal was looked for.
struct FoundPlace {
    text: String,
    at: usize,
    keys: Vec<String>,
    /// Whether the program gets it for sure.
    is_sure: bool,
    /// Whether it passes the test; `None` where that is not known.
    passes: Option<bool>,
}

/// What a deployment is read with.
pub(super) struct SignalReader<'t, 'f> {
    pub(super) tables: &'t CheckTables,
    pub(super) file: &'f ManifestFile,
    pub(super) deployment: &'f ManifestDeployment,
    pub(super) views: &'f [ProcessView<'f>],
    /// The release whose rules hold; `None` where it is not known.
    pub(super) release: Option<Release>,
}

impl<'t> SignalReader<'t, '_> {
    /// Every signal that is met, and those that could not be decided.
    pub(super) fn read(&self) -> (Vec<SignalHit<'t>>, Vec<OpenSignal<'t>>) {
        let (mut hits, mut open) = (Vec::new(), Vec::new());
        for signal in self.tables.signals.iter().filter(|signal| self.is_of_api(signal)) {
            for place in &signal.on {
                match place.as_str() {
                    "component" => self.components(signal, &mut hits),
                    "object" => self.objects(signal, &mut hits),
                    "image" => self.images(signal, &mut hits),
                    role => self.processes(signal, role, &mut hits, &mut open),
                }
            }
        }
        (hits, open)
    }

    fn is_of_api(&self, signal: &Signal) -> bool {
        signal.api.is_none() || signal.api == self.deployment.api
    }

    /// Whether a range holds for the release; where that is not known, every range does.
    fn holds(&self, ranges: &ReleaseRanges) -> bool {
        self.release.as_ref().is_none_or(|release| ranges.contains(release))
    }

    /// What a signal says that is met: out of its releases a feature may be on, and anything else is not said.
    fn state(&self, signal: &Signal, is_sure: bool) -> Option<SignalState> {
        let is_feature = matches!(signal.subject, SignalSubject::Feature(_));
        match (self.holds(&signal.releases), signal.state) {
            (true, SignalState::On) if is_sure => Some(SignalState::On),
            (true, SignalState::On) => Some(SignalState::Maybe),
            (true, SignalState::Off) => is_sure.then_some(SignalState::Off),
            (true, SignalState::Maybe) => Some(SignalState::Maybe),
            (false, SignalState::Off) => None,
            (false, _) => is_feature.then_some(SignalState::Maybe),
        }
    }

    fn processes(
        &self,
        signal: &'t Signal,
        role: &str,
        hits: &mut Vec<SignalHit<'t>>,
        open: &mut Vec<OpenSignal<'t>>,
    ) {
        for (i, view) in self.views.iter().enumerate() {
            if view.reading.role != role {
                continue;
            }
            let Some(found) = self.on_process(signal, view, 0) else { continue };
            let component = Some(view.reading.component);
            let FoundPlace { text, at, keys, is_sure, passes } = found;
            match passes {
                None => open.push(OpenSignal { signal, component, text, at }),
                Some(false) => {}
                Some(true) => {
                    let Some(state) = self.state(signal, is_sure) else { continue };
                    hits.push(SignalHit {
                        signal,
                        process: Some(i),
                        component,
                        state,
                        text,
                        at,
                        keys,
                    });
                }
            }
        }
    }

    /// Looks for a signal on a process with all its conditions.
    fn on_process(
        &self,
        signal: &Signal,
        view: &ProcessView<'_>,
        depth: usize,
    ) -> Option<FoundPlace> {
        let backend = view.reading.backend.as_ref();
        let is_of_backend = signal.backends.is_empty()
            || backend.is_some_and(|backend| signal.backends.contains(backend));
        let is_excluded = signal
            .not_on
            .as_ref()
            .is_some_and(|(part, ranges)| *part == view.reading.part && self.holds(ranges));
        if !is_of_backend || is_excluded {
            return None;
        }
        let mut found = self.at_places(signal, view)?;
        if found.passes == Some(false) {
            return Some(found);
        }
        if let Some(with) = &signal.with {
            match self.meets(with, view, depth) {
                Some(true) => {}
                Some(false) => return None,
                None => found.passes = None,
            }
        }
        if let Some(unless) = &signal.unless {
            match self.meets(unless, view, depth) {
                Some(true) => return None,
                Some(false) => {}
                None => found.passes = None,
            }
        }
        Some(found)
    }

    /// The first place at which a signal passes, else the first that is there.
    fn at_places(&self, signal: &Signal, view: &ProcessView<'_>) -> Option<FoundPlace> {
        let places = &signal.places;
        let mut all: Vec<FoundPlace> = Vec::new();
        let flags = places.flags.iter().filter_map(|name| view.flags.get(name));
        all.extend(flags.map(|flag| at_flag(signal, flag)));
        // A flag counts over the variable that stands for it.
        if all.is_empty() {
            let variables = places.variables.iter().filter_map(|name| view.process.env.get(name));
            all.extend(variables.map(|variable| {
                let words: Vec<String> = variable.value.iter().cloned().collect();
                let value =
                    ReadValue { words: &words, is_known: variable.value.is_some(), is_flag: false };
                FoundPlace {
                    text: format!("{}={}", variable.name, variable.value.as_deref().unwrap_or("…")),
                    at: variable.at,
                    passes: passes(&signal.test, value),
                    keys: words.into_iter().chain([variable.name.clone()]).collect(),
                    is_sure: variable.is_sure && !view.process.is_conditional,
                }
            }));
        }
        let is_named = |module: &&String| {
            places.modules.iter().any(|wanted| wanted == "*" || wanted == *module)
        };
        all.extend(view.reading.module.as_ref().filter(is_named).map(|module| FoundPlace {
            text: module.clone(),
            at: view.process.at,
            keys: Vec::new(),
            is_sure: !view.process.is_conditional,
            passes: Some(true),
        }));
        all.extend(places.engine.as_ref().and_then(|path| at_option(signal, path, view)));
        if !signal.test.absent.is_empty() {
            all.extend(without(signal, view));
        }
        let best = all.iter().position(|found| found.passes == Some(true));
        let best = best.or_else(|| all.iter().position(|found| found.passes.is_none()));
        (!all.is_empty()).then(|| all.swap_remove(best.unwrap_or(0)))
    }

    /// Whether a process meets a condition; `None` where that is not known.
    fn meets(
        &self,
        condition: &ProcessCondition,
        view: &ProcessView<'_>,
        depth: usize,
    ) -> Option<bool> {
        if let Some(module) = &condition.module {
            return Some(view.reading.module.as_ref() == Some(module));
        }
        if let Some(fact) = &condition.fact {
            return Some(depth < DEPTH && self.shows(fact, view, depth + 1));
        }
        let counts = |words: &[String], is_known: bool| {
            let passes =
                condition.values.is_empty() || words.iter().any(|it| condition.values.contains(it));
            (is_known || condition.values.is_empty()).then_some(passes)
        };
        if let Some(flag) = condition.flag.as_ref().and_then(|flag| view.flags.get(flag)) {
            return counts(&flag.values, flag.has_known_values);
        }
        let variable = condition.variable.as_ref().and_then(|name| view.process.env.get(name));
        match variable {
            Some(variable) if !variable.is_sure => None,
            Some(variable) => {
                let words: Vec<String> = variable.value.iter().cloned().collect();
                counts(&words, variable.value.is_some())
            }
            None => Some(false),
        }
    }

    /// Whether a process shows a sign.
    fn shows(&self, sign: &str, view: &ProcessView<'_>, depth: usize) -> bool {
        let tells = |signal: &&Signal| {
            matches!(&signal.subject, SignalSubject::Fact(fact) if fact == sign)
                && signal.on.contains(&view.reading.role)
                && self.holds(&signal.releases)
        };
        let mut signals = self.tables.signals.iter().filter(tells);
        signals.any(|signal| {
            self.on_process(signal, view, depth).is_some_and(|found| found.passes == Some(true))
        })
    }

    fn components(&self, signal: &'t Signal, hits: &mut Vec<SignalHit<'t>>) {
        for (i, component) in self.deployment.components.iter().enumerate() {
            let mut of_component =
                self.views.iter().filter(|view| view.reading.component == i).peekable();
            let is_mocked = of_component.peek().is_some();
            if is_mocked && of_component.clone().all(|view| view.reading.role == MOCKER) {
                continue;
            }
            let unless = signal.unless.as_ref();
            if unless.is_some_and(|unless| {
                of_component.any(|view| self.meets(unless, view, 0) == Some(true))
            }) {
                continue;
            }
            let Some(node) = signal.places.fields.iter().find_map(|path| field(component, path))
            else {
                continue;
            };
            if passes_field(signal, node) {
                let Some(state) = self.state(signal, true) else { continue };
                let name = signal.places.fields.first().map_or("", String::as_str);
                let text =
                    node.text().map_or_else(|| name.to_owned(), |text| format!("{name}: {text}"));
                let (process, component, at) = (None, Some(i), node.span.start);
                let keys = node.text().map(str::to_owned).into_iter().collect();
                hits.push(SignalHit { signal, process, component, state, text, at, keys });
            }
        }
    }

    fn objects(&self, signal: &'t Signal, hits: &mut Vec<SignalHit<'t>>) {
        let of_kind =
            self.file.objects.iter().filter(|object| signal.places.kinds.contains(&object.kind));
        for object in of_kind {
            let fields = &signal.places.fields;
            let node = fields.iter().find_map(|path| object.fields.path(path));
            let is_met = match node {
                Some(node) => passes_field(signal, node),
                None => fields.is_empty(),
            };
            if let (true, Some(state)) = (is_met, self.state(signal, true)) {
                let (process, component, keys) = (None, None, Vec::new());
                let text = format!("{} {}", object.kind, object.name);
                hits.push(SignalHit {
                    signal,
                    process,
                    component,
                    state,
                    text,
                    at: object.at,
                    keys,
                });
            }
        }
    }

    fn images(&self, signal: &'t Signal, hits: &mut Vec<SignalHit<'t>>) {
        for (i, component) in self.deployment.components.iter().enumerate() {
            for image in component.containers.iter().filter_map(|it| it.image.as_ref()) {
                let Some(tag) = ImageParts::of(&image.text).tag else { continue };
                let words = [tag.to_owned()];
                let value = ReadValue { words: &words, is_known: true, is_flag: false };
                if passes(&signal.test, value) == Some(true) {
                    let Some(state) = self.state(signal, true) else { continue };
                    let (process, component, keys) = (None, Some(i), Vec::new());
                    let (text, at) = (image.text.clone(), image.at);
                    hits.push(SignalHit { signal, process, component, state, text, at, keys });
                }
            }
        }
    }
}

impl SignalHit<'_> {
    /// The state that it has where only such hits say so.
    pub(super) fn alone(&self, part: &str) -> Option<SignalState> {
        let is_named = |name: &String| name == part || self.keys.contains(name);
        self.signal.alone.iter().find(|(name, _)| is_named(name)).map(|(_, state)| *state)
    }
}

fn at_flag(signal: &Signal, flag: &FlagRead) -> FoundPlace {
    let value = ReadValue { words: &flag.values, is_known: flag.has_known_values, is_flag: true };
    let passed = passes(&signal.test, value);
    FoundPlace {
        text: flag.text.clone(),
        at: flag.at,
        keys: flag.values.iter().cloned().chain([flag.name.clone()]).collect(),
        is_sure: flag.is_sure,
        // The value of a damaged word may be no value of its flag.
        passes: passed.or(flag.damage.map(|_| true)),
    }
}

/// Looks for a path in the options of the engine.
fn at_option(signal: &Signal, path: &str, view: &ProcessView<'_>) -> Option<FoundPlace> {
    let value = path.split('.').try_fold(&view.flags.options, |value, key| value.get(key))?;
    if value.is_null() {
        return None;
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let words = [text.clone()];
    let first = path.split('.').next().unwrap_or(path);
    let (_, at) = view.flags.option_places.get(first).cloned().unwrap_or_default();
    let shown = if value.is_object() { path.to_owned() } else { format!("{path}: {text}") };
    let value = ReadValue { words: &words, is_known: true, is_flag: false };
    let passes = passes(&signal.test, value);
    let is_sure = !view.process.is_conditional;
    Some(FoundPlace { text: shown, at, keys: vec![text], is_sure, passes })
}

/// That none of several flags is there. What hides flags may hide one of them, which no finding may rest on.
fn without(signal: &Signal, view: &ProcessView<'_>) -> Option<FoundPlace> {
    let is_there = |name: &String| view.flags.get(name).is_some_and(|flag| flag.damage.is_none());
    if signal.test.absent.iter().any(is_there) {
        return None;
    }
    let text = view.reading.module.clone().unwrap_or_default();
    let (at, keys, is_sure, passes) = (view.process.at, Vec::new(), true, Some(true));
    Some(FoundPlace { text, at, keys, is_sure, passes })
}

/// The field of a component at a dotted path; `role` and `type` are its role in either version of the API.
pub(super) fn field<'c>(component: &'c Component, path: &str) -> Option<&'c YamlNode> {
    match path {
        "role" => processes::role_field(component, false),
        "type" => processes::role_field(component, true),
        path => component.fields.as_ref()?.path(path),
    }
}

pub(super) fn passes_field(signal: &Signal, node: &YamlNode) -> bool {
    if signal.test.present {
        return true;
    }
    let mut words = Vec::new();
    texts(node, &mut words);
    let value = ReadValue { words: &words, is_known: true, is_flag: false };
    passes(&signal.test, value) == Some(true)
}

/// Every text in a tree.
fn texts(node: &YamlNode, words: &mut Vec<String>) {
    match &node.value {
        YamlValue::Text(text, _) => words.push(text.clone()),
        YamlValue::List(items) => items.iter().for_each(|item| texts(item, words)),
        YamlValue::Table(entries) => entries.iter().for_each(|(_, value)| texts(value, words)),
    }
}
