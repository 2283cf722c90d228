//! What is written is read back as what was planned: `check` of a written manifest finds the plan's features,
//! pattern, backend and release, and nothing in it that the plan does not tell itself.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use dynamo_plan::analysis::check::{CheckOptions, Checker, ReleaseKind, VerdictOptions};
use dynamo_plan::load::{Severity, bundle, manifest};
use dynamo_plan::matrix::deploy::{RemarkSeverity, SignalState};
use dynamo_plan::matrix::{DEFAULT_RULES, Level, Matrix, Release, Term};
use dynamo_plan::plan::{CellDetail, ManifestOptions, Plan};
use dynamo_plan::render::manifest::{to_json, to_yaml};
use dynamo_plan::{Planner, Query, Request};
use itertools::Itertools;

/// A release, a backend, needs, and the words of each role.
type SampleCase = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static [&'static str])],
);

/// The feature that is always on and shown by nothing.
const ALWAYS_ON: &str = "request-cancellation";

fn checker() -> Checker {
    Checker::new(CheckOptions {
        release: None,
        upgrade: None,
        verdict: VerdictOptions {
            rules: DEFAULT_RULES.map(str::to_owned).to_vec(),
            facts: Vec::new(),
        },
    })
}

/// What differs between a plan and the reading of what it is written as.
fn differences(
    checker: &mut Checker,
    planner: &Planner,
    request: &Request,
    plan: &Plan,
    text: &str,
) -> Vec<String> {
    let read = manifest::manifest(
        text.as_bytes().to_vec(),
        Path::new("x.yaml"),
        &checker.tables().programs,
    );
    let Ok(file) = read else { return vec!["it cannot be read".to_owned()] };
    let (checked, findings) = checker.check(&file);
    let [deployment] = &checked.deployments[..] else {
        return vec!["not one deployment".to_owned()];
    };
    let mut wrong = Vec::new();
    if deployment.backend.as_ref().map(|it| &it.id) != Some(&plan.backend) {
        wrong.push(format!("backend {:?}", deployment.backend));
    }
    if (&deployment.release.id, deployment.release.kind) != (&plan.release, ReleaseKind::Exact) {
        wrong.push(format!("release {:?}", deployment.release));
    }
    if deployment.pattern != plan.pattern {
        wrong.push(format!("pattern {:?}", deployment.pattern));
    }
    let matrix = &planner.matrices()[0];
    let group = |id: &str| matrix.feature(id).and_then(|feature| feature.group.clone());
    let planned: BTreeSet<String> =
        plan.features.iter().filter(|id| *id != ALWAYS_ON).cloned().collect();
    let groups: BTreeSet<String> = planned.iter().filter_map(|id| group(id)).collect();
    let on = |state: SignalState| state == SignalState::On;
    let found: BTreeSet<String> =
        deployment.features.iter().filter(|it| on(it.state)).map(|it| it.id.clone()).collect();
    for id in &planned {
        if !found.contains(id) && !group(id).is_some_and(|group| found.contains(&group)) {
            wrong.push(format!("{id} is not found"));
        }
    }
    wrong.extend(
        found
            .iter()
            .filter(|id| !planned.contains(*id) && !groups.contains(*id))
            .map(|id| format!("{id} is found")),
    );
    let run = planner.run(request, plan);
    // What a setting brings is what is read off it.
    if deployment.facts.iter().sorted().ne(&run.facts) {
        wrong.push(format!("facts {:?} for {:?}", deployment.facts, run.facts));
    }
    // A manifest of one variant is that of another, and is judged as the best.
    let is_sibling =
        |id: &str| !planned.contains(id) && group(id).is_some_and(|group| groups.contains(&group));
    let ids = matrix.features.iter().map(|feature| &feature.id);
    let siblings: Vec<&String> = ids.filter(|id| is_sibling(id)).collect();
    let brought: Vec<_> = plan.conditional.iter().filter(|rule| run.brings(rule)).collect();
    for finding in findings.iter().filter(|it| it.severity > Severity::Note) {
        let is_told = match finding.code.as_str() {
            "known-issue" => {
                let known = run.known_issues.iter().map(|issue| &issue.text);
                let mut known = known.chain(brought.iter().map(|rule| &rule.text));
                known.any(|text| finding.message.contains(text.trim_end_matches('.')))
                    || siblings.iter().any(|id| finding.message.starts_with(id.as_str()))
            }
            "not-claimed" => plan.level > Level::Supported,
            _ => false,
        };
        if !is_told {
            wrong.push(format!("{} {:?}: {}", finding.code, finding.severity, finding.message));
        }
    }
    wrong
}

