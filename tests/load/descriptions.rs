//! What features, groups and backends are: each has a sentence with a source, and what is wrong with such a
//! file is told with its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use dynamo_plan::load::{self, bundle};

use super::problems;

#[test]
fn everything_is_described_once_in_a_sentence_with_a_source() {
    let vocabulary = bundle::vocabulary();
    let backends = vocabulary.backends.iter().map(|backend| backend.id.as_str());
    let all: BTreeSet<&str> = vocabulary.ids().chain(backends).collect();
    let descriptions = bundle::descriptions();
    let described: BTreeSet<&str> = descriptions.iter().map(|it| it.of.as_str()).collect();
    assert_eq!(described, all);
    assert_eq!(descriptions.len(), all.len());
    for it in &descriptions {
        let ends = it.text.matches(['.', '!', '?']).count();
        assert!(it.text.ends_with('.') && ends == 1, "{}: one sentence: {}", it.of, it.text);
        assert!(it.text.len() > 30 && it.text.len() < 160, "{}: {}", it.of, it.text);
        assert_eq!(it.urls().len(), it.sources.len(), "{}", it.of);
        for (source, url) in it.sources.iter().zip(it.urls()) {
            let (path, commit) = source.split_once('@').unwrap();
            assert!(path.starts_with("docs/"), "{source}");
            assert!(commit.len() >= 7 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{source}");
            assert!(url.unwrap().starts_with("https://"), "{source}");
        }
    }
}

#[test]
fn wrong_descriptions_are_told_with_what_to_do() {
    let entry = |of: &str, rest: &str| format!("[[description]]\nof = \"{of}\"\n{rest}\n");
    let sound = "text = \"It works.\"\nsource = \"docs/a.md@0123456\"";
    let wrong = |entries: &str| {
        let text = format!("format = \"dynamo-plan/descriptions/v1\"\n{entries}");
        let read = load::descriptions(text.into_bytes(), Path::new("x"), &bundle::vocabulary());
        problems(&read.unwrap_err())
    };
    let right = entry("lora", sound);
    assert_eq!(wrong(&entry("lorra", sound)), ["x:3:6 unknown-id"]);
    assert_eq!(wrong(&format!("{right}{right}")), ["x:7:6 duplicate-description"]);
    assert_eq!(wrong(&entry("lora", "text = \"It works.\"")), ["x:2:1 missing-key"]);
    assert_eq!(wrong(&right.replace("It works.", " ")), ["x:4:8 empty-text"]);
}
