//! A page: what is shown, whatever it is shown as. Answers become pages, pages become bytes.

pub(super) mod markdown;
pub(super) mod rows;
pub(super) mod style;
mod terminal;
pub(super) mod text;

pub use style::Style;
use style::Tone;
use text::Text;

/// The parts that a page has room for at first.
const PARTS: usize = 16;

/// Headings, paragraphs, tables and commands in reading order.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub(crate) blocks: Vec<Block>,
}

/// One part of a page.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// The line that the page starts with.
    Title(Text),
    /// Opens a section.
    Heading(Text),
    /// Running text. A paragraph after a paragraph or title stays close to it.
    Paragraph(Text),
    /// Remarks, one to a line.
    List(Vec<Text>),
    /// Aligned columns.
    Table(Table),
    /// Commands to type, each with a word on what it does.
    Commands(Vec<(String, Text)>),
}

/// Aligned columns, with remarks to a row that may be too long for one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// The title of the remarks where they get a column of their own.
    pub(crate) remarks: &'static str,
    /// Whether to leave the column titles out.
    pub(crate) untitled: bool,
}

/// A column's title and alignment.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) title: Text,
    pub(crate) align: Align,
    /// Whether the values may become a remark where the table is too wide.
    pub(crate) may_spill: bool,
}

/// On which side a column is flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// One row: a text per column, and remarks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Text>,
    pub(crate) remarks: Vec<Text>,
}

impl Page {
    /// A page that starts with a title.
    pub(crate) fn new(title: Text) -> Self {
        let mut page = Page { blocks: Vec::with_capacity(PARTS) };
        page.push(Block::Title(title));
        page
    }

    /// Adds a part.
    pub(crate) fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Opens a section.
    pub(crate) fn heading(&mut self, heading: &str) {
        self.push(Block::Heading(Text::of(Tone::Strong, heading)));
    }

    /// Adds a paragraph, if there is anything in it.
    pub(crate) fn paragraph(&mut self, text: Text) {
        if !text.is_empty() {
            self.push(Block::Paragraph(text));
        }
    }

    /// Adds a section of remarks, if there are any.
    pub(crate) fn list(&mut self, heading: &str, items: Vec<Text>) {
        if !items.is_empty() {
            self.heading(heading);
            self.push(Block::List(items));
        }
    }
}

impl Table {
    /// A table with these left-aligned columns.
    pub(crate) fn new<'a>(titles: impl IntoIterator<Item = &'a str>) -> Self {
        let columns = titles.into_iter().map(Column::left).collect();
        Table { columns, remarks: "remarks", ..Table::default() }
    }

    /// Leaves out the column titles.
    pub(crate) fn without_titles(mut self) -> Self {
        self.untitled = true;
        self
    }

    /// Marks a column that becomes a remark where the table is too wide.
    pub(crate) fn spilling(mut self, title: &str) -> Self {
        let named = self.columns.iter_mut().filter(|column| column.title.as_str() == title);
        named.for_each(|column| column.may_spill = true);
        self
    }

    /// Moves the spare columns into the remarks.
    pub(crate) fn spilled(&self) -> Table {
        let keep = |column: &&Column| !column.may_spill;
        let columns = self.columns.iter().filter(keep).cloned().collect();
        let rows = self.rows.iter().map(|row| row.spilled(&self.columns)).collect();
        Table { columns, rows, remarks: self.remarks, untitled: self.untitled }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<Text>, remarks: Vec<Text>) {
        self.rows.push(Row { cells, remarks });
    }
}

impl Row {
    pub(super) fn spilled(&self, columns: &[Column]) -> Row {
        let (mut cells, mut spare) = (Vec::new(), Vec::new());
        for (cell, column) in self.cells.iter().zip(columns) {
            if column.may_spill && !cell.is_empty() {
                spare.push(Text::plain(column.title.as_str()).and(" ").joined(cell));
            } else if !column.may_spill {
                cells.push(cell.clone());
            }
        }
        let spare = Text::join(spare, ", ");
        let spare = Some(spare).filter(|spare| !spare.is_empty());
        let remarks = spare.into_iter().chain(self.remarks.iter().cloned()).collect();
        Row { cells, remarks }
    }
}

impl Column {
    /// A column of words.
    pub(crate) fn left(title: &str) -> Self {
        Column { title: Text::of(Tone::Faint, title), align: Align::Left, may_spill: false }
    }

    /// A column of numbers.
    pub(crate) fn right(title: &str) -> Self {
        Column { align: Align::Right, ..Column::left(title) }
    }

    /// A column of numbers that become a remark where the table is too wide.
    pub(crate) fn spare(title: &str) -> Self {
        Column { may_spill: true, ..Column::right(title) }
    }
}
