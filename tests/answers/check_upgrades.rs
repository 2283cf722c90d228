//! What an upgrade changes for the lines of a deployment: each must be told with what to write instead and how it
//! fails otherwise, what fails silently first.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use dynamo_plan::analysis::check::DeploymentChange;
use dynamo_plan::matrix::UpgradeEffect::{self, Exit, Refused, Silent, Warning};

use crate::check_features::graph;
use crate::check_verdicts::checked;

/// What a script must change between two releases.
fn script(lines: &[&str], from: &str, to: &str) -> Vec<DeploymentChange> {
    let script = lines.join(" &\n") + "\n";
    changes("run.sh", &script, Some(from), to)
}

fn changes(path: &str, text: &str, from: Option<&str>, to: &str) -> Vec<DeploymentChange> {
    let (file, _) = checked(path, text.as_bytes(), from, Some(to));
    let changes = file.unwrap().deployments.remove(0).upgrade.unwrap().changes;
    let rank = |change: &DeploymentChange| change.effect.map_or(9, |effect| effect as u8);
    assert!(changes.is_sorted_by_key(rank), "silent first: {changes:#?}");
    changes
}

/// Holds that a line is told, how it fails, of what, and what to write.
fn tells(
    changes: &[DeploymentChange],
    line: impl Into<Option<usize>>,
    effect: UpgradeEffect,
    what: &str,
    instead: &str,
) {
    let line = line.into();
    let is_told = changes.iter().any(|change| {
        let told = change.instead.as_deref().unwrap_or(&change.text);
        change.line == line
            && change.effect == Some(effect)
            && change.text.contains(what)
            && told.contains(instead)
    });
    assert!(is_told, "{line:?} {effect:?} {what} → {instead}: {changes:#?}");
}

#[test]
fn connectors_and_roles_of_vllm_from_0_9_to_1_0() {
    let prefill = "python3 -m dynamo.vllm --model m --is-prefill-worker --connector kvbm nixl";
    let told = script(&[prefill, "python3 -m dynamo.vllm --model m"], "0.9.1", "1.0.1");
    tells(&told, 1, Exit, "`--connector`", "`--kv-transfer-config`");
    tells(&told, 1, Warning, "`--is-prefill-worker`", "`--disaggregation-mode prefill`");
    // The decode worker had a connector by default.
    tells(&told, None, Exit, "Both need a `--kv-transfer-config`", "NixlConnector");
    let prefill = "python3 -m dynamo.vllm --model m --is-prefill-worker";
    let told = script(&[prefill, "python3 -m dynamo.vllm --model m"], "0.9.1", "1.0.1");
    tells(&told, 1, Exit, "`--kv-transfer-config`", "prefill and decode workers");
    let variable = "DYN_CONNECTOR=nixl python3 -m dynamo.vllm --model m";
    tells(
        &script(&[variable], "0.9.1", "1.0.1"),
        1,
        Exit,
        "`DYN_CONNECTOR`",
        "`--kv-transfer-config`",
    );
}

#[test]
fn migration_moves_from_workers_to_the_frontend() {
    for backend in ["vllm", "sglang", "trtllm"] {
        let worker = format!("python3 -m dynamo.{backend} --model m --migration-limit 3");
        let told = script(&["python3 -m dynamo.frontend", &worker], "0.9.1", "1.0.0");
        tells(&told, 2, Exit, "`--migration-limit`", "Give the frontend `--migration-limit`");
    }
}

