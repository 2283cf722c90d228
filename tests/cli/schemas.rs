//! What the built program prints as JSON is what `schema/` describes, shape by shape.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

/// The schema of a shape.
fn schema(name: &str) -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(format!("{name}.json"));
    let text = fs::read_to_string(path).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "{name} is no JSON Schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// What a command prints: on stdout, or where it fails on stderr.
fn printed(line: &str) -> Value {
    let words = line.split_whitespace();
    let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(words)
        .args(["--format", "json"])
        .env_remove("DYNAMO_PLAN_RELEASE")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"))
        .output()
        .unwrap();
    let failed = output.status.code() == Some(2);
    let text = if failed { &output.stderr } else { &output.stdout };
    serde_json::from_slice(text)
        .unwrap_or_else(|error| panic!("{line}: {error}: {}", String::from_utf8_lossy(text)))
}

fn holds(schema_name: &str, lines: &[&str]) {
    let schema = schema(schema_name);
    for line in lines {
        let value = printed(line);
        let problems: Vec<String> =
            schema.iter_errors(&value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(problems.is_empty(), "{line}: {problems:#?}");
    }
}

#[test]
fn answers_are_as_described() {
    holds(
        "plan-v1",
        &[
            "--need lora,tools",
            "--need multimodal-video,lora",
            "--need image --want kv-routing=3 --avoid migration --cells all --release all",
            "--need lora --driver 570 --cuda 12.9 --engine vllm>=0.14 --rules deployability",
            "--need disagg,image --pattern EPD",
            "--need lora --matrix feature-matrix.md",
            "--need disagg,specdec --fact eagle3 --fact !multi-node --release >=1.2,<1.5",
            "--need lora,kv-routing --fact mamba --backend vllm --release 1.3.1",
            "--need planner,failover --release all --tables-only --cells all",
            "--need image,disagg --release all --accept not-applicable",
        ],
    );
    holds(
        "explain-v1",
        &[
            "explain --need multimodal-video,lora",
            "explain --need lora,tools",
            "explain --need kvbm --backend trtllm --release 1.2.0",
        ],
    );
}

#[test]
fn histories_and_differences_are_as_described() {
    holds("since-v1", &["since --need image,kv-routing", "since --need video,lora"]);
    holds(
        "diff-v1",
        &[
            "diff 0.8.0 0.9.0",
            "diff 1.2.1 latest",
            "diff 0.9.0 feature-matrix.md",
            "diff backend.mdx 0.9.0 --need lora",
            "diff 1.1.1 1.2.0 --need image,kv-routing",
            "diff 0.9.0 latest --need video,lora --stable",
            "diff 1.3.0 1.4.0 --fact mamba --need kvbm",
        ],
    );
}

#[test]
fn decisions_are_as_described() {
    holds(
        "analyze-v1",
        &[
            "analyze --release all",
            "analyze --need lora,video --avoid tools",
            "analyze --missing --pairs --limit 5 --rules deployability",
            "analyze --cover-pairs --stable",
        ],
    );
    holds(
        "whatif-v1",
        &[
            "whatif --need lora,video --set vllm:lora+multimodal=supported",
            "whatif --need lora,tools --want image --drop lora --add migration --to-driver 580",
            "whatif --need image,kv-routing --upgrade 1.2.0 --to-accept undocumented",
            "whatif --need disagg,kvbm --fact mamba --release 1.3.1 --upgrade 1.4.0",
            "whatif --need lora,kv-routing --driver 550 --release 0.9.1 --upgrade latest",
            "whatif --need gpu-memory-service --release 1.2.1 --upgrade 1.3.1",
        ],
    );
}

#[test]
fn findings_are_as_described() {
    holds(
        "lint-v1",
        &["lint", "lint --release latest", "lint feature-matrix.md backend.mdx --release 7.0"],
    );
}

#[test]
fn matrices_and_lists_are_as_described() {
    holds(
        "matrix-v1",
        &[
            "matrix",
            "matrix vllm --release latest",
            "import first-marks.md",
            "import backend.mdx",
            "import compatibility-platforms.mdx --release 7.3.1",
            "matrix --matrix compatibility-words.mdx --matrix platforms.md",
        ],
    );
    holds(
        "list-v1",
        &["list", "list releases", "list rules", "list facts", "list --matrix first-marks.md"],
    );
}

#[test]
fn cards_are_as_described() {
    holds(
        "show-v1",
        &[
            "show lora",
            "show image --release latest",
            "show multimodal --release 1.2.0 --tables-only",
            "show trtllm",
            "show hybrid-attention",
            "show E/PD --release 1.3",
            "show failover",
            "show lora --matrix feature-matrix.md",
        ],
    );
}

#[test]
fn errors_are_as_described() {
    holds(
        "error",
        &["--need lorra", "--nonsense", "", "import no-such-page.md", "import ../cli.rs"],
    );
}

#[test]
fn splits_and_classes_are_as_described() {
    holds(
        "split-v1",
        &[
            "split --need video,lora,planner --every tools --limit 2",
            "split --need video,lora,planner --together lora,planner",
            "split --need lora,tools",
            "split --need disagg,video,lora --timeout 5",
            "split --need failover,lora,kvbm --fact moe --release 1.4.0",
            "split --need planner,spec-decode,lora --release 1.4.0",
            "split --need lora,video --release all",
        ],
    );
    holds("workloads-v1", &["split --workloads workloads.jsonl --release 1.4.0"]);
}

#[test]
fn lines_of_a_batch_are_as_described() {
    let schema = schema("batch-v1");
    let all = "request,satisfiable,complete,total,plans,cells,run,rejected,conflicts,corrections,\
               unlocks,closest,sensitivity,hints,notices";
    for fields in ["satisfiable", "total,plans", all] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(["batch", "requests.jsonl", "--fields", fields])
            .env_remove("DYNAMO_PLAN_RELEASE")
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "a line is bad");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(schema.is_valid(&value), "{line}");
        }
    }
}

