//! `explain --format dot`: the conflict graph, as Graphviz reads it.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it passes over")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Requests without a plan.
const REQUESTS: [&str; 4] = [
    "--need multimodal-video,lora",
    "--need disagg,lora,video,planner",
    "--need image,disagg --pattern EPD",
    "--need lora --driver 500 --release latest",
];

fn explain(request: &str, format: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .arg("explain")
        .args(request.split_whitespace())
        .args(["--format", format])
        .env_remove("DYNAMO_PLAN_RELEASE")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The lines of nodes and of arrows, after a check of the rest.
fn parts(dot: &str) -> (Vec<&str>, Vec<&str>) {
    let body = dot.strip_prefix("digraph conflicts {\n").unwrap().strip_suffix("}\n").unwrap();
    let lines: Vec<&str> = body.lines().skip(2).map(str::trim).collect();
    assert!(lines.iter().all(|line| line.starts_with('n') && line.ends_with(';')), "{dot}");
    lines.into_iter().partition(|line| line.contains(" [kind="))
}

#[test]
fn the_graph_has_what_the_answer_says() {
    for request in REQUESTS {
        let output = explain(request, "dot");
        assert_eq!(output.status.code(), Some(1), "{request}");
        let dot = text(&output.stdout);
        let (nodes, arrows) = parts(&dot);
        let of = |kind: &str| {
            nodes.iter().filter(|node| node.contains(&format!("[kind=\"{kind}\""))).count()
        };
        let answer: Value = serde_json::from_slice(&explain(request, "json").stdout).unwrap();
        let conflicts = answer["conflicts"].as_array().unwrap();
        assert_eq!(of("conflict"), conflicts.len(), "{request}");
        let terms: BTreeSet<String> = conflicts
            .iter()
            .flat_map(|terms| terms.as_array().unwrap())
            .map(Value::to_string)
            .collect();
        assert_eq!(of("term"), terms.len(), "{request}");
        assert!(of("cell") > 0 && of("target") > 0, "{request}");
        let ids: BTreeSet<&str> = nodes.iter().filter_map(|node| node.split(' ').next()).collect();
        assert_eq!(ids.len(), nodes.len(), "{request}");
        for arrow in arrows {
            let ends = arrow.trim_end_matches(';').split_once(" -> ").unwrap();
            assert!(ids.contains(ends.0) && ids.contains(ends.1), "{request}: {arrow}");
        }
    }
}

#[test]
fn where_there_is_a_plan_there_is_nothing_to_draw() {
    let output = explain("--need lora", "dot");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(parts(&text(&output.stdout)), (Vec::new(), Vec::new()));
    assert!(text(&output.stderr).contains("there is a plan"));
}

#[test]
fn graphviz_reads_the_graph() {
    for request in REQUESTS {
        let dot = explain(request, "dot").stdout;
        let (nodes, arrows) = {
            let text = text(&dot);
            let (nodes, arrows) = parts(&text);
            (nodes.len(), arrows.len())
        };
        let started = Command::new("dot")
            .arg("-Tplain")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut graphviz) = started else {
            println!("Graphviz is not installed, so it reads nothing");
            return;
        };
        graphviz.stdin.take().unwrap().write_all(&dot).unwrap();
        let output = graphviz.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        let plain = text(&output.stdout);
        let count = |word: &str| plain.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!((count("node "), count("edge ")), (nodes, arrows), "{request}");
    }
}
