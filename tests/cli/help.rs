//! Help and manual pages: what they hold, how wide they are, and that they stay as they are stored.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use crate::snapshot;

/// Every command; the empty word is the program itself.
const COMMANDS: [&str; 18] = [
    "",
    "plan",
    "explain",
    "whatif",
    "split",
    "batch",
    "check",
    "show",
    "list",
    "matrix",
    "analyze",
    "import",
    "lint",
    "diff",
    "since",
    "completions",
    "man",
    "manifest",
];

/// What a command prints, at 80 columns.
fn printed(words: &[&str]) -> String {
    let words = words.iter().filter(|word| !word.is_empty());
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
    let output = command.args(words).env("COLUMNS", "80").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines below a heading, without their indent, up to the next one.
fn section<'t>(page: &'t str, heading: &str) -> Vec<&'t str> {
    let (_, rest) = page.split_once(&format!("\n{heading}:\n")).unwrap();
    rest.lines().take_while(|line| line.starts_with("  ")).map(str::trim).collect()
}

#[test]
fn help_fits_the_screen() {
    for command in COMMANDS {
        let [short, long] = ["-h", "--help"].map(|flag| printed(&[command, flag]));
        for line in short.lines().chain(long.lines()) {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
        let lines = short.lines().count();
        assert!(lines <= 40, "{command}: {lines} lines:\n{short}");
    }
    assert!(printed(&["-h"]).lines().count() >= 24);
}

#[test]
fn wrapped_help_breaks_between_words() {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for command in COMMANDS {
        let wide = |columns: &str| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_dynamo-plan"));
            let program = program.args([command, "--help"].iter().filter(|word| !word.is_empty()));
            String::from_utf8(program.env("COLUMNS", columns).output().unwrap().stdout).unwrap()
        };
        assert_eq!(words(&wide("80")), words(&wide("60")), "{command}");
    }
}

#[test]
fn examples_can_be_copied_and_exit_statuses_are_told() {
    for command in COMMANDS {
        let help = printed(&[command, "--help"]);
        let examples = section(&help, "Examples");
        let commands = examples.iter().filter(|line| !line.ends_with(':'));
        for line in commands.clone() {
            assert!(line.contains("dynamo-plan "), "{command}: a wrapped command: {line}");
        }
        assert_eq!(commands.count() * 2, examples.len(), "{command}: {examples:?}");
        let statuses = section(&help, "Exit status");
        let numbers: Vec<&str> =
            statuses.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(numbers, ["0", "1", "2", "3", "130"], "{command}");
    }
}

/// The flags of long help with their values: `--need <FEATURE>`.
fn flags(help: &str) -> Vec<String> {
    let lines = help.lines().map(str::trim).filter(|line| line.starts_with('-'));
    let lines = lines.filter_map(|line| line.find("--").map(|at| line[at..].to_owned()));
    lines.filter(|flag| !flag.contains("  ")).collect()
}

#[test]
fn the_manual_has_every_flag_and_names_pages_that_exist() {
    for command in COMMANDS {
        let page = printed(&["man", command]);
        for title in ["COMMANDS", "EXAMPLES", "\"EXIT STATUS\"", "ENVIRONMENT", "FILES", "VERSION"]
        {
            assert!(page.contains(&format!(".SH {title}\n")), "{command}: {title}");
        }
        let plain = page.replace("\\-", "-");
        let plain =
            ["\\fB", "\\fI", "\\fR"].iter().fold(plain, |text, font| text.replace(font, ""));
        let found = flags(&printed(&[command, "--help"]));
        assert!(!found.is_empty(), "{command}");
        for flag in found {
            assert!(plain.contains(&flag), "{command}: {flag} is not in the manual");
        }
        let described = |entry: &str| entry.lines().nth(2).is_some_and(|text| !text.is_empty());
        for entry in plain.split("\n.TP").skip(1).filter(|entry| entry.starts_with("\n-")) {
            assert!(described(entry), "{command}: no text in{entry}");
        }
        for reference in plain.lines().filter_map(|line| line.strip_suffix("(1)")) {
            let name = reference.trim().strip_prefix("dynamo-plan-").unwrap();
            assert!(COMMANDS.contains(&name), "{command}: {reference}");
        }
        assert!(plain.contains("DYNAMO_PLAN_RELEASE") && plain.contains("CLICOLOR_FORCE"));
    }
}

#[test]
fn help_and_manual_stay_as_they_are_stored() {
    for command in COMMANDS {
        let name = if command.is_empty() { "dynamo-plan" } else { command };
        snapshot::check(&format!("help/{name}-h.txt"), &printed(&[command, "-h"]));
        snapshot::check(&format!("help/{name}.txt"), &printed(&[command, "--help"]));
        let version = concat!("dynamo\\-plan ", env!("CARGO_PKG_VERSION"));
        let page = printed(&["man", command]).replace(version, "dynamo\\-plan VERSION");
        let page = page.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        snapshot::check(&format!("help/{name}.1"), &page);
    }
}
