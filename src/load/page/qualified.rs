//! Marks with a marker after them, as in `✅*` and `✅ (*)`, and what explains the marker.
//!
//! A marker says that there is more to know, so a mark that has one is never read as plain. Its
//! explanation is a footnote that opens with the marker, or an entry of the legend.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::context::PageContext;
use super::legend::key;
use super::markdown::inline;
use super::outline::MarkerFootnote;
use super::reading::{MarkRemark, remark};
use super::words::{self, MarkMeaning};
use crate::load::text::bounded;
use crate::matrix::{Level, Note, NoteKind};

/// The characters that qualify the mark before them.
const MARKERS: [char; 4] = ['*', '†', '‡', '§'];
/// The longest footnote; more is not read.
const LONGEST_FOOTNOTE: usize = 2_000;

/// More runs of asterisks than this are not taken to be open at once: each is looked through.
const MOST_OPEN: usize = 32;

/// The legend's explanations, by marker (`*`) or by mark and marker (`✅*`).
pub(super) type MarkerLegend = HashMap<String, Explanation>;

/// What the page says of a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    /// The level that the words name, if they do.
    pub(super) meaning: Option<MarkMeaning>,
    pub(super) note: Note,
}

/// A footnote that opens with a marker, read.
pub(super) struct MarkerNote<'a> {
    footnote: &'a MarkerFootnote,
    note: Note,
}

/// Reads the footnotes that open with a marker.
pub(super) fn notes<'a>(
    footnotes: &'a [MarkerFootnote],
    context: &PageContext<'_>,
) -> Vec<MarkerNote<'a>> {
    let note = |footnote: &'a MarkerFootnote| {
        let body = bounded(&context.text[footnote.body.clone()], LONGEST_FOOTNOTE);
        let read = inline(body, context.text, context.definitions);
        let MarkRemark { text, source } = remark(&read.text, read.link.as_deref());
        MarkerNote { footnote, note: Note::new(NoteKind::Info, text, source) }
    };
    footnotes.iter().map(note).collect()
}

/// Everything that explains the markers of one table.
pub(super) struct Explanations<'a> {
    pub(super) legend: MarkerLegend,
    pub(super) notes: &'a [MarkerNote<'a>],
}

impl Explanations<'_> {
    /// The explanation of a marker after a mark: that of the two together, or of the marker in one of
    /// the lists of footnotes, or in the legend.
    pub(super) fn of(
        &self,
        mark: &str,
        marker: &str,
        lists: [Option<usize>; 2],
    ) -> Option<Explanation> {
        if let Some(both) = self.legend.get(&format!("{}{marker}", key(mark))) {
            return Some(both.clone());
        }
        let note = lists.into_iter().flatten().find_map(|list| self.note(marker, list));
        let explained = note.map(|note| Explanation { meaning: None, note: note.clone() });
        explained.or_else(|| self.legend.get(marker).cloned())
    }

    /// The footnote of a marker; an entry of a bulleted list is one only where it is the only entry.
    fn note(&self, marker: &str, list: usize) -> Option<&Note> {
        let is_of = |it: &MarkerFootnote| it.list == list && it.marker == marker;
        let of_list = || self.notes.iter().filter(|it| is_of(it.footnote));
        let mut bullets = of_list().filter(|it| it.footnote.bullet);
        let only_bullet = bullets.next().filter(|_| bullets.next().is_none());
        of_list().find(|it| !it.footnote.bullet).or(only_bullet).map(|it| &it.note)
    }
}

/// The meaning of a mark with an explained marker; `None` where the legend contradicts the mark.
pub(super) fn qualify(mark: MarkMeaning, explained: Option<MarkMeaning>) -> Option<MarkMeaning> {
    if !works(mark) {
        return Some(mark);
    }
    match explained {
        Some(said) if !works(said) => None,
        Some(said) if said.level > Level::Supported => {
            Some(MarkMeaning { level: said.level.max(mark.level), ..said })
        }
        _ => Some(MarkMeaning { caveat: true, ..mark }),
    }
}

fn works(meaning: MarkMeaning) -> bool {
    matches!(meaning.level, Level::Supported | Level::Experimental)
}

