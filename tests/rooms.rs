//! Data flows one way: each room may name only the rooms before it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms that it may use.
const ROOMS: [(&str, &[&str]); 11] = [
    ("matrix", &[]),
    ("target", &["matrix"]),
    ("load", &["matrix"]),
    ("request", &["matrix", "target"]),
    ("encode", &["matrix", "target"]),
    ("solve", &["encode"]),
    ("engine", &["matrix", "target", "encode", "solve"]),
    ("plan", &["matrix", "target", "load", "request", "engine", "solve"]),
    ("analysis", &["matrix", "target", "load", "request", "engine", "plan"]),
    ("render", &["matrix", "load", "request", "plan", "analysis"]),
];

/// Crates that one room alone may name, by the name that a path to them begins with.
const CRATES: [(&str, &str); 4] = [
    ("varisat::", "solve"),
    ("toml::", "load"),
    ("annotate_snippets::", "render"),
    ("clap::", "cli"),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The lines of a file that are code.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.map(str::to_owned).collect()
}

fn room(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

#[test]
fn each_room_names_only_the_rooms_before_it() {
    let names: BTreeSet<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in ROOMS {
        let files = sources(&room(name));
        assert!(!files.is_empty(), "src/{name} holds nothing");
        for path in files {
            for line in code(&path) {
                for (start, _) in line.match_indices("crate::") {
                    let used = &line[start + "crate::".len()..];
                    let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next();
                    let used = used.unwrap_or_default();
                    assert!(
                        used == name || !names.contains(used) || allowed.contains(&used),
                        "{} names {used}: {line}",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn some_crates_are_named_in_one_room_alone() {
    for path in sources(&room("")) {
        for line in code(&path) {
            for (name, home) in CRATES {
                let begins = line.match_indices(name).any(|(i, _)| {
                    !line[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                assert!(
                    !begins || path.starts_with(room(home)),
                    "{} names {name}: {line}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn only_the_program_prints() {
    for path in sources(&room("")).into_iter().filter(|path| !path.starts_with(room("cli"))) {
        for line in code(&path) {
            let prints = ["print!(", "println!(", "eprint!(", "eprintln!("];
            let prints = prints.iter().any(|call| line.contains(call));
            assert!(!prints, "{} prints: {line}", path.display());
        }
    }
}
