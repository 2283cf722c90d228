//! Recognises the tables of a page that are a matrix, by their shape, and whose they are.
//!
//! A table of pairs has a row for each of its columns. A table of features has a column for a
//! backend. On a page whose title names one backend only the tables of pairs count: what else is
//! there is about that backend alone and in other words. Everything else is passed over: drivers,
//! engine versions, the support of one backend in a tab.

use std::collections::HashSet;
use std::ops::Range;

use crate::matrix::slug;

use super::context::PageContext;
use super::feature_table::Rows;
use super::names::{PageName, is_other_column, is_support_column};
use super::outline::{Location, Outline, PageTable};
use super::{legend, nameless, words};

/// The kind of a table, by its shape.
pub(super) enum TableKind {
    /// A column per backend.
    Columns(Rows, Vec<(usize, PageName)>),
    /// The pairs of one backend.
    Pairs(PageName),
    /// Not a part of a matrix.
    Other,
}

/// The kinds of the tables of a page, and the backend that it is about.
pub(super) struct Recognised {
    /// The backend that the page is about, if it is about one.
    pub(super) backend: Option<PageName>,
    /// The backend that was given for a page that names none.
    pub(super) given: Option<PageName>,
    /// The kind of each table.
    pub(super) kinds: Vec<TableKind>,
}

/// Recognises every table of the outline.
pub(super) fn recognise(
    outline: &Outline,
    title: &str,
    given: &[PageName],
    context: &mut PageContext<'_>,
) -> Recognised {
    let heads: Vec<Vec<String>> = outline
        .tables
        .iter()
        .map(|table| table.head.iter().map(|cell| context.plain(cell)).collect())
        .collect();
    let compares = |head: &Vec<String>| {
        let known = head.iter().skip(1).filter_map(|name| context.names.known_backend(name));
        known.map(|name| name.id).collect::<HashSet<_>>().len() > 1
    };
    let page_backend =
        context.names.backend_of_title(title).filter(|_| !heads.iter().any(compares));
    let mut kinds: Vec<TableKind> = Vec::with_capacity(heads.len());
    for (table, head) in outline.tables.iter().zip(&heads) {
        let kind = if is_square(table, head, context) || is_together(head) {
            TableKind::Other
        } else {
            columns(table, head, page_backend.as_ref(), context)
        };
        kinds.push(kind);
    }
    let backends = backends(&kinds);
    let mut unnamed = Vec::new();
    for (at, (table, head)) in outline.tables.iter().zip(&heads).enumerate() {
        let together = is_together(head);
        let pairs = matches!(kinds[at], TableKind::Other) && is_square(table, head, context);
        if !together && !pairs {
            continue;
        }
        match backend_above(table, &backends, page_backend.as_ref(), context) {
            Some(backend) if together => {
                kinds[at] = TableKind::Columns(Rows::Together, vec![(1, backend)]);
            }
            Some(backend) => kinds[at] = TableKind::Pairs(backend),
            None => unnamed.push(at),
        }
    }
    if page_backend.is_some() {
        prefer_interactions(&mut kinds, outline, context);
    }
    // A page that names its backend needs no other name, but for a table of its features alone.
    let given = match page_backend.is_some() && given.is_empty() {
        true => None,
        false => nameless::assign(&mut kinds, &unnamed, outline, &heads, given, context)
            .filter(|_| page_backend.is_none()),
    };
    Recognised { backend: page_backend, given, kinds }
}

/// The backends that the tables of features have columns for.
fn backends(kinds: &[TableKind]) -> Vec<PageName> {
    let columns = kinds.iter().filter_map(|kind| match kind {
        TableKind::Columns(_, columns) => Some(columns),
        _ => None,
    });
    columns.flatten().map(|(_, name)| name.clone()).collect()
}

/// Whether at least half of the columns are rows as well, or at least half of the rows columns.
fn is_square(table: &PageTable, head: &[String], context: &PageContext<'_>) -> bool {
    let columns: HashSet<String> =
        head.iter().skip(1).map(|name| slug(name)).filter(|name| !name.is_empty()).collect();
    let rows: HashSet<String> =
        table.rows.iter().map(|row| slug(&context.plain(&row[0]))).collect();
    let both = columns.intersection(&rows).count();
    both > 0 && (2 * both >= columns.len() || 2 * both >= rows.len())
}

