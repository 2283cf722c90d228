//! A model file as it is written: the parsed TOML in, typed entries with their places out.
//!
//! Nothing is looked up here. What the entries mean together is worked out by `assemble`.

use toml::de::DeTable;

use super::fields::{PlacedValue, TableFields, terms, text};
use super::names::{self, NamedEntry, RawDimension};
use super::placed::{Placed, place};
use super::suggest::{shown, suggest};
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::{Note, NoteKind, ReleaseRange};

/// The first line of every model file.
pub(super) const FORMAT: &str = "dynamo-plan/model/v1";

/// The keys of a model file.
const KEYS: [&str; 17] = [
    "format",
    "release",
    "released",
    "include",
    "source",
    "anchors",
    "features",
    "pairs",
    "patterns",
    "dimension",
    "engines",
    "note",
    "cell",
    "platform",
    "feature",
    "group",
    "backend",
];

/// The entries of a table with a key per backend.
pub(super) type PerBackend<T> = Placed<Vec<(Placed<String>, T)>>;

/// The content of one file, or of a file together with those that it includes.
#[derive(Default)]
pub(super) struct Document {
    pub(super) format: Option<Placed<String>>,
    pub(super) release: Option<Placed<String>>,
    pub(super) released: Option<Placed<String>>,
    pub(super) include: Vec<Placed<String>>,
    pub(super) source: Option<Placed<Source>>,
    pub(super) anchors: Option<Placed<Anchors>>,
    /// The place of the text of the feature grid.
    pub(super) features: Option<FileSpan>,
    /// Per backend, the place of the text of its pair grid.
    pub(super) pairs: Option<PerBackend<FileSpan>>,
    /// The place of the text of the pattern grid.
    pub(super) patterns: Option<FileSpan>,
    pub(super) dimension: Option<Placed<RawDimension>>,
    /// Per backend, the engine's version.
    pub(super) engines: Option<PerBackend<Placed<String>>>,
    pub(super) notes: Vec<RawNote>,
    pub(super) cells: Vec<RawCell>,
    pub(super) platforms: Vec<RawPlatform>,
    pub(super) feature: Vec<NamedEntry>,
    pub(super) group: Vec<NamedEntry>,
    pub(super) backend: Vec<NamedEntry>,
}

/// The document that the model was taken from.
pub(super) struct Source {
    pub(super) path: Option<Placed<String>>,
    pub(super) commit: Option<String>,
    pub(super) date: Option<String>,
    pub(super) repository: Option<String>,
}

/// The anchors of the tables in the source.
#[derive(Default)]
pub(super) struct Anchors {
    pub(super) features: Anchor,
    pub(super) pairs: Anchor,
    pub(super) patterns: Anchor,
}

/// One place for all backends, or one for each.
#[derive(Default)]
pub(super) struct Anchor {
    pub(super) every: Option<String>,
    pub(super) each: Vec<(Placed<String>, String)>,
}

/// A `[[note]]`.
pub(super) struct RawNote {
    pub(super) place: FileSpan,
    pub(super) backends: Vec<Placed<String>>,
    pub(super) cells: Vec<Placed<Vec<Placed<String>>>>,
    pub(super) when: Option<Placed<Vec<Placed<String>>>>,
    pub(super) caveat: bool,
    /// The note without its sources and conditions.
    pub(super) note: Note,
    /// The sources as they are written; `None` where the key is left out.
    pub(super) sources: Option<Vec<String>>,
    pub(super) releases: Vec<Placed<ReleaseRange>>,
}

impl RawNote {
    /// The bytes of what it says, which every cell that it is on repeats.
    pub(super) fn size(&self) -> usize {
        let Note { text, workaround, names, .. } = &self.note;
        let texts = workaround.iter().chain(names).chain(self.sources.iter().flatten());
        texts.map(String::len).sum::<usize>() + text.len()
    }
}

