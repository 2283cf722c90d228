//! Asterisks that are markers, told from those that are emphasis.

use std::borrow::Cow;
use std::ops::Range;

/// More runs of asterisks than this are not taken to be open at once: each is looked through.
const MOST_OPEN: usize = 32;

/// Escapes the asterisks of a cell or a legend that are markers, so that they are not read as
/// emphasis: those after something that close nothing, and those alone in parentheses or a tag.
pub(in crate::load::page) fn keep_markers(markdown: &str) -> Cow<'_, str> {
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
}
