//! Tables with a column per backend: features, and serving patterns or other terms, row by row.

use std::ops::Range;

use crate::matrix::{Note, Term};

use super::context::Context;
use super::draft::{Draft, Naming};
use super::footnotes::Key;
use super::names::Name;
use super::outline::Table;
use super::table::entry;

/// What the rows of the table name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Features.
    Features,
    /// Options of the serving pattern.
    Patterns,
    /// Terms that must hold together, with ` + ` between them.
    Terms,
}

/// Columns that hold something other than a backend's support.
const OTHER_COLUMNS: [&str; 16] = [
    "",
    "source",
    "sources",
    "learn-more",
    "notes",
    "note",
    "docs",
    "doc",
    "documentation",
    "link",
    "links",
    "reference",
    "references",
    "description",
    "details",
    "status",
];

/// Whether a column of this name certainly names no backend.
pub(super) fn is_other_column(slug: &str) -> bool {
    OTHER_COLUMNS.contains(&slug) || slug == "supported"
}

/// Reads the table's cells into the draft.
pub(super) fn read(
    table: &Table,
    rows: Rows,
    columns: &[(usize, Name)],
    key: &mut Key<'_, '_>,
    draft: &mut Draft,
    context: &mut Context<'_>,
) {
    let mut places = Vec::with_capacity(columns.len());
    for (column, name) in columns {
        places.push((*column, draft.backend(name, &table.head[*column], context)));
    }
    for row in &table.rows {
        let Some(terms) = terms(rows, &row[0], draft, context) else { continue };
        for &(column, backend) in &places {
            let span = &row[column];
            let read = entry(span, key, context);
            let cell = read.and_then(|entry| entry.cell(terms.clone(), context));
            draft.backends[backend].has_features |= rows == Rows::Features;
            if let Some(cell) = cell {
                draft.add(backend, cell, span, context);
            }
        }
    }
    let unused: Vec<Note> = key.own.unused(context);
    for &(_, backend) in &places {
        draft.backends[backend].notes.extend(unused.iter().cloned());
    }
}

/// The terms that a row is about.
fn terms(
    rows: Rows,
    label: &Range<usize>,
    draft: &mut Draft,
    context: &mut Context<'_>,
) -> Option<Vec<Term>> {
    match rows {
        Rows::Features => {
            let name = context.feature(label)?;
            draft.name(&name, Naming::Listed, label, context);
            Some(vec![Term::on(name.id)])
        }
        Rows::Patterns => {
            let printed = context.plain(label);
            let dimension = &context.names.vocabulary.dimension;
            let option = dimension.options.iter().find(|o| o.id.eq_ignore_ascii_case(&printed));
            let terms = option.map(|o| [&dimension.when, &dimension.term(o)].map(Term::on));
            if terms.is_none() {
                warn_pattern(&printed, label, context);
            }
            draft.has_patterns |= terms.is_some();
            terms.map(Vec::from)
        }
        Rows::Terms => {
            let printed = context.plain(label);
            let terms: Vec<Term> =
                printed.split(" + ").map(|t| Term::from(t.trim().trim_matches('`'))).collect();
            let pattern = format!("{}=", context.names.vocabulary.dimension.id);
            draft.has_patterns |= terms.iter().any(|term| term.id().starts_with(&pattern));
            Some(terms)
        }
    }
}

fn warn_pattern(printed: &str, label: &Range<usize>, context: &mut Context<'_>) {
    context.problems.warning(
        "unknown-name",
        label.clone(),
        format!("`{printed}` is no serving pattern"),
        "the row is left out; write EPD, E/PD, EP/D or E/P/D",
    );
}
