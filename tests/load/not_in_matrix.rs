//! What no table lists: every row has a source and names that mean nothing else, and what is wrong with such
//! a file is told with its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::{UnlistedTopic, Vocabulary, slug};

use super::problems;

/// The names of everything that can be asked for or stated.
fn vocabulary() -> Vocabulary {
    Vocabulary { facts: bundle::facts(), ..bundle::vocabulary() }
}

fn names(topic: &UnlistedTopic) -> impl Iterator<Item = &String> {
    [&topic.id, &topic.name].into_iter().chain(&topic.aliases)
}

#[test]
fn every_topic_has_a_text_a_source_and_nearest_things_that_exist() {
    let vocabulary = vocabulary();
    let topics = bundle::unlisted_topics();
    assert!(topics.len() > 50, "{}", topics.len());
    for topic in &topics {
        let text = &topic.text;
        assert!(text.len() > 20 && !text.ends_with(['.', '!', '?']), "{}: {text}", topic.id);
        assert!(!topic.sources.is_empty(), "{}", topic.id);
        for source in &topic.sources {
            let (path, commit) = source.split_once('@').unwrap();
            assert!(path.starts_with("docs/") && !path.contains(char::is_whitespace), "{source}");
            assert!(commit.len() >= 7 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{source}");
        }
        assert!(topic.url().is_some_and(|url| url.starts_with("https://")), "{}", topic.id);
        for nearest in &topic.nearest {
            let exists = match nearest.fact() {
                Some(fact) => vocabulary.facts.iter().any(|known| known.id == fact),
                None => vocabulary.ids().any(|known| known == nearest.as_str()),
            };
            assert!(exists, "{}: {nearest}", topic.id);
        }
    }
}

#[test]
fn no_name_means_two_things_and_none_is_shadowed() {
    let vocabulary = vocabulary();
    let topics = bundle::unlisted_topics();
    let mut owners = BTreeMap::new();
    for topic in &topics {
        for name in names(topic) {
            let squeezed = slug(name).replace('-', "");
            let owner = owners.entry(squeezed).or_insert(&topic.id);
            assert_eq!(*owner, &topic.id, "{name}");
            assert_eq!(vocabulary.owner_of(name), None, "{name} of {}", topic.id);
        }
    }
    // On every release, since what a release lists comes first.
    for release in bundle::releases() {
        let matrix = bundle::matrix(&release).unwrap();
        for name in topics.iter().flat_map(names) {
            let wanted = slug(name);
            assert!(matrix.features.iter().all(|feature| feature.id != wanted), "{name}");
        }
    }
}

#[test]
fn no_name_of_the_vocabulary_means_two_things_of_a_kind() {
    let vocabulary = vocabulary();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let features = vocabulary.features.iter().map(|it| (&it.id, &it.name, &it.aliases));
    let groups = vocabulary.groups.iter().map(|it| (&it.id, &it.name, &it.aliases));
    for (id, name, aliases) in features.chain(groups) {
        for name in [id, name].into_iter().chain(aliases) {
            let owner = *owners.entry(slug(name).replace('-', "")).or_insert(id);
            assert_eq!(owner, id, "{name}");
        }
    }
    // A fact has names of features only where it is a variety of that feature, and then all of them.
    for fact in &vocabulary.facts {
        for name in [&fact.id, &fact.name].into_iter().chain(&fact.aliases) {
            let owner = owners.get(&slug(name).replace('-', "")).copied();
            assert_eq!(owner, fact.feature.as_deref(), "{name} of {}", fact.id);
        }
    }
}

/// The problems of a file of topics.
fn wrong(topics: &str) -> Vec<String> {
    let text = format!("format = \"dynamo-plan/not-in-matrix/v1\"\n{topics}");
    let read = load::unlisted_topics(text.into_bytes(), Path::new("x"), &vocabulary());
    problems(&read.expect_err("a mistake"))
}

#[test]
fn a_wrong_file_is_told_what_is_wrong() {
    let topic = |more: &str| format!("[[topic]]\nname = 'Own thing'\ntext = 'it is'\n{more}");
    let right = topic("source = 'docs/x.md@0123456'\n");
    assert_eq!(wrong(&topic("")), ["x:2:1 missing-key"]);
    assert_eq!(wrong(&right.replace("it is", " ")), ["x:4:8 empty-text"]);
    assert_eq!(wrong(&format!("{right}nearest = ['lorra']\n")), ["x:6:12 unknown-feature"]);
    assert_eq!(wrong(&format!("{right}nearest = ['fact=meo']\n")), ["x:6:12 unknown-fact"]);
    assert_eq!(wrong(&format!("{right}aliases = ['kv-routing']\n")), ["x:2:1 duplicate-alias"]);
    assert_eq!(wrong(&format!("{right}aliases = ['M.o.E']\n")), ["x:2:1 duplicate-alias"]);
    assert_eq!(wrong(&format!("{right}aliases = ['SGLang']\n")), ["x:2:1 duplicate-alias"]);
    let twice = format!("{right}{}", right.replace("Own thing", "own-thing"));
    assert_eq!(wrong(&twice), ["x:6:1 duplicate-alias"]);
    assert_eq!(wrong(&format!("{right}nearst = []\n")), ["x:6:1 unknown-key"]);
}