#[test]
fn the_planner_takes_one_configuration() {
    let old =
        "python3 -m planner_sla --environment=kubernetes --backend=vllm --adjustment-interval=60";
    let workers = ["python3 -m dynamo.vllm --is-prefill-worker", "python3 -m dynamo.vllm"];
    let told = script(&[old, workers[0], workers[1]], "0.9.1", "1.0.1");
    for (flag, key) in [
        ("--environment", "environment"),
        ("--backend", "backend"),
        ("--adjustment-interval", "throughput_adjustment_interval"),
    ] {
        tells(&told, 1, Exit, &format!("`{flag}`"), &format!("the key `{key}` of `--config`"));
    }
    tells(&told, None, Exit, "`planner_sla` is gone", "python3 -m dynamo.planner --config");
    let config = "python3 -m dynamo.planner --config '{\"environment\":\"kubernetes\",\"no_correction\":true,\"load_learning_window\":3}'";
    let workers = [
        "python3 -m dynamo.vllm --disaggregation-mode prefill --kv-transfer-config '{}'",
        "python3 -m dynamo.vllm --disaggregation-mode decode --kv-transfer-config '{}'",
    ];
    let told = script(&[config, workers[0], workers[1]], "1.0.1", "1.2.0");
    tells(&told, 1, Silent, "the key `no_correction`", "");
    tells(&told, 1, Silent, "the key `load_learning_window`", "");
    tells(&told, None, Exit, "`dynamo-planner`", "dynamo-planner:");
}

#[test]
fn workers_of_vllm_publish_only_what_they_are_told_to_from_1_1() {
    let frontend = "python3 -m dynamo.frontend --router-mode kv";
    let worker = "DYN_VLLM_KV_EVENT_PORT=20080 python3 -m dynamo.vllm --model m";
    let told = script(&[frontend, worker], "1.0.2", "1.1.1");
    tells(&told, 1, Silent, "every cache looks empty", "publish KV events");
    tells(&told, 2, Silent, "`DYN_VLLM_KV_EVENT_PORT`", "`--kv-events-config`");
    tells(&told, None, Silent, "`--kv-events-config`", "\"enable_kv_cache_events\":true");
    // Without a prefix cache no events come either way.
    let told =
        script(&[frontend, "python3 -m dynamo.vllm --no-enable-prefix-caching"], "1.0.2", "1.1.1");
    assert!(told.iter().all(|change| change.code != "kv-events-missing"), "{told:#?}");
}

#[test]
fn the_roles_of_vllm_are_modes_from_1_4() {
    let worker = |role: &str| format!("python3 -m dynamo.vllm --kv-transfer-config '{{}}' {role}");
    let variable = format!("DYN_VLLM_IS_PREFILL_WORKER=1 {}", worker(""));
    let lines = [worker("--is-prefill-worker"), worker("--is-decode-worker"), variable];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let told = script(&lines, "1.3.1", "1.4.0");
    tells(&told, 1, Exit, "`--is-prefill-worker`", "`--disaggregation-mode prefill`");
    tells(&told, 2, Exit, "`--is-decode-worker`", "`--disaggregation-mode decode`");
    tells(&told, 3, Silent, "`DYN_VLLM_IS_PREFILL_WORKER`", "DYN_VLLM_DISAGGREGATION_MODE=prefill");
}

#[test]
fn the_multimodal_roles_of_vllm_are_modes_from_1_4() {
    let lines = [
        "python3 -m dynamo.vllm --enable-multimodal --multimodal-encode-worker",
        "python3 -m dynamo.vllm --enable-multimodal --multimodal-worker --route-to-encoder",
        "python3 -m dynamo.vllm --enable-multimodal --multimodal-decode-worker",
        "DYN_VLLM_MULTIMODAL_DECODE_WORKER=true python3 -m dynamo.vllm --enable-multimodal",
    ];
    let told = script(&lines, "1.3.1", "1.4.0");
    tells(&told, 1, Exit, "`--multimodal-encode-worker`", "--disaggregation-mode encode");
    tells(&told, 2, Exit, "`--multimodal-worker`", "--disaggregation-mode pd");
    tells(&told, 3, Exit, "`--multimodal-decode-worker`", "--disaggregation-mode decode");
    tells(&told, 4, Exit, "`DYN_VLLM_MULTIMODAL_DECODE_WORKER`", "DYN_VLLM_DISAGGREGATION_MODE");
    assert!(told.iter().all(|change| !change.text.contains("`--route-to-encoder`")), "{told:#?}");
}

