//! The release and the backend of deployments, and what is wrong in them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use dynamo_plan::analysis::check::{FileReading, ReleaseKind};
use dynamo_plan::load::Severity;

use crate::check_features::{graph, read_as};

fn worker(image: &str, command: &str) -> FileReading {
    read_as("graph.yaml", &graph(&[("Work", image, "worker", command)]))
}

/// The codes of the findings, but for those of the release.
fn codes(read: &FileReading) -> BTreeSet<&str> {
    let codes = read.findings.iter().map(|finding| finding.code.as_str());
    codes.filter(|code| !code.starts_with("release-") && *code != "api-deprecated").collect()
}

#[test]
fn a_tag_tells_a_release_and_how() {
    for (image, release, kind) in [
        ("reg:5000/x/vllm-runtime:1.2.1", Some("1.2.1"), ReleaseKind::Exact),
        ("vllm-runtime:v1.2.1", Some("1.2.1"), ReleaseKind::Exact),
        ("vllm-runtime:1.2.1-cuda13@sha256:00", Some("1.2.1"), ReleaseKind::Exact),
        ("vllm-runtime:1.2.1+build.7", Some("1.2.1"), ReleaseKind::Exact),
        ("vllm-runtime:0.6.1.post1", Some("0.6.1"), ReleaseKind::Exact),
        ("vllm-runtime:1.3.0rc1", Some("1.3.0"), ReleaseKind::Preview),
        ("vllm-runtime:1.2.0-some-model-dev.3", Some("1.2.0"), ReleaseKind::Preview),
        ("vllm-runtime:1.2.0-devel", Some("1.2.0"), ReleaseKind::Exact),
        ("vllm-runtime:my-tag", None, ReleaseKind::Placeholder),
        ("vllm-runtime:latest", None, ReleaseKind::Placeholder),
        ("vllm-runtime:<release>", None, ReleaseKind::Placeholder),
        ("\"vllm-runtime:${TAG}\"", None, ReleaseKind::Placeholder),
        ("vllm-runtime:7e499b5-amd64", None, ReleaseKind::Custom),
        ("vllm-runtime:1.2", None, ReleaseKind::Custom),
        ("vllm-runtime@sha256:00", None, ReleaseKind::Custom),
    ] {
        let read = worker(image, "python3 -m dynamo.vllm");
        let found = &read.deployments[0].release;
        let id = found.id.as_ref().map(ToString::to_string);
        assert_eq!((id.as_deref(), found.kind), (release, kind), "{image}");
    }
    let read = worker("library/redis:7.2.0", "redis-server");
    assert_eq!(read.deployments[0].release.kind, ReleaseKind::None);
}

#[test]
fn the_lowest_of_several_releases_counts() {
    let text = graph(&[
        ("Front", "vllm-runtime:1.1.0", "frontend", "python3 -m dynamo.frontend"),
        ("Work", "vllm-runtime:1.0.0", "worker", "python3 -m dynamo.vllm"),
        ("Cache", "redis:0.1.0", "default", "redis-server"),
    ]);
    let read = read_as("graph.yaml", &text);
    assert_eq!(read.deployments[0].release.id.as_ref().unwrap().as_str(), "1.0.0");
    assert!(read.findings.iter().any(|finding| finding.code == "release-mixed"));
    let text = text.replace(
        "      componentType: worker\n",
        "      componentType: worker\n      runtimeVersionOverride: 0.9.0\n",
    );
    let read = read_as("graph.yaml", &text);
    let release = &read.deployments[0].release;
    assert_eq!(
        (release.id.as_ref().unwrap().as_str(), release.kind),
        ("0.9.0", ReleaseKind::Override)
    );
}

#[test]
fn an_operator_must_read_the_version_from_1_4_on() {
    let unreadable = |image: &str, release: &str| {
        let text = graph(&[
            ("Front", &format!("vllm-runtime:{release}"), "frontend", "python3 -m dynamo.frontend"),
            ("Work", image, "worker", "python3 -m dynamo.vllm"),
        ]);
        codes(&read_as("graph.yaml", &text)).contains("version-unreadable")
    };
    assert!(unreadable("reg/vllm-runtime:my.build", "1.4.0"));
    assert!(unreadable("reg/vllm-runtime:1.4.0.post1", "1.4.0"));
    assert!(!unreadable("reg/vllm-runtime:1.4.0-my.build.7", "1.4.0"));
    assert!(!unreadable("reg/vllm-runtime:my.build", "1.3.0"));
}

