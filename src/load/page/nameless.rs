//! Pages that name no backend: whose tables they hold is told from outside.
//!
//! The matrix of one engine has a table of the pairs of its features, and often one of its features
//! with a single column of marks, or with a column per kind of hardware. Nothing on the page says
//! which backend that is, and nothing is guessed: the reader gives its name.

use crate::matrix::{Cell, Level, Term, slug};

use super::context::PageContext;
use super::draft::{Draft, Naming};
use super::feature_table::Rows;
use super::names::{PageName, is_support_column};
use super::outline::{Outline, PageTable};
use super::recognise::{TableKind, holds_marks, is_together};

/// Gives the tables of a page that names no backend to the given one; says which are left over.
/// `unnamed` are the tables of pairs, and of terms together, above which no backend is named.
pub(super) fn assign(
    kinds: &mut [TableKind],
    unnamed: &[usize],
    outline: &Outline,
    heads: &[Vec<String>],
    given: &[PageName],
    context: &mut PageContext<'_>,
) -> Option<PageName> {
    if kinds.iter().any(|kind| !matches!(kind, TableKind::Other)) {
        for &at in unnamed {
            warn_unnamed(&outline.tables[at], context);
        }
        return None;
    }
    let support: Vec<(usize, usize)> = (0..kinds.len())
        .filter(|at| !unnamed.contains(at))
        .filter_map(|at| {
            let column = support_column(&outline.tables[at], &heads[at], given, context)?;
            Some((at, column))
        })
        .collect();
    let first = unnamed.iter().chain(support.iter().map(|(at, _)| at)).min()?;
    let backend = the_one(given, &outline.tables[*first], context)?;
    for &at in unnamed {
        kinds[at] = if is_together(&heads[at]) {
            TableKind::Columns(Rows::Together, vec![(1, backend.clone())])
        } else {
            TableKind::Pairs(backend.clone())
        };
    }
    for (at, column) in support {
        kinds[at] = TableKind::Columns(Rows::Features, vec![(column, backend.clone())]);
    }
    for (at, kind) in kinds.iter().enumerate() {
        if matches!(kind, TableKind::Other) {
            note_other_columns(&outline.tables[at], &heads[at], context);
        }
    }
    Some(backend)
}

/// The column that says what the given backend supports: the one with its name, else one that is
/// called so.
fn support_column(
    table: &PageTable,
    head: &[String],
    given: &[PageName],
    context: &PageContext<'_>,
) -> Option<usize> {
    let named = |name: &str| given.iter().any(|backend| slug(name) == slug(&backend.printed));
    let called = |name: &str| is_support_column(&slug(name));
    let find = |wanted: &dyn Fn(&str) -> bool| {
        let mut columns = head.iter().enumerate().skip(1);
        columns.find(|(at, name)| wanted(name) && opens_with_marks(table, *at, context))
    };
    find(&named).or_else(|| find(&called)).map(|(at, _)| at)
}

/// Whether at least half of a column's cells that hold anything hold a mark, or open with one.
fn opens_with_marks(table: &PageTable, column: usize, context: &PageContext<'_>) -> bool {
    let texts = table.rows.iter().map(|row| context.plain(&row[column]));
    let filled: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let opens = |text: &&String| {
        let first = text.split(' ').next().unwrap_or(text);
        !first.is_ascii() && !first.contains(char::is_alphanumeric)
    };
    holds_marks(table, column, context) || 2 * filled.iter().filter(opens).count() >= filled.len()
}

/// The one backend that was given; none or several are an error.
fn the_one(
    given: &[PageName],
    table: &PageTable,
    context: &mut PageContext<'_>,
) -> Option<PageName> {
    let (message, help) = match given {
        [backend] => return Some(backend.clone()),
        [] => (
            "nothing on this page names the backend that it is about",
            "name it with --backend NAME, or put the table under a heading such as `vLLM Backend`",
        ),
        _ => (
            "this page names no backend, so it is about one, and several are given",
            "give --backend once",
        ),
    };
    context.problems.error("unnamed-backend", table.head[0].clone(), message.to_owned(), help);
    None
}

fn warn_unnamed(table: &PageTable, context: &mut PageContext<'_>) {
    context.problems.warning(
        "unnamed-backend",
        table.head[0].clone(),
        "nothing above this table names its backend".to_owned(),
        "the table is left out; put it under a heading such as `vLLM Backend`",
    );
}

/// Says that a table of features has columns of marks for something else, such as hardware.
fn note_other_columns(table: &PageTable, head: &[String], context: &mut PageContext<'_>) {
    let marked = |(at, _): &(usize, &String)| holds_marks(table, *at, context);
    let columns: Vec<&str> =
        head.iter().enumerate().skip(1).filter(marked).map(|(_, name)| name.as_str()).collect();
    let Some(first) = columns.first() else { return };
    let message = match columns.len() {
        1 => format!("`{first}` is not the backend that was given"),
        n => format!("`{first}` and {} more columns are not the backend that was given", n - 1),
    };
    let help = format!("the table is left out; to read a column, name it: --backend '{first}'");
    context.problems.warning("ignored-column", table.head[1].clone(), message, help);
}

/// States, where no table says what the given backend supports, that nothing is documented of each
/// feature alone: so the matrix is whole, and can be planned on by who accepts that.
pub(super) fn state_undocumented(
    backend: &PageName,
    outline: &Outline,
    kinds: &[TableKind],
    draft: &mut Draft,
    context: &mut PageContext<'_>,
) {
    let Some(at) = draft.backends.iter().position(|known| known.name.id == backend.id) else {
        return;
    };
    if draft.backends[at].has_features {
        return;
    }
    let pairs = kinds.iter().zip(&outline.tables);
    for (_, table) in pairs.filter(|(kind, _)| matches!(kind, TableKind::Pairs(_))) {
        for span in &table.head[1..] {
            let Some(name) = context.feature(span) else { continue };
            draft.name(&name, Naming::Paired, span, context);
            let source = context.source(span.start);
            let cell = Cell::new(vec![Term::on(name.id)], Level::Undocumented, source);
            draft.add(at, cell, span, context);
        }
    }
}
