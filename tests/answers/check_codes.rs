//! Every code of a finding: what raises it, and that it is explained no milder than it is raised.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dynamo_plan::analysis::check::finding_codes;
use dynamo_plan::load::manifest::MAX_MANIFEST_BYTES;
use dynamo_plan::load::{Severity, bundle};
use dynamo_plan::matrix::deploy::RuleSeverity;

use crate::check_features::graph;
use crate::check_verdicts::{checked, found};

const VLLM: &str = "python3 -m dynamo.vllm --model m";

/// The codes that the program raises by itself, in place of the library.
const OF_THE_PROGRAM: [&str; 1] = ["no-deployment"];

/// A file in which a code is found, as it is on a release.
fn scripts() -> Vec<(&'static str, &'static str, String)> {
    let kv = |worker: &str| format!("python3 -m dynamo.frontend --router-mode kv &\n{worker}\n");
    let vllm = |flags: &str| format!("{VLLM} {flags}\n");
    let planner = "python3 -m dynamo.planner --config '{\"environment\":\"kubernetes\",\"no_correction\":true}' &\n";
    vec![
        ("unsupported-combination", "0.9.1", kv("python3 -m dynamo.trtllm --modality multimodal")),
        ("known-issue", "1.4.0", kv(VLLM)),
        ("not-claimed", "0.9.1", vllm("--enable-lora --enable-multimodal")),
        ("kind-unknown", "1.5.1", vllm("--enable-multimodal")),
        ("release-unmatched", "0.5.0", vllm("")),
        ("flag-refused", "1.4.0", vllm("--is-prefill-worker")),
        ("flag-deprecated", "1.3.1", vllm("--is-prefill-worker")),
        ("flag-ignored", "1.4.0", "python3 -m dynamo.frontend --enforce-disagg\n".to_owned()),
        ("value-refused", "1.4.0", "python3 -m dynamo.trtllm --disaggregation-mode prefill_and_decode\n".to_owned()),
        ("env-refused", "1.0.0", format!("DYN_CONNECTOR=kvbm {VLLM}\n")),
        ("env-ignored", "1.0.0", "DYN_KV_EVENTS=false python3 -m dynamo.frontend\n".to_owned()),
        ("planner-key-ignored", "1.1.0", format!("{planner}{VLLM}\n")),
        ("kv-events-missing", "1.1.0", kv(VLLM)),
        ("kv-approximate", "1.1.0", kv(VLLM).replace(" kv ", " kv --no-router-kv-events ")),
        ("kv-weight-zero", "1.1.0", kv(VLLM).replace(" kv ", " kv --router-kv-overlap-score-weight 0 ")),
        ("kv-prefix-caching-off", "1.1.0", kv(&vllm("--no-enable-prefix-caching"))),
        ("engine-tokenizer", "1.1.0", kv("python3 -m dynamo.sglang --model m --use-sglang-tokenizer")),
        ("planner-aggregated", "1.2.0", format!("{planner}{VLLM}\n")),
        ("planner-split", "1.2.0", "python3 -m dynamo.global_planner\n".to_owned()),
        ("connector-missing", "1.0.0", vllm("--disaggregation-mode prefill")),
        ("parser-both", "1.2.0", "python3 -m dynamo.sglang --model m --tool-call-parser qwen --dyn-tool-call-parser hermes\n".to_owned()),
        ("args-unknown", "1.2.0", vllm("$MORE")),
        ("engine-file-unknown", "1.2.0", "python3 -m dynamo.trtllm --extra-engine-args /opt/options.yaml\n".to_owned()),
        ("media-generation", "1.2.0", "python3 -m dynamo.vllm.omni --omni --model m\n".to_owned()),
        ("mocker", "1.2.0", "python3 -m dynamo.mocker --model-path m\n".to_owned()),
        ("backend-mixed", "1.2.0", format!("{VLLM} &\npython3 -m dynamo.sglang --model m\n")),
        ("release-none", "", vllm("")),
        ("release-older", "0.5.0", vllm("")),
    ]
}

