//! Cells: Markdown in; a mark or words, a note, footnote numbers and markers out.

use std::ops::Range;

use super::legend::{LegendMarks, Marks, key, marked_key};
use super::markdown::{Definitions, closing_parenthesis, inline};
use super::markers::{self, keep_markers};
use super::words::{self, MarkMeaning, standard};
use crate::matrix::Level;

/// A cell as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CellReading {
    /// What the cell holds.
    pub(super) content: CellContent,
    /// The footnotes that it refers to.
    pub(super) footnotes: Vec<u32>,
    /// The labels of its other markers.
    pub(super) markers: Vec<String>,
    /// Explanations that a reader sees who points at the mark.
    pub(super) titles: Vec<String>,
    /// Link labels that the page does not define.
    pub(super) unresolved: Vec<String>,
}

impl CellReading {
    /// A cell of which nothing can be made.
    pub(super) fn unreadable(text: String) -> Self {
        CellReading {
            content: CellContent::Unreadable(text),
            footnotes: Vec::new(),
            markers: Vec::new(),
            titles: Vec::new(),
            unresolved: Vec::new(),
        }
    }
}

/// The content of a cell besides its footnote numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CellContent {
    /// Nothing.
    Blank,
    /// A known mark.
    Mark {
        /// What it means.
        meaning: MarkMeaning,
        /// The mark as printed.
        printed: String,
        /// What the cell adds to it.
        note: Option<MarkRemark>,
    },
    /// Marks of different meanings.
    Contradictory(String),
    /// Something else.
    Unreadable(String),
}

/// A remark and the document that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarkRemark {
    pub(super) text: String,
    pub(super) source: Option<String>,
}

/// Reads a cell; `is_footnote` says which bare numbers can be footnotes whose tags were lost.
pub(super) fn read(
    markdown: &str,
    page: &str,
    definitions: &Definitions,
    legend: &LegendMarks,
    is_footnote: &dyn Fn(u32) -> bool,
) -> CellReading {
    let marks = &legend.marks;
    let read = inline(&keep_markers(markdown), page, definitions);
    let mut reading = CellReading {
        content: CellContent::Unreadable(markdown.trim().to_owned()),
        footnotes: read.footnotes,
        markers: read.markers,
        titles: Vec::new(),
        unresolved: read.unresolved,
    };
    if read.text.is_empty() && read.pictured {
        return reading;
    }
    let content = |text: &str| match worded(text, read.link.as_deref(), marks, is_footnote) {
        Some((CellContent::Blank, _)) if read.pictured => None,
        found => found,
    };
    let Some(((content, numbers), signs)) = marked(&read.text, &read.raised, marks, &content)
    else {
        reading.content = CellContent::Unreadable(read.text);
        return reading;
    };
    reading.footnotes.extend(numbers);
    reading.markers.extend(signs);
    reading.content = qualify(content, &reading.markers, read.titles, legend, &mut reading.titles);
    reading
}

/// What a text says without the markers in it, and their labels; `content` reads a text without
/// markers.
fn marked(
    text: &str,
    raised: &[Range<usize>],
    marks: &Marks,
    content: &dyn Fn(&str) -> Option<WordedContent>,
) -> Option<(WordedContent, Vec<String>)> {
    let without_markers = |is_mark: &dyn Fn(&str) -> bool| {
        // A sign that the legend explains is a mark where it stands alone.
        let split = markers::split(text, raised, is_mark);
        split.filter(|(bare, _)| !bare.is_empty() || known(text, marks).is_none())
    };
    let is_plain = |found: &CellContent| {
        matches!(found, CellContent::Blank | CellContent::Mark { note: None, .. })
    };
    let alone = |head: &str| phrase(head, None, marks).is_some_and(|found| is_plain(&found));
    if let Some((bare, labels)) = without_markers(&alone) {
        return content(&bare).map(|found| (found, labels));
    }
    if let Some(found) = content(text) {
        return Some((found, Vec::new()));
    }
    // A number before a marker is a footnote only where the text is no remark.
    let numbered = |head: &str| content(head).is_some_and(|(found, _)| is_plain(&found));
    let (bare, labels) = without_markers(&numbered)?;
    content(&bare).map(|found| (found, labels))
}

/// What a text says, and the footnotes whose numbers lost their tags at its end.
type WordedContent = (CellContent, Vec<u32>);

/// The meaning of a mark that stands alone: the page's own, or else the usual one.
fn known(mark: &str, marks: &Marks) -> Option<MarkMeaning> {
    let key = key(mark);
    marks.get(&key).copied().or_else(|| standard(&key))
}

/// Reads a text without markers.
fn worded(
    text: &str,
    link: Option<&str>,
    marks: &Marks,
    is_footnote: &dyn Fn(u32) -> bool,
) -> Option<WordedContent> {
    if let Some(content) = phrase(text, link, marks) {
        return Some((content, Vec::new()));
    }
    let (rest, numbers) = split_numbers(text, is_footnote);
    let content = phrase(rest, link, marks).filter(|_| !numbers.is_empty())?;
    Some((content, numbers))
}

