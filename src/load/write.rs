//! A matrix as a model file: what [`model()`](super::model) reads back as the same matrix.
//!
//! Grids are drawn as on the page. They say of every feature what it is on every backend, so a cell
//! that the matrix does not have is written `?`, which claims as little. Each grid has one source
//! per backend: that of its first cell. Marks are not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::matrix::{
    Backend, Cell, Dimension, Feature, Level, Matrix, Note, NoteKind, Term, Vocabulary, slug,
};

/// The matrix as the text of a model file; what the vocabulary says of names is left out.
#[must_use]
pub fn write_model(matrix: &Matrix, vocabulary: &Vocabulary) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("format = \"dynamo-plan/model/v1\"\n");
    if let Some(release) = &matrix.release {
        let _ = writeln!(out, "release = {}", quoted(release.as_str()));
    }
    out.push_str("\nfeatures = ");
    grid(&mut out, &feature_rows(matrix));
    source(&mut out, matrix);
    anchors(&mut out, matrix);
    out.push_str("\n[pairs]\n");
    for backend in &matrix.backends {
        let _ = write!(out, "{} = ", key(&backend.id));
        grid(&mut out, &pair_rows(matrix, backend));
    }
    engines(&mut out, matrix);
    if let Some(found) = &matrix.dimension {
        dimension(&mut out, found);
    }
    names(&mut out, matrix, vocabulary);
    for backend in &matrix.backends {
        platforms(&mut out, backend);
        rule_cells(&mut out, matrix, backend);
        notes(&mut out, backend);
    }
    out
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A TOML key, quoted where it must be.
fn key(id: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !id.is_empty() && id.chars().all(bare) { id.to_owned() } else { quoted(id) }
}

fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.map(|text| quoted(&text)).collect::<Vec<_>>().join(", "))
}

fn terms(terms: &[Term]) -> String {
    list(terms.iter().map(ToString::to_string))
}

/// Draws a table between quotes; the first row is its head.
fn grid(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|c| width(c)).max().unwrap_or(0))
        .collect();
    let apart = rows.iter().flatten().any(|cell| cell.contains("'''"));
    let quotes = if apart { "\"\"\"" } else { "'''" };
    let _ = writeln!(out, "{quotes}");
    for row in rows {
        for (cell, widest) in row.iter().zip(&widths) {
            let _ = write!(out, "| {cell}{} ", " ".repeat(widest - width(cell)));
        }
        out.push_str("|\n");
    }
    let _ = writeln!(out, "{quotes}");
}

/// How many columns of a terminal a cell takes: the marks take two.
fn width(cell: &str) -> usize {
    cell.chars().map(|c| if matches!(c, '✅' | '🚧') { 2 } else { 1 }).sum()
}

/// A name as it can stand in a grid; its slug is the same.
fn name(printed: &str) -> String {
    printed.replace(['|', '\\', '\n', '\r'], "/")
}

fn mark(cell: Option<&Cell>) -> String {
    let level = cell.map_or(Level::Undocumented, |cell| cell.level);
    let caveat = cell.is_some_and(|cell| cell.caveat && cell.level <= Level::Experimental);
    format!("{}{}", level.mark(), if caveat { " !" } else { "" })
}

fn feature_rows(matrix: &Matrix) -> Vec<Vec<String>> {
    let head = matrix.backends.iter().map(|backend| name(&backend.name));
    let mut rows = vec![std::iter::once("Feature".to_owned()).chain(head).collect()];
    for feature in &matrix.features {
        let single = |backend: &Backend| mark(single(backend, &feature.id));
        let marks = matrix.backends.iter().map(single);
        rows.push(std::iter::once(name(&feature.name)).chain(marks).collect());
    }
    rows
}

/// The cell of a feature alone.
fn single<'b>(backend: &'b Backend, id: &str) -> Option<&'b Cell> {
    backend.cells.iter().find(|cell| {
        cell.terms.len() == 1 && !cell.terms[0].is_negated() && cell.terms[0].id() == id
    })
}

