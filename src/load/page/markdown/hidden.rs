//! Hides what a reader of a page does not see: front matter, comments and code blocks.
//!
//! In comes the text of a page, out goes the same text with those parts blanked byte for byte, so
//! that every offset still points into the page as it was given.

use std::ops::Range;

use crate::load::text::bounded;

/// The longest code span; a backtick whose partner is farther away is a stray one.
const LONGEST_CODE_SPAN: usize = 2_000;

/// A page without its hidden parts.
pub(in crate::load::page) struct Visible {
    /// The text, as long as the page, with hidden parts blank.
    pub(in crate::load::page) text: String,
    /// The front matter between its `---` lines; empty where there is none.
    pub(in crate::load::page) front_matter: Range<usize>,
    /// Where a comment or a code block opens that never closes, and what it is called.
    pub(in crate::load::page) unclosed: Vec<(Range<usize>, &'static str)>,
}

/// The deepest nesting of directives whose text is shown.
const DEEPEST: usize = 4;

/// Directives of MyST whose text is shown as text. A code block with any other word in braces stays
/// code.
const TEXT_DIRECTIVES: [&str; 11] = [
    "{admonition}",
    "{attention}",
    "{caution}",
    "{hint}",
    "{important}",
    "{note}",
    "{seealso}",
    "{tip}",
    "{warning}",
    "{table}",
    "{list-table}",
];

/// Blanks what a reader does not see.
pub(super) fn visible(text: &str) -> Visible {
    let (front_matter, body) = front_matter(text);
    let mut blanker = Blanker { text, out: String::with_capacity(text.len()), unclosed: vec![] };
    blanker.blank_to(body);
    let mut at = body;
    while at < text.len() {
        at = blanker.block(at, DEEPEST);
    }
    blanker.keep_to(text.len());
    Visible { text: blanker.out, front_matter, unclosed: blanker.unclosed }
}

/// The range of the front matter and the offset at which the page itself begins.
fn front_matter(text: &str) -> (Range<usize>, usize) {
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r', ' ']).len();
    let open = line_end(text, start);
    if text[start..open].trim_end() != "---" {
        return (0..0, 0);
    }
    let mut at = open;
    while at < text.len() {
        let end = line_end(text, at);
        if matches!(text[at..end].trim_end(), "---" | "...") {
            return (open..at, end);
        }
        at = end;
    }
    (0..0, 0)
}

/// The offset after the line that starts at `at`.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}

/// The character and length of the code fence that a line opens or closes with.
fn fence(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start_matches([' ', '\t', '>']);
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let inline = mark == '`' && line[length..].contains('`');
    (length >= 3 && !inline).then_some((mark, length))
}

/// Whether a line closes the fence of so many marks.
fn closes(line: &str, mark: char, length: usize) -> bool {
    let bare = line.trim().trim_start_matches(['>', ' ']).trim_matches(mark).is_empty();
    bare && fence(line).is_some_and(|(m, n)| m == mark && n >= length)
}

/// Whether the fence that a line opens with is that of a directive whose text is shown.
fn opens_text(line: &str) -> bool {
    let name = line.trim_start_matches([' ', '\t', '>', '`', '~']);
    TEXT_DIRECTIVES.iter().any(|directive| name.starts_with(directive))
}

struct Blanker<'a> {
    text: &'a str,
    out: String,
    unclosed: Vec<(Range<usize>, &'static str)>,
}

impl Blanker<'_> {
    fn keep_to(&mut self, end: usize) {
        self.out.push_str(&self.text[self.out.len()..end]);
    }

    fn blank_to(&mut self, end: usize) {
        for &byte in &self.text.as_bytes()[self.out.len()..end] {
            self.out.push(if byte == b'\n' { '\n' } else { ' ' });
        }
    }

    /// Goes over the line at `at`, or the block that it opens; returns where that ends.
    fn block(&mut self, at: usize, depth: usize) -> usize {
        let line = &self.text[at..line_end(self.text, at)];
        match fence(line) {
            Some(fence) if depth > 0 && opens_text(line) => self.directive(at, fence, depth),
            Some(fence) => self.code_block(at, fence),
            None => self.line(at),
        }
    }

