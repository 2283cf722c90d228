//! The public names of the library: a change of them is seen in a diff.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test source` stores the names as they are now.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The names that a file makes public at its own level, those of hidden modules left out.
fn public_names(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let visible = text.replace("#[doc(hidden)]\npub mod ", "mod ");
    let mut names = BTreeSet::new();
    for item in visible.split("\npub ").skip(1) {
        // A list in braces is within one statement; what follows that is another item.
        let item = item.split(';').next().unwrap_or_default();
        let mut words = item.split_whitespace();
        match words.next().unwrap_or_default() {
            "use" => names.extend(imported(&item["use".len()..])),
            "mod" | "fn" | "struct" | "enum" | "trait" | "const" | "type" => {
                let name = words.next().unwrap_or_default();
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
                names.insert(name[..end.unwrap_or(name.len())].to_owned());
            }
            _ => {}
        }
    }
    names
}

/// The names of `a::b::{C, D}`.
fn imported(path: &str) -> Vec<String> {
    let path = path.split('}').next().unwrap_or_default();
    let names = path.rsplit_once("::{").map_or_else(
        || vec![path.rsplit("::").next().unwrap_or_default()],
        |(_, list)| list.split(',').collect(),
    );
    let names = names.into_iter().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_public_names_are_those_that_were_meant() {
    let source: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src"].iter().collect();
    let mut shown = String::from("dynamo_plan\n");
    let root = public_names(&source.join("lib.rs"));
    for name in &root {
        shown += &format!("    {name}\n");
    }
    for module in root.iter().filter(|name| source.join(name).is_dir()) {
        shown += &format!("dynamo_plan::{module}\n");
        for name in public_names(&source.join(module).join("mod.rs")) {
            shown += &format!("    {name}\n");
        }
    }
    crate::snapshot::check("public-names.txt", &shown);
}