#[test]
fn the_backend_is_that_of_the_modules_then_the_images() {
    let backend = |read: &FileReading| read.deployments[0].backend.as_ref().map(|it| it.id.clone());
    let read = worker("vllm-runtime:1.0.0", "python3 -m dynamo.sglang");
    assert_eq!(backend(&read).as_deref(), Some("sglang"));
    let read = worker("reg/sglang-runtime:1.0.0", "/opt/start.sh");
    assert_eq!(backend(&read).as_deref(), Some("sglang"));
    let read = worker("reg/own:1.0.0", "/opt/start.sh");
    assert_eq!(backend(&read), None);
    // What stands in for the engine has none, whatever its image is.
    let read = worker("reg/vllm-runtime:1.0.0", "python3 -m dynamo.mocker --model-path m");
    assert_eq!((backend(&read), codes(&read).contains("mocker")), (None, true));
    let read = read_as("run.sh", "python3 -m dynamo.vllm &\npython3 -m dynamo.sglang &\n");
    assert!(codes(&read).contains("backend-mixed"));
}

/// The findings of a frontend that follows caches, beside a worker.
fn routed(release: &str, frontend: &str, worker: &str) -> BTreeSet<String> {
    let image = format!("reg/vllm-runtime:{release}");
    let text = graph(&[
        (
            "Front",
            &image,
            "frontend",
            &format!("python3 -m dynamo.frontend --router-mode kv {frontend}"),
        ),
        ("Work", &image, "worker", worker),
    ]);
    codes(&read_as("graph.yaml", &text)).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_router_without_events_is_found() {
    let missing = BTreeSet::from(["kv-events-missing".to_owned()]);
    let vllm = "python3 -m dynamo.vllm --model m";
    assert_eq!(routed("1.1.0", "", vllm), missing);
    assert_eq!(routed("1.0.0", "", vllm), BTreeSet::new());
    let events = "--kv-events-config '{\"publisher\":\"zmq\",\"enable_kv_cache_events\":true}'";
    assert_eq!(routed("1.1.0", "", &format!("{vllm} {events}")), BTreeSet::new());
    let off = routed("1.1.0", "", &format!("{vllm} {events} --no-enable-prefix-caching"));
    assert_eq!(off, BTreeSet::from(["kv-prefix-caching-off".to_owned()]));
    let predicted = routed("1.1.0", "--no-router-kv-events", vllm);
    assert_eq!(predicted, BTreeSet::from(["kv-approximate".to_owned()]));
}

#[test]
fn what_is_not_read_is_no_ground_for_a_finding() {
    assert!(!routed("1.1.0", "", "python3 -m dynamo.vllm $FLAGS").contains("kv-events-missing"));
    assert_eq!(routed("1.1.0", "", "/opt/start.sh"), BTreeSet::new());
    assert!(!routed("1.1.0", "", "python3 -m dynamo.mocker").contains("kv-events-missing"));
    let hidden = worker("vllm-runtime:1.1.0", "python3 -m dynamo.vllm --is-prefill-worker $MORE");
    assert!(!codes(&hidden).contains("connector-missing"));
    let engine = worker(
        "vllm-runtime:1.1.0",
        "python3 -m dynamo.vllm --is-prefill-worker --enforce-eager $MORE",
    );
    assert!(!codes(&engine).contains("connector-missing"));
    // A range needs a release.
    assert!(!routed("my-tag", "", "python3 -m dynamo.vllm").contains("kv-events-missing"));
}

#[test]
fn what_the_parser_or_the_operator_refuses_is_an_error() {
    for (image, command, code) in [
        (
            "vllm-runtime:1.1.0",
            "python3 -m dynamo.vllm --disaggregation-mode prefill",
            "connector-missing",
        ),
        (
            "sglang-runtime:1.1.0",
            "python3 -m dynamo.sglang --tool-call-parser a --dyn-tool-call-parser b",
            "parser-both",
        ),
        ("vllm-runtime:1.3.0-cuda12", "python3 -m dynamo.vllm", "cuda12-image"),
    ] {
        let read = worker(image, command);
        let found = read.findings.iter().find(|finding| finding.code == code).unwrap();
        assert_eq!(found.severity, Severity::Error, "{code}");
        assert!(
            found.at.line > 0 && found.url.as_ref().is_none_or(|url| url.starts_with("https://"))
        );
    }
    let read = worker("vllm-runtime:1.2.1-cuda12", "python3 -m dynamo.vllm");
    assert!(codes(&read).is_empty());
}

#[test]
fn a_planner_needs_workers_of_both_kinds() {
    let planned = |release: &str, planner: &str, worker: &str| {
        let image = format!("vllm-runtime:{release}");
        let text =
            graph(&[("Plan", &image, "planner", planner), ("Work", &image, "worker", worker)]);
        codes(&read_as("graph.yaml", &text)).contains("planner-aggregated")
    };
    let vllm = "python3 -m dynamo.vllm";
    assert!(planned("0.9.0", "python3 -m planner_sla --backend=vllm", vllm));
    assert!(planned("1.1.0", "python3 -m dynamo.planner --config '{\"backend\":\"vllm\"}'", vllm));
    assert!(!planned("1.1.0", "python3 -m dynamo.planner --config '{\"mode\":\"agg\"}'", vllm));
    assert!(!planned("1.1.0", "python3 -m dynamo.planner --config /etc/planner.yaml", vllm));
    assert!(!planned(
        "1.1.0",
        "python3 -m dynamo.planner --config '{}'",
        "python3 -m dynamo.mocker"
    ));
    assert!(!planned(
        "1.1.0",
        "python3 -m dynamo.planner --config '{}'",
        "python3 -m dynamo.vllm --is-prefill-worker"
    ));
}

#[test]
fn a_folded_block_with_backslashes_is_found_once() {
    let text = graph(&[(
        "Work",
        "vllm-runtime:1.1.0",
        "worker",
        "python3 -m dynamo.vllm \\\n              --model m \\\n              --enable-lora",
    )])
    .replace("- |\n", "- >-\n");
    let read = read_as("graph.yaml", &text);
    let found: Vec<_> =
        read.findings.iter().filter(|finding| finding.code == "folded-backslash").collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].at.line, found[0].at.column), (16, 15));
    assert!(found[0].message.contains("--model"));
}

