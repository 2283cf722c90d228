//! Markers: what follows a mark and points to a remark, such as the dagger of `✅†`.
//!
//! A number is a footnote; everything else that follows a mark is a marker: `*`, `(†)`,
//! `<sup>a</sup>`, `[^name]`. A marker says that there is more to know, so a ✅ that has one is never
//! read as plain. In comes the text of a cell or of a legend's entry, out go the mark and the labels
//! of its markers. What explains them are [footnotes](MarkerList), by the [line](marker_line) or the
//! entry of a list that opens with the marker, and entries of legends.

mod escape;
mod line;
mod list;

use std::ops::Range;

pub(super) use escape::keep_markers;
pub(super) use line::{MarkerLine, bullet_line, marker_line};
pub(super) use list::MarkerList;

/// The characters that are markers wherever they follow a mark.
const SIGNS: [char; 6] = ['*', '†', '‡', '§', '¶', '^'];
/// The longest label of a marker, in bytes.
const LONGEST_LABEL: usize = 40;

/// Whether a text is nothing but one sign or a run of it: `*`, `††`.
pub(super) fn is_sign(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| SIGNS.contains(&c) && text.chars().all(|other| other == c))
}

/// The form of a label by which a marker is looked up: `[^Name]` is `name`.
pub(super) fn label(marker: &str) -> String {
    let bare = marker.strip_prefix("[^").and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(marker).trim().to_lowercase()
}

/// A name as printed, without the signs after it.
pub(super) fn bare_name(name: &str) -> &str {
    name.trim_end_matches(|c| SIGNS.contains(&c)).trim_end()
}

/// The first markers of a text, and what stands around them.
struct MarkedText<'t> {
    /// The text before them.
    head: &'t str,
    /// The blanks, commas and brackets between the head and the first marker.
    opened: &'t str,
    labels: Vec<String>,
    rest: &'t str,
}

/// Splits the markers off a mark: of `✅* (why)` these are `✅ (why)` and `*`. `raised` says which
/// parts of the text stand higher, `is_mark` whether a text is a mark that can have a marker.
pub(super) fn split(
    text: &str,
    raised: &[Range<usize>],
    is_mark: impl Fn(&str) -> bool,
) -> Option<(String, Vec<String>)> {
    let MarkedText { head, opened, labels, rest } = first_markers(text, raised)?;
    // A marker alone in brackets takes them with it.
    let rest = match rest.trim_start().strip_prefix([')', ']']) {
        Some(rest) if !opened.trim().is_empty() => format!(" {}", rest.trim_start()),
        _ if rest.trim().is_empty() => String::new(),
        _ => format!("{opened}{rest}"),
    };
    let fits = if head.is_empty() { rest.trim().is_empty() } else { is_mark(head) };
    fits.then(|| (format!("{head}{rest}").trim().to_owned(), labels))
}

/// An entry of a legend, in plain text, that explains a marker: `* : why`, `✅* : why`. In it come
/// the mark (empty where there is none), the marker's label and the words.
pub(super) fn legend_entry<'t>(
    entry: &'t str,
    raised: &[Range<usize>],
) -> Option<(&'t str, String, &'t str)> {
    let MarkedText { head, mut labels, rest, .. } = first_markers(entry, raised)?;
    let mark = head.trim_end_matches([' ', '`']);
    let words = rest.trim_start_matches(|c: char| c.is_whitespace() || ")]`:=–—-".contains(c));
    let one = labels.len() == 1 && !mark.contains(char::is_whitespace);
    // Without anything between the marker and the words, it is a part of a word.
    (one && !words.is_empty() && words.len() < rest.len()).then(|| (mark, labels.remove(0), words))
}

fn first_markers<'t>(text: &'t str, raised: &[Range<usize>]) -> Option<MarkedText<'t>> {
    let named = text.find("[^").filter(|&at| marker_end(text, at, raised).is_some());
    let higher = raised.iter().find(|part| part.len() <= LONGEST_LABEL).map(|part| part.start);
    let at = [named, higher, text.find(SIGNS)].into_iter().flatten().min()?;
    let head = text[..at].trim_end_matches([' ', ',', '(', '[']);
    let mut labels = Vec::new();
    let (mut start, mut end) = (at, at);
    while let Some(next) = marker_end(text, start, raised) {
        labels.push(label(&text[start..next]));
        end = next;
        // Several markers may have blanks, commas and closing brackets between them.
        start = text.len() - text[next..].trim_start_matches([' ', ',', ')', ']']).len();
    }
    Some(MarkedText { head, opened: &text[head.len()..at], labels, rest: &text[end..] })
}

