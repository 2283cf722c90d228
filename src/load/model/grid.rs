//! Grids: a table drawn in text in, its column names, row names and marks with their places out.

use std::ops::Range;

use super::mark::{self, GridMark};
use super::placed::{Placed, place};
use super::suggest::{shown, suggest};
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::slug;

/// The longest name.
const MAX_NAME: usize = 200;

/// A table drawn in text.
pub(super) struct Grid {
    /// The names over the columns, without the first, which names the rows.
    pub(super) columns: Vec<Placed<String>>,
    /// The rows.
    pub(super) rows: Vec<GridRow>,
    /// The head of the table.
    pub(super) head: FileSpan,
}

/// One row of a [`Grid`].
pub(super) struct GridRow {
    /// The name that it starts with.
    pub(super) name: Placed<String>,
    /// The marks; `None` where a mark was wrong and has been reported.
    pub(super) marks: Vec<Placed<Option<GridMark>>>,
}

/// The bounds on a grid.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The most columns.
    pub(super) columns: usize,
    /// The most rows.
    pub(super) rows: usize,
    /// The code of a grid with too many columns, and of one with too many rows.
    pub(super) codes: (&'static str, &'static str),
}

/// Reads the grid between two bytes of a file.
pub(super) fn read(text: &str, at: &FileSpan, limits: Limits, problems: &Problems) -> Option<Grid> {
    let mut reader = GridReader { text, file: at.file, limits, problems };
    let mut lines = lines(text, at.span.clone());
    let head = lines.next().and_then(|line| reader.cells(line))?;
    let (_, names) = head.split_first()?;
    if names.len() > limits.columns {
        reader.too_many(limits.codes.0, "columns", limits.columns, &names[limits.columns]);
        return None;
    }
    let columns = names.iter().map(|cell| reader.name(cell)).collect();
    let ends = (reader.trimmed(head.first()?), reader.trimmed(head.last()?));
    let head = place(at.file, ends.0.span.start..ends.1.span.end);
    let mut grid = Grid { columns, rows: Vec::new(), head };
    for (i, line) in lines.enumerate() {
        if i > limits.rows || grid.rows.len() == limits.rows {
            reader.too_many(limits.codes.1, "rows", limits.rows, &line);
            return None;
        }
        let Some(cells) = reader.cells(line) else { continue };
        if is_rule(text, &cells) {
            continue;
        }
        grid.rows.push(reader.row(&cells, grid.columns.len()));
    }
    Some(grid)
}

/// The lines of a part of a text that are not blank, without the space around them.
fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let blank = &text[rest.clone()];
        rest.start += blank.len() - blank.trim_start().len();
        let line = text[rest.clone()].lines().next()?;
        let span = rest.start..rest.start + line.trim_end().len();
        rest.start += line.len();
        Some(span)
    })
}

/// Whether a row is the line of dashes that Markdown draws under the head.
fn is_rule(text: &str, cells: &[Range<usize>]) -> bool {
    cells.iter().all(|cell| {
        let cell = text[cell.clone()].trim();
        cell.len() >= 3 && cell.chars().all(|c| matches!(c, '-' | ':'))
    })
}

struct GridReader<'r> {
    text: &'r str,
    file: usize,
    limits: Limits,
    problems: &'r Problems,
}

