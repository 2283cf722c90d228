//! Pages of one backend, of which its pairs alone count: says so where such a page has tables of
//! features as well.

use super::context::PageContext;
use super::outline::{Outline, PageTable};
use super::recognise::{Recognised, TableKind, feature_column};

/// Says of the first table of features that it does not count, and what to import for it.
pub(super) fn explain(outline: &Outline, recognised: &Recognised, context: &mut PageContext<'_>) {
    let Some((name, table)) = ignored_table(outline, recognised, context) else { return };
    if recognised.kinds.iter().any(|kind| matches!(kind, TableKind::Pairs(_))) {
        context.problems.note(
            "one-backend-page",
            table.head[0].clone(),
            format!(
                "this page is about {name} alone: its table of pairs counts, this table of features \
                 does not"
            ),
            "import the page that compares the backends as well, which states each feature: \
             `dynamo-plan import PAGE COMPARISON-PAGE -o FILE`",
        );
    }
}

/// Says that the page has nothing that counts; returns whether it is one with a table of features.
pub(super) fn refuse(
    outline: &Outline,
    recognised: &Recognised,
    context: &mut PageContext<'_>,
) -> bool {
    let Some((name, table)) = ignored_table(outline, recognised, context) else { return false };
    context.problems.error(
        "no-matrix-table",
        table.head[0].clone(),
        format!(
            "this page is about {name} alone and has no table of its pairs; this table of features \
             does not count"
        ),
        format!(
            "import the page that compares the backends instead: its table of features has a column \
             for each of them; or give --backend '{name}' to read this table as it is"
        ),
    );
    true
}

/// The first table of features on a page of one backend, and the backend's name.
fn ignored_table<'p>(
    outline: &'p Outline,
    recognised: &'p Recognised,
    context: &PageContext<'_>,
) -> Option<(&'p str, &'p PageTable)> {
    let backend = recognised.backend.as_ref()?;
    let tables = outline.tables.iter().zip(&recognised.kinds);
    let mut others = tables.filter(|(_, kind)| matches!(kind, TableKind::Other));
    let (table, _) = others.find(|(table, _)| lists_features(table, context))?;
    Some((&backend.printed, table))
}

/// Whether a table says of features whether they are supported: under a word for it, or under the
/// name of a backend.
fn lists_features(table: &PageTable, context: &PageContext<'_>) -> bool {
    let is_backend = |name| context.names.known_backend(&context.plain(name)).is_some();
    feature_column(table, context).is_some() || table.head.iter().skip(1).any(is_backend)
}
