//! `split` and `batch` of the built program.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

pub(crate) fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    for name in ["NO_COLOR", "COLUMNS", "DYNAMO_PLAN_RELEASE"] {
        command.env_remove(name);
    }
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program on some input.
pub(crate) fn run(words: &[&str], input: &str) -> Output {
    let mut child = program(words).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    output
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_split_names_its_deployments_and_why_there_are_no_fewer() {
    let output = run(&["split", "--need", "video,lora,planner"], "");
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{page}");
    assert!(page.contains("3 deployments are needed"), "{page}");
    assert!(page.contains("no two of them can share one"), "{page}");
    let output = run(&["split", "--need", "lora,tools"], "");
    assert!(text(&output.stdout).contains("1 deployment does it all"));
}

#[test]
fn a_split_runs_one_backend_where_it_serves_all_as_well_and_names_the_others() {
    let words = ["split", "--need", "planner,spec-decode,lora", "--release", "1.4.0"];
    let page = text(&run(&words, "").stdout);
    assert!(page.contains("in 1 way; vllm alone can run them."), "{page}");
    let row = |share: &str| page.lines().find(|line| line.contains(share) && line.contains("✅"));
    let cells = |share: &str| row(share).unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(cells("lora ")[1..3], ["vllm", "✅"]);
    assert_eq!(cells("sla-based-planner ")[1..4], ["vllm", "sglang,", "trtllm"]);
    let json = [&words[..], &["--format", "json"]].concat();
    let answer = run(&json, "").stdout;
    assert_eq!(run(&json, "").stdout, answer);
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let split = &answer["splits"][0];
    assert_eq!(split["score"]["backends"], 1);
    let others = json!([{"release": "1.4.0", "backend": "trtllm"}]);
    assert_eq!(split["deployments"][2]["alternatives"], others, "{split}");
}

/// Of many places that would do as well, a row names the newest of each backend.
#[test]
fn a_split_over_all_releases_is_brief_about_the_other_places() {
    let page = text(&run(&["split", "--need", "lora,video", "--release", "all"], "").stdout);
    let more = page.matches(" more").count();
    assert!(page.contains("sglang 1.") && more <= 2, "{page}");
}

/// LoRA and the planner do not go together; request migration goes with either and makes an experiment
/// of it. So it goes with the one that is asked for less often.
#[test]
fn workloads_count_as_often_as_they_say() {
    let fleet = |adapters: &str, scaled: &str| {
        let input = format!(
            "{{\"name\": \"adapters\", \"need\": [\"lora\"], {adapters}}}\n\
             {{\"name\": \"scaled\", \"need\": [\"planner\"], {scaled}}}\n\
             {{\"name\": \"moved\", \"need\": [\"migration\"]}}\n"
        );
        let words = ["--backend", "vllm", "--release", "0.9.0", "--format", "json"];
        run(&[&["split", "--workloads", "-"], &words[..]].concat(), &input)
    };
    let forty_adapters = fleet("\"count\": 40", "\"count\": 3");
    for (output, classes, count) in [
        (&forty_adapters, json!([["adapters"], ["scaled", "moved"]]), 4),
        (&fleet("\"count\": 3", "\"count\": 40"), json!([["scaled"], ["adapters", "moved"]]), 4),
    ] {
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["complete"], true);
        let shown = answer["classes"].as_array().unwrap();
        assert_eq!(shown.iter().map(|it| it["workloads"].clone()).collect::<Value>(), classes);
        let counts = shown.iter().map(|it| it["count"].clone()).collect::<Value>();
        assert_eq!(counts, json!([40, count]));
        let score = &answer["score"];
        assert_eq!((&score["experimental"], &score["backends"]), (&json!(count), &json!(1)));
    }
    assert_eq!(fleet("\"weight\": 40", "\"count\": 3").stdout, forty_adapters.stdout);
    for wrong in ["\"count\": 0", "\"count\": 1000000001", "\"count\": 1, \"weight\": 1"] {
        let output = fleet(wrong, "\"count\": 1");
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &[][..]), "{wrong}");
        assert!(text(&output.stderr).contains("stdin:1"), "{}", text(&output.stderr));
    }
}

#[test]
fn needs_that_cannot_stay_together_are_no_split() {
    let words = ["split", "--need", "tools", "--together", "video,lora", "--format", "json"];
    let output = run(&words, "");
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["satisfiable"], false);
    assert_eq!(answer["minimal_because"], json!([["lora", "multimodal-video"]]));
    assert_eq!(answer["splits"], json!([]));
}

#[test]
fn what_fails_because_of_what_every_deployment_has_says_so() {
    let page = text(&run(&["split", "--need", "image,tools", "--every", "planner"], "").stdout);
    let because = "multimodal-image with sla-based-planner, in every deployment";
    assert!(page.contains(because) && !page.contains("by itself"), "{page}");
    let command = "dynamo-plan explain --need multimodal-image,sla-based-planner";
    assert!(page.contains(&format!("{command} says why.")), "{page}");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    assert_eq!(run(&words, "").status.code(), Some(1));
}

