//! The built program's `manifest`: what it writes where, and how it ends.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use serde_json::Value;

/// The status, stdout and stderr of a command.
fn ended(words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    command.args(words).env_remove("DYNAMO_PLAN_RELEASE").env_remove("COLUMNS");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_plan_is_written_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.yaml");
    let path = path.to_str().unwrap();
    let words = ["manifest", "kv-routing", "lora", "--model", "own/model", "--name", "own"];
    let (status, written, err) = ended(&words);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(
        written.starts_with("# Dynamo 0.9.0 (default) on vLLM: kv-aware-routing, lora."),
        "{written}"
    );
    let second = written.lines().nth(1).unwrap();
    assert!(second.contains("1.5.1") && second.contains("--release latest"), "{second}");
    assert!(written.contains("\n# Yours to fill in:\n") && !written.contains("(--model)"));
    assert!(written.contains("  name: own\n") && written.contains("- own/model\n"), "{written}");
    assert_eq!(ended(&words).1, written);
    let to_file = [&words[..], &["-o", path]].concat();
    assert_eq!(ended(&to_file), (0, String::new(), String::new()));
    assert_eq!(fs::read_to_string(path).unwrap(), written);
    let (status, found, _) = ended(&["check", path, "--json"]);
    assert_eq!(status, 0, "{found}");
    let found: Value = serde_json::from_str(&found).unwrap();
    let deployment = &found["files"][0]["deployments"][0];
    assert_eq!(deployment["backend"]["id"], "vllm");
    assert_eq!(deployment["outcome"]["satisfiable"], true);
}

#[test]
fn json_is_one_list_and_what_is_to_be_known_is_told_beside_it() {
    let (status, list, told) = ended(&["manifest", "spec-decode", "-b", "trtllm", "--json"]);
    assert_eq!(status, 0);
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list["apiVersion"], &list["kind"]), (&"v1".into(), &"List".into()));
    let kinds: Vec<_> = list["items"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["ConfigMap", "DynamoGraphDeployment"]);
    let options = list["items"][0]["data"]["worker.yaml"].as_str().unwrap();
    assert!(options.starts_with("speculative_config:\n  decoding_type: Eagle\n"), "{options}");
    assert!(told.contains("DRAFT-MODEL"), "{told}");
    assert_eq!(ended(&["manifest", "spec-decode", "-b", "trtllm", "--json", "-q"]).2, "");
}

