//! Writes what grids do not say: names, the places of tables, pins, rules and notes.

use std::collections::HashMap;

use super::ModelWriter;
use super::names::printed;
use super::toml::{TomlWriter, key, text, texts};
use crate::matrix::{Backend, Cell, Feature, Group, Matrix, Note, NoteKind, Term, slug};

/// Whether a cell of the backend at a position is in some table.
type IsIn<'p> = dyn Fn(usize, &Cell) -> bool + 'p;

/// Writes where in the source each table stands.
pub(super) fn anchors(writer: &ModelWriter<'_>, out: &mut TomlWriter) {
    let features = |_: usize, cell: &Cell| cell.terms.len() == 1;
    let patterns = |_: usize, cell: &Cell| writer.is_pattern(cell);
    let pairs = |at: usize, cell: &Cell| match &cell.terms[..] {
        [a, b] => writer.is_pair(at, a, b),
        _ => false,
    };
    let tables: [(&str, &IsIn<'_>); 3] =
        [("features", &features), ("pairs", &pairs), ("patterns", &patterns)];
    let mut lines = Vec::new();
    for (name, is_in) in tables {
        let each: Vec<(&str, String)> = writer
            .matrix
            .backends
            .iter()
            .enumerate()
            .filter_map(|(at, backend)| {
                let cells = backend.cells.iter().filter(|cell| is_in(at, cell));
                Some((backend.id.as_str(), anchor(writer.matrix, cells)?))
            })
            .collect();
        if each.iter().any(|(_, at)| *at != writer.matrix.provenance.source) {
            lines.push(format!("{name} = {}", per_backend(&each)));
        }
    }
    if !lines.is_empty() {
        out.line("\n[anchors]");
    }
    lines.iter().for_each(|line| out.line(line));
}

/// One text for all backends, or one for each.
fn per_backend(each: &[(&str, String)]) -> String {
    match each {
        [(_, first), rest @ ..] if rest.iter().all(|(_, at)| at == first) => text(first),
        each => {
            let each: Vec<String> =
                each.iter().map(|(id, at)| format!("{} = {}", key(id), text(at))).collect();
            format!("{{ {} }}", each.join(", "))
        }
    }
}

/// The place at which some cells were read: their common source, or the first line of theirs.
fn anchor<'c>(matrix: &Matrix, cells: impl Iterator<Item = &'c Cell>) -> Option<String> {
    let first = cells.map(|cell| cell.source.as_ref()).min_by_key(|source| line(source))?;
    Some(within(matrix, first).to_owned())
}

/// A source as a model file writes it: a place in the document by its anchor alone.
fn within<'s>(matrix: &Matrix, source: &'s str) -> &'s str {
    let anchor = source.strip_prefix(matrix.provenance.source.as_str());
    anchor.filter(|rest| rest.starts_with('#')).unwrap_or(source)
}

/// A source's document and line.
fn line(source: &str) -> (&str, usize) {
    match source.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) {
        Some(path_and_line) => path_and_line,
        None => (source, 0),
    }
}

/// The features, groups and backends that are more than their printed names say.
pub(super) fn identities(writer: &ModelWriter<'_>, out: &mut TomlWriter) {
    for feature in writer.matrix.features.iter().filter(|feature| !is_understood(writer, feature)) {
        let known = writer.vocabulary.features.iter().find(|known| known.id == feature.id);
        let aliases = known.is_none_or(|known| known.aliases != feature.aliases);
        out.line("\n[[feature]]");
        identity(&feature.id, &feature.name, aliases.then_some(&feature.aliases), out);
        if let Some(group) = &feature.group {
            out.entry("group", &text(group));
        }
    }
    for group in &writer.matrix.groups {
        let has_variants =
            writer.matrix.features.iter().any(|f| f.group.as_ref() == Some(&group.id));
        let known = writer.vocabulary.groups.contains(group);
        if has_variants && !known {
            let Group { id, name, aliases } = group;
            out.line("\n[[group]]");
            identity(id, name, Some(aliases), out);
        }
    }
    for backend in &writer.matrix.backends {
        let Backend { id, name, aliases, .. } = backend;
        let known = writer.vocabulary.backend(&printed(name));
        let known_aliases = known.is_some_and(|known| known.aliases == *aliases);
        let meant = known.map_or_else(|| slug(&printed(name)), |known| known.id.clone());
        if meant != *id || !(known_aliases || aliases.is_empty()) {
            out.line("\n[[backend]]");
            identity(id, name, (!known_aliases).then_some(aliases), out);
        }
    }
}

fn identity(id: &str, name: &str, aliases: Option<&Vec<String>>, out: &mut TomlWriter) {
    out.entry("name", &text(&printed(name)));
    out.entry("id", &text(id));
    if let Some(aliases) = aliases.filter(|aliases| !aliases.is_empty()) {
        out.entry("aliases", &texts(aliases));
    }
}

/// Whether a feature's row and the vocabulary say all there is about it.
fn is_understood(writer: &ModelWriter<'_>, feature: &Feature) -> bool {
    let known = writer.vocabulary.features.iter().find(|known| known.id == feature.id);
    let name = printed(&feature.name);
    let of_name = || {
        let stem = slug(name.split_once(" (")?.0);
        writer.all_paired().contains(stem.as_str()).then_some(stem)
    };
    let group = known.and_then(|known| known.group.clone()).or_else(of_name);
    let aliases = known.map_or(&[][..], |known| &known.aliases);
    slug(&name) == feature.id
        && group == feature.group
        && (feature.aliases.is_empty() || aliases == feature.aliases)
}

