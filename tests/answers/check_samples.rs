//! Real manifests and launch scripts, where `DYNAMO_PLAN_MANIFESTS` names a folder of them: each in a folder of its
//! own, beside an `expected.json` that says what is in it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dynamo_plan::analysis::check::{CheckTables, FileReading, ReleaseKind, check};
use dynamo_plan::load::manifest::manifest;
use dynamo_plan::matrix::deploy::SignalState;
use serde_json::{Value, json};

/// Findings that come from the table of flags, which are looked at elsewhere.
const OF_FLAGS: [&str; 8] = [
    "flag-refused",
    "flag-deprecated",
    "flag-ignored",
    "value-refused",
    "env-refused",
    "env-ignored",
    "planner-key-ignored",
    "field-unknown",
];

#[test]
fn real_files_are_read_as_they_are_meant() {
    let Ok(folder) = std::env::var("DYNAMO_PLAN_MANIFESTS") else { return };
    let tables = CheckTables::bundled();
    let mut wrong = Vec::new();
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let sample = entry.unwrap().path();
        let Ok(expected) = fs::read(sample.join("expected.json")) else { continue };
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let path = sample.join(expected["file"].as_str().unwrap());
        for difference in differences(&tables, &path, &expected) {
            wrong.push(format!("{}: {difference}", sample.display()));
        }
        read += 1;
    }
    wrong.sort();
    assert!(read > 0 && wrong.is_empty(), "{} of {read}:\n{}", wrong.len(), wrong.join("\n"));
}

fn differences(tables: &CheckTables, path: &Path, expected: &Value) -> Vec<String> {
    let read = match manifest(fs::read(path).unwrap(), path, &tables.programs) {
        Ok(file) => check(tables, &file, None),
        Err(report) => {
            let code = report.diagnostics[0].code;
            return match expected["error"].as_str() {
                Some(wanted) if wanted == code => Vec::new(),
                _ => vec![format!("error {code}: {}", report.diagnostics[0].message)],
            };
        }
    };
    let deployments = expected["deployments"].as_array().unwrap();
    if expected.get("error").is_some() || read.deployments.len() != deployments.len() {
        return vec![format!("{} deployments", read.deployments.len())];
    }
    let of_deployment = |(i, expected)| of_deployment(&read, i, expected);
    deployments.iter().enumerate().flat_map(of_deployment).collect()
}

fn of_deployment(read: &FileReading, number: usize, expected: &Value) -> Vec<String> {
    let deployment = &read.deployments[number];
    let features: BTreeMap<&str, &str> = deployment
        .features
        .iter()
        .map(|feature| (feature.id.as_str(), state(feature.state)))
        .collect();
    let found = json!({
        "name": deployment.name,
        "backend": deployment.backend.as_ref().map(|backend| &backend.id),
        "release": {
            "id": deployment.release.id.as_ref().map(ToString::to_string),
            "kind": kind(deployment.release.kind),
        },
        "features": features,
        "pattern": deployment.pattern,
    });
    let keys = ["name", "backend", "release", "features", "pattern"];
    let mut wrong: Vec<String> = keys
        .iter()
        .filter(|key| found[key] != expected[key])
        .map(|key| format!("{} {key}: {} and not {}", deployment.name, found[key], expected[key]))
        .collect();
    let codes = read.findings.iter().filter(|finding| finding.deployment == number);
    let codes: BTreeSet<&str> = codes.map(|finding| finding.code.as_str()).collect();
    let listed = |key: &str| -> BTreeSet<String> {
        let list = expected[key].as_array().into_iter().flatten();
        list.map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let (must, may) = (listed("findings"), listed("findings_may"));
    let missing = must.iter().filter(|code| !OF_FLAGS.contains(&code.as_str()));
    let missing = missing.filter(|code| !codes.contains(code.as_str()));
    wrong.extend(missing.map(|code| format!("{}: no {code}", deployment.name)));
    let more = codes.iter().filter(|code| !must.contains(**code) && !may.contains(**code));
    wrong.extend(more.map(|code| format!("{}: {code}", deployment.name)));
    wrong
}

fn state(state: SignalState) -> &'static str {
    match state {
        SignalState::On => "on",
        SignalState::Off => "off",
        SignalState::Maybe => "maybe",
    }
}

fn kind(kind: ReleaseKind) -> &'static str {
    match kind {
        ReleaseKind::Override => "override",
        ReleaseKind::Exact => "exact",
        ReleaseKind::Preview => "preview",
        ReleaseKind::Placeholder => "placeholder",
        ReleaseKind::Custom => "custom",
        ReleaseKind::None => "none",
        ReleaseKind::Given => "given",
    }
}