#[test]
fn the_multimodal_roles_of_sglang_are_modes_from_1_3() {
    let lines = [
        "python3 -m dynamo.sglang --multimodal-processor",
        "python3 -m dynamo.sglang --multimodal-encode-worker",
        "python3 -m dynamo.sglang --multimodal-worker --disable-radix-cache",
    ];
    let told = script(&lines, "1.0.1", "1.1.0");
    tells(&told, 1, Exit, "`--multimodal-processor`", "Remove the component");
    let told = script(&lines[1..], "1.1.1", "1.3.1");
    let encode = "--enable-multimodal --disaggregation-mode encode";
    let worker = "--enable-multimodal --dedicated-mm-encoder --disaggregation-mode pd";
    tells(&told, 1, Warning, "`--multimodal-encode-worker`", encode);
    tells(&told, 2, Warning, "`--multimodal-worker`", worker);
    let told = script(&lines[1..], "1.3.1", "1.4.0");
    tells(&told, 1, Exit, "`--multimodal-encode-worker`", encode);
    tells(&told, 2, Exit, "`--multimodal-worker`", worker);
}

#[test]
fn flags_and_values_of_trtllm_from_1_2_to_1_4() {
    let worker = "python3 -m dynamo.trtllm --modality multimodal --disaggregation-mode";
    let publishing = format!("{worker} prefill_and_decode --publish-events-and-metrics");
    let told = script(&[&publishing], "1.2.1", "1.3.1");
    tells(&told, 1, Warning, "`--publish-events-and-metrics`", "`--publish-kv-events`");
    tells(&told, 1, Warning, "`--modality multimodal`", "--enable-multimodal");
    let told = script(&[&publishing], "1.3.1", "1.4.0");
    tells(&told, 1, Exit, "`prefill_and_decode`", "`agg`");
    let encoder = format!("{worker} encode");
    let prefill =
        format!("{worker} prefill --encode-endpoint dyn://dynamo.tensorrt_llm_encode.generate");
    let decode = format!("{worker} decode");
    let told = script(&[&encoder, &prefill, &decode], "1.2.1", "1.3.1");
    tells(&told, 2, Silent, "tensorrt_llm_encode", "dyn://dynamo.encode.generate");
    // Where the new name is written already, no line has to change.
    let prefill = format!("{worker} prefill --encode-endpoint dyn://dynamo.encode.generate");
    let told = script(&[&encoder, &prefill, &decode], "1.2.1", "1.3.1");
    assert!(told.iter().all(|it| it.line.is_none() || !it.text.contains("registers as")));
}

#[test]
fn flags_and_variables_of_the_router_over_the_releases() {
    let worker = "python3 -m dynamo.vllm --kv-events-config '{\"enable_kv_cache_events\":true}'";
    let old = "DYN_KV_EVENTS=false DYN_KV_OVERLAP_SCORE_WEIGHT=1 DYN_ROUTER_TTL=9 DYN_STORE_KV=mem \
               python3 -m dynamo.frontend --router-mode kv --no-kv-events --kv-overlap-score-weight 0.5 --store-kv mem";
    let told = script(&[old, worker], "0.9.1", "1.0.1");
    tells(&told, 1, Warning, "`--no-kv-events`", "`--no-router-kv-events`");
    tells(&told, 1, Warning, "`--kv-overlap-score-weight`", "`--router-kv-overlap-score-weight`");
    tells(&told, 1, Exit, "`--store-kv`", "`--discovery-backend`");
    for (variable, instead) in [
        ("`DYN_KV_EVENTS`", "`DYN_ROUTER_USE_KV_EVENTS`"),
        ("`DYN_KV_OVERLAP_SCORE_WEIGHT`", "`DYN_ROUTER_KV_OVERLAP_SCORE_WEIGHT`"),
        ("`DYN_ROUTER_TTL`", "`DYN_ROUTER_TTL_SECS`"),
        ("`DYN_STORE_KV`", "`DYN_DISCOVERY_BACKEND`"),
    ] {
        tells(&told, 1, Silent, variable, instead);
    }
    let kv = |flags: &str| format!("python3 -m dynamo.frontend --router-mode kv {flags}");
    let told = script(&[&kv("--router-kv-overlap-score-weight 0"), worker], "1.1.0", "1.2.0");
    let weight = "`--router-kv-overlap-score-weight`";
    tells(&told, 1, Warning, weight, "`--router-kv-overlap-score-credit 0`");
    let durable = kv("--router-reset-states --router-durable-kv-events");
    let told = script(&[&durable, worker], "1.3.1", "1.4.0");
    tells(&told, 1, Exit, "`--router-reset-states`", "Remove it");
    tells(&told, 1, Exit, "`--router-durable-kv-events`", "Remove it");
    tells(&told, None, Silent, "holds no request back", "--router-queue-threshold 16");
}