#[test]
fn no_plan_hints_at_a_split() {
    let page = text(&run(&["--need", "video,lora"], "").stdout);
    assert!(page.contains("dynamo-plan split --need lora,multimodal-video"), "{page}");
}

#[test]
fn a_split_in_no_time_proves_nothing() {
    let output = run(&["split", "--need", "video,lora", "--timeout", "0.000001"], "");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(run(&["split", "--need", "lora", "--timeout", "0"], "").status.code(), Some(2));
}

#[test]
fn the_longest_timeouts_are_kept_or_rejected() {
    for long in ["1e18", "1.8e19"] {
        let output = run(&["split", "--need", "video,lora,kvbm", "--timeout", long], "");
        assert_eq!(output.status.code(), Some(0), "{long}: {}", text(&output.stderr));
    }
    for (never, help) in [("inf", "leave it out"), ("1e20", "leave it out"), ("nan", "above 0")] {
        let output = run(&["split", "--need", "lora", "--timeout", never], "");
        assert_eq!(output.status.code(), Some(2), "{never}");
        assert!(text(&output.stderr).contains(help), "{}", text(&output.stderr));
    }
}

#[test]
fn bad_lines_of_workloads_are_named() {
    let input = "{\"name\": \"a\", \"need\": [\"lora\"]}\n\n{\"nme\": 1}\n{\n";
    let output = run(&["split", "--workloads", "-"], input);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = text(&output.stderr);
    assert!(error.contains("stdin:3:6: unknown field `nme`; did you mean `name`?"), "{error}");
    assert!(error.contains("\nstdin:4:"), "{error}");
    let output = run(&["split", "--workloads", "-"], "{\"name\": \"a\", \"need\": [\"lorra\"]}");
    assert!(text(&output.stderr).contains("did you mean lora?"));
}

#[test]
fn a_batch_gives_ids_back_as_they_are_written() {
    let ids = ["18446744073709551617", "-0", "1e2", "\"\\u009b\"", "{\"a\": 1, \"a\": 2}", "null"];
    let asks = ids.map(|id| format!("{{\"id\": {id}, \"need\": [\"lora\"]}}\n"));
    let wrong = ids.map(|id| format!("{{\"id\": {id}, \"need\": 5}}\n"));
    let output = run(&["batch", "--fields", "total"], &(asks.concat() + &wrong.concat()));
    let output = text(&output.stdout);
    for (line, id) in output.lines().zip(ids.iter().chain(&ids)) {
        assert!(line.starts_with(&format!("{{\"id\":{id},")), "{id}: {line}");
    }
    assert_eq!(output.lines().count(), 2 * ids.len());
    let output = run(&["batch"], "{\"id\": \"\u{9b}\u{202e}\", \"need\": [\"lora\"]}");
    assert!(text(&output.stdout).starts_with("{\"id\":\"\\u009b\\u202e\","));
}

/// A carriage return is white space to JSON and the end of a line to many readers.
#[test]
fn an_answer_is_one_line_whatever_line_breaks_its_id_holds() {
    let asks = "{\"id\": [1,\r2], \"need\": [\"lora\"]}\n{\"id\": [1,\r2], \"need\": 5}\n";
    let output = run(&["batch", "--fields", "total"], asks);
    let output = text(&output.stdout);
    for line in output.lines() {
        assert!(line.starts_with("{\"id\":[1, 2],"), "{line:?}");
    }
    assert_eq!(output.split(['\n', '\r']).count(), 3, "{output:?}");
}

#[test]
fn a_batch_answers_in_order_and_goes_on_after_a_bad_line() {
    let input = "{\"id\": 1, \"need\": [\"lora\", \"tools\"]}\n{\"id\": [2], \"need\": 5}\n\
                 nonsense\n{\"id\": 4, \"needs\": []}\n\n{\"id\": 5, \"need\": [\"video\", \"lora\"]}";
    let output = run(&["batch"], input);
    assert_eq!(output.status.code(), Some(2));
    let answers = lines(&output);
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!([2]), &Value::Null, &json!(4), &json!(5)]);
    assert_eq!(answers[0]["plans"][0]["backend"], "vllm");
    assert_eq!(answers[1]["error"]["code"], "invalid-request");
    assert_eq!(answers[2]["error"]["code"], "invalid-json");
    assert!(answers[3]["error"]["message"].as_str().unwrap().contains("`needs`"));
    assert_eq!(answers[4]["satisfiable"], false);
}

#[test]
fn a_batch_answers_as_plan_does() {
    let output = run(&["batch", "--fields", "cells,run,conflicts,hints"], "{\"need\":[\"image\"]}");
    assert_eq!(output.status.code(), Some(0));
    let whole = run(&["--need", "image", "--format", "json"], "");
    let whole: Value = serde_json::from_slice(&whole.stdout).unwrap();
    let answer = lines(&output).remove(0);
    for key in ["plans", "conflicts", "hints"] {
        assert_eq!(answer[key], whole[key], "{key}");
    }
    assert_eq!(answer.as_object().unwrap().len(), 5);
}