/// The mark as its markers and titles leave it: the page's legend may say that a marker makes it
/// worse, and a title may be the mark in words. All other titles are kept.
fn qualify(
    content: CellContent,
    labels: &[String],
    titles: Vec<String>,
    legend: &LegendMarks,
    kept: &mut Vec<String>,
) -> CellContent {
    let CellContent::Mark { mut meaning, printed, note } = content else { return content };
    for label in labels {
        match with_marker(meaning, &printed, label, legend) {
            Some(marked) => meaning = marked,
            None => return CellContent::Contradictory(format!("{printed}{label}")),
        }
    }
    for title in titles {
        match known(&title, &legend.marks).map(|said| agreed(meaning, said)) {
            Some(Some(both)) => meaning = both,
            Some(None) => return CellContent::Contradictory(format!("{printed} {title}")),
            None => kept.push(title),
        }
    }
    // A marker says that the mark does not hold as it stands, whether or not the page says why.
    let qualified = !labels.is_empty() || !kept.is_empty();
    meaning.caveat |= qualified && meaning.level == Level::Supported;
    CellContent::Mark { meaning, printed, note }
}

/// The meaning of a mark with a marker after it, as the legend has it: for the two together, or for
/// the marker; `None` where what it says of the marker contradicts the mark.
fn with_marker(
    meaning: MarkMeaning,
    printed: &str,
    label: &str,
    LegendMarks { marks, notes }: &LegendMarks,
) -> Option<MarkMeaning> {
    if let Some(both) = marks.get(&marked_key(printed, label)).filter(|_| !printed.is_empty()) {
        return Some(*both);
    }
    let said = marks.get(label).filter(|_| notes.contains_key(label));
    let Some(said) = said else { return Some(meaning) };
    let level = meaning.level.max(said.level);
    (!works(meaning) || works(*said))
        .then_some(MarkMeaning { level, caveat: meaning.caveat || said.caveat })
}

fn works(meaning: MarkMeaning) -> bool {
    matches!(meaning.level, Level::Supported | Level::Experimental)
}

/// The meaning of a mark whose remark is nothing but a qualification, such as `(partial)`.
fn with_remark(mark: MarkMeaning, remark: &str) -> MarkMeaning {
    const MOST_WORDS: usize = 3;
    let is_plain = mark == MarkMeaning { level: Level::Supported, caveat: false };
    let limits =
        |said: MarkMeaning| said.level == Level::Experimental || (works(said) && said.caveat);
    let qualifies = || {
        remark.split_whitespace().count() <= MOST_WORDS
            && words::meaning(remark).is_some_and(limits)
    };
    MarkMeaning { caveat: mark.caveat || (is_plain && qualifies()), ..mark }
}

/// A blank, a known mark, or a known mark and a remark.
fn phrase(text: &str, link: Option<&str>, marks: &Marks) -> Option<CellContent> {
    if text.is_empty() && !marks.contains_key("") {
        return Some(CellContent::Blank);
    }
    let known = |words: &str| known(words, marks);
    if let Some(meaning) = known(text) {
        return Some(CellContent::Mark { meaning, printed: text.to_owned(), note: None });
    }
    let (head, tail) = split(text, |head| known(head).is_some())?;
    let meaning = known(head)?;
    let words = tail.trim_start_matches(['—', '–', '-', ':', ',', ';']).trim();
    if let Some(said) = known(words).or_else(|| known(tail)) {
        let dash =
            key(head) == "—" && !marks.contains_key("—") && words.contains(char::is_alphabetic);
        let meaning = if dash && said.level == Level::Unsupported {
            Some(said)
        } else {
            agreed(meaning, said)
        };
        let printed = text.to_owned();
        return Some(match meaning {
            Some(meaning) => CellContent::Mark { meaning, printed, note: None },
            None => CellContent::Contradictory(printed),
        });
    }
    let mut symbols = words.split_whitespace().filter(|word| is_symbol(word));
    if symbols
        .any(|word| known(word.trim_matches(AROUND)).is_some_and(|m| agreed(meaning, m).is_none()))
    {
        return Some(CellContent::Contradictory(text.to_owned()));
    }
    let note = remark(words, link);
    let meaning = with_remark(meaning, &note.text);
    Some(CellContent::Mark { meaning, printed: head.to_owned(), note: Some(note) })
}

/// Characters that may surround a mark inside a remark.
const AROUND: [char; 10] = ['(', ')', '[', ']', ',', ';', ':', '.', '/', '|'];

/// Whether a word of a remark can be a mark: dashes and exclamation marks are punctuation there.
fn is_symbol(word: &str) -> bool {
    let symbol = word.trim_matches(AROUND);
    !word.is_ascii() && !matches!(symbol, "—" | "–") && !symbol.contains(char::is_alphanumeric)
}

/// Joins the meanings of two marks of one cell: a caveat adds to a level, levels must be the same.
fn agreed(one: MarkMeaning, other: MarkMeaning) -> Option<MarkMeaning> {
    let caveat = |m: MarkMeaning| m == MarkMeaning { level: Level::Supported, caveat: true };
    if one.level == other.level {
        Some(MarkMeaning { level: one.level, caveat: one.caveat || other.caveat })
    } else if caveat(other) && works(one) {
        Some(MarkMeaning { caveat: true, ..one })
    } else if caveat(one) && works(other) {
        Some(MarkMeaning { caveat: true, ..other })
    } else {
        None
    }
}

