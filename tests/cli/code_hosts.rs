//! `lint` in the forms of code hosts: workflow commands of GitHub Actions, and SARIF.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What is linted: pages with findings of several kinds, one without any, and a bundled release.
const LINES: [&str; 5] = [
    "feature-matrix.md oddities.md",
    "backend.mdx --release 7.0",
    "list-tables.md",
    "no-such-page.md oddities.md",
    "--release latest",
];

fn lint(line: &str, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .arg("lint")
        .args(line.split_whitespace())
        .args(["--format", format])
        .env_remove("DYNAMO_PLAN_RELEASE")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The findings as JSON, where the files can be read.
fn findings(line: &str) -> Option<Vec<Value>> {
    let text = lint(line, "json");
    let lint: Value = serde_json::from_str(&text).ok()?;
    Some(lint["findings"].as_array().unwrap().clone())
}

fn schema() -> jsonschema::Validator {
    let path = "schema/third-party/sarif-2.1.0-subset.json";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn sarif_is_what_the_standard_asks_for_and_says_what_json_says() {
    let schema = schema();
    for line in LINES {
        let text = lint(line, "sarif");
        let Some(findings) = findings(line) else {
            assert!(text.is_empty(), "{line}: {text}");
            continue;
        };
        let sarif: Value = serde_json::from_str(&text).unwrap();
        let wrong: Vec<String> =
            schema.iter_errors(&sarif).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{line}: {wrong:#?}");
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), findings.len(), "{line}");
        for (result, finding) in results.iter().zip(&findings) {
            assert_eq!(result["ruleId"], finding["code"]);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], finding["code"]);
            assert_eq!(result["level"], finding["severity"]);
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["region"]["startLine"], finding["at"]["line"], "{finding}");
            assert_eq!(place["region"]["startColumn"], finding["at"]["column"], "{finding}");
            let text = result["message"]["text"].as_str().unwrap();
            assert!(text.starts_with(finding["message"].as_str().unwrap()), "{text}");
        }
    }
}

#[test]
fn github_gets_a_line_for_each_finding_at_its_place() {
    for line in LINES {
        let text = lint(line, "github");
        let findings = findings(line).unwrap_or_default();
        assert_eq!(text.lines().count(), findings.len(), "{line}: {text}");
        for (command, finding) in text.lines().zip(&findings) {
            let level = match finding["severity"].as_str().unwrap() {
                "note" => "notice",
                level => level,
            };
            let rest = command.strip_prefix(&format!("::{level} file=")).unwrap();
            let (properties, message) = rest.split_once("::").unwrap();
            assert!(!message.is_empty(), "{command}");
            for (name, key) in [("line", "line"), ("col", "column")] {
                if let Some(number) = finding["at"][key].as_u64() {
                    assert!(properties.contains(&format!(",{name}={number},")), "{command}");
                }
            }
            let title = format!(",title={}", finding["code"].as_str().unwrap());
            assert!(properties.ends_with(&title), "{command}");
        }
    }
    assert!(lint(LINES[0], "github").lines().count() > 5);
}