/// A manifest in which a code is found.
fn manifests() -> Vec<(&'static str, String)> {
    let worker = |image: &str| graph(&[("Work", image, "worker", VLLM)]);
    let fields = |release: &str, fields: &str| {
        let text = worker(&format!("vllm-runtime:{release}"));
        text.replace("      extraPodSpec", &format!("      {fields}\n      extraPodSpec"))
    };
    let beta = |release: &str, fields: &str| {
        format!(
            "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {{name: beta}}
spec:
  components:
    - name: work
      type: worker
      experimental: {fields}
      podTemplate: {{spec: {{containers: [{{name: main, image: 'vllm-runtime:{release}', args: [--model, m]}}]}}}}
"
        )
    };
    let folded = worker("vllm-runtime:1.2.0")
        .replace("- |\n", "- >-\n")
        .replace("--model m", "\\\n              --model m");
    let one_word = worker("vllm-runtime:1.2.0")
        .replace("[/bin/sh, -c]", "[python3, -m, dynamo.vllm]")
        .replace("- |\n              python3 -m dynamo.vllm --model m", "- --model m");
    let mixed = graph(&[
        ("Front", "vllm-runtime:1.1.0", "frontend", "python3 -m dynamo.frontend"),
        ("Work", "vllm-runtime:1.0.0", "worker", VLLM),
    ]);
    let bare = |fields: &str| {
        format!(
            "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {{name: a}}\nspec: {fields}\n"
        )
    };
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    vec![
        ("no-row", fields("1.1.1", "gpuMemoryService: {enabled: true}")),
        ("failover-without-gms", fields("1.1.1", "failover: {enabled: true}")),
        ("snapshot-with-gms", beta("1.3.1", "{checkpoint: {enabled: true}, gpuMemoryService: {}}")),
        ("folded-backslash", folded),
        ("args-one-element", one_word),
        ("patch", bare("{services: {Work: {replicas: 2}}}")),
        ("template", "a: {{ .Values.a }}\nb: {{- x }}\n".to_owned()),
        ("release-placeholder", worker("vllm-runtime:my-tag")),
        ("release-custom", worker("vllm-runtime:build-7")),
        ("release-preview", worker("vllm-runtime:1.2.0-dev.3")),
        ("release-mixed", mixed),
        ("version-unreadable", worker("vllm-runtime:1.4.0.post1")),
        ("cuda12-image", worker("vllm-runtime:1.3.0-cuda12")),
        ("api-deprecated", worker("vllm-runtime:1.2.0")),
        ("api-too-new", beta("1.1.0", "{}")),
        ("field-unknown", beta("1.2.0", "{checkpoint: {enabled: true}}")),
        ("not-yaml", "a: [b\n".to_owned()),
        ("too-large", " ".repeat(MAX_MANIFEST_BYTES + 1)),
        ("too-many-objects", many(20_000, |i| format!("---\nkind: K{i}\n"))),
        (
            "too-many-components",
            bare("{services: {").trim_end().to_owned()
                + &many(20_000, |i| format!("a{i}: {{}}, "))
                + "}}",
        ),
        ("too-deep", format!("a: {}{}\n", "[".repeat(500), "]".repeat(500))),
        ("alias-loop", "a: &a [*a]\n".to_owned()),
        (
            "alias-limit",
            format!(
                "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}",
                many(9, |i| {
                    format!(
                        "a{}: &a{} [*a{i}, *a{i}, *a{i}, *a{i}, *a{i}, *a{i}, *a{i}, *a{i}]\n",
                        i + 1,
                        i + 1
                    )
                })
            ),
        ),
        ("duplicate-key", "a: 1\na: 2\n".to_owned()),
    ]
}

