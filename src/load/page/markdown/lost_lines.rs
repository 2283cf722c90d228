//! Pages whose line breaks were lost, as text extractors leave them.
//!
//! In comes visible text, out goes the same text with single blanks turned back into line breaks
//! where a page must have had them: around table rows, headings, notes, legend entries and link
//! definitions. A table's delimiter row tells how many cells each of its rows has. No byte moves,
//! so every offset still points into the page as it was given.

use std::ops::Range;

/// The entries of a legend reach at most so far after its heading.
const LONGEST_LEGEND: usize = 2_000;
/// The longest name above a table, and the longest label of a link definition.
const LONGEST_NAME: usize = 80;

/// The text with its line breaks, if it had lost them.
pub(super) fn restore(text: &str) -> Option<String> {
    let runs = delimiter_rows(text);
    if !runs.iter().any(|run| inside_a_line(text, run.start)) {
        return None;
    }
    let mut page = Restorer { bytes: text.as_bytes().to_vec() };
    page.join_lines();
    page.front_matter();
    let mut prose = 0;
    for run in &runs {
        if run.start < prose {
            continue;
        }
        if let Some(table) = page.table(run) {
            page.prose(prose..table.start);
            prose = table.end;
        }
    }
    page.prose(prose..text.len());
    String::from_utf8(page.bytes).ok()
}

/// A delimiter row: where it is and how many cells it has.
struct DelimiterRow {
    start: usize,
    end: usize,
    cells: usize,
}

/// Every stretch like `| :--- | :---: |` of at least two cells.
fn delimiter_rows(text: &str) -> Vec<DelimiterRow> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('|').map(|i| at + i) {
        let (mut end, mut cells) = (start, 0);
        while let Some(next) = delimiter_cell(bytes, end) {
            end = next;
            cells += 1;
        }
        if cells >= 2 {
            rows.push(DelimiterRow { start, end: end + 1, cells });
        }
        at = end + 1;
    }
    rows
}

/// The offset of the pipe that closes the delimiter cell opened by the pipe at `pipe`.
fn delimiter_cell(bytes: &[u8], pipe: usize) -> Option<usize> {
    let colon = |at: usize| at + usize::from(bytes.get(at) == Some(&b':'));
    let blanks = skip(bytes, pipe + 1, |b| b.is_ascii_whitespace());
    let open = colon(blanks);
    let dashes = skip(bytes, open, |b| b == b'-');
    let close = colon(dashes);
    let needed = if open > blanks || close > dashes { 1 } else { 3 };
    let end = skip(bytes, close, |b| b.is_ascii_whitespace());
    (dashes - open >= needed && bytes.get(end) == Some(&b'|')).then_some(end)
}

fn skip(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    from + bytes[from.min(bytes.len())..].iter().take_while(|&&b| wanted(b)).count()
}

/// Whether something other than a quotation mark stands before the offset on its line.
fn inside_a_line(text: &str, offset: usize) -> bool {
    let before = &text.as_bytes()[..offset];
    !before.iter().rev().take_while(|&&b| b != b'\n').all(|b| b.is_ascii_whitespace() || *b == b'>')
}

struct Restorer {
    bytes: Vec<u8>,
}

impl Restorer {
    /// Makes the page one line, so that breaks left in odd places do no harm.
    fn join_lines(&mut self) {
        for byte in &mut self.bytes {
            if byte.is_ascii_whitespace() {
                *byte = b' ';
            }
        }
    }

    fn is_blank(&self, at: usize) -> bool {
        self.bytes.get(at) == Some(&b' ')
    }

    /// Ends a line before the offset, if there is a blank to turn into its end.
    fn break_before(&mut self, at: usize) {
        if at > 0 && self.is_blank(at - 1) {
            self.bytes[at - 1] = b'\n';
        }
    }

    /// Restores the lines of front matter at the start of the text.
    fn front_matter(&mut self) {
        let start = self.skip_blanks(0);
        if !self.bytes[start..].starts_with(b"--- ") {
            return;
        }
        let limit = self.bytes.len().min(start + LONGEST_LEGEND);
        let Some(end) = self.find(start + 3..limit, b" --- ") else { return };
        let mut at = start + 3;
        while let Some(colon) = self.find(at..end, b": ") {
            let key = (at..colon).rev().find(|&i| self.is_blank(i)).map_or(at, |i| i + 1);
            self.break_before(key);
            at = colon + 2;
        }
        self.bytes[start + 3] = b'\n';
        self.bytes[end] = b'\n';
        self.bytes[end + 4] = b'\n';
    }

    /// Restores the rows of a table around its delimiter row; returns where the table is.
    fn table(&mut self, run: &DelimiterRow) -> Option<Range<usize>> {
        let head_end = (0..run.start).rev().find(|&i| !self.is_blank(i))?;
        if self.bytes[head_end] != b'|' || head_end + 1 == run.start {
            return None;
        }
        let start = self.pipes_back(head_end, run.cells)?;
        self.break_before(run.start);
        self.break_before(start);
        self.name_above(start);
        let mut end = run.end;
        loop {
            let next = self.skip_blanks(end);
            if next == end || self.bytes.get(next) != Some(&b'|') {
                self.break_before(next);
                return Some(start..next);
            }
            self.break_before(next);
            match self.pipes_on(next, run.cells) {
                Some(row_end) => end = row_end,
                None => return Some(start..next),
            }
        }
    }