#[test]
fn versions_of_the_api_fit_the_release() {
    let beta = |release: &str| {
        let text = format!(
            "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {{name: b}}
spec: {{components: [{{name: w, type: worker, podTemplate: {{spec: {{containers: [{{name: main, image: 'vllm-runtime:{release}'}}]}}}}}}]}}
"
        );
        read_as("graph.yaml", &text)
    };
    assert!(codes(&beta("1.1.0")).contains("api-too-new"));
    assert!(codes(&beta("1.2.0")).is_empty());
    let old = worker("vllm-runtime:1.2.0", "python3 -m dynamo.vllm");
    assert!(old.findings.iter().any(|finding| finding.code == "api-deprecated"));
}

#[test]
fn a_sidecar_needs_no_connector_of_its_own() {
    let found = worker("vllm-runtime:1.4.0", "dynamo-vllm-sidecar --disaggregation-mode prefill");
    assert!(!codes(&found).contains("connector-missing"));
}

#[test]
fn options_in_a_text_that_is_not_known_are_called_no_file() {
    let read = worker(
        "tensorrtllm-runtime:1.1.0",
        "python3 -m dynamo.trtllm --override-engine-args \"$(make-options)\"",
    );
    let finding = read.findings.iter().find(|it| it.code == "engine-file-unknown").unwrap();
    assert!(finding.message.contains("`$(make-options)`"), "{finding:?}");
    assert!(!finding.message.contains("file"), "{finding:?}");
}
