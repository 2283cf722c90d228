//! Answers that can explode have an end: what is not whole is said.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::deployments::run;

/// A model of so many features on vLLM, of whose pairs some do not work.
fn model(
    folder: &tempfile::TempDir,
    features: usize,
    fails: impl Fn(usize, usize) -> bool,
) -> PathBuf {
    let name = |number: usize| format!("Part {number:02}");
    let names: Vec<String> = (0..features).map(name).collect();
    let mut text =
        "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | vLLM |\n".to_owned();
    for name in &names {
        text += &format!("| {name} | ✅ |\n");
    }
    text += "'''\n[source]\npath = \"parts.md\"\n[pairs]\nvllm = '''\n";
    text += &format!("| Feature | {} |\n", names.join(" | "));
    for (row, name) in names.iter().enumerate() {
        let cell = |column: usize| match column {
            _ if column == row => "—",
            _ if column > row => "",
            _ if fails(column, row) => "❌",
            _ => "✅",
        };
        let cells: Vec<&str> = (0..features).map(cell).collect();
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    text += "'''\n";
    let path = folder.path().join("parts.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn json(words: &[&str]) -> Value {
    let output = run(words, "");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_best_of_more_plans_than_anyone_can_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 60, |_, _| false);
    let file = path.to_str().unwrap();
    let began = Instant::now();
    let answer = json(&["--all", "-m", file, "--limit", "3", "--json"]);
    let features = |plan: &Value| plan["features"].as_array().unwrap().len();
    let plans = answer["plans"].as_array().unwrap();
    assert_eq!(plans.iter().map(features).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(plans[2]["features"][0], "part-01");
    assert_eq!(answer["total"], 1_u64 << 60);
    assert_eq!(answer["satisfiable"], true);
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["incomplete"], serde_json::json!(["plans"]));
    let page = run(&["--all", "-m", file, "--limit", "3"], "");
    assert!(String::from_utf8_lossy(&page.stdout).contains("1152921504606846976 plans"));
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn what_is_known_at_the_end_follows_the_plans() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 6, |_, _| false);
    let output = run(&["--all", "-m", path.to_str().unwrap(), "--json"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    let at = |key: &str| text.find(&format!("\n  \"{key}\":")).unwrap();
    assert!(at("newest") < at("plans") && at("plans") < at("satisfiable"));
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["plans"].as_array().unwrap().len(), 64);
    assert_eq!(answer["total"], 64);
    assert_eq!(answer["complete"], true);
    assert_eq!(answer["incomplete"], serde_json::json!([]));
    assert_eq!(format!("{answer:#}\n").len(), text.len(), "indented as every answer is");
}

/// 16,384 plans: more than are held for a table.
#[test]
fn a_long_table_has_a_row_for_each_plan_in_columns_of_one_width() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 14, |_, _| false);
    let file = path.to_str().unwrap();
    let output = run(&["--all", "-m", file, "--limit", "0"], "");
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("\nvLLM can: ✅ supported; 16384 plans.\n"), "{}", &page[..500]);
    let place = |line: &str, what: &str| line.find(what).unwrap();
    let (titles, rows): (Vec<&str>, Vec<&str>) = page
        .lines()
        .filter(|it| it.contains("  vllm  ") || it.contains(" # "))
        .partition(|it| it.contains('#'));
    assert_eq!(rows.len(), 16_384);
    for row in &rows {
        assert_eq!(place(row, "vllm"), place(titles[0], "backend"), "{row}");
        assert_eq!(place(row, "✅"), place(titles[0], "stability"), "{row}");
    }
    assert!(rows[0].trim_start().starts_with("1  vllm"), "{}", rows[0]);
    assert!(rows[1].trim_start().starts_with("=2  vllm"), "{}", rows[1]);
    assert!(rows[16_383].trim_start().starts_with("16384  vllm"), "{}", rows[16_383]);
    let end = "\n\nThese are all 16384 plans.\nRanked by headroom";
    assert!(page.contains(end), "{}", &page[page.len() - 500..]);
    assert!(page.trim_end().ends_with("=2: equal; the order is alphabetical."));
    let cut = run(&["--all", "-m", file, "--limit", "12000"], "");
    let page = String::from_utf8(cut.stdout).unwrap();
    assert_eq!(page.lines().filter(|line| line.contains("  vllm  ")).count(), 12_000);
    assert!(page.contains("\n\n4384 more not shown; --limit 0 shows them all.\n"));
    let markdown = run(&["--all", "-m", file, "--limit", "0", "--format", "markdown"], "");
    let page = String::from_utf8(markdown.stdout).unwrap();
    assert_eq!(page.lines().filter(|line| line.contains(" | `vllm` | ")).count(), 16_384);
    assert!(page.contains("| 16384 | `vllm` | "));
}