/// A `[[cell]]`.
pub(super) struct RawCell {
    pub(super) backends: Vec<Placed<String>>,
    pub(super) terms: Placed<Vec<Placed<String>>>,
    pub(super) level: Placed<String>,
    pub(super) caveat: bool,
    pub(super) source: Option<String>,
    pub(super) releases: Vec<Placed<ReleaseRange>>,
}

/// A `[[platform]]`.
pub(super) struct RawPlatform {
    pub(super) backends: Vec<Placed<String>>,
    pub(super) cuda: String,
    pub(super) min_driver: u32,
    pub(super) experimental: bool,
}

impl Document {
    /// Reads the entries of a parsed file.
    pub(super) fn read(
        table: &DeTable<'_>,
        whole: FileSpan,
        file_text: &str,
        problems: &Problems,
    ) -> Document {
        let root = TableFields::new(table, whole, &KEYS, problems);
        let grid = |key: &str| grid_place(&root.value(key)?, key, file_text, problems);
        Document {
            format: root.text("format"),
            release: root.text("release"),
            released: root.day("released"),
            include: root.texts("include"),
            source: source(&root, problems),
            anchors: anchors(&root, problems),
            features: grid("features"),
            pairs: pairs(&root, file_text, problems),
            patterns: grid("patterns"),
            dimension: names::dimension(&root, problems),
            engines: engines(&root, problems),
            notes: notes(&root, problems),
            cells: cells(&root, problems),
            platforms: platforms(&root),
            feature: names::named(&root, "feature"),
            group: names::named(&root, "group"),
            backend: names::named(&root, "backend"),
        }
    }

    /// Adds what an included file says. A table comes from one file; lists are joined.
    pub(super) fn include(&mut self, other: Document, problems: &Problems) {
        let twice = |place: &FileSpan, key: &str| {
            problems.error(
                "duplicate-table",
                place,
                format!("`{key}` is written in this file and in one that is read with it"),
                "write each table in one file only",
            );
        };
        fn merge<T>(ours: &mut Option<T>, theirs: Option<T>, on_both: impl FnOnce(&T)) {
            match (&ours, &theirs) {
                (Some(_), Some(theirs)) => on_both(theirs),
                (None, Some(_)) => *ours = theirs,
                _ => {}
            }
        }
        merge(&mut self.release, other.release, |it| twice(&it.place, "release"));
        merge(&mut self.released, other.released, |it| twice(&it.place, "released"));
        merge(&mut self.source, other.source, |it| twice(&it.place, "source"));
        merge(&mut self.anchors, other.anchors, |it| twice(&it.place, "anchors"));
        merge(&mut self.features, other.features, |it| twice(it, "features"));
        merge(&mut self.pairs, other.pairs, |it| twice(&it.place, "pairs"));
        merge(&mut self.patterns, other.patterns, |it| twice(it, "patterns"));
        merge(&mut self.dimension, other.dimension, |it| twice(&it.place, "dimension"));
        merge(&mut self.engines, other.engines, |it| twice(&it.place, "engines"));
        self.notes.extend(other.notes);
        self.cells.extend(other.cells);
        self.platforms.extend(other.platforms);
        self.feature.extend(other.feature);
        self.group.extend(other.group);
        self.backend.extend(other.backend);
    }
}

/// The place of a grid's text within its quotes.
fn grid_place(
    value: &PlacedValue<'_>,
    key: &str,
    file_text: &str,
    problems: &Problems,
) -> Option<FileSpan> {
    let quoted = &value.place;
    let raw = &file_text[quoted.span.clone()];
    let fenced = |fence: &str| raw.strip_prefix(fence)?.strip_suffix(fence);
    let plain = |body: &&str| !body.contains('\\');
    if !value.value.is_str() {
        text(value.clone(), key, problems);
    } else if fenced("'''").or_else(|| fenced("\"\"\"").filter(plain)).is_none() {
        let help = "write it between ''' and '''";
        problems.error("grid-quotes", quoted, "a grid is a text of many lines", help);
    } else {
        return Some(place(quoted.file, quoted.span.start + 3..quoted.span.end - 3));
    }
    None
}