/// Splits a known mark from what follows it: `Yes — why`, `Supported (why)`, `✅ why`.
fn split(text: &str, known: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    let words = [" (", " — ", " – ", " - ", ": "]
        .iter()
        .filter_map(|separator| text.find(separator))
        .min()
        .map(|at| (text[..at].trim_end(), text[at..].trim()));
    let symbol = || {
        let (head, tail) = text.split_once(' ')?;
        (!head.contains(char::is_alphanumeric)).then(|| (head, tail.trim()))
    };
    words.filter(|(head, _)| known(head)).or_else(|| symbol().filter(|(head, _)| known(head)))
}

/// A remark without the parentheses around it; an address at its end is its source.
pub(super) fn remark(text: &str, link: Option<&str>) -> MarkRemark {
    let mut text = text.trim();
    if text.starts_with('(') && closing_parenthesis(text) == Some(text.len() - 1) {
        text = text[1..text.len() - 1].trim();
    }
    let mut source = link.map(str::to_owned);
    if let Some(open) = text.rfind('(').filter(|_| text.ends_with(')')) {
        let address = &text[open + 1..text.len() - 1];
        if address.starts_with("https://") || address.starts_with("http://") {
            source.get_or_insert_with(|| address.to_owned());
            text = text[..open].trim_end();
        }
    }
    MarkRemark { text: text.to_owned(), source }
}

/// Splits footnote numbers whose tags were lost from the end of a text. A number that is no
/// footnote is several where each of its digits is one; a cell of nothing but numbers is read only
/// where all of them are footnotes.
fn split_numbers<'a>(text: &'a str, is_footnote: &dyn Fn(u32) -> bool) -> (&'a str, Vec<u32>) {
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | ' '));
    let groups = text[head.len()..].split([',', ' ']).filter(|group| !group.is_empty());
    let mut numbers = Vec::new();
    for group in groups {
        let digits: Vec<u32> = group.chars().filter_map(|c| c.to_digit(10)).collect();
        match group.parse() {
            Ok(number) if is_footnote(number) || !digits.iter().all(|&n| is_footnote(n)) => {
                numbers.push(number);
            }
            Ok(number) if head.is_empty() => numbers.push(number),
            Ok(_) => numbers.extend(digits),
            Err(_) => return (text, Vec::new()),
        }
    }
    if head.is_empty() && !numbers.iter().all(|&n| is_footnote(n)) {
        return (text, Vec::new());
    }
    (head.trim_end(), numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cell: &str) -> CellReading {
        read(cell, "", &Definitions::default(), &LegendMarks::default(), &|n| (1..=12).contains(&n))
    }

    fn level(cell: &str) -> Option<(Level, bool)> {
        match of(cell).content {
            CellContent::Mark { meaning, .. } => Some((meaning.level, meaning.caveat)),
            _ => None,
        }
    }

    fn note(cell: &str) -> (String, Option<String>) {
        match of(cell).content {
            CellContent::Mark { note: Some(note), .. } => (note.text, note.source),
            other => panic!("{cell}: {other:?}"),
        }
    }

    #[test]
    fn marks_and_words_are_read() {
        assert_eq!(level("✅"), Some((Level::Supported, false)));
        assert_eq!(level("⚠️"), Some((Level::Supported, true)));
        assert_eq!(
            level("<span className=\"b b--wip\">WIP</span>"),
            Some((Level::Experimental, false))
        );
        assert_eq!(level("Supported with caveat (a (b))"), Some((Level::Supported, true)));
        assert_eq!(level("Not supported"), Some((Level::Unsupported, false)));
        assert_eq!(level("— Not supported"), Some((Level::Unsupported, false)));
        assert_eq!(level("n/a"), Some((Level::NotApplicable, false)));
        assert_eq!(of("&nbsp;").content, CellContent::Blank);
        for unreadable in ["maybe", "??", "✅✅", "Yesterday", "13", "Supported-ish"] {
            assert!(matches!(of(unreadable).content, CellContent::Unreadable(_)), "{unreadable}");
        }
    }

    #[test]
    fn remarks_lose_their_wrapping_and_give_their_source() {
        assert_eq!(note("Supported (a (b))"), ("a (b)".to_owned(), None));
        let with_source = ("Why: so.".to_owned(), Some("https://x/y".to_owned()));
        assert_eq!(note("Yes — Why: so. (https://x/y)"), with_source);
        assert_eq!(note("✅ only A"), ("only A".to_owned(), None));
    }

    #[test]
    fn bare_numbers_are_footnotes_where_the_page_has_them() {
        assert_eq!(of("✅12").footnotes, [12]);
        assert_eq!(of("✅13").footnotes, [1, 3]);
        assert_eq!(of("2").footnotes, [2]);
        assert_eq!(of("2").content, CellContent::Blank);
        assert!(matches!(of("20").content, CellContent::Unreadable(_)));
    }
}