/// The end of the marker that begins at `start`.
fn marker_end(text: &str, start: usize, raised: &[Range<usize>]) -> Option<usize> {
    let is_here = |part: &&Range<usize>| part.start == start && part.len() <= LONGEST_LABEL;
    if let Some(part) = raised.iter().find(is_here) {
        return Some(part.end);
    }
    let rest = &text[start..];
    if let Some(name) = rest.strip_prefix("[^") {
        let length = name.find([' ', '[', ']'])?;
        let named = (1..=LONGEST_LABEL).contains(&length) && name[length..].starts_with(']');
        return named.then_some(start + "[^".len() + length + 1);
    }
    let sign = rest.chars().next().filter(|c| SIGNS.contains(c))?;
    Some(text.len() - rest.trim_start_matches(sign).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_split_off_marks() {
        let cases: [(&str, &str, &[&str]); 16] = [
            ("✅*", "✅", &["*"]),
            ("✅ **", "✅", &["**"]),
            ("✅*†", "✅", &["*", "†"]),
            ("✅*, †", "✅", &["*", "†"]),
            ("✅ (*)", "✅", &["*"]),
            ("✅ (*, †)", "✅", &["*", "†"]),
            ("✅ (*), †", "✅", &["*", "†"]),
            ("Yes, †", "Yes", &["†"]),
            ("Yes [^A-b]", "Yes", &["a-b"]),
            ("✅† only so", "✅ only so", &["†"]),
            ("✅**† (why)", "✅ (why)", &["**", "†"]),
            ("✅ (*) why", "✅ why", &["*"]),
            ("✅ (* why)", "✅ ( why)", &["*"]),
            ("✅*1", "✅1", &["*"]),
            ("*", "", &["*"]),
            ("(†)", "", &["†"]),
        ];
        let is_mark = |head: &str| matches!(head, "✅" | "Yes");
        for (text, mark, labels) in cases {
            let labels = labels.iter().map(|&label| label.to_owned()).collect();
            assert_eq!(split(text, &[], is_mark), Some((mark.to_owned(), labels)), "{text}");
        }
        for text in ["✅", "✅ a b", "✅ only 2 * 3", "[^a b]", "abc†", "* why"] {
            assert_eq!(split(text, &[], is_mark), None, "{text}");
        }
        let raised = std::slice::from_ref(&(3..4));
        assert_eq!(split("Yesa", raised, is_mark), Some(("Yes".into(), vec!["a".into()])));
        let only = ("Yes only so".into(), vec!["a".into()]);
        assert_eq!(split("Yesa only so", raised, is_mark), Some(only));
    }

    #[test]
    fn legends_explain_markers_and_marks_that_have_one() {
        let found = |mark: &'static str, words| Some((mark, "*".to_owned(), words));
        assert_eq!(legend_entry("* : why", &[]), found("", "why"));
        assert_eq!(legend_entry("(*) why", &[]), found("", "why"));
        assert_eq!(legend_entry("✅* why", &[]), found("✅", "why"));
        assert_eq!(legend_entry("✅ (*): why", &[]), found("✅", "why"));
        let raised = std::slice::from_ref(&(0..1));
        assert_eq!(legend_entry("a : why", raised), Some(("", "a".to_owned(), "why")));
        assert_eq!(legend_entry("✅ Supported", &[]), None);
        assert_eq!(legend_entry("✅ Supported, see *", &[]), None);
    }

    #[test]
    fn signs_are_told_from_words() {
        assert!(is_sign("**") && is_sign("†"));
        assert!(!is_sign("*†") && !is_sign("a") && !is_sign(""));
        assert_eq!(bare_name("Caching *"), "Caching");
    }
}