/// Takes a table as one with a column per backend, if it can be one.
fn columns(
    table: &PageTable,
    head: &[String],
    page_backend: Option<&PageName>,
    context: &mut PageContext<'_>,
) -> TableKind {
    if page_backend.is_some() {
        return TableKind::Other;
    }
    let known =
        |name: &String, context: &PageContext<'_>| context.names.known_backend(name).is_some();
    if !(head.iter().skip(1).any(|name| known(name, context)) || is_comparison(table, context))
        || (head[0].is_empty() && !lists_known_features(table, context))
    {
        return TableKind::Other;
    }
    let mut columns = Vec::new();
    for (at, name) in head.iter().enumerate().skip(1) {
        if is_other_column(&slug(name)) {
            continue;
        }
        if !known(name, context) && !holds_marks(table, at, context) {
            ignore_column(name, &table.head[at], context);
            continue;
        }
        columns.extend(context.names.backend(name).map(|backend| (at, backend)));
    }
    if columns.is_empty() { TableKind::Other } else { TableKind::Columns(Rows::Features, columns) }
}

/// The column of a table of one backend's features that says whether they are supported.
pub(super) fn feature_column(table: &PageTable, context: &PageContext<'_>) -> Option<usize> {
    let is_support = |name: &Range<usize>| is_support_column(&slug(&context.plain(name)));
    let at = table.head.iter().skip(1).position(is_support)? + 1;
    holds_marks(table, at, context).then_some(at)
}

/// Whether at least half of a column's cells that hold anything hold a mark or a word for a level.
pub(super) fn holds_marks(table: &PageTable, column: usize, context: &PageContext<'_>) -> bool {
    let texts = table.rows.iter().map(|row| context.plain(&row[column]));
    let (mut filled, mut marks) = (0, 0);
    for text in texts.filter(|text| !text.is_empty()) {
        let head = text.split(" (").next().unwrap_or(&text).split(" — ").next().unwrap_or(&text);
        let symbol = !text.contains(char::is_alphanumeric);
        filled += 1;
        marks += usize::from(symbol || words::standard(&legend::key(head)).is_some());
    }
    2 * marks >= filled
}

fn ignore_column(name: &str, span: &Range<usize>, context: &mut PageContext<'_>) {
    context.problems.warning(
        "ignored-column",
        span.clone(),
        format!("`{name}` is no known backend, and its cells are no marks"),
        "it is left out; if it is a backend, write marks into its cells",
    );
}

/// Whether the heading or label right above says that the table compares backends.
fn is_comparison(table: &PageTable, context: &PageContext<'_>) -> bool {
    let Location { headings, labels, .. } = &table.location;
    let above = labels.last().or(headings.last()).map(|range| slug(&context.plain(range)));
    above.is_some_and(|name| name.contains("comparison") || name.contains("support-by-backend"))
}

fn lists_known_features(table: &PageTable, context: &PageContext<'_>) -> bool {
    let known = table.rows.iter().filter(|row| {
        context.names.feature(&context.plain(&row[0])).is_some_and(|name| name.known)
    });
    2 * known.count() > table.rows.len()
}

/// Whether a table says what holds for terms together, in a column of its own.
pub(super) fn is_together(head: &[String]) -> bool {
    head.len() == 2 && head[0].eq_ignore_ascii_case("together")
}

/// The backend of a table that does not name one itself: the one named last before it.
fn backend_above(
    table: &PageTable,
    backends: &[PageName],
    page_backend: Option<&PageName>,
    context: &mut PageContext<'_>,
) -> Option<PageName> {
    let Location { headings, tabs, labels } = &table.location;
    let titles = headings.iter().map(|heading| (heading, true));
    let mut above: Vec<_> =
        titles.chain(tabs.iter().chain(labels).map(|range| (range, false))).collect();
    // The nearest one above the table comes first.
    above.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let named = above.iter().find_map(|(range, is_heading)| {
        let printed = context.plain(range);
        let known = context.names.backend_of_heading(printed.trim_end_matches(':'), backends);
        let new = || context.names.new_backend_of_heading(&printed);
        known.or_else(|| is_heading.then(new).flatten())
    });
    named.or_else(|| page_backend.cloned())
}

/// On a single backend's page, the tables under "Feature Interactions" are the ones that count.
fn prefer_interactions(kinds: &mut [TableKind], outline: &Outline, context: &PageContext<'_>) {
    let interactions: Vec<bool> = outline
        .tables
        .iter()
        .map(|table| {
            let mut headings = table.location.headings.iter();
            headings.any(|heading| slug(&context.plain(heading)).contains("interactions"))
        })
        .collect();
    let chosen = |kind: &TableKind, is: bool| is && matches!(kind, TableKind::Pairs(_));
    if kinds.iter().zip(&interactions).any(|(kind, is)| chosen(kind, *is)) {
        for (kind, is) in kinds.iter_mut().zip(&interactions) {
            if !chosen(kind, *is) {
                *kind = TableKind::Other;
            }
        }
    }
}
