//! Releases that are known by their pins alone, and how completely known issues are recorded.

use super::document::releases;
use super::fields::TableFields;
use super::files;
use crate::load::problems::Problems;
use crate::matrix::{
    KnownRelease, Platform, Recorded, Release, ReleasePins, ReleaseRange, Statement, Vocabulary,
};

/// The first line of a file of known releases.
const FORMAT: &str = "dynamo-plan/known-releases/v1";

/// The first line of the file that says how completely known issues are recorded.
const RECORDED_FORMAT: &str = "dynamo-plan/recorded/v1";

/// Reads the known releases, oldest first; `None` where the text is no TOML.
pub(super) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<KnownRelease>> {
    let table = files::parse(text, 0, problems)?;
    let root = TableFields::new(&table, files::whole(0), &["format", "release"], problems);
    files::check_format(&root, FORMAT, problems);
    let keys = ["release", "released", "kind", "engines", "platform", "statement"];
    let entries = root.tables("release", &keys);
    let mut known: Vec<KnownRelease> =
        entries.iter().filter_map(|entry| release(entry, vocabulary)).collect();
    known.sort_by(|a, b| a.release.cmp(&b.release));
    Some(known)
}

fn release(entry: &TableFields<'_>, vocabulary: &Vocabulary) -> Option<KnownRelease> {
    let label = entry.required_text("release");
    let kind = entry.required_text("kind");
    let engines = entry.table("engines", &["vllm", "sglang", "trtllm"]);
    let platforms = entry.tables("platform", &["backend", "cuda", "min-driver", "experimental"]);
    let pins = vocabulary.backends.iter().map(|backend| ReleasePins {
        backend: backend.id.clone(),
        engine: engines.as_ref().and_then(|engines| engines.text(&backend.id)).map(|at| at.value),
        platforms: platforms
            .iter()
            .filter(|row| row.text("backend").is_some_and(|name| name.value == backend.id))
            .filter_map(platform)
            .collect(),
    });
    let statements = entry.tables("statement", &["text", "source"]);
    let statements = statements.iter().filter_map(|entry| {
        let (text, source) = (entry.required_text("text"), entry.required_text("source"));
        Some(Statement { text: text?.value, source: source?.value })
    });
    Some(KnownRelease {
        release: Release::new(&label?.value),
        released: entry.day("released").map(|at| at.value),
        kind: kind?.value,
        pins: pins.collect(),
        statements: statements.collect(),
    })
}

fn platform(row: &TableFields<'_>) -> Option<Platform> {
    let cuda = row.required_text("cuda")?.value;
    if row.value("min-driver").is_none() {
        row.missing("min-driver");
    }
    Some(Platform {
        cuda,
        min_driver: row.number("min-driver")?,
        experimental: row.flag("experimental"),
    })
}

/// Reads how completely known issues are recorded, and the day on which that was last looked at.
pub(super) fn read_recorded(text: &str, problems: &Problems) -> Option<(String, Vec<Recorded>)> {
    let table = files::parse(text, 0, problems)?;
    let keys = ["format", "looked-at", "known-issues"];
    let root = TableFields::new(&table, files::whole(0), &keys, problems);
    files::check_format(&root, RECORDED_FORMAT, problems);
    let day = root.required_text("looked-at")?.value;
    let keys = ["releases", "recorded", "read", "of", "source"];
    let entries = root.tables("known-issues", &keys);
    Some((day, entries.iter().filter_map(|entry| recorded(entry, problems)).collect()))
}

fn recorded(entry: &TableFields<'_>, problems: &Problems) -> Option<Recorded> {
    let state = entry.required_text("recorded")?;
    let part = match state.value.as_str() {
        "complete" => None,
        "partial" => Some((entry.number("read")?, entry.number("of"))),
        "none" => Some((0, entry.number("of"))),
        _ => {
            let message = "known issues are recorded completely, in part or not at all";
            let help = "write `complete`, `partial` or `none`";
            problems.error("unknown-state", &state.place, message, help);
            return None;
        }
    };
    let range = releases(entry, problems).into_iter().next();
    let range = range.map_or_else(ReleaseRange::default, |range| range.value);
    Some(Recorded { releases: range, part })
}
