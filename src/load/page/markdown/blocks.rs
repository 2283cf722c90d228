//! The lines of a text in, its blocks out, one by one.

use std::iter::FusedIterator;
use std::ops::Range;

use super::lines;
use super::list_table;
use super::rows::{TableRow, is_delimiter_row};
use super::tabs::{TabTag, next_tab};

/// One piece of a page, in the order of the page.
pub(in crate::load::page) enum PageBlock<'t> {
    /// An empty line.
    Blank,
    /// A heading.
    Heading {
        /// From 1 for the outermost.
        level: usize,
        /// All of its title.
        title: Range<usize>,
        /// The title without emphasis and colons at its ends.
        bare: Range<usize>,
    },
    /// A tab opens, with its title; an empty one where it has none.
    TabOpens(Range<usize>),
    /// The innermost tab closes.
    TabCloses,
    /// A line of text; the tabs that open and close in it have come before.
    Line(PageLine),
    /// A table, whose head has come before as a line or a heading.
    Table(TableBlock<'t>),
}

/// A line of text.
pub(in crate::load::page) struct PageLine {
    /// Where it is, without the blanks and quotation marks around it.
    pub(in crate::load::page) span: Range<usize>,
    /// Whether it is quoted.
    pub(in crate::load::page) quoted: bool,
    /// Whether all of it is in emphasis.
    pub(in crate::load::page) emphasised: bool,
    /// The form of its beginning.
    pub(in crate::load::page) form: LineForm,
}

/// The form of the beginning of a line of text.
pub(in crate::load::page) enum LineForm {
    /// As an entry of a list, with this text.
    Item(Range<usize>),
    /// With a number, as a footnote or an entry of a list does.
    Numbered(u32, Range<usize>),
    /// As a footnote that counts for the whole page.
    PageFootnote(u32, Range<usize>),
    /// As the definition of a link.
    Definition {
        /// The name by which links refer to it.
        label: Range<usize>,
        /// The address that they lead to.
        target: Range<usize>,
    },
    /// As a row of a table that has no head of its own, with so many cells.
    StrayRow(usize),
    /// With words that may be a label.
    Words(Label),
}

/// The beginning of a line that may be a label such as `Notes:`.
pub(in crate::load::page) struct Label {
    /// The words up to the first colon or end of emphasis; the whole line where there is neither.
    pub(in crate::load::page) name: Range<usize>,
    /// What follows it.
    pub(in crate::load::page) rest: Range<usize>,
    /// The text of the list entry that follows it, if one does.
    pub(in crate::load::page) item: Option<Range<usize>>,
}

/// A table, whose rows are read when they are asked for.
pub(in crate::load::page) struct TableBlock<'t> {
    text: &'t str,
    /// The names over the columns.
    pub(in crate::load::page) head: TableRow<'t>,
    /// The row of dashes below them, if the table has one.
    pub(in crate::load::page) delimiter: Option<TableRow<'t>>,
    body: Range<usize>,
}

impl<'t> TableBlock<'t> {
    /// The rows below the delimiter row.
    pub(in crate::load::page) fn rows(&self) -> impl Iterator<Item = TableRow<'t>> + use<'t> {
        let text = self.text;
        let listed = self.delimiter.is_none();
        // The head is the first entry of the list.
        let entries = listed.then(|| list_table::rows(text, self.body.clone()).skip(1));
        let piped = (!listed).then(|| lines_within(text, self.body.clone()));
        let piped = piped.into_iter().flatten();
        let piped = piped.map(move |line| TableRow::new(text, lines::content(text, line)));
        let entries = entries.into_iter().flatten();
        entries.map(move |row| TableRow::listed(text, row)).chain(piped)
    }
}

/// The blocks of visible text.
pub(in crate::load::page) fn blocks(text: &str) -> impl Iterator<Item = PageBlock<'_>> {
    BlockReader { text, at: 0, above: 0..0, open: None, listed: None }
}

