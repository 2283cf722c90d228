//! Transposed tables: backends in rows and features in columns, turned into the usual form.
//!
//! Only the ranges change their order, so whatever reads a table afterwards needs to know nothing of it.

use super::PageTable;
use crate::load::page::markdown::{Definitions, TableBlock, inline};
use crate::load::page::names::{NameLookup, is_other_column};
use crate::load::text::bounded;
use crate::matrix::slug;

/// The slugs of what may stand over the column of the backends.
const CORNERS: [&str; 12] = [
    "",
    "backend",
    "backends",
    "engine",
    "engines",
    "framework",
    "frameworks",
    "runtime",
    "feature",
    "features",
    "backend-feature",
    "feature-backend",
];
/// The most columns whose names are looked at: a name and a thousand features.
const MOST_COLUMNS: usize = 1_001;
/// The most rows whose names are looked at.
const MOST_ROWS: usize = 64;
/// The longest beginning of a name that is looked at.
const LONGEST_NAME: usize = 200;

/// Whether at least half of the columns are known features, none is a backend, and at least half
/// of the rows are known backends.
pub(super) fn is_transposed(block: &TableBlock<'_>, text: &str, names: &NameLookup<'_>) -> bool {
    let mut head = block.head.cells().map(|cell| plain(&text[cell]));
    if !head.next().is_some_and(|corner| CORNERS.contains(&slug(&corner).as_str()))
        || block.head.width() > MOST_COLUMNS
    {
        return false;
    }
    let (mut features, mut known) = (0, 0);
    for name in head.filter(|name| !is_other_column(&slug(name))) {
        if names.known_backend(&name).is_some() {
            return false;
        }
        features += 1;
        known += usize::from(names.feature(&name).is_some_and(|feature| feature.known));
    }
    if known == 0 || 2 * known < features {
        return false;
    }
    let labels = block.rows().take(MOST_ROWS).filter_map(|row| row.cells().next());
    let backends: Vec<bool> =
        labels.map(|label| names.known_backend(&plain(&text[label])).is_some()).collect();
    let known = backends.iter().filter(|known| **known).count();
    known > 0 && 2 * known >= backends.len()
}

/// The table with a column per backend and a row per feature; columns of sources and notes are
/// left out.
pub(super) fn turn(table: PageTable, text: &str) -> PageTable {
    let mut names = table.head.iter();
    let labels = table.rows.iter().map(|row| row[0].clone());
    let head = names.next().cloned().into_iter().chain(labels).collect();
    let features = names.enumerate().filter(|(_, name)| {
        let name = plain(&text[(*name).clone()]);
        !is_other_column(&slug(&name))
    });
    let rows = features
        .map(|(at, name)| {
            let cells = table.rows.iter().map(|row| row[at + 1].clone());
            std::iter::once(name.clone()).chain(cells).collect()
        })
        .collect();
    PageTable { head, rows, ..table }
}

fn plain(name: &str) -> String {
    inline(bounded(name, LONGEST_NAME), "", &Definitions::default()).text
}
