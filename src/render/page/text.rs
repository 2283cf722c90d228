//! Pieces of text with tones, measured and wrapped in terminal columns.

use std::borrow::Cow;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::style::{Look, RESET, Style, Tone};
use crate::load::bidi::is_bidi_control;

/// The bytes that a text has room for at first: most texts are a cell of a table.
const CELL: usize = 64;

/// Starts the address of a link (OSC 8); before its end, an empty one ends the link.
const LINK: &str = "\x1b]8;;";

/// Ends the address of a link.
const LINK_END: &str = "\x1b\\";

/// A line or paragraph: pieces in reading order.
///
/// All letters are in one string, so that texts are built, joined and written by copying bytes.
/// They are made sanitized and measured as they come in, and never again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    letters: String,
    /// The look and the end of each piece but the last.
    closed: Vec<(Look, usize)>,
    /// The look of the last piece.
    look: Look,
    width: usize,
}

impl Text {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Text::default()
    }

    /// One piece of a tone.
    pub(crate) fn of(tone: Tone, text: &str) -> Self {
        Text::new().with(tone, text)
    }

    /// One piece of running text.
    pub(crate) fn plain(text: &str) -> Self {
        Text::of(Tone::Plain, text)
    }

    /// Adds a further piece.
    pub(crate) fn with(mut self, tone: Tone, text: &str) -> Self {
        self.push(tone, text);
        self
    }

    /// Adds further running text.
    pub(crate) fn and(self, text: &str) -> Self {
        self.with(Tone::Plain, text)
    }

    /// Adds to the last piece.
    pub(crate) fn more(mut self, text: &str) -> Self {
        self.extend(text);
        self
    }

    /// Adds another text.
    pub(crate) fn joined(mut self, other: &Text) -> Self {
        self.append(other);
        self
    }

    /// Puts a word before it; nothing where there is nothing to read.
    pub(crate) fn after(self, word: &str) -> Self {
        if self.is_empty() { self } else { Text::plain(word).joined(&self) }
    }

    /// Adds items, each as `add` reads it, and a separator between them.
    pub(crate) fn each<T>(
        mut self,
        items: impl IntoIterator<Item = T>,
        separator: &str,
        add: impl Fn(Text, T) -> Text,
    ) -> Self {
        for (i, item) in items.into_iter().enumerate() {
            self.push(Tone::Plain, if i > 0 { separator } else { "" });
            self = add(self, item);
        }
        self
    }

    /// Texts with a separator between them; there is nothing to separate where one is empty.
    pub(crate) fn join(parts: impl IntoIterator<Item = Text>, separator: &str) -> Text {
        let mut joined = Text::new();
        for part in parts {
            if joined.is_empty() {
                joined = part;
            } else if !part.is_empty() {
                joined.push(Tone::Plain, separator);
                joined.append(&part);
            }
        }
        joined
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, tone: Tone, text: &str) {
        self.push_as(Look::of(tone), text);
    }

    /// Adds a piece that leads to an address, where there is one.
    pub(crate) fn linked(mut self, tone: Tone, text: &str, address: Option<&str>) -> Self {
        self.push_as(Look { tone, link: address.map(Arc::from) }, text);
        self
    }

    fn push_as(&mut self, look: Look, text: &str) {
        if !text.is_empty() {
            self.open(look);
            self.extend(text);
        }
    }

    /// Adds everything of another text.
    pub(crate) fn append(&mut self, other: &Text) {
        for (look, piece) in other.pieces() {
            self.open(look.clone());
            self.letters.push_str(piece);
        }
        self.width += other.width;
    }

    /// Starts a piece. Running text after running text is one piece with it.
    fn open(&mut self, look: Look) {
        let goes_on = self.look == look && look.runs_on();
        let before = std::mem::replace(&mut self.look, look);
        if !self.is_empty() && !goes_on {
            self.closed.push((before, self.letters.len()));
        }
    }

    /// Adds to the last piece.
    fn extend(&mut self, text: &str) {
        if self.letters.capacity() == 0 {
            self.letters = String::with_capacity(text.len().max(CELL));
        }
        if is_simple(text) {
            self.letters.push_str(text);
            self.width += text.len();
        } else {
            let text = sanitize(text);
            self.letters.push_str(&text);
            self.width += text.width();
        }
    }

    /// The pieces, none of them empty.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&Look, &str)> {
        let mut rest = 0;
        let closed = self.closed.iter().map(|(look, end)| (look, *end));
        let last = (!self.is_empty()).then_some((&self.look, self.letters.len()));
        closed.chain(last).map(move |(look, end)| {
            let start = std::mem::replace(&mut rest, end);
            (look, &self.letters[start..end])
        })
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// The terminal columns that it takes on one line.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The columns of the widest word or name.
    pub(crate) fn narrowest(&self) -> usize {
        self.wrap(1).iter().map(Text::width).max().unwrap_or(0)
    }

    /// The text without its tones.
    pub(crate) fn as_str(&self) -> &str {
        &self.letters
    }

    /// Writes the text, with colours and links where the style has them.
    pub(crate) fn write(&self, out: &mut String, style: &Style) {
        if !style.color && !style.links {
            return out.push_str(&self.letters);
        }
        // A phrase is of one colour, whatever links are in it.
        let mut open = "";
        for (look, piece) in self.pieces() {
            let code = if style.color { look.tone.code() } else { "" };
            let link = look.link.as_deref().filter(|_| style.links);
            if code != open {
                out.push_str(if open.is_empty() { "" } else { RESET });
                out.push_str(code);
                open = code;
            }
            if let Some(address) = link {
                out.extend([LINK, address, LINK_END]);
            }
            out.push_str(piece);
            if link.is_some() {
                out.extend([LINK, LINK_END]);
            }
        }
        out.push_str(if open.is_empty() { "" } else { RESET });
    }

    /// The text as lines of at most `width` columns, broken at spaces but for those in names. A
    /// word or a name that is wider stays whole, so that paths and commands can be copied.
    pub(crate) fn wrap(&self, width: usize) -> Cow<'_, [Text]> {
        if self.width <= width {
            return Cow::Borrowed(std::slice::from_ref(self));
        }
        let mut lines = Lines { width, done: Vec::new(), line: Text::new() };
        let mut word = Vec::new();
        for (look, piece) in self.pieces() {
            let parts = if look.tone == Tone::Name { 1 } else { usize::MAX };
            for (i, part) in piece.splitn(parts, ' ').enumerate() {
                if i > 0 {
                    lines.add(&word);
                    word.clear();
                }
                if !part.is_empty() {
                    word.push((look, part));
                }
            }
        }
        lines.add(&word);
        lines.done.push(lines.line);
        Cow::Owned(lines.done)
    }
}

