//! Rows of a feature table that are about something else, such as `Best For | High throughput | …`.

use std::collections::HashSet;

use super::context::PageContext;
use super::footnotes::CellContext;
use super::outline::PageTable;
use super::reading::CellContent;
use super::table;

/// Fewer rows than this that can be read do not show what the marks of a table are.
const FEWEST_READ: usize = 2;

/// What a row's cells hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowContent {
    /// Marks and blanks alone.
    Read,
    /// Something else, and no mark.
    WithoutMarks,
    /// A mark, and something else.
    Mixed,
}

/// Finds the rows without any mark, and says that they are skipped; `columns` has the places of the
/// backends, each with its own list of footnotes.
///
/// One odd word tells too little to leave a feature out: it may be a mark that is misspelt.
pub(super) fn find(
    table: &PageTable,
    columns: &[(usize, Option<usize>)],
    key: &mut CellContext<'_, '_>,
    context: &mut PageContext<'_>,
) -> HashSet<usize> {
    let contents: Vec<RowContent> =
        (0..table.rows.len()).map(|row| content(table, row, columns, key, context)).collect();
    if contents.iter().filter(|content| **content == RowContent::Read).count() < FEWEST_READ {
        return HashSet::new();
    }
    let rows: HashSet<usize> =
        (0..contents.len()).filter(|row| contents[*row] == RowContent::WithoutMarks).collect();
    for (at, row) in table.rows.iter().enumerate().filter(|(at, _)| rows.contains(at)) {
        let message = format!("no cell of the row `{}` holds a mark", context.plain(&row[0]));
        let help = "the row is skipped; if it is a feature, write marks into it";
        context.problems.warning("skipped-row", table.rows[at][0].clone(), message, help);
    }
    rows
}

fn content(
    table: &PageTable,
    row: usize,
    columns: &[(usize, Option<usize>)],
    key: &mut CellContext<'_, '_>,
    context: &PageContext<'_>,
) -> RowContent {
    let cells = &table.rows[row];
    let (mut odd, mut blank) = (0, 0);
    for &(column, list) in columns {
        key.backend = list;
        match table::reading(&cells[column], key, context).content {
            CellContent::Unreadable(_) => odd += 1,
            CellContent::Blank => blank += 1,
            CellContent::Mark { .. } | CellContent::Contradictory(_) => {}
        }
    }
    let is_known = || {
        let name = context.names.feature(&context.plain(&cells[0]));
        name.is_some_and(|name| name.known)
    };
    if odd == 0 {
        RowContent::Read
    } else if odd + blank == columns.len() && (odd > 1 || (columns.len() == 1 && !is_known())) {
        RowContent::WithoutMarks
    } else {
        RowContent::Mixed
    }
}
