//! The forms of a line: a heading, a label, a list entry, a footnote, a link definition.
//!
//! Every function takes a line without the blanks around it.

use std::ops::Range;

use crate::load::text::bounded;

/// The longest label of a link definition.
const LONGEST_LABEL: usize = 500;

/// The longest name of a footnote, with what is around it.
const LONGEST_NOTE_NAME: usize = 60;

/// A line without the blanks and quotation marks around it.
pub(super) fn content(text: &str, line: Range<usize>) -> Range<usize> {
    let inner = text[line.clone()].trim_end();
    let start =
        line.start + inner.len() - inner.trim_start_matches([' ', '\t', '>', '\u{feff}']).len();
    start..line.start + inner.len()
}

/// The level of a heading, and where in the line its title is.
pub(super) fn heading(line: &str) -> Option<(usize, Range<usize>)> {
    let level = line.len() - line.trim_start_matches('#').len();
    if !(1..=6).contains(&level) || !line[level..].starts_with([' ', '\t']) {
        return None;
    }
    let title = line[level..].trim_end_matches('#');
    let start = level + title.len() - title.trim_start().len();
    Some((level, start..start + title.trim().len()))
}

/// Whether a line is meant as a heading, even if no blank makes it one.
pub(super) fn resembles_heading(line: &str) -> bool {
    line.starts_with('#')
}

/// The part of a page above its first heading.
pub(in crate::load::page) fn before_headings(page: &str) -> &str {
    let lines = page.split_inclusive('\n');
    let above: usize = lines.take_while(|line| !resembles_heading(line)).map(str::len).sum();
    &page[..above]
}

/// Finds the words of a title, without the emphasis around them and the colon after them.
pub(super) fn bare(title: &str) -> Range<usize> {
    let marks = ['*', '_', ':'];
    let start = title.len() - title.trim_start_matches(marks).len();
    start..start + title.trim_matches(marks).len()
}

/// Whether all of the line is in emphasis: `*vLLM*`, `**Feature support**`.
pub(super) fn is_emphasised(line: &str) -> bool {
    line.len() > 2
        && ['*', '_']
            .iter()
            .any(|&mark| line.starts_with(mark) && line.trim_end_matches(':').ends_with(mark))
}

/// The text after a list bullet.
pub(in crate::load::page) fn after_bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['*', '-', '+'])?;
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// Splits a line after the first colon or end of emphasis: of `**Legend:** x` the label is `Legend`
/// and the rest is `x`. A line without either is all label.
pub(super) fn label(line: &str) -> (Range<usize>, &str) {
    let open = line.trim_start_matches(['*', '_']);
    let start = line.len() - open.len();
    let length = open.find(['*', '_', ':']).unwrap_or(open.len());
    let rest = open[length..].trim_start_matches(['*', '_', ':']).trim_start();
    (start..start + length, rest)
}

/// The word in emphasis with a colon that a text opens with, and what follows: `*limit*: …`.
pub(in crate::load::page) fn emphasised_word(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('*')?.split_once("*: ")
}

/// Whether a text is nothing but blanks and what may open before a word: emphasis, code, a link.
pub(in crate::load::page) fn is_opening_markup(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || "*_[`(".contains(c))
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

/// The name and body of a footnote that counts for the whole page: `[^name]: …`.
pub(in crate::load::page) fn named_footnote(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("[^")?;
    let close = bounded(rest, LONGEST_NOTE_NAME).find(['[', ']', ' '])?;
    let body = rest[close..].strip_prefix("]:")?;
    (close > 0).then(|| (&rest[..close], body.trim_start()))
}

/// The number and body of a footnote with a raised number: `<sup>2</sup> …`.
pub(in crate::load::page) fn raised_number(line: &str) -> Option<(u32, &str)> {
    footnote(line).filter(|_| line.starts_with("<sup>"))
}

/// The raised label that a line opens with, and the text after it: `<sup>a</sup> …`. A number is no
/// label.
pub(in crate::load::page) fn raised_label(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("<sup>").filter(|_| footnote(line).is_none())?;
    let length = bounded(rest, LONGEST_NOTE_NAME).find("</sup>")?;
    Some((&rest[..length], &rest[length + "</sup>".len()..]))
}

/// Finds the label and the target of a link definition `[label]: target`.
pub(super) fn definition(line: &str) -> Option<(Range<usize>, Range<usize>)> {
    let rest = line.strip_prefix('[').filter(|rest| !rest.starts_with('^'))?;
    let close = bounded(rest, LONGEST_LABEL).find(['[', ']'])?;
    let after = rest[close..].strip_prefix("]:")?;
    let target = after.split_whitespace().next()?;
    let start = line.len() - after.trim_start().len();
    Some((1..1 + close, start..start + target.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_end_at_a_colon_or_a_mark() {
        for (line, name, rest) in [
            ("**Legend:** x", "Legend", "x"),
            ("Legend: x", "Legend", "x"),
            ("Notes", "Notes", ""),
            ("Notes are good", "Notes are good", ""),
        ] {
            let found = label(line);
            assert_eq!((&line[found.0], found.1), (name, rest));
        }
    }

    #[test]
    fn footnotes_are_numbered_in_three_ways() {
        assert_eq!(footnote("2. a"), Some((2, "a")));
        assert_eq!(footnote("<sup>2</sup> a"), Some((2, "a")));
        assert_eq!(page_footnote("[^2]: a"), Some((2, "a")));
        assert_eq!(footnote("2.5 a"), None);
    }

    #[test]
    fn what_stands_above_the_first_heading_is_told_apart() {
        assert_eq!(before_headings("a\r\nb\n# c\nd"), "a\r\nb\n");
        assert_eq!(before_headings("a"), "a");
    }

    #[test]
    fn a_word_in_emphasis_is_split_off() {
        assert_eq!(emphasised_word("*limit*: a *: b"), Some(("limit", "a *: b")));
        assert_eq!(emphasised_word("limit: a"), None);
    }
}
