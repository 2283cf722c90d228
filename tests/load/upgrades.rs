//! What upgrades change: every row has sources that can be opened, is told by some upgrade, and what is wrong
//! with such a file is told with its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use dynamo_plan::analysis::whatif::{Side, compare};
use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::{Release, Term, UpgradeChange, Vocabulary};
use dynamo_plan::{Planner, Query};

use super::problems;
use super::sources::{paths, problem};

fn vocabulary() -> Vocabulary {
    Vocabulary { facts: bundle::facts(), ..bundle::vocabulary() }
}

#[test]
fn what_is_bundled_is_what_the_file_says() {
    let path = Path::new("model/upgrades.toml");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let read = load::upgrade_changes(std::fs::read(file).unwrap(), path, &vocabulary());
    assert_eq!(bundle::upgrade_changes(), read.unwrap());
}

#[test]
fn every_row_has_sources_that_can_be_opened() {
    let (matrix, paths) = (bundle::matrix(&bundle::newest().unwrap()).unwrap(), paths());
    for change in bundle::upgrade_changes() {
        assert!(!change.sources.is_empty(), "{}", change.id);
        for source in &change.sources {
            assert_eq!(problem(source, &matrix, &paths), None, "{}: {source}", change.id);
            assert!(source.starts_with("https://") || source.contains('@'), "{source}");
        }
        assert!(change.text.ends_with('.'), "{}: {}", change.id, change.text);
    }
}

/// A query for which all terms of a change hold; variants stand for their group.
fn query(change: &UpgradeChange, variant: &str) -> Query {
    let mut query = Query { backends: change.backends.clone(), ..Query::default() };
    for term in &change.terms {
        match (term.id().split_once('='), term.is_negated()) {
            (Some(("fact", fact)), _) => query.facts.push(fact.to_owned()),
            (Some((_, option)), _) => query.pattern = Some(option.to_owned()),
            (None, true) => query.avoid.push(term.id().to_owned()),
            (None, false) if term.id() == "multimodal" => query.need.push(variant.to_owned()),
            (None, false) => query.need.push(term.id().to_owned()),
        }
    }
    if query.need.is_empty() {
        query.need.push("tool-calling".to_owned());
    }
    query
}

/// Whether an upgrade between two releases tells a change.
fn tells(change: &UpgradeChange, query: &Query, [from, to]: [&Release; 2]) -> bool {
    let matrices = [from, to].map(|release| bundle::matrix(release).unwrap());
    let planners = matrices
        .clone()
        .map(|matrix| Planner::of_matrices(vec![matrix]).knowing(&matrices))
        .map(|planner| (planner.resolve(query), planner));
    let [(Ok(before), old), (Ok(after), new)] = &planners else { return false };
    let (old, new) =
        (Side { planner: old, request: before }, Side { planner: new, request: after });
    let found = compare(old, new, Vec::new(), None);
    found.checklist.iter().any(|item| {
        item.text.contains(&change.text)
            && item.effect.is_some_and(|effect| effect <= change.effect)
            && change.sources.iter().all(|source| item.source.0.contains(source))
    })
}

#[test]
fn every_row_is_told_by_some_upgrade() {
    let releases: Vec<Release> = bundle::releases().collect();
    let mut ids = BTreeSet::new();
    for change in bundle::upgrade_changes() {
        assert!(ids.insert(change.id.clone()), "{}", change.id);
        let from = releases.iter().rfind(|release| change.before.contains(release)).unwrap();
        let to = releases.iter().rfind(|release| change.after.contains(release)).unwrap();
        let variants = ["multimodal-image", "multimodal-video"];
        let told = variants.iter().any(|it| tells(&change, &query(&change, it), [from, to]));
        assert!(told, "{} from {from} to {to}", change.id);
        // Neither where the release stays the same nor where it goes back.
        let query = query(&change, variants[0]);
        assert!(!tells(&change, &query, [to, to]) && !tells(&change, &query, [to, from]));
    }
}

#[test]
fn a_denied_fact_leaves_out_what_assumes_it() {
    let changes = bundle::upgrade_changes();
    let change = changes.iter().find(|change| change.id == "v1beta1").unwrap();
    assert_eq!(change.assumes, [Term::of_fact("kubernetes")]);
    let ends = ["1.1.1", "1.2.0"].map(Release::new);
    let query = Query::needing(["lora"]);
    let off_cluster = Query { facts: vec!["!kubernetes".to_owned()], ..query.clone() };
    assert!(tells(change, &query, [&ends[0], &ends[1]]));
    assert!(!tells(change, &off_cluster, [&ends[0], &ends[1]]));
}

/// The problems of a file of changes.
fn wrong(rows: &str) -> Vec<String> {
    let text = format!("format = \"dynamo-plan/upgrades/v1\"\n{rows}");
    let read = load::upgrade_changes(text.into_bytes(), Path::new("x"), &vocabulary());
    problems(&read.expect_err("a mistake"))
}

#[test]
fn a_wrong_file_is_told_what_is_wrong() {
    let right = "[[change]]\nid = 'a'\nbefore = '<1.0'\nafter = '>=1.0'\nbackend = 'vllm'\n\
                 terms = ['lora']\ncode = 'api'\neffect = 'exit'\ntext = 'It is gone.'\nsource = 'a.py@0123456'\n";
    assert_eq!(wrong(&right.replace("before = '<1.0'\n", "")), ["x:2:1 missing-key"]);
    assert_eq!(wrong(&right.replace("<1.0", "one")), ["x:4:10 bad-range"]);
    assert_eq!(wrong(&right.replace("'vllm'", "'vlm'")), ["x:6:11 unknown-backend"]);
    assert_eq!(wrong(&right.replace("'lora'", "'lroa'")), ["x:7:10 unknown-feature"]);
    assert_eq!(wrong(&right.replace("'lora'", "'fact=moo'")), ["x:7:10 unknown-fact"]);
    assert_eq!(wrong(&right.replace("'api'", "'engine'")), ["x:8:8 unknown-word"]);
    assert_eq!(wrong(&right.replace("'exit'", "'exits'")), ["x:9:10 unknown-word"]);
    assert_eq!(wrong(&right.replace("It is gone.", " ")), ["x:10:8 empty-text"]);
    assert_eq!(wrong(&right.replace("source = 'a.py@0123456'\n", "")), ["x:2:1 missing-key"]);
    assert_eq!(wrong(&format!("{right}soource = ''\n")), ["x:12:1 unknown-key"]);
    assert_eq!(wrong(&format!("{right}{right}")), ["x:12:1 duplicate-change"]);
}
