//! What is known of deployments: every source can be opened, every name that a row refers to exists, and what is
//! wrong with such a file is told with its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::Release;
use dynamo_plan::matrix::deploy::{FlagTable, NameState};

use super::problems;
use super::sources::{paths, problem};

fn state(program: &str, name: &str, release: &str) -> NameState {
    bundle::flags().state(program, name, &Release::new(release))
}

/// The sources of every row of the flags.
fn flag_sources(table: &FlagTable) -> impl Iterator<Item = &String> {
    let flags = table.flags.iter().flat_map(|flag| &flag.sources);
    let variables = table.variables.iter().flat_map(|variable| &variable.sources);
    flags.chain(variables).chain(table.planner_keys.iter().flat_map(|key| &key.sources))
}

#[test]
fn every_source_of_a_flag_can_be_opened() {
    let (matrix, paths) = (bundle::matrix(&bundle::newest().unwrap()).unwrap(), paths());
    let table = bundle::flags();
    assert!(flag_sources(&table).count() > 400);
    for source in flag_sources(&table) {
        assert_eq!(problem(source, &matrix, &paths), None, "{source}");
    }
}

#[test]
fn a_flag_is_listed_once_and_refers_to_flags_that_are_known() {
    let table = bundle::flags();
    assert!(table.flags.len() > 250, "{}", table.flags.len());
    let mut seen = BTreeSet::new();
    for flag in &table.flags {
        let (program, name) = (flag.program.as_str(), flag.name.as_str());
        assert!(seen.insert((program, name)), "{program} {name} is listed twice");
        let uses = flag.needs.iter().chain(&flag.excludes).map(|other| &other.flag);
        for other in uses {
            let known = |release: &Release| table.state(program, other, release);
            assert!(
                bundle::releases().any(|release| known(&release) != NameState::Unknown),
                "{program} {name}: {other}"
            );
        }
        let keys = flag.replacement.planner_key.iter();
        for key in keys {
            assert!(table.planner_keys.iter().any(|known| known.name == *key), "{name}: {key}");
        }
    }
}

#[test]
fn what_becomes_of_a_flag_follows_the_release() {
    use NameState::{Deprecated, Ignored, Known, OfEngine, Refused, Unknown};
    for (program, name, release, wanted) in [
        ("frontend", "--router-mode", "0.8.0", Known),
        ("router", "--router-mode", "1.1.1", Unknown),
        ("frontend", "--migration-limit", "0.9.1", Unknown),
        ("vllm", "--migration-limit", "0.9.1", Known),
        ("vllm", "--is-prefill-worker", "0.9.0", Known),
        ("vllm", "--is-prefill-worker", "1.3.1", Deprecated),
        ("vllm", "--is-prefill-worker", "1.4.0", Unknown),
        ("vllm", "--connector", "1.0.0", Refused),
        ("vllm", "--enable-lora", "1.0.0", OfEngine),
        ("vllm", "--never-heard-of", "1.0.0", Unknown),
        ("sglang", "--enable-multimodal", "1.2.0", OfEngine),
        ("sglang", "--enable-multimodal", "1.3.0", Known),
        ("frontend", "--enforce-disagg", "1.0.0", Unknown),
        ("frontend", "--no-enforce-disagg", "1.2.0", Known),
        ("frontend", "--enforce-disagg", "1.4.0", Ignored),
        ("frontend", "--no-router-mode", "1.4.0", Unknown),
    ] {
        assert_eq!(state(program, name, release), wanted, "{program} {name} {release}");
    }
}

/// The problems of a file of flags.
fn wrong(rows: &str) -> Vec<String> {
    let text = format!("format = \"dynamo-plan/flags/v1\"\n[[program]]\nid = 'p'\n{rows}");
    let read = load::flag_table(text.into_bytes(), Path::new("x"));
    problems(&read.expect_err("a mistake"))
}

#[test]
fn a_wrong_file_of_flags_is_told_what_is_wrong() {
    let flag = "[[flag]]\nprogram = 'p'\nname = '--x'\nknown = '>=1.0'\nsource = 'a.py@0123456'\n";
    let right = format!("{flag}confidence = 'high'\n");
    assert_eq!(wrong(flag), ["x:4:1 missing-key"]);
    assert_eq!(wrong(&format!("{right}knwon = []\n")), ["x:10:1 unknown-key"]);
    assert_eq!(wrong(&right.replace("'p'", "'q'")), ["x:5:11 unknown-program"]);
    assert_eq!(wrong(&right.replace(">=1.0", "one")), ["x:7:9 bad-range"]);
    assert_eq!(wrong(&right.replace("high", "hihg")), ["x:9:14 unknown-confidence"]);
    assert_eq!(wrong(&right.replace("known = '>=1.0'\n", "")), ["x:4:1 missing-key"]);
    assert_eq!(wrong(&format!("{right}needs = [{{ flg = '--y' }}]\n")).len(), 2);
}
