//! Files that are no manifests, or are made to harm: each ends in a diagnostic with a place and a fix.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use dynamo_plan::load::manifest::{MAX_MANIFEST_BYTES, ProgramNames, manifest};
use dynamo_plan::load::{Report, bundle};

fn refused(bytes: &[u8]) -> Report {
    let started = Instant::now();
    let programs = ProgramNames::new(&bundle::processes());
    let read = manifest(bytes.to_vec(), Path::new("graph.yaml"), &programs);
    assert!(started.elapsed() < Duration::from_secs(20));
    read.map(|file| file.deployments.len()).expect_err("it is refused")
}

fn code_and_place(text: &str) -> (String, Option<String>) {
    let report = refused(text.as_bytes());
    let problem = &report.diagnostics[0];
    assert!(problem.help.is_some(), "{text}");
    (problem.code.to_owned(), report.position(problem).map(|at| at.to_string()))
}

fn code(text: &str) -> String {
    code_and_place(text).0
}

#[test]
fn each_fault_has_a_code_and_a_place() {
    for (text, code, place) in [
        ("a: b\n\tc: d\n", "not-yaml", "1:4"),
        ("a: [b\n", "not-yaml", "2:1"),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", "3:1"),
        ("a: &x [*x]\n", "alias-loop", "1:8"),
        ("a: b\nc: \"\0\"\n", "not-yaml", "2:5"),
        ("? [a]\n: b\n", "not-yaml", "1:3"),
    ] {
        let (found, at) = code_and_place(text);
        assert_eq!((found.as_str(), at.as_deref()), (code, Some(place)), "{text}");
    }
}

#[test]
fn a_template_is_named_as_one() {
    for text in [
        "kind: DynamoGraphDeployment\nspec:\n  {{- if .Values.x }}\n  a: b\n  {{- end }}\n",
        "name: {{ .Values.name }}\n",
        "spec:\n  a: b\n${BLOCK}\n  c: d\n",
    ] {
        assert_eq!(code(text), "template", "{text}");
    }
}

#[test]
fn what_is_no_text_or_too_large_is_refused() {
    assert_eq!(refused(b"a: \xff").diagnostics[0].code, "not-text");
    assert_eq!(refused(&vec![b' '; MAX_MANIFEST_BYTES + 1]).diagnostics[0].code, "too-large");
}

#[test]
fn aliases_do_not_multiply() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        writeln!(bomb, "a{i}: &a{i} [{aliases}]").unwrap();
    }
    assert_eq!(code(&bomb), "alias-limit");
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 10_000].join(", "));
    assert_eq!(code(&long), "alias-limit");
    let nested = format!("{}x{}", "&a [".repeat(10_000), "]".repeat(10_000));
    assert_eq!(code(&nested), "too-deep");
}

#[test]
fn depth_and_length_end_in_bounded_time() {
    for (text, wanted) in [
        ("[".repeat(200_000), "too-deep"),
        ("{a: ".repeat(200_000), "too-deep"),
        ("- ".repeat(200_000), "too-deep"),
        ("a:\n".repeat(2), "duplicate-key"),
    ] {
        assert_eq!(code(&text), wanted);
    }
    let mut keys = String::new();
    for i in 0..100_000 {
        writeln!(keys, "key{i}: {i}").unwrap();
    }
    keys.push_str("key0: again\n");
    assert_eq!(code(&keys), "duplicate-key");
    let documents = "kind: ConfigMap\n---\n".repeat(2_000);
    assert_eq!(code(&documents), "too-many-objects");
}
