//! A page as text for a terminal, a file or a pipe.

use std::borrow::Cow;

use super::style::{Style, Tone};
use super::text::Text;
use super::{Align, Block, Page, Table};

/// The spaces between two columns.
pub(super) const GAP: usize = 2;
/// The spaces that set the parts of a section off from its heading.
const INDENT: usize = 2;
/// The least columns that a column of words is narrowed to.
const NARROWEST: usize = 16;
/// The least columns in which remarks beside a table can be read.
pub(super) const REMARKS: usize = 48;

impl Page {
    /// The page as aligned, wrapped text that ends with a line break.
    #[must_use]
    pub fn to_terminal(&self, style: &Style) -> String {
        let mut writer = TerminalWriter { out: String::with_capacity(4096), style: *style };
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
pub(super) struct TerminalWriter {
    pub(super) out: String,
    pub(super) style: Style,
}

impl TerminalWriter {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) | Block::Heading(text) | Block::Paragraph(text) => {
                self.wrapped(0, 0, text);
            }
            Block::List(items) => items.iter().for_each(|item| self.item(item)),
            Block::Table(table) => self.table(table),
            Block::Commands(commands) => self.commands(commands),
        }
    }

    fn line(&mut self, indent: usize, text: &Text) {
        spaces(&mut self.out, indent);
        text.write(&mut self.out, &self.style);
        self.out.push('\n');
    }

    /// Cells on a line, each with the columns that it takes and its side; nothing trails them.
    fn aligned<'t>(&mut self, cells: impl IntoIterator<Item = (&'t Text, usize, Align)>) {
        let mut pending = INDENT;
        for (cell, width, align) in cells {
            let slack = width.saturating_sub(cell.width());
            let (before, after) = if align == Align::Right { (slack, 0) } else { (0, slack) };
            pending += before;
            if !cell.is_empty() {
                spaces(&mut self.out, std::mem::take(&mut pending));
                cell.write(&mut self.out, &self.style);
            }
            pending += after + GAP;
        }
        self.out.push('\n');
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
            let remark = Text::plain("# ").joined(remark);
            let together = INDENT + command.width() + GAP + remark.width();
            if self.style.width.is_none_or(|width| together <= width) {
                self.aligned([(&command, 0, Align::Left), (&remark, 0, Align::Left)]);
            } else {
                self.line(INDENT, &remark);
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
        let mut cells = Vec::new();
        for row in &table.rows {
            cells.extend(row.cells.iter().zip(&widths).map(|(cell, &width)| cell.wrap(width)));
            self.row(table, &widths, &cells, &row.remarks, beside.then_some(used));
            cells.clear();
        }
    }

    /// The column widths with the widest columns of words narrowed until the table fits, to what can be
    /// read well if that is enough, and else to their longest word; their cells and titles then wrap.
    pub(super) fn shrunk(&self, table: &Table, mut widths: Vec<usize>) -> Vec<usize> {
        if self.fits(&widths) {
            return widths;
        }
        let longest = |i: usize| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(i));
            let title = Some(&table.columns[i].title).filter(|_| !table.untitled);
            cells.chain(title).map(Text::narrowest).max().unwrap_or(0)
        };
        let longest: Vec<usize> = (0..widths.len()).map(longest).collect();
        let readable: Vec<usize> = longest.iter().map(|&least| least.max(NARROWEST)).collect();
        self.narrow(table, &mut widths, &readable);
        // Where the rows are not known yet, nobody knows their longest word.
        if !table.rows.is_empty() {
            self.narrow(table, &mut widths, &longest);
        }
        widths
    }

    /// Narrows the widest columns of words until the table fits, but none below its least.
    fn narrow(&self, table: &Table, widths: &mut [usize], least: &[usize]) {
        while !self.fits(widths) {
            let shrinks =
                |&i: &usize| table.columns[i].align == Align::Left && widths[i] > least[i];
            match (0..widths.len()).filter(shrinks).max_by_key(|&i| widths[i]) {
                Some(i) => widths[i] -= 1,
                None => break,
            }
        }
    }

    pub(super) fn fits(&self, widths: &[usize]) -> bool {
        self.style.width.is_none_or(|width| total(widths) <= width)
    }

    /// Whether remarks get a column of their own rather than lines below their row.
    fn remarks_beside(&self, table: &Table, used: usize) -> bool {
        let remarks = || table.rows.iter().flat_map(|row| &row.remarks);
        let Some(widest) = remarks().map(Text::width).max() else { return false };
        self.style.width.is_none_or(|width| {
            // What cannot be broken, such as an address, gets the more room of a line of its own.
            let is_broken = |remark: &Text| used + remark.narrowest() <= width;
            used + widest.min(REMARKS) <= width && remarks().all(is_broken)
        })
    }

    pub(super) fn titles(&mut self, table: &Table, widths: &[usize], beside: bool) {
        let remarks = Text::of(Tone::Faint, if beside { table.remarks } else { "" });
        let titles = table.columns.iter().zip(widths);
        let titles: Vec<_> = titles.map(|(column, &width)| column.title.wrap(width)).collect();
        self.lines(table, widths, &titles, &[remarks]);
    }

    /// A row, as many lines high as its tallest cell.
    pub(super) fn row(
        &mut self,
        table: &Table,
        widths: &[usize],
        cells: &[Cow<'_, [Text]>],
        remarks: &[Text],
        beside: Option<usize>,
    ) {
        let told = beside.map_or_else(Vec::new, |column| self.beside(column, remarks));
        self.lines(table, widths, cells, &told);
        if beside.is_none() {
            self.below(remarks, remark_indent(widths));
        }
    }

    /// Wrapped cells beside each other, and the lines of remarks.
    fn lines(&mut self, table: &Table, widths: &[usize], cells: &[Cow<'_, [Text]>], told: &[Text]) {
        let nothing = Text::new();
        let tallest = cells.iter().map(|lines| lines.len()).max().unwrap_or(0);
        for i in 0..tallest.max(told.len()) {
            let line = cells.iter().map(|lines| lines.get(i).unwrap_or(&nothing));
            let line = line.zip(&table.columns).zip(widths);
            let line = line.map(|((cell, column), &width)| (cell, width, column.align));
            let remark = told.get(i).unwrap_or(&nothing);
            self.aligned(line.chain([(remark, 0, Align::Left)]));
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
pub(super) fn total(widths: &[usize]) -> usize {
    INDENT + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The column where remarks below a row start: under its second column, where there is one.
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
