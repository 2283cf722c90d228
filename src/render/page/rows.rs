//! Rows of a table that are drawn one by one, before it is known what the next ones hold.

use super::terminal::{GAP, REMARKS, TerminalWriter, total};
use super::{Column, Row, Table, markdown};
use crate::render::Form;

/// A table that is drawn row by row, in columns whose widths are fixed beforehand.
pub(crate) struct RowWriter {
    form: Form,
    /// The columns of all rows as they come, before any is spilled.
    columns: Vec<Column>,
    /// The table without its rows.
    table: Table,
    widths: Vec<usize>,
    is_spilled: bool,
    /// The column at which the remarks stand beside a row; else they stand below it.
    beside: Option<usize>,
}

impl RowWriter {
    /// A table of these columns, each at least as wide as said and as its title. On a terminal a wider
    /// cell wraps.
    pub(crate) fn new(form: Form, columns: Vec<(Column, usize)>, remarks: &'static str) -> Self {
        let width = |(column, least): &(Column, usize)| column.title.width().max(*least);
        let all: Vec<usize> = columns.iter().map(width).collect();
        let columns: Vec<Column> = columns.into_iter().map(|(column, _)| column).collect();
        let table = Table { columns: columns.clone(), remarks, ..Table::default() };
        let mut rows =
            RowWriter { form, columns, table, widths: all, is_spilled: false, beside: None };
        if let Form::Terminal(style) = form {
            rows.lay_out(&TerminalWriter { out: String::new(), style });
        }
        rows
    }

    /// Decides, as for a table whose rows are known, what is narrowed and where remarks stand.
    fn lay_out(&mut self, writer: &TerminalWriter) {
        if !writer.fits(&self.widths) {
            let kept = self.columns.iter().zip(&self.widths).filter(|(it, _)| !it.may_spill);
            self.widths = kept.map(|(_, &width)| width).collect();
            self.table = self.table.spilled();
            self.is_spilled = true;
        }
        self.widths = writer.shrunk(&self.table, std::mem::take(&mut self.widths));
        let used = total(&self.widths) + GAP;
        let is_beside = writer.style.width.is_none_or(|width| used + REMARKS <= width);
        self.beside = is_beside.then_some(used);
    }

    /// The line of titles.
    pub(crate) fn titles(&self) -> String {
        match self.form {
            Form::Terminal(style) => {
                let mut writer = TerminalWriter { out: String::new(), style };
                writer.titles(&self.table, &self.widths, self.beside.is_some());
                writer.out
            }
            _ => {
                let mut out = String::new();
                markdown::write_titles(&mut out, &self.table, true);
                out
            }
        }
    }

    /// Draws one row, which has a cell for each column.
    pub(crate) fn write(&self, out: &mut String, row: &Row) {
        match self.form {
            Form::Terminal(style) => {
                let spilled;
                let row = if self.is_spilled {
                    spilled = row.spilled(&self.columns);
                    &spilled
                } else {
                    row
                };
                let mut writer = TerminalWriter { out: std::mem::take(out), style };
                // Where nothing wraps, a cell that is wider moves the rest of its row.
                let most = |width| if style.width.is_some() { width } else { usize::MAX };
                let cells = row.cells.iter().zip(&self.widths);
                let cells: Vec<_> = cells.map(|(cell, &width)| cell.wrap(most(width))).collect();
                writer.row(&self.table, &self.widths, &cells, &row.remarks, self.beside);
                *out = writer.out;
            }
            _ => markdown::write_row(out, row, true),
        }
    }
}