/// Every plan for up to this many needs on a release, each once.
fn plans(planner: &Planner, most: usize) -> Vec<(Request, Plan)> {
    let matrix = &planner.matrices()[0];
    let ids: Vec<&str> = matrix.features.iter().map(|feature| feature.id.as_str()).collect();
    let sets = (1..=most).flat_map(|size| ids.iter().copied().combinations(size));
    let mut seen = BTreeSet::new();
    let mut plans = Vec::new();
    for needs in sets {
        let request = planner.resolve(&Query::needing(needs)).unwrap();
        for plan in planner.plans(&request, CellDetail::Notable, None).1 {
            let key = (plan.backend.clone(), plan.pattern.clone(), plan.features.clone());
            if seen.insert(key) {
                plans.push((request.clone(), plan));
            }
        }
    }
    plans
}

/// Writes and reads every plan; gives how many were written and how many refused.
fn round_trip(most: usize) -> (usize, usize) {
    let mut checker = checker();
    let (mut written, mut refused, mut wrong) = (0, 0, BTreeSet::new());
    // What is wrong with many is told of the first.
    let mut seen = BTreeSet::new();
    for release in bundle::releases() {
        let planner = Planner::of_matrices(vec![bundle::matrix(&release).unwrap()]);
        for (request, plan) in plans(&planner, most) {
            let Ok(made) = planner.manifest(&request, &plan, &ManifestOptions::default()) else {
                refused += 1;
                continue;
            };
            written += 1;
            let text = to_yaml(&made);
            let mut found = differences(&mut checker, &planner, &request, &plan, &text);
            if written % 16 == 0 {
                found.extend(differences(&mut checker, &planner, &request, &plan, &to_json(&made)));
            }
            if !found.is_empty() {
                let pattern = plan.pattern.as_deref().unwrap_or("no pattern");
                found.retain(|what| seen.insert(what.clone()));
                let of =
                    format!("{release} {} {pattern} {}", plan.backend, plan.features.join(","));
                wrong.extend(found.into_iter().map(|what| format!("{what} | {of}")));
            }
        }
    }
    let shown = wrong.iter().take(40).join("\n");
    assert!(wrong.is_empty(), "{} of {written}:\n{shown}", wrong.len());
    (written, refused)
}

#[test]
fn every_written_plan_is_read_back_as_it_was_planned() {
    let (written, refused) = round_trip(4);
    assert!(written > 4000 && refused > 100, "{written} {refused}");
}

/// The planner of a release, and the best plan of some needs there.
fn best(
    release: &str,
    backend: &str,
    needs: &[&str],
    pattern: Option<&str>,
) -> (Planner, Request, Plan) {
    let matrix: Matrix = bundle::matrix(&Release::new(release)).unwrap();
    let planner = Planner::of_matrices(vec![matrix]);
    let query = Query {
        backends: vec![backend.to_owned()],
        pattern: pattern.map(str::to_owned),
        ..Query::needing(needs.iter().copied())
    };
    let request = planner.resolve(&query).unwrap();
    let plan = planner.best(&request).unwrap_or_else(|| panic!("{release} {backend} {needs:?}")).1;
    (planner, request, plan)
}

fn yaml(release: &str, backend: &str, needs: &[&str], pattern: Option<&str>) -> String {
    let (planner, request, plan) = best(release, backend, needs, pattern);
    let made = planner.manifest(&request, &plan, &ManifestOptions::default());
    to_yaml(&made.unwrap_or_else(|refused| panic!("{refused:?}")))
}

/// The lines of a manifest that are no comments, from the one that begins so on, up to the next component.
fn component(text: &str, name: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let starts = [format!("    {name}:"), format!("    - name: {name}")];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut own = lines.skip_while(|line| !starts.iter().any(|start| start == line));
    let first = own.next().unwrap_or_else(|| panic!("no {name}:\n{text}"));
    let rest = own.take_while(|line| indent(line) > 4);
    std::iter::once(first).chain(rest).map(str::trim).join("\n")
}

