//! Data flows one way: each module may name only the modules before it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every top-level entry of `src` and the entries that it may use.
const MODULES: &[(&str, &[&str])] = &[
    ("matrix", &[]),
    ("target", &["matrix"]),
    ("load", &["matrix"]),
    ("request", &["matrix", "target"]),
    ("encode", &["matrix", "target"]),
    ("solve", &["encode"]),
    ("engine", &["matrix", "target", "encode", "solve"]),
    ("plan", &["matrix", "target", "load", "request", "engine", "solve"]),
    ("analysis", &["matrix", "target", "load", "request", "engine", "plan"]),
    ("render", &["matrix", "target", "load", "request", "plan", "analysis"]),
    ("answer", &["matrix", "load", "request", "plan", "render"]),
    ("batch", &["matrix", "target", "request", "engine", "plan", "render", "answer"]),
    ("lib.rs", &["matrix", "load", "request", "plan", "answer"]),
    ("cli", &[]),
];

/// Crates that one module alone may name, by the name that a path to them begins with.
const CRATES: [(&str, &str); 5] = [
    ("varisat::", "solve"),
    ("toml::", "load"),
    ("saphyr_parser::", "load"),
    ("annotate_snippets::", "render"),
    ("clap::", "cli"),
];

pub(crate) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

/// The Rust files of a folder, or the file itself.
pub(crate) fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = entries.flat_map(|path| sources(&path)).collect();
    found.into_iter().filter(|path| path.extension().is_some_and(|it| it == "rs")).collect()
}

/// The code of a file without comments, on one line.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join(" ")
}

/// The first names of all paths below `crate::`, also in braces: `crate::{a::B, c}` names `a`, `c`.
fn used(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (start, prefix) in code.match_indices("crate::") {
        let rest = &code[start + prefix.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => top_level(list),
            None => vec![rest],
        };
        for path in list {
            let end = path.trim_start().find(|c: char| !c.is_alphanumeric() && c != '_');
            let path = path.trim_start();
            names.insert(path[..end.unwrap_or(path.len())].to_owned());
        }
    }
    names
}

/// The entries of a list up to the brace that closes it, split at its own commas.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut entries) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                entries.push(&list[start..at]);
                return entries;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                entries.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    entries
}

#[test]
fn every_entry_of_the_source_is_listed() {
    let entries = fs::read_dir(source("")).unwrap();
    let found: BTreeSet<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let listed: BTreeSet<String> = MODULES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, listed);
}

#[test]
fn each_module_names_only_those_before_it() {
    for (name, allowed) in MODULES.iter().filter(|(name, _)| !matches!(*name, "cli" | "lib.rs")) {
        for path in sources(&source(name)) {
            for used in used(&code(&path)) {
                let is_module = MODULES.iter().any(|(module, _)| *module == used);
                assert!(
                    used == *name || is_module && allowed.contains(&&*used),
                    "{} names crate::{used}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn a_name_in_braces_is_seen() {
    let names = used("use crate::{plan::{Plan, Score}, render}; crate::load::file(x)");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["load", "plan", "render"]);
}

#[test]
fn some_crates_are_named_in_one_module_alone() {
    for path in sources(&source("")) {
        let code = code(&path);
        for (name, home) in CRATES {
            let begins = code.match_indices(name).any(|(i, _)| {
                !code[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            assert!(!begins || path.starts_with(source(home)), "{} names {name}", path.display());
        }
    }
}

#[test]
fn only_the_program_prints() {
    for path in sources(&source("")).into_iter().filter(|path| !path.starts_with(source("cli"))) {
        let code = code(&path);
        for call in ["print!(", "println!(", "eprint!(", "eprintln!("] {
            assert!(!code.contains(call), "{} prints with {call}", path.display());
        }
    }
}
