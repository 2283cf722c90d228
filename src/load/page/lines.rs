//! What a line of a page is: a heading, a table row, a tab, a footnote, a link definition.

use std::ops::Range;

/// How far the title of a tab is looked for in its tag.
const LONGEST_TAG: usize = 500;

/// A line without the blanks and quotation marks around it.
pub(super) fn content(text: &str, line: Range<usize>) -> Range<usize> {
    let inner = text[line.clone()].trim_end();
    let start =
        line.start + inner.len() - inner.trim_start_matches([' ', '\t', '>', '\u{feff}']).len();
    start..line.start + inner.len()
}

/// The beginning of a text, cut at a whole character.
pub(super) fn bounded(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The level and title of a heading.
pub(super) fn heading(text: &str, content: Range<usize>) -> Option<(usize, Range<usize>)> {
    let line = &text[content.clone()];
    let level = line.len() - line.trim_start_matches('#').len();
    if !(1..=6).contains(&level) || !line[level..].starts_with([' ', '\t']) {
        return None;
    }
    let title = line[level..].trim_end_matches('#');
    let start = content.start + level + title.len() - title.trim_start().len();
    Some((level, start..start + title.trim().len()))
}

/// Whether the line is a table's delimiter row, such as `| :--- | --- |`.
pub(super) fn is_delimiter_row(line: &str) -> bool {
    line.contains('|')
        && line.contains('-')
        && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// The cells of a row, without the blanks around them; an empty cell is its blanks.
pub(super) fn cells(text: &str, row: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let inside = inside(text, row);
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

/// How many cells a row has.
pub(super) fn cell_count(text: &str, row: Range<usize>) -> usize {
    let inside = inside(text, row);
    let mut rest = &text[inside];
    let mut count = 1;
    while let Some(i) = pipe(rest) {
        rest = &rest[i + 1..];
        count += 1;
    }
    count
}

/// A row without the pipes at its ends.
fn inside(text: &str, row: Range<usize>) -> Range<usize> {
    let line = &text[row.clone()];
    let start = usize::from(line.starts_with('|'));
    let closed = line.len() > start && line.ends_with('|') && !line.ends_with("\\|");
    row.start + start..row.end - usize::from(closed)
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

/// Whether all of the line is in emphasis: `*vLLM*`, `**Feature support**`.
pub(super) fn is_emphasised(line: &str) -> bool {
    line.len() > 2
        && ['*', '_']
            .iter()
            .any(|&mark| line.starts_with(mark) && line.trim_end_matches(':').ends_with(mark))
}

/// What follows a list bullet.
pub(super) fn after_bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['*', '-', '+'])?;
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// What follows a label such as `**Legend:**`, if the line opens with one of the names.
pub(super) fn after_label<'a>(line: &'a str, names: &[&str]) -> Option<&'a str> {
    let open = line.trim_start_matches(['*', '_']);
    let rest = names.iter().find_map(|name| {
        open.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name))?;
        Some(&open[name.len()..])
    })?;
    let after = rest.trim_start_matches(['*', '_', ':']);
    let marked = rest[..rest.len() - after.len()].contains([':', '*', '_']);
    (marked || after.is_empty()).then(|| after.trim_start())
}

/// The number and body of a footnote: `2. …`, `<sup>2</sup> …`.
pub(super) fn footnote(line: &str) -> Option<(u32, &str)> {
    if let Some(rest) = line.strip_prefix("<sup>") {
        let close = bounded(rest, 20).find("</sup>")?;
        return Some((rest[..close].trim().parse().ok()?, rest[close + 6..].trim_start()));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let body = line[digits..].strip_prefix(['.', ')'])?;
    let number = line.get(..digits).filter(|d| (1..=6).contains(&d.len()))?.parse().ok()?;
    body.starts_with([' ', '\t']).then(|| (number, body.trim_start()))
}

/// The number and body of a footnote that counts for the whole page: `[^2]: …`.
pub(super) fn page_footnote(line: &str) -> Option<(u32, &str)> {
    let rest = line.strip_prefix("[^")?;
    let close = bounded(rest, 10).find("]:")?;
    Some((rest[..close].parse().ok()?, rest[close + 2..].trim_start()))
}

/// The label and target of a link definition: `[label]: target`.
pub(super) fn definition(line: &str) -> Option<(&str, Range<usize>)> {
    let rest = line.strip_prefix('[').filter(|rest| !rest.starts_with('^'))?;
    let close = bounded(rest, LONGEST_TAG).find(['[', ']'])?;
    let after = rest[close..].strip_prefix("]:")?;
    let target = after.split_whitespace().next()?;
    let start = line.len() - after.trim_start().len();
    Some((&rest[..close], start..start + target.len()))
}

/// A tab, or anything else with a title of its own, that opens or closes.
pub(super) enum Tab {
    /// It opens, with its title at this range of the line.
    Opens(Range<usize>),
    /// The innermost closes.
    Closes,
}

/// The tabs that open and close in a line.
pub(super) fn tabs(line: &str) -> impl Iterator<Item = (usize, Tab)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + line[at..].find('<')?;
            at = start + 1;
            let rest = &line[at..];
            if let Some(name) = rest.strip_prefix('/') {
                if is_tab(name) {
                    return Some((start, Tab::Closes));
                }
            } else if is_tab(rest) {
                let tag = bounded(rest, LONGEST_TAG);
                let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
                if !tag.ends_with('/') {
                    let title = title(tag).unwrap_or(0..0);
                    return Some((start, Tab::Opens(at + title.start..at + title.end)));
                }
            }
        }
    })
}

fn is_tab(name: &str) -> bool {
    ["TabItem", "Tab", "Accordion"].iter().any(|tab| {
        name.strip_prefix(tab)
            .is_some_and(|rest| rest.starts_with([' ', '\t', '>', '/']) || rest.is_empty())
    })
}

/// Where in a tag its title is.
fn title(tag: &str) -> Option<Range<usize>> {
    ["title=", "label="].iter().find_map(|attribute| {
        let start = tag.find(attribute)? + attribute.len();
        let quote = tag[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let length = tag[start + 1..].find(quote)?;
        Some(start + 1..start + 1 + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str) -> Vec<&str> {
        let found: Vec<_> = cells(line, 0..line.len()).map(|cell| line[cell].trim()).collect();
        assert_eq!(found.len(), cell_count(line, 0..line.len()));
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

    #[test]
    fn labels_need_a_mark_or_an_end() {
        assert_eq!(after_label("**Legend:** x", &["legend"]), Some("x"));
        assert_eq!(after_label("Legend: x", &["legend"]), Some("x"));
        assert_eq!(after_label("Notes", &["notes"]), Some(""));
        assert_eq!(after_label("Notes are good", &["notes"]), None);
    }

    #[test]
    fn footnotes_are_numbered_in_three_ways() {
        assert_eq!(footnote("2. a"), Some((2, "a")));
        assert_eq!(footnote("<sup>2</sup> a"), Some((2, "a")));
        assert_eq!(page_footnote("[^2]: a"), Some((2, "a")));
        assert_eq!(footnote("2.5 a"), None);
    }

    #[test]
    fn tabs_open_with_a_title() {
        let line = "<Tabs><Tab title=\"A b\"></Tab><Tab/>";
        let found: Vec<_> = tabs(line)
            .map(|(_, tab)| match tab {
                Tab::Opens(title) => &line[title],
                Tab::Closes => "/",
            })
            .collect();
        assert_eq!(found, ["A b", "/"]);
    }
}