    /// Blanks the fences of a directive whose text is shown; returns where it ends. The line that
    /// opens a table written as a list is kept: it tells what the list is.
    fn directive(&mut self, at: usize, (mark, length): (char, usize), depth: usize) -> usize {
        let open = line_end(self.text, at);
        if !self.text[at..open].contains("{list-table}") {
            self.keep_to(at);
            self.blank_to(open);
        }
        let mut end = open;
        while end < self.text.len() {
            let next = line_end(self.text, end);
            if closes(&self.text[end..next], mark, length) {
                self.keep_to(end);
                self.blank_to(next);
                return next;
            }
            end = self.block(end, depth - 1);
        }
        end
    }

    /// Blanks the code block that opens at `at`; returns where it ends.
    fn code_block(&mut self, at: usize, (mark, length): (char, usize)) -> usize {
        self.keep_to(at);
        let open = line_end(self.text, at);
        let mut end = open;
        while end < self.text.len() {
            let line = &self.text[end..line_end(self.text, end)];
            end += line.len();
            if closes(line, mark, length) {
                self.blank_to(end);
                return end;
            }
        }
        self.unclosed.push((at..open, "code block"));
        self.blank_to(end);
        end
    }

    /// Blanks the comments that open in the line at `at`; returns where the next line begins.
    fn line(&mut self, at: usize) -> usize {
        let end = line_end(self.text, at);
        let mut from = at;
        while let Some(found) = self.text[from..end].find(['`', '<', '{']).map(|i| from + i) {
            let rest = &self.text[found..];
            if let Some(closer) = comment(rest) {
                self.keep_to(found);
                from = self.comment_end(found, closer);
                self.blank_to(from);
                if from >= end {
                    return from;
                }
            } else {
                from = found + if rest.starts_with('`') { code_span(rest) } else { 1 };
            }
        }
        end
    }

    /// Finds the end of the comment that opens at `at`.
    fn comment_end(&mut self, at: usize, closer: &str) -> usize {
        let inside = at + closer.len();
        match self.text[inside..].find(closer) {
            Some(i) => inside + i + closer.len(),
            None => {
                self.unclosed.push((at..inside, "comment"));
                self.text.len()
            }
        }
    }
}

/// The characters that close the comment that the text opens with.
fn comment(text: &str) -> Option<&'static str> {
    if text.starts_with("<!--") {
        Some("-->")
    } else if text.starts_with("{/*") {
        Some("*/}")
    } else {
        None
    }
}

/// The length of the code span, or of the stray backticks, that the text opens with.
fn code_span(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let near = bounded(text, LONGEST_CODE_SPAN.max(ticks));
    let line = near.lines().next().unwrap_or("");
    let mut at = ticks;
    while let Some(i) = line.get(at..).and_then(|rest| rest.find('`')) {
        let run = &line[at + i..];
        let length = run.len() - run.trim_start_matches('`').len();
        at += i + length;
        if length == ticks {
            return at;
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let visible = visible(text);
        assert_eq!(visible.text.len(), text.len());
        visible.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_blanked_and_code_spans_are_not() {
        assert_eq!(shown("a <!-- b\nb --> c {/* d */} e"), "a c e");
        assert_eq!(shown("a `<!--` b\nc"), "a `<!--` b c");
        assert_eq!(shown("a ``` b <!-- c --> d"), "a ``` b d");
    }

    #[test]
    fn code_blocks_and_front_matter_are_blanked() {
        assert_eq!(shown("---\ntitle: x\n---\na\n```sh\nb\n```\nc"), "a c");
        assert_eq!(shown("> ~~~\n> b\n> ~~~\n> c"), "> c");
        assert_eq!(&"---\nt: x\n---\n"[visible("---\nt: x\n---\n").front_matter], "t: x\n");
    }

    #[test]
    fn what_never_closes_hides_the_rest_and_is_reported() {
        assert_eq!(shown("a <!-- b\nc"), "a");
        assert_eq!(visible("a {/* b").unclosed, [(2..5, "comment")]);
        assert_eq!(visible("```\nb").unclosed, [(0..4, "code block")]);
    }
}
