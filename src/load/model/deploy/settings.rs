//! The `[[signal.write]]` parts of signals: what is set to switch a feature on.

use super::super::entries;
use super::super::fields::{TableFields, terms};
use super::super::rules;
use super::values::table;
use super::{pairs, releases, signals, text, texts};
use crate::load::problems::Problems;
use crate::matrix::deploy::{ConfigMount, RoleArgs, Setting, Signal, SignalSubject};
use crate::matrix::{Term, Vocabulary};

/// The keys of a `[[signal.write]]`.
const KEYS: [&str; 22] = [
    "terms",
    "releases",
    "backend",
    "facts",
    "choice",
    "role",
    "roles",
    "args",
    "env",
    "engine",
    "fields",
    "command",
    "working-dir",
    "mounts",
    "image",
    "annotations",
    "objects",
    "replicas",
    "model-ref",
    "replaces",
    "user",
    "source",
];

/// Reads what a signal says to set. It holds where the signal does.
pub(super) fn read(
    entry: &TableFields<'_>,
    signal: &Signal,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Vec<Setting> {
    let parts = entry.tables("write", &KEYS);
    let (false, SignalSubject::Feature(feature)) = (parts.is_empty(), &signal.subject) else {
        if !parts.is_empty() {
            let help = "write them below a signal of a feature";
            problems.error("write-of-fact", entry.place(), "nothing is set for a fact", help);
        }
        return Vec::new();
    };
    let setting = |part: &TableFields<'_>| {
        Some(Setting {
            signal: signal.id.clone(),
            feature: feature.clone(),
            terms: held(part, vocabulary, problems)?,
            backends: match part.value("backend") {
                Some(_) => rules::backends(part, vocabulary, problems),
                None => signal.backends.clone(),
            },
            releases: signal.releases.and(&releases(part, problems)),
            facts: facts(part, vocabulary, problems),
            choice: text(part, "choice"),
            roles: roles(part)?,
            env: pairs(part, "env", problems),
            engine: table(part, "engine", problems),
            fields: table(part, "fields", problems),
            command: texts(part, "command"),
            working_dir: text(part, "working-dir"),
            mounts: mounts(part),
            image: text(part, "image"),
            annotations: pairs(part, "annotations", problems),
            objects: texts(part, "objects"),
            replicas: part.number("replicas"),
            model_ref: part.flag("model-ref"),
            replaces: text(part, "replaces"),
            user: texts(part, "user"),
            sources: match part.value("source") {
                Some(_) => texts(part, "source"),
                None => signal.sources.clone(),
            },
        })
    };
    parts.iter().filter_map(setting).collect()
}

/// What must hold beside the feature.
fn held(part: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Option<Vec<Term>> {
    let Some(value) = part.value("terms") else { return Some(Vec::new()) };
    let written = terms(&value, problems)?;
    entries::terms(&written, vocabulary, Some(&vocabulary.dimension), None, problems)
}

/// The facts that it brings, each one of the vocabulary.
fn facts(part: &TableFields<'_>, vocabulary: &Vocabulary, problems: &Problems) -> Vec<String> {
    let facts = part.texts("facts").into_iter();
    facts.filter_map(|fact| signals::known_fact(fact, vocabulary, problems)).collect()
}

/// The roles with their arguments: several with the same, or a table of roles.
fn roles(part: &TableFields<'_>) -> Option<Vec<RoleArgs>> {
    if let Some(table) = part.open_table("roles") {
        let names = table.entries().into_iter().map(|(name, _)| name.value.to_owned());
        return Some(names.map(|role| RoleArgs { args: texts(&table, &role), role }).collect());
    }
    if part.value("role").is_none() {
        part.missing("role");
        return None;
    }
    let args = texts(part, "args");
    let roles = texts(part, "role").into_iter();
    Some(roles.map(|role| RoleArgs { role, args: args.clone() }).collect())
}

fn mounts(part: &TableFields<'_>) -> Vec<ConfigMount> {
    let rows = part.tables("mounts", &["configmap", "path"]).into_iter();
    let mount = |row: TableFields<'_>| {
        let (config_map, path) = (row.required_text("configmap"), row.required_text("path"));
        Some(ConfigMount { config_map: config_map?.value, path: path?.value })
    };
    rows.filter_map(mount).collect()
}
