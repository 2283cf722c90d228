//! The tables of a page, and the bounds on them.

use super::builder::OutlineBuilder;
use super::transposed::{is_transposed, turn};
use super::{Location, MOST_TABLES, PageTable};
use crate::load::page::markdown::{Definitions, LineForm, PageLine, TableBlock, TableRow, inline};
use crate::load::text::bounded;

/// The most cells that the tables of one page may have together.
const MOST_CELLS: usize = 5_000_000;
/// The most columns that a matrix table may have: a name and as many backends as a page may have.
const MOST_COLUMNS: usize = 1_025;
/// The most rows that a matrix table may have.
const MOST_ROWS: usize = 10_000;
/// The longest beginning of the first name over the columns that is looked at.
const LONGEST_NAME: usize = 200;

/// What a table could be a part of, by the name of its first column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableUse {
    /// A matrix: it names features.
    Matrix,
    /// What releases are built for: it names releases.
    Platforms,
}

/// The table that was kept last, by its place among those of its use.
#[derive(Clone, Copy)]
pub(super) struct TableAbove {
    table_use: TableUse,
    at: usize,
}

impl OutlineBuilder<'_> {
    /// Keeps a table that could be a part of a matrix or of what releases are built for.
    pub(super) fn table(&mut self, block: &TableBlock<'_>) {
        self.outline.tables_seen += 1;
        self.legend = None;
        self.page_note = None;
        self.above = None;
        let transposed = is_transposed(block, self.text, self.names);
        let table_use =
            if transposed { Some(TableUse::Matrix) } else { self.named_use(&block.head) };
        let table_use = table_use.filter(|table_use| self.has_room(*table_use, &block.head));
        self.next_list(table_use == Some(TableUse::Matrix));
        let location = self.location();
        let Some(table_use) = table_use else { return };
        let Some(mut table) = self.start_table(block, location) else { return };
        for row in block.rows() {
            if !self.row(&mut table, &row) {
                return;
            }
        }
        self.below_table = table_use == TableUse::Matrix;
        let table = if transposed { turn(table, self.text) } else { table };
        let tables = self.tables(table_use);
        tables.push(table);
        self.above = Some(TableAbove { table_use, at: tables.len() - 1 });
    }

    fn tables(&mut self, table_use: TableUse) -> &mut Vec<PageTable> {
        match table_use {
            TableUse::Matrix => &mut self.outline.tables,
            TableUse::Platforms => &mut self.outline.platform_tables,
        }
    }

    /// Counts a row that has the cells of the table above and no head of its own.
    pub(super) fn cut_off(&mut self, line: &PageLine) {
        let Some(TableAbove { table_use, at }) = self.above else { return };
        let Some(table) = self.tables(table_use).get_mut(at) else { return };
        if matches!(line.form, LineForm::StrayRow(width) if width == table.width) {
            table.cut_off.get_or_insert((line.span.clone(), 0)).1 += 1;
        }
    }

    /// What a table with this head could be a part of.
    fn named_use(&self, head: &TableRow<'_>) -> Option<TableUse> {
        let first = head.cells().next().unwrap_or(0..0);
        let first = bounded(&self.text[first], LONGEST_NAME);
        let name = crate::matrix::slug(&inline(first, self.text, &Definitions::default()).text);
        match name.as_str() {
            "" | "feature" | "features" | "together" => Some(TableUse::Matrix),
            "dynamo" | "dynamo-version" | "dynamo-release" | "release" | "version" => {
                Some(TableUse::Platforms)
            }
            _ => None,
        }
    }

    /// Whether one more table of this use may be kept; one too many is an error.
    fn has_room(&mut self, table_use: TableUse, head: &TableRow<'_>) -> bool {
        let has_room = self.tables(table_use).len() < MOST_TABLES;
        if !has_room {
            let what = match table_use {
                TableUse::Matrix => "features",
                TableUse::Platforms => "releases",
            };
            self.too_large(head, format!("more than {MOST_TABLES} tables of {what}"));
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
        let delimiter = block.delimiter.as_ref().map(|row| (row.span.clone(), row.width()));
        Some(PageTable {
            width: columns,
            head: block.head.cells().collect(),
            rows: Vec::new(),
            ragged: delimiter.filter(|(_, found)| *found != columns).into_iter().collect(),
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
