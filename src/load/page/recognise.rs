//! Which tables of a page are a matrix, by their shape, and whose they are.
//!
//! A table of pairs has a row for each of its columns. A table of features has a column for a
//! backend. On a page whose title names one backend only the tables of pairs count: what else is
//! there is about that backend alone and in other words. Everything else is passed over: drivers,
//! engine versions, the support of one backend in a tab.

use std::collections::HashSet;

use crate::matrix::slug;

use super::context::Context;
use super::feature_table::{Rows, is_other_column};
use super::names::Name;
use super::outline::{Outline, Place, Table};

/// What a table was recognised as.
pub(super) enum Kind {
    /// A column per backend.
    Columns(Rows, Vec<(usize, Name)>),
    /// The pairs of one backend.
    Pairs(Name),
    /// Not a part of a matrix.
    Other,
}

/// What a page was recognised as.
pub(super) struct Recognised {
    /// The backend that the page is about, if it is about one.
    pub(super) backend: Option<Name>,
    /// What each table is.
    pub(super) kinds: Vec<Kind>,
}

/// Recognises every table of the outline.
pub(super) fn recognise(outline: &Outline, title: &str, context: &mut Context<'_>) -> Recognised {
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
    let mut kinds: Vec<Kind> = Vec::with_capacity(heads.len());
    for (table, head) in outline.tables.iter().zip(&heads) {
        let kind = if is_square(table, head, context) {
            Kind::Other
        } else {
            columns(table, head, page_backend.as_ref(), context)
        };
        kinds.push(kind);
    }
    let backends = backends(&kinds);
    for ((kind, table), head) in kinds.iter_mut().zip(&outline.tables).zip(&heads) {
        if matches!(kind, Kind::Other) && is_square(table, head, context) {
            *kind = pairs(table, &backends, page_backend.as_ref(), context);
        }
    }
    if page_backend.is_some() {
        prefer_interactions(&mut kinds, outline, context);
    }
    Recognised { backend: page_backend, kinds }
}

/// The backends that the tables of features have columns for.
fn backends(kinds: &[Kind]) -> Vec<Name> {
    let columns = kinds.iter().filter_map(|kind| match kind {
        Kind::Columns(_, columns) => Some(columns),
        _ => None,
    });
    columns.flatten().map(|(_, name)| name.clone()).collect()
}

/// Whether at least half of the columns are rows as well, or at least half of the rows columns.
fn is_square(table: &Table, head: &[String], context: &Context<'_>) -> bool {
    let columns: HashSet<String> =
        head.iter().skip(1).map(|name| slug(name)).filter(|name| !name.is_empty()).collect();
    let rows: HashSet<String> =
        table.rows.iter().map(|row| slug(&context.plain(&row[0]))).collect();
    let both = columns.intersection(&rows).count();
    both > 0 && (2 * both >= columns.len() || 2 * both >= rows.len())
}

/// What a table with a column per backend is.
fn columns(
    table: &Table,
    head: &[String],
    page_backend: Option<&Name>,
    context: &mut Context<'_>,
) -> Kind {
    let rows = match slug(head.first().map_or("", String::as_str)).as_str() {
        "pattern" | "serving-pattern" => Rows::Patterns,
        "terms" | "rule" => Rows::Terms,
        _ => Rows::Features,
    };
    if page_backend.is_some() {
        return Kind::Other;
    }
    let known = |name: &String| context.names.known_backend(name).is_some();
    if !(head.iter().skip(1).any(known)
        || (rows == Rows::Features && is_comparison(table, context)))
        || (head[0].is_empty() && !lists_known_features(table, context))
    {
        return Kind::Other;
    }
    let mut columns = Vec::new();
    for (at, name) in
        head.iter().enumerate().skip(1).filter(|(_, name)| !is_other_column(&slug(name)))
    {
        columns.extend(context.names.backend(name).map(|backend| (at, backend)));
    }
    if columns.is_empty() { Kind::Other } else { Kind::Columns(rows, columns) }
}

/// Whether the heading or label right above says that the table compares backends.
fn is_comparison(table: &Table, context: &Context<'_>) -> bool {
    let Place { headings, labels, .. } = &table.place;
    let above = labels.last().or(headings.last()).map(|range| slug(&context.plain(range)));
    above.is_some_and(|name| name.contains("comparison") || name.contains("support-by-backend"))
}

fn lists_known_features(table: &Table, context: &Context<'_>) -> bool {
    let known = table.rows.iter().filter(|row| {
        context.names.feature(&context.plain(&row[0])).is_some_and(|name| name.known)
    });
    2 * known.count() > table.rows.len()
}

/// Whose pairs a square table holds: the backend that was named last before it.
fn pairs(
    table: &Table,
    backends: &[Name],
    page_backend: Option<&Name>,
    context: &mut Context<'_>,
) -> Kind {
    let Place { headings, tabs, labels } = &table.place;
    let titles = headings.iter().map(|heading| (heading, true));
    let mut above: Vec<_> =
        titles.chain(tabs.iter().chain(labels).map(|range| (range, false))).collect();
    above.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let named = above.iter().find_map(|(range, is_heading)| {
        let printed = context.plain(range);
        let known = context.names.backend_of_heading(printed.trim_end_matches(':'), backends);
        let new = || context.names.new_backend_of_heading(&printed);
        known.or_else(|| is_heading.then(new).flatten())
    });
    if let Some(backend) = named.or_else(|| page_backend.cloned()) {
        return Kind::Pairs(backend);
    }
    context.problems.warning(
        "unnamed-backend",
        table.head[0].clone(),
        "nothing above this table of pairs names its backend".to_owned(),
        "the table is left out; put it under a heading such as `vLLM Backend`",
    );
    Kind::Other
}

/// On a single backend's page, the tables under "Feature Interactions" are the ones that count.
fn prefer_interactions(kinds: &mut [Kind], outline: &Outline, context: &Context<'_>) {
    let interactions: Vec<bool> = outline
        .tables
        .iter()
        .map(|table| {
            let mut headings = table.place.headings.iter();
            headings.any(|heading| slug(&context.plain(heading)).contains("interactions"))
        })
        .collect();
    let chosen = |kind: &Kind, is: bool| is && matches!(kind, Kind::Pairs(_));
    if kinds.iter().zip(&interactions).any(|(kind, is)| chosen(kind, *is)) {
        for (kind, is) in kinds.iter_mut().zip(&interactions) {
            if !chosen(kind, *is) {
                *kind = Kind::Other;
            }
        }
    }
}