#[test]
fn every_code_is_found_in_some_file() {
    let mut raised: BTreeSet<&str> = OF_THE_PROGRAM.into();
    let mut missing = Vec::new();
    let mut look = |code: &'static str, path: &str, text: String, release: Option<&str>| {
        let codes = found(path, text.as_bytes(), release);
        let all: BTreeSet<&str> = codes.iter().map(|finding| finding.code.as_str()).collect();
        if !all.contains(code) {
            missing.push(format!("{code}: {all:?}"));
        }
        raised.insert(code);
    };
    for (code, release, text) in scripts() {
        look(code, "run.sh", text, Some(release).filter(|it| !it.is_empty()));
    }
    for (code, text) in manifests() {
        look(code, "graph.yaml", text, None);
    }
    let not_text = found("graph.yaml", b"a: \xff", None);
    assert_eq!(not_text[0].code, "not-text");
    raised.insert("not-text");
    assert!(missing.is_empty(), "{missing:#?}");
    let listed: BTreeSet<&str> = finding_codes().map(|code| code.id).collect();
    assert_eq!(raised, listed);
    assert_eq!(listed.len(), finding_codes().count(), "a code is listed twice");
}

#[test]
fn no_code_is_explained_milder_than_it_is_raised() {
    let listed: BTreeMap<&str, Severity> =
        finding_codes().map(|code| (code.id, code.severity)).collect();
    let mut raised: Vec<(String, Severity)> = of_sources();
    raised.extend(bundle::check_rules().into_iter().map(|rule| {
        let severity = match rule.severity {
            RuleSeverity::Note => Severity::Note,
            RuleSeverity::Warning => Severity::Warning,
            RuleSeverity::Error => Severity::Error,
        };
        (rule.code, severity)
    }));
    assert!(raised.len() > 50, "{raised:?}");
    for (code, severity) in raised {
        let known = listed.get(code.as_str());
        assert!(known.is_some_and(|known| *known >= severity), "{code} {severity:?}: {known:?}");
    }
}

/// The codes that stand in the sources beside a severity, and those of files that cannot be read.
fn of_sources() -> Vec<(String, Severity)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |name: &str| fs::read_to_string(source.join(name)).unwrap();
    let mut raised = Vec::new();
    for name in ["names", "verdict", "checker", "fields"] {
        let text = read(&format!("analysis/check/{name}.rs"));
        let parts: Vec<&str> = text.split("Severity::").collect();
        for pair in parts.windows(2) {
            // The code is the last text before the severity, with nothing but a field's name between.
            let mut quoted = pair[0].rsplit('"');
            let between = quoted.next().unwrap();
            let code = quoted.next().unwrap_or_default();
            let is_near = between.len() < 60 && !between.contains(';') && !between.contains('{');
            let severity = match &pair[1][..4] {
                "Note" => Severity::Note,
                "Warn" => Severity::Warning,
                _ => Severity::Error,
            };
            if is_near && is_code(code) {
                raised.push((code.to_owned(), severity));
            }
        }
    }
    for name in ["mod", "components", "objects", "yaml"] {
        let text = read(&format!("load/manifest/{name}.rs"));
        let errors = text.split("error(\"").skip(1);
        let codes = errors.filter_map(|rest| rest.split('"').next()).filter(|code| is_code(code));
        raised.extend(codes.map(|code| (code.to_owned(), Severity::Error)));
    }
    for code in ["flag-refused", "no-row", "release-unmatched", "field-unknown", "alias-loop"] {
        assert!(raised.iter().any(|(id, _)| id == code), "{code} is not seen in the sources");
    }
    raised
}

fn is_code(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[test]
fn what_a_code_means_is_told_in_sentences() {
    for code in finding_codes() {
        assert!(
            is_code(code.id)
                || code.id.contains("12")
                || code.id == "patch"
                || code.id == "mocker"
                || code.id == "template",
            "{}",
            code.id
        );
        assert!(!code.title.ends_with('.') && !code.example.is_empty(), "{}", code.id);
        for text in [code.meaning, code.fix] {
            assert!(text.ends_with('.') && !text.contains("  "), "{}: {text}", code.id);
        }
    }
}

#[test]
fn a_report_names_the_release_that_is_given() {
    let (file, _) = checked("run.sh", VLLM.as_bytes(), Some("1.4.0"), None);
    assert_eq!(file.unwrap().deployments[0].release.id.as_ref().unwrap().as_str(), "1.4.0");
}
