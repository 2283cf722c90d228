//! What ten real questions get, as a user sees it: on 80 and 120 columns, in a pipe and as Markdown.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test cli screens` stores what is printed now; review the difference.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};

use crate::snapshot::check;

/// A question, and what it reads from the standard input.
struct Question {
    name: &'static str,
    words: &'static str,
    input: fn() -> String,
}

const fn question(name: &'static str, words: &'static str) -> Question {
    Question { name, words, input: String::new }
}

const QUESTIONS: [Question; 10] = [
    question(
        "upgrade-on-an-old-driver",
        "whatif --upgrade 1.5.1 -r 0.9.1 --need lora,kv-routing --driver 550",
    ),
    question("adapters-disaggregated-and-routed", "--need lora,disagg,kv-routing"),
    question("images-audio-and-tools", "--need image,audio,tools"),
    question("the-planner-alone", "--need planner"),
    question("failover-and-snapshots-with-adapters", "--need snapshot,gms,failover,lora -r 1.3.1"),
    question("a-rule-beside-the-table", "--need kvbm -b trtllm -r 1.2.0"),
    Question { name: "a-fleet", words: "split --workloads - -r 1.4.0", input: fleet },
    question("across-all-releases", "--need video,lora,planner,kv-routing,image -r all"),
    question("no-published-claim", "--need video,lora"),
    question("nothing-asked", ""),
];

/// Fifty workloads of a few kinds.
fn fleet() -> String {
    let kinds = ["lora\",\"tools", "kv-routing\",\"disagg", "image", "planner\",\"disagg", "kvbm"];
    let line =
        |i: usize| format!("{{\"name\":\"w{i}\",\"need\":[\"{}\"]}}\n", kinds[i % kinds.len()]);
    (0..50).map(line).collect()
}

fn screen(question: &Question, more: &[&str], variables: &[(&str, &str)]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(question.words.split_whitespace())
        .args(more)
        .env_remove("COLUMNS")
        .env_remove("DYNAMO_PLAN_RELEASE")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    // A program that ends before it read its input is no failure here.
    let _ = stdin.write_all((question.input)().as_bytes());
    drop(stdin);
    let output = program.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    format!("{}{}", text(output.stdout), text(output.stderr))
}

#[test]
fn ten_questions_are_answered_as_stored() {
    for question in &QUESTIONS {
        let file = |form: &str| format!("screens/{}-{form}", question.name);
        let narrow = screen(question, &[], &[("COLUMNS", "80")]);
        check(&file("80.txt"), &narrow);
        check(&file("120.txt"), &screen(question, &[], &[("COLUMNS", "120")]));
        let piped = screen(question, &[], &[]);
        check(&file("pipe.txt"), &piped);
        assert_eq!(piped, screen(question, &[], &[("NO_COLOR", "1")]), "{}", question.name);
        if !question.words.is_empty() {
            check(&file("page.md"), &screen(question, &["--format", "markdown"], &[]));
        }
        for line in narrow.lines() {
            let is_word =
                !line.trim().contains(' ') || line.trim_start().starts_with("dynamo-plan ");
            let columns = unicode_width::UnicodeWidthStr::width(line);
            let is_error = question.words.is_empty();
            assert!(columns <= 80 || is_word || is_error, "{}: {line}", question.name);
        }
    }
}
