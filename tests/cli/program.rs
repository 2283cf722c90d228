//! The built program: what it prints where, and how it ends.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::io::Read;
use std::process::{Command, Output, Stdio};

const FLAGSHIP: [&str; 2] = ["--need", "multimodal-video,lora"];

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "DYNAMO_PLAN_RELEASE"] {
        command.env_remove(name);
    }
    command
}

fn run(words: &[&str]) -> Output {
    program().args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command that must succeed and gives its stdout.
fn stdout(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must reject its input and gives its stderr.
fn rejection(words: &[&str]) -> String {
    let output = run(words);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {}", text(&output.stdout));
    assert!(output.stdout.is_empty(), "{words:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_plan_is_exit_0_and_no_plan_is_exit_1_on_stdout() {
    assert!(stdout(&["--need", "lora,tools"]).contains("vLLM can: ✅ supported."));
    let output = run(&FLAGSHIP);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
    let answer = text(&output.stdout);
    assert!(
        answer.starts_with("Dynamo 0.9.0 (default; newest bundled: 1.5.1; newest known: 1.7.0)\n"),
        "{answer}"
    );
    assert!(answer.contains("No published claim: on vLLM nobody says"), "{answer}");
    assert!(answer.contains("Only vllm has every feature asked for"), "{answer}");
    assert!(answer.contains("--accept not-applicable  # 2 plans"), "{answer}");
    assert!(
        answer.contains("dynamo-plan explain --need lora,multimodal-video  # every"),
        "{answer}"
    );
}

#[test]
fn a_pattern_that_a_matrix_states_nothing_of_is_said_to_decide_nothing() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages/feature-matrix.md");
    let answer = text(&run(&["--need", "image", "--pattern", "EPD", "--matrix", page]).stdout);
    assert!(answer.contains("--pattern EPD decides nothing in "), "{answer}");
    assert!(!text(&run(&["--need", "image", "--pattern", "EPD"]).stdout).contains("decides"));
    let stderr = rejection(&["--need", "audio", "--matrix", page]);
    assert!(!stderr.contains("choose a release"), "{stderr}");
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```console\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let mut shown = 0;
    for example in blocks.flat_map(|block| block.split("$ dynamo-plan ").skip(1)) {
        let (command, expected) = example.split_once('\n').unwrap();
        let found = shell(&format!("COLUMNS=80 dynamo-plan {command}"));
        assert_eq!(text(&found.stdout) + &text(&found.stderr), expected, "{command}");
        shown += 1;
    }
    assert!(shown >= 4, "{shown}");
}

#[test]
fn plan_is_the_default_command() {
    let named = [&["plan"], &FLAGSHIP[..]].concat();
    assert_eq!(run(&FLAGSHIP).stdout, run(&named).stdout);
}

#[test]
fn names_are_forgiving_and_lists_take_commas_or_repeats() {
    let canonical = stdout(&["--need", "kv-aware-routing,disaggregated-serving"]);
    assert_eq!(canonical, stdout(&["-n", "Disagg", "-n", "KV routing"]));
    assert_eq!(canonical, stdout(&["--need=disagg", "--need=kv_routing"]));
}

#[test]
fn json_is_one_object() {
    let answer = json(&stdout(&["--need", "lora,tools", "--format", "json"]));
    assert_eq!(answer["schema"], "dynamo-plan/plan/v1");
    assert_eq!(answer["plans"][0]["backend"], "vllm");
    let output = run(&["explain", "--need", "video,lora", "--format", "JSON"]);
    assert_eq!(output.status.code(), Some(1));
    let answer = json(&text(&output.stdout));
    assert_eq!(answer["schema"], "dynamo-plan/explain/v1");
    assert_eq!(answer["conflicts"][0][0], "lora");
    assert_eq!(json(&stdout(&["matrix", "--format", "json"]))["schema"], "dynamo-plan/matrix/v1");
    assert_eq!(json(&stdout(&["list", "--format", "json"]))["schema"], "dynamo-plan/list/v1");
}

#[test]
fn a_limit_cuts_tables_at_20_and_json_not_at_all() {
    let table = stdout(&["--all", "--backend", "vllm"]);
    assert!(table.contains("more not shown; --limit "), "{table}");
    let answer = json(&stdout(&["--all", "--backend", "vllm", "--format", "json"]));
    let total = answer["total"].as_u64().unwrap();
    assert_eq!(answer["plans"].as_array().unwrap().len() as u64, total);
    let answer = stdout(&["--all", "--backend", "vllm", "--format", "json", "--limit", "3"]);
    let answer = json(&answer);
    assert_eq!(answer["plans"].as_array().unwrap().len(), 3);
    assert_eq!(answer["total"].as_u64().unwrap(), total);
}

#[test]
fn wrong_input_is_exit_2_with_the_fix_on_stderr() {
    for (words, help) in [
        (&["--need", "multimodal-vdeo"][..], "multimodal-video"),
        (&["--ned", "lora"], "--need"),
        (&["explian"], "explain"),
        (&[], "--need"),
        (&["--need", "lora", "--avoid", "lora"], "Drop one of them"),
        (&["--need", "lora", "--stable", "--accept", "undocumented"], "leave one of them out"),
        (&["--need", "lora", "--accept", "unsupported"], "experimental"),
        (&["--need", "lora", "--pattern", "EPD"], "--pattern"),
        (&["--need", "lora", "--backend", "vlm"], "vllm"),
        (&["--need", "lora", "--release", "7.7"], "0.9.0"),
        (&["--need", "lora", "--matrix", "/nonexistent.toml"], "check the path"),
        (&["--want", "lora=0"], "whole number from 1"),
        (&["man", "exlpain"], "explain"),
    ] {
        let stderr = rejection(words);
        assert!(stderr.starts_with("error: "), "{stderr}");
        assert!(stderr.contains(help), "{words:?}: {stderr}");
    }
}

#[test]
fn a_negated_name_is_rejected() {
    for (words, help) in [
        (&["--need", "!lora"][..], "write --avoid lora"),
        (&["--need", "tools, ¬KV routing"], "write --avoid kv-routing"),
        (&["--need", "tools", "--want", "! lora=3"], "write --avoid lora"),
        (&["--need", "tools", "--avoid", "!lora"], "so write lora"),
        (&["split", "--need", "tools,video", "--every", "!lora"], "write --avoid lora"),
        (&["analyze", "--need", "!lora"], "write --avoid lora"),
    ] {
        let stderr = rejection(words);
        assert!(stderr.contains(help), "{words:?}: {stderr}");
    }
    assert!(stdout(&["--need", "Lo-RA,tools"]).contains("vLLM can: ✅ supported."));
}

#[test]
fn what_was_typed_does_not_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a\x1b[31m", "b\u{9b}31m", "c\u{202e}txt"];
    let mut errors = Vec::new();
    for name in names {
        let file = folder.path().join(format!("{name}.toml"));
        let file = file.to_str().unwrap();
        errors.push(rejection(&["--need", "lora", "--matrix", file]));
        std::fs::write(file, format!("include = [{name:?}]\nnonsense = 1\n")).unwrap();
        errors.push(rejection(&["--need", "lora", "--matrix", file]));
        errors.push(rejection(&["lint", file, "--release", name]));
        errors.push(rejection(&["--need", "lora", "--release", name]));
        errors.push(rejection(&["--need", "lora", "--color", "never", name]));
        errors.push(rejection(&["list", name]));
        errors.push(rejection(&["split", "--workloads", name]));
    }
    for said in errors {
        let unsafe_char = said.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(unsafe_char, None, "{said:?}");
    }
    let coloured = rejection(&["--ned", "lora", "--color", "always"]);
    assert!(coloured.contains("\x1b[1m"), "{coloured:?}");
}

#[test]
fn with_json_an_error_is_one_json_object() {
    for (words, code) in [
        (&["--need", "multimodal-vdeo", "--format", "json"][..], "unknown-feature"),
        (&["--format=json", "--ned", "lora"], "unknown-argument"),
        (&["-fjson", "--need", "lora", "--accept", "perhaps"], "invalid-value"),
        (&["-qf", "json", "--need", "lorra"], "unknown-feature"),
        (&["-qfjson", "--need", "lorra"], "unknown-feature"),
        (&["list", "--format", "json", "nothing"], "invalid-value"),
        (&["--format", "json"], "nothing-asked"),
        (&["--need", "lora", "--format", "json", "--matrix", "/nonexistent"], "unreadable-file"),
    ] {
        let stderr = rejection(words);
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        let error = json(&stderr);
        assert_eq!(error["code"], code, "{stderr}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert!(error.get("at").is_some() && error["suggestions"].is_array(), "{stderr}");
    }
    let error = json(&rejection(&["--need", "multimodal-vdeo", "--format", "json"]));
    assert_eq!(error["suggestions"][0], "multimodal-video");
    assert_eq!(error["at"], "multimodal-vdeo");
}

#[test]
fn errors_repeat_the_ends_of_long_names_only() {
    let (word, words) = ("y".repeat(100_000), "y z ".repeat(25_000));
    let flag = format!("--{word}");
    for name in [&word, &words] {
        let cases: [&[&str]; 9] = [
            &["--need", name],
            &["--matrix", name],
            &["--release", name],
            &["--need", "lora", "--accept", name],
            &["--need", "lora", "--want", &format!("lora={name}")],
            &["man", name],
            &["diff", name, name],
            &[name],
            &[&flag],
        ];
        for case in cases {
            let said = rejection(case);
            assert!(said.len() < 1500, "{}: {said}", case[0]);
            let error = json(&rejection(&[case, &["--format", "json"]].concat()));
            assert!(error["message"].as_str().unwrap().len() < 1500, "{}: {error}", case[0]);
            assert!(error["at"].as_str().is_none_or(|at| at.len() < 300), "{}: {error}", case[0]);
        }
    }
}

#[test]
fn colour_is_used_only_when_asked_or_on_a_terminal() {
    let colored = |words: &[&str]| text(&run(words).stdout).contains('\x1b');
    assert!(!colored(&FLAGSHIP));
    assert!(colored(&[&FLAGSHIP[..], &["--color", "always"]].concat()));
    assert!(!colored(&[&FLAGSHIP[..], &["--color", "never"]].concat()));
    let help = program().args(["--help", "--color=always"]).env("NO_COLOR", "1").output().unwrap();
    assert!(text(&help.stdout).contains('\x1b'), "the flag is stronger than the variable");
    let help = program().arg("--help").env("NO_COLOR", "1").output().unwrap();
    assert!(!text(&help.stdout).contains('\x1b'));
    let forced = |name: &str, value: &str| {
        let mut command = program();
        let command = command.args(FLAGSHIP).env("CLICOLOR_FORCE", "1").env(name, value);
        text(&command.output().unwrap().stdout).contains('\x1b')
    };
    assert!(forced("CLICOLOR_FORCE", "1"));
    assert!(!forced("CLICOLOR_FORCE", "0"));
    assert!(!forced("NO_COLOR", "1"));
}

#[test]
fn columns_wrap_what_is_not_on_a_terminal() {
    let wide = |columns: Option<&str>| {
        let mut command = program();
        columns.map(|columns| command.env("COLUMNS", columns));
        let output = command.args(FLAGSHIP).output().unwrap();
        // No line is broken within an address.
        let text = text(&output.stdout);
        let lines = text.lines().filter(|line| line.split_whitespace().count() > 1);
        lines.map(|line| line.chars().count()).max().unwrap()
    };
    assert!(wide(Some("80")) <= 80);
    assert!(wide(None) > 80);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = program()
        .args(["--all", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 1];
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut start).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program().args(FLAGSHIP).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: cannot write the answer"));
}

#[cfg(target_os = "linux")]
#[test]
fn with_json_a_full_disk_is_one_json_object() {
    for words in [&["--need", "lora", "--format", "json"][..], &["list", "-fjson"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = program().args(words).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let error = json(&text(&output.stderr));
        assert_eq!(error["code"], "unwritable-answer", "{error}");
    }
}

#[test]
fn help_groups_the_commands_and_shows_examples() {
    let help = stdout(&["--help"]);
    for heading in ["Ask:", "Look:", "Maintain:", "Integrate:", "Request:", "Output:", "Examples:"]
    {
        assert!(help.contains(&format!("\n{heading}\n")), "{heading} is missing:\n{help}");
    }
    assert!(help.find("explain").unwrap() < help.find("matrix").unwrap());
    for command in [
        "plan",
        "explain",
        "list",
        "matrix",
        "import",
        "lint",
        "diff",
        "since",
        "completions",
        "man",
    ] {
        let own = stdout(&[command, "--help"]);
        assert!(own.matches("dynamo-plan ").count() >= 3, "{command} has two examples:\n{own}");
        assert_eq!(own, stdout(&["help", command]));
    }
    let short = stdout(&["-h"]);
    assert!(short.len() < help.len() && short.lines().count() < 75, "-h is short:\n{short}");
    assert_eq!(stdout(&["--version"]), concat!("dynamo-plan ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// Runs a printed command in a shell that finds the program by name.
fn shell(command: &str) -> Output {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    Command::new("sh").args(["-c", command]).env("PATH", path).output().unwrap()
}

#[test]
#[cfg(unix)]
fn every_suggested_command_gives_what_it_promises() {
    let needs = ["lora", "audio", "video", "kv-routing", "specdec", "disagg", "planner", "kvbm"];
    let mut tried = 0;
    for (i, a) in needs.iter().enumerate() {
        for (j, b) in needs[..i].iter().enumerate() {
            let need = format!("{a},{b},{}", needs[(i + j + 1) % needs.len()]);
            let more: [&[&str]; 5] = [
                &["--pattern", "EPD", "--want", "tools"],
                &["--pattern", "E/PD", "--release", "1.2.0"],
                &["--pattern", "EP/D", "--rules", "deployability", "--backend", "sglang,vllm"],
                &["--stable", "--driver", "575", "--release", ">=1.2"],
                &["--avoid", "tools", "--all"],
            ];
            let words = [&["--need", &need], more[(i + j) % more.len()]].concat();
            let answer = text(&run(&words).stdout);
            for (command, plans) in answer.lines().filter_map(|line| line.split_once("  # ")) {
                let Some(plans) = plans.trim().strip_suffix("plans").or(plans.strip_suffix("plan"))
                else {
                    continue;
                };
                tried += 1;
                let found = shell(&format!("{command} --format json"));
                let given: Value = serde_json::from_slice(&found.stdout).unwrap();
                let promised: u64 = plans.trim().parse().unwrap();
                assert_eq!(
                    given["total"],
                    promised,
                    "{words:?}: {command}: {}",
                    text(&found.stderr)
                );
            }
        }
    }
    assert!(tried > 20, "only {tried} suggestions");
}

#[test]
#[cfg(unix)]
fn suggested_commands_find_files_of_any_name() {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let pages = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages"));
    let program_folder = std::path::Path::new(env!("CARGO_BIN_EXE_dynamo-plan")).parent().unwrap();
    let path = format!("{}:{}", program_folder.display(), std::env::var("PATH").unwrap());
    for name in [&b"-x.md"[..], b"a\nb.md", b"\xff.md", b"it's \\.md"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(OsStr::from_bytes(name));
        std::fs::copy(pages.join("feature-matrix.md"), &file).unwrap();
        let flag = OsString::from_vec([b"--matrix=", name].concat());
        for words in [&["matrix"][..], &["--need", "multimodal-video,lora"]] {
            let mut command = program();
            let answer = command.args(words).arg(&flag).current_dir(folder.path());
            let answer = text(&answer.output().unwrap().stdout);
            let suggested =
                answer.lines().filter_map(|line| line.split_once("  # ")).map(|(line, _)| line);
            let suggested: Vec<&str> = suggested.filter(|line| line.contains("--matrix")).collect();
            assert!(!suggested.is_empty(), "{name:?}: {answer}");
            for line in suggested {
                let mut shell = Command::new("bash");
                shell.args(["-c", line]).env("PATH", &path).current_dir(folder.path());
                let found = shell.output().unwrap();
                assert_ne!(found.status.code(), Some(2), "{line}: {}", text(&found.stderr));
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn pointers_to_other_commands_repeat_the_request() {
    let many = ["--need", "lora,kvbm,specdec", "--release", "<1.4", "--backend", "sglang,vllm"];
    let answer = text(&run(&many).stdout);
    let command = "dynamo-plan explain --need kv-block-manager,lora,speculative-decoding";
    assert!(answer.contains(command), "{answer}");
    let overview = stdout(&["matrix", "--release", "latest"]);
    assert!(overview.contains("dynamo-plan matrix sglang --release 1.5.1"), "{overview}");
    let tables = stdout(&["--need", "planner", "--tables-only"]);
    assert!(tables.contains("Count such rules with --rules deployability"), "{tables}");
    let open = text(&run(&["--need", "lora,video", "--tables-only"]).stdout);
    assert!(open.contains("--need multimodal-video --tables-only  # "), "{open}");
}

#[test]
fn the_manual_pages_are_troff() {
    for words in [&["man"][..], &["man", "explain"]] {
        let page = stdout(words);
        assert!(page.contains(".TH dynamo-plan"), "{page}");
        assert!(page.contains("\\-\\-need"), "{page}");
    }
}

#[test]
fn matrices_and_lists_have_every_form() {
    assert!(stdout(&["matrix"]).contains("speculative-decoding"));
    assert!(stdout(&["matrix", "TensorRT-LLM"]).contains("which features go together"));
    assert!(stdout(&["matrix", "--format", "markdown"]).contains("## Quick Comparison"));
    let csv = stdout(&["matrix", "--format", "csv", "--backend", "vllm"]);
    assert!(csv.lines().skip(1).all(|line| line.starts_with("0.9.0,vllm,")), "{csv}");
    assert!(rejection(&["matrix", "--release", "all"]).contains("--release"));
    assert!(stdout(&["list", "features"]).contains("kvbm"));
    assert!(stdout(&["list", "releases"]).contains("1.4.0"));
}

#[test]
fn releases_are_chosen_by_flag_or_variable() {
    let first = |words: &[&str]| stdout(words).lines().next().unwrap().to_owned();
    let lora = ["--need", "lora,tools"];
    assert_eq!(first(&lora), "Dynamo 0.9.0 (default; newest bundled: 1.5.1; newest known: 1.7.0)");
    assert_eq!(
        first(&[&lora[..], &["--dynamo", "latest"]].concat()),
        "Dynamo 1.5.1 (newest bundled; newest known: 1.7.0)"
    );
    let range = first(&[&lora[..], &["--release", ">=1.0, <1.3"]].concat());
    assert!(range.starts_with("Dynamo 1.0.0 to 1.2.1, 7 releases"), "{range}");
    let output = program().args(lora).env("DYNAMO_PLAN_RELEASE", "1.0.0").output().unwrap();
    assert!(text(&output.stdout).starts_with("Dynamo 1.0.0 "));
}

#[test]
fn a_bad_release_in_the_variable_names_the_variable() {
    let stderr = |value: &std::ffi::OsStr| {
        let mut command = program();
        let output = command.args(["--need", "lora"]).env("DYNAMO_PLAN_RELEASE", value).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        text(&output.stderr)
    };
    for value in ["7.7", "nonsense"] {
        let said = stderr(value.as_ref());
        assert!(said.starts_with("error: DYNAMO_PLAN_RELEASE: "), "{said}");
    }
    assert!(!rejection(&["--need", "lora", "--release", "7.7"]).contains("DYNAMO_PLAN_RELEASE"));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let said = stderr(std::ffi::OsStr::from_bytes(b"1.4.0\xff"));
        assert!(said.starts_with("error: DYNAMO_PLAN_RELEASE: the value is not UTF-8"), "{said}");
    }
}

#[test]
fn a_feature_of_a_later_release_is_told_from_when_on() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
        .args(["--need", "snapshot"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("lists it from 1.0.0 on"), "{said}");
}

#[test]
fn where_there_is_no_plan_other_backends_and_releases_are_named() {
    let said = |words: &[&str]| text(&run(words).stdout);
    let answer = said(&["--need", "lora", "--backend", "trtllm"]);
    assert!(answer.contains("Without --backend, this request has 1 plan, on vllm"));
    let old = ["--need", "disagg,kv-routing,tools", "--driver", "575", "--release", "latest"];
    let answer = said(&old);
    assert!(answer.contains("With --release 1.2.1, this request has 2 plans"), "{answer}");
    let codes = json(&said(&[&old[..], &["--format", "json"]].concat()));
    assert_eq!(codes["notices"][1]["code"], "other-release");
    assert!(!said(&[&FLAGSHIP[..], &["--release", "all"]].concat()).contains("With --release"));
}
