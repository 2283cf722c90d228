//! The file of what users ask for and no table of features lists.

use super::document::repository;
use super::entries;
use super::fields::{TableFields, terms};
use super::files;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::problems::Problems;
use crate::matrix::{Term, UnlistedTopic, Vocabulary, slug};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/not-in-matrix/v1";

/// The keys of a `[[topic]]`.
const KEYS: [&str; 6] = ["id", "name", "aliases", "text", "nearest", "source"];

/// Reads the topics; `None` where the text is no TOML.
pub(super) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<UnlistedTopic>> {
    let table = files::parse(text, 0, problems)?;
    let keys = ["format", "repository", "topic"];
    let root = TableFields::new(&table, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let repository = root.text("repository").and_then(|at| repository(&at, problems));
    let mut topics: Vec<UnlistedTopic> = Vec::new();
    for entry in root.tables("topic", &KEYS) {
        let Some(read) = topic(&entry, vocabulary, problems) else { continue };
        check_names(&read, &topics, vocabulary, &entry, problems);
        topics.push(UnlistedTopic { repository: repository.clone(), ..read });
    }
    Some(topics)
}

fn topic(
    entry: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<UnlistedTopic> {
    let name = entry.filled_text("name");
    let text = entry.filled_text("text");
    if entry.value("source").is_none() {
        entry.missing("source");
    }
    let nearest = match entry.value("nearest") {
        Some(value) => nearest(&terms(&value, problems)?, vocabulary, problems)?,
        None => Vec::new(),
    };
    let name = name?.value;
    Some(UnlistedTopic {
        id: entry.text("id").map_or_else(|| slug(&name), |at| at.value),
        aliases: entry.texts("aliases").into_iter().map(|at| at.value).collect(),
        text: text?.value,
        nearest,
        sources: entry.texts("source").into_iter().map(|at| at.value).collect(),
        repository: None,
        name,
    })
}

/// The things that can be asked for instead; each is a feature, a group or a fact of the vocabulary.
fn nearest(
    written: &Placed<Vec<Placed<String>>>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<Term>> {
    entries::terms(written, vocabulary, None, Some(&vocabulary.facts), problems)
}

/// Reports a name that means something else already, with its hyphens or without.
fn check_names(
    topic: &UnlistedTopic,
    others: &[UnlistedTopic],
    vocabulary: &Vocabulary,
    entry: &TableFields<'_>,
    problems: &Problems,
) {
    let squeezed = |name: &str| slug(name).replace('-', "");
    let is_other = |name: &String| {
        let wanted = squeezed(name);
        let topics = others.iter().find(|other| names(other).any(|name| squeezed(name) == wanted));
        topics.map(|topic| topic.id.as_str()).or_else(|| vocabulary.owner_of(name))
    };
    for name in names(topic) {
        if let Some(owner) = is_other(name) {
            let message = format!("`{}` already means `{owner}`", shown(name));
            let help = "remove the name from one of the two";
            problems.error("duplicate-alias", entry.place(), message, help);
        }
    }
}

/// Every name of a topic.
fn names(topic: &UnlistedTopic) -> impl Iterator<Item = &String> {
    [&topic.id, &topic.name].into_iter().chain(&topic.aliases)
}
