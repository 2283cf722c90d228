//! A page as text for a terminal, a file or a pipe.

use std::borrow::Cow;

use super::page::{Align, Block, Page, Row, Table};
use super::style::{Style, Tone};
use super::text::Text;

/// What separates two columns.
const GAP: usize = 2;
/// What sets the parts of a section off from its heading.
const INDENT: usize = 2;
/// What sets a remark off from the command before it.
const REMARK: &str = "  # ";
/// The least columns that a column of words is narrowed to.
const NARROWEST: usize = 16;
/// The least columns in which remarks beside a table can be read.
const REMARKS: usize = 48;

impl Page {
    /// The page as aligned, wrapped text that ends with a line break.
    #[must_use]
    pub fn to_terminal(&self, style: &Style) -> String {
        let mut writer = Writer { out: String::with_capacity(4096), style: *style };
        for (i, block) in self.blocks.iter().enumerate() {
            if i > 0 && starts_apart(&self.blocks[i - 1], block) {
                writer.out.push('\n');
            }
            writer.block(block);
        }
        writer.out
    }
}

/// Whether a blank line goes before a block.
fn starts_apart(previous: &Block, block: &Block) -> bool {
    match (previous, block) {
        (Block::Heading(_), Block::Heading(_)) => true,
        (Block::Heading(_), _) | (Block::Title(_), Block::Paragraph(_)) => false,
        (Block::Paragraph(_), Block::Paragraph(_)) => false,
        _ => true,
    }
}

/// Text in the making.
struct Writer {
    out: String,
    style: Style,
}

