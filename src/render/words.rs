//! The wording of levels, terms, targets and numbers, the same in every answer.

use std::borrow::Cow;
use std::path::Path;

use crate::matrix::{Level, NoteKind, Platform, Recorded, Release, Term};

use crate::plan::{INTERRUPTED, Notice, ShownNote};

use super::page::style::Tone;
use super::page::text::{Text, is_unsafe};

/// The mark of a level: the page's where it prints one, and ✗ where that is a blank.
pub(crate) const fn mark(level: Level) -> &'static str {
    match level {
        Level::Unsupported => "✗",
        level => level.mark(),
    }
}

/// The tone of a level.
pub(crate) const fn tone(level: Level) -> Tone {
    match level {
        Level::Supported => Tone::Good,
        Level::Experimental => Tone::Fair,
        Level::Undocumented | Level::NotApplicable => Tone::Unsure,
        Level::Unsupported => Tone::Bad,
    }
}

/// The meaning of a level, where its id does not say it.
pub(crate) const fn meaning(level: Level) -> &'static str {
    match level {
        Level::Supported => "works",
        Level::Experimental => "in progress, experimental or limited",
        Level::Undocumented => "the matrix says nothing about it",
        Level::NotApplicable => "the matrix makes no claim about it",
        Level::Unsupported => "does not work",
    }
}

/// An id that a user could type.
pub(crate) fn id(id: &str) -> Text {
    Text::of(Tone::Name, id)
}

/// A level for a column, where the ids of all levels start at one column.
pub(crate) fn level_in_column(level: Level) -> Text {
    let gap = if matches!(level, Level::Supported | Level::Experimental) { " " } else { "  " };
    Text::of(tone(level), mark(level)).more(gap).more(level.id())
}

/// Phrases, each added to what a text says already.
impl Text {
    /// An id that a user could type.
    pub(crate) fn id(self, id: &str) -> Self {
        self.with(Tone::Name, id)
    }

    /// Ids with commas, and a word before the last: `sglang, trtllm or vllm`.
    pub(crate) fn listed<T: AsRef<str>>(mut self, ids: &[T], last: &str) -> Self {
        for (i, id) in ids.iter().enumerate() {
            let separator = match i {
                0 => "",
                _ if i + 1 == ids.len() => last,
                _ => ", ",
            };
            self.push(Tone::Plain, separator);
            self.push(Tone::Name, id.as_ref());
        }
        self
    }

    /// A level as its mark and its id, so that neither colour nor glyph is needed to read it.
    pub(crate) fn level(self, level: Level) -> Self {
        self.with(tone(level), mark(level)).more(" ").more(level.id())
    }

    /// Terms that hold together: `lora + multimodal`, `sla-based-planner without
    /// disaggregated-serving`.
    pub(crate) fn together(self, terms: &[Term]) -> Self {
        let on = || terms.iter().filter(|term| !term.is_negated());
        let off = || terms.iter().filter(|term| term.is_negated());
        let text = self.each(on(), " + ", Text::term);
        if off().next().is_none() {
            return text;
        }
        let without = if on().next().is_none() { "without " } else { " without " };
        text.and(without).each(off(), " or ", Text::term)
    }

    /// One term without its sign; options and facts as words: `pattern E/P/D`.
    fn term(self, term: &Term) -> Self {
        match term.id().split_once('=') {
            Some((key, value)) => self.and(key).and(" ").id(value),
            None => self.id(term.id()),
        }
    }

    /// One term with a word for its sign: `with lora`, `without lora`.
    pub(crate) fn signed(self, term: &Term) -> Self {
        self.and(if term.is_negated() { "without " } else { "with " }).term(term)
    }

    /// A number with its noun: `1 plan`, `3 plans`.
    pub(crate) fn count(self, number: usize, noun: &str) -> Self {
        self.and(&number.to_string()).and(" ").and(noun).and(plural(number))
    }

