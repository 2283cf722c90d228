//! A type name of the library stands for one thing.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;

use crate::modules::{source, sources};

/// Names that may stand for several things, each with the reason.
const SEVERAL_THINGS: [(&str, &str); 0] = [];

/// The words that declare a type. An alias counts where it stands by itself: within a trait or an
/// implementation it only fills in a name that the trait gives.
const DECLARING: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// The names of the types that a file declares, those of its tests left out.
fn declared(text: &str) -> Vec<&str> {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter_map(declared_by).collect()
}

/// The name of the type that a line declares.
fn declared_by(line: &str) -> Option<&str> {
    let code = line.trim_start();
    let public = code.strip_prefix("pub").map_or(code, |rest| match rest.strip_prefix('(') {
        Some(within) => within.split_once(')').map_or(rest, |(_, rest)| rest),
        None => rest,
    });
    let (word, rest) = public.trim_start().split_once(' ')?;
    if !DECLARING.contains(&word) || word == "type" && line != code {
        return None;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end])
}

#[test]
fn every_type_name_stands_for_one_thing() {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sources(&source("")).into_iter().filter(|path| !path.starts_with(source("cli"))) {
        let text = fs::read_to_string(&path).unwrap();
        for name in declared(&text) {
            homes.entry(name.to_owned()).or_default().push(path.display().to_string());
        }
    }
    let may = |name: &str| SEVERAL_THINGS.iter().any(|(several, _)| *several == name);
    homes.retain(|name, homes| homes.len() > 1 && !may(name));
    assert!(homes.is_empty(), "one name, several types: {homes:#?}");
}

#[test]
fn a_declared_type_is_seen() {
    let text = "
pub struct Plan<'p> {
enum Level {
pub(super) trait Solver: Sized {
type Key = (usize, usize);
impl Iterator for Plan<'_> {
    type Item = Level;
    fn plan() {
        struct Inner;
/// A struct Something
#[cfg(test)]
mod tests {
    struct Plan;
";
    assert_eq!(declared(text), ["Plan", "Level", "Solver", "Key", "Inner"]);
}
