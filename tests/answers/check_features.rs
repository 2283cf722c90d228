//! What deployments switch on, by each form of a signal: flags, variables, files, fields and what must stand beside
//! them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use dynamo_plan::analysis::check::{CheckTables, DeploymentReading, FileReading, check};
use dynamo_plan::load::Severity;
use dynamo_plan::load::manifest::manifest;
use dynamo_plan::matrix::Release;
use dynamo_plan::matrix::deploy::SignalState::{self, Maybe, Off, On};

pub(crate) fn read_as(path: &str, text: &str) -> FileReading {
    let tables = CheckTables::bundled();
    let file = manifest(text.as_bytes().to_vec(), Path::new(path), &tables.programs)
        .unwrap_or_else(|report| panic!("{:?}", report.diagnostics));
    check(&tables, &file, None)
}

/// A deployment of v1alpha1: each component as its name, image, role and command line.
pub(crate) fn graph(components: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: graph}
spec:
  services:
"
    .to_owned();
    for (name, image, role, command) in components {
        let (role, part) = role.split_once('/').unwrap_or((role, "null"));
        text.push_str(&format!(
            "    {name}:
      componentType: {role}
      subComponentType: {part}
      extraPodSpec:
        mainContainer:
          image: {image}
          command: [/bin/sh, -c]
          args:
            - |
              {command}
"
        ));
    }
    text
}

const VLLM: &str = "nvcr.io/nvidia/ai-dynamo/vllm-runtime";

/// The features of a worker with flags and the frontend with others, of a release of vLLM.
fn features_of(release: &str, frontend: &str, worker: &str) -> Vec<(String, SignalState)> {
    let image = format!("{VLLM}:{release}");
    let (frontend, worker) = (
        format!("python3 -m dynamo.frontend {frontend}"),
        format!("python3 -m dynamo.vllm {worker}"),
    );
    let text =
        graph(&[("Front", &image, "frontend", &frontend), ("Work", &image, "worker", &worker)]);
    features(&read_as("graph.yaml", &text).deployments[0])
}

fn features(deployment: &DeploymentReading) -> Vec<(String, SignalState)> {
    deployment.features.iter().map(|feature| (feature.id.clone(), feature.state)).collect()
}

fn only(id: &str, state: SignalState) -> Vec<(String, SignalState)> {
    vec![(id.to_owned(), state)]
}

#[test]
fn a_flag_counts_in_each_of_its_spellings() {
    for spelling in ["--router-mode kv", "--router-mode=kv", "--router_mode kv", "--router-mod kv"]
    {
        assert_eq!(features_of("1.0.0", spelling, ""), only("kv-aware-routing", On), "{spelling}");
    }
    let off = only("kv-aware-routing", Off);
    assert_eq!(features_of("1.0.0", "--router-mode kv --router-mode random", ""), off);
    assert_eq!(features_of("1.0.0", "--router-mode $MODE", ""), []);
    // vLLM's own parser takes no beginnings.
    assert_eq!(features_of("1.0.0", "", "--enable-lor"), []);
    assert_eq!(features_of("1.0.0", "", "--enable-lora"), only("lora", On));
    assert_eq!(features_of("1.0.0", "", "--enable-lora --no-enable-lora"), []);
}

#[test]
fn a_signal_out_of_its_releases_may_be_on() {
    let migration = |release, state| {
        let found = features_of(release, "", "--migration-limit 3");
        assert_eq!(found, only("request-migration", state), "{release}");
    };
    migration("0.9.0", On);
    migration("1.4.0", Maybe);
    let zero = features_of("0.9.0", "", "--migration-limit 0");
    assert_eq!(zero, only("request-migration", Off));
}

#[test]
fn a_feature_that_only_decode_workers_name_may_be_on() {
    let flags = "--disaggregation-mode decode";
    assert_eq!(features_of("1.1.0", "", flags), only("disaggregated-serving", Maybe));
    let image = format!("{VLLM}:1.1.0");
    let command = |mode| format!("python3 -m dynamo.vllm --disaggregation-mode {mode}");
    let text = graph(&[
        ("Decode", &image, "worker/decode", &command("decode")),
        ("Prefill", &image, "worker/prefill", &command("prefill")),
    ]);
    let read = read_as("graph.yaml", &text);
    assert_eq!(features(&read.deployments[0]), only("disaggregated-serving", On));
    let evidence = &read.deployments[0].features[0].evidence;
    assert_eq!((evidence.line, evidence.column, evidence.component.as_str()), (25, 38, "Prefill"));
    assert_eq!(evidence.text, "--disaggregation-mode prefill");
}