    /// A backend, with the release where there are several.
    pub(crate) fn target(self, backend: &str, of: Option<&Release>, several: bool) -> Self {
        let text = self.id(backend);
        if several { text.and(" ").and(release(of)) } else { text }
    }

    /// Adds where something was read, in one or several documents, each a link where its address is
    /// known: ` (docs/page.md)`.
    pub(crate) fn sources<S: AsRef<str>>(self, sources: &[S], urls: &[Option<String>]) -> Self {
        self.first_sources(sources.len(), sources, urls)
    }

    /// The same with this many of them at most, and how many more there are.
    pub(crate) fn first_sources<S: AsRef<str>>(
        self,
        most: usize,
        sources: &[S],
        urls: &[Option<String>],
    ) -> Self {
        let mut text = self;
        for (i, source) in sources.iter().take(most).enumerate() {
            let address = urls.get(i).and_then(Option::as_deref);
            text = text.with(Tone::Faint, if i == 0 { " (" } else { ", " });
            text = text.linked(Tone::Faint, source.as_ref(), address);
        }
        if sources.len() > most {
            text = text.with(Tone::Faint, &format!(", {} more", sources.len() - most));
        }
        if sources.is_empty() { text } else { text.with(Tone::Faint, ")") }
    }

    /// A CUDA toolkit with the least driver: `12.9 (575)`.
    pub(crate) fn platform(self, platform: &Platform) -> Self {
        let driver = platform.min_driver.to_string();
        let text = self.and(&platform.cuda).and(" (").and(&driver).and(")");
        if platform.experimental { text.with(Tone::Fair, " experimental") } else { text }
    }
}

/// Names with commas, and a word before the last: `sglang, trtllm and vllm`.
pub(crate) fn names(names: &[&str], last: &str) -> String {
    Text::new().listed(names, last).as_str().to_owned()
}

/// A number with its noun: `1 plan`, `3 plans`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    number.to_string() + " " + noun + plural(number)
}

/// The ending of a noun for a number of things.
const fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// A release's label, or words for a model that names none.
pub(crate) fn release(release: Option<&Release>) -> &str {
    release.map_or("no release", Release::as_str)
}

/// What ended a search before it had found everything, as the start of a sentence.
pub(crate) fn ended(notices: &[Notice]) -> &'static str {
    match notices.iter().any(|notice| notice.code == INTERRUPTED) {
        true => "Interrupted",
        false => "The time ran out",
    }
}

/// Some releases in a row, or one: `1.2.0-1.5.1`.
pub(crate) fn releases(first: Option<&Release>, last: Option<&Release>) -> String {
    match first == last {
        true => release(first).to_owned(),
        false => format!("{}-{}", release(first), release(last)),
    }
}

/// The word for a note's kind.
pub(crate) const fn kind(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Requirement => "requirement",
        NoteKind::Limit => "limit",
        NoteKind::KnownIssue => "known issue",
        NoteKind::Deprecated => "deprecated",
        NoteKind::Disputed => "disputed",
        NoteKind::Info => "note",
    }
}

/// A note's text with what it is only for, what helps, and the release that fixes it.
pub(crate) fn with_help(text: Text, note: &ShownNote) -> Text {
    let facts: Vec<&str> = note.when.iter().filter_map(Term::fact).collect();
    let only_for = match &facts[..] {
        [] => text,
        facts => text.and(" (only for ").listed(facts, " and ").and(")"),
    };
    with_workaround(only_for, note.workaround.as_ref(), note.fixed_in.as_ref())
}

/// A text with what helps and the release that fixes it.
pub(crate) fn with_workaround(
    text: Text,
    workaround: Option<&String>,
    fixed_in: Option<&String>,
) -> Text {
    let helped = match workaround {
        Some(workaround) => text.and(" Workaround: ").and(workaround),
        None => text,
    };
    match fixed_in {
        Some(release) => helped.and(" Fixed in ").id(release).and("."),
        None => helped,
    }
}

