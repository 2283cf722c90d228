//! Request lines of the built program: what `batch`, `split --workloads` and `analyze --requests` read
//! alike, and what each makes of it.
#![allow(clippy::unwrap_used)]

use std::process::Output;

use serde_json::{Value, json};

use crate::deployments::{lines, run, text};

/// Runs `batch`, `split --workloads` and `analyze --requests` on some input, each with more words.
fn on_all_three(input: &str, words: &[&str]) -> [Output; 3] {
    [&["batch", "-"][..], &["split", "--workloads", "-"], &["analyze", "--requests"]]
        .map(|command| run(&[command, words].concat(), input))
}

#[test]
fn all_three_commands_read_every_key_of_a_line() {
    let input = r#"{"id": 1, "need": ["image"], "want": ["lora=3", {"feature": "tools", "weight": 2}],
        "avoid": ["audio"], "backends": ["vllm"], "releases": ["1.4.0"], "accept": "experimental",
        "pattern": "E/PD", "rules": ["deployability"], "facts": ["multi-node"], "all": false,
        "platform": {"driver": 580, "cuda": null, "engine": "vllm>=0.1"}, "count": 2}"#;
    let singular = r#"{"name": "a", "need": "image", "backend": "vllm", "release": "1.4", "rule": "deployability",
        "fact": "multi-node", "driver": "\u003580.126", "cuda": "13", "engine": "vllm>=0.1", "weight": 2}"#;
    let line = |text: &str| text.replace('\n', " ");
    let input = format!("{}\n\n{}\n", line(input), line(singular));
    for output in on_all_three(&input, &[]) {
        let said = text(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
        assert!(!text(&output.stdout).contains("error"), "{}", text(&output.stdout));
    }
}

