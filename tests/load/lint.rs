//! What `lint` finds: in pages of our own with the oddities of real ones, in models, in releases.

#![allow(clippy::unwrap_used)]

use std::io;
use std::path::{Path, PathBuf};

use dynamo_plan::analysis::{Finding, Linted, lint};
use dynamo_plan::load::{self, Loaded, PageOptions, Report, bundle};
use dynamo_plan::matrix::Release;

const PAGE: &str = include_str!("../pages/oddities.md");

fn linted(document: Result<Loaded, Vec<Report>>, expected: Option<&str>) -> Linted {
    let expected = expected.map(Release::new);
    lint(&[document], &bundle::rule_sets(), expected.as_ref())
}

fn page(text: &str, expected: Option<&str>) -> Vec<Finding> {
    let options = PageOptions { release: expected.map(Release::new), ..PageOptions::default() };
    let read = load::page(text, "odd.md", &options, &bundle::vocabulary());
    linted(read, expected).lint.findings
}

fn model(text: &str) -> Vec<Finding> {
    let nothing = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    let path = Path::new("odd.toml");
    let bytes = text.as_bytes().to_vec();
    linted(load::model(bytes, path, &bundle::vocabulary(), &nothing), None).lint.findings
}

fn release(label: &str) -> Vec<Finding> {
    let matrix = bundle::matrix(&Release::new(label)).unwrap();
    let loaded = Loaded::of(matrix);
    linted(Ok(loaded), None).lint.findings
}

/// A finding as `line code backend cell`; what is not known is left out.
fn short(finding: &Finding) -> String {
    let line = finding.at.line.map(|line| format!("{line} ")).unwrap_or_default();
    let cell = finding.cell.as_ref().map(|cell| {
        let terms: Vec<String> = cell.terms.iter().map(ToString::to_string).collect();
        format!(" {} {}", cell.backend, terms.join("+"))
    });
    format!("{line}{}{}", finding.code, cell.unwrap_or_default())
}

fn shorts(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(short).collect()
}

#[test]
fn the_oddities_of_a_page_are_found_where_they_are() {
    assert_eq!(
        shorts(&page(PAGE, None)),
        [
            "dead-feature",
            "14 feature-without-pairs sglang disaggregated-serving",
            "15 feature-without-pairs sglang kv-aware-routing",
            "18 feature-contradicts-pairs vllm request-migration",
            "18 feature-without-pairs sglang request-migration",
            "20 feature-without-pairs vllm dynamo-snapshot",
            "31 footnote-only vllm kv-aware-routing+multimodal",
            "37 unused-footnote",
            "38 unused-footnote",
            "45 unreachable-cell sglang kv-block-manager+lora",
        ]
    );
}

#[test]
fn another_label_than_the_expected_one_is_found() {
    let findings = page(PAGE, Some("7.2.1"));
    let found = findings.iter().find(|finding| finding.code == "release-label-differs").unwrap();
    assert_eq!(found.severity, load::Severity::Warning);
    assert!(found.at.line.is_some());
    assert!(!page(PAGE, Some("7.2.0")).iter().any(|f| f.code == "release-label-differs"));
}

#[test]
fn unknown_marks_are_errors_at_their_place() {
    let findings = page(&PAGE.replacen("| 🚧 |", "| maybe |", 1), None);
    let found = findings.iter().find(|finding| finding.code == "unreadable-cell").unwrap();
    assert_eq!(found.severity, load::Severity::Error);
    assert!(found.at.line.is_some() && found.at.column.is_some());
}

#[test]
fn the_page_of_one_backend_is_no_whole_matrix() {
    let findings = page(include_str!("../pages/backend.mdx"), None);
    assert!(shorts(&findings).contains(&"incomplete".to_owned()), "{:?}", shorts(&findings));
}

const MODEL: &str = r#"format = "dynamo-plan/model/v1"
release = "7.2.0"
features = '''
| Feature               | Alpha | Beta |
| Disaggregated Serving | ✅    | ✅   |
| Multimodal (Image)    | ✅    | ✅   |
| LoRA                  | 🚧    | ~    |
| Warp                  |       |      |
'''
patterns = '''
| Pattern | Alpha | Beta |
| EPD     |       | ✅   |
| E/PD    |       | ✅   |
| EP/D    |       | ✅   |
| E/P/D   |       | ~    |
'''
[pairs]
alpha = '''
| Feature               | Disaggregated Serving | Multimodal | LoRA |
| Disaggregated Serving | —                     |            |      |
| Multimodal            | ✅                    | —          |      |
| LoRA                  | ~                     | ✅         | —    |
'''
beta = '''
| Feature |
'''
[[cell]]
backend = "beta"
terms = ["!disaggregated-serving", "pattern=E/P/D"]
level = "unsupported"

