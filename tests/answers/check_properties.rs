//! Whatever stands in a file: reading it ends, and every place is one of the file.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use dynamo_plan::analysis::check::{CheckTables, check};
use dynamo_plan::load::manifest::manifest;
use proptest::prelude::*;

/// Parts of manifests and scripts, whole and broken.
const PARTS: [&str; 64] = [
    "\n",
    "\n  ",
    "\n    ",
    "\n        ",
    " ",
    "- ",
    ": ",
    "- |\n      ",
    "- >-\n      ",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "\\\n",
    "\\ ",
    "\"",
    "'",
    "''",
    "$(",
    ")",
    "${",
    "}",
    "[",
    "]",
    "{",
    ",",
    "#",
    "ü",
    "\t",
    "\r\n",
    "`",
    "\u{feff}",
    "kind: DynamoGraphDeployment\napiVersion: nvidia.com/v1alpha1\nmetadata: {name: x}\nspec:\n  services:\n",
    "kind: DynamoGraphDeployment\napiVersion: nvidia.com/v1beta1\nspec:\n  components:\n",
    "    W:\n      componentType: worker\n",
    "      extraPodSpec:\n        mainContainer:\n",
    "          image: reg/vllm-runtime:1.1.0\n",
    "          command: [sh, -c]\n          args:\n            - |\n              ",
    "          command: [python3, -m, dynamo.vllm]\n          args: [--x, ",
    "          env: [{name: A, value: ",
    "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  e.yaml: |\n    ",
    "python3 -m dynamo.vllm ",
    "python3 -m dynamo.sglang --config e.yaml ",
    "python3 -m dynamo.frontend ",
    "python3 -m dynamo.planner --config '{",
    "python3 -m dynamo.trtllm --extra-engine-args ",
    "--router-mode kv ",
    "--enable-lora ",
    "--kv-events-config '{\"publisher\":\"zmq\"}' ",
    "--a.b.c ü ",
    "--x=\"$A\" ",
    "A=(",
    "A+=(--y ",
    "\"${A[@]}\" ",
    "${A:-${B:-ü}} ",
    "export A=1 ",
    "if [ x ]; then ",
    "fi; ",
    "while :; do ",
    "done\n",
    "case $1 in x) ",
    "esac\n",
    "cat > e.yaml <<EOT\n",
    "EOT\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_to_its_end(parts in prop::collection::vec(0..PARTS.len(), 0..40), is_script: bool) {
        let tables = CheckTables::bundled();
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        let path = if is_script { "run.sh" } else { "graph.yaml" };
        match manifest(text.clone().into_bytes(), Path::new(path), &tables.programs) {
            Ok(file) => {
                let lines = text.matches('\n').count() + 1;
                for finding in check(&tables, &file, None).findings {
                    prop_assert!((1..=lines).contains(&finding.at.line));
                    prop_assert!(!finding.message.is_empty());
                }
            }
            Err(report) => {
                let span = report.diagnostics[0].span.clone().unwrap();
                prop_assert!(report.text.get(span).is_some());
            }
        }
    }
}

#[test]
fn many_components_are_read_in_bounded_time() {
    let mut text = "kind: ConfigMap
metadata: {name: c}
data: {e.yaml: \"lora_config: {}\"}
---
kind: DynamoGraphDeployment
apiVersion: nvidia.com/v1alpha1
metadata: {name: many}
spec:
  services:
"
    .to_owned();
    for i in 0..1_000 {
        text.push_str(&format!(
            "    W{i}:
      componentType: worker
      extraPodSpec:
        volumes: [{{name: v, configMap: {{name: c}}}}]
        mainContainer:
          image: reg/tensorrtllm-runtime:1.1.0
          envFrom: [{{configMapRef: {{name: c}}}}]
          volumeMounts: [{{name: v, mountPath: /e}}]
          command: [sh, -c]
          args:
            - |
              python3 -m dynamo.trtllm --modality $M --extra-engine-args /e/e.yaml $MORE --x.y{i} 1
"
        ));
    }
    let started = std::time::Instant::now();
    let tables = CheckTables::bundled();
    let file = manifest(text.into_bytes(), Path::new("many.yaml"), &tables.programs).unwrap();
    let read = check(&tables, &file, None);
    assert_eq!(read.deployments[0].processes.len(), 1_000);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