/// The dimension, where it is not the usual one.
pub(super) fn dimension(writer: &ModelWriter<'_>, out: &mut TomlWriter) {
    let Some(dimension) = &writer.matrix.dimension else { return };
    if *dimension == writer.vocabulary.dimension {
        return;
    }
    out.line("\n[dimension]");
    out.entry("id", &text(&dimension.id));
    out.entry("name", &text(&dimension.name));
    out.entry("when", &text(&dimension.when));
    for option in &dimension.options {
        out.line("\n[[dimension.option]]");
        out.entry("id", &text(&option.id));
        out.entry("roles", &option.roles.to_string());
        out.entry("requires", &texts(option.requires.iter().map(Term::to_string)));
        out.entry("summary", &text(&option.summary));
    }
}

/// Engine versions and platforms.
pub(super) fn pins(writer: &ModelWriter<'_>, out: &mut TomlWriter) {
    let backends = &writer.matrix.backends;
    if backends.iter().any(|backend| backend.engine.is_some()) {
        out.line("\n[engines]");
    }
    for backend in backends {
        if let Some(engine) = &backend.engine {
            out.entry(&key(&backend.id), &text(engine));
        }
    }
    for (backend, platform) in backends.iter().flat_map(|b| b.platforms.iter().map(move |p| (b, p)))
    {
        out.line("\n[[platform]]");
        out.entry("backend", &text(&backend.id));
        out.entry("cuda", &text(&platform.cuda));
        out.entry("min-driver", &platform.min_driver.to_string());
        if platform.experimental {
            out.entry("experimental", "true");
        }
    }
}

/// The cells that are in no grid.
pub(super) fn cells(writer: &ModelWriter<'_>, out: &mut TomlWriter) {
    for (at, backend) in writer.matrix.backends.iter().enumerate() {
        for cell in backend.cells.iter().filter(|cell| !writer.is_drawn(at, cell)) {
            out.line("\n[[cell]]");
            out.entry("backend", &text(&backend.id));
            out.entry("terms", &texts(cell.terms.iter().map(Term::to_string)));
            out.entry("level", &text(cell.level.id()));
            if cell.caveat {
                out.entry("caveat", "true");
            }
            if *cell.source != *writer.matrix.provenance.source {
                out.entry("source", &text(within(writer.matrix, &cell.source)));
            }
        }
    }
}

/// The notes on cells, each once with all its cells where that keeps the order on every cell, then
/// those on backends.
pub(super) fn notes(matrix: &Matrix, out: &mut TomlWriter) {
    for backend in &matrix.backends {
        for (note, cells) in shared(backend) {
            let terms = |cell: &Cell| texts(cell.terms.iter().map(Term::to_string));
            let terms: Vec<String> = cells.iter().map(|cell| terms(cell)).collect();
            let about = match &terms[..] {
                [one] => format!("terms = {one}"),
                several => format!("cells = [{}]", several.join(", ")),
            };
            entry(matrix, note, &backend.id, Some(&about), out);
        }
        for note in &backend.notes {
            entry(matrix, note, &backend.id, None, out);
        }
    }
}

/// Every note of a backend's cells with the cells that it is on.
fn shared(backend: &Backend) -> Vec<(&Note, Vec<&Cell>)> {
    let mut notes: Vec<(&Note, Vec<&Cell>)> = Vec::new();
    let mut places = HashMap::new();
    for cell in &backend.cells {
        let known: Vec<Option<usize>> =
            cell.notes.iter().map(|note| places.get(&identity_of(note)).copied()).collect();
        // A note that is known already must come after those before it on this cell.
        let in_order = known.windows(2).all(|pair| match (pair[0], pair[1]) {
            (Some(a), Some(b)) => a < b,
            (None, Some(_)) => false,
            (_, None) => true,
        });
        for (note, known) in cell.notes.iter().zip(known) {
            match known.filter(|_| in_order) {
                Some(at) => notes[at].1.push(cell),
                None => {
                    places.insert(identity_of(note), notes.len());
                    notes.push((note, vec![cell]));
                }
            }
        }
    }
    notes
}

/// What makes two notes one.
fn identity_of(note: &Note) -> (NoteKind, &str, &[Term], &[String]) {
    (note.kind, &note.text, &note.when, &note.sources)
}

fn entry(matrix: &Matrix, note: &Note, backend: &str, about: Option<&str>, out: &mut TomlWriter) {
    out.line("\n[[note]]");
    out.entry("backend", &text(backend));
    if let Some(about) = about {
        out.line(about);
    }
    if !note.when.is_empty() {
        out.entry("when", &texts(note.when.iter().map(Term::to_string)));
    }
    if note.kind != NoteKind::Info {
        out.entry("kind", &text(note.kind.id()));
    }
    if let Some(role) = &note.role {
        out.entry("role", &text(role));
    }
    if !note.set_by.is_empty() {
        out.entry("set-by", &texts(&note.set_by));
    }
    if !note.names.is_empty() {
        out.entry("names", &texts(&note.names));
    }
    out.entry("text", &text(&note.text));
    for (key, value) in [("workaround", &note.workaround), ("fixed-in", &note.fixed_in)] {
        if let Some(value) = value {
            out.entry(key, &text(value));
        }
    }
    let sources: Vec<&str> = note.sources.iter().map(|source| within(matrix, source)).collect();
    match sources[..] {
        [] => out.entry("source", &text("")),
        [one] => out.entry("source", &text(one)),
        _ => out.entry("source", &texts(&sources)),
    }
}
