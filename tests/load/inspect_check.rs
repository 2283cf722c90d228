//! What must hold of whatever is checked as a manifest or a launch script. A test of the project's own manifests and
//! the coverage-guided fuzzing in `fuzz/` both hold inputs to it.
#![allow(dead_code, unreachable_pub, reason = "each target in `fuzz/` uses a part of it")]

use std::collections::HashMap;
use std::path::Path;

use dynamo_plan::analysis::check::{
    CheckOptions, CheckReport, Checker, ReportedFinding, VerdictOptions,
};
use dynamo_plan::load::manifest::manifest;
use dynamo_plan::matrix::Release;
use dynamo_plan::render::check::{CheckView, file_findings, page, text};
use dynamo_plan::render::{Style, ToJson, sarif};

/// The releases that a file is read as, and those of an upgrade.
const RELEASES: [(Option<&str>, Option<&str>); 3] =
    [(None, None), (Some("0.9.1"), Some("1.0.1")), (Some("1.3.1"), Some("1.4.0"))];

/// Checks a file twice: both say the same, and each place is one of the file.
pub fn check_twice(bytes: &[u8], path: &str) {
    for (release, upgrade) in RELEASES {
        let first = check(bytes, path, release, upgrade);
        assert_eq!(first, check(bytes, path, release, upgrade), "checked twice, found otherwise");
    }
}

/// The report on a file as JSON, after it was drawn in every form.
fn check(bytes: &[u8], path: &str, release: Option<&str>, upgrade: Option<&str>) -> String {
    let (release, upgrade) = (release.map(Release::new), upgrade.map(Release::new));
    let verdict = VerdictOptions { rules: vec!["known-issues".to_owned()], facts: Vec::new() };
    let mut checker = Checker::new(CheckOptions { release, upgrade, verdict });
    let mut texts = HashMap::new();
    let read = manifest(bytes.to_vec(), Path::new(path), &checker.tables().programs);
    let report = match read {
        Ok(file) => {
            let (checked, findings) = checker.check(&file);
            texts.insert(file.path, file.text);
            CheckReport::new(vec![checked], findings)
        }
        Err(report) => {
            let findings = ReportedFinding::of_report(&report);
            assert!(!findings.is_empty(), "refused without a reason");
            texts.insert(report.file, report.text);
            CheckReport::new(Vec::new(), findings)
        }
    };
    let source = &texts[path];
    for finding in &report.findings {
        inspect(finding, source);
    }
    let view = CheckView { full: true, quiet: false };
    let drawn = text(&report, &texts, view, &Style::PLAIN);
    let shown = |c: char| !c.is_control() || c == '\n';
    assert!(drawn.chars().all(shown), "a control character is drawn: {drawn:?}");
    assert!(!page(&report, view).to_markdown().is_empty());
    assert!(sarif(&file_findings(&report)).contains("results"));
    report.to_json()
}

fn inspect(finding: &ReportedFinding, source: &str) {
    assert!(!finding.message.is_empty(), "{finding:?}");
    let lines = source.matches('\n').count() + 1;
    assert!(finding.line.is_none_or(|line| (1..=lines).contains(&line)), "{finding:?}");
    if let Some((start, _)) = finding.span {
        assert!(
            source.is_char_boundary(start.min(source.len())),
            "inside a character: {finding:?}"
        );
    }
}
