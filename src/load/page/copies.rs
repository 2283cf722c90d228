//! Tables of one backend's features beside the table of all backends: copies that should agree.
//!
//! A page that compares the backends may say the same once more in a tab per backend, as `Feature |
//! Supported? | Notes`. The comparison is what is read; a copy that disagrees is reported.

use std::ops::Range;

use super::context::PageContext;
use super::draft::{BackendDraft, Draft, disagreement};
use super::footnotes::{CellContext, PageKeys};
use super::outline::{Outline, PageTable};
use super::recognise::{Recognised, TableKind, feature_column};
use super::table;
use crate::matrix::{Cell, Level, Term};

/// Compares every table of one backend's features with what was read, by the same legends and
/// footnotes.
pub(super) fn compare(
    outline: &Outline,
    recognised: &Recognised,
    keys: &mut PageKeys<'_>,
    draft: &Draft,
    context: &mut PageContext<'_>,
) {
    if recognised.backend.is_some() {
        return;
    }
    for (table, kind) in outline.tables.iter().zip(&recognised.kinds) {
        if matches!(kind, TableKind::Other)
            && table.ragged.is_empty()
            && let Some(column) = feature_column(table, context)
            && let Some(backend) = backend_around(table, context)
            && let Some(backend) = draft.backends.iter().find(|known| known.name.id == backend)
        {
            compare_table(table, column, backend, &keys.of(table), context);
        }
    }
}

/// The backend whose name is all of the nearest heading or tab above a table. In a tab of another
/// name it says something else, such as what holds on one kind of machine.
fn backend_around(table: &PageTable, context: &PageContext<'_>) -> Option<String> {
    let backend = |range: &Range<usize>| {
        let title = context.plain(range);
        let name = title.strip_suffix(" Backend").unwrap_or(&title);
        context.names.vocabulary.backend(name).map(|backend| backend.id.clone())
    };
    let tabs = &table.location.tabs;
    if !tabs.iter().all(|tab| backend(tab).is_some()) {
        return None;
    }
    let nearest = table.location.headings.iter().chain(tabs).max_by_key(|range| range.start);
    nearest.and_then(backend)
}

fn compare_table(
    table: &PageTable,
    column: usize,
    backend: &BackendDraft,
    key: &CellContext<'_, '_>,
    context: &mut PageContext<'_>,
) {
    let meanings: Vec<_> =
        table.rows.iter().map(|row| table::meaning(&row[column], key, context)).collect();
    // In a copy whose marks are lost, a blank is no statement that could disagree.
    if !meanings.iter().flatten().any(|meaning| meaning.level == Level::Supported) {
        return;
    }
    for (row, meaning) in table.rows.iter().zip(meanings) {
        let span = &row[column];
        let Some(name) = context.names.feature(&context.plain(&row[0])) else { continue };
        let Some((first, place)) = backend.stated(&[Term::on(name.id)]) else { continue };
        let Some(meaning) = meaning else { continue };
        let terms = first.terms.clone();
        let mut second = Cell::new(terms, meaning.level, context.source(span.start));
        second.caveat = meaning.caveat;
        if !agree(first, &second) {
            let place = context.position(place.start);
            context.problems.warning(
                "copies-disagree",
                span.clone(),
                disagreement(&backend.name.printed, first, &second, &place),
                "the table of all backends counts; make the copies agree",
            );
        }
    }
}

/// Whether two copies say the same. A dash under "Supported?" may mean no as well as no claim.
fn agree(first: &Cell, second: &Cell) -> bool {
    if second.level == Level::Undocumented {
        return true;
    }
    let dash = second.level == Level::NotApplicable
        && matches!(first.level, Level::NotApplicable | Level::Unsupported);
    dash || (first.level, first.caveat) == (second.level, second.caveat)
}
