//! The vocabulary file: names that hold for every release.

use std::collections::HashMap;

use super::assemble::unchecked_dimension;
use super::fields::TableFields;
use super::files;
use super::names::{self, NamedEntry};
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::Problems;
use crate::matrix::{BackendName, Feature, Group, Vocabulary, slug};

/// The first line of a vocabulary file.
pub(super) const FORMAT: &str = "dynamo-plan/vocabulary/v1";

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
    })
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
