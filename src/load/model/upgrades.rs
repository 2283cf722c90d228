//! The file of what upgrades change beside requirements and flags.

use super::document::{ranges, repository};
use super::entries;
use super::fields::{TableFields, terms};
use super::files;
use super::rules::backends;
use super::suggest::{shown, suggest};
use crate::load::problems::Problems;
use crate::matrix::{ReleaseRange, Term, UpgradeChange, UpgradeCode, UpgradeEffect, Vocabulary};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/upgrades/v1";

/// The keys of a `[[change]]`.
const KEYS: [&str; 15] = [
    "id", "before", "after", "backend", "terms", "assumes", "role", "code", "effect", "names",
    "old", "new", "instead", "text", "source",
];

/// Reads the changes; `None` where the text is no TOML.
pub(super) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<UpgradeChange>> {
    let table = files::parse(text, 0, problems)?;
    let keys = ["format", "repository", "change"];
    let root = TableFields::new(&table, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let repository = root.text("repository").and_then(|at| repository(&at, problems));
    let mut changes: Vec<UpgradeChange> = Vec::new();
    for entry in root.tables("change", &KEYS) {
        let Some(read) = change(&entry, vocabulary, problems) else { continue };
        if changes.iter().any(|earlier| earlier.id == read.id) {
            let message = format!("two changes are called `{}`", shown(&read.id));
            problems.error("duplicate-change", entry.place(), message, "rename one of the two");
        }
        changes.push(UpgradeChange { repository: repository.clone(), ..read });
    }
    Some(changes)
}

fn change(
    entry: &TableFields<'_>,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<UpgradeChange> {
    let id = entry.filled_text("id");
    let told = entry.filled_text("text");
    let [before, after] = ["before", "after"].map(|key| range(entry, key, problems));
    let codes = UpgradeCode::OF_ROWS.map(|code| (code.id(), code));
    let code = one_of(entry, "code", &codes, problems);
    let effects = UpgradeEffect::ALL.map(|effect| (effect.id(), effect));
    let effect = one_of(entry, "effect", &effects, problems);
    if entry.value("source").is_none() {
        entry.missing("source");
    }
    let [held, assumes] = ["terms", "assumes"].map(|key| held(entry, key, vocabulary, problems));
    let text = |key| entry.text(key).map(|at| at.value.trim().to_owned());
    let texts = |key| entry.texts(key).into_iter().map(|at| at.value).collect();
    Some(UpgradeChange {
        before: before?,
        after: after?,
        backends: backends(entry, vocabulary, problems),
        terms: held?,
        assumes: assumes?,
        code: code?,
        effect: effect?,
        role: text("role"),
        names: texts("names"),
        old: text("old"),
        new: text("new"),
        instead: text("instead"),
        text: told?.value,
        sources: texts("source"),
        repository: None,
        id: id?.value,
    })
}

/// The terms below a key, none where it is not written; `None` where one is wrong.
fn held(
    entry: &TableFields<'_>,
    key: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<Term>> {
    let Some(value) = entry.value(key) else { return Some(Vec::new()) };
    let written = terms(&value, problems)?;
    let Vocabulary { dimension, facts, .. } = vocabulary;
    entries::terms(&written, vocabulary, Some(dimension), Some(facts), problems)
}

/// A range of releases that must be written.
fn range(entry: &TableFields<'_>, key: &str, problems: &Problems) -> Option<ReleaseRange> {
    if entry.value(key).is_none() {
        entry.missing(key);
    }
    ranges(entry, key, problems).into_iter().next().map(|range| range.value)
}

/// One of several words, which must be written.
fn one_of<T: Copy>(
    entry: &TableFields<'_>,
    key: &str,
    known: &[(&str, T)],
    problems: &Problems,
) -> Option<T> {
    let written = entry.required_text(key)?;
    let found = known.iter().find(|(id, _)| *id == written.value).map(|(_, found)| *found);
    if found.is_none() {
        let ids = || known.iter().map(|(id, _)| *id);
        let message = format!("no {key} is called `{}`", shown(&written.value));
        let otherwise = format!("write one of {}", ids().collect::<Vec<_>>().join(", "));
        let help = suggest(&written.value, ids(), &otherwise);
        problems.error("unknown-word", &written.place, message, help);
    }
    found
}