fn pair_rows(matrix: &Matrix, backend: &Backend) -> Vec<Vec<String>> {
    let pairs: BTreeMap<(&str, &str), &Cell> = backend
        .cells
        .iter()
        .filter(|cell| is_pair(matrix, cell))
        .map(|cell| ((cell.terms[0].id(), cell.terms[1].id()), cell))
        .collect();
    let paired: BTreeSet<&str> = pairs.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let ids: Vec<&str> = ordered_ids(matrix).into_iter().filter(|id| paired.contains(id)).collect();
    let names = ids.iter().map(|id| pair_name(matrix, id));
    let mut rows = vec![std::iter::once("Feature".to_owned()).chain(names.clone()).collect()];
    for (at, (id, name)) in ids.iter().zip(names).enumerate() {
        let lower = ids[..at].iter().map(|other| {
            let terms = if id < other { (*id, *other) } else { (*other, *id) };
            mark(pairs.get(&terms).copied())
        });
        let diagonal = std::iter::once("—".to_owned());
        let upper = std::iter::repeat_n(String::new(), ids.len() - at - 1);
        rows.push(std::iter::once(name).chain(lower).chain(diagonal).chain(upper).collect());
    }
    rows
}

/// Every feature, each group before its first variant.
fn ordered_ids(matrix: &Matrix) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let ids = matrix.features.iter().flat_map(|feature| {
        [feature.group.as_deref(), Some(feature.id.as_str())].into_iter().flatten()
    });
    ids.filter(|id| seen.insert(*id)).collect()
}

/// How a pair grid names a feature or group: as printed where that leads back to the id.
fn pair_name(matrix: &Matrix, id: &str) -> String {
    let group = || matrix.groups.iter().find(|group| group.id == id).map(|group| &group.name);
    let printed = matrix.feature(id).map(|feature| &feature.name).or_else(group);
    printed.filter(|printed| slug(printed) == id).map_or_else(|| id.to_owned(), |p| name(p))
}

fn is_listed(matrix: &Matrix, term: &Term) -> bool {
    let variant = |feature: &Feature| feature.group.as_deref() == Some(term.id());
    !term.is_negated()
        && (matrix.feature(term.id()).is_some() || matrix.features.iter().any(variant))
}

fn is_pair(matrix: &Matrix, cell: &Cell) -> bool {
    cell.terms.len() == 2 && cell.terms.iter().all(|term| is_listed(matrix, term))
}

/// Whether a grid says what the cell says.
fn is_drawn(matrix: &Matrix, cell: &Cell) -> bool {
    let alone = cell.terms.len() == 1
        && !cell.terms[0].is_negated()
        && matrix.feature(cell.terms[0].id()).is_some();
    alone || is_pair(matrix, cell)
}

fn source(out: &mut String, matrix: &Matrix) {
    let provenance = &matrix.provenance;
    let _ = writeln!(out, "\n[source]\npath = {}", quoted(&provenance.source));
    for (key, value) in [("commit", &provenance.commit), ("date", &provenance.date)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {}", quoted(value));
        }
    }
}

/// Where the grids of each backend stand in the document.
fn anchors(out: &mut String, matrix: &Matrix) {
    out.push_str("\n[anchors.features]\n");
    anchor(out, matrix, |cell| cell.terms.len() == 1);
    out.push_str("\n[anchors.pairs]\n");
    anchor(out, matrix, |cell| is_pair(matrix, cell));
}

fn anchor(out: &mut String, matrix: &Matrix, holds: impl Fn(&Cell) -> bool) {
    for backend in &matrix.backends {
        if let Some(first) = backend.cells.iter().find(|cell| holds(cell)) {
            let _ = writeln!(out, "{} = {}", key(&backend.id), quoted(&first.source));
        }
    }
}

fn engines(out: &mut String, matrix: &Matrix) {
    if matrix.backends.iter().any(|backend| backend.engine.is_some()) {
        out.push_str("\n[engines]\n");
    }
    for backend in &matrix.backends {
        if let Some(engine) = &backend.engine {
            let _ = writeln!(out, "{} = {}", key(&backend.id), quoted(engine));
        }
    }
}

fn dimension(out: &mut String, dimension: &Dimension) {
    let Dimension { id, name, when, options } = dimension;
    let _ = writeln!(out, "\n[dimension]\nid = {}\nname = {}", quoted(id), quoted(name));
    let _ = writeln!(out, "when = {}", quoted(when));
    for option in options {
        let _ = writeln!(out, "\n[[dimension.option]]\nid = {}", quoted(&option.id));
        let _ = writeln!(out, "roles = {}", option.roles);
        let _ = writeln!(out, "requires = {}", terms(&option.requires));
        let _ = writeln!(out, "summary = {}", quoted(&option.summary));
    }
}