#[test]
fn rows_of_several_releases_are_drawn_together_in_a_long_table_too() {
    let rows = |limit: &str| {
        let output = run(&["--all", "-r", "all", "--limit", limit], "");
        let page = String::from_utf8(output.stdout).unwrap();
        let is_row = |line: &&str| {
            let first = line.trim_start().trim_start_matches('=');
            line.starts_with("  ") && first.starts_with(|c: char| c.is_ascii_digit())
        };
        let words = |line: &str| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        page.lines().filter(is_row).map(words).collect::<Vec<_>>()
    };
    let (held, streamed) = (rows("9999"), rows("0"));
    assert!(held.len() > 1_000 && held.len() < 9_999, "{}", held.len());
    assert_eq!(held, streamed);
}

/// 262,144 plans, of which somebody reads half.
#[test]
#[cfg(target_os = "linux")]
fn a_long_table_takes_little_memory_and_ends_with_its_reader() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 18, |_, _| false);
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(["--all", "-m", path.to_str().unwrap(), "--limit", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.by_ref().take(131_072).filter(Result::is_ok).count(), 131_072);
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 100_000, "{kilobytes} kB");
    drop(lines);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Ctrl-C while somebody still reads the rows.
#[test]
#[cfg(unix)]
fn a_long_answer_that_ctrl_c_ends_says_so() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 22, |_, _| false);
    for (words, told) in [
        (["--limit", "0"], "\n  - Interrupted before everything was found"),
        (["--format", "json"], "\"code\": \"interrupted\""),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(["--all", "-m", path.to_str().unwrap()])
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..2_000 {
            out.read_line(&mut String::new()).unwrap();
        }
        let pressed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(pressed.unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let end = &rest[rest.len().saturating_sub(600)..];
        assert!(rest.contains(told) && !rest.contains("time ran out"), "{end}");
    }
}

#[test]
fn a_long_table_that_time_ends_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 22, |_, _| false);
    let words = ["--all", "-m", path.to_str().unwrap(), "--limit", "0", "--timeout", "0.5"];
    let output = run(&words, "");
    let page = String::from_utf8(output.stdout).unwrap();
    let end = page.split_once("\n\nThese are the best ").unwrap().1;
    assert!(end.contains(" plans; ") && end.contains(" more are not shown.\n"), "{end}");
    assert!(end.contains("The time ran out before everything was found"), "{end}");
    assert_eq!(output.status.code(), Some(0));
}

/// 30 conflicts of two terms, each of which a correction must drop one of: 2^30 corrections.
#[test]
fn the_smallest_of_more_corrections_than_anyone_can_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 60, |a, b| a % 2 == 0 && b == a + 1);
    let needs: Vec<String> = (0..60).map(|number| format!("part-{number:02}")).collect();
    let needs = needs.join(",");
    let words = ["explain", &needs, "-m", path.to_str().unwrap(), "--limit", "40", "--json"];
    let answer = json(&words);
    assert_eq!(answer["satisfiable"], false);
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["incomplete"], serde_json::json!(["conflicts", "corrections"]));
    assert_eq!(answer["conflicts"].as_array().unwrap().len(), 30);
    let notices = answer["notices"].as_array().unwrap();
    assert!(notices.iter().any(|notice| notice["code"] == "more-than-listed"), "{notices:?}");
    let corrections = answer["corrections"].as_array().unwrap();
    assert_eq!(corrections.len(), 40);
    assert!(corrections.iter().all(|it| it["drop"].as_array().unwrap().len() == 30));
}