#[test]
fn the_old_version_of_the_api_goes_on_with_a_warning() {
    let text = graph(&[("Work", "vllm-runtime:1.1.1", "worker", "python3 -m dynamo.vllm --load-format gms")])
        .replace(
            "      extraPodSpec",
            "      gpuMemoryService: {enabled: true}\n      failover: {enabled: true}\n      extraPodSpec",
        );
    let told = changes("graph.yaml", &text, None, "1.2.0");
    tells(&told, 1, Warning, "v1alpha1", "nvidia.com/v1beta1");
    assert!(told.iter().all(|change| change.effect != Some(Exit)), "{told:#?}");
}

/// A deployment of v1beta1.
fn beta(image: &str, checkpoint: &str) -> String {
    format!(
        "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {{name: beta}}
spec:
  components:
    - name: work
      type: worker
      experimental:
        checkpoint: {checkpoint}
      podTemplate:
        spec:
          containers:
            - {{name: main, image: '{image}', args: [--model, m]}}
"
    )
}

#[test]
fn the_switch_of_a_snapshot_changes_with_1_3() {
    let old = beta("vllm-runtime:1.2.1", "{mode: Auto}");
    let told = changes("graph.yaml", &old, None, "1.3.1");
    tells(&told, 9, Refused, "`experimental.checkpoint`", "`experimental.checkpoint.enabled`");
    let new = beta("vllm-runtime:1.3.1", "{enabled: true}");
    let told = changes("graph.yaml", &new, None, "1.4.0");
    assert!(told.iter().all(|change| change.code != "field-unknown"), "{told:#?}");
    // What is switched off by the field of the release stays so.
    let (_, found) =
        checked("graph.yaml", new.replace("true", "false").as_bytes(), Some("1.3.1"), None);
    assert!(found.iter().all(|finding| finding.code != "field-unknown"), "{found:#?}");
}

#[test]
fn images_must_be_there_and_must_be_read_by_the_operator() {
    let told = |image: &str, to: &str| changes("graph.yaml", &beta(image, "null"), None, to);
    let cuda = told("reg/x/vllm-runtime:1.2.1-cuda12", "1.3.1");
    // An image that cannot be pulled starts nothing.
    tells(&cuda, 13, Exit, "CUDA 13 only", "without that part of its tag");
    let image = cuda.iter().find(|change| change.code == "image").unwrap();
    assert_eq!(image.instead.as_deref(), Some("reg/x/vllm-runtime:1.3.1"));
    for own in ["reg/vllm-runtime:my-build", "reg/vllm-runtime@sha256:00"] {
        tells(&told(own, "1.4.0"), 13, Refused, "reads no version", "`runtimeVersionOverride`");
    }
    let readable = told("reg/vllm-runtime:1.3.0-my.build.7", "1.4.0");
    assert!(readable.iter().all(|change| change.code != "version-unreadable"), "{readable:#?}");
}

#[test]
fn what_is_wrong_before_is_no_change() {
    let text = graph(&[(
        "Work",
        "vllm-runtime:1.2.1",
        "worker",
        "python3 -m dynamo.vllm \\\n              --enable-lora",
    )])
    .replace("- |\n", "- >-\n");
    let (_, found) = checked("graph.yaml", text.as_bytes(), None, None);
    assert!(found.iter().any(|finding| finding.code == "folded-backslash"));
    let told = changes("graph.yaml", &text, None, "1.3.1");
    assert!(told.iter().all(|change| change.code != "folded-backslash"), "{told:#?}");
}
