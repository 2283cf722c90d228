//! Tables with a column per backend: what each says of a feature, or of terms that hold together.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::matrix::Term;

use super::context::PageContext;
use super::damage::MarkCount;
use super::draft::{Draft, Naming};
use super::footnotes::CellContext;
use super::names::PageName;
use super::outline::PageTable;
use super::{skipped_rows, table};

/// The things that the rows of the table name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Features.
    Features,
    /// Terms of a rule cell, with ` + ` between them: `` `multimodal` + `pattern=E/P/D` ``.
    Together,
}

/// Reads the table's cells into the draft and counts their marks; `lists` has the list of footnotes
/// of each backend.
pub(super) fn read(
    table: &PageTable,
    rows: Rows,
    columns: &[(usize, PageName)],
    lists: &HashMap<String, usize>,
    key: &mut CellContext<'_, '_>,
    draft: &mut Draft,
    context: &mut PageContext<'_>,
) -> MarkCount {
    let mut count = MarkCount::default();
    let mut places = Vec::with_capacity(columns.len());
    for (column, name) in columns {
        let list = lists.get(&name.id).copied();
        places.push((*column, list, draft.backend(name, &table.head[*column], context)));
    }
    let skipped = match rows {
        Rows::Features => {
            let columns: Vec<_> = places.iter().map(|&(column, list, _)| (column, list)).collect();
            skipped_rows::find(table, &columns, key, context)
        }
        Rows::Together => HashSet::new(),
    };
    for (at, row) in table.rows.iter().enumerate() {
        if skipped.contains(&at) {
            continue;
        }
        let Some(terms) = terms(rows, &row[0], draft, context) else { continue };
        let of_name = key.notes_of_name(&row[0], context);
        for &(column, list, backend) in &places {
            let span = &row[column];
            key.backend = list;
            let mut read = table::cell(span, key, context);
            count.add(read.as_ref());
            if let Some(entry) = &mut read {
                entry.add_notes(&of_name);
            }
            let cell = read.and_then(|entry| entry.cell(terms.clone(), context));
            draft.backends[backend].has_features |= rows == Rows::Features;
            if let Some(cell) = cell {
                draft.add(backend, cell, span, context);
            }
        }
    }
    count
}

/// The terms that a row is about.
fn terms(
    rows: Rows,
    label: &Range<usize>,
    draft: &mut Draft,
    context: &mut PageContext<'_>,
) -> Option<Vec<Term>> {
    match rows {
        Rows::Features => {
            let name = context.feature(label)?;
            draft.name(&name, Naming::Listed, label, context);
            Some(vec![Term::on(name.id)])
        }
        Rows::Together => {
            let printed = context.plain(label);
            let words = printed.split(" + ").map(|term| term.trim().trim_matches('`'));
            let terms: Vec<Term> = words.map(Term::from).collect();
            let pattern = format!("{}=", context.names.vocabulary.dimension.id);
            draft.has_patterns |= terms.iter().any(|term| term.id().starts_with(&pattern));
            Some(terms)
        }
    }
}
