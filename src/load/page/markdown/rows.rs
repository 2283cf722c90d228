//! Rows of tables: cells between pipes, or the entries of a list.

use std::ops::Range;

use super::list_table;

/// A line of a table.
#[derive(Clone)]
pub(in crate::load::page) struct TableRow<'t> {
    text: &'t str,
    /// Whether its cells are the entries of a list.
    listed: bool,
    /// Where the row is, without the blanks and quotation marks around it.
    pub(in crate::load::page) span: Range<usize>,
}

impl<'t> TableRow<'t> {
    pub(super) fn new(text: &'t str, span: Range<usize>) -> Self {
        TableRow { text, listed: false, span }
    }

    /// A row of a table that is written as a list.
    pub(super) fn listed(text: &'t str, span: Range<usize>) -> Self {
        TableRow { text, listed: true, span }
    }

    /// The cells, without the blanks around them; an empty cell is its blanks.
    pub(in crate::load::page) fn cells(&self) -> impl Iterator<Item = Range<usize>> + use<'t> {
        let listed = self.listed.then(|| list_table::cells(self.text, self.span.clone()));
        let piped = (!self.listed).then(|| self.between_pipes());
        listed.into_iter().flatten().chain(piped.into_iter().flatten())
    }

    fn between_pipes(&self) -> impl Iterator<Item = Range<usize>> + use<'t> {
        let text = self.text;
        let inside = self.inside();
        let mut at = Some(inside.start);
        std::iter::from_fn(move || {
            let start = at?;
            let end = pipe(&text[start..inside.end]).map_or(inside.end, |i| start + i);
            at = (end < inside.end).then_some(end + 1);
            let cell = &text[start..end];
            let trimmed = cell.trim();
            if trimmed.is_empty() {
                return Some(start..end);
            }
            let lead = cell.len() - cell.trim_start().len();
            Some(start + lead..start + lead + trimmed.len())
        })
    }

    /// Counts the cells; those between pipes without making them.
    pub(in crate::load::page) fn width(&self) -> usize {
        if self.listed {
            return list_table::cells(self.text, self.span.clone()).len();
        }
        let mut rest = &self.text[self.inside()];
        let mut count = 1;
        while let Some(i) = pipe(rest) {
            rest = &rest[i + 1..];
            count += 1;
        }
        count
    }

    /// The row without the pipes at its ends.
    fn inside(&self) -> Range<usize> {
        let line = &self.text[self.span.clone()];
        let start = usize::from(line.starts_with('|'));
        let closed = line.len() > start && line.ends_with('|') && !line.ends_with("\\|");
        self.span.start + start..self.span.end - usize::from(closed)
    }
}

/// Whether the line is a table's delimiter row, such as `| :--- | --- |`.
pub(super) fn is_delimiter_row(line: &str) -> bool {
    line.contains('|')
        && line.contains('-')
        && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// The offset of the first pipe that is not escaped.
fn pipe(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find('|')?;
        if at == 0 || text.as_bytes()[at - 1] != b'\\' {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str) -> Vec<&str> {
        let row = TableRow::new(line, 0..line.len());
        let found: Vec<_> = row.cells().map(|cell| line[cell].trim()).collect();
        assert_eq!(found.len(), row.width());
        found
    }

    #[test]
    fn rows_are_split_at_pipes_that_are_not_escaped() {
        assert_eq!(row("| a | | b |"), ["a", "", "b"]);
        assert_eq!(row("a | b \\| c"), ["a", "b \\| c"]);
        assert_eq!(row("|"), [""]);
        assert_eq!(row("||"), [""]);
        assert_eq!(row("| | |"), ["", ""]);
    }
}
