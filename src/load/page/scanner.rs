//! From lines to an [`Outline`]: visible text in, tables, legends, footnotes and link definitions
//! out. What is kept is bounded.

use std::collections::HashMap;
use std::ops::Range;

use super::inline;
use super::lines::{self, cell_count, cells};
use super::outline::{Footnote, Legend, Location, Outline, Table};
use crate::load::problems::Problems;

/// The most cells that the tables of one page may have together.
const MOST_CELLS: usize = 1_500_000;
/// The most columns that a matrix table may have: a name and a thousand features.
pub(super) const MOST_COLUMNS: usize = 1_001;
/// The most rows that a matrix table may have.
const MOST_ROWS: usize = 10_000;
/// The most tables, legends, and footnotes of each that are kept.
const MOST_TABLES: usize = 1_000;
const MOST_FOOTNOTES: usize = 10_000;
const MOST_DEFINITIONS: usize = 50_000;
const MOST_TABS: usize = 32;
/// The most labels above one table that are remembered.
const MOST_LABELS: usize = 4;

/// Reads the outline of visible text.
pub(super) fn outline(text: &str, problems: &mut Problems) -> Outline {
    let mut scanner = Scanner {
        text,
        problems,
        outline: Outline::default(),
        headings: Vec::new(),
        tabs: Vec::new(),
        labels: Vec::new(),
        notes: Notes::default(),
        legend: None,
        previous: 0..0,
        above: None,
        cells: 0,
    };
    let mut at = 0;
    while at < text.len() {
        let line = at..text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
        at = scanner.line(line);
    }
    scanner.outline
}

struct Scanner<'a> {
    text: &'a str,
    problems: &'a mut Problems,
    outline: Outline,
    headings: Vec<(usize, Range<usize>)>,
    tabs: Vec<Range<usize>>,
    labels: Vec<Range<usize>>,
    notes: Notes,
    legend: Option<LegendForm>,
    previous: Range<usize>,
    /// The last table, as long as rows that are cut off from it may follow.
    above: Option<usize>,
    cells: usize,
}

/// Whose footnotes the lines now belong to.
#[derive(Default)]
struct Notes {
    /// The list of the tables above, unless a heading or another kind of table came between.
    list: Option<usize>,
    /// A line "Notes:" opened the list.
    open: bool,
    /// The next line goes on with the last footnote.
    going_on: bool,
}

/// How the legend that is being read is written.
enum LegendForm {
    Undecided,
    List,
    Inline,
}

