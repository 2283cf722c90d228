//! A stretch of Markdown in; its text without markup, its footnote numbers and its link out.

use std::ops::Range;

use super::definitions::Definitions;
use super::tokens::{
    attribute, closing_bracket, closing_parenthesis, entity, find_within, image, is_text_tag,
    link_address, superscript,
};
use crate::load::text::is_invisible;

/// The deepest nesting of link texts: reading them calls itself.
const DEEPEST: usize = 3;
/// The most openings without an end that are looked into; each costs a search, so after that many
/// all else is taken as it stands.
const MOST_MISSES: usize = 50;

/// The text of a cell, a name or a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::load::page) struct Inline {
    /// The text that a reader sees, with single blanks, without footnote numbers.
    pub(in crate::load::page) text: String,
    /// The footnotes that it refers to.
    pub(in crate::load::page) footnotes: Vec<u32>,
    /// The names of the footnotes that it refers to by name.
    pub(in crate::load::page) markers: Vec<String>,
    /// The parts of the text that are raised.
    pub(in crate::load::page) raised: Vec<Range<usize>>,
    /// The explanations of its first abbreviation, as in `<abbr title="why">✗</abbr>`.
    pub(in crate::load::page) titles: Vec<String>,
    /// The target of its link; of several, of the one called "Source".
    pub(in crate::load::page) link: Option<String>,
    /// Labels of links that the page does not define.
    pub(in crate::load::page) unresolved: Vec<String>,
    /// Whether it shows something that is no text: an image, an icon, a component.
    pub(in crate::load::page) pictured: bool,
    named_source: bool,
}

/// Reads Markdown, looking link labels up in `definitions`, which are ranges of `page`.
pub(in crate::load::page) fn inline(
    markdown: &str,
    page: &str,
    definitions: &Definitions,
) -> Inline {
    let mut reader = InlineReader {
        page,
        definitions,
        found: Inline::default(),
        raised_from: None,
        depth: 0,
        misses: 0,
    };
    reader.read(markdown);
    let kept = reader.found.text.trim_end().len();
    reader.found.text.truncate(kept);
    reader.found
}

struct InlineReader<'a> {
    page: &'a str,
    definitions: &'a Definitions,
    found: Inline,
    /// Where the text begins that stands higher, while it is read.
    raised_from: Option<usize>,
    depth: usize,
    misses: usize,
}