struct BlockReader<'t> {
    text: &'t str,
    /// Where the next line begins.
    at: usize,
    /// The line above, which may turn out to be the head of a table.
    above: Range<usize>,
    /// The line whose tabs are being given.
    open: Option<OpenLine>,
    /// The table whose caption was just given.
    listed: Option<TableBlock<'t>>,
}

struct OpenLine {
    line: Range<usize>,
    content: Range<usize>,
    /// Where in its content the next tab is looked for.
    tabs_from: usize,
}

impl<'t> Iterator for BlockReader<'t> {
    type Item = PageBlock<'t>;

    fn next(&mut self) -> Option<PageBlock<'t>> {
        if let Some(open) = self.open.take() {
            return Some(self.go_on(open));
        }
        if let Some(table) = self.listed.take() {
            return Some(PageBlock::Table(table));
        }
        let line = line_at(self.text, self.at..self.text.len())?;
        self.at = line.end;
        let content = lines::content(self.text, line.clone());
        let above = std::mem::replace(&mut self.above, content.clone());
        let text = &self.text[content.clone()];
        if text.is_empty() {
            return Some(PageBlock::Blank);
        }
        if is_delimiter_row(text) && self.text[above.clone()].contains('|') {
            return Some(PageBlock::Table(self.table(above, content)));
        }
        if let Some(caption) = list_table::caption(text)
            && let Some(table) = self.list_table()
        {
            let caption = content.start + caption..content.end;
            self.listed = Some(table);
            return Some(PageBlock::Line(self.caption(caption)));
        }
        if let Some((level, title)) = lines::heading(text) {
            let title = shifted(title, content.start);
            let bare = shifted(lines::bare(&self.text[title.clone()]), title.start);
            return Some(PageBlock::Heading { level, title, bare });
        }
        Some(self.go_on(OpenLine { line, content, tabs_from: 0 }))
    }
}

impl FusedIterator for BlockReader<'_> {}

impl<'t> BlockReader<'t> {
    /// The next tab of a line, or the line itself after its last tab.
    fn go_on(&mut self, open: OpenLine) -> PageBlock<'t> {
        match next_tab(&self.text[open.content.clone()], open.tabs_from) {
            Some((tag, tabs_from)) => {
                let start = open.content.start;
                self.open = Some(OpenLine { tabs_from, ..open });
                match tag {
                    TabTag::Opens(title) => PageBlock::TabOpens(shifted(title, start)),
                    TabTag::Closes => PageBlock::TabCloses,
                }
            }
            None => PageBlock::Line(self.line(&open)),
        }
    }

    fn line(&self, open: &OpenLine) -> PageLine {
        let span = open.content.clone();
        let text = &self.text[span.clone()];
        PageLine {
            quoted: self.text[open.line.start..span.start].contains('>'),
            emphasised: lines::is_emphasised(text),
            form: self.form(text, &span),
            span,
        }
    }

    fn form(&self, text: &str, span: &Range<usize>) -> LineForm {
        let tail = |rest: &str| span.end - rest.len()..span.end;
        if let Some(item) = lines::after_bullet(text) {
            LineForm::Item(tail(item))
        } else if let Some((number, body)) = lines::footnote(text) {
            LineForm::Numbered(number, tail(body))
        } else if let Some((number, body)) = lines::page_footnote(text) {
            LineForm::PageFootnote(number, tail(body))
        } else if let Some((label, target)) = lines::definition(text) {
            let label = shifted(label, span.start);
            LineForm::Definition { label, target: shifted(target, span.start) }
        } else if text.starts_with('|') && !is_delimiter_row(text) && !self.heads_table() {
            LineForm::StrayRow(TableRow::new(self.text, span.clone()).width())
        } else {
            let (name, rest) = lines::label(text);
            let item = lines::after_bullet(rest).map(tail);
            LineForm::Words(Label { name: shifted(name, span.start), rest: tail(rest), item })
        }
    }

    /// Whether the line that was just read is the head of a table, which the next line tells.
    fn heads_table(&self) -> bool {
        let next = line_at(self.text, self.at..self.text.len());
        next.is_some_and(|line| is_delimiter_row(&self.text[lines::content(self.text, line)]))
    }

    /// The table with this head and delimiter row, down to the first line that is no row.
    fn table(&mut self, head: Range<usize>, delimiter: Range<usize>) -> TableBlock<'t> {
        let text = self.text;
        let start = self.at;
        let rows = lines_within(text, start..text.len()).take_while(|line| {
            let row = &text[lines::content(text, line.clone())];
            !row.is_empty() && !lines::resembles_heading(row) && row.contains('|')
        });
        self.at = rows.last().map_or(start, |line| line.end);
        // No row of a table can be the head of the next one.
        self.above = 0..0;
        TableBlock {
            text,
            head: TableRow::new(text, head),
            delimiter: Some(TableRow::new(text, delimiter)),
            body: start..self.at,
        }
    }

    /// The table written as a list below the line that was just read.
    fn list_table(&mut self) -> Option<TableBlock<'t>> {
        let body = list_table::rows_within(self.text, self.at)?;
        let head = list_table::rows(self.text, body.clone()).next()?;
        self.at = line_at(self.text, body.end..self.text.len()).map_or(body.end, |line| line.end);
        self.above = 0..0;
        Some(TableBlock {
            text: self.text,
            head: TableRow::listed(self.text, head),
            delimiter: None,
            body,
        })
    }

    /// The caption of a table, which counts as a label above it.
    fn caption(&self, span: Range<usize>) -> PageLine {
        let emphasised = !span.is_empty();
        PageLine {
            quoted: false,
            emphasised,
            form: self.form(&self.text[span.clone()], &span),
            span,
        }
    }
}