/// What the vocabulary does not say of the names.
fn names(out: &mut String, matrix: &Matrix, vocabulary: &Vocabulary) {
    for feature in &matrix.features {
        let known = vocabulary.features.iter().find(|known| known.id == feature.id);
        let aliases = known.map_or(&[][..], |known| &known.aliases);
        let group = known.and_then(|known| known.group.as_ref());
        if slug(&feature.name) != feature.id
            || !is_part(&feature.aliases, aliases)
            || (feature.group.as_ref() != group && feature.group.is_some())
        {
            entry(out, "feature", (&feature.id, &feature.name, &feature.aliases));
            if let Some(group) = &feature.group {
                let _ = writeln!(out, "group = {}", quoted(group));
            }
        }
    }
    for group in &matrix.groups {
        let known = vocabulary.groups.iter().find(|known| known.id == group.id);
        let same =
            known.is_some_and(|k| k.name == group.name && is_part(&group.aliases, &k.aliases));
        if !same {
            entry(out, "group", (&group.id, &group.name, &group.aliases));
        }
    }
    for backend in &matrix.backends {
        let known = vocabulary.backend(&backend.name).filter(|known| known.id == backend.id);
        let aliases = known.map_or(&[][..], |known| &known.aliases);
        if (known.is_none() && slug(&backend.name) != backend.id)
            || !is_part(&backend.aliases, aliases)
        {
            entry(out, "backend", (&backend.id, &backend.name, &backend.aliases));
        }
    }
}

fn is_part(ours: &[String], theirs: &[String]) -> bool {
    ours.iter().all(|alias| theirs.contains(alias))
}

fn entry(out: &mut String, kind: &str, (id, name, aliases): (&str, &str, &[String])) {
    let _ = writeln!(out, "\n[[{kind}]]\nid = {}\nname = {}", quoted(id), quoted(name));
    if !aliases.is_empty() {
        let _ = writeln!(out, "aliases = {}", list(aliases.iter().cloned()));
    }
}

fn platforms(out: &mut String, backend: &Backend) {
    for platform in &backend.platforms {
        let _ = writeln!(out, "\n[[platform]]\nbackend = {}", quoted(&backend.id));
        let _ = writeln!(out, "cuda = {}", quoted(&platform.cuda));
        let _ = writeln!(out, "min-driver = {}", platform.min_driver);
        if platform.experimental {
            out.push_str("experimental = true\n");
        }
    }
}

/// The cells that no grid has room for.
fn rule_cells(out: &mut String, matrix: &Matrix, backend: &Backend) {
    for cell in backend.cells.iter().filter(|cell| !is_drawn(matrix, cell)) {
        let _ = writeln!(out, "\n[[cell]]\nbackend = {}", quoted(&backend.id));
        let _ = writeln!(out, "terms = {}", terms(&cell.terms));
        let _ = writeln!(out, "level = {}", quoted(cell.level.id()));
        if cell.caveat {
            out.push_str("caveat = true\n");
        }
        let _ = writeln!(out, "source = {}", quoted(&cell.source));
    }
}

/// Each note of a backend once, with the cells that it is on. Where that would change the order
/// of some cell's notes, each cell has notes of its own.
fn notes(out: &mut String, backend: &Backend) {
    let mut noted: Vec<(&Note, Vec<&Cell>)> = Vec::new();
    for cell in &backend.cells {
        for note in &cell.notes {
            match noted.iter_mut().find(|(known, _)| *known == note) {
                Some((_, cells)) => cells.push(cell),
                None => noted.push((note, vec![cell])),
            }
        }
    }
    let place = |note: &Note| noted.iter().position(|(known, _)| *known == note);
    if !backend.cells.iter().all(|cell| cell.notes.iter().is_sorted_by_key(&place)) {
        let each = |cell| move |note| (note, vec![cell]);
        noted = backend.cells.iter().flat_map(|c| c.notes.iter().map(each(c))).collect();
    }
    for (note, cells) in noted {
        write_note(out, backend, note, &cells);
    }
    for note in &backend.notes {
        write_note(out, backend, note, &[]);
    }
}

fn write_note(out: &mut String, backend: &Backend, note: &Note, cells: &[&Cell]) {
    let _ = writeln!(out, "\n[[note]]\nbackend = {}", quoted(&backend.id));
    match cells {
        [] => {}
        [cell] => {
            let _ = writeln!(out, "terms = {}", terms(&cell.terms));
        }
        cells => {
            out.push_str("cells = [\n");
            for cell in cells {
                let _ = writeln!(out, "    {},", terms(&cell.terms));
            }
            out.push_str("]\n");
        }
    }
    let kind = match note.kind {
        NoteKind::Requirement => "requirement",
        NoteKind::Limit => "limit",
        NoteKind::Info => "info",
    };
    let _ = writeln!(out, "kind = \"{kind}\"\ntext = {}", quoted(&note.text));
    if let Some(source) = &note.source {
        let _ = writeln!(out, "source = {}", quoted(source));
    }
}
