//! Releases named in full, in part and in lists, everywhere that one is named.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    command.env_remove("DYNAMO_PLAN_RELEASE");
    command
}

fn run(words: &[&str]) -> Output {
    program().args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The releases that a request is about.
fn releases(choice: &[&str]) -> Value {
    let output = run(&[&["lora", "--json"], choice].concat());
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{choice:?}: {}", text(&output.stderr)));
    answer["request"]["releases"].clone()
}

/// The error that a choice of releases gives.
fn rejection(choice: &str) -> Value {
    let output = run(&["lora", "--json", "--release", choice]);
    assert_eq!(output.status.code(), Some(2), "{choice}: {}", text(&output.stdout));
    serde_json::from_slice(&output.stderr).unwrap()
}

#[test]
fn an_incomplete_version_is_the_newest_release_that_begins_so() {
    for (choice, meant) in [
        ("0.9", json!(["0.9.1"])),
        ("v0.9", json!(["0.9.1"])),
        ("0.9.0", json!(["0.9.0"])),
        ("1.3", json!(["1.3.1"])),
        ("1", json!(["1.5.1"])),
        ("1.3.0.post1", json!(["1.3.0"])),
        ("latest", json!(["1.5.1"])),
        ("1.3,1.4", json!(["1.3.1", "1.4.2"])),
        ("0.9.0, latest", json!(["0.9.0", "1.5.1"])),
        ("==1.3", json!(["1.3.0"])),
        (">=1.0, <1.1", json!(["1.0.0", "1.0.1", "1.0.2"])),
    ] {
        assert_eq!(releases(&["--release", choice]), meant, "{choice}");
    }
    assert_eq!(releases(&["-r", "1.3", "-r", "0.9"]), json!(["0.9.1", "1.3.1"]));
}

#[test]
fn the_variable_takes_the_same_words() {
    let mut command = program();
    let output = command.args(["lora", "--json"]).env("DYNAMO_PLAN_RELEASE", "1.3,1.4").output();
    let answer: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    assert_eq!(answer["request"]["releases"], json!(["1.3.1", "1.4.2"]));
}

#[test]
fn differences_and_upgrades_take_the_same_words() {
    let title = text(&run(&["diff", "1.3", "1"]).stdout);
    assert!(title.contains("1.3.1") && title.contains("1.5.1"), "{title}");
    let output = run(&["whatif", "lora", "--upgrade", "1.4", "--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["after"]["request"]["releases"], json!(["1.4.2"]));
    let matrix = text(&run(&["matrix", "--release", "1.4"]).stdout);
    assert!(matrix.starts_with("Dynamo 1.4.2 "), "{matrix}");
}

#[test]
fn the_releases_of_files_are_named_in_part_too() {
    let files = ["--matrix", "model/releases/1.3.0.toml", "--matrix", "model/releases/1.4.0.toml"];
    assert_eq!(releases(&[&files[..], &["-r", "1"]].concat()), json!(["1.4.0"]));
    assert_eq!(releases(&[&files[..], &["-r", "1.3"]].concat()), json!(["1.3.0"]));
}

#[test]
fn an_error_about_a_release_shows_the_command_that_lists_them() {
    for (choice, code) in [
        ("7.7", "unknown-release"),
        ("1.3,7.7", "unknown-release"),
        ("1.7", "release-without-matrix"),
        ("0.8.1.post1", "release-without-matrix"),
        ("1.3,", "invalid-release"),
        ("nonsense", "invalid-release"),
        ("1.3,>=1.4", "invalid-release"),
    ] {
        let error = rejection(choice);
        assert_eq!(error["code"], code, "{choice}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("`dynamo-plan list releases`"), "{choice}: {message}");
    }
    let slip = rejection("lastest");
    assert_eq!(slip["suggestions"], json!(["latest"]), "{slip}");
}

/// What `batch` prints on stdout and stderr.
fn batch(words: &[&str], input: &str) -> (String, String) {
    let mut command = program();
    let command = command.arg("batch").args(words).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_line_of_a_batch_takes_the_same_words() {
    let line = r#"{"need": "lora", "release": "1.3, 0.9"}"#;
    let (stdout, stderr) = batch(&["--fields", "request"], line);
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(answer["request"]["releases"], json!(["0.9.1", "1.3.1"]));
    assert_eq!(stderr, "", "every line chooses its releases");
}

#[test]
fn a_batch_says_which_release_it_asks_where_nobody_chose_one() {
    let lines = "{\"need\": \"lora\"}\n{\"need\": \"tools\"}\n";
    let said = "Dynamo 0.9.0 (default; newest bundled: 1.5.1); --release or a line's `release` \
                chooses\n";
    assert_eq!(batch(&[], lines).1, said);
    assert_eq!(batch(&["--quiet"], lines).1, "");
    assert_eq!(batch(&["--release", "latest"], lines).1, "");
    assert_eq!(batch(&["--matrix", "model/releases/1.4.0.toml"], lines).1, "");
}

#[test]
fn a_major_version_of_a_platform_is_met_by_any_minor_one() {
    let total = |words: &[&str]| {
        let output = run(&[&["lora", "--json", "--release", "1.2"], words].concat());
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["total"].as_u64().unwrap()
    };
    assert!(total(&["--cuda", "12"]) > 0);
    assert_eq!(total(&["--cuda", "12"]), total(&["--cuda", "12.9"]));
    assert_eq!(total(&["--cuda", "12.0"]), 0);
    assert_eq!(total(&["--driver", "580.126"]), total(&["--driver", "580"]));
    let line = |driver: &str| {
        let line = format!(r#"{{"need": "lora", "platform": {{"driver": {driver}}}}}"#);
        let (stdout, _) = batch(&["--fields", "request"], &line);
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        answer["request"]["platform"]["driver"].clone()
    };
    for driver in ["580", "580.126", r#""580.126.09""#] {
        assert_eq!(line(driver), 580, "{driver}");
    }
}

#[test]
fn the_list_of_releases_is_narrowed_by_a_choice() {
    let output = run(&["list", "releases", "--release", "1.3,1.4", "--json"]);
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let listed: Vec<&Value> =
        list["releases"].as_array().unwrap().iter().map(|it| &it["release"]).collect();
    assert_eq!(listed, ["1.3.1", "1.4.2"]);
    let all = text(&run(&["list", "releases"]).stdout);
    assert!(all.contains("\n  0.8.0-0.8.1 ") && all.contains("\n  1.7.0 "), "{all}");
}
