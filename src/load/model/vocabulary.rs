//! The vocabulary file: names that hold for every release.

use std::collections::HashMap;

use super::assemble::unchecked_dimension;
use super::fields::TableFields;
use super::files;
use super::names::{self, NamedEntry};
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::Problems;
use crate::matrix::{BackendName, Fact, Feature, Group, Vocabulary, slug};

/// The first line of a vocabulary file.
pub(super) const FORMAT: &str = "dynamo-plan/vocabulary/v1";

/// The first line of a file of facts.
pub(super) const FACTS_FORMAT: &str = "dynamo-plan/facts/v1";

/// Reads a vocabulary; `None` where something is wrong with it, which has been noted.
pub(super) fn read(text: &str, problems: &Problems) -> Option<Vocabulary> {
    let table = files::parse(text, 0, problems)?;
    let keys = ["format", "feature", "group", "backend", "dimension"];
    let root = TableFields::new(&table, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let features = names::named(&root, "feature");
    let groups = names::named(&root, "group");
    let backends = names::named(&root, "backend");
    let dimension = names::dimension(&root, problems);
    if dimension.is_none() && !problems.has_errors() {
        root.missing("dimension");
    }
    check_unambiguous(features.iter().chain(&groups), problems);
    check_unambiguous(backends.iter(), problems);
    for group in features.iter().filter_map(|feature| feature.group.as_ref()) {
        if !groups.iter().any(|known| known.id.value == group.value) {
            let message = format!("no group has the id `{}`", shown(&group.value));
            problems.error("unknown-group", &group.place, message, "add a [[group]] with this id");
        }
    }
    Some(Vocabulary {
        features: features.into_iter().map(feature).collect(),
        groups: groups.into_iter().map(group).collect(),
        backends: backends.into_iter().map(backend).collect(),
        dimension: unchecked_dimension(&dimension?.value),
        facts: Vec::new(),
    })
}

/// Reads the facts that rules and notes may name; `None` where something is wrong, which has been noted.
pub(super) fn read_facts(text: &str, problems: &Problems) -> Option<Vec<Fact>> {
    let table = files::parse(text, 0, problems)?;
    let root = TableFields::new(&table, files::whole(0), &["format", "fact"], problems);
    files::check_format(&root, FACTS_FORMAT, problems);
    let entries = root.tables("fact", &["id", "name", "aliases", "summary", "feature"]);
    let mut facts: Vec<Fact> = Vec::new();
    for entry in &entries {
        let (name, summary) = (entry.required_text("name")?, entry.required_text("summary")?);
        let aliases: Vec<String> = entry.texts("aliases").into_iter().map(|at| at.value).collect();
        let id = entry.text("id").unwrap_or_else(|| name.clone().map(|name| slug(&name)));
        let names = || aliases.iter().chain([&id.value, &name.value]).map(|name| slug(name));
        if let Some(other) = facts.iter().find(|other| names().any(|name| other.is_called(&name))) {
            let message = format!("a name of `{}` already means `{}`", shown(&id.value), other.id);
            let help = "remove the name from one of the two";
            problems.error("duplicate-alias", entry.place(), message, help);
        }
        let feature = entry.text("feature").map(|at| at.value);
        let (id, name, summary) = (id.value, name.value, summary.value);
        facts.push(Fact { id, name, aliases, summary, feature });
    }
    Some(facts)
}

/// Reports names that mean two things.
fn check_unambiguous<'n>(entries: impl Iterator<Item = &'n NamedEntry>, problems: &Problems) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for entry in entries {
        let id = &entry.id;
        let name = Placed { value: entry.name.clone(), place: id.place.clone() };
        for text in [id, &name].into_iter().chain(&entry.aliases) {
            let owner = *owners.entry(slug(&text.value)).or_insert(&id.value);
            if owner != id.value {
                problems.error(
                    "duplicate-alias",
                    &text.place,
                    format!("`{}` already means `{owner}`", shown(&text.value)),
                    "remove the alias from one of the two",
                );
            }
        }
    }
}

fn aliases(named: &NamedEntry) -> Vec<String> {
    named.aliases.iter().map(|alias| alias.value.clone()).collect()
}

fn feature(named: NamedEntry) -> Feature {
    Feature {
        aliases: aliases(&named),
        id: named.id.value,
        name: named.name,
        group: named.group.map(|group| group.value),
    }
}

fn group(named: NamedEntry) -> Group {
    Group { aliases: aliases(&named), id: named.id.value, name: named.name }
}

fn backend(named: NamedEntry) -> BackendName {
    BackendName { aliases: aliases(&named), id: named.id.value, name: named.name }
}
