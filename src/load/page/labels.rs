//! Reads what a page says about itself: its title, its release, its date.

use std::ops::Range;

use crate::matrix::Release;

use super::context::PageContext;
use super::markdown::{before_headings, is_opening_markup};
use super::outline::Outline;
use crate::load::text::bounded;

/// The farthest that a release may stand after its announcement.
const LONGEST_GAP: usize = 60;
/// The longest part of the front matter and of the top of a page that is looked at.
const LONGEST_TOP: usize = 4_000;

/// The title in the front matter, or the first heading of the first level.
pub(super) fn title(front_matter: &str, outline: &Outline, context: &PageContext<'_>) -> String {
    field(front_matter, &["title"]).unwrap_or_else(|| {
        outline.title.as_ref().map(|range| context.plain(range)).unwrap_or_default()
    })
}

/// A value of the front matter, without its quotes.
fn field(front_matter: &str, keys: &[&str]) -> Option<String> {
    bounded(front_matter, LONGEST_TOP).lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (keys.contains(&key.trim()) && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The date that the page gives itself, as `2026-02-11`, and its commit.
pub(super) fn date_and_commit(front_matter: &str, page: &str) -> (Option<String>, Option<String>) {
    let top = before_headings(bounded(page, LONGEST_TOP));
    let find = |keys: &[&str]| field(front_matter, keys).or_else(|| field(top, keys));
    let date = find(&["date", "lastmod", "updated", "last_updated", "last-updated"])
        .and_then(|date| date.get(..10).filter(|day| is_date(day)).map(str::to_owned));
    let commit = find(&["commit"])
        .filter(|c| (7..=40).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_hexdigit()));
    (date, commit)
}

fn is_date(day: &str) -> bool {
    day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

/// The release that the page names, and where.
pub(super) fn release(context: &PageContext<'_>) -> Option<(Release, Range<usize>)> {
    let places = [
        "Feature support by backend (",
        "Updated for Dynamo ",
        "Latest stable release:",
        "Current stable release:",
    ];
    places.iter().find_map(|place| {
        let start = context.text.find(place)? + place.len();
        let after = bounded(&context.text[start..], LONGEST_GAP);
        let gap = after.find(|c: char| c.is_ascii_digit())?;
        let skipped = after[..gap].trim_end_matches(['v', 'V']);
        if !is_opening_markup(skipped) {
            return None;
        }
        let length = after[gap..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
            .unwrap_or(after.len() - gap);
        let label = after[gap..gap + length].trim_end_matches(['.', '-']);
        Some((Release::new(label), start + gap..start + gap + label.len()))
    })
}

/// The one release whose documents the page's links lead to, by addresses such as
/// `/dynamo/v-0-8-1/components`.
pub(super) fn release_of_links(context: &PageContext<'_>) -> Option<Release> {
    let mut found: Option<&str> = None;
    for target in context.definitions.targets() {
        let address = &context.text[target.clone()];
        let Some(start) = address.find("/dynamo/v-") else { continue };
        let version = &address[start + 10..];
        let version = version.split('/').next().unwrap_or(version);
        if !version.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            continue;
        }
        if found.is_some_and(|other| other != version) {
            return None;
        }
        found = Some(version);
    }
    found.map(|version| Release::new(&version.replace('-', ".")))
}