/// Lines in the making.
struct Lines {
    width: usize,
    done: Vec<Text>,
    line: Text,
}

impl Lines {
    /// Adds a word: pieces that touch without a space.
    fn add(&mut self, word: &[(&Look, &str)]) {
        let Some(&(look, _)) = word.first() else { return };
        let wide: usize = word.iter().map(|(_, part)| columns(part)).sum();
        if !self.line.is_empty() {
            if self.line.width + 1 + wide > self.width {
                self.done.push(std::mem::take(&mut self.line));
            } else {
                // The space looks like its neighbours where they agree, so that a phrase is one piece.
                let agree = self.line.look == *look && look.runs_on();
                let tone = if self.line.look.tone == look.tone { look.tone } else { Tone::Plain };
                let space = if agree { look.clone() } else { Look::of(tone) };
                self.line.push_as(space, " ");
            }
        }
        word.iter().for_each(|&(look, part)| self.line.push_as(look.clone(), part));
    }
}

/// The terminal columns of a text. Most text is ASCII, where bytes are columns.
fn columns(text: &str) -> usize {
    if is_simple(text) { text.len() } else { text.width() }
}

/// Whether every byte is a letter or sign that takes a column. Each byte is looked at, as that is
/// quicker than to stop at the first that is not.
fn is_simple(text: &str) -> bool {
    text.bytes().fold(true, |simple, byte| simple & (0x20..0x7f).contains(&byte))
}

