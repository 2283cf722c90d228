//! Tables written as lists: the directive `list-table` of MyST and reStructuredText.
//!
//! ````text
//! ```{list-table} Caption        :::{list-table}        .. list-table::
//! :header-rows: 1                * - Feature
//! * - Feature                      - vLLM
//!   - vLLM
//! ```
//! ````
//!
//! In comes the text from the directive on, out go the rows and their cells as ranges of it. The
//! first row is the head, whatever the options say.

use std::ops::Range;

/// The rows begin at most so many lines after the directive: options and blank lines come between.
const MOST_OPTIONS: usize = 20;

/// What a line opens a table written as a list with, and where its caption begins.
const OPENINGS: [&str; 2] = ["{list-table}", "list-table::"];

/// The caption of the table that a line opens, as an offset in the line; `None` where it opens none.
pub(super) fn caption(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches([':', '`', '~', '.', ' ']);
    let fence = &line[..line.len() - rest.len()];
    let opening = OPENINGS.iter().find(|opening| rest.starts_with(**opening))?;
    let myst = fence.len() >= 3 && fence.chars().all(|c| fence.starts_with(c) && c != '.');
    let fits = if rest.starts_with('{') { myst } else { fence == ".. " };
    let after = &rest[opening.len()..];
    fits.then(|| line.len() - after.trim_start().len())
}

/// The range of the rows of the table whose directive ends at `from`: from the first bullet to the
/// end of the last line that belongs to it. `None` where no rows follow.
pub(super) fn rows_within(text: &str, from: usize) -> Option<Range<usize>> {
    let mut lines = lines_from(text, from);
    let first = lines.by_ref().take(MOST_OPTIONS).find(|line| is_row(&text[line.clone()]))?;
    // Text, or what closes the directive, comes before any row: it holds no table.
    if text[from..first.start].lines().any(|line| !is_option(line.trim())) {
        return None;
    }
    let column = indent(&text[first.clone()]);
    let mut end = first.end;
    for line in lines {
        let content = &text[line.clone()];
        if content.trim().is_empty() {
            continue;
        }
        let next_row = indent(content) == column && is_row(content);
        if indent(content) <= column && !next_row {
            break;
        }
        end = line.end;
    }
    Some(first.start..end)
}

/// The rows of a table, one by one, each from its bullet to the end of its last line.
pub(super) fn rows(text: &str, table: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let column = indent(&text[table.clone()]);
    let mut starts = lines_from(text, table.start).take_while(move |line| line.start < table.end);
    let mut open: Option<Range<usize>> = None;
    std::iter::from_fn(move || {
        for line in starts.by_ref() {
            let content = &text[line.clone()];
            let next = line.start + indent(content)..line.start + content.trim_end().len();
            if indent(content) == column && is_row(content) {
                if let Some(row) = open.replace(next) {
                    return Some(row);
                }
            } else if let Some(row) = open.as_mut().filter(|_| !next.is_empty()) {
                row.end = next.end;
            }
        }
        open.take()
    })
}

/// The cells of a row, without the blanks around them.
pub(super) fn cells(text: &str, row: Range<usize>) -> Vec<Range<usize>> {
    let mut cells: Vec<Range<usize>> = Vec::new();
    let start = text[..row.start].rfind('\n').map_or(0, |at| at + 1);
    // The bullet of the row stands before that of its first cell, on the same line.
    let mut skipped = row.start + 1 - start;
    let mut column = None;
    for line in lines_from(text, start).take_while(|line| line.start < row.end) {
        let rest = &text[line.start + skipped..line.end.min(row.end)];
        let at = skipped + indent(rest);
        skipped = 0;
        let content = rest.trim();
        let place = line.start + at..line.start + at + content.len();
        if bullet(content) && *column.get_or_insert(at) == at {
            let cell = content[1..].trim_start();
            cells.push(place.end - cell.len()..place.end);
        } else if !content.is_empty()
            && let Some(last) = cells.last_mut()
        {
            *last = if last.start == last.end { place } else { last.start..place.end };
        }
    }
    cells
}

/// Whether a line can stand between the directive and its rows.
fn is_option(line: &str) -> bool {
    line.is_empty() || (line.starts_with(':') && !line.starts_with(":::"))
}

/// Whether a line begins a row: a bullet, and after it that of the first cell.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    bullet(line) && bullet(line[1..].trim_start())
}

fn bullet(text: &str) -> bool {
    text.starts_with(['*', '-', '+']) && !text[1..].starts_with(|c: char| !c.is_whitespace())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The lines of a text from an offset on, without their ends.
fn lines_from(text: &str, from: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = from;
    text[from..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of the table whose directive is the first line.
    fn read(text: &str) -> Option<Vec<Vec<&str>>> {
        let from = text.find('\n').map_or(text.len(), |at| at + 1);
        let table = rows_within(text, from)?;
        let row = |row| cells(text, row).into_iter().map(|cell| &text[cell]).collect();
        Some(rows(text, table).map(row).collect())
    }

    #[test]
    fn directives_open_with_their_caption() {
        for (line, caption_of) in [
            ("```{list-table} A b", Some("A b")),
            (":::{list-table}", Some("")),
            ("::::{list-table} x", Some("x")),
            (".. list-table:: x", Some("x")),
            ("{list-table}", None),
            ("list-table:: x", None),
            ("```{table} x", None),
        ] {
            assert_eq!(caption(line).map(|at| &line[at..]), caption_of, "{line}");
        }
    }

    #[test]
    fn rows_and_cells_are_found() {
        let text = "```{list-table}\n:header-rows: 1\n\n* - F\n  - a b\n    c\n\n  -\n* - d\n  -\n    e\n\
                    ```\n* - x\n";
        let found = read(text).unwrap();
        assert_eq!(found, [vec!["F", "a b\n    c", ""], vec!["d", "e"]]);
        assert_eq!(read("x\n   - - F\n     * a\n y").unwrap(), [["F", "a"]]);
        assert_eq!(read("x\n:a: b\nwords\n* - F\n"), None);
        assert_eq!(read("x\n"), None);
    }
}
