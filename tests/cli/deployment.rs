//! What is beyond the tables: rules, drivers, CUDA toolkits, engine versions, releases to choose from.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Level, Release, Term};
use dynamo_plan::request::{PlatformFacts, Request};
use dynamo_plan::{Outcome, Planner, Query};
use serde_json::Value;

fn planner(labels: &[&str]) -> Planner {
    let matrices = labels.iter().map(|label| bundle::matrix(&Release::new(label)).unwrap());
    Planner::of_matrices(matrices.collect())
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn ask(planner: &Planner, query: &Query) -> Outcome {
    planner.answer(&planner.resolve(query).unwrap())
}

#[test]
fn a_rule_holds_for_its_releases_alone() {
    let query = Query {
        avoid: owned(&["disagg"]),
        rules: Some(owned(&["deployability"])),
        ..Query::needing(["planner"])
    };
    assert!(!ask(&planner(&["0.8.0"]), &query).satisfiable);
    assert!(!ask(&planner(&["0.9.1"]), &query).satisfiable);
    assert!(ask(&planner(&["1.0.0"]), &query).satisfiable);
    let lora =
        Query { rules: Some(owned(&["deployability"])), ..Query::needing(["lora", "disagg"]) };
    assert_eq!(ask(&planner(&["1.2.1"]), &lora).plans[0].level, Level::Experimental);
    assert_eq!(ask(&planner(&["1.3.0"]), &lora).plans[0].level, Level::Supported);
}

fn with(driver: Option<u32>, cuda: Option<&str>, engine: Option<&str>) -> Query {
    let platform =
        PlatformFacts { driver, cuda: cuda.map(str::to_owned), engine: engine.map(str::to_owned) };
    Query { platform, ..Query::needing(["disagg"]) }
}

/// The targets with a plan, as `release backend level`, sorted.
fn targets(outcome: &Outcome) -> Vec<String> {
    let target = |plan: &dynamo_plan::plan::Plan| {
        format!("{} {} {}", plan.release.as_ref().unwrap(), plan.backend, plan.level)
    };
    let mut targets: Vec<String> = outcome.plans.iter().map(target).collect();
    targets.sort();
    targets
}

#[test]
fn a_driver_satisfies_what_needs_no_newer_one() {
    let old = planner(&["0.9.0"]);
    assert_eq!(
        targets(&ask(&old, &with(Some(575), None, None))),
        ["0.9.0 sglang supported", "0.9.0 vllm supported"]
    );
    assert_eq!(ask(&old, &with(Some(580), None, None)).total, 3);
    let none = ask(&planner(&["1.4.0"]), &with(Some(575), None, None));
    assert_eq!(none.conflicts, [vec![Term::from("driver=575")]]);
    assert_eq!(none.corrections.len(), 1);
    assert_eq!(none.corrections[0].drop, [Term::from("driver=575")]);
    assert_eq!(none.corrections[0].plans, 3);
    let cell = &none.rejected[0].blocking[0];
    assert_eq!(serde_json::to_value(cell.kind).unwrap(), "platform");
    assert_eq!(cell.terms, [Term::from("driver=575")]);
}

#[test]
fn an_experimental_row_counts_as_one_experimental_cell() {
    let outcome = ask(&planner(&["0.8.1"]), &with(None, Some("13.0"), None));
    assert_eq!(
        targets(&outcome),
        ["0.8.1 sglang experimental", "0.8.1 trtllm supported", "0.8.1 vllm experimental"]
    );
    let vllm = outcome.plans.iter().find(|plan| plan.backend == "vllm").unwrap();
    assert_eq!(vllm.score.experimental, 1);
    let stable = Query { accept: Level::Supported, ..with(None, Some("13.0"), None) };
    assert_eq!(targets(&ask(&planner(&["0.8.1"]), &stable)), ["0.8.1 trtllm supported"]);
}

#[test]
fn one_row_must_satisfy_all_facts_together() {
    let planner = planner(&["1.2.0"]);
    // 12.9 needs driver 575, 13.0 needs 580.
    assert_eq!(
        targets(&ask(&planner, &with(Some(575), Some("12.9"), None))),
        ["1.2.0 sglang supported", "1.2.0 vllm supported"]
    );
    let out = ask(&planner, &with(Some(575), Some("13.0"), None));
    assert!(!out.satisfiable);
    assert_eq!(out.conflicts, [vec![Term::from("cuda=13.0"), Term::from("driver=575")]]);
}

#[test]
fn engine_pins_are_python_versions() {
    let all = planner(&["0.9.0", "0.9.1", "1.0.0", "1.1.0"]);
    let of = |engine: &str| targets(&ask(&all, &with(None, None, Some(engine))));
    assert_eq!(of("vllm>=0.16"), ["1.0.0 vllm supported", "1.1.0 vllm supported"]);
    assert_eq!(of("vllm<0.16"), ["0.9.0 vllm supported", "0.9.1 vllm supported"]);
    // 1.3.0rc5.post1 comes before 1.3.0rc11, and both before 1.3.0.
    assert_eq!(of("trtllm>=1.3.0rc4,<1.3.0rc11"), ["1.0.0 trtllm supported"]);
    assert_eq!(of("trtllm==1.3.0"), [""; 0]);
    // A post-release is not above its own version, as Python has it.
    assert_eq!(of("sglang>0.5.10"), [""; 0]);
    assert_eq!(of("sglang>=0.5.10"), ["1.1.0 sglang supported"]);
}

fn program(words: &[&str], release: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    command.args(words).env_remove("DYNAMO_PLAN_RELEASE").env_remove("COLUMNS");
    command.envs(release.map(|label| ("DYNAMO_PLAN_RELEASE", label)));
    command.output().unwrap()
}

/// The releases that a command line chooses.
fn chosen(words: &[&str], variable: Option<&str>) -> Vec<String> {
    let words = [&["--need", "disagg", "--format", "json"], words].concat();
    let output = program(&words, variable);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let matrices = answer["matrices"].as_array().unwrap();
    matrices.iter().map(|matrix| matrix["release"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn releases_are_chosen_by_label_range_word_and_variable() {
    assert_eq!(chosen(&[], None), ["0.9.0"]);
    assert_eq!(chosen(&["--release", "latest"], None), ["1.5.1"]);
    assert_eq!(chosen(&["--dynamo", "1.1.1"], None), ["1.1.1"]);
    assert_eq!(chosen(&["--release", "all"], None).len(), 18);
    assert_eq!(
        chosen(&["--release", ">=1.0, <1.2"], None),
        ["1.0.0", "1.0.1", "1.0.2", "1.1.0", "1.1.1"]
    );
    assert_eq!(chosen(&["-r", "0.8.1", "-r", "1.3.1"], None), ["0.8.1", "1.3.1"]);
    assert_eq!(chosen(&[], Some("1.2.0")), ["1.2.0"]);
    assert_eq!(chosen(&["--release", "1.0.0"], Some("1.2.0")), ["1.0.0"]);
    assert_eq!(chosen(&[], Some(" ")), ["0.9.0"]);
    assert_eq!(program(&["--need", "lora"], Some("9.9")).status.code(), Some(2));
}

#[test]
fn all_releases_are_ranked_together() {
    let labels: Vec<String> = bundle::releases().map(|release| release.to_string()).collect();
    let all = planner(&labels.iter().map(String::as_str).collect::<Vec<_>>());
    let query = Query::needing(["multimodal-image", "kv-aware-routing"]);
    let outcome = ask(&all, &query);
    let first = &outcome.plans[0];
    assert_eq!((first.release.as_ref().unwrap().as_str(), &*first.backend), ("1.5.1", "vllm"));
    assert_eq!(first.pattern.as_deref(), Some("EPD"));
    let with_plans: std::collections::BTreeSet<String> = targets(&outcome).into_iter().collect();
    assert_eq!(
        with_plans.into_iter().collect::<Vec<_>>(),
        [
            "1.2.0 trtllm supported",
            "1.2.0 vllm supported",
            "1.2.1 trtllm supported",
            "1.2.1 vllm supported",
            "1.3.0 trtllm supported",
            "1.3.0 vllm supported",
            "1.3.1 sglang supported",
            "1.3.1 trtllm supported",
            "1.3.1 vllm supported",
            "1.4.0 sglang supported",
            "1.4.0 trtllm supported",
            "1.4.0 vllm supported",
            "1.4.1 sglang supported",
            "1.4.1 trtllm supported",
            "1.4.1 vllm supported",
            "1.4.2 sglang supported",
            "1.4.2 trtllm supported",
            "1.4.2 vllm supported",
            "1.5.0 sglang supported",
            "1.5.0 trtllm supported",
            "1.5.0 vllm supported",
            "1.5.1 sglang supported",
            "1.5.1 trtllm supported",
            "1.5.1 vllm supported",
        ]
    );
    // Every other target says why it is out.
    assert_eq!(outcome.rejected.len(), 18 * 3 - 24);
    let request: Request = all.resolve(&query).unwrap();
    assert_eq!(request.releases.len(), 18);
}

fn notices(words: &[&str]) -> Vec<String> {
    let words = [words, &["--format", "json"]].concat();
    let answer: Value = serde_json::from_slice(&program(&words, None).stdout).unwrap();
    let notices = answer["notices"].as_array().unwrap().iter();
    notices.map(|notice| notice["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_newest_release_is_mentioned_where_it_would_answer_differently() {
    let differs = ["newest-differs"];
    assert_eq!(notices(&["--need", "image,kv-routing"]), differs);
    assert_eq!(notices(&["explain", "--need", "image,kv-routing"]), differs);
    assert_eq!(notices(&["--need", "migration", "-b", "vllm"]), differs);
    let chosen = ["--need", "image,kv-routing", "--release", "0.9.0"];
    assert_eq!(notices(&chosen), ["other-release"]);
    assert_eq!(notices(&["--need", "video,lora"]), [""; 0]);
    assert_eq!(notices(&["--need", "lora,tools"]), differs);
    assert_eq!(notices(&["--need", "tools"]), [""; 0]);
    let text = program(&["--need", "image,kv-routing"], None).stdout;
    assert!(String::from_utf8(text).unwrap().contains("(--release latest)."));
}

#[test]
fn the_list_of_releases_shows_pins_and_platforms() {
    let text = String::from_utf8(program(&["list", "releases"], None).stdout).unwrap();
    let words = |release: &str, backend: &str| {
        let is_it = |words: &Vec<&str>| words.first() == Some(&release) && words.contains(&backend);
        let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines.find(is_it).unwrap().join(" ")
    };
    assert_eq!(
        words("0.8.0-0.8.1", "vllm"),
        "0.8.0-0.8.1 2026-01-15 to 2026-01-23 vllm 0.12.0 12.9 (575), 13.0 (580) experimental all"
    );
    assert!(words("1.0.0-1.0.2", "trtllm").contains(" 1.3.0rc5.post1 "));
    assert!(words("1.4.0", "trtllm").ends_with(" 13.1 (580) all"));
    assert!(words("1.5.0-1.5.1", "vllm").ends_with(" 13.0 (580) 2 of 12"));
    // Known by its pins alone.
    assert_eq!(words("1.7.0", "trtllm"), "1.7.0 2026-11-23 stable trtllm 1.4.0rc2 13.1 (580)");
    assert!(text.contains("Last compared with what is published on 2026-"), "{text}");
}