#[test]
fn all_three_commands_say_where_a_line_is_wrong_and_what_to_write() {
    for (line, wanted) in [
        (
            r#"{"need": ["lora"], "backnd": "vllm"}"#,
            "stdin:2:27: unknown field `backnd`; did you mean `backend`",
        ),
        (
            r#"{"need": ["lora"], "count": 1, "weight": 1}"#,
            "stdin:2: `weight` stands beside `count`",
        ),
        (
            r#"{"need": ["lora"], "backend": "vllm", "backends": []}"#,
            "stdin:2: `backend` stands beside `backends`",
        ),
        (
            r#"{"need": ["lora"], "release": "1.4", "releases": "1.3"}"#,
            "`release` stands beside `releases`",
        ),
        (r#"{"need": ["lora"], "rule": "none", "rules": []}"#, "`rule` stands beside `rules`"),
        (r#"{"need": ["lora"], "fact": "moe", "facts": []}"#, "`fact` stands beside `facts`"),
        (r#"{"need": ["lora"], "cuda": "12", "platform": {}}"#, "`cuda` stands beside `platform`"),
        (r#"{"need": ["lora"], "count": 0}"#, "stdin:2: the count is 0"),
        (r#"{"need": ["lora"], "need": ["lora"]}"#, "stdin:2:25: duplicate field `need`"),
        (r#"{"need": ["lroa"]}"#, "stdin:2: no feature is called \"lroa\""),
        (r#"{"need": ["kvbm"], "release": "0.2"}"#, "stdin:2: no release is `0.2`"),
    ] {
        for output in on_all_three(&format!("\n{line}\n"), &[]) {
            assert_eq!(output.status.code(), Some(2), "{line}");
            let said = text(&output.stdout).replace("\\\"", "\"") + &text(&output.stderr);
            assert!(said.contains(wanted), "{line}: {said}");
        }
    }
}

#[test]
fn answers_carry_the_line_and_what_the_line_calls_itself() {
    let input = "\n{\"id\": 7, \"need\": [\"lora\"]}\n{\"name\": \"a\", \"need\": [\"lora\"]}\n\
                 {\"id\": 7, \"name\": \"a\", \"need\": 3}\n{\"need\": [\"lora\"]}\n";
    let output = text(&run(&["batch", "--fields", "total"], input).stdout);
    let starts = [
        r#"{"id":7,"line":2,"total""#,
        r#"{"name":"a","line":3,"total""#,
        r#"{"id":7,"name":"a","line":4,"error""#,
        r#"{"id":null,"line":5,"total""#,
    ];
    for (line, start) in output.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn flags_are_the_defaults_of_lines() {
    let flags = [
        "--need",
        "image",
        "--want",
        "tools=2",
        "--avoid",
        "audio",
        "--backend",
        "vllm",
        "--stable",
        "--pattern",
        "E/PD",
        "--rules",
        "none",
        "--fact",
        "moe",
        "--driver",
        "580",
        "--cuda",
        "12",
    ];
    let input = "{\"id\": 1}\n\
                 {\"need\": [\"lora\"], \"want\": [], \"avoid\": [], \"backend\": \"sglang\", \
                 \"accept\": \"undocumented\", \"rules\": [\"deployability\"], \"fact\": \"multi-node\", \
                 \"driver\": 575}\n";
    let output = run(&[&["batch", "--fields", "request"], &flags[..]].concat(), input);
    let answers = lines(&output);
    let [first, second] = [&answers[0]["request"], &answers[1]["request"]];
    assert_eq!(first["need"], json!(["multimodal-image"]));
    assert_eq!(first["want"], json!([{"feature": "tool-calling", "weight": 2}]));
    assert_eq!((&first["accept"], &first["pattern"]), (&json!("supported"), &json!("E/PD")));
    assert_eq!((&first["rules"], &first["facts"]), (&json!([]), &json!(["moe"])));
    assert_eq!(first["platform"], json!({"driver": 580, "cuda": "12", "engine": null}));
    assert_eq!((&second["need"], &second["want"]), (&json!(["lora"]), &json!([])));
    assert_eq!(
        (&second["backends"], &second["accept"]),
        (&json!(["sglang"]), &json!("undocumented"))
    );
    // What is not multimodal has no pattern, whatever the fleet has.
    assert_eq!((&second["pattern"], &second["rules"]), (&Value::Null, &json!(["deployability"])));
    assert_eq!(second["platform"], json!({"driver": 575, "cuda": "12", "engine": null}));
}

#[test]
fn a_line_that_asks_for_what_a_later_release_lists_is_told_which() {
    let line = "{\"need\": [\"failover\"]}\n";
    let command = text(&run(&["--need", "failover"], "").stderr);
    let listed = command.split("Dynamo lists it from ").nth(1).expect("the command line says so");
    let release = listed.split(' ').next().unwrap();
    for output in on_all_three(line, &[]) {
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.contains(&format!("lists it from {release} on")), "{said}");
    }
}

#[test]
fn a_fleet_is_a_table_with_a_row_for_each_workload() {
    let input = "{\"name\": \"chat\", \"need\": [\"lora\"], \"count\": 3}\n\
                 {\"id\": 9, \"need\": [\"image\"], \"count\": 2}\n\
                 {\"name\": \"tuned\", \"need\": [\"lora\", \"video\"]}\n";
    let output = run(&["batch", "--format", "table"], input);
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{page}");
    assert!(page.contains("2 of 3 workloads have a plan, 5 of 6 by count."), "{page}");
    let row = |start: &str| {
        let row = page.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
        row.split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(row("chat ")[..4], ["chat", "3", "vllm", "1"], "{page}");
    assert_eq!(row("9 ")[1..4], ["2", "vllm", "EPD"], "{page}");
    assert_eq!(row("tuned ")[2..4], ["—", "unclaimed"], "{page}");
    assert!(
        page.contains("nowhere: lora + multimodal-video; nearest vllm: lora + multimodal"),
        "{page}"
    );
    assert_eq!(
        (row("vllm ")[1..].to_vec(), row("no plan ")[2..].to_vec()),
        (vec!["2", "5"], vec!["1", "1"])
    );
    let cut = text(&run(&["batch", "--format", "table", "--limit", "1"], input).stdout);
    assert!(cut.contains("2 more workloads not shown; --limit 0 shows all."), "{cut}");
    assert!(cut.contains("2 of 3 workloads have a plan"), "{cut}");
    let markdown = text(&run(&["batch", "--format", "markdown"], input).stdout);
    assert!(markdown.contains("| tuned | 1 |"), "{markdown}");
    let bad = run(&["batch", "--format", "table"], "{\"name\": \"chat\", \"ned\": []}\n");
    assert_eq!(bad.status.code(), Some(2));
    assert!(text(&bad.stdout).contains("stdin:1:22: unknown field `ned`"), "{}", text(&bad.stdout));
    assert!(text(&bad.stdout).starts_with("Dynamo 0.9.0 (default;"), "{}", text(&bad.stdout));
}

#[test]
fn a_fleet_without_a_line_names_the_release_all_the_same() {
    let page = text(&run(&["batch", "--format", "table"], "").stdout);
    assert!(page.starts_with("Dynamo 0.9.0 (default;"), "{page}");
    let page = text(&run(&["batch", "--format", "table", "-r", "1.4"], "\n").stdout);
    assert!(page.starts_with("Dynamo 1.4") && !page.contains("default"), "{page}");
}

/// Each workload keeps to its own backends, releases, levels and machines, and shares a class where
/// another one's allow it.
#[test]
fn workloads_on_one_class_agree_on_where_it_runs() {
    let classes = |input: &str| {
        let output = run(&["split", "--workloads", "--json"], input);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let place = |class: &Value| {
            json!([class["workloads"], class["plan"]["backend"], class["plan"]["release"]])
        };
        let classes: Vec<Value> = answer["classes"].as_array().unwrap().iter().map(place).collect();
        (classes, answer["unserved"].clone())
    };
    let (found, _) = classes(
        "{\"name\": \"a\", \"need\": [\"tools\"], \"backend\": \"sglang\"}\n\
         {\"name\": \"b\", \"need\": [\"kvbm\"]}\n\
         {\"name\": \"c\", \"need\": [\"tools\"], \"backend\": \"trtllm\", \"release\": \"1.4.0\"}\n",
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&json!([["c"], "trtllm", "1.4.0"])), "{found:?}");
    let (_, unserved) = classes(
        "{\"name\": \"old\", \"need\": [\"lora\"], \"driver\": 400}\n{\"name\": \"new\", \"need\": [\"lora\"]}\n",
    );
    assert_eq!(unserved, json!([{"name": "old", "conflict": ["driver=400"]}]));
    let lines = "{\"need\": [\"lora\"]}\n{\"need\": [\"lora\"], \"rules\": []}\n";
    let output = run(&["split", "--workloads"], lines);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("stdin:2: the line counts other rules"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn every_workload_is_named_with_limit_0() {
    let line =
        |number: usize| format!("{{\"name\": \"chat-eu-{number}\", \"need\": [\"lora\"]}}\n");
    let input: String = (1..=30).map(line).collect();
    let brief = text(&run(&["split", "--workloads"], &input).stdout);
    assert!(brief.contains("and 22 more") && !brief.contains("chat-eu-9"), "{brief}");
    let whole = text(&run(&["split", "--workloads", "-", "--limit", "0"], &input).stdout);
    assert!((1..=30).all(|number| whole.contains(&format!("chat-eu-{number}"))), "{whole}");
}

#[test]
fn the_example_of_a_fleet_runs_through_all_three_commands() {
    let fleet = include_str!("../../examples/fleet.jsonl");
    assert_eq!(fleet.lines().count(), 50);
    let [batch, split, analyze] = on_all_three(fleet, &["--json"]);
    let answers = lines(&batch);
    assert_eq!((batch.status.code(), answers.len()), (Some(0), 50));
    let planned = answers.iter().filter(|answer| answer["satisfiable"] == true).count();
    let split: Value = serde_json::from_slice(&split.stdout).unwrap();
    let classes = split["classes"].as_array().unwrap();
    let served: usize = classes.iter().map(|it| it["workloads"].as_array().unwrap().len()).sum();
    assert_eq!(served, planned, "what has a plan by itself is served");
    assert_eq!(split["unserved"].as_array().unwrap().len(), 50 - planned);
    assert!((2..10).contains(&classes.len()), "{}", classes.len());
    let analysis: Value = serde_json::from_slice(&analyze.stdout).unwrap();
    let best = &analysis["missing"]["changes"][0]["requests"];
    assert!(best["after"].as_u64() > best["before"].as_u64(), "{best}");
    let page = text(&run(&["batch", "-", "--format", "table", "--limit", "0"], fleet).stdout);
    assert!(page.contains(&format!("{planned} of 50 workloads have a plan")), "{page}");
}

#[test]
fn an_analysis_opens_with_what_a_reader_wants() {
    let page = text(&run(&["analyze"], "").stdout);
    assert!(page.lines().count() < 35, "{page}");
    for part in
        ["What each backend supports", "12 of 12", "dead: lora", "Most valuable missing", "--full"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let full = text(&run(&["analyze", "--full"], "").stdout);
    assert!(full.contains("Largest feature sets") && full.contains("What excludes most"), "{full}");
    let lines =
        "{\"need\": [\"lora\", \"video\"], \"count\": 3}\n{\"need\": [\"lora\"], \"count\": 2}\n";
    let page = text(&run(&["analyze", "--requests"], lines).stdout);
    assert!(page.contains("2 of 5 requests by count have a plan"), "{page}");
    assert!(page.contains("2 to 5") && !page.contains("What each backend supports"), "{page}");
    let page = text(&run(&["analyze", "--requests"], "{\"need\": [\"lora\"]}").stdout);
    assert!(page.contains("All requests have a plan on some backend, 1 by count."), "{page}");
    // A line is asked of its own releases, machines and levels.
    let lines = "{\"need\": [\"lora\"], \"driver\": 400}\n{\"need\": [\"lora\"], \"release\": \"1.4.0\"}\n\
                 {\"need\": [\"kvbm\"], \"backend\": \"sglang\", \"accept\": \"supported\", \"count\": 5}\n";
    let page = text(&run(&["analyze", "--requests"], lines).stdout);
    assert!(page.contains("1 of 7 requests by count have a plan"), "{page}");
}