/// Replaces what could move the cursor or reorder a line; a published page may hold anything.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if !is_simple(text) && text.chars().any(is_unsafe) {
        Cow::Owned(text.chars().map(sanitize_char).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The character, or what stands in its place where it could do harm.
pub(crate) fn sanitize_char(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    }
}

/// Control characters and marks that change the direction of text.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control() || is_bidi_control(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(lines: &[Text]) -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                let mut out = String::new();
                line.write(&mut out, &Style::PLAIN);
                out
            })
            .collect()
    }

    #[test]
    fn wraps_at_spaces_and_keeps_long_words_whole() {
        let text = Text::plain("one two ").id("docs/a-very-long-path.md").and(" end");
        assert_eq!(plain(&text.wrap(10)), ["one two", "docs/a-very-long-path.md", "end"]);
    }

    #[test]
    fn pieces_that_touch_stay_together() {
        let text = Text::plain("(").id("lora").and("), aaaa");
        assert_eq!(plain(&text.wrap(8)), ["(lora),", "aaaa"]);
    }

    #[test]
    fn pieces_keep_their_tones_and_running_text_runs_on() {
        let text = Text::plain("a").and(" b ").id("lora").id("x").more("-y").and("");
        let pieces: Vec<(Tone, &str)> =
            text.pieces().map(|(look, text)| (look.tone, text)).collect();
        let [name, plain] = [Tone::Name, Tone::Plain];
        assert_eq!(pieces, [(plain, "a b "), (name, "lora"), (name, "x-y")]);
        assert_eq!(Text::new().joined(&text), text);
        assert_eq!(Text::new().pieces().count(), 0);
    }

    #[test]
    fn a_link_leads_from_each_of_its_lines() {
        let text = Text::plain("see ").linked(Tone::Faint, "my page", Some("https://a.b/c"));
        let style = Style { links: true, ..Style::PLAIN };
        let mut out = String::new();
        text.wrap(6).iter().for_each(|line| line.write(&mut out, &style));
        let link = |text: &str| format!("\x1b]8;;https://a.b/c\x1b\\{text}\x1b]8;;\x1b\\");
        assert_eq!(out, format!("see {}{}", link("my"), link("page")));
        assert_eq!(plain(&[text]), ["see my page"]);
    }

    #[test]
    fn a_phrase_is_coloured_as_one_however_it_wraps() {
        let style = Style { color: true, links: false, width: None };
        let bold = Text::of(Tone::Strong, "one two three four");
        let mut out = String::new();
        bold.wrap(9).iter().for_each(|line| line.write(&mut out, &style));
        assert_eq!(out, "\x1b[1mone two\x1b[0m\x1b[1mthree\x1b[0m\x1b[1mfour\x1b[0m");
        let source = Text::plain("x").with(Tone::Faint, " (").linked(Tone::Faint, "a b", Some("u"));
        out.clear();
        source.with(Tone::Faint, ")").write(&mut out, &style);
        assert_eq!(out, "x\x1b[2m (a b)\x1b[0m");
    }

    #[test]
    fn a_word_goes_before_something_only() {
        let parts = ["", "a", "", "b", ""].map(Text::plain);
        assert_eq!(Text::join(parts, " ").as_str(), "a b");
        assert!(Text::new().after("without ").is_empty());
        assert_eq!(Text::new().id("lora").after("without ").as_str(), "without lora");
        let listed = Text::plain("on ").each(["a", "b"], ", ", Text::id);
        assert_eq!((listed.as_str(), listed.width()), ("on a, b", 7));
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
