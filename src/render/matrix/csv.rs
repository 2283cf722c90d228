//! A matrix as comma-separated values: one line per cell.

use crate::matrix::{Backend, Cell, Matrix, Note};

use crate::render::page::text::sanitize;

/// The cells of these backends as CSV (RFC 4180 with plain line feeds), with a line of titles.
///
/// Line breaks and other control characters inside a field are written as on a page. Several terms
/// are joined with ` + `, several notes with ` | `. A field that a spreadsheet would take for a
/// formula is written after an apostrophe.
#[must_use]
pub fn csv(matrix: &Matrix, backends: &[&Backend]) -> String {
    let mut out = String::from("release,backend,terms,level,caveat,mark,notes,source\n");
    let release = matrix.release.as_ref().map_or("", |release| release.as_str());
    for backend in backends {
        for cell in &backend.cells {
            write_line(&mut out, &fields(release, backend, cell));
        }
    }
    out
}

fn fields(release: &str, backend: &Backend, cell: &Cell) -> [String; 8] {
    let join = |parts: Vec<String>, separator: &str| parts.join(separator);
    [
        release.to_owned(),
        backend.id.clone(),
        join(cell.terms.iter().map(ToString::to_string).collect(), " + "),
        cell.level.id().to_owned(),
        cell.caveat.to_string(),
        cell.mark.as_deref().unwrap_or_default().to_owned(),
        join(cell.notes.iter().map(Note::in_full).collect(), " | "),
        cell.source.to_string(),
    ]
}

fn write_line(out: &mut String, fields: &[String]) {
    for (i, field) in fields.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        write_field(out, &sanitize(field));
    }
    out.push('\n');
}

/// Quotes a field where a comma or a quote would change its meaning.
fn write_field(out: &mut String, field: &str) {
    let apostrophe = if field.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if field.contains([',', '"']) {
        out.push('"');
        out.push_str(apostrophe);
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(apostrophe);
        out.push_str(field);
    }
}