/// What the schema of a line says is what the three commands read: each file of the tests and the
/// examples, and none of what they refuse.
#[test]
fn request_lines_are_as_described() {
    let schema = schema("request-line-v1");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().unwrap();
    for file in
        ["examples/fleet.jsonl", "tests/pages/requests.jsonl", "tests/pages/workloads.jsonl"]
    {
        for line in fs::read_to_string(folder.join(file)).unwrap().lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(schema.is_valid(&value), "{file}: {line}");
        }
    }
    for (line, is_valid) in [
        (
            r#"{"name": "a", "need": "lora", "backend": "vllm", "weight": 2, "driver": "580.126"}"#,
            true,
        ),
        (r#"{"want": ["lora=3", {"feature": "tools"}], "platform": {"cuda": "12"}}"#, true),
        (r#"{"avoid": null, "need": ["lora"], "fact": ["moe"], "release": "latest"}"#, true),
        (r#"{"need": ["lora"], "count": 1, "weight": 1}"#, false),
        (r#"{"need": ["lora"], "rule": "none", "rules": []}"#, false),
        (r#"{"need": ["lora"], "platform": {"drver": 1}}"#, false),
        (r#"{"need": ["lora"], "count": 0}"#, false),
        (r#"{"need": 5}"#, false),
        (r#"{"needs": ["lora"]}"#, false),
        (r#"["lora"]"#, false),
    ] {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(schema.is_valid(&value), is_valid, "{line}");
        let path = scratch.path().join("line.jsonl");
        fs::write(&path, line).unwrap();
        for command in [&["batch"][..], &["split", "--workloads"], &["analyze", "--requests"]] {
            let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
                .args(command)
                .arg(&path)
                .env_remove("DYNAMO_PLAN_RELEASE")
                .output()
                .unwrap();
            assert_eq!(output.status.code() != Some(2), is_valid, "{command:?} {line}");
        }
    }
}
