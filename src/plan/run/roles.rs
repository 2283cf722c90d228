//! What several settings say of one role, as one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Chosen, OneOrMany, RoleSettings};
use crate::matrix::Provenance;
use crate::matrix::deploy::{FieldValue, RoleArgs, Setting};
use crate::matrix::source_urls;

/// What stands in settings for the id of the backend.
const BACKEND: &str = "{backend}";

/// A role to which settings are added in their order.
pub(in crate::plan) struct RoleDraft {
    pub(in crate::plan) role: String,
    /// A flag with its values each, or a word that no flag stands before.
    pub(in crate::plan) args: Vec<SetWords>,
    pub(in crate::plan) env: BTreeMap<String, String>,
    /// The options of the engine.
    pub(in crate::plan) engine: Map<String, Value>,
    /// The fields of the component as its API has them.
    pub(in crate::plan) fields: Map<String, Value>,
    /// What else the component has, by the names that an answer gives it.
    pub(in crate::plan) beside: Map<String, Value>,
    /// The feature that each variable, field and thing beside is set for first, by name; for options of the
    /// engine below its flag.
    pub(in crate::plan) set_for: BTreeMap<String, Vec<String>>,
    sources: Vec<String>,
}

/// Words of a command line, and the feature that they are set for.
pub(in crate::plan) struct SetWords {
    pub(in crate::plan) words: Vec<String>,
    pub(in crate::plan) feature: String,
}

/// The key of [`RoleDraft::set_for`] below which the features stand that options of the engine are set for.
pub(in crate::plan) const ENGINE: &str = "--engine";

/// The number of replicas, among what a component has beside its fields.
pub(in crate::plan) const REPLICAS: &str = "replicas";

/// What settings say of the roles that a plan has, in the order of the roles.
pub(in crate::plan) fn drafts(chosen: &Chosen<'_>, settings: &[&Setting]) -> Vec<RoleDraft> {
    let mut drafts: Vec<RoleDraft> = Vec::new();
    for &setting in settings {
        for part in setting.roles.iter().filter(|part| is_of_plan(chosen, &part.role)) {
            let at = drafts.iter().position(|draft| draft.role == part.role);
            let at = at.unwrap_or_else(|| {
                drafts.push(RoleDraft::new(&part.role));
                drafts.len() - 1
            });
            drafts[at].add(chosen, setting, part);
        }
    }
    let order = |draft: &RoleDraft| chosen.settings.roles.iter().position(|it| *it == draft.role);
    drafts.retain(|draft| !draft.is_empty());
    drafts.sort_by_key(|draft| order(draft).unwrap_or(usize::MAX));
    drafts
}

/// The roles that the workers of a plan have.
pub(in crate::plan) fn workers<'a>(chosen: &Chosen<'a>) -> &'a [String] {
    let holds = |terms| chosen.target.terms_hold(terms, &chosen.on);
    let own = chosen.settings.workers.iter().find(|workers| holds(&workers.terms));
    own.map_or(&[], |own| &own.roles)
}

/// Whether a setting is for a role that a plan has.
pub(in crate::plan) fn reaches(chosen: &Chosen<'_>, setting: &Setting) -> bool {
    setting.roles.iter().any(|part| is_of_plan(chosen, &part.role))
}

/// Whether a plan has a role: one of its workers' or one that no worker has.
fn is_of_plan(chosen: &Chosen<'_>, role: &str) -> bool {
    let has = |roles: &[String]| roles.iter().any(|known| known == role);
    has(workers(chosen)) || !chosen.settings.workers.iter().any(|workers| has(&workers.roles))
}

impl RoleDraft {
    fn new(role: &str) -> Self {
        RoleDraft {
            role: role.to_owned(),
            args: Vec::new(),
            env: BTreeMap::new(),
            engine: Map::new(),
            fields: Map::new(),
            beside: Map::new(),
            set_for: BTreeMap::new(),
            sources: Vec::new(),
        }
    }

    /// Whether there is nothing to set, as where a model alone decides.
    fn is_empty(&self) -> bool {
        let RoleDraft { args, env, engine, fields, beside, .. } = self;
        args.is_empty()
            && env.is_empty()
            && [engine, fields, beside].iter().all(|table| table.is_empty())
    }

    /// Adds a setting. What an earlier one has set stays, but for the flag that this one replaces.
    fn add(&mut self, chosen: &Chosen<'_>, setting: &Setting, part: &RoleArgs) {
        let backend = &chosen.target.backend().id;
        if let Some(replaced) = &setting.replaces {
            self.args.retain(|set| flag(&set.words) != replaced);
        }
        for words in split(&part.args) {
            if !self.args.iter().any(|known| flag(&known.words) == flag(&words)) {
                let words = words.iter().map(|word| word.replace(BACKEND, backend)).collect();
                self.args.push(SetWords { words, feature: setting.feature.clone() });
            }
        }
        for (name, value) in &setting.env {
            self.env.entry(name.clone()).or_insert_with(|| value.clone());
        }
        merge(&mut self.engine, table(&setting.engine, backend));
        merge(&mut self.fields, table(&setting.fields, backend));
        let image = setting.image.as_ref().and_then(|name| chosen.role_image(&self.role, name));
        merge(&mut self.beside, component(setting, image));
        self.remember(setting);
        for source in &setting.sources {
            if !self.sources.contains(source) {
                self.sources.push(source.clone());
            }
        }
    }

