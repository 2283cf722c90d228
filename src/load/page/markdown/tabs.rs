//! Tabs: JSX tags with a title of their own that hold a part of a page.

use std::ops::Range;

use crate::load::text::bounded;

/// The title of a tab is looked for up to here, so that a tag without an end stays cheap.
const LONGEST_TAG: usize = 500;

/// A tab, or anything else with a title of its own, that opens or closes.
pub(super) enum TabTag {
    /// It opens, with its title at this range of the line; an empty one where it has none.
    Opens(Range<usize>),
    /// The innermost closes.
    Closes,
}

/// The first tab that opens or closes in a line after an offset, and where to look on from.
pub(super) fn next_tab(line: &str, from: usize) -> Option<(TabTag, usize)> {
    let mut at = from;
    loop {
        at += line[at..].find('<')? + 1;
        let rest = &line[at..];
        if let Some(name) = rest.strip_prefix('/') {
            if is_tab(name) {
                return Some((TabTag::Closes, at));
            }
        } else if is_tab(rest) {
            let tag = bounded(rest, LONGEST_TAG);
            let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
            if !tag.ends_with('/') {
                let title = title(tag).unwrap_or(0..0);
                return Some((TabTag::Opens(at + title.start..at + title.end), at));
            }
        }
    }
}

fn is_tab(name: &str) -> bool {
    ["TabItem", "Tab", "Accordion"].iter().any(|tab| {
        name.strip_prefix(tab)
            .is_some_and(|rest| rest.starts_with([' ', '\t', '>', '/']) || rest.is_empty())
    })
}

/// Finds the title in a tag.
fn title(tag: &str) -> Option<Range<usize>> {
    ["title=", "label="].iter().find_map(|attribute| {
        let start = tag.find(attribute)? + attribute.len();
        let quote = tag[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let length = tag[start + 1..].find(quote)?;
        Some(start + 1..start + 1 + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_open_with_a_title() {
        let line = "<Tabs><Tab title=\"A b\"></Tab><Tab/>";
        let mut from = 0;
        let tags = std::iter::from_fn(|| {
            let (tag, next) = next_tab(line, from)?;
            from = next;
            Some(tag)
        });
        let found: Vec<_> = tags
            .map(|tag| match tag {
                TabTag::Opens(title) => &line[title],
                TabTag::Closes => "/",
            })
            .collect();
        assert_eq!(found, ["A b", "/"]);
    }
}