impl InlineReader<'_> {
    fn read(&mut self, markdown: &str) {
        let mut at = 0;
        while let Some(c) = markdown[at..].chars().next() {
            let rest = &markdown[at..];
            let taken = match c {
                '\\' => self.escaped(rest),
                '`' | '<' | '[' if self.misses > MOST_MISSES => self.literal(c),
                '`' => self.code(rest),
                '<' => self.tag(rest),
                '&' => self.entity(rest),
                '!' if image(rest).is_some() => self.image(rest),
                '[' => self.bracket(rest),
                '*' | '_' => self.emphasis(markdown, at, c),
                '\n' => {
                    self.push(' ');
                    1 + rest[1..].len() - rest[1..].trim_start_matches([' ', '\t', '>']).len()
                }
                _ => {
                    self.push(c);
                    c.len_utf8()
                }
            };
            at += taken;
        }
    }

    /// Adds a character, folding blanks, dropping what has no width, turning superscripts into
    /// footnote numbers.
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            if !self.found.text.is_empty() && !self.found.text.ends_with(' ') {
                self.found.text.push(' ');
            }
        } else if let Some(digit) = superscript(c) {
            self.found.footnotes.push(digit);
        } else if !is_invisible(c) {
            self.found.text.push(c);
        }
    }

    /// Takes an opening character without an end as it stands.
    fn literal(&mut self, c: char) -> usize {
        self.misses += 1;
        self.push(c);
        1
    }

    fn push_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    fn escaped(&mut self, rest: &str) -> usize {
        match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
            Some(c) => {
                self.found.text.push(c);
                2
            }
            None => {
                self.push('\\');
                1
            }
        }
    }

    /// A code span is kept with its backticks.
    fn code(&mut self, rest: &str) -> usize {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let closing = find_within(&rest[ticks..], &rest[..ticks]);
        self.misses += usize::from(closing.is_none());
        let end = closing.map_or(ticks, |i| 2 * ticks + i);
        self.push_all(&rest[..end]);
        end
    }

    /// An image vanishes, with the words that stand for it.
    fn image(&mut self, rest: &str) -> usize {
        self.found.pictured = true;
        image(rest).unwrap_or(1)
    }

    /// Tags vanish but for footnote numbers, line breaks and bare addresses.
    fn tag(&mut self, rest: &str) -> usize {
        let Some(end) = find_within(rest, ">").map(|i| i + 1) else {
            return self.literal('<');
        };
        let name = rest[1..end - 1].trim_end_matches('/').trim().to_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            return self.literal('<');
        }
        if name == "sup" {
            return end + self.superscript(&rest[end..]);
        }
        if name == "/sup" {
            self.lower();
        } else if name.starts_with("abbr ") {
            self.abbreviation(&rest[1..end - 1], &rest[end..]);
        }
        if name == "br" || name.starts_with("br ") {
            self.push(' ');
        } else if name.starts_with("http") {
            self.found.link.get_or_insert_with(|| rest[1..end - 1].to_owned());
        } else if !is_text_tag(&name) {
            self.found.pictured = true;
        }
        end
    }

    /// The inside of `<sup>`: footnote numbers, or text.
    fn superscript(&mut self, rest: &str) -> usize {
        let inside = &rest[..find_within(rest, "<").unwrap_or(0)];
        let numbers: String =
            inside.chars().map(|c| if matches!(c, '[' | ']' | ',') { ' ' } else { c }).collect();
        let numbers: Option<Vec<u32>> =
            numbers.split_whitespace().map(|n| n.parse().ok()).collect();
        match numbers.filter(|numbers| !numbers.is_empty()) {
            Some(numbers) => {
                self.found.footnotes.extend(numbers);
                inside.len()
            }
            None => {
                self.raised_from = Some(self.found.text.len());
                0
            }
        }
    }

    /// Ends what stands higher than the text around it.
    fn lower(&mut self) {
        let end = self.found.text.trim_end().len();
        if let Some(start) = self.raised_from.take().filter(|&start| start < end) {
            self.found.raised.push(start..end);
        }
    }

    /// Keeps the title of an abbreviation that is a mark, or that stands after one.
    fn abbreviation(&mut self, tag: &str, rest: &str) {
        let inside = &rest[..find_within(rest, "<").unwrap_or(0)];
        let first = self.found.text.trim().is_empty();
        if (first || !inside.contains(char::is_alphanumeric))
            && let Some(title) = attribute(tag, "title=")
        {
            self.found.titles.push(title.to_owned());
        }
    }

    fn entity(&mut self, rest: &str) -> usize {
        let decoded = rest
            .char_indices()
            .take(12)
            .find(|(_, c)| *c == ';')
            .and_then(|(i, _)| Some((i, entity(&rest[1..i])?)));
        match decoded {
            Some((i, c)) => {
                self.push(c);
                i + 1
            }
            None => {
                self.push('&');
                1
            }
        }
    }

    /// A link of any form, or a footnote reference.
    fn bracket(&mut self, rest: &str) -> usize {
        let Some(close) = closing_bracket(rest) else {
            return self.literal('[');
        };
        let inside = &rest[1..close];
        let after = &rest[close + 1..];
        if let Some(number) = inside.strip_prefix('^').and_then(|n| n.parse().ok()) {
            self.found.footnotes.push(number);
            return close + 1;
        }
        if let Some(name) = inside.strip_prefix('^').filter(|n| self.definitions.has_footnote(n)) {
            self.found.markers.push(name.to_lowercase());
            return close + 1;
        }
        let (target, taken) = match after.chars().next() {
            Some('(') => match closing_parenthesis(after) {
                Some(end) => (link_address(&after[1..end]), end + 1),
                None => (None, 0),
            },
            Some('[') => match find_within(after, "]") {
                Some(end) if end > 1 => (self.defined(&after[1..end], true), end + 1),
                Some(end) => (self.defined(inside, true), end + 1),
                None => (None, 0),
            },
            _ => (self.defined(inside, false), 0),
        };
        if target.is_none() && taken == 0 {
            return self.literal('[');
        }
        close + 1 + taken + self.link(inside, target, &after[taken..])
    }

    /// Adds a link; returns how much of the text after it belongs to it. A "(Source)" in
    /// parentheses leaves no text.
    fn link(&mut self, inside: &str, target: Option<String>, after: &str) -> usize {
        let source = inside.trim().eq_ignore_ascii_case("source");
        if let Some(target) = target
            && (self.found.link.is_none() || (source && !self.found.named_source))
        {
            self.found.link = Some(target);
            self.found.named_source = source;
        }
        if source && self.found.text.ends_with('(') && after.starts_with(')') {
            self.found.text.pop();
            return 1;
        }
        if self.depth < DEEPEST {
            self.depth += 1;
            self.read(inside);
            self.depth -= 1;
        } else {
            self.push_all(inside);
        }
        0
    }

    /// The target that the page defines for a label.
    fn defined(&mut self, label: &str, needed: bool) -> Option<String> {
        let found = self.definitions.target(label).map(|at| self.page[at.clone()].to_owned());
        if found.is_none() && needed {
            self.found.unresolved.push(label.to_owned());
        }
        found
    }

    /// Emphasis marks vanish unless they stand free or inside a word.
    fn emphasis(&mut self, markdown: &str, at: usize, mark: char) -> usize {
        let run = markdown[at..].len() - markdown[at..].trim_start_matches(mark).len();
        let before = markdown[..at].chars().next_back();
        let after = markdown[at + run..].chars().next();
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let free = blank(before) && blank(after);
        let inside = word(before) && word(after) && (mark == '_' || run == 1);
        if free || inside {
            self.push_all(&markdown[at..at + run]);
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markdown: &str) -> Inline {
        let page = "docs/x.md";
        let mut definitions = Definitions::default();
        definitions.define("doc", 0..9);
        inline(markdown, page, &definitions)
    }

    #[test]
    fn markup_vanishes() {
        assert_eq!(read("**[A *b*](u)** `c_d` e_f \\| &amp; <br/>g").text, "A b `c_d` e_f | & g");
        assert_eq!(read("a\n>    b").text, "a b");
        assert_eq!(read("2 * 3 < 4 [x").text, "2 * 3 < 4 [x");
    }

    #[test]
    fn footnotes_are_found_in_every_form() {
        for form in ["✅<sup>1</sup><sup>12</sup>", "✅<sup>1, 12</sup>", "✅[^1][^12]"] {
            let read = read(form);
            assert_eq!((read.text.as_str(), read.footnotes), ("✅", vec![1, 12]), "{form}");
        }
        assert_eq!(read("✅²").footnotes, [2]);
    }

    #[test]
    fn sources_are_resolved() {
        assert_eq!(read("A. ([Source][doc])").text, "A.");
        assert_eq!(read("A. ([Source][Doc])").link.as_deref(), Some("docs/x.md"));
        assert_eq!(read("[B](b \"t\") ([Source](s(1)))").link.as_deref(), Some("s(1)"));
        assert_eq!(read("[B][no]").unresolved, ["no"]);
    }
}
