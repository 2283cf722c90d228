//! `show`: one card for a feature, backend, fact, group or serving pattern.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use serde_json::Value;

use crate::snapshot::check;

fn run(line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(line.split_whitespace())
        .env("COLUMNS", "80")
        .env_remove("DYNAMO_PLAN_RELEASE")
        .output()
        .unwrap()
}

fn shown(line: &str) -> String {
    let output = run(line);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&shown(&format!("{line} --json"))).unwrap()
}

#[test]
fn cards_are_drawn_as_stored_and_fit_a_screen() {
    let cards = [
        ("lora", "show lora -r latest"),
        ("pattern", "show E/PD -r latest"),
        ("backend", "show trtllm"),
        ("fact", "show hybrid-attention"),
        ("unlisted-release", "show failover"),
    ];
    for (name, line) in cards {
        let page = shown(line);
        assert!(page.lines().count() <= 75, "{line}:\n{page}");
        check(&format!("show-{name}-80.txt"), &page);
    }
    check("show-lora.md", &shown("show lora -r latest --format markdown"));
}

#[test]
fn every_feature_has_a_card_with_its_sentence() {
    let list = shown("list features --json");
    let list: Value = serde_json::from_str(&list).unwrap();
    for feature in list["features"].as_array().unwrap() {
        let id = feature["id"].as_str().unwrap();
        let card = json(&format!("show {id} --release latest"));
        assert_eq!(card["kind"], "feature");
        assert!(card["text"].as_str().unwrap().ends_with('.'), "{id}");
        let backends = card["levels"].as_array().unwrap().iter().map(|span| &span["backend"]);
        assert!(backends.clone().any(|it| it == "vllm"), "{id}");
    }
}

#[test]
fn a_rule_shows_in_levels_and_the_published_level_beside_it() {
    let of = |card: &Value| -> Vec<Value> {
        let spans = card["levels"].as_array().unwrap().iter();
        spans.filter(|span| span["backend"] == "trtllm").cloned().collect()
    };
    let spans = of(&json("show kvbm"));
    let ruled = spans.iter().find(|span| !span["published"].is_null()).unwrap();
    assert_eq!((&ruled["first"], &ruled["last"]), (&"1.2.0".into(), &"1.2.1".into()));
    assert_eq!(
        (&ruled["level"], &ruled["published"]),
        (&"unsupported".into(), &"supported".into())
    );
    assert!(of(&json("show kvbm --tables-only")).iter().all(|span| span["published"].is_null()));
}

#[test]
fn partners_are_what_plans_of_both_rest_on() {
    let card = json("show lora --release 1.4.0");
    for partners in card["partners"].as_array().unwrap() {
        let backend = partners["backend"].as_str().unwrap();
        for feature in partners["features"].as_array().unwrap() {
            let line = format!(
                "--need lora,{} -b {backend} -r 1.4.0 --accept not-applicable --json",
                feature.as_str().unwrap()
            );
            let output = run(&line);
            let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
            let best = match answer["satisfiable"].as_bool().unwrap() {
                true => answer["plans"][0]["level"].clone(),
                false => "unsupported".into(),
            };
            assert_eq!(best, partners["level"], "{line}");
        }
    }
}

#[test]
fn names_in_any_spelling_find_their_card_and_others_are_told_what_they_are() {
    for (name, kind, id) in [
        ("KV routing", "feature", "kv-aware-routing"),
        ("video", "feature", "multimodal-video"),
        ("mm", "group", "multimodal"),
        ("TensorRT-LLM", "backend", "trtllm"),
        ("mamba", "fact", "hybrid-attention"),
        ("eagle3", "fact", "eagle3"),
        ("fact=mtp", "fact", "mtp"),
        ("e/p/d", "pattern", "E/P/D"),
        ("pattern=EPD", "pattern", "EPD"),
    ] {
        let card = json(&format!("show {name}"));
        assert_eq!((&card["kind"], &card["id"]), (&kind.into(), &id.into()), "{name}");
    }
    for (name, code, says) in [
        ("lorra", "unknown-name", "did you mean lora?"),
        ("hybrid-atention", "unknown-name", "did you mean hybrid-attention"),
        ("lmcache", "not-in-matrix", "is not in the matrix"),
        ("1.4.0", "release-as-feature", "--release 1.4.0"),
    ] {
        let output = run(&format!("show {name} --json"));
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["code"], code, "{name}: {error}");
        assert!(error["message"].as_str().unwrap().contains(says), "{name}: {error}");
    }
}