    /// Puts a name in emphasis right above a table, such as `*vLLM*`, on a line of its own.
    fn name_above(&mut self, table: usize) {
        let Some(last) = (0..table).rev().find(|&i| !self.bytes[i].is_ascii_whitespace()) else {
            return;
        };
        let from = last.saturating_sub(LONGEST_NAME);
        let opens = |i: &usize| {
            self.bytes[*i] == b'*' && *i > 0 && self.bytes[*i - 1].is_ascii_whitespace()
        };
        if self.bytes[last] == b'*'
            && let Some(first) = (from..last).rev().find(opens)
        {
            self.break_before(first);
        }
    }

    /// The offset of the `n`-th pipe before the one at `from`.
    fn pipes_back(&self, from: usize, n: usize) -> Option<usize> {
        (0..from).rev().filter(|&i| self.is_pipe(i)).nth(n.checked_sub(1)?)
    }

    /// The offset after the `n`-th pipe after the one at `from`.
    fn pipes_on(&self, from: usize, n: usize) -> Option<usize> {
        (from + 1..self.bytes.len())
            .filter(|&i| self.is_pipe(i))
            .nth(n.checked_sub(1)?)
            .map(|i| i + 1)
    }

    /// Whether a pipe that is not escaped stands at the offset.
    fn is_pipe(&self, at: usize) -> bool {
        self.bytes[at] == b'|' && (at == 0 || self.bytes[at - 1] != b'\\')
    }

    fn skip_blanks(&self, from: usize) -> usize {
        skip(&self.bytes, from, |b| b == b' ')
    }

    fn find(&self, within: Range<usize>, wanted: &[u8]) -> Option<usize> {
        let start = within.start;
        self.bytes.get(within)?.windows(wanted.len()).position(|w| w == wanted).map(|i| start + i)
    }

    /// Restores the lines between two tables.
    fn prose(&mut self, range: Range<usize>) {
        let mut legend = None;
        let mut note = None;
        for at in range.clone() {
            if at > 0 && !self.bytes[at - 1].is_ascii_whitespace() {
                continue;
            }
            let rest = &self.bytes[at..range.end];
            if rest.starts_with(b"#")
                || rest.starts_with(b"**Legend")
                || rest.starts_with(b"Legend:")
            {
                legend = (!rest.starts_with(b"#")).then_some(at);
                note = None;
                self.break_before(at);
            } else if let Some(number) =
                numbered(rest).filter(|n| note == Some(*n) || rest[0] == b'>')
            {
                note = Some(number.saturating_add(1));
                self.break_before(at);
            } else if opens_notes(rest) && !self.bytes[..at].ends_with(b"> ") {
                note = Some(1);
                self.break_before(at);
            } else if is_definition(rest)
                || rest.starts_with(b">  ")
                || (is_bullet(rest) && legend.is_some_and(|start| at - start < LONGEST_LEGEND))
            {
                self.break_before(at);
            }
        }
    }
}

/// The number of a footnote that the text opens with: `> 2. ` or `2. `.
fn numbered(text: &[u8]) -> Option<usize> {
    let text = text.strip_prefix(b"> ").unwrap_or(text);
    let digits = skip(text, 0, |b| b.is_ascii_digit());
    if !(1..=6).contains(&digits) || !text[digits..].starts_with(b". ") {
        return None;
    }
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

fn opens_notes(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"> ").unwrap_or(text);
    [&b"**Notes"[..], b"*Notes", b"Notes:"].iter().any(|start| text.starts_with(start))
}

fn is_bullet(text: &[u8]) -> bool {
    [b"* ", b"- ", b"+ "].iter().any(|bullet| text.starts_with(*bullet))
}

/// Whether the text opens with a link definition: `[label]: `.
fn is_definition(text: &[u8]) -> bool {
    text.first() == Some(&b'[')
        && text[1..text.len().min(LONGEST_NAME)]
            .iter()
            .position(|b| matches!(b, b'[' | b']'))
            .is_some_and(|i| text[1 + i..].starts_with(b"]: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_headings_notes_and_definitions_get_their_lines_back() {
        let lost = "# T Legend: * x : Yes ## 1. A Backend | F | a | | --- | --- | | **b** | 1 | \
                    | c | | > **Notes:** > 1. One. > 2. Two, see 7. Not it. [l]: u [m]: v";
        let lines: Vec<String> =
            restore(lost).unwrap().lines().map(|line| line.trim().to_owned()).collect();
        let expected = [
            "# T",
            "Legend:",
            "* x : Yes",
            "## 1. A Backend",
            "| F | a |",
            "| --- | --- |",
            "| **b** | 1 |",
            "| c | |",
            "> **Notes:**",
            "> 1. One.",
            "> 2. Two, see 7. Not it.",
            "[l]: u",
            "[m]: v",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_page_with_its_lines_is_left_alone() {
        assert_eq!(restore("| F | a |\n| --- | --- |\n| b | x |\n"), None);
        assert_eq!(restore("> | F | a |\n> | --- | --- |\n"), None);
        assert_eq!(restore("| a | - | - |\n"), None);
    }

    #[test]
    fn a_name_above_a_table_gets_a_line() {
        let text = restore("see. *vLLM* | F | a | |---|---| | b | x | *Other* | F | a | |---|---|");
        let text = text.unwrap();
        assert_eq!(text.lines().nth(1), Some("*vLLM*"));
        assert_eq!(text.lines().nth(5), Some("*Other*"));
    }
}