/// Each of 15 needs goes with one of two that exclude each other: 2^15 splits, all alike.
#[test]
fn more_splits_than_anyone_can_compare() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 17, |a, b| a == 0 && b == 1);
    let needs: Vec<String> = (0..17).map(|number| format!("part-{number:02}")).collect();
    let needs = needs.join(",");
    let words = ["split", "--need", &needs, "-m", path.to_str().unwrap(), "--limit", "2"];
    let answer = json(&[&words[..], &["--json"]].concat());
    assert_eq!(answer["lower_bound"], 2);
    assert_eq!(answer["total"], 1 << 15);
    assert_eq!(answer["splits"].as_array().unwrap().len(), 2);
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["incomplete"], serde_json::json!(["splits"]));
    assert_eq!(answer["minimal_because"], serde_json::json!([["part-00", "part-01"]]));
    let page = run(&words, "");
    let page = String::from_utf8_lossy(&page.stdout);
    assert!(page.contains("2 deployments are needed, in 32768 ways.\n"), "{page}");
    assert!(page.contains("32766 more not shown.\n"), "{page}");
    assert!(page.contains("others may run on fewer backends"), "{page}");
}

#[test]
fn a_line_that_takes_too_long_has_an_error_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 60, |a, b| a % 2 == 0 && b == a + 1);
    let needs: Vec<String> = (0..60).map(|number| format!("part-{number:02}")).collect();
    let lines = format!(
        "{}\n{}\n",
        serde_json::json!({"id": "hostile", "need": needs}),
        serde_json::json!({"id": "mild", "need": ["part-00", "part-02"]})
    );
    let words = ["batch", "-m", path.to_str().unwrap(), "--timeout", "0.000001"];
    let fields = ["--fields", "total,corrections"];
    let output = run(&[&words[..], &fields].concat(), &lines);
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(answers[0]["error"]["code"], "timeout");
    assert!(answers[0]["error"]["message"].as_str().unwrap().contains("--timeout"));
    assert_eq!(answers.len(), 2);
    assert_eq!(output.status.code(), Some(2));
    let output = run(&["batch", "-m", path.to_str().unwrap(), "--fields", "total"], &lines);
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    let table = run(&[&words[..], &["--format", "table"]].concat(), &lines);
    let page = String::from_utf8(table.stdout).unwrap();
    assert_eq!(table.status.code(), Some(2), "{page}");
    assert!(page.contains("1 line could not be answered in time"), "{page}");
    assert!(page.contains("✗ timed out") && page.contains("stdin:1: no answer within"), "{page}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_shows_the_best_so_far() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    // As dense as this, the fewest deployments of forty needs are long in proving.
    let path = model(&folder, 40, |a, b| (a * 7 + b * b * 13 + a * b) % 10 < 6);
    let needs: Vec<String> = (0..40).map(|number| format!("part-{number:02}")).collect();
    let mut program = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(["split", "-m", path.to_str().unwrap(), "--need", &needs.join(",")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut progress = String::new();
    BufReader::new(program.stderr.take().unwrap()).read_line(&mut progress).unwrap();
    assert!(progress.starts_with("still working"), "{progress}");
    let interrupted = Command::new("kill").args(["-INT", &program.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    let output = program.wait_with_output().unwrap();
    let page = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{page}");
    assert!(page.contains("deployments"), "{page}");
    assert!(page.contains("Interrupted before") && !page.contains("time ran out"), "{page}");
}

/// 583,000 cells: 623 features on three backends, each with each.
#[test]
#[cfg(target_os = "linux")]
fn a_large_matrix_takes_little_memory() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 623, |a, b| (a + b) % 20 == 0);
    let text = std::fs::read_to_string(&path).unwrap();
    let (features, pairs) = text.split_once("[source]").unwrap();
    let features = features.replace("| vLLM |", "| vLLM | SGLang | TensorRT-LLM |");
    let features = features.replace(" ✅ |", " ✅ | ✅ | ✅ |");
    let (source, grid) = pairs.split_once("vllm = ").unwrap();
    let grids = ["vllm", "sglang", "trtllm"].map(|backend| format!("{backend} = {grid}"));
    std::fs::write(&path, format!("{features}[source]{source}{}", grids.concat())).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(["batch", "-m", path.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut requests = child.stdin.take().unwrap();
    for needs in [&["part-01"][..], &["part-03", "part-07", "part-500"]] {
        writeln!(requests, "{}", serde_json::json!({ "need": needs })).unwrap();
        requests.flush().unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert!(answer.get("error").is_none(), "{answer}");
    }
    // The program still waits for lines, so that its peak can be read.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    drop(requests);
    assert!(child.wait().unwrap().success());
    assert!(kilobytes < 120_000, "{kilobytes} kB");
}

#[test]
fn every_command_that_answers_takes_a_timeout() {
    for words in [
        &["lora,tools"][..],
        &["explain", "lora,video"],
        &["whatif", "lora", "--add", "tools"],
        &["split", "lora,video"],
        &["analyze"],
        &["since", "lora"],
        &["diff", "0.9.0", "1.0.2"],
        &["matrix"],
        &["list"],
        &["show", "lora"],
    ] {
        let plain = run(words, "");
        let timed = run(&[words, &["--timeout", "60"]].concat(), "");
        assert_eq!(plain.stdout, timed.stdout, "{words:?}");
        assert_eq!(plain.status, timed.status, "{words:?}");
    }
}

#[test]
fn what_lint_and_since_know_by_the_end_of_their_time_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md");
    let page = "| Feature | vLLM | SGLang |\n|---|---|---|\n| LoRA | ✅ | ✅ |\n";
    std::fs::write(&path, page).unwrap();
    let file = path.to_str().unwrap();
    let words = ["lint", file, "--timeout", "0.000001"];
    let codes = |answer: &Value, key: &str| -> Vec<String> {
        let all = answer[key].as_array().unwrap().iter();
        all.map(|it| it["code"].as_str().unwrap().to_owned()).collect()
    };
    let answer = json(&[&words[..], &["--json"]].concat());
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["incomplete"], serde_json::json!(["findings"]));
    assert!(codes(&answer, "findings").contains(&"no-release".to_owned()), "what reading found");
    assert_eq!(codes(&answer, "notices"), ["timed-out"]);
    let output = run(&words, "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("The time ran out before everything was looked at."), "{text}");
    assert_eq!(output.status.code(), Some(3), "the gate is not known to be open");
    assert_eq!(run(&[&words[..], &["--deny", "warning"]].concat(), "").status.code(), Some(1));
    let whole = json(&["lint", file, "--timeout", "60", "--json"]);
    assert_eq!(whole["complete"], true);
    assert_eq!(whole["incomplete"], serde_json::json!([]));
    let output = run(&["lint", file, "--timeout", "0.000001", "--format", "github"], "");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("The time ran out"));

    let words = ["since", "lora", "--timeout", "0.000001"];
    let answer = json(&[&words[..], &["--json"]].concat());
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["incomplete"], serde_json::json!(["backends"]));
    assert_eq!(answer["backends"], serde_json::json!([]));
    assert_eq!(codes(&answer, "notices"), ["timed-out"]);
    let output = run(&words, "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\nThe time ran out before anything was proved.\n"), "{text}");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn an_import_that_takes_too_long_writes_nothing() {
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matrix.toml");
    std::fs::write(&path, "as it was").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(["import", "-", "-o", path.to_str().unwrap(), "--timeout", "0.1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Never written to and not closed: reading takes longer than the time.
    let pages = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(pages);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("the time ran out before anything was written; "), "{said}");
    assert!(said.ends_with("matrix.toml is as it was\n"), "{said}");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "as it was");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// 600 backends, each with rule cells of its own: each used to be asked in the matrix of all.
#[test]
fn many_backends_are_looked_at_one_by_one() {
    const MANY: usize = 600;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse.toml");
    let backends: Vec<String> = (0..MANY).map(|number| format!("B{number}")).collect();
    let mut text = "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n".to_owned();
    text += &format!("| Feature | {} |\n", backends.join(" | "));
    for feature in 0..MANY {
        text += &format!("| F{feature} |{}\n", " ✅ |".repeat(MANY));
    }
    text += "'''\n[source]\npath = \"parts.md\"\n[pairs]\n";
    for backend in 0..MANY {
        text += &format!("b{backend} = '''\n| Feature |\n'''\n");
    }
    for backend in 0..MANY {
        text += &format!("[[cell]]\nbackend = \"b{backend}\"\nterms = [\"f0\", \"!f1\"]\n");
        text += "level = \"unsupported\"\nsource = \"parts.md\"\n";
    }
    std::fs::write(&path, text).unwrap();
    let began = Instant::now();
    let answer = json(&["lint", path.to_str().unwrap(), "--json"]);
    let taken = began.elapsed();
    assert_eq!(answer["complete"], true);
    let findings = answer["findings"].as_array().unwrap();
    // F0 needs F1, and nobody documents the two together.
    assert!(findings.iter().all(|it| it["code"] == "dead-feature"), "{findings:?}");
    assert_eq!(findings.len(), MANY);
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}

#[test]
fn largest_sets_are_counted_where_they_are_too_many_to_list() {
    let folder = tempfile::tempdir().unwrap();
    // 40 pairs, of each of which one feature is in a largest set.
    let path = model(&folder, 80, |column, row| column + 1 == row && column % 2 == 0);
    let file = path.to_str().unwrap();
    let survey = json(&["analyze", "-m", file, "--json"])["backends"][0].clone();
    assert_eq!(survey["maximal_total"], 1_u64 << 40);
    assert_eq!(survey["maximal_exact"], true);
    assert_eq!(survey["maximal_complete"], false);
    let screen = run(&["analyze", "-m", file, "--full"], "").stdout;
    let screen = String::from_utf8(screen).unwrap();
    let said = "more sets exist than were looked for, 1099511627776";
    assert!(screen.contains(said), "{screen}");
}

#[test]
fn what_nobody_looked_at_is_not_answered() {
    let words = ["--need", "video,lora", "--timeout", "0.000001"];
    let answer = json(&[&words[..], &["--json"]].concat());
    for key in ["satisfiable", "verdict", "total", "rejected"] {
        assert!(answer["incomplete"].as_array().unwrap().iter().any(|it| it == key), "{key}");
    }
    for command in [&[][..], &["explain"]] {
        let output = run(&[command, &words[..]].concat(), "");
        assert_eq!(output.status.code(), Some(3));
        let screen = String::from_utf8(output.stdout).unwrap();
        assert!(screen.contains("The time ran out before anything was proved."), "{screen}");
        for claim in ["Why not", "already accepts", "has a plan"] {
            assert!(!screen.contains(claim), "{claim}: {screen}");
        }
    }
}

#[test]
fn a_split_that_time_ends_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, 40, |column, row| (column * 7 + row * 3) % 5 == 0);
    let needs: Vec<String> = (0..40).map(|number| format!("part-{number:02}")).collect();
    let words = ["split", "-m", path.to_str().unwrap(), "--need", &needs.join(",")];
    let split = json(&[&words[..], &["--timeout", "0.000001", "--json"]].concat());
    assert_eq!(split["complete"], false);
    let codes = split["notices"].as_array().unwrap().iter().map(|notice| &notice["code"]);
    assert_eq!(codes.filter(|code| *code == "timed-out").count(), 1, "{split}");
}
