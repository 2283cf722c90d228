//! Manifests in every form: what is read of them, and where it stands.

use std::path::Path;

use dynamo_plan::load::bundle;
use dynamo_plan::load::manifest::{ManifestFile, Process, ProgramNames, WordState, manifest};

pub(crate) fn read_as(path: &str, text: &str) -> ManifestFile {
    let programs = ProgramNames::new(&bundle::processes());
    manifest(text.as_bytes().to_vec(), Path::new(path), &programs)
        .unwrap_or_else(|report| panic!("{:?}", report.diagnostics))
}

fn read(text: &str) -> ManifestFile {
    read_as("graph.yaml", text)
}

/// The only process of a component.
fn process(file: &ManifestFile, component: usize) -> &Process {
    let containers = &file.deployments[0].components[component].containers;
    let mut processes = containers.iter().flat_map(|container| &container.processes);
    let only = processes.next().unwrap();
    assert!(processes.next().is_none());
    only
}

pub(crate) fn words(process: &Process) -> Vec<&str> {
    process.words.iter().map(|word| word.text.as_str()).collect()
}

/// The line, column and text that stand at each word.
fn places(file: &ManifestFile, process: &Process) -> Vec<String> {
    let place = |at| {
        let rest: String = file.text[at..].split_whitespace().next().unwrap_or("").to_owned();
        format!("{} {rest}", file.position(at))
    };
    process.words.iter().map(|word| place(word.at)).collect()
}

#[test]
fn a_list_of_arguments_has_the_place_of_each() {
    let file = read(
        "apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: listed}
spec:
  services:
    Front:
      componentType: frontend
      extraPodSpec:
        mainContainer:
          image: registry/vllm-runtime:1.0.0
          command: [python3, -m, dynamo.frontend]
          args:
            - --router-mode
            - \"kv\" # quoted
",
    );
    let deployment = &file.deployments[0];
    assert_eq!((deployment.name.as_str(), deployment.api.as_deref()), ("listed", Some("v1alpha1")));
    assert_eq!(process(&file, 0).module.as_deref(), Some("dynamo.frontend"));
    assert_eq!(words(process(&file, 0)), ["--router-mode", "kv"]);
    assert_eq!(places(&file, process(&file, 0)), ["13:15 --router-mode", "14:16 kv\""]);
}

/// A worker of v1beta1 whose shell gets a script.
fn worker(script: &str, env: &str) -> String {
    let script = script.replace('\n', "\n                  ");
    format!(
        "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: scripted
spec:
  components:
    - name: work
      type: worker
      podTemplate:
        spec:
          containers:
            - name: main
              command: [/bin/bash, -lc]
              env: {env}
              args:
                - {script}
"
    )
}

#[test]
fn words_within_a_block_have_their_own_lines() {
    let script = "|\nset -e # no flag here\nexport MODEL=a/b\nexec python3 -m dynamo.vllm \\\n  --model \"$MODEL\" \\\n  --enforce-eager 2>&1 | tee /tmp/log";
    let file = read(&worker(script, "[]"));
    let process = process(&file, 0);
    assert_eq!(words(process), ["--model", "a/b", "--enforce-eager"]);
    let expected = ["20:21 --model", "20:29 \"$MODEL\"", "21:21 --enforce-eager"];
    assert_eq!(places(&file, process), expected);
    assert!(process.gaps.is_empty());
}

#[test]
fn a_folded_block_leaves_a_blank_before_a_word_after_a_backslash() {
    let file = read(&worker(">-\npython3 -m dynamo.vllm \\\n--model x \\\n--enable-lora", "[]"));
    assert_eq!(words(process(&file, 0)), [" --model", "x", " --enable-lora"]);
    let file = read(&worker(">-\npython3 -m dynamo.vllm\n--model x\n--enable-lora", "[]"));
    assert_eq!(words(process(&file, 0)), ["--model", "x", "--enable-lora"]);
    assert_eq!(places(&file, process(&file, 0))[2], "19:19 --enable-lora");
}

#[test]
fn variables_come_from_the_nearest_place() {
    let file = read(
        "apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data: {mode: from-map, all: every}
---
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: layered}
spec:
  envs: [{name: A, value: deployment}, {name: B, value: deployment}, {name: C, value: deployment}]
  services:
    W:
      componentType: worker
      envs: [{name: A, value: component}, {name: B, value: component}]
      extraPodSpec:
        mainContainer:
          command: [python3, -m, dynamo.vllm]
          args: [$(A), $(B), $(C), --x=$(D), $(E), $(all), --y=$(SECRET)]
          envFrom: [{configMapRef: {name: values}}]
          env:
            - {name: A, value: container}
            - {name: D, valueFrom: {configMapKeyRef: {name: values, key: mode}}}
            - {name: E, value: $(A)-too}
            - {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
",
    );
    let process = process(&file, 0);
    let expected = [
        "container",
        "component",
        "deployment",
        "--x=from-map",
        "container-too",
        "every",
        "--y=$(SECRET)",
    ];
    assert_eq!(words(process), expected);
    assert_eq!(process.words[6].state, WordState::Unresolved);
    assert_eq!(process.env.get("B").unwrap().value.as_deref(), Some("component"));
}

