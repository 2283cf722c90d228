//! Where each byte of a YAML text stands in the file: quotes, escapes, indentation and folding are undone in
//! step with the text.

use super::yaml::YamlStyle;

/// The byte of the source that each byte of a text is from. Where the two do not run in step, all are from the
/// beginning of the text.
pub(super) fn of(source: &str, start: usize, text: &str, style: YamlStyle) -> Vec<u32> {
    let begin = match style {
        YamlStyle::Single | YamlStyle::Double => start + 1,
        // A block is said to start where its text does, not at its mark.
        YamlStyle::Plain | YamlStyle::Literal | YamlStyle::Folded => start,
    };
    let mut cursor = Cursor { source, at: begin, style };
    let mut places = Vec::with_capacity(text.len());
    for c in text.chars() {
        let Some(at) = cursor.step(c) else {
            return vec![number(start); text.len()];
        };
        for byte in 0..c.len_utf8() {
            places.push(number(at + byte.min(cursor.at.saturating_sub(at + 1))));
        }
    }
    places
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A place in the source that moves on with the text.
struct Cursor<'s> {
    source: &'s str,
    at: usize,
    style: YamlStyle,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The place of the next character of the text.
    fn step(&mut self, c: char) -> Option<usize> {
        if c.is_whitespace() {
            return Some(self.blank(c));
        }
        self.skip_blanks();
        let (at, rest) = (self.at, self.rest());
        if self.style == YamlStyle::Double && rest.starts_with('\\') {
            self.at += escape_length(rest);
            return Some(at);
        }
        if self.style == YamlStyle::Single && rest.starts_with("''") {
            self.at += 2;
            return (c == '\'').then_some(at);
        }
        let is_same = rest.starts_with(c);
        self.at += c.len_utf8();
        is_same.then_some(at)
    }

    /// A blank of the text may be folded out of a line break or written as an escape.
    fn blank(&mut self, c: char) -> usize {
        let at = self.at;
        let is_escape = self.style == YamlStyle::Double && self.rest().starts_with('\\');
        if is_escape && !self.rest().starts_with("\\\n") && !self.rest().starts_with("\\\r") {
            self.at += escape_length(self.rest());
        } else if self.rest().starts_with(c) {
            self.at += c.len_utf8();
        }
        at
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let rest = self.rest();
            let continued = rest.starts_with("\\\n") || rest.starts_with("\\\r\n");
            if self.style != YamlStyle::Double || !continued {
                return;
            }
            self.at += 1;
        }
    }
}

/// The length of the escape that a text begins with.
fn escape_length(text: &str) -> usize {
    let mut chars = text.chars().skip(1);
    let digits = match chars.next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) => return 1 + c.len_utf8(),
        None => return 1,
    };
    (2 + digits).min(text.len())
}
