//! How to run a plan, as the program tells it.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the program prints for some words, given a text on its standard input.
fn printed(line: &str, input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(line.split_whitespace())
        .env_remove("DYNAMO_PLAN_RELEASE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&printed(&format!("{line} --format json"), "")).unwrap()
}

#[test]
fn the_best_plan_is_told_how_to_run() {
    let text = printed("--need disagg,kv-routing -r 1.4.0", "");
    let (_, text) = text.split_once("To run it\n").unwrap();
    let first = "plan 1: vllm 0.26.0, CUDA 13.0 (driver 580 or newer), image \
                 nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0.";
    assert!(text.starts_with(first), "{text}");
    for line in ["frontend", "prefill", "decode"] {
        assert!(text.lines().any(|it| it.trim_start().starts_with(line)), "{line}: {text}");
    }
    assert!(text.contains("--router-mode kv") && text.contains("type: prefill"), "{text}");
    assert!(text.contains("What the other plans need: --cells all or --format json."), "{text}");
    // What is set is not asked for once more.
    assert!(!text.contains("Start the frontend with"), "{text}");
    assert!(text.contains("keep prefix caching on"), "{text}");
    assert!(!text.contains("Put your own"), "{text}");
}

#[test]
fn what_only_the_user_knows_stands_in_braces() {
    let text = printed("--need spec-decode,tools -b vllm -r 1.4.0", "");
    assert!(text.contains("--dyn-tool-call-parser {tool-parser}"), "{text}");
    assert!(text.contains("Put your own in place of {draft} and {tool-parser}."), "{text}");
}

#[test]
fn what_waits_for_a_fact_is_one_line() {
    let text = printed("--need lora,kv-routing -r 1.3.1 -b vllm", "");
    assert!(text.contains("- only for some: "), "{text}");
    assert!(!text.contains("Only for some deployments"), "{text}");
    let all = printed("--need lora,kv-routing -r 1.3.1 -b vllm --cells all", "");
    assert!(
        all.contains("Only for some deployments") && !all.contains("- only for some: "),
        "{all}"
    );
}

#[test]
fn every_cell_comes_with_the_notes_of_the_other_plans() {
    let brief = printed("--need disagg,kv-routing -r 1.4.0", "");
    let all = printed("--need disagg,kv-routing -r 1.4.0 --cells all", "");
    let heading = "Before you deploy another plan";
    assert!(!brief.contains(heading) && all.contains(heading), "{all}");
    assert!(!all.contains("What the other plans need"), "{all}");
}

#[test]
fn plans_of_full_answers_have_a_run_and_others_none() {
    let answer = json("--need lora,kv-routing");
    let run = &answer["plans"][0]["run"];
    assert_eq!(run["set"][0]["role"], "frontend");
    assert_eq!(run["set"][0]["args"], serde_json::json!(["--router-mode", "kv"]));
    assert_eq!(run["set"][1]["env"]["DYN_LORA_ENABLED"], "true");
    assert_eq!(answer["plans"][0]["engine"], "0.14.1");
    assert_eq!(answer["plans"][0]["platforms"][0]["min_driver"], 575);
    let best = &json("--need lora,video")["corrections"][0]["best"];
    assert_eq!(best["features"], serde_json::json!(["multimodal-video"]));
    assert!(best["run"]["set"].is_array() && best["engine"].is_string());
    assert!(json("whatif --need lora,tools --drop lora")["after"]["plans"][0]["run"].is_object());
    let split = json("split --need lora,tools");
    let deployment = &split["splits"][0]["deployments"][0];
    assert!(deployment["run"].is_null() && deployment["engine"].is_string());
}

#[test]
fn a_batch_tells_how_to_run_plans_where_it_is_asked() {
    let line = "{\"need\": [\"lora\", \"kv-routing\"]}\n";
    let plan = |fields: &str| {
        let text = printed(&format!("batch - {fields}"), line);
        serde_json::from_str::<Value>(text.trim()).unwrap()["plans"][0].clone()
    };
    assert!(plan("").get("run").is_none() && plan("").get("engine").is_none());
    assert!(plan("--fields plans,corrections").get("run").is_none());
    let told = plan("--fields run");
    assert_eq!(told["run"]["set"], json("--need lora,kv-routing")["plans"][0]["run"]["set"]);
    assert_eq!(told["engine"], "0.14.1");
    assert!(told.get("cells").is_none());
}

#[test]
fn a_matrix_of_a_known_number_is_run_as_the_release_is() {
    let own = json("--need disagg,kv-routing --matrix model/releases/1.4.0.toml -b vllm");
    let bundled = json("--need disagg,kv-routing -r 1.4.0 -b vllm");
    assert_eq!(own["plans"][0]["run"], bundled["plans"][0]["run"]);
}

#[test]
fn the_platforms_are_those_of_the_image_that_the_request_allows() {
    let usual =
        "CUDA 12.9 (driver 575 or newer), image nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.2.1.";
    let newer = "CUDA 13.0 (driver 580 or newer), image \
                 nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.2.1-cuda13.";
    for (platform, basis) in [
        ("", usual),
        ("--driver 575", usual),
        ("--driver 580", usual),
        ("--cuda 12", usual),
        ("--cuda 13", newer),
        ("--cuda 13.0 --driver 580", newer),
    ] {
        let text = printed(&format!("--need lora -b vllm -r 1.2.1 {platform}"), "");
        assert!(text.contains(&format!("\nvllm 0.20.1, {basis}\n")), "{platform}: {text}");
    }
    // The pins of the release are as they were.
    let answer = json("--need lora -b vllm -r 1.2.1 --driver 575");
    assert_eq!(answer["plans"][0]["platforms"].as_array().unwrap().len(), 2);
}