impl Scanner<'_> {
    /// Reads a line, or the table that it opens; returns where the next one begins.
    fn line(&mut self, line: Range<usize>) -> usize {
        let content = lines::content(self.text, line.clone());
        let text = &self.text[content.clone()];
        if text.is_empty() {
            self.blank();
        } else if self.opens_table(text) {
            let end = self.table(line.clone());
            self.previous = 0..0;
            return end;
        } else if let Some((level, title)) = lines::heading(self.text, content.clone()) {
            self.heading(level, title);
        } else {
            self.cut_off(&line, content.clone());
            self.text_line(&line, content.clone());
        }
        self.previous = content;
        line.end
    }

    /// Counts a row that has the cells of the table above and no head of its own.
    fn cut_off(&mut self, line: &Range<usize>, content: Range<usize>) {
        let text = &self.text[content.clone()];
        let Some(table) = self.above.and_then(|at| self.outline.tables.get_mut(at)) else { return };
        let next = self.text[line.end..].lines().next().unwrap_or("");
        let next = lines::content(next, 0..next.len()).start;
        let next = self.text[line.end + next..].lines().next().unwrap_or("");
        let is_row = text.starts_with('|')
            && cell_count(self.text, content.clone()) == table.head.len()
            && !lines::is_delimiter_row(text);
        if is_row && !lines::is_delimiter_row(next) {
            table.cut_off.get_or_insert((content, 0)).1 += 1;
        }
    }

    fn blank(&mut self) {
        self.notes.going_on = false;
        if matches!(self.legend, Some(LegendForm::Inline)) {
            self.legend = None;
        }
    }

    /// Whether the line is the delimiter row of a table whose head is the line before.
    fn opens_table(&self, text: &str) -> bool {
        lines::is_delimiter_row(text) && self.text[self.previous.clone()].contains('|')
    }

    fn heading(&mut self, level: usize, title: Range<usize>) {
        self.above = None;
        let text = self.text[title.clone()].trim_matches(['*', '_', ':']).to_lowercase();
        let notes = text.starts_with("notes") || text.starts_with("footnotes");
        self.notes =
            Notes { list: self.notes.list.filter(|_| notes), open: notes, going_on: false };
        self.legend = None;
        if notes {
            return;
        }
        if text.starts_with("legend") {
            self.open_legend();
        }
        if level == 1 && self.outline.title.is_none() {
            self.outline.title = Some(title.clone());
        }
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, title));
        self.labels.clear();
    }

    fn text_line(&mut self, line: &Range<usize>, content: Range<usize>) {
        let text = &self.text[content.clone()];
        self.tags(text, content.start);
        if let Some(rest) = lines::after_label(text, &["legend"]) {
            self.open_legend();
            let start = content.end - rest.len();
            self.legend_line(start..content.end);
        } else if self.legend.is_some() {
            self.legend_line(content.clone());
        }
        if self.legend.is_none() && !self.definition(content.clone()) {
            self.footnote(line, content.clone());
        }
        if lines::is_emphasised(text) {
            self.labels.push(content);
            let surplus = self.labels.len().saturating_sub(MOST_LABELS);
            self.labels.drain(..surplus);
        }
    }

    fn open_legend(&mut self) {
        if self.outline.legends.len() < MOST_TABLES {
            let tabs = self.tabs.clone();
            self.outline.legends.push(Legend { parts: Vec::new(), tabs });
            self.legend = Some(LegendForm::Undecided);
        }
    }

    /// Adds a line to the legend that is being read, or ends it.
    fn legend_line(&mut self, content: Range<usize>) {
        let text = &self.text[content.clone()];
        if text.is_empty() {
            return;
        }
        let bullet = lines::after_bullet(text);
        let Some(legend) = self.outline.legends.last_mut() else { return };
        match (self.legend.take(), bullet) {
            (Some(LegendForm::Undecided | LegendForm::List), Some(entry)) => {
                self.legend = Some(LegendForm::List);
                if legend.parts.len() < MOST_TABLES {
                    legend.parts.push(content.end - entry.len()..content.end);
                }
            }
            (Some(LegendForm::Undecided), None) => {
                legend.parts.push(content);
                self.legend = Some(LegendForm::Inline);
            }
            (Some(LegendForm::Inline), None) => {
                if let Some(part) = legend.parts.last_mut() {
                    part.end = content.end;
                }
                self.legend = Some(LegendForm::Inline);
            }
            _ => {}
        }
    }

    /// Follows the tabs that open and close in a line.
    fn tags(&mut self, text: &str, start: usize) {
        for (at, tag) in lines::tabs(text) {
            match tag {
                lines::Tab::Opens(title) if self.tabs.len() < MOST_TABS => {
                    self.tabs.push(start + title.start..start + title.end);
                }
                lines::Tab::Opens(_) => {}
                lines::Tab::Closes => {
                    if let Some(tab) = self.tabs.pop() {
                        self.headings.retain(|(_, heading)| heading.start < tab.start);
                    }
                    self.labels.retain(|label| label.start > start + at);
                    self.notes = Notes::default();
                    self.legend = None;
                }
            }
        }
    }

    /// Reads a line of a footnote, if it is one.
    fn footnote(&mut self, line: &Range<usize>, content: Range<usize>) {
        let text = &self.text[content.clone()];
        if let Some((number, body)) = lines::page_footnote(text) {
            let body = content.end - body.len()..content.end;
            self.keep_footnote(None, Footnote { number, span: content, body });
            return;
        }
        let Some(list) = self.notes.list else { return };
        if lines::after_label(text, &["notes", "note", "footnotes"]).is_some() {
            self.notes.open = true;
            return;
        }
        let quoted = self.text[line.start..content.start].contains('>');
        match lines::footnote(text) {
            Some((number, body)) if self.notes.open || quoted => {
                let body = content.end - body.len()..content.end;
                self.keep_footnote(Some(list), Footnote { number, span: content, body });
                self.notes.going_on = true;
            }
            _ => {
                if self.notes.going_on
                    && let Some(last) = self.outline.lists[list].last_mut()
                {
                    last.body.end = content.end;
                }
            }
        }
    }

    fn keep_footnote(&mut self, list: Option<usize>, footnote: Footnote) {
        let list = match list {
            Some(list) => &mut self.outline.lists[list],
            None => &mut self.outline.footnotes,
        };
        if list.len() == MOST_FOOTNOTES {
            let message = format!("more than {MOST_FOOTNOTES} footnotes to one table");
            self.problems.error(
                "too-large",
                footnote.span.clone(),
                message,
                "is this the right file?",
            );
        }
        if list.len() <= MOST_FOOTNOTES {
            list.push(footnote);
        }
    }

    /// Reads a link definition, if the line is one; it ends a footnote.
    fn definition(&mut self, content: Range<usize>) -> bool {
        let Some((label, target)) = lines::definition(&self.text[content.clone()]) else {
            return false;
        };
        self.notes.going_on = false;
        if self.outline.definitions.len() < MOST_DEFINITIONS {
            let target = content.start + target.start..content.start + target.end;
            self.outline.definitions.entry(inline::label_key(label)).or_insert(target);
        }
        true
    }

    /// Reads the table whose delimiter row is the given line; returns where it ends.
    fn table(&mut self, delimiter: Range<usize>) -> usize {
        self.outline.tables_seen += 1;
        self.legend = None;
        let head = self.previous.clone();
        let wanted = self.may_matter(&head);
        self.next_list(wanted);
        let location = self.location();
        let mut table = wanted.then(|| self.start_table(head, &delimiter, location));
        let mut at = delimiter.end;
        while at < self.text.len() {
            let end = self.text[at..].find('\n').map_or(self.text.len(), |i| at + i + 1);
            let content = lines::content(self.text, at..end);
            let row = &self.text[content.clone()];
            if row.is_empty() || row.starts_with('#') || !row.contains('|') {
                break;
            }
            if let Some(table) = &mut table {
                self.row(table, content);
            }
            at = end;
        }
        self.above = None;
        if let Some(table) = table.filter(|table| !table.head.is_empty()) {
            self.above = Some(self.outline.tables.len());
            self.outline.tables.push(table);
        }
        at
    }

    /// Goes on with the list of footnotes of the tables above, or opens the next one.
    fn next_list(&mut self, wanted: bool) {
        let unused = |list: &usize| wanted && self.outline.lists[*list].is_empty();
        let list = self.notes.list.filter(unused).or_else(|| {
            wanted.then(|| {
                self.outline.lists.push(Vec::new());
                self.outline.lists.len() - 1
            })
        });
        self.notes = Notes { list, ..Notes::default() };
    }

    fn location(&mut self) -> Location {
        Location {
            headings: self.headings.iter().map(|(_, title)| title.clone()).collect(),
            tabs: self.tabs.clone(),
            labels: std::mem::take(&mut self.labels),
        }
    }

    /// Whether a table with this head could hold a matrix.
    fn may_matter(&mut self, head: &Range<usize>) -> bool {
        let first = cells(self.text, head.clone()).next().unwrap_or(0..0);
        let first =
            inline::inline(lines::bounded(&self.text[first], 200), self.text, &HashMap::new());
        let name = crate::matrix::slug(&first.text);
        let matters = matches!(name.as_str(), "" | "feature" | "features" | "together");
        if matters && self.outline.tables.len() >= MOST_TABLES {
            let message = format!("more than {MOST_TABLES} tables of features");
            self.problems.error("too-large", head.clone(), message, "is this the right file?");
            return false;
        }
        matters
    }

    fn start_table(
        &mut self,
        head: Range<usize>,
        delimiter: &Range<usize>,
        location: Location,
    ) -> Table {
        let columns = cell_count(self.text, head.clone());
        let mut table = Table {
            head: Vec::new(),
            rows: Vec::new(),
            ragged: Vec::new(),
            cut_off: None,
            location,
            list: self.notes.list.unwrap_or_default(),
            legends_before: self.outline.legends.len(),
        };
        if columns > MOST_COLUMNS {
            let message = format!("a table has {columns} columns, more than {MOST_COLUMNS}");
            self.problems.error("too-large", head, message, "is this the right file?");
            return table;
        }
        table.head = cells(self.text, head).collect();
        let delimiter = lines::content(self.text, delimiter.clone());
        let found = cell_count(self.text, delimiter.clone());
        if found != columns {
            table.ragged.push((delimiter, found));
        }
        table
    }

    fn row(&mut self, table: &mut Table, content: Range<usize>) {
        if table.head.is_empty() {
            return;
        }
        let found = cell_count(self.text, content.clone());
        if found != table.head.len() {
            if table.ragged.len() < MOST_TABLES {
                table.ragged.push((content, found));
            }
            return;
        }
        if table.rows.len() == MOST_ROWS {
            let message = format!("a table has more than {MOST_ROWS} rows");
            self.problems.error("too-large", content.clone(), message, "is this the right file?");
            table.head.clear();
            table.rows.clear();
            return;
        }
        self.cells += found;
        if self.cells <= MOST_CELLS {
            table.rows.push(cells(self.text, content).collect());
        } else if self.cells - found <= MOST_CELLS {
            let message = format!("the tables have more than {MOST_CELLS} cells");
            self.problems.error("too-large", content, message, "is this the right file?");
        }
    }
}