#[test]
fn a_weight_of_zero_makes_routing_follow_no_cache() {
    let flags = "--router-mode kv --router-kv-overlap-score-weight 0";
    assert_eq!(features_of("1.1.0", flags, ""), only("kv-aware-routing", Off));
    let credit = "--router-mode kv --router-kv-overlap-score-credit 0.5";
    assert_eq!(features_of("1.3.0", credit, ""), only("kv-aware-routing", On));
}

#[test]
fn json_values_are_read_by_their_entries() {
    let limit = "--enable-multimodal --limit-mm-per-prompt '{\"image\": 2, \"video\": 0}'";
    let expected = [("multimodal".to_owned(), On), ("multimodal-image".to_owned(), On)];
    assert_eq!(features_of("1.1.0", "", limit), expected);
    assert_eq!(features_of("1.1.0", "", "--limit-mm-per-prompt image=2"), []);
    let dotted = "--kv-transfer-config.kv_connector DynamoConnector";
    assert_eq!(features_of("1.1.0", "", dotted), only("kv-block-manager", On));
}

#[test]
fn a_damaged_word_is_no_flag_for_sure() {
    let image = format!("{VLLM}:1.1.0");
    let text = graph(&[("Work", &image, "worker", "")])
        .replace("[/bin/sh, -c]", "[python3, -m, dynamo.vllm]")
        .replace("- |\n              ", "- --enable-multimodal --model x");
    let read = read_as("graph.yaml", &text);
    assert_eq!(features(&read.deployments[0]), only("multimodal", Maybe));
    assert!(read.findings.iter().any(|finding| finding.code == "args-one-element"));
}

#[test]
fn options_of_the_engine_come_from_config_maps_and_flags() {
    let map = "kind: ConfigMap
metadata: {name: engine}
data:
  engine.yaml: |
    speculative_config:
      decoding_type: MTP
---
";
    let image = "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.1.0";
    let command = "python3 -m dynamo.trtllm --extra-engine-args /etc/e/engine.yaml --trtllm.lora_config.max_lora_rank 8";
    let text = graph(&[("Work", image, "worker", command)]).replace(
        "        mainContainer:\n",
        "        volumes: [{name: v, configMap: {name: engine}}]
        mainContainer:
          volumeMounts: [{name: v, mountPath: /etc/e}]\n",
    );
    let read = read_as("graph.yaml", &format!("{map}{text}"));
    let deployment = &read.deployments[0];
    let expected = [("lora".to_owned(), On), ("speculative-decoding".to_owned(), On)];
    assert_eq!(features(deployment), expected);
    assert_eq!(deployment.features[1].evidence.line, 5);
    let facts: Vec<&str> = deployment.facts.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(facts, ["mtp"]);
    let read = read_as("graph.yaml", &text);
    assert_eq!(features(&read.deployments[0]), only("lora", On));
    assert!(read.findings.iter().any(|finding| finding.code == "engine-file-unknown"));
}

#[test]
fn flags_of_a_file_count_less_than_those_of_the_command() {
    let script = |mode: &str| {
        format!(
            "cat > flags.yaml <<EOT
disaggregation-mode: prefill
enable-lora: false
speculative-algorithm: EAGLE3
kv-events-config: {{publisher: zmq}}
EOT
python3 -m dynamo.sglang --config flags.yaml {mode}
"
        )
    };
    let read = read_as("run.sh", &script(""));
    let expected =
        [("disaggregated-serving".to_owned(), On), ("speculative-decoding".to_owned(), On)];
    assert_eq!(features(&read.deployments[0]), expected);
    assert!(read.deployments[0].signs.iter().any(|sign| sign.id == "publishes-kv-events"));
    assert!(read.deployments[0].facts.iter().any(|fact| fact.id == "eagle3"));
    let read = read_as("run.sh", &script("--disaggregation-mode null"));
    assert_eq!(read.deployments[0].features[0].state, Off);
}

#[test]
fn a_condition_of_a_script_leaves_a_feature_open() {
    let read = read_as(
        "run.sh",
        "ARGS=()\nif [ -n \"$LORA\" ]; then ARGS+=(--enable-lora); fi\npython3 -m dynamo.vllm \"${ARGS[@]}\"\n",
    );
    assert_eq!(features(&read.deployments[0]), only("lora", Maybe));
}