/// The most bytes of a document's path and of an anchor, which are written with every cell that is read
/// there.
const MAX_PATH: usize = 1000;

fn source(root: &TableFields<'_>, problems: &Problems) -> Option<Placed<Source>> {
    let table = root.table("source", &["path", "commit", "date", "sha256", "repository"])?;
    let source = Source {
        path: table.text("path"),
        commit: table.text("commit").map(|at| at.value),
        date: table.text("date").map(|at| at.value),
        repository: table.text("repository").and_then(|at| repository(&at, problems)),
    };
    if let Some(path) = &source.path {
        check_length(path, "path", problems);
    }
    Some(Placed { value: source, place: table.place().clone() })
}

/// Reports a path or an anchor that is too long.
fn check_length(text: &Placed<String>, key: &str, problems: &Problems) {
    if text.value.len() > MAX_PATH {
        let message = format!("`{key}` is longer than {MAX_PATH} bytes");
        problems.error("too-long", &text.place, message, "shorten it");
    }
}

/// The address of a repository: of a web page, without anything that could end it or hide in it.
pub(super) fn repository(at: &Placed<String>, problems: &Problems) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    let rest = at.value.strip_prefix("https://").filter(|rest| rest.chars().all(is_plain));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains("//")) {
        problems.error(
            "bad-repository",
            &at.place,
            format!("`{}` is no address of a repository", shown(&at.value)),
            "write one such as `https://github.com/ai-dynamo/dynamo`",
        );
        return None;
    }
    Some(at.value.trim_end_matches('/').to_owned())
}

fn anchors(root: &TableFields<'_>, problems: &Problems) -> Option<Placed<Anchors>> {
    let table = root.table("anchors", &["features", "pairs", "patterns"])?;
    let anchor = |key: &str| {
        let Some(value) = table.value(key) else { return Anchor::default() };
        if !value.value.is_table() {
            let every = text(value, key, problems);
            every.iter().for_each(|at| check_length(at, key, problems));
            return Anchor { every: every.map(|at| at.value), each: Vec::new() };
        }
        let each = strings(&table.open_table(key), key, problems);
        each.iter().for_each(|(_, at)| check_length(at, key, problems));
        Anchor { every: None, each: each.into_iter().map(|(k, v)| (k, v.value)).collect() }
    };
    let anchors = Anchors {
        features: anchor("features"),
        pairs: anchor("pairs"),
        patterns: anchor("patterns"),
    };
    Some(Placed { value: anchors, place: table.place().clone() })
}

/// A table from names to strings.
fn strings(
    table: &Option<TableFields<'_>>,
    key: &str,
    problems: &Problems,
) -> Vec<(Placed<String>, Placed<String>)> {
    let Some(table) = table else { return Vec::new() };
    table
        .entries()
        .into_iter()
        .filter_map(|(name, value)| Some((name.map(str::to_owned), text(value, key, problems)?)))
        .collect()
}

fn engines(root: &TableFields<'_>, problems: &Problems) -> Option<PerBackend<Placed<String>>> {
    let table = root.open_table("engines")?;
    let place = table.place().clone();
    Some(Placed { value: strings(&Some(table), "engines", problems), place })
}

fn pairs(
    root: &TableFields<'_>,
    file_text: &str,
    problems: &Problems,
) -> Option<PerBackend<FileSpan>> {
    let table = root.open_table("pairs")?;
    let grids = table.entries().into_iter().filter_map(|(name, value)| {
        let place = grid_place(&value, name.value, file_text, problems)?;
        Some((name.map(str::to_owned), place))
    });
    Some(Placed { value: grids.collect(), place: table.place().clone() })
}

/// The keys of a `[[note]]`. Its `id` is for people and tests.
const NOTE_KEYS: [&str; 15] = [
    "id",
    "backend",
    "terms",
    "cells",
    "when",
    "kind",
    "caveat",
    "role",
    "names",
    "set-by",
    "text",
    "workaround",
    "fixed-in",
    "source",
    "releases",
];

