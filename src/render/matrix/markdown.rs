//! A matrix as Markdown in the form of the published feature-matrix page, so that it can be read
//! back: a legend, a comparison of the features, and a lower triangle of pairs per backend.

use std::fmt::Write;

use crate::matrix::{Backend, Cell, Level, Matrix, Note, NoteKind};

use super::notes::NumberedNotes;
use super::{grid, rule_cells, single};
use crate::render::page::markdown::escape;
use crate::render::page::text::sanitize;

/// The marks and what the legend calls them. The legend is complete, so nothing in the tables
/// depends on a convention.
const LEGEND: [(&str, &str); 7] = [
    ("✅", "Supported"),
    ("⚠️", "Supported with caveat"),
    ("🚧", "Experimental"),
    ("🚧⚠️", "Experimental with caveat"),
    ("❔", "Undocumented"),
    ("—", "Not applicable (no claim is made), and the diagonal"),
    ("❌", "Not supported"),
];

/// The matrix as Markdown, with these of its backends.
#[must_use]
pub fn markdown(matrix: &Matrix, backends: &[&Backend]) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("# Dynamo Feature Compatibility Matrices\n\n");
    if let Some(release) = &matrix.release {
        out.push_str("*Updated for Dynamo v");
        escape(&mut out, release.as_str());
        out.push_str("*\n\n");
    }
    out.push_str("**Legend:**\n");
    for (mark, meaning) in LEGEND {
        let _ = writeln!(out, "* {mark} : {meaning}");
    }
    out.push_str("\n## Quick Comparison\n\n");
    write_comparison(&mut out, matrix, backends);
    for (number, backend) in backends.iter().enumerate() {
        let _ = write!(out, "\n## {}. ", number + 1);
        escape(&mut out, &backend.name);
        out.push_str(" Backend\n\n");
        write_backend(&mut out, matrix, backend);
    }
    let _ = writeln!(out, "\n{}", provenance(matrix));
    out
}

/// Names the document that the matrix was read from.
fn provenance(matrix: &Matrix) -> String {
    let details = [matrix.provenance.commit.as_ref(), matrix.provenance.date.as_ref()];
    let details: Vec<&str> = details.into_iter().flatten().map(String::as_str).collect();
    let mut text = String::from("*Read from: ");
    escape(&mut text, &matrix.provenance.source);
    if !details.is_empty() {
        text.push_str(" (");
        escape(&mut text, &details.join(", "));
        text.push(')');
    }
    text.push('*');
    text
}

fn write_comparison(out: &mut String, matrix: &Matrix, backends: &[&Backend]) {
    let names = backends.iter().map(|backend| &*backend.name);
    write_header(out, names);
    let singles = || {
        matrix
            .features
            .iter()
            .flat_map(|feature| backends.iter().map(|backend| single(backend, &feature.id)))
    };
    let notes = NumberedNotes::on(singles().flatten());
    for feature in &matrix.features {
        write_label(out, &feature.name);
        for backend in backends {
            write_cell(out, single(backend, &feature.id), &notes);
        }
        out.push_str("|\n");
    }
    write_notes(out, matrix, &notes);
}

fn write_header<'n>(out: &mut String, names: impl Iterator<Item = &'n str> + Clone) {
    out.push_str("| Feature |");
    for name in names.clone() {
        out.push(' ');
        escape(out, name);
        out.push_str(" |");
    }
    out.push_str("\n| :--- |");
    names.for_each(|_| out.push_str(" :---: |"));
    out.push('\n');
}

fn write_label(out: &mut String, name: &str) {
    out.push_str("| **");
    escape(out, name);
    out.push_str("** ");
}

fn write_cell(out: &mut String, cell: Option<&Cell>, notes: &NumberedNotes<'_>) {
    out.push_str("| ");
    out.push_str(cell.map_or("❔", mark));
    let numbers = cell.into_iter().flat_map(|cell| notes.positions(cell));
    let numbers: Vec<String> = numbers.map(|position| (position + 1).to_string()).collect();
    if !numbers.is_empty() {
        let _ = write!(out, "<sup>{}</sup>", numbers.join(","));
    }
    out.push(' ');
}