#[test]
fn a_batch_answers_before_its_input_ends() {
    for jobs in ["1", "2", "0"] {
        let mut child = program(&["batch", "--jobs", jobs]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for id in 0..3 {
            writeln!(stdin, "{{\"id\": {id}, \"need\": [\"lora\"]}}").unwrap();
            stdin.flush().unwrap();
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            assert!(line.starts_with(&format!("{{\"id\":{id},")), "{line}");
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_batch_on_several_threads_says_the_same() {
    let line = |id: usize| match id % 9 {
        8 => format!("{{\"id\": {id}, \"ned\": []}}\n"),
        7 => "\n".to_owned(),
        _ => format!("{{\"id\": {id}, \"need\": [\"lora\"], \"driver\": {}}}\n", 500 + id % 90),
    };
    let input: String = (0..2000).map(line).collect();
    let ended = |jobs: &str, fields: &str| {
        let output = run(&["batch", "--jobs", jobs, "--fields", fields], &input);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for fields in ["total,plans", "verdict"] {
        let one = ended("1", fields);
        assert_eq!(one.0, Some(2));
        assert_eq!(one.1.lines().count(), 2000 - 222, "{fields}");
        assert_eq!(one.2.matches("(default;").count(), 1, "{}", one.2);
        for jobs in ["0", "3"] {
            assert!(ended(jobs, fields) == one, "{fields} on {jobs}");
        }
    }
    let many = run(&["batch", "--jobs", "1000"], "");
    assert_eq!(many.status.code(), Some(2));
}

/// As under `head`: the program ends although more input could come.
#[test]
fn a_batch_ends_where_nobody_reads_its_answers() {
    for jobs in ["1", "2"] {
        let mut child = program(&["batch", "--jobs", jobs]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        drop(child.stdout.take());
        writeln!(stdin, "{{\"need\": [\"lora\"]}}").unwrap();
        assert!(child.wait().unwrap().success());
        drop(stdin);
    }
}

#[test]
fn a_list_is_no_line_and_a_byte_order_mark_is_none_of_it() {
    let bad = "\u{feff}{\"id\": 7, \"need\": [\"lora\"]}\n[1, [\"lora\"], null, [\"tools\"]]\n\
               {\"need\": [\"lora\"], \"platform\": [575]}\n\
               {\"need\": [\"lora\"], \"platform\": {\"driver\": 575}}\n\
               {\"need\": [\"lora\"], \"platform\": null}\n";
    let answers = lines(&run(&["batch"], bad));
    assert_eq!((&answers[0]["id"], &answers[0]["satisfiable"]), (&json!(7), &json!(true)));
    for answer in &answers[1..3] {
        assert_eq!(answer["error"]["code"], "invalid-request", "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("expected an object"), "{message}");
        assert!(message.contains("write one object a line"), "{message}");
    }
    assert!(answers[3].get("error").is_none() && answers[4].get("error").is_none());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.jsonl");
    let name = file.to_str().unwrap();
    for (words, list, object) in [
        (
            ["split", "--workloads", name],
            "[\"a\", [\"lora\"]]",
            "{\"name\": \"a\", \"need\": [\"lora\"]}",
        ),
        (
            ["analyze", "--requests", name],
            "[0, [\"lora\"], [], [], null, 3]",
            "{\"need\": [\"lora\"]}",
        ),
    ] {
        std::fs::write(&file, list).unwrap();
        let output = run(&words, "");
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        assert!(text(&output.stderr).contains("write one"), "{}", text(&output.stderr));
        std::fs::write(&file, format!("\u{feff}{object}\n")).unwrap();
        let output = run(&words, "");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn answers_that_cannot_be_written_are_not_blamed_on_the_input() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = program(&["batch", "--quiet"]).stdout(full).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"need\": [\"lora\"]}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(said["code"], "unwritable-answer", "{said}");
    assert!(said["message"].as_str().unwrap().starts_with("cannot write the answers: "), "{said}");
}

#[test]
fn a_batch_repeats_the_ends_of_long_names_only() {
    let (word, words) = ("y".repeat(100_000), "y z ".repeat(25_000));
    for name in [word, words] {
        for line in [format!(r#"{{"need": ["{name}"]}}"#), format!(r#"{{"{name}": 1}}"#)] {
            let output = run(&["batch"], &line);
            let answer = &lines(&output)[0];
            assert!(answer["error"]["message"].as_str().unwrap().len() < 2100, "{answer}");
        }
    }
}

#[test]
fn many_bad_lines_are_counted() {
    let input = "{\n".repeat(5000);
    let said = text(&run(&["split", "--workloads", "-"], &input).stderr);
    assert_eq!(said.lines().count(), 11, "{said}");
    assert!(said.ends_with("and 4990 more bad lines\n"), "{said}");
    let input = "{\"name\": \"a\", \"need\": [\"lorra\"]}\n".repeat(5000);
    let said = text(&run(&["split", "--workloads", "-"], &input).stderr);
    assert!(said.ends_with("and 4990 more bad lines\n"), "{said}");
}