fn notes(root: &TableFields<'_>, problems: &Problems) -> Vec<RawNote> {
    let notes = root.tables("note", &NOTE_KEYS).into_iter().filter_map(|entry| {
        let mut cells = entry.lists("cells");
        if let Some(value) = entry.value("terms") {
            let terms = terms(&value, problems)?;
            // A note without terms is about the backend as a whole.
            if !terms.value.is_empty() {
                cells.push(terms);
            }
        }
        let text = |key: &str| entry.text(key).map(|at| at.value);
        let texts = |key: &str| entry.texts(key).into_iter().map(|at| at.value).collect();
        let note = Note {
            kind: kind(&entry, problems),
            text: entry.filled_text("text")?.value,
            workaround: text("workaround"),
            fixed_in: text("fixed-in"),
            role: text("role"),
            names: texts("names"),
            set_by: texts("set-by"),
            ..Note::default()
        };
        Some(RawNote {
            place: entry.place().clone(),
            backends: entry.texts("backend"),
            cells,
            when: entry.value("when").and_then(|value| terms(&value, problems)),
            caveat: entry.flag("caveat"),
            note,
            sources: entry.value("source").map(|_| texts("source")),
            releases: releases(&entry, problems),
        })
    });
    notes.collect()
}

fn kind(note: &TableFields<'_>, problems: &Problems) -> NoteKind {
    let Some(kind) = note.text("kind") else { return NoteKind::Info };
    let known = NoteKind::ALL.into_iter().find(|known| known.id() == kind.value);
    known.unwrap_or_else(|| {
        problems.error(
            "unknown-kind",
            &kind.place,
            format!("no kind of note is called `{}`", shown(&kind.value)),
            suggest(
                &kind.value,
                NoteKind::ALL.map(NoteKind::id),
                &format!("write one of {}", NoteKind::ALL.map(NoteKind::id).join(", ")),
            ),
        );
        NoteKind::Info
    })
}

/// The ranges of releases that an entry is about; all releases where there is none.
pub(super) fn releases(entry: &TableFields<'_>, problems: &Problems) -> Vec<Placed<ReleaseRange>> {
    ranges(entry, "releases", problems)
}

/// The ranges of releases below a key.
pub(super) fn ranges(
    entry: &TableFields<'_>,
    key: &str,
    problems: &Problems,
) -> Vec<Placed<ReleaseRange>> {
    let range = |text: Placed<String>| match text.value.parse() {
        Ok(range) => Some(Placed { value: range, place: text.place }),
        Err(error) => {
            let message = format!("`{}` is no range of releases", shown(&text.value));
            problems.error("bad-range", &text.place, message, format!("{error}"));
            None
        }
    };
    entry.texts(key).into_iter().filter_map(range).collect()
}

fn cells(root: &TableFields<'_>, problems: &Problems) -> Vec<RawCell> {
    let keys = ["backend", "terms", "level", "caveat", "source", "releases"];
    let cells = root.tables("cell", &keys).into_iter().filter_map(|cell| {
        let written = cell.value("terms");
        if written.is_none() {
            cell.missing("terms");
        }
        let level = cell.required_text("level");
        Some(RawCell {
            backends: cell.texts("backend"),
            terms: terms(&written?, problems)?,
            level: level?,
            caveat: cell.flag("caveat"),
            source: cell.text("source").map(|at| at.value),
            releases: releases(&cell, problems),
        })
    });
    cells.collect()
}

fn platforms(root: &TableFields<'_>) -> Vec<RawPlatform> {
    let keys = ["backend", "cuda", "min-driver", "experimental"];
    let rows = root.tables("platform", &keys).into_iter().filter_map(|row| {
        let cuda = row.required_text("cuda");
        if row.value("min-driver").is_none() {
            row.missing("min-driver");
        }
        Some(RawPlatform {
            backends: row.texts("backend"),
            min_driver: row.number("min-driver")?,
            experimental: row.flag("experimental"),
            cuda: cuda?.value,
        })
    });
    rows.collect()
}