#[test]
fn the_pattern_is_that_of_the_workers() {
    for (workers, pattern) in [
        (&["--enable-multimodal"][..], "EPD"),
        (&["--multimodal-encode-worker", "--multimodal-worker"], "E/PD"),
        (&["--enable-multimodal --is-prefill-worker", "--enable-multimodal"], "EP/D"),
        (
            &[
                "--multimodal-encode-worker",
                "--multimodal-worker --is-prefill-worker",
                "--multimodal-decode-worker",
            ],
            "E/P/D",
        ),
    ] {
        let script: String =
            workers.iter().map(|flags| format!("python3 -m dynamo.vllm {flags} &\n")).collect();
        let read = read_as("run.sh", &script);
        assert_eq!(read.deployments[0].pattern.as_deref(), Some(pattern), "{script}");
    }
    assert_eq!(read_as("run.sh", "python3 -m dynamo.vllm").deployments[0].pattern, None);
}

#[test]
fn fields_and_objects_tell_of_features() {
    let text = "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: fields}
spec:
  backendFramework: vllm
  components:
    - name: work
      type: worker
      multinode: {nodeCount: 2}
      experimental: {gpuMemoryService: {}, failover: null}
      podTemplate:
        spec:
          containers:
            - {name: main, image: reg/vllm-runtime:1.3.0-efa-amd64, args: [--model, m]}
---
kind: DynamoModel
metadata: {name: adapter}
spec: {modelType: lora}
";
    let read = read_as("graph.yaml", text);
    let deployment = &read.deployments[0];
    let expected = [("gpu-memory-service".to_owned(), On), ("lora".to_owned(), Maybe)];
    assert_eq!(features(deployment), expected);
    let facts: Vec<&str> = deployment.facts.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(facts, ["aws-efa", "multi-node"]);
}

#[test]
fn an_engine_counts_beside_a_sidecar_alone() {
    let text = |image: &str| {
        format!(
            "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {{name: beside}}
spec:
  components:
    - name: work
      type: worker
      podTemplate:
        spec:
          containers: [{{name: main, image: 'reg/{image}:1.4.0'}}]
          initContainers:
            - {{name: engine, restartPolicy: Always, command: [vllm, serve], args: [m, --enable-lora]}}
            - {{name: once, command: [vllm, serve], args: [--speculative-config, '{{}}']}}
"
        )
    };
    let read = read_as("graph.yaml", &text("dynamo-vllm-sidecar"));
    assert_eq!(features(&read.deployments[0]), only("lora", On));
    assert_eq!(features(&read_as("graph.yaml", &text("vllm-runtime")).deployments[0]), []);
}

#[test]
fn a_given_release_takes_the_place_of_the_images() {
    let tables = CheckTables::bundled();
    let script = b"python3 -m dynamo.vllm --migration-limit 2".to_vec();
    let file = manifest(script, Path::new("run.sh"), &tables.programs).unwrap();
    let read = check(&tables, &file, Some(&Release::new("1.4.0")));
    assert_eq!(features(&read.deployments[0]), only("request-migration", Maybe));
}

#[test]
fn what_a_variable_hides_is_listed() {
    let read = read_as("run.sh", "python3 -m dynamo.frontend --router-mode $MODE $MORE\n");
    let deployment = &read.deployments[0];
    let unknown: Vec<(Option<&str>, &str)> = deployment
        .unknown
        .iter()
        .map(|unknown| (unknown.feature.as_deref(), unknown.evidence.text.as_str()))
        .collect();
    assert_eq!(unknown, [(Some("kv-aware-routing"), "--router-mode $MODE"), (None, "$MORE")]);
}

#[test]
fn what_follows_a_value_or_a_switch_is_no_value() {
    // What is not known there may hold flags, and takes nothing from the flag before it.
    let lora = "--enable-lora $MORE";
    assert_eq!(features_of("1.1.0", "", lora), only("lora", On));
    let read = read_as("run.sh", &format!("python3 -m dynamo.vllm {lora}\n"));
    assert_eq!(read.deployments[0].unknown[0].evidence.text, "$MORE");
    assert_eq!(features_of("1.0.0", "--router-mode kv $MORE", ""), only("kv-aware-routing", On));
    let maybe = "if test -f /x; then M=word; fi\npython3 -m dynamo.vllm --enable-lora $M\n";
    assert_eq!(features(&read_as("run.sh", maybe).deployments[0]), only("lora", On));
}

