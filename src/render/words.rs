//! How levels, terms, places and numbers read, the same in every answer.

use crate::matrix::{Level, NoteKind, Platform, Release, Term};

use super::style::Tone;
use super::text::Text;

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

/// A level as its mark and its id, so that neither colour nor glyph is needed to read it.
pub(crate) fn level(level: Level) -> Text {
    Text::of(tone(level), format!("{} {level}", mark(level)))
}

/// The same for a column, where the ids of all levels start at one place.
pub(crate) fn level_in_column(level: Level) -> Text {
    let mark = mark(level);
    let gap = if matches!(level, Level::Supported | Level::Experimental) { " " } else { "  " };
    Text::of(tone(level), format!("{mark}{gap}{level}"))
}

/// What a level means, where its id does not say it.
pub(crate) const fn meaning(level: Level) -> &'static str {
    match level {
        Level::Supported => "works",
        Level::Experimental => "in progress, experimental or limited",
        Level::Undocumented => "the matrix says nothing about it",
        Level::NotApplicable => "the matrix makes no claim about it",
        Level::Unsupported => "does not work",
    }
}

/// Terms that hold together: `lora + multimodal`, `sla-based-planner without
/// disaggregated-serving`.
pub(crate) fn together(terms: &[Term]) -> Text {
    let (off, on): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| term.is_negated());
    let mut text = Text::join(on.into_iter().map(term), " + ");
    if !off.is_empty() {
        text.push(Tone::Plain, if text.is_empty() { "without " } else { " without " });
        text.append(Text::join(off.into_iter().map(term), " or "));
    }
    text
}

/// One term without its sign; options and facts as words: `pattern E/P/D`.
fn term(term: &Term) -> Text {
    match term.id().split_once('=') {
        Some((key, value)) => Text::plain(format!("{key} ")).with(Tone::Name, value.to_owned()),
        None => id(term.id()),
    }
}

/// One term with a word for its sign: `with lora`, `without lora`.
pub(crate) fn with(of: &Term) -> Text {
    Text::plain(if of.is_negated() { "without " } else { "with " }).joined(&term(of))
}

/// An id that a user could type.
pub(crate) fn id(id: &str) -> Text {
    Text::of(Tone::Name, id.to_owned())
}

/// Ids with commas, and a word before the last: `sglang, trtllm or vllm`.
pub(crate) fn listed<T: AsRef<str>>(ids: &[T], last: &'static str) -> Text {
    let mut text = Text::new();
    for (i, name) in ids.iter().enumerate() {
        let separator = match i {
            0 => "",
            _ if i + 1 == ids.len() => last,
            _ => ", ",
        };
        text.push(Tone::Plain, separator);
        text.append(id(name.as_ref()));
    }
    text
}

/// A number with its noun: `1 plan`, `3 plans`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", self::noun(number, noun))
}

/// A noun for a number: `plan`, `plans`.
pub(crate) fn noun(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{noun}{s}")
}

/// A release's label, or words for a model that names none.
pub(crate) fn release(release: Option<&Release>) -> String {
    release.map_or_else(|| "no release".to_owned(), |release| release.as_str().to_owned())
}

/// The word for a note's kind.
pub(crate) const fn kind(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Requirement => "requirement",
        NoteKind::Limit => "limit",
        NoteKind::Info => "note",
    }
}

/// A word for the command line, quoted where a shell would change it.
pub(crate) fn shell(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./,=:+@%".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A CUDA toolkit with the least driver: `12.9 (575)`.
pub(super) fn platform(platform: &Platform) -> Text {
    let text = Text::plain(format!("{} ({})", platform.cuda, platform.min_driver));
    if platform.experimental { text.with(Tone::Fair, " experimental") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &Text) -> String {
        let mut out = String::new();
        text.write(&mut out, false);
        out
    }

    #[test]
    fn terms_read_as_words() {
        let terms = ["!disaggregated-serving", "pattern=EP/D", "sla-based-planner"].map(Term::from);
        assert_eq!(
            read(&together(&terms)),
            "pattern EP/D + sla-based-planner without disaggregated-serving"
        );
        assert_eq!(read(&together(&terms[..1])), "without disaggregated-serving");
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
        assert_eq!(shell("kv-routing=3,lora"), "kv-routing=3,lora");
        assert_eq!(shell(">=1.0, <1.3"), "'>=1.0, <1.3'");
        assert_eq!(shell("it's"), r"'it'\''s'");
    }
}