/// How completely known issues are recorded: `all`, `2 of 12`, `none`.
pub(crate) fn recorded(recorded: Option<&Recorded>) -> Text {
    match recorded.map(|recorded| recorded.part) {
        None => Text::plain("not said"),
        Some(None) => Text::of(Tone::Good, "all"),
        Some(Some((0, None))) => Text::of(Tone::Unsure, "none"),
        Some(Some((0, Some(of)))) => Text::of(Tone::Unsure, &format!("none of {of}")),
        Some(Some((read, None))) => Text::of(Tone::Unsure, &format!("{read}, not all")),
        Some(Some((read, Some(of)))) => Text::of(Tone::Unsure, &format!("{read} of {of}")),
    }
}

/// A word for the command line, quoted where a shell would change it.
#[must_use]
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./,=:+@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        Cow::Borrowed(word)
    } else if word.contains(is_unsafe) {
        Cow::Owned(escaped(word.as_bytes()))
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// A file name for the command line: never taken for a flag, and quoted where a shell would change
/// it. `-` stays what it is, the standard input.
#[must_use]
pub fn shell_path(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_like_a_flag = bytes.starts_with(b"-") && bytes != b"-";
    let path = if is_like_a_flag { Cow::Owned(Path::new(".").join(path)) } else { path.into() };
    match path.to_str() {
        Some(text) => shell_word(text).into_owned(),
        None => escaped(path.as_os_str().as_encoded_bytes()),
    }
}

/// Bytes in the quotes of bash and zsh that know escapes: `$'a\nb'`. What would break the line,
/// steer the terminal or is not UTF-8 is escaped byte by byte.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::from("$'");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str(r"\n"),
                '\'' | '\\' => out.extend(['\\', c]),
                c if is_unsafe(c) => escape(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => out.push(c),
            }
        }
        escape(&mut out, chunk.invalid());
    }
    out.push('\'');
    out
}

fn escape(out: &mut String, bytes: &[u8]) {
    out.extend(bytes.iter().map(|byte| format!("\\x{byte:02x}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Style;

    fn read(text: &Text) -> String {
        let mut out = String::new();
        text.write(&mut out, &Style::PLAIN);
        out
    }

    #[test]
    fn terms_read_as_words() {
        let terms = ["!disaggregated-serving", "pattern=EP/D", "sla-based-planner"].map(Term::from);
        assert_eq!(
            read(&Text::new().together(&terms)),
            "pattern EP/D + sla-based-planner without disaggregated-serving"
        );
        assert_eq!(read(&Text::new().together(&terms[..1])), "without disaggregated-serving");
    }

    #[test]
    fn names_have_commas_and_a_word_before_the_last() {
        assert_eq!(names(&["sglang", "trtllm", "vllm"], " and "), "sglang, trtllm and vllm");
        assert_eq!(names(&["vllm"], " and "), "vllm");
    }

    #[test]
    fn levels_align_by_their_words() {
        for level_of in Level::ALL {
            let width = level_in_column(level_of).width() - level_of.id().len();
            assert_eq!(width, 3, "{level_of}");
        }
    }

    #[test]
    fn words_for_a_shell_are_quoted_where_needed() {
        assert_eq!(shell_word("kv-routing=3,lora"), "kv-routing=3,lora");
        assert_eq!(shell_word(">=1.0, <1.3"), "'>=1.0, <1.3'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word("it's\n\u{202e}"), r"$'it\'s\n\xe2\x80\xae'");
    }

    #[test]
    fn file_names_for_a_shell_are_no_flags() {
        assert_eq!(shell_path(Path::new("a/-b.md")), "a/-b.md");
        assert_eq!(shell_path(Path::new("-b.md")), "./-b.md");
        assert_eq!(shell_path(Path::new("-")), "-");
    }

    #[cfg(unix)]
    #[test]
    fn file_names_that_are_not_utf_8_are_escaped() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"-\xff.md");
        assert_eq!(shell_path(Path::new(name)), r"$'./-\xff.md'");
    }
}
