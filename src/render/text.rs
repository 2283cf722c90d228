//! Pieces of text with tones, measured and wrapped in terminal columns.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::style::{RESET, Tone};

/// A line or paragraph: pieces in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    spans: Vec<Span>,
}

/// A piece of text of one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) tone: Tone,
    pub(crate) text: Cow<'static, str>,
}

impl Text {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Text::default()
    }

    /// One piece of a tone.
    pub(crate) fn of(tone: Tone, text: impl Into<Cow<'static, str>>) -> Self {
        Text::new().with(tone, text)
    }

    /// One piece of running text.
    pub(crate) fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        Text::of(Tone::Plain, text)
    }

    /// The same with a further piece.
    pub(crate) fn with(mut self, tone: Tone, text: impl Into<Cow<'static, str>>) -> Self {
        self.push(tone, text);
        self
    }

    /// The same with further running text.
    pub(crate) fn and(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with(Tone::Plain, text)
    }

    /// The same with another text after it.
    pub(crate) fn joined(mut self, other: &Text) -> Self {
        self.spans.extend_from_slice(&other.spans);
        self
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, tone: Tone, text: impl Into<Cow<'static, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push(Span { tone, text: clean(text) });
        }
    }

    /// Adds everything of another text.
    pub(crate) fn append(&mut self, other: Text) {
        self.spans.extend(other.spans);
    }

    /// The pieces.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The terminal columns that it takes on one line.
    pub(crate) fn width(&self) -> usize {
        self.spans.iter().map(|span| columns(&span.text)).sum()
    }

    /// Texts with a separator between them.
    pub(crate) fn join(parts: impl IntoIterator<Item = Text>, separator: &'static str) -> Text {
        let mut joined = Text::new();
        for part in parts {
            if !joined.is_empty() {
                joined.push(Tone::Plain, separator);
            }
            joined.append(part);
        }
        joined
    }

    /// Writes the text, in colour where asked.
    pub(crate) fn write(&self, out: &mut String, color: bool) {
        for span in &self.spans {
            let code = if color { span.tone.code() } else { "" };
            out.push_str(code);
            out.push_str(&span.text);
            if !code.is_empty() {
                out.push_str(RESET);
            }
        }
    }

    /// The text as lines of at most `width` columns, broken at spaces. A word that is wider stays
    /// whole, so that paths and ids can be copied.
    pub(crate) fn wrap(&self, width: usize) -> Vec<Text> {
        if self.width() <= width {
            return vec![self.clone()];
        }
        let mut lines = Lines { width, done: Vec::new(), line: Text::new(), used: 0 };
        for word in self.words() {
            lines.add(word);
        }
        lines.done.push(lines.line);
        lines.done
    }

    /// The words, each with the pieces that touch without a space, and whether a space precedes.
    fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut space = true;
        for span in &self.spans {
            for (i, part) in span.text.split(' ').enumerate() {
                space |= i > 0;
                if part.is_empty() {
                    continue;
                }
                if space || words.is_empty() {
                    words.push(Word::default());
                    space = false;
                }
                if let Some(word) = words.last_mut() {
                    word.add(span.tone, part);
                }
            }
        }
        words
    }
}

/// Letters without a space between them, and their columns.
#[derive(Default)]
struct Word {
    text: Text,
    width: usize,
}

impl Word {
    fn add(&mut self, tone: Tone, part: &str) {
        self.width += columns(part);
        self.text.push(tone, part.to_owned());
    }
}

/// Lines in the making.
struct Lines {
    width: usize,
    done: Vec<Text>,
    line: Text,
    used: usize,
}

impl Lines {
    fn add(&mut self, word: Word) {
        let gap = usize::from(!self.line.is_empty());
        if gap > 0 && self.used + gap + word.width > self.width {
            self.done.push(std::mem::take(&mut self.line));
            self.used = 0;
        } else if gap > 0 {
            let tone = shared_tone(&self.line, &word.text);
            self.line.push(tone, " ");
            self.used += gap;
        }
        self.used += word.width;
        self.line.append(word.text);
    }
}

/// The tone of the space between two texts: theirs where they agree.
fn shared_tone(left: &Text, right: &Text) -> Tone {
    match (left.spans.last(), right.spans.first()) {
        (Some(a), Some(b)) if a.tone == b.tone => a.tone,
        _ => Tone::Plain,
    }
}

/// The terminal columns of a text. Most text is ASCII, where bytes are columns.
fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Replaces what could move the cursor or reorder a line; a published page may hold anything.
pub(crate) fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    let suspicious = |byte: u8| !(0x20..0x7f).contains(&byte);
    if text.bytes().any(suspicious) && text.chars().any(is_unsafe) {
        Cow::Owned(text.chars().map(safe).collect())
    } else {
        text
    }
}

/// The character, or what stands in its place where it could do harm.
pub(crate) fn safe(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    }
}

/// Control characters and marks that change the direction of text.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(lines: &[Text]) -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                let mut out = String::new();
                line.write(&mut out, false);
                out
            })
            .collect()
    }

    #[test]
    fn wraps_at_spaces_and_keeps_long_words_whole() {
        let text = Text::plain("one two ").with(Tone::Name, "docs/a-very-long-path.md").and(" end");
        assert_eq!(plain(&text.wrap(10)), ["one two", "docs/a-very-long-path.md", "end"]);
    }

    #[test]
    fn pieces_that_touch_stay_together() {
        let text = Text::plain("(").with(Tone::Name, "lora").and("), aaaa");
        assert_eq!(plain(&text.wrap(8)), ["(lora),", "aaaa"]);
    }

    #[test]
    fn emoji_are_two_columns_wide() {
        assert_eq!(Text::plain("✅ 🚧 —").width(), 7);
    }

    #[test]
    fn escape_sequences_and_direction_marks_are_defused() {
        let text = Text::plain("a\x1b[2Jb\u{202e}c\nd");
        assert_eq!(plain(&[text]), ["a\u{fffd}[2Jb\u{fffd}c d"]);
    }
}
