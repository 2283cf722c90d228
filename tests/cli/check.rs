//! `check` from the command line: its forms, what it reads, and how it ends.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test cli check` stores the screens that are drawn now; review the difference.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dynamo_plan::analysis::check::finding_codes;
use serde_json::Value;

use crate::snapshot;

/// The folder of the files that are checked.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests")
}

/// The exit status, stdout and stderr of `check` with the words of a line, beside the files.
fn ended_at(line: &str, columns: Option<&str>, input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "DYNAMO_PLAN_RELEASE"] {
        command.env_remove(name);
    }
    command.envs(columns.map(|columns| ("COLUMNS", columns)));
    let mut child = command
        .arg("check")
        .args(line.split_whitespace())
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it read its input is no failure here.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn ended(line: &str) -> (i32, String, String) {
    ended_at(line, None, "")
}

fn status(line: &str) -> i32 {
    ended(line).0
}

/// The JSON of `check`, held against the schema of its shape.
fn json(line: &str) -> Value {
    let (_, stdout, stderr) = ended(&format!("{line} --format json"));
    assert!(stderr.is_empty(), "{line}: {stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    let name = answer["schema"].as_str().unwrap().strip_prefix("dynamo-plan/").unwrap();
    let schema = valid_by(&format!("schema/{}.json", name.replace('/', "-")));
    let wrong: Vec<String> =
        schema.iter_errors(&answer).map(|it| format!("{it} at {}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{line}: {wrong:#?}");
    answer
}

fn valid_by(schema: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

fn paths(answer: &Value) -> Vec<&str> {
    answer["files"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect()
}

/// What is drawn, each with its name.
const SCREENS: [(&str, &str); 5] = [
    ("check-old-flags", "old-flags.yaml"),
    ("check-full", "old-flags.yaml --full --quiet"),
    ("check-upgrade", "before-upgrade.sh -r 0.9.1 --upgrade 1.0.1"),
    ("check-several", "adapters.yaml refused.sh broken.yaml service.yaml --release 0.9.1"),
    ("check-explain", "--explain flag-refused"),
];

#[test]
fn screens_are_drawn_as_stored() {
    for (name, line) in SCREENS {
        for columns in ["80", "120"] {
            let (_, screen, stderr) = ended_at(line, Some(columns), "");
            assert!(stderr.is_empty(), "{line}: {stderr}");
            snapshot::check(&format!("screens/{name}-{columns}.txt"), &screen);
        }
        let (_, page, _) = ended(&format!("{line} --format markdown"));
        snapshot::check(&format!("screens/{name}-page.md"), &page);
    }
}

#[test]
fn json_is_as_its_schema_says() {
    for line in [
        "old-flags.yaml adapters.yaml refused.sh before-upgrade.sh service.yaml broken.yaml",
        "refused.sh -r 0.9.1",
        "before-upgrade.sh -r 0.9.1 --upgrade 1.0.1",
        "old-flags.yaml folder --upgrade 1.5.1",
        "old-flags.yaml --tables-only --fact moe --upgrade latest",
        "adapters.yaml --upgrade 7.0.0",
        "--explain",
        "--explain flag-refused",
    ] {
        json(line);
    }
    let answer = json("old-flags.yaml");
    let deployment = &answer["files"][0]["deployments"][0];
    assert_eq!(deployment["backend"]["id"], "vllm");
    assert_eq!(deployment["release"], serde_json::json!({"id": "1.4.0", "kind": "exact"}));
    assert_eq!(deployment["features"][1]["id"], "kv-aware-routing");
    assert_eq!(deployment["features"][1]["evidence"]["line"], 16);
    assert_eq!(deployment["outcome"]["schema"], "dynamo-plan/plan/v1");
    assert!(deployment["upgrade"].is_null());
    assert_eq!(answer["matrices"][0]["release"], "1.4.0");
    let upgraded = json("before-upgrade.sh -r 0.9.1 --upgrade 1.0.1");
    let upgrade = &upgraded["files"][0]["deployments"][0]["upgrade"];
    assert_eq!(upgrade["changes"][0]["effect"], "silent");
    assert_eq!(upgrade["changes"][0]["line"], 2);
}

#[test]
fn code_hosts_get_every_finding_at_its_place() {
    let schema = valid_by("schema/third-party/sarif-2.1.0-subset.json");
    for line in
        ["old-flags.yaml", "refused.sh -r 0.9.1", "service.yaml broken.yaml", "adapters.yaml"]
    {
        let findings = json(line)["findings"].as_array().unwrap().clone();
        let (_, text, _) = ended(&format!("{line} --format sarif"));
        let sarif: Value = serde_json::from_str(&text).unwrap();
        assert!(schema.is_valid(&sarif), "{line}: {text}");
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let (_, text, _) = ended(&format!("{line} --format github"));
        assert_eq!((results.len(), text.lines().count()), (findings.len(), findings.len()));
        for ((finding, result), command) in findings.iter().zip(results).zip(text.lines()) {
            assert_eq!(result["ruleId"], finding["code"]);
            let region = &result["locations"][0]["physicalLocation"]["region"];
            assert_eq!(region["startLine"], finding["line"]);
            if let Some(line) = finding["line"].as_u64() {
                assert!(command.contains(&format!(",line={line},")), "{command}");
            }
            let title = format!("title={}::", finding["code"].as_str().unwrap());
            assert!(command.contains(&title), "{command}");
            assert!(!command.contains(".;") && !command.contains(".."), "{command}");
        }
    }
}

#[test]
fn the_gate_closes_from_the_level_that_is_denied() {
    for (line, statuses) in [
        ("old-flags.yaml", [1, 1, 1]),
        ("before-upgrade.sh -r 0.9.1", [1, 0, 0]),
        ("adapters.yaml", [0, 0, 0]),
        ("old-flags.yaml broken.yaml", [2, 2, 2]),
    ] {
        let found =
            ["note", "warning", "error"].map(|level| status(&format!("{line} --deny {level}")));
        assert_eq!(found, statuses, "{line}");
    }
    // A warning and no error.
    let input = "python3 -m dynamo.frontend --enforce-disagg\npython3 -m dynamo.vllm --model m\n";
    for (level, expected) in [("warning", 1), ("error", 0)] {
        let line = format!("- -r 1.4.0 --deny {level}");
        assert_eq!(ended_at(&line, None, &format!("#!/bin/sh\n{input}")).0, expected, "{level}");
    }
    assert_eq!(status("old-flags.yaml"), 1, "errors are denied unless told otherwise");
    assert_eq!(status("old-flags.yaml --deny nothing"), 2);
}

#[test]
fn folders_are_read_by_name_without_what_is_hidden() {
    let answer = json("folder");
    assert_eq!(paths(&answer), ["folder/a.sh", "folder/b.yaml", "folder/nested/c.json"]);
    assert_eq!(codes(&answer), ["release-none", "release-unmatched"]);
    // A file that is named is told to hold none; one that is met is passed over.
    assert_eq!(codes(&json("folder/service.yaml adapters.yaml")), ["no-deployment"]);
    assert_eq!(
        paths(&json("folder/nested adapters.yaml")),
        ["folder/nested/c.json", "adapters.yaml"]
    );
    assert_eq!(status("no-such-folder"), 2);
}

#[test]
fn the_standard_input_is_a_file_like_any_other() {
    let text = fs::read_to_string(folder().join("old-flags.yaml")).unwrap();
    let (status, out, err) = ended_at("- --format github", None, &text);
    let (_, named, _) = ended("old-flags.yaml --format github");
    assert_eq!((status, err.as_str()), (1, ""));
    assert_eq!(out.replace("standard input", "old-flags.yaml"), named);
}

#[test]
fn files_without_a_deployment_are_a_wrong_input() {
    for (line, says) in [
        ("service.yaml", "no deployment was found"),
        ("chart.yaml", "as with `helm template` or `envsubst`"),
        ("", "name manifests, launch scripts or folders of them"),
        ("no-such.yaml", "no-such.yaml"),
    ] {
        let (status, out, err) = ended(line);
        assert_eq!((status, out.as_str()), (2, ""), "{line}");
        assert!(err.contains(says), "{line}: {err}");
    }
    // A template beside a deployment is a note.
    let answer = json("chart.yaml adapters.yaml");
    assert_eq!((codes(&answer), status("chart.yaml adapters.yaml")), (vec!["template"], 0));
}

#[test]
fn what_cannot_be_read_stands_beside_what_can() {
    let (status, out, err) = ended("broken.yaml adapters.yaml");
    assert_eq!((status, err.as_str()), (2, ""));
    assert!(out.contains("adapters, vllm on 1.3.1") && out.contains("error[not-yaml]"), "{out}");
    let answer = json("broken.yaml adapters.yaml");
    assert_eq!((paths(&answer), codes(&answer)), (vec!["adapters.yaml"], vec!["not-yaml"]));
}

#[test]
fn a_release_takes_the_place_of_the_images() {
    let answer = json("old-flags.yaml --release 1.3.1");
    let release = &answer["files"][0]["deployments"][0]["release"];
    assert_eq!(*release, serde_json::json!({"id": "1.3.1", "kind": "given"}));
    assert!(codes(&answer).contains(&"flag-deprecated"), "{answer}");
    assert!(!codes(&answer).contains(&"flag-refused"), "{answer}");
    let (_, _, err) = ended("old-flags.yaml --release nonsense");
    assert!(err.contains("`nonsense`") && err.contains("list releases"), "{err}");
    assert_eq!(status("old-flags.yaml --release all"), 2);
}

#[test]
fn facts_and_rules_are_those_of_a_request() {
    let issues = |line: &str| {
        let answer = json(&format!("folder/b.yaml before-upgrade.sh {line}"));
        answer["files"][1]["deployments"][0]["outcome"]["request"].clone()
    };
    let request = issues("-r 0.9.1 --fact moe,!multi-node");
    assert_eq!(request["facts"], serde_json::json!(["!multi-node", "moe"]));
    assert_eq!(issues("-r 0.9.1 --tables-only")["rules"], serde_json::json!([]));
    assert_eq!(status("adapters.yaml --fact no-such-fact"), 2);
    // By the tables alone what a rule refuses is none of the findings.
    let script = "#!/bin/sh\npython3 -m dynamo.trtllm --modality multimodal --disaggregation-mode encode &\npython3 -m dynamo.trtllm --modality multimodal --disaggregation-mode prefill &\npython3 -m dynamo.trtllm --modality multimodal --disaggregation-mode decode\n";
    assert_eq!(ended_at("- -r 1.0.1", None, script).0, 1);
    assert_eq!(ended_at("- -r 1.0.1 --tables-only", None, script).0, 0);
}

#[test]
fn every_code_is_explained() {
    let (status, list, _) = ended("--explain");
    assert_eq!(status, 0);
    for code in finding_codes() {
        assert!(list.lines().any(|line| line.trim_start().starts_with(code.id)), "{}", code.id);
        let (status, page, err) = ended(&format!("--explain {}", code.id.to_uppercase()));
        assert_eq!((status, err.as_str()), (0, ""), "{}", code.id);
        assert!(page.starts_with(&format!("{}: {}.", code.id, code.title)), "{page}");
        let answer = json(&format!("--explain {}", code.id));
        assert_eq!(answer["codes"][0]["meaning"], code.meaning);
    }
    let (status, _, err) = ended("--explain flag-refsed");
    assert_eq!(status, 2);
    assert!(err.contains("did you mean `flag-refused`?"), "{err}");
    assert_eq!(ended("--explain flag-refused --format sarif").0, 2);
}

/// The commands that the workflow among the examples runs, on a folder that holds the manifest among them.
#[test]
fn the_workflow_among_the_examples_runs() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let workflow = fs::read_to_string(examples.join("check-manifests.yml")).unwrap();
    let commands: Vec<&str> = workflow
        .lines()
        .filter_map(|line| line.split_once("dynamo-plan check ").map(|(_, command)| command))
        .map(|command| command.split(" >>").next().unwrap())
        .collect();
    assert_eq!(commands.len(), 3, "{commands:#?}");
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("deploy")).unwrap();
    let manifest = place.path().join("deploy/agg_router.yaml");
    fs::copy(examples.join("agg_router.yaml"), &manifest).unwrap();
    let statuses = || {
        let run = |command: &&str| {
            let mut run = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
            run.env_remove("DYNAMO_PLAN_RELEASE").current_dir(place.path());
            let output = run.arg("check").args(command.split(' ')).output().unwrap();
            assert!(output.stderr.is_empty(), "{command}: {output:?}");
            output.status.code().unwrap()
        };
        commands.iter().map(run).collect::<Vec<i32>>()
    };
    assert_eq!(statuses(), [0, 0, 0]);
    // The same lines with the image of a later release are wrong.
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(":1.0.1", ":1.4.0")).unwrap();
    assert_eq!(statuses(), [1, 1, 1]);
}

#[test]
fn as_many_notes_are_counted_as_are_shown() {
    let last = |line: &str| ended(line).1.trim_end().lines().last().unwrap().to_owned();
    let some = "1 deployment in 1 file: 1 note; 1 more note with --full.";
    assert_eq!(last("refused.sh"), some);
    assert_eq!(last("refused.sh --full"), "1 deployment in 1 file: 2 notes.");
    assert_eq!(last("refused.sh --quiet"), "1 deployment in 1 file: nothing found.");
    let page = ended("refused.sh --format markdown").1;
    assert!(page.contains("1 deployment in 1 file: 2 notes."), "{page}");
}

#[test]
fn a_file_that_cannot_be_read_is_no_count_of_deployments() {
    let (status, screen, _) = ended("broken.yaml");
    assert_eq!(status, 2);
    assert!(screen.trim_end().ends_with("\nNothing could be checked: 1 error."), "{screen}");
    assert!(!screen.contains("0 deployments"), "{screen}");
}

#[test]
fn a_kind_that_nothing_tells_is_not_judged_as_the_best_alone() {
    let script = "#!/bin/sh\npython3 -m dynamo.vllm --model m --enable-multimodal\n";
    let (status, screen, _) = ended_at("- --release 1.5.1", None, script);
    assert_eq!(status, 0, "{screen}");
    assert!(!screen.contains(": ✅ supported; on: multimodal"), "{screen}");
    for kind in ["✅ supported multimodal-image", "🚧 experimental multimodal-audio"] {
        assert!(screen.contains(kind), "{kind}: {screen}");
    }
    assert!(screen.contains("multimodal-audio is experimental"), "{screen}");
}
