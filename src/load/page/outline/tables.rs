//! The tables of a page, and the bounds on them.

use super::builder::OutlineBuilder;
use super::transposed::{is_transposed, turn};
use super::{Location, MOST_TABLES, PageTable};
use crate::load::page::markdown::{Definitions, LineForm, PageLine, TableBlock, TableRow, inline};
use crate::load::text::bounded;

/// The most cells that the tables of one page may have together.
const MOST_CELLS: usize = 1_500_000;
/// The most columns that a matrix table may have: a name and a thousand features.
const MOST_COLUMNS: usize = 1_001;
/// The most rows that a matrix table may have.
const MOST_ROWS: usize = 10_000;
/// The longest beginning of the first name over the columns that is looked at.
const LONGEST_NAME: usize = 200;

impl OutlineBuilder<'_> {
    /// Keeps a table that could hold a matrix.
    pub(super) fn table(&mut self, block: &TableBlock<'_>) {
        self.outline.tables_seen += 1;
        self.legend = None;
        self.above = None;
        let transposed = is_transposed(block, self.text, self.names);
        let wanted = (transposed || self.may_matter(&block.head)) && self.has_room(&block.head);
        self.next_list(wanted);
        let location = self.location();
        if !wanted {
            return;
        }
        let Some(mut table) = self.start_table(block, location) else { return };
        for row in block.rows() {
            if !self.row(&mut table, &row) {
                return;
            }
        }
        self.above = Some(self.outline.tables.len());
        self.outline.tables.push(if transposed { turn(table, self.text) } else { table });
    }

    /// Counts a row that has the cells of the table above and no head of its own.
    pub(super) fn cut_off(&mut self, line: &PageLine) {
        let Some(table) = self.above.and_then(|at| self.outline.tables.get_mut(at)) else { return };
        if matches!(line.form, LineForm::StrayRow(width) if width == table.width) {
            table.cut_off.get_or_insert((line.span.clone(), 0)).1 += 1;
        }
    }

    /// Whether a table with this head could hold a matrix.
    fn may_matter(&self, head: &TableRow<'_>) -> bool {
        let first = head.cells().next().unwrap_or(0..0);
        let first = bounded(&self.text[first], LONGEST_NAME);
        let name = crate::matrix::slug(&inline(first, self.text, &Definitions::default()).text);
        matches!(name.as_str(), "" | "feature" | "features" | "together")
    }

    /// Whether one more table may be kept; one too many is an error.
    fn has_room(&mut self, head: &TableRow<'_>) -> bool {
        let has_room = self.outline.tables.len() < MOST_TABLES;
        if !has_room {
            let message = format!("more than {MOST_TABLES} tables of features");
            self.too_large(head, message);
        }
        has_room
    }

    /// The table with its head; a table with too many columns is an error, found before any cell
    /// is made.
    fn start_table(&mut self, block: &TableBlock<'_>, location: Location) -> Option<PageTable> {
        let columns = block.head.width();
        if columns > MOST_COLUMNS {
            let message = format!("a table has {columns} columns, more than {MOST_COLUMNS}");
            self.too_large(&block.head, message);
            return None;
        }
        let delimiter = (block.delimiter.span.clone(), block.delimiter.width());
        Some(PageTable {
            width: columns,
            head: block.head.cells().collect(),
            rows: Vec::new(),
            ragged: Some(delimiter).filter(|(_, found)| *found != columns).into_iter().collect(),
            cut_off: None,
            location,
            list: self.notes.list.unwrap_or_default(),
            legends_before: self.outline.legends.len(),
        })
    }

    /// Adds a row; returns whether the table is one to keep.
    fn row(&mut self, table: &mut PageTable, row: &TableRow<'_>) -> bool {
        let found = row.width();
        if found != table.width {
            if table.ragged.len() < MOST_TABLES {
                table.ragged.push((row.span.clone(), found));
            }
            return true;
        }
        if table.rows.len() == MOST_ROWS {
            self.too_large(row, format!("a table has more than {MOST_ROWS} rows"));
            return false;
        }
        self.cells += found;
        if self.cells <= MOST_CELLS {
            table.rows.push(row.cells().collect());
        } else if self.cells - found <= MOST_CELLS {
            // The row that passes the limit reports it, and no row after it does so again.
            self.too_large(row, format!("the tables have more than {MOST_CELLS} cells"));
        }
        true
    }

    fn too_large(&mut self, row: &TableRow<'_>, message: String) {
        self.problems.error("too-large", row.span.clone(), message, "is this the right file?");
    }
}