#[test]
fn lists_anchors_and_merge_keys_are_opened() {
    let file = read(
        "apiVersion: v1
kind: List
items:
  - kind: Service
    metadata: {name: other}
  - apiVersion: nvidia.com/v1alpha1
    kind: DynamoGraphDeployment
    metadata: {name: anchored}
    spec:
      services:
        One:
          componentType: worker
          extraPodSpec:
            mainContainer: &main
              image: registry/vllm-runtime:1.0.0
              command: [python3, -m, dynamo.vllm]
              args: [--model, one]
        Two:
          componentType: worker
          extraPodSpec:
            mainContainer:
              <<: *main
              args: [--model, two]
",
    );
    assert_eq!(file.objects.len(), 1);
    assert_eq!(words(process(&file, 0)), ["--model", "one"]);
    assert_eq!(words(process(&file, 1)), ["--model", "two"]);
    let second = &file.deployments[0].components[1].containers[0];
    assert_eq!(second.image.as_ref().unwrap().text, "registry/vllm-runtime:1.0.0");
}

#[test]
fn a_container_without_a_command_keeps_its_arguments() {
    let file = read(
        "kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1beta1
metadata: {name: bare}
spec:
  components:
    - name: front
      type: frontend
      podTemplate: {spec: {containers: [{name: side}, {name: main, image: a/b:1, args: [--x]}]}}
",
    );
    let containers = &file.deployments[0].components[0].containers;
    assert_eq!(containers[0].name, "main");
    assert_eq!(
        (&containers[0].processes[0].module, containers[0].processes[0].words.len()),
        (&None, 1)
    );
    assert!(!file.deployments[0].is_patch);
}

#[test]
fn a_script_gets_the_words_after_its_name() {
    let file = read(
        "kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: passed-on}
spec:
  services:
    W:
      componentType: worker
      extraPodSpec:
        mainContainer:
          command: [sh, -c, 'exec python3 -m dynamo.vllm \"$@\"', name]
          args: [--model, m]
",
    );
    assert_eq!(words(process(&file, 0)), ["--model", "m"]);
    assert!(process(&file, 0).gaps.is_empty());
}

#[test]
fn a_component_without_a_container_has_the_one_that_is_added() {
    let file = read(
        "kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: added}
spec: {services: {F: {componentType: frontend, envs: [{name: A, value: b}]}}}
",
    );
    assert_eq!(process(&file, 0).env.get("A").unwrap().value.as_deref(), Some("b"));
}

#[test]
fn a_config_map_is_found_by_mount_key_and_name() {
    let file = read(
        "kind: ConfigMap
metadata: {name: engine}
data:
  agg.yaml: |
    lora_config: {}
---
kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: mounted}
spec:
  services:
    W:
      componentType: worker
      extraPodSpec:
        volumes: [{name: v, configMap: {name: engine, items: [{key: agg.yaml, path: sub/e.yaml}]}}]
        mainContainer:
          command: [python3, -m, dynamo.trtllm]
          volumeMounts: [{name: v, mountPath: /etc/engine/}]
",
    );
    let container = &file.deployments[0].components[0].containers[0];
    let found = file.file_at(container, "/etc/engine/sub/e.yaml").unwrap();
    assert_eq!(found.text, "lora_config: {}\n");
    assert_eq!(file.position(found.place(0)).to_string(), "5:5");
    assert!(file.file_at(container, "/etc/other/agg.yaml").is_some());
    assert!(file.file_at(container, "/etc/engine/none.yaml").is_none());
}

#[test]
fn a_patch_names_no_program() {
    let file = read(
        "kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: overlay}
spec: {services: {W: {extraPodSpec: {mainContainer: {env: [{name: A, value: b}]}}}}}
",
    );
    assert!(file.deployments[0].is_patch);
}

#[test]
fn columns_count_characters() {
    let file = read(
        "kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: größe}
spec: {services: {Wörker: {componentType: worker, extraPodSpec: {mainContainer: {command: [python3, -m, dynamo.vllm, --ü, '--x y']}}}}}
",
    );
    let process = process(&file, 0);
    assert_eq!(places(&file, process), ["4:118 --ü,", "4:124 --x"]);
}