[[note]]
backend = "beta"
text = "This is about nothing."
"#;

#[test]
fn models_are_looked_at_as_well() {
    let findings = model(MODEL);
    assert_eq!(
        shorts(&findings),
        [
            "unused-footnote",
            "missing-cell alpha disaggregated-serving+lora",
            "missing-cell beta lora",
            "missing-cell beta multimodal+pattern=E/P/D",
            "dead-feature",
            "6 dead-feature alpha multimodal-image",
            "8 feature-without-pairs alpha warp",
            "29 rule-never-fires beta !disaggregated-serving+pattern=E/P/D",
        ]
    );
}

#[test]
fn bundled_releases_have_the_oddities_of_their_pages() {
    let old = shorts(&release("0.9.0"));
    for wanted in [
        "unreachable-cell sglang kv-block-manager+lora",
        "feature-contradicts-pairs vllm request-migration",
        "footnote-only vllm kv-aware-routing+multimodal",
        "footnote-only sglang kv-aware-routing+multimodal",
        "footnote-only trtllm kv-aware-routing+multimodal",
    ] {
        assert!(old.contains(&wanted.to_owned()), "{wanted}: {old:?}");
    }
    let new = release("1.4.0");
    let without: Vec<&str> = new
        .iter()
        .filter(|finding| finding.code == "feature-without-pairs")
        .map(|finding| finding.cell.as_ref().unwrap().terms[0].id())
        .collect();
    assert_eq!(without, ["gpu-memory-service", "shadow-engine-failover", "dynamo-snapshot"]);
}

#[test]
fn many_findings_are_counted() {
    let names: Vec<String> = (0..60).map(|at| format!("F{at}")).collect();
    let mut page = String::from("Dynamo v1.0.0\n\n| Feature | vLLM |\n|---|---|\n");
    names.iter().for_each(|name| page.push_str(&format!("| {name} | ✅ |\n")));
    page.push_str("\n## 1. vLLM\n\n");
    let row = |first: &str, cells: Vec<&str>| format!("| {first} | {} |\n", cells.join(" | "));
    page.push_str(&row("Feature", names.iter().map(String::as_str).collect()));
    page.push_str(&row("---", vec!["---"; 60]));
    names.iter().for_each(|name| page.push_str(&row(name, vec!["❔"; 60])));
    let findings = self::page(&page, None);
    assert!(findings.len() <= 1_001, "{}", findings.len());
}

/// The real pages, where there are some at hand.
fn real(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("DYNAMO_PLAN_PAGES")?).join(name);
    path.exists().then_some(path)
}

#[test]
fn the_published_page_of_0_9_0_has_its_known_oddities() {
    let Some(path) = real("feature-matrix-0.9.0.md") else { return };
    let loaded = load::file(&path).unwrap();
    let mut found = shorts(&linted(Ok(loaded), None).lint.findings);
    found.iter_mut().for_each(|line| *line = line.split_once(' ').unwrap().1.to_owned());
    found.sort();
    assert_eq!(
        found,
        [
            "feature-contradicts-pairs vllm request-migration",
            "footnote-only sglang kv-aware-routing+multimodal",
            "footnote-only trtllm kv-aware-routing+multimodal",
            "footnote-only vllm kv-aware-routing+multimodal",
            "unreachable-cell sglang kv-block-manager+lora",
            "unused-footnote",
            "unused-footnote",
            "unused-footnote",
            "unused-footnote",
            "unused-footnote",
        ]
    );
}

#[test]
fn the_published_page_of_0_8_1_calls_itself_something_else() {
    let Some(path) = real("feature-matrix-0.8.1.md") else { return };
    let expected = Release::new("0.8.1");
    let options = PageOptions { release: Some(expected.clone()), ..PageOptions::default() };
    let loaded = load::file_with(&path, &options).unwrap();
    let findings = lint(&[Ok(loaded)], &[], Some(&expected)).lint.findings;
    assert!(findings.iter().any(|finding| finding.code == "release-label-differs"));
}