/// What the published examples of one feature have, said for each component in the order of its lines.
#[test]
fn what_minimal_examples_have_is_written() {
    let cases: [SampleCase; 9] = [
        (
            "0.8.1",
            "sglang",
            &["kv-routing"],
            &[
                ("Frontend", &["replicas: 1", "sglang-runtime:0.8.1", "--router-mode\n- kv"]),
                (
                    "worker",
                    &[
                        "componentType: worker",
                        "envFromSecret: hf-token-secret",
                        "gpu: \"1\"",
                        "- dynamo.sglang",
                        "--page-size\n- \"16\"",
                        "--trust-remote-code",
                        "--kv-events-config\n- '{",
                    ],
                ),
            ],
        ),
        (
            "0.8.0",
            "vllm",
            &["disagg", "kv-routing"],
            &[
                (
                    "VllmPrefillWorker",
                    &[
                        "subComponentType: prefill",
                        "replicas: 2",
                        "--is-prefill-worker",
                        "PYTHONHASHSEED",
                    ],
                ),
                (
                    "VllmDecodeWorker",
                    &["subComponentType: decode", "replicas: 2", "--is-decode-worker"],
                ),
            ],
        ),
        (
            "0.8.0",
            "vllm",
            &["disagg", "kvbm"],
            &[
                ("VllmPrefillWorker", &["--connector\n- kvbm\n- nixl", "DYN_KVBM_CPU_CACHE_GB"]),
                ("VllmDecodeWorker", &["--connector\n- nixl"]),
            ],
        ),
        (
            "0.9.0",
            "vllm",
            &["disagg", "planner"],
            &[(
                "Planner",
                &[
                    "workingDir: /workspace/components/src/dynamo/planner",
                    "- planner_sla",
                    "--backend=vllm",
                    "mountPath: /workspace/profiling_results",
                    "configMap:\nname: planner-profile-data",
                ],
            )],
        ),
        (
            "1.3.0",
            "vllm",
            &["lora"],
            &[(
                "VllmWorker",
                &[
                    "modelRef:\nname: Qwen/Qwen3-0.6B",
                    "--enable-lora",
                    "DYN_LORA_ENABLED",
                    "secretRef:\nname: hf-token-secret",
                    "nvidia.com/gpu: \"1\"",
                ],
            )],
        ),
        ("1.3.1", "trtllm", &["snapshot"], &[("TRTLLMWorker", &["checkpoint:\nenabled: true"])]),
        (
            "1.3.1",
            "sglang",
            &["gms"],
            &[("worker", &["gpuMemoryService: {}", "--load-format\n- gms"])],
        ),
        (
            "1.3.1",
            "vllm",
            &["failover"],
            &[("VllmWorker", &["failover: {}", "gpuMemoryService: {}"])],
        ),
        (
            "1.0.0",
            "vllm",
            &["migration"],
            &[("Frontend", &["--migration-limit\n- \"3\""]), ("VllmWorker", &["replicas: 2"])],
        ),
    ];
    for (release, backend, needs, components) in cases {
        let text = yaml(release, backend, needs, None);
        for (name, parts) in components {
            let own = component(&text, name);
            for part in *parts {
                assert!(own.contains(part), "{release} {backend} {needs:?}: {part}\n{own}");
            }
        }
    }
    let failover = yaml("1.3.1", "vllm", &["failover"], None);
    assert!(
        failover.contains("annotations:\n    nvidia.com/dynamo-kube-discovery-mode: container\n")
    );
    let lora = yaml("1.3.0", "vllm", &["lora"], None);
    assert!(lora.contains("kind: DynamoModel") && lora.contains("uri: ADAPTER-URI"), "{lora}");
}

#[test]
fn the_examples_are_what_is_written_today() {
    for (backend, needs, pattern) in EXAMPLES {
        let path = format!("{}/examples/manifests/{backend}.yaml", env!("CARGO_MANIFEST_DIR"));
        let (planner, request, plan) = best("1.4.0", backend, needs, pattern);
        let made = planner.manifest(&request, &plan, &ManifestOptions::default()).unwrap();
        let text = to_yaml(&made);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == text, "{path} is written differently:\n{text}");
        let wrong = differences(&mut checker(), &planner, &request, &plan, &stored);
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
    }
}