fn lines_within(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let line = line_at(text, rest.clone())?;
        rest.start = line.end;
        Some(line)
    })
}

/// The first line of a part of a text, with its end.
fn line_at(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[part.clone()];
    let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
    (length > 0).then(|| part.start..part.start + length)
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word for each block, with the text that it is about.
    fn stream(text: &str) -> Vec<String> {
        let told = |block: PageBlock<'_>| match block {
            PageBlock::Blank => "blank".to_owned(),
            PageBlock::Heading { level, bare, .. } => format!("h{level} {}", &text[bare]),
            PageBlock::TabOpens(title) => format!("tab {}", &text[title]),
            PageBlock::TabCloses => "end of tab".to_owned(),
            PageBlock::Line(line) => format!("{}line {}", form(text, &line.form), &text[line.span]),
            PageBlock::Table(table) => format!("table of {} rows", table.rows().count()),
        };
        blocks(text).map(told).collect()
    }

    fn form(text: &str, form: &LineForm) -> String {
        match form {
            LineForm::Item(_) => "item ".to_owned(),
            LineForm::Numbered(number, _) => format!("number {number} "),
            LineForm::PageFootnote(number, _) => format!("page footnote {number} "),
            LineForm::Definition { target, .. } => format!("link to {} ", &text[target.clone()]),
            LineForm::StrayRow(width) => format!("stray row of {width} "),
            LineForm::Words(label) => format!("label {} ", &text[label.name.clone()]),
        }
    }

    #[test]
    fn lines_come_by_their_form() {
        let text = "## *Notes*:\n\n> 1. a\n- b\n[^2]: c\n[d]: u\n**Legend:** e";
        let expected = [
            "h2 Notes",
            "blank",
            "number 1 line 1. a",
            "item line - b",
            "page footnote 2 line [^2]: c",
            "link to u line [d]: u",
            "label Legend line **Legend:** e",
        ];
        assert_eq!(stream(text), expected);
    }

    #[test]
    fn tabs_come_before_their_line_and_a_head_before_its_table() {
        let text = "x <Tab title=\"A\">\n| a | b |\n|---|---|\n| c | d |\n\n| e | f |\n</Tab>";
        let expected = [
            "tab A",
            "label x <Tab title=\"A\"> line x <Tab title=\"A\">",
            "label | a | b | line | a | b |",
            "table of 1 rows",
            "blank",
            "stray row of 2 line | e | f |",
            "end of tab",
            "label </Tab> line </Tab>",
        ];
        assert_eq!(stream(text), expected);
    }
}