/// The meaning of a mark whose remark is nothing but a qualification, such as `(partial)`.
pub(super) fn with_remark(mark: MarkMeaning, remark: &str) -> MarkMeaning {
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

/// Splits the markers off a known mark: of `✅* (why)` these are `✅ (why)` and `*`.
pub(super) fn split_markers(
    text: &str,
    known: impl Fn(&str) -> bool,
) -> Option<(String, Vec<String>)> {
    let at = text.find(MARKERS)?;
    let before = text[..at].trim_end();
    let head = before.trim_end_matches(['(', '[']).trim_end();
    if !known(head) {
        return None;
    }
    let (markers, rest) = leading_markers(&text[at..]);
    // A marker alone in parentheses takes them with it.
    let opened = &before[head.len()..];
    let rest = match rest.trim_start().strip_prefix([')', ']']) {
        Some(rest) if !opened.trim().is_empty() => format!(" {}", rest.trim_start()),
        _ => format!("{opened}{rest}"),
    };
    Some((format!("{head}{rest}").trim_end().to_owned(), markers))
}

/// The markers that a text opens with, each a run of one character, and what follows.
fn leading_markers(text: &str) -> (Vec<String>, &str) {
    let mut markers = Vec::new();
    let mut rest = text;
    while let Some(marker) = rest.chars().next().filter(|c| MARKERS.contains(c)) {
        let after = rest.trim_start_matches(marker);
        markers.push(rest[..rest.len() - after.len()].to_owned());
        rest = after;
    }
    (markers, rest)
}

/// An entry of a legend, in plain text, that explains a marker: `* : why`, `✅* : why`. In it come
/// the mark (empty where there is none), the marker and the words.
pub(super) fn legend_entry(entry: &str) -> Option<(&str, String, &str)> {
    let at = entry.find(MARKERS)?;
    let mark = entry[..at].trim_end_matches([' ', '(', '[', '`']);
    if mark.contains(char::is_whitespace) {
        return None;
    }
    let (mut markers, rest) = leading_markers(&entry[at..]);
    let words = rest.trim_start_matches(|c: char| c.is_whitespace() || ")]`:=–—-".contains(c));
    (markers.len() == 1 && !words.is_empty() && words.len() < rest.len())
        .then(|| (mark, markers.remove(0), words))
}

/// The explanation that the words of a legend give.
pub(super) fn explanation(words: &str) -> Explanation {
    let MarkRemark { text, source } = remark(words, None);
    Explanation { meaning: words::meaning(words), note: Note::new(NoteKind::Info, text, source) }
}

/// The marker that a line of Markdown opens with as a footnote does, how long its opening is, and
/// whether it may as well be an entry of a list: `\* why`, `(*) why`, `<sup>*</sup> why`, `* why`.
pub(super) fn footnote_opening(line: &str) -> Option<(String, usize, bool)> {
    let inside = line.strip_prefix("<sup>").unwrap_or(line);
    let inside = inside.strip_prefix('(').unwrap_or(inside);
    let escaped = inside.trim_start_matches('\\').len() < inside.len();
    let marker = inside.chars().find(|c| *c != '\\').filter(|c| MARKERS.contains(c))?;
    let after = inside.trim_start_matches(['\\', marker]);
    let count = inside[..inside.len() - after.len()].matches(marker).count();
    let wrapped = inside.len() < line.len() || escaped || marker != '*';
    let is_blank = after.starts_with([' ', '\t']);
    // Emphasis closes again in its line; a marker does not.
    if !wrapped && !is_blank && (count > 1 || after.contains('*')) {
        return None;
    }
    let body = after.trim_start_matches([')', '.']);
    let body = body.strip_prefix("</sup>").unwrap_or(body);
    let body = body.trim_start_matches(|c: char| c.is_whitespace() || ":=–—".contains(c));
    let bullet = !wrapped && is_blank && count == 1;
    (!body.is_empty())
        .then(|| (String::from(marker).repeat(count), line.len() - body.len(), bullet))
}

/// Escapes the asterisks of a cell or a legend that are markers, so that they are not read as
/// emphasis: those after something that close nothing, and those alone in parentheses or a tag.
pub(super) fn keep_markers(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains('*') {
        return Cow::Borrowed(markdown);
    }
    let mut kept = String::with_capacity(markdown.len() + 2);
    let mut end = 0;
    for run in marker_runs(markdown) {
        kept.push_str(&markdown[end..run.start]);
        kept.push_str(&"\\*".repeat(run.len()));
        end = run.end;
    }
    kept.push_str(&markdown[end..]);
    Cow::Owned(kept)
}

/// The asterisks that are markers, in order.
fn marker_runs(markdown: &str) -> Vec<Range<usize>> {
    let mut markers: Vec<Range<usize>> = Vec::new();
    // Runs that may open emphasis, and whether they are markers where nothing closes it.
    let mut open: Vec<(Range<usize>, bool)> = Vec::new();
    let mut at = 0;
    while let Some(found) = markdown[at..].find('*') {
        let start = at + found;
        let after = markdown[start..].trim_start_matches('*');
        let run = start..markdown.len() - after.len();
        at = run.end;
        let before = markdown[..start].chars().next_back();
        let next = after.chars().next();
        let follows = before.is_some_and(|c| !c.is_whitespace());
        let opens = next.is_some_and(|c| !c.is_whitespace());
        let alone = matches!((before, next), (Some('('), Some(')')) | (Some('['), Some(']')))
            || (before == Some('>') && after.starts_with("</sup>"));
        let opener = open.iter().rposition(|(opened, _)| opened.len() <= run.len());
        if before == Some('\\') {
            continue;
        } else if alone {
            markers.push(run);
        } else if let Some(opener) = opener.filter(|_| follows) {
            let closed = open[opener].0.len();
            markers.extend(open.drain(opener..).skip(1).filter(|it| it.1).map(|it| it.0));
            if !opens && closed < run.len() {
                markers.push(run.start + closed..run.end);
            }
        } else if opens && open.len() < MOST_OPEN {
            open.push((run, follows));
        } else if follows {
            markers.push(run);
        }
    }
    markers.extend(open.into_iter().filter(|it| it.1).map(|it| it.0));
    markers.sort_by_key(|run| run.start);
    markers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_kept_and_emphasis_is_not() {
        let cases = [
            ("✅*", "✅\\*"),
            ("✅ (*)", "✅ (\\*)"),
            ("✅<sup>*</sup>", "✅<sup>\\*</sup>"),
            ("**✅**", "**✅**"),
            ("**✅***", "**✅**\\*"),
            ("*✅*", "*✅*"),
            ("✅\\*", "✅\\*"),
            ("✅** *why*", "✅\\*\\* *why*"),
            ("✅*<sup>1</sup>", "✅\\*<sup>1</sup>"),
            ("✅*<sup>1</sup> *why*", "✅\\*<sup>1</sup> *why*"),
            ("2 * 3", "2 * 3"),
        ];
        for (markdown, kept) in cases {
            assert_eq!(keep_markers(markdown), kept);
        }
    }

    #[test]
    fn markers_are_split_off_marks() {
        let split = |text: &str| split_markers(text, |head| head == "✅");
        let found = |text: &str, markers: &[&str]| {
            Some((text.to_owned(), markers.iter().map(|marker| (*marker).to_owned()).collect()))
        };
        assert_eq!(split("✅*"), found("✅", &["*"]));
        assert_eq!(split("✅ (*)"), found("✅", &["*"]));
        assert_eq!(split("✅**† (why)"), found("✅ (why)", &["**", "†"]));
        assert_eq!(split("✅ (*) why"), found("✅ why", &["*"]));
        assert_eq!(split("✅ (* why)"), found("✅ ( why)", &["*"]));
        assert_eq!(split("✅ only 2 * 3"), None);
        assert_eq!(split("✅"), None);
    }

    #[test]
    fn footnotes_open_with_a_marker() {
        let opening = |line: &str| {
            footnote_opening(line)
                .map(|(marker, at, bullet)| (marker, line[at..].to_owned(), bullet))
        };
        let found = |marker: &str, bullet| Some((marker.to_owned(), "why".to_owned(), bullet));
        for line in ["\\* why", "(*) why", "<sup>*</sup> why", "\\*: why", "*why", "(\\*) why"] {
            assert_eq!(opening(line), found("*", false), "{line}");
        }
        assert_eq!(opening("* why"), found("*", true));
        assert_eq!(opening("** why"), found("**", false));
        assert_eq!(opening("† why"), found("†", false));
        for line in ["*why*", "**why** not", "why", "*", "- why", "***"] {
            assert_eq!(opening(line), None, "{line}");
        }
    }

    #[test]
    fn legends_explain_markers_and_marks_that_have_one() {
        let found = |mark: &'static str, words| Some((mark, "*".to_owned(), words));
        assert_eq!(legend_entry("* : why"), found("", "why"));
        assert_eq!(legend_entry("(*) why"), found("", "why"));
        assert_eq!(legend_entry("✅* why"), found("✅", "why"));
        assert_eq!(legend_entry("✅ (*): why"), found("✅", "why"));
        assert_eq!(legend_entry("✅ Supported"), None);
        assert_eq!(legend_entry("✅ Supported, see *"), None);
    }
}