impl GridReader<'_> {
    /// The cells between the bars of a line, the row's name first. A line that goes on past the
    /// limit is cut there, one cell too long.
    fn cells(&mut self, line: Range<usize>) -> Option<Vec<Range<usize>>> {
        let text = &self.text[line.clone()];
        let Some(inner) = text.strip_prefix('|') else {
            self.problems.error(
                "no-row",
                &place(self.file, line),
                format!("`{}` is no row of a grid", shown(text)),
                "start each row with `|` and put `|` between its cells",
            );
            return None;
        };
        let mut start = line.start + 1;
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        // The row's name, a cell for each column, and one more, so that the excess is noticed.
        let cells = inner.split('|').take(self.limits.columns + 2).map(|cell| {
            let span = start..start + cell.len();
            start = span.end + 1;
            span
        });
        Some(cells.collect())
    }

    fn row(&mut self, cells: &[Range<usize>], columns: usize) -> GridRow {
        let name = self.name(&cells[0]);
        if let Some(extra) = cells.get(columns + 1) {
            self.problems.error(
                "extra-cell",
                &self.trimmed(extra),
                format!(
                    "the row `{}` has more cells than the head has columns",
                    shown(&name.value)
                ),
                "remove the cell, or name its column in the head",
            );
        }
        let marks = cells[1..].iter().take(columns).map(|cell| self.mark(cell)).collect();
        GridRow { name, marks }
    }

    fn mark(&self, cell: &Range<usize>) -> Placed<Option<GridMark>> {
        let place = self.trimmed(cell);
        let value = match mark::read(&self.text[cell.clone()]) {
            Ok(mark) => Some(mark),
            Err(bad) => {
                self.problems.error(bad.code, &place, bad.message, bad.help);
                None
            }
        };
        Placed { value, place }
    }

    /// A printed name, without the stars of bold type.
    fn name(&self, cell: &Range<usize>) -> Placed<String> {
        let text = self.text[cell.clone()].trim();
        let bare = text.strip_prefix("**").and_then(|t| t.strip_suffix("**")).unwrap_or(text);
        let place = self.trimmed(cell);
        if bare.len() > MAX_NAME {
            let message = format!("a name of more than {MAX_NAME} bytes");
            self.problems.error("too-long", &place, message, "shorten it");
            return Placed { value: shown(bare), place };
        }
        if slug(bare).is_empty() {
            self.problems.error(
                "no-name",
                &place,
                "a name without letters and digits",
                "write the name of a feature, backend or option here",
            );
        }
        Placed { value: bare.to_owned(), place }
    }

    /// The place of what is written in a cell; of the whole cell where it is blank.
    fn trimmed(&self, cell: &Range<usize>) -> FileSpan {
        let text = &self.text[cell.clone()];
        let inner = text.trim();
        if inner.is_empty() {
            return place(self.file, cell.clone());
        }
        let start = cell.start + text.len() - text.trim_start().len();
        place(self.file, start..start + inner.len())
    }

    fn too_many(&self, code: &'static str, what: &str, limit: usize, cell: &Range<usize>) {
        self.problems.error(
            code,
            &place(self.file, cell.clone()),
            format!("a grid with more than {limit} {what}"),
            "split the model into smaller ones",
        );
    }
}

impl Grid {
    /// Reports names that stand twice over columns or before rows.
    pub(super) fn check_names(
        &self,
        codes: (&'static str, &'static str),
        id: impl Fn(&str) -> String,
        problems: &Problems,
    ) {
        let rows: Vec<&Placed<String>> = self.rows.iter().map(|row| &row.name).collect();
        repeated(&self.columns.iter().collect::<Vec<_>>(), codes.0, &id, problems);
        repeated(&rows, codes.1, &id, problems);
    }

    /// Reports the cells of a row that are not written although they should be.
    pub(super) fn check_complete(&self, row: &GridRow, wanted: usize, problems: &Problems) {
        if row.marks.len() >= wanted {
            return;
        }
        let first = &self.columns[row.marks.len()].value;
        let end = row.marks.last().map_or(&row.name.place, |mark| &mark.place).span.end;
        problems.error(
            "missing-cell",
            &place(row.name.place.file, row.name.place.span.start..end),
            format!(
                "the row `{}` ends after {} of {wanted} cells, before `{}`",
                shown(&row.name.value),
                row.marks.len(),
                shown(first)
            ),
            "write every cell; what nobody documented is written `?`",
        );
    }
}

fn repeated(
    names: &[&Placed<String>],
    code: &'static str,
    id: &impl Fn(&str) -> String,
    problems: &Problems,
) {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if !seen.insert(id(&name.value)) {
            problems.error(
                code,
                &name.place,
                format!("`{}` stands here a second time", shown(&name.value)),
                "remove one of the two, or give it another name",
            );
        }
    }
}

/// Reports a name that is none of those known.
pub(super) fn unknown<'n>(
    name: &Placed<String>,
    code: &'static str,
    what: &str,
    known: impl IntoIterator<Item = &'n str>,
    otherwise: &str,
    problems: &Problems,
) {
    problems.error(
        code,
        &name.place,
        format!("no {what} is called `{}`", shown(&name.value)),
        suggest(&name.value, known, otherwise),
    );
}

/// The slugs of the names over the columns of a grid, without looking at anything else in it.
pub(super) fn names(text: &str, at: &FileSpan) -> Vec<String> {
    let head = lines(text, at.span.clone()).next().unwrap_or_default();
    // Before the first bar is nothing, after it the name of the rows.
    let names = text[head].split('|').skip(2).filter(|name| name.len() <= MAX_NAME);
    names.take(2_000).map(slug).filter(|name| !name.is_empty()).collect()
}