fn mark(cell: &Cell) -> &'static str {
    match (cell.level, cell.caveat) {
        (Level::Supported, false) => "✅",
        (Level::Supported, true) => "⚠️",
        (Level::Experimental, false) => "🚧",
        (Level::Experimental, true) => "🚧⚠️",
        (Level::Undocumented, _) => "❔",
        (Level::NotApplicable, _) => "—",
        (Level::Unsupported, _) => "❌",
    }
}

fn write_backend(out: &mut String, matrix: &Matrix, backend: &Backend) {
    let rules = rule_cells(matrix, backend);
    let numbered = grid::pairs(backend).chain(rules.iter().copied());
    let notes = NumberedNotes::on(numbered).with_unused(&backend.notes);
    let ids = grid::ids(matrix, backend);
    let names: Vec<&str> = ids.iter().map(|id| name(matrix, id)).collect();
    write_header(out, names.iter().copied());
    for (row, id) in ids.iter().enumerate() {
        write_label(out, names[row]);
        for other in &ids[..row] {
            write_cell(out, grid::pair(backend, id, other), &notes);
        }
        out.push_str("| — ");
        out.push_str(&"| ".repeat(ids.len() - row - 1));
        out.push_str("|\n");
    }
    write_rules(out, &rules, &notes);
    write_notes(out, matrix, &notes);
}

/// The printed name of a feature or group.
fn name<'m>(matrix: &'m Matrix, id: &'m str) -> &'m str {
    let group = || matrix.groups.iter().find(|group| group.id == id).map(|group| &*group.name);
    matrix.feature(id).map(|feature| &*feature.name).or_else(group).unwrap_or(id)
}

/// Serving patterns and rules, which the published pages state in notes only.
fn write_rules(out: &mut String, rules: &[&Cell], notes: &NumberedNotes<'_>) {
    if rules.is_empty() {
        return;
    }
    out.push_str("\n| Together | Level |\n| :--- | :---: |\n");
    for cell in rules {
        let terms: Vec<String> =
            cell.terms.iter().map(|term| format!("`{}`", code(term.as_str()))).collect();
        let _ = write!(out, "| {} ", terms.join(" + "));
        write_cell(out, Some(cell), notes);
        out.push_str("|\n");
    }
}

fn write_notes(out: &mut String, matrix: &Matrix, notes: &NumberedNotes<'_>) {
    let used = notes.notes().iter().map(|(note, _)| *note);
    let all: Vec<&Note> = used.chain(notes.unused()).collect();
    if all.is_empty() {
        return;
    }
    out.push_str("\n> **Notes:**\n");
    for (i, note) in all.into_iter().enumerate() {
        let _ = write!(out, "> {}. ", i + 1);
        write_note(out, matrix, note);
        out.push('\n');
    }
}

/// A note after its kind, with its sources by address or, where none is known, by path.
fn write_note(out: &mut String, matrix: &Matrix, note: &Note) {
    if note.kind != NoteKind::Info {
        let _ = write!(out, "*{}*: ", note.kind.id());
    }
    escape(out, &note.in_full());
    let urls = matrix.urls(&note.sources, note.repository.as_deref());
    for (i, source) in note.sources.iter().enumerate() {
        let target = urls.get(i).and_then(Option::as_deref).unwrap_or(source);
        let _ = write!(out, " ([Source]({}))", link(target));
    }
}

/// A text inside a code span of a table, which neither ends the span nor the cell.
fn code(text: &str) -> String {
    sanitize(text).replace('`', "'").replace('|', "\\|")
}

/// A source as the target of a link: other characters than those of paths and addresses are
/// percent- encoded, and what reads as a scheme other than that of web pages is made a relative
/// path.
fn link(source: &str) -> String {
    let mut target = String::with_capacity(source.len());
    for byte in source.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:#?=&%@+,;".contains(&byte) {
            target.push(char::from(byte));
        } else {
            let _ = write!(target, "%{byte:02X}");
        }
    }
    if has_other_scheme(&target) { format!("./{target}") } else { target }
}

/// Whether an address starts with a scheme, such as `javascript:`, that is neither http nor https.
/// A path with a line number, such as `README.md:12`, has none.
fn has_other_scheme(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let is_line = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    !is_line && !is_web && !scheme.contains(['/', '#', '?'])
}