#[test]
fn one_of_several_values_is_no_sure_one() {
    let read = |set: &str| {
        let text = format!("{set}\npython3 -m dynamo.frontend --router-mode $M\n");
        features(&read_as("run.sh", &text).deployments[0])
    };
    let choice = "M=kv; if test -f /x; then M=random; fi";
    assert_eq!(read(choice), only("kv-aware-routing", Maybe));
    assert_eq!(read("M=kv; [ -n \"$1\" ] && M=$1"), only("kv-aware-routing", On));
    // One of two roles is neither.
    let text = "R=prefill; if test -f /x; then R=decode; fi
python3 -m dynamo.vllm --enable-multimodal --disaggregation-mode $R\n";
    let file = read_as("run.sh", text);
    assert!(file.findings.iter().all(|finding| finding.code != "connector-missing"));
    assert_eq!(file.deployments[0].pattern.as_deref(), Some("EPD"));
}

#[test]
fn an_engine_counts_beside_a_sidecar_of_the_same_script() {
    let engines = "python3 -m sglang.launch_server --model-path m --disaggregation-mode prefill &
python3 -m sglang.launch_server --model-path m --disaggregation-mode decode &
";
    let sidecars = "dynamo-sglang-sidecar --sglang-endpoint a:1 &
dynamo-sglang-sidecar --sglang-endpoint b:1 &
";
    let read = |text: &str| read_as("two.sh", &format!("python3 -m dynamo.frontend &\n{text}"));
    let beside = read(&format!("{engines}{sidecars}"));
    assert_eq!(features(&beside.deployments[0]), only("disaggregated-serving", On));
    // Without a sidecar nothing joins the engines to Dynamo.
    assert_eq!(features(&read(engines).deployments[0]), []);
}

#[test]
fn the_rust_server_of_vllm_is_an_engine_beside_its_sidecar() {
    let text = "dynamo-vllm-sidecar --grpc-endpoint a:1 &
vllm-rs serve m --grpc-port 1 -- --enable-lora &
";
    assert_eq!(features(&read_as("one.sh", text).deployments[0]), only("lora", On));
}

#[test]
fn a_connector_for_two_tiers_is_the_block_manager_only_with_it() {
    let with = |first: &str| {
        let config = format!(
            r#"{{"kv_connector":"PdConnector","kv_connector_module_path":"kvbm.vllm_integration.connector","kv_connector_extra_config":{{"connectors":[{{"kv_connector":"{first}"}},{{"kv_connector":"NixlConnector"}}]}}}}"#
        );
        features_of("1.2.0", "", &format!("--model m --kv-transfer-config '{config}'"))
    };
    assert_eq!(with("DynamoConnector"), only("kv-block-manager", On));
    assert_eq!(with("OtherConnector"), []);
}

#[test]
fn the_workers_of_the_old_examples_are_split_by_a_flag() {
    let read = |workers: &str| {
        let front = "python3 -m dynamo.frontend &\npython3 components/processor.py --model m &\n";
        let encode = "python3 components/audio_encode_worker.py --model m &\n";
        let file = read_as("old.sh", &format!("{front}{encode}{workers}"));
        let deployment = &file.deployments[0];
        let is_split = features(deployment).contains(&("disaggregated-serving".to_owned(), On));
        (deployment.pattern.clone(), is_split)
    };
    let worker = |kind: &str, more: &str| {
        format!("python3 components/worker.py --model m --worker-type {kind} {more} &\n")
    };
    let both = worker("prefill", "--enable-disagg") + &worker("decode", "--enable-disagg");
    assert_eq!(read(&both), (Some("E/P/D".to_owned()), true));
    // One worker does both, whatever its type is called.
    assert_eq!(read(&worker("prefill", "")), (Some("E/PD".to_owned()), false));
}

#[test]
fn a_variable_that_a_condition_exports_may_be_set() {
    let set = "if test -f /x; then export DYN_ROUTER_MODE=kv; fi\n";
    let read = read_as("run.sh", &format!("{set}python3 -m dynamo.frontend\n"));
    assert_eq!(features(&read.deployments[0]), only("kv-aware-routing", Maybe));
    // Neither is it wrong, nor does what it may stand for miss.
    let hidden = "if test -f /x; then export DYN_STORE_KV=mem DYN_SGL_ENABLE_MULTIMODAL=true; fi
python3 -m dynamo.sglang --dedicated-mm-encoder --disaggregation-mode pd\n";
    let tables = CheckTables::bundled();
    let file = manifest(hidden.into(), Path::new("run.sh"), &tables.programs).unwrap();
    let read = check(&tables, &file, Some(&Release::new("1.4.0")));
    assert!(read.findings.iter().all(|it| it.severity < Severity::Warning), "{:?}", read.findings);
}
