//! Completions, as real shells get them. A shell that is not installed is passed over with a message.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it passes over")]

use std::path::Path;
use std::process::{Command, Output};

/// Lines that end where a user asks, each with words that are offered and words that are not.
const LINES: [(&str, &[&str], &[&str]); 19] = [
    ("dynamo-plan --need lora,t", &["lora,tool-calling"], &["lora,lora", "tool-calling"]),
    ("dynamo-plan diff ", &["0.9.0", "1.5.1", "latest", "feature-matrix.md"], &["all", "--need"]),
    ("dynamo-plan diff 0.9.0 1.4", &["1.4.0", "1.4.2"], &["1.5.1"]),
    ("dynamo-plan l", &["list", "lint", "lora"], &["plan", "latest"]),
    ("dynamo-plan lora,kv-aware-routing di", &["disaggregated-serving"], &["diff"]),
    ("dynamo-plan --release 1.3,la", &["1.3,latest"], &["latest"]),
    ("dynamo-plan --release a", &["all"], &["latest"]),
    ("dynamo-plan whatif --upgrade 1.5", &["1.5.0", "1.5.1"], &["1.4.0"]),
    ("dynamo-plan --fact hy", &["hybrid-attention"], &["multi-node"]),
    ("dynamo-plan --pattern E/", &["E/PD", "E/P/D"], &["EPD"]),
    ("dynamo-plan --need vid", &["video", "video-input"], &["multimodal-video"]),
    ("dynamo-plan -b ", &["vllm", "sglang", "trtllm"], &["lora"]),
    ("dynamo-plan explain --rules ", &["deployability", "known-issues", "none"], &["lora"]),
    ("dynamo-plan matrix --format ", &["table", "markdown", "csv", "json"], &["svg"]),
    ("dynamo-plan show hyb", &["hybrid-attention"], &["vllm"]),
    ("dynamo-plan batch --fields ", &["request", "plans", "notices"], &["lora", "supported"]),
    ("dynamo-plan batch --fields total,ver", &["total,verdict"], &["verdict"]),
    ("dynamo-plan manifest --fill to", &["tool-parser="], &["model=", "lora"]),
    ("dynamo-plan since --acc", &["--accept"], &["--avoid"]),
];

/// Runs a shell, with the program first on its path, where pages are.
fn shell(name: &str, words: &[&str]) -> Option<Output> {
    let program = Path::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new(name)
        .args(words)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages"))
        .output();
    output.ok().filter(|output| output.status.success())
}

fn is_installed(name: &str) -> bool {
    let found = shell(name, &["-c", "true"]).is_some();
    if !found {
        println!("{name} is not installed, so its completions are not tried");
    }
    found
}

/// Holds that a shell offers the right words for each line.
fn check(name: &str, offered: impl Fn(&str) -> Vec<String>) {
    if !is_installed(name) {
        return;
    }
    for (line, yes, no) in LINES {
        let found = offered(line);
        let has = |word: &&&str| found.iter().any(|offer| offer == **word);
        let missing: Vec<_> = yes.iter().filter(|word| !has(word)).collect();
        assert!(missing.is_empty(), "{name}: {line}: {missing:?} are not among {found:?}");
        let wrong: Vec<_> = no.iter().filter(has).collect();
        assert!(wrong.is_empty(), "{name}: {line}: {wrong:?} are among {found:?}");
    }
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
#[cfg(unix)]
fn bash_completes_names_in_every_place() {
    let script = r#"
        source <(dynamo-plan completions bash)
        read -ra COMP_WORDS <<< "$1"
        [[ "$1" == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_TYPE=9
        complete -p dynamo-plan > /dev/null || exit 1
        function=$(complete -p dynamo-plan | sed 's/.*-F \([^ ]*\).*/\1/')
        $function dynamo-plan "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    check("bash", |line| lines(&shell("bash", &["-c", script, "bash", line]).unwrap()));
}

#[test]
#[cfg(unix)]
fn fish_completes_names_in_every_place() {
    let script = "dynamo-plan completions fish | source; complete --do-complete $argv[1]";
    let word = |line: String| line.split('\t').next().unwrap_or_default().to_owned();
    check("fish", |line| {
        lines(&shell("fish", &["--no-config", "-c", script, line]).unwrap())
            .into_iter()
            .map(word)
            .collect()
    });
}

/// The function of the script is called as the shell would, with a `_describe` that prints what it is
/// given: the line editor needs a terminal.
#[test]
#[cfg(unix)]
fn zsh_completes_names_in_every_place() {
    let script = r#"
        compdef() { function=$1 }
        _describe() { for name in "$@"; do true; done; print -rl -- "${(@P)name}" }
        source <(dynamo-plan completions zsh)
        words=("${(@s: :)1}")
        CURRENT=${#words}
        $function
    "#;
    let word = |line: String| line.split(':').next().unwrap_or_default().to_owned();
    check("zsh", |line| {
        lines(&shell("zsh", &["-f", "-c", script, "zsh", line]).unwrap())
            .into_iter()
            .map(word)
            .collect()
    });
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(["completions", shell])
            .output()
            .unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            script.contains("dynamo-plan") && script.contains("DYNAMO_PLAN_COMPLETE"),
            "{shell}"
        );
    }
}

#[test]
fn where_nothing_can_be_offered_nothing_is_printed() {
    for (shell, words) in [("bash", &["--"][..]), ("nonsense", &["--", "dynamo-plan", "l"])] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(words)
            .env("DYNAMO_PLAN_COMPLETE", shell)
            .output()
            .unwrap();
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{shell}");
    }
}

#[test]
fn each_part_of_a_changed_cell_is_completed() {
    for (begun, offered) in [
        ("tr", "trtllm"),
        ("1.4.0/vl", "1.4.0/vllm"),
        ("vllm: lo", "vllm: lora"),
        ("vllm:lora+tool", "vllm:lora+tool-calling"),
        ("vllm: lora = supp", "vllm: lora = supported"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"))
            .args(["--", "dynamo-plan", "whatif", "lora", "--set", begun])
            .env("DYNAMO_PLAN_COMPLETE", "fish")
            .output()
            .unwrap();
        let found = lines(&output);
        let value = |line: &String| line.split('\t').next().unwrap_or_default().to_owned();
        assert_eq!(found.iter().map(value).collect::<Vec<_>>(), [offered], "{begun}");
    }
}
