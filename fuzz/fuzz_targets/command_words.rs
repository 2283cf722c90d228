//! Bytes, split at line breaks and NULs, as the words of a command line: each composition of the parser
//! takes the same, and two runs give the same answer or the same failure, which prints as text without
//! control characters and as JSON.
//!
//! A crate cannot call into a program, so the modules of the command line are included by path.
#![no_main]

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::LazyLock;

use cli::*;
use exit::Answer;
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;

#[allow(dead_code, reason = "what prints is left out")]
#[path = "../../src/cli"]
mod cli {
    pub(crate) mod args;
    pub(crate) mod ask;
    pub(crate) mod atomic_file;
    pub(crate) mod command;
    pub(crate) mod command_spec;
    pub(crate) mod commands;
    pub(crate) mod completion;
    pub(crate) mod deadline;
    pub(crate) mod error;
    pub(crate) mod exit;
    pub(crate) mod input;
    pub(crate) mod interrupt;
    pub(crate) mod manifests;
    pub(crate) mod matrix_store;
    pub(crate) mod misplaced_word;
    pub(crate) mod output;
    pub(crate) mod raw_words;
    pub(crate) mod release_choice;
    pub(crate) mod requests;
    pub(crate) mod run;
    pub(crate) mod source;
    pub(crate) mod terminal;
}

/// More words, and longer ones, repeat what fewer say.
const MOST_WORDS: usize = 24;
const LONGEST_WORD: usize = 64;

/// An empty folder to run in, so that no relative name is that of a file.
static EMPTY: LazyLock<PathBuf> =
    LazyLock::new(|| tempfile::tempdir().expect("a folder can be made").keep());

/// Whether a command may run: it reads and writes no file, ends soon, and says the same each time.
fn may_run(words: &[OsString]) -> bool {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy().to_lowercase()).collect();
    let any = |test: fn(&str) -> bool| words.iter().any(|word| test(word));
    // `batch` reads stdin, `check` whole folders, and `import` writes files; what is behind them is fuzzed by other
    // targets.
    let works_on_files = any(|word| matches!(word, "batch" | "check" | "import"));
    // All plans of all releases as JSON take seconds and gigabytes, which is what was asked for.
    let lists_all = any(|word| word == "--all")
        && any(|word| word.contains("json") || word.starts_with("--limit") || has_flag(word, 'l'));
    // What is found before a deadline depends on the machine.
    let is_timed = any(|word| word.starts_with("--timeout"));
    !(works_on_files || lists_all || is_timed || any(may_lead_out))
}

/// Whether a word may name stdin, or a file that is not in the empty folder.
fn may_lead_out(word: &str) -> bool {
    let patterns = ["e/p/d", "ep/d", "e/pd"];
    let rest = patterns.iter().fold(word.to_owned(), |word, pattern| word.replace(pattern, ""));
    rest.contains('/') || word.ends_with('-')
}

/// Whether a word may be or hold this short flag.
fn has_flag(word: &str, flag: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(flag)
}

/// What a run gives, as it is printed.
#[derive(Debug, PartialEq)]
enum Printed {
    Answer { text: String, remarks: String, status: String },
    Failure { text: String, json: String },
}

fn run_once(words: &[OsString]) -> Printed {
    match run::run(words) {
        Ok(Answer { text, remarks, status }) => {
            Printed::Answer { text, remarks, status: format!("{status:?}") }
        }
        Err(failure) => {
            let failure = failure.with_release();
            Printed::Failure { text: failure.to_text(words), json: failure.to_json() }
        }
    }
}

/// What the parser made for the first word takes, the one made for all commands takes likewise.
fn check_parsers(words: &[OsString]) {
    if let Ok(leanest) = command::leanest(words).try_get_matches_from(words) {
        let lean = command::lean().try_get_matches_from(words).expect("both parsers take it");
        assert_eq!(leanest.subcommand_name(), lean.subcommand_name());
    }
}

/// What is printed holds no control character that the words brought in, and its JSON is JSON.
fn check(words: &[OsString], printed: &Printed) {
    let always = |word: &OsString| word.to_string_lossy().to_lowercase().contains("always");
    let colored =
        words.iter().any(always) || io::stdout().is_terminal() || io::stderr().is_terminal();
    let check_text = |text: &str| {
        let allowed = |c: char| !c.is_control() || c == '\n' || c == '\t' || c == '\x1b' && colored;
        assert!(text.chars().all(allowed), "a control character is printed: {text:?}");
    };
    match printed {
        Printed::Answer { text, remarks, .. } => {
            check_text(text);
            check_text(remarks);
            if text.starts_with('{') {
                parse(text);
            }
        }
        Printed::Failure { text, json } => {
            check_text(text);
            check_text(json);
            assert!(text.ends_with('\n'), "a failure ends its line: {text:?}");
            let value = parse(json);
            assert!(value["code"].as_str().is_some_and(|code| !code.is_empty()), "{json}");
            assert!(value["message"].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        }
    }
}

/// The JSON of a text, which ends in one line break.
fn parse(text: &str) -> Value {
    let body = text.strip_suffix('\n').expect("JSON ends its line");
    assert!(!body.ends_with('\n'), "JSON ends once: {text:?}");
    serde_json::from_str(body).expect("this is JSON")
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let words = bytes.split(|byte| matches!(byte, 0 | b'\n'));
    let words: Vec<OsString> = words.map(|word| OsString::from_vec(word.to_vec())).collect();
    if words.len() > MOST_WORDS || words.iter().any(|word| word.len() > LONGEST_WORD) {
        return Corpus::Reject;
    }
    check_parsers(&words);
    if may_run(&words) {
        let here = env::current_dir().expect("there is a current folder");
        env::set_current_dir(&*EMPTY).expect("the empty folder is there");
        let [first, second] = [run_once(&words), run_once(&words)];
        env::set_current_dir(here).expect("the folder before is there");
        assert_eq!(first, second, "two runs differ");
        check(&words, &first);
    }
    Corpus::Keep
});