impl Writer {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) | Block::Heading(text) => self.line(0, text),
            Block::Paragraph(text) => self.wrapped(0, 0, text),
            Block::List(items) => items.iter().for_each(|item| self.item(item)),
            Block::Table(table) => self.table(table),
            Block::Commands(commands) => self.commands(commands),
        }
    }

    fn line(&mut self, indent: usize, text: &Text) {
        spaces(&mut self.out, indent);
        text.write(&mut self.out, self.style.color);
        self.out.push('\n');
    }

    /// A line of cells in the making.
    fn cells(&mut self) -> Line<'_> {
        Line { out: &mut self.out, color: self.style.color, pending: INDENT }
    }

    fn wrapped(&mut self, first: usize, rest: usize, text: &Text) {
        let width = self.style.prose_width().saturating_sub(rest).max(20);
        for (i, line) in text.wrap(width).iter().enumerate() {
            self.line(if i == 0 { first } else { rest }, line);
        }
    }

    fn item(&mut self, text: &Text) {
        spaces(&mut self.out, INDENT);
        self.out.push_str("- ");
        self.wrapped(0, INDENT + 2, text);
    }

    fn commands(&mut self, commands: &[(String, Text)]) {
        for (command, remark) in commands {
            let command = Text::of(Tone::Name, command);
            let together = INDENT + command.width() + REMARK.len() + remark.width();
            if self.style.width.is_none_or(|width| together <= width) {
                self.line(INDENT, &command.and(REMARK).joined(remark));
            } else {
                self.line(INDENT, &Text::plain("# ").joined(remark));
                self.line(INDENT, &command);
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let spilled;
        let spare = table.columns.iter().any(|column| column.may_spill);
        let table = if spare && !self.fits(&column_widths(table)) {
            spilled = table.spilled();
            &spilled
        } else {
            table
        };
        let widths = self.shrunk(table, column_widths(table));
        let used = total(&widths) + GAP;
        let beside = self.remarks_beside(table, used);
        if !table.untitled {
            self.titles(table, &widths, beside);
        }
        for row in &table.rows {
            self.row(table, &widths, row, beside.then_some(used));
        }
    }

    /// The column widths with the widest columns of words narrowed until the table fits; their
    /// cells then wrap.
    fn shrunk(&self, table: &Table, mut widths: Vec<usize>) -> Vec<usize> {
        while !self.fits(&widths) {
            let words = |i: &usize| table.columns[*i].align == Align::Left;
            let widest = (0..widths.len()).filter(words).max_by_key(|&i| widths[i]);
            match widest {
                Some(i) if widths[i] > NARROWEST => widths[i] -= 1,
                _ => break,
            }
        }
        widths
    }

    fn fits(&self, widths: &[usize]) -> bool {
        self.style.width.is_none_or(|width| total(widths) <= width)
    }

    /// Whether remarks get a column of their own rather than lines below their row.
    fn remarks_beside(&self, table: &Table, used: usize) -> bool {
        let remarks = table.rows.iter().flat_map(|row| &row.remarks);
        let Some(widest) = remarks.map(Text::width).max() else { return false };
        self.style.width.is_none_or(|width| used + widest.min(REMARKS) <= width)
    }

    fn titles(&mut self, table: &Table, widths: &[usize], beside: bool) {
        let mut line = self.cells();
        for (column, &width) in table.columns.iter().zip(widths) {
            line.cell(&column.title, width, column.align);
        }
        if beside {
            line.cell(&Text::of(Tone::Faint, table.remarks), 0, Align::Left);
        }
        line.end();
    }

    fn row(&mut self, table: &Table, widths: &[usize], row: &Row, beside: Option<usize>) {
        let cells: Vec<Cow<'_, [Text]>> =
            row.cells.iter().zip(widths).map(|(cell, &width)| cell.wrap(width)).collect();
        let remarks = beside.map_or_else(Vec::new, |column| self.beside(column, &row.remarks));
        let tallest = cells.iter().map(|lines| lines.len()).max().unwrap_or(0);
        let nothing = Text::new();
        for i in 0..tallest.max(remarks.len()) {
            let mut line = self.cells();
            for ((lines, column), &width) in cells.iter().zip(&table.columns).zip(widths) {
                line.cell(lines.get(i).unwrap_or(&nothing), width, column.align);
            }
            line.cell(remarks.get(i).unwrap_or(&nothing), 0, Align::Left);
            line.end();
        }
        if beside.is_none() {
            self.below(&row.remarks, remark_indent(widths));
        }
    }

    /// The lines of remarks in a column of their own; one line where nothing wraps.
    fn beside(&self, column: usize, remarks: &[Text]) -> Vec<Text> {
        match self.style.width {
            None => vec![Text::new().each(remarks, "; ", Text::joined)],
            Some(width) => {
                remarks.iter().flat_map(|remark| remark.wrap(width - column).into_owned()).collect()
            }
        }
    }

    /// Remarks on lines of their own below the row.
    fn below(&mut self, remarks: &[Text], indent: usize) {
        for remark in remarks {
            self.wrapped(indent, indent + 2, remark);
        }
    }
}

fn spaces(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// The columns that a table of these column widths takes.
fn total(widths: &[usize]) -> usize {
    INDENT + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Where remarks below a row start: under its second column, where there is one.
fn remark_indent(widths: &[usize]) -> usize {
    match widths {
        [first, _, ..] => INDENT + (first + GAP).min(12),
        _ => 2 * INDENT,
    }
}

/// The columns that each column of a table takes.
fn column_widths(table: &Table) -> Vec<usize> {
    let titles = table.columns.iter().map(|column| &column.title);
    let mut widths: Vec<usize> =
        titles.map(|title| if table.untitled { 0 } else { title.width() }).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.width());
        }
    }
    widths
}

/// A line of cells in the making; nothing trails it.
struct Line<'w> {
    out: &'w mut String,
    color: bool,
    /// The spaces that go before the next cell with anything in it.
    pending: usize,
}

impl Line<'_> {
    fn cell(&mut self, cell: &Text, width: usize, align: Align) {
        let slack = width.saturating_sub(cell.width());
        let (before, after) = if align == Align::Right { (slack, 0) } else { (0, slack) };
        self.pending += before;
        if !cell.is_empty() {
            spaces(self.out, std::mem::take(&mut self.pending));
            cell.write(self.out, self.color);
        }
        self.pending += after + GAP;
    }

    fn end(self) {
        self.out.push('\n');
    }
}