/// A backend, needs and a pattern for each example.
const EXAMPLES: [(&str, &[&str], Option<&str>); 3] = [
    ("vllm", &["disagg", "kv-routing", "tools"], None),
    ("sglang", &["image"], Some("E/PD")),
    ("trtllm", &["disagg", "spec-decode"], None),
];

/// A plan that a refusal is about, or of which nothing says what switches its features on, is not written.
#[test]
fn what_cannot_be_written_is_refused_with_its_reason() {
    let (planner, request, plan) = best("0.9.0", "vllm", &["video"], None);
    let refused = planner.manifest(&request, &plan, &ManifestOptions::default()).unwrap_err();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].text.contains("there is no deployment to write"), "{refused:?}");
    assert!(refused[0].url.0[0].as_deref().unwrap().contains("76c1889ae"), "{refused:?}");
    assert_eq!(planner.manifest_refusals(&request, &plan), refused);
}

/// Every refusal and warning of the model is about some plan, be it one that rests on what is not claimed.
#[test]
fn a_remark_is_about_features_that_exist() {
    let vocabulary = bundle::vocabulary();
    for remark in bundle::manifests().remarks {
        let known =
            |term: &Term| vocabulary.ids().any(|id| id == term.id()) || term.id().contains('=');
        assert!(!remark.terms.is_empty() && remark.terms.iter().all(known), "{}", remark.text);
        assert!(remark.replicas.is_none() || !remark.roles.is_empty(), "{}", remark.text);
        assert!(
            remark.severity == RemarkSeverity::Note || !remark.sources.is_empty(),
            "{}",
            remark.text
        );
    }
}

/// From 1.4 the operator refuses a deployment whose release it cannot read from the tag.
#[test]
fn a_tag_that_names_no_release_is_written_beside_the_release() {
    for (release, image, wanted) in [
        ("1.4.0", "my-tag", true),
        ("1.4.0", "1.4.0-efa-amd64", false),
        ("1.4.0", "1.4.0rc1", true),
        ("1.4.0", "registry:5000/own/vllm-runtime@sha256:0123", true),
        ("1.3.1", "my-tag", false),
    ] {
        let (planner, request, plan) = best(release, "vllm", &["lora"], None);
        let mut options = ManifestOptions::default();
        options.use_image(image).unwrap();
        let text = to_yaml(&planner.manifest(&request, &plan, &options).unwrap());
        assert_eq!(
            text.contains(&format!("runtimeVersionOverride: \"{release}\"")),
            wanted,
            "{text}"
        );
        assert!(text.contains(image), "{text}");
        let read =
            manifest::manifest(text.into_bytes(), Path::new("x"), &checker().tables().programs);
        let (_, findings) = checker().check(&read.unwrap());
        assert!(findings.iter().all(|it| it.code != "version-unreadable"), "{findings:?}");
    }
}

#[test]
fn values_fill_in_what_only_the_user_knows() {
    let (planner, request, plan) = best("1.4.0", "vllm", &["tools", "spec-decode"], None);
    let mut options = ManifestOptions::default();
    for (id, value) in
        [("model", "own/model"), ("gpus", "2"), ("tool-parser", "hermes"), ("draft", "a\"b")]
    {
        options.fill(id, value).unwrap();
    }
    options.use_name("own").unwrap();
    let made = planner.manifest(&request, &plan, &options).unwrap();
    assert!(made.asks.iter().all(|ask| ask.contains("secret")), "{:?}", made.asks);
    let text = to_yaml(&made);
    for part in [
        "name: own\n",
        "- own/model\n",
        "--tensor-parallel-size\n",
        "- hermes\n",
        r#""model":"a\"b""#,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(options.fill("tool-praser", "x").unwrap_err().suggestions, ["tool-parser"]);
    assert_eq!(options.fill("model", "a\nb").unwrap_err().code, "invalid-value");
    assert!(options.use_name("Own").is_err() && options.use_image("a b").is_err());
}
