//! The checklist of an upgrade: what to do, what fails silently first, and what else changes.

use itertools::Itertools;

use crate::analysis::whatif::{ChecklistItem, WhatIf};
use crate::matrix::{UpgradeCode, UpgradeEffect};
use crate::render::PageView;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Page, Table};
use crate::render::words;

/// A heading, and what the lines below it have in common.
type ChecklistSection = (&'static str, fn(&ChecklistItem) -> bool);

/// The sections in their order.
const SECTIONS: [ChecklistSection; 7] = [
    ("To do, or it fails silently", |it| it.effect == Some(UpgradeEffect::Silent)),
    ("To do, or it fails at once", |it| {
        matches!(it.effect, Some(UpgradeEffect::Exit | UpgradeEffect::Refused))
    }),
    ("Works, with a warning", |it| it.effect == Some(UpgradeEffect::Warning)),
    ("To do as well", |it| it.effect.is_none() && it.is_to_do()),
    ("No longer needed", |it| it.code == UpgradeCode::RequirementRemoved && it.effect.is_none()),
    ("Known issues and limits gained", |it| it.code == UpgradeCode::IssueGained),
    ("Known issues and limits ended", |it| {
        matches!(it.code, UpgradeCode::IssueFixed | UpgradeCode::LimitLifted)
    }),
];

/// The most sources that a line shows; the JSON has all.
const MOST_SOURCES: usize = 2;

/// The most things to do that are shown in full texts unless all of them are asked for.
const MOST_IN_FULL: usize = 8;

/// The most characters of a sentence, and of what to write instead, that stand in one short line.
const SHORT: usize = 80;

/// Adds the lines by how they fail, then what is pinned.
pub(super) fn add(page: &mut Page, whatif: &WhatIf, view: PageView) {
    let items = &whatif.checklist;
    let backends = backends(items);
    let to_do = items.iter().filter(|item| item.is_to_do()).count();
    let is_short = to_do > MOST_IN_FULL && !view.full;
    let numbered = if is_short { first_sources(items) } else { Vec::new() };
    let line = |item| match is_short {
        true => short_line(item, &backends, &numbered),
        false => line(item, &backends),
    };
    for (heading, is_of) in SECTIONS {
        let own = items.iter().filter(|item| is_of(item));
        page.list(heading, own.map(line).collect());
    }
    if items.iter().any(|item| is_pin(item) && item.from != item.to) {
        page.heading("Engine, CUDA and least driver");
        page.push(Block::Table(pins(items, &backends)));
    }
    let loose = |item: &&ChecklistItem| {
        let still_does = item.code == UpgradeCode::Driver
            && item.effect.is_none()
            && whatif.after.request.platform.driver.is_some();
        still_does || item.code == UpgradeCode::IssuesNotRecorded
    };
    page.list("Also", items.iter().filter(loose).map(line).collect());
    if is_short {
        let numbered = numbered.iter().enumerate();
        let sources = numbered.map(|(at, source)| format!("[{}] {source}", at + 1)).join(", ");
        let text = format!("{sources}. --full shows every text and source.");
        page.paragraph(Text::of(Tone::Faint, &text));
    }
}

/// How many things there are to do, as the end of a sentence; empty without a checklist.
pub(super) fn summary(whatif: &WhatIf) -> String {
    if whatif.checklist.is_empty() {
        return String::new();
    }
    match whatif.checklist.iter().filter(|item| item.is_to_do()).count() {
        0 => ", and nothing to do is recorded".to_owned(),
        all => format!(", with {} to do", words::count(all, "thing")),
    }
}

/// The same of a checklist for other machines than those stated, as a sentence of its own.
pub(super) fn elsewhere(whatif: &WhatIf) -> Text {
    let to_do = whatif.checklist.iter().filter(|item| item.is_to_do() && !is_pin(item));
    Text::plain("On machines that do: ").count(to_do.count(), "thing").and(" to do.")
}

/// Every backend that some line is about.
fn backends(items: &[ChecklistItem]) -> Vec<&str> {
    let backends = items.iter().flat_map(|item| &item.backend.0);
    let mut backends: Vec<&str> = backends.map(String::as_str).collect();
    backends.sort_unstable();
    backends.dedup();
    backends
}

/// `worker on vllm: …`, with the text in full.
fn line(item: &ChecklistItem, all: &[&str]) -> Text {
    about(item, all).and(said(item)).sources(&sources(item, MOST_SOURCES), &item.url.0)
}

/// The same with the first sentence, what to write instead, and the numbers of its sources among those
/// of all lines.
fn short_line(item: &ChecklistItem, all: &[&str], numbered: &[String]) -> Text {
    let sentence = first_sentence(said(item));
    let text = about(item, all).and(sentence.trim_end_matches('.'));
    let room = |text: &str| text.chars().count() <= SHORT;
    let instead = item.instead.as_deref().filter(|it| room(it) && room(sentence));
    let text = match instead.filter(|instead| !sentence.contains(*instead)) {
        Some(instead) => text.and(" → ").and(instead),
        None => text,
    };
    let own = sources(item, 1);
    let numbers = own.iter().filter_map(|own| numbered.iter().position(|known| known == own));
    numbers.fold(text, |text, at| text.with(Tone::Faint, &format!("\u{a0}[{}]", at + 1)))
}

/// The first source of every line in the order of the lines, each once.
fn first_sources(items: &[ChecklistItem]) -> Vec<String> {
    let shown = |item: &&ChecklistItem| SECTIONS.iter().any(|(_, is_of)| is_of(item));
    let order = |item: &&ChecklistItem| SECTIONS.iter().position(|(_, is_of)| is_of(item));
    let items = items.iter().filter(shown).sorted_by_key(order);
    items.flat_map(|item| sources(item, 1)).unique().collect()
}

/// What a line says. The heading says of a requirement that it goes.
fn said(item: &ChecklistItem) -> &str {
    match (&item.from, item.code, item.effect) {
        (Some(from), UpgradeCode::RequirementRemoved, None) => from,
        _ => &item.text,
    }
}

/// The first sentence of a text.
fn first_sentence(text: &str) -> &str {
    let is_end = |at: &usize| {
        text[at + 2..].starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`')
    };
    let end = text.match_indices(". ").map(|(at, _)| at).find(is_end);
    end.map_or(text, |at| &text[..=at])
}

fn sources(item: &ChecklistItem, most: usize) -> Vec<String> {
    item.source.0.iter().take(most).map(|source| short(source)).collect()
}

/// `worker on vllm: `, without the backends where it is all of them.
fn about(item: &ChecklistItem, all: &[&str]) -> Text {
    let on = &item.backend.0;
    let mut who = Text::of(Tone::Strong, item.role.as_deref().unwrap_or_default());
    if !on.is_empty() && on.len() < all.len() {
        let on = Text::new().listed(on, " and ");
        who = if who.is_empty() { on } else { who.and(" on ").joined(&on) };
    }
    if who.is_empty() { who } else { who.and(": ") }
}

/// A source short enough to stand behind a sentence: the file of a path, the number of a thread. The
/// address of a link and the JSON have it in full.
fn short(source: &str) -> String {
    let last = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
    let is_thread = source.contains("/pull/") || source.contains("/issues/");
    match source.strip_prefix("https://") {
        Some(_) if is_thread => format!("#{last}"),
        Some(rest) => {
            let host = rest.split('/').next().unwrap_or(rest);
            format!("{host}/…/{last}")
        }
        None => last.to_owned(),
    }
}

fn is_pin(item: &ChecklistItem) -> bool {
    matches!(item.code, UpgradeCode::Engine | UpgradeCode::Cuda | UpgradeCode::Driver)
}

/// What each backend pins before and after.
fn pins(items: &[ChecklistItem], backends: &[&str]) -> Table {
    let mut table = Table::new(["backend", "engine", "CUDA", "driver"]);
    for backend in backends {
        let cell = |code: UpgradeCode| {
            let is_own = |item: &&ChecklistItem| {
                item.code == code && item.backend.0.iter().any(|own| own == backend)
            };
            match items.iter().find(is_own).map(|item| (&item.from, &item.to)) {
                Some((Some(from), Some(to))) if from != to => Text::plain(from).and(" → ").and(to),
                _ => Text::of(Tone::Faint, "as before"),
            }
        };
        let pins = [UpgradeCode::Engine, UpgradeCode::Cuda, UpgradeCode::Driver].map(cell);
        table.row([words::id(backend)].into_iter().chain(pins).collect(), Vec::new());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, short};

    #[test]
    fn a_sentence_ends_before_the_next() {
        assert_eq!(first_sentence("One of 1.4. Two."), "One of 1.4.");
        assert_eq!(first_sentence("One, e. g. two. `Three`."), "One, e. g. two.");
        assert_eq!(first_sentence("One."), "One.");
        assert_eq!(first_sentence(""), "");
    }

    #[test]
    fn sources_are_told_by_their_end() {
        assert_eq!(short("a/b/args.py@0123456:7-9"), "args.py@0123456:7-9");
        assert_eq!(short("https://github.com/a/b/pull/12"), "#12");
        assert_eq!(short("https://docs.example.com/v1/ref/page"), "docs.example.com/…/page");
    }
}