    /// Notes what a setting sets for its feature.
    fn remember(&mut self, setting: &Setting) {
        let fields = setting.fields.iter().map(|(key, _)| key.as_str());
        let env = setting.env.iter().map(|(name, _)| name.as_str());
        let engine = (!setting.engine.is_empty()).then_some(ENGINE);
        let replicas = setting.replicas.map(|_| REPLICAS);
        for key in fields.chain(env).chain(engine).chain(replicas) {
            let features = self.set_for.entry(key.to_owned()).or_default();
            if !features.contains(&setting.feature) {
                features.push(setting.feature.clone());
            }
        }
    }

    /// The draft as an answer shows it.
    pub(super) fn finish(mut self, chosen: &Chosen<'_>) -> RoleSettings {
        let backend = &chosen.target.backend().id;
        let options = chosen.settings.engine_options.iter().find(|it| it.backend == *backend);
        let mut args: Vec<String> = self.args.into_iter().flat_map(|set| set.words).collect();
        if let Some(options) = options.filter(|_| !self.engine.is_empty()) {
            args.extend([options.flag.clone(), Value::Object(self.engine).to_string()]);
            let new = options.sources.iter().filter(|source| !self.sources.contains(source));
            let new: Vec<String> = new.cloned().collect();
            self.sources.extend(new);
        }
        merge(&mut self.fields, self.beside);
        let repository = chosen.settings.repository.as_deref();
        let (none, release) = (Provenance::default(), Some(chosen.release));
        RoleSettings {
            role: self.role,
            args,
            env: self.env,
            fields: self.fields,
            url: OneOrMany(source_urls(&self.sources, repository, &none, release)),
            source: OneOrMany(self.sources),
        }
    }
}

/// Words as flags, each with the values that follow it.
pub(in crate::plan) fn split(args: &[String]) -> Vec<Vec<String>> {
    let mut flags: Vec<Vec<String>> = Vec::new();
    for word in args {
        match flags.last_mut().filter(|_| !word.starts_with('-')) {
            Some(flag) => flag.push(word.clone()),
            None => flags.push(vec![word.clone()]),
        }
    }
    flags
}

/// The flag that words begin with, without a value that is written to it.
pub(in crate::plan) fn flag(words: &[String]) -> &str {
    let first = words.first().map_or("", String::as_str);
    first.split('=').next().unwrap_or(first)
}

/// Adds what is not there, table by table.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => merge(known, more),
            (Some(_), _) => {}
            (None, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// What a setting says of the component beside its fields.
fn component(setting: &Setting, image: Option<String>) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut add = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    if !setting.command.is_empty() {
        add("command", setting.command.clone().into());
    }
    if let Some(directory) = &setting.working_dir {
        add("workingDir", directory.clone().into());
    }
    if let Some(image) = image {
        add("image", image.into());
    }
    if let Some(replicas) = setting.replicas {
        add(REPLICAS, replicas.into());
    }
    if setting.model_ref {
        add("modelRef", named([("name", "{model}")]));
    }
    let mounts = setting.mounts.iter();
    let mounts: Vec<Value> = mounts
        .map(|mount| named([("configMap", mount.config_map.as_str()), ("path", &mount.path)]))
        .collect();
    if !mounts.is_empty() {
        add("mounts", mounts.into());
    }
    let annotations = setting.annotations.iter();
    let annotations = annotations.map(|(name, value)| (name.as_str(), value.as_str()));
    if !setting.annotations.is_empty() {
        add("annotations", named(annotations));
    }
    if !setting.objects.is_empty() {
        add("objects", setting.objects.clone().into());
    }
    fields
}

/// A table of texts.
fn named<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    Value::Object(entries.into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect())
}

pub(in crate::plan) fn table(
    entries: &[(String, FieldValue)],
    backend: &str,
) -> Map<String, Value> {
    entries.iter().map(|(key, field)| (key.clone(), value(field, backend))).collect()
}

/// The value of a field as JSON, with the backend filled in.
fn value(field: &FieldValue, backend: &str) -> Value {
    match field {
        FieldValue::Flag(flag) => (*flag).into(),
        FieldValue::Number(number) => (*number).into(),
        FieldValue::Text(text) => text.replace(BACKEND, backend).into(),
        FieldValue::List(items) => items.iter().map(|item| value(item, backend)).collect(),
        FieldValue::Table(entries) => Value::Object(table(entries, backend)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_flags_with_their_values() {
        let words = ["--a", "1", "{\"b\":-1}", "--c", "--d=2"].map(str::to_owned);
        let flags = split(&words);
        assert_eq!(flags.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1, 1]);
        assert_eq!(
            flags.iter().map(|words| flag(words)).collect::<Vec<_>>(),
            ["--a", "--c", "--d"]
        );
    }

    #[test]
    fn tables_are_joined_and_what_is_there_stays() {
        let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let mut into = object(r#"{"a": {"b": 1}, "c": 2}"#);
        merge(&mut into, object(r#"{"a": {"b": 3, "d": 4}, "c": 5, "e": 6}"#));
        assert_eq!(into, object(r#"{"a": {"b": 1, "d": 4}, "c": 2, "e": 6}"#));
    }
}
