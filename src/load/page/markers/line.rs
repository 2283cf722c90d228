//! Lines that open with a marker as a footnote does.

use super::{SIGNS, label};
use crate::load::page::markdown::{after_bullet, raised_label, raised_number};

/// A line that explains a marker.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::load::page) struct MarkerLine<'t> {
    /// The marker, in the form by which it is looked up.
    pub(in crate::load::page) label: String,
    pub(in crate::load::page) body: &'t str,
    /// Nothing but an asterisk opens it, as emphasis that goes on over several lines does.
    pub(in crate::load::page) bare: bool,
}

/// Reads a line, or an entry of a list, that opens with a marker: `\* why`, `(*) why`, `† why`,
/// `<sup>a</sup> why`, `*why`.
pub(in crate::load::page) fn marker_line(line: &str) -> Option<MarkerLine<'_>> {
    let line = after_bullet(line).unwrap_or(line);
    let found = match raised_label(line) {
        Some((marker, body)) => {
            let label = label(&marker.replace('\\', ""));
            MarkerLine { label, body: body_of(body), bare: false }
        }
        None => sign_line(line)?,
    };
    (!found.label.is_empty() && holds_words(found.body)).then_some(found)
}

/// The body of an entry of a list that may explain the asterisk before it: `* why`.
pub(in crate::load::page) fn bullet_line(line: &str) -> Option<&str> {
    let body = after_bullet(line).filter(|_| line.starts_with('*'))?;
    (holds_words(body) && raised_number(body).is_none()).then_some(body)
}

fn sign_line(line: &str) -> Option<MarkerLine<'_>> {
    let inside = line.strip_prefix('(').unwrap_or(line);
    let sign = inside.chars().find(|c| *c != '\\').filter(|c| SIGNS.contains(c))?;
    let after = inside.trim_start_matches(['\\', sign]);
    let count = inside[..inside.len() - after.len()].matches(sign).count();
    let wrapped = inside.len() < line.len() || inside.starts_with('\\') || sign != '*';
    let bare = !wrapped && !after.starts_with([' ', '\t']);
    // Emphasis closes again in its line; a marker does not. A bullet is no marker.
    let emphasis = bare && (count > 1 || after.contains('*'));
    let bullet = !wrapped && !bare && count == 1;
    let body = body_of(after.trim_start_matches([')', '.']));
    let label = String::from(sign).repeat(count);
    (!emphasis && !bullet).then_some(MarkerLine { label, body, bare })
}

fn body_of(rest: &str) -> &str {
    rest.trim_start_matches(|c: char| c.is_whitespace() || ":=–—".contains(c))
}

fn holds_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_open_with_a_marker() {
        let opening = |line| marker_line(line).map(|it| (it.label, it.body.to_owned(), it.bare));
        let found = |label: &str, bare| Some((label.to_owned(), "why".to_owned(), bare));
        for line in ["\\* why", "(*) why", "<sup>*</sup> why", "\\*: why", "(\\*) why", "- \\* why"]
        {
            assert_eq!(opening(line), found("*", false), "{line}");
        }
        assert_eq!(opening("*why"), found("*", true));
        for line in ["** why", "\\*\\* why", "<sup>\\*\\*</sup>: why"] {
            assert_eq!(opening(line), found("**", false), "{line}");
        }
        assert_eq!(opening("* † why"), found("†", false));
        assert_eq!(opening("<sup>A</sup> = why"), found("a", false));
        for line in ["*why*", "**why** not", "why", "*", "- why", "* why", "***", "* * *"] {
            assert_eq!(opening(line), None, "{line}");
        }
        assert_eq!(opening("<sup>1</sup> why"), None);
    }

    #[test]
    fn bullets_may_be_asterisks() {
        assert_eq!(bullet_line("* why"), Some("why"));
        for line in ["- why", "*why", "* * *", "* <sup>1</sup> why"] {
            assert_eq!(bullet_line(line), None, "{line}");
        }
    }
}
