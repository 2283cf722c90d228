//! The verdict on deployments, and what is found where there is none.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use dynamo_plan::analysis::check::{
    CheckOptions, CheckedDeployment, CheckedFile, Checker, ReportedFinding, VerdictOptions,
};
use dynamo_plan::load::Severity;
use dynamo_plan::load::manifest::manifest;
use dynamo_plan::matrix::{Level, Release};
use dynamo_plan::plan::Verdict;

use crate::check_features::graph;

/// Checks a file as a release runs it, and as another one would.
pub(crate) fn checked(
    path: &str,
    bytes: &[u8],
    release: Option<&str>,
    upgrade: Option<&str>,
) -> (Option<CheckedFile>, Vec<ReportedFinding>) {
    let rules = vec!["deployability".to_owned(), "known-issues".to_owned()];
    let verdict = VerdictOptions { rules, facts: Vec::new() };
    let (release, upgrade) = (release.map(Release::new), upgrade.map(Release::new));
    let mut checker = Checker::new(CheckOptions { release, upgrade, verdict });
    match manifest(bytes.to_vec(), Path::new(path), &checker.tables().programs) {
        Ok(file) => {
            let (file, findings) = checker.check(&file);
            (Some(file), findings)
        }
        Err(report) => (None, ReportedFinding::of_report(&report)),
    }
}

/// What is found in a file.
pub(crate) fn found(path: &str, bytes: &[u8], release: Option<&str>) -> Vec<ReportedFinding> {
    checked(path, bytes, release, None).1
}

/// The deployment of a script on a release, and the findings of the verdict.
fn judged(script: &str, release: &str) -> (CheckedDeployment, Vec<ReportedFinding>) {
    let (file, findings) = checked("run.sh", script.as_bytes(), Some(release), None);
    let of_verdict =
        ["unsupported-combination", "known-issue", "not-claimed", "no-row", "release-unmatched"];
    let findings =
        findings.into_iter().filter(|finding| of_verdict.contains(&finding.code.as_str()));
    (file.unwrap().deployments.remove(0), findings.collect())
}

#[test]
fn a_deployment_that_the_table_carries_is_supported() {
    let (deployment, findings) = judged("python3 -m dynamo.vllm --enable-lora\n", "1.4.0");
    let outcome = deployment.outcome.unwrap();
    assert_eq!(outcome.plans[0].level, Level::Supported);
    assert_eq!(deployment.features[0].level, Some(Level::Supported));
    assert!(findings.iter().all(|finding| finding.severity < Severity::Error), "{findings:?}");
}

#[test]
fn a_refused_combination_is_found_at_the_later_of_its_lines() {
    let script = "python3 -m dynamo.frontend --router-mode kv &\npython3 -m dynamo.trtllm --modality multimodal\n";
    let (deployment, findings) = judged(script, "0.9.1");
    assert!(deployment.outcome.unwrap().plans.is_empty());
    let finding = findings.iter().find(|it| it.code == "unsupported-combination").unwrap();
    assert_eq!(
        (finding.severity, finding.line, finding.column),
        (Severity::Error, Some(2), Some(26))
    );
    assert!(finding.message.starts_with("kv-aware-routing + multimodal together are unsupported"));
    let fix = finding.fix.as_deref();
    assert_eq!(fix, Some("Switch off kv-aware-routing, or switch off multimodal."));
    assert!(finding.source.is_some());
}

#[test]
fn what_no_document_claims_is_a_warning() {
    let (deployment, findings) =
        judged("python3 -m dynamo.vllm --enable-lora --enable-multimodal\n", "0.9.1");
    assert_eq!(deployment.outcome.unwrap().verdict, Verdict::Unclaimed);
    let [only] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((only.code.as_str(), only.severity), ("not-claimed", Severity::Warning));
}

#[test]
fn an_issue_is_an_error_where_it_breaks_the_whole_and_else_a_warning() {
    let script = "python3 -m dynamo.frontend --router-mode kv &\npython3 -m dynamo.vllm --kv-events-config '{\"enable_kv_cache_events\":true}'\n";
    let (_, findings) = judged(script, "1.4.0");
    assert!(!findings.is_empty());
    for finding in &findings {
        assert_eq!((finding.code.as_str(), finding.severity), ("known-issue", Severity::Warning));
        assert!(finding.message.starts_with("kv-aware-routing: "), "{}", finding.message);
    }
    let (file, findings) = breaking();
    let blocking = findings.iter().find(|it| it.severity == Severity::Error).unwrap();
    assert_eq!(blocking.code, "known-issue", "{findings:#?}");
    assert!(file.deployments[0].outcome.as_ref().unwrap().plans.is_empty());
}

/// A deployment that an issue breaks as a whole.
fn breaking() -> (CheckedFile, Vec<ReportedFinding>) {
    let worker = |mode| {
        format!("python3 -m dynamo.trtllm --modality multimodal --disaggregation-mode {mode} &\n")
    };
    let script: String = ["encode", "prefill", "decode"].map(worker).concat();
    let (file, findings) = checked("run.sh", script.as_bytes(), Some("1.0.1"), None);
    (file.unwrap(), findings)
}

#[test]
fn a_feature_without_a_row_is_left_out_and_said() {
    let text = graph(&[("Work", "vllm-runtime:1.1.1", "worker", "python3 -m dynamo.vllm")])
        .replace(
            "      extraPodSpec",
            "      gpuMemoryService: {enabled: true}\n      extraPodSpec",
        );
    let (file, findings) = checked("graph.yaml", text.as_bytes(), None, None);
    let finding = findings.iter().find(|finding| finding.code == "no-row").unwrap();
    assert_eq!((finding.severity, finding.line), (Severity::Note, Some(9)));
    let deployment = &file.unwrap().deployments[0];
    assert_eq!(deployment.features[0].level, None);
    assert!(!deployment.outcome.as_ref().unwrap().plans.is_empty());
}

#[test]
fn nothing_is_judged_without_a_known_release() {
    let script = b"python3 -m dynamo.vllm --enable-lora\n";
    let (file, findings) = checked("run.sh", script, None, None);
    assert!(file.unwrap().deployments[0].outcome.is_none());
    let finding = findings.iter().find(|finding| finding.code == "release-unmatched").unwrap();
    assert_eq!(finding.severity, Severity::Note);
    assert!(finding.fix.as_ref().unwrap().contains("--release"));
}

#[test]
fn what_makes_media_alone_is_not_judged() {
    let script = |worker: &str| format!("python3 -m dynamo.frontend &\npython3 -m {worker} &\n");
    let media = [
        "dynamo.vllm.omni --model m",
        "dynamo.vllm.omni --omni --model m",
        "dynamo.sglang --image-diffusion-worker --model m",
        "dynamo.trtllm --modality video_diffusion --model m",
    ];
    for worker in media {
        let (deployment, findings) = judged(&script(worker), "1.2.0");
        assert!(deployment.outcome.is_none(), "{worker}");
        assert_eq!(findings[0].code, "release-unmatched");
        assert!(findings[0].message.contains("images, audio or video"), "{findings:?}");
        assert_eq!(findings[0].fix, None);
    }
    // Beside a language model that one is judged.
    let both = script("dynamo.vllm --model m") + &script(media[0]);
    assert!(judged(&both, "1.2.0").0.outcome.is_some());
}