#[test]
fn what_cannot_be_written_ends_with_the_reason() {
    let (status, said, err) = ended(&["manifest", "video", "-b", "vllm"]);
    assert_eq!((status, err.as_str()), (1, ""));
    assert!(said.contains("there is no deployment to write"), "{said}");
    let (status, said, _) = ended(&["manifest", "video", "-b", "vllm", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(status, 1);
    assert!(said["refused"][0]["url"].as_str().unwrap().starts_with("https://"), "{said}");
    let (status, said, _) = ended(&["manifest", "video,lora"]);
    assert_eq!(status, 1);
    assert!(said.contains("No published claim"), "{said}");
    // Another plan can be written, and is offered.
    let (status, said, _) = ended(&[
        "manifest",
        "kv-routing,image",
        "-b",
        "sglang",
        "-r",
        "1.3.1",
        "--pattern",
        "E/PD",
    ]);
    assert!(status == 1 && said.contains("radix cache off"), "{said}");
}

#[test]
fn wrong_values_are_refused_with_what_to_write() {
    for (words, wanted) in [
        (&["--fill", "tool-praser=x"][..], "nothing called `tool-praser` can be filled in"),
        (&["--fill", "hermes"], "write the id and the value"),
        (&["--name", "Own_name"], "no name of a deployment"),
        (&["--gpus", "0"], "not a number of GPUs from 1 to 1024"),
        (&["--image", "a b"], "no image"),
        (&["-o", "/nowhere/at/all.yaml"], "cannot write"),
    ] {
        let (status, out, err) = ended(&[&["manifest", "tools"], words].concat());
        assert_eq!((status, out.as_str()), (2, ""), "{words:?}");
        assert!(err.contains(wanted), "{words:?}: {err}");
    }
}

#[test]
fn a_plan_offers_the_command_that_writes_it() {
    let (_, page, _) = ended(&["--need", "lora", "-b", "vllm"]);
    let line = page.lines().find(|line| line.contains("dynamo-plan manifest")).unwrap();
    let command = line.trim().split("  #").next().unwrap();
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    assert_eq!(words, ["manifest", "--need", "lora", "--backend", "vllm", "--release", "0.9.0"]);
    assert_eq!(ended(&words).0, 0);
    let (_, page, _) = ended(&["--need", "video", "-b", "vllm"]);
    assert!(!page.contains("dynamo-plan manifest"), "{page}");
}

#[test]
fn a_denied_fact_is_not_written() {
    for (needs, release, fact, feature) in [
        ("disagg,spec-decode", "1.3.1", "!eagle3", "speculative-decoding"),
        ("disagg,planner", "1.2.1", "!sla-scaling", "sla-based-planner"),
    ] {
        let asked = ["--need", needs, "-b", "vllm", "-r", release, "--fact", fact];
        let (status, said, err) = ended(&[&["manifest"], &asked[..]].concat());
        assert_eq!((status, err.as_str()), (1, ""), "{needs}");
        assert!(said.contains(&format!("{feature} is not written")), "{said}");
        assert!(said.contains(&format!("Leave out `--fact '{fact}'`")), "{said}");
        let (status, said, _) = ended(&asked);
        assert_eq!(status, 0);
        let (_, run) = said.split_once("To run it\n").unwrap();
        assert!(run.contains(&format!("not set {feature}: ")), "{run}");
        assert!(run.contains(&format!("brings {}, which you deny", &fact[1..])), "{run}");
        // It is neither shown nor offered as a manifest.
        for gone in ["--speculative-config '{", "optimization_target\"", "dynamo-plan manifest"] {
            assert!(!run.contains(gone), "{gone}: {run}");
        }
        // The rest of the plan is set all the same.
        assert!(run.contains("--disaggregation-mode prefill"), "{run}");
    }
}

#[test]
fn what_breaks_by_what_is_written_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.yaml");
    let path = path.to_str().unwrap();
    for (needs, release, fact, issue) in [
        ("disagg,planner", "1.2.1", "sla-scaling", "throughput scaling for an SLA replaces all"),
        ("disagg,spec-decode", "1.3.0", "eagle3", "a worker with EAGLE3 dies silently"),
    ] {
        let asked = ["--need", needs, "-b", "vllm", "-r", release];
        let words = [&["manifest"], &asked[..]].concat();
        let (status, out, err) = ended(&[&words[..], &["-o", path]].concat());
        assert_eq!((status, out.as_str()), (0, ""));
        let warning =
            format!("warning: what is written brings {fact}, and with that it is unsupported: ");
        assert!(err.starts_with(&warning) && err.contains(issue), "{err}");
        assert!(err.contains(&format!("Plan around it with `--fact {fact}`.")), "{err}");
        let written = fs::read_to_string(path).unwrap();
        assert!(written.contains("\n# Warnings:\n# - what is written brings "), "{written}");
        let (_, _, err) = ended(&[&words[..], &["--json"]].concat());
        assert!(err.contains("\nWarnings:\n- what is written brings "), "{err}");
        // It is what `check` finds in it.
        let (status, found, _) = ended(&["check", path]);
        assert!(status == 1 && found.contains(issue), "{found}");
        let (_, page, _) = ended(&asked);
        let (_, run) = page.split_once("To run it\n").unwrap();
        assert!(run.contains(&format!("warning: what is set brings {fact}")), "{run}");
        assert!(run.contains(issue), "{run}");
        // A fact that what is set brings is no longer one to be stated.
        assert!(!run.contains(&format!("unsupported with {fact}")), "{run}");
    }
}
