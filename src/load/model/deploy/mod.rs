//! The files below `model/deploy`: what deployments write, in TOML, to what is known of them.

mod flags;
mod manifests;
mod processes;
mod rules;
mod schema;
mod settings;
mod signals;
mod values;

pub(super) use flags::read as read_flags;
pub(super) use manifests::read as read_manifests;
pub(super) use processes::read as read_processes;
pub(super) use rules::read as read_check_rules;
pub(super) use schema::read as read_schema;
pub(super) use signals::read as read_signals;

use super::document;
use super::fields::{self, TableFields};
use crate::load::problems::Problems;
use crate::matrix::deploy::ReleaseRanges;

/// The ranges of releases below a key; none where it is not written.
fn ranges(entry: &TableFields<'_>, key: &str, problems: &Problems) -> ReleaseRanges {
    let ranges = document::ranges(entry, key, problems).into_iter();
    ReleaseRanges(ranges.map(|range| range.value).collect())
}

/// The releases that an entry is about; every one where it does not say.
fn releases(entry: &TableFields<'_>, problems: &Problems) -> ReleaseRanges {
    match entry.value("releases") {
        Some(_) => ranges(entry, "releases", problems),
        None => ReleaseRanges::every(),
    }
}

/// The texts below a key, without their places.
fn texts(entry: &TableFields<'_>, key: &str) -> Vec<String> {
    entry.texts(key).into_iter().map(|text| text.value).collect()
}

/// The text below a key, without its place.
fn text(entry: &TableFields<'_>, key: &str) -> Option<String> {
    entry.text(key).map(|text| text.value)
}

/// The sources of an entry, which must have one.
fn sources(entry: &TableFields<'_>) -> Vec<String> {
    if entry.value("source").is_none() {
        entry.missing("source");
    }
    texts(entry, "source")
}

/// The texts of the table below a key, in its order; nothing where it is not written.
fn pairs(entry: &TableFields<'_>, key: &str, problems: &Problems) -> Vec<(String, String)> {
    let Some(table) = entry.open_table(key) else { return Vec::new() };
    let entries = table.entries().into_iter().filter_map(|(name, value)| {
        let text = fields::text(value, name.value, problems)?;
        Some((name.value.to_owned(), text.value))
    });
    entries.collect()
}
