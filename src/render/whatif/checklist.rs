//! The checklist of an upgrade: what to do, what fails silently first, and what else changes.

use crate::analysis::whatif::{ChecklistItem, WhatIf};
use crate::matrix::{UpgradeCode, UpgradeEffect};
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

/// Adds the lines by how they fail, then what is pinned.
pub(super) fn add(page: &mut Page, whatif: &WhatIf) {
    let items = &whatif.checklist;
    let backends = backends(items);
    for (heading, is_of) in SECTIONS {
        let own = items.iter().filter(|item| is_of(item));
        page.list(heading, own.map(|item| line(item, &backends)).collect());
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
    let loose = items.iter().filter(loose).map(|item| line(item, &backends));
    page.list("Also", loose.collect());
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

/// `worker on vllm: …`, without the backends where it is all of them.
fn line(item: &ChecklistItem, all: &[&str]) -> Text {
    let on = &item.backend.0;
    let mut who = Text::of(Tone::Strong, item.role.as_deref().unwrap_or_default());
    if !on.is_empty() && on.len() < all.len() {
        let on = Text::new().listed(on, " and ");
        who = if who.is_empty() { on } else { who.and(" on ").joined(&on) };
    }
    let text = if who.is_empty() { who } else { who.and(": ") };
    // The heading says of a requirement that it goes.
    let said = match (&item.from, item.code, item.effect) {
        (Some(from), UpgradeCode::RequirementRemoved, None) => from,
        _ => &item.text,
    };
    let sources = item.source.0.iter().take(MOST_SOURCES);
    let short: Vec<String> = sources.map(|source| short(source)).collect();
    text.and(said).sources(&short, &item.url.0)
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
    use super::short;

    #[test]
    fn sources_are_told_by_their_end() {
        assert_eq!(short("a/b/args.py@0123456:7-9"), "args.py@0123456:7-9");
        assert_eq!(short("https://github.com/a/b/pull/12"), "#12");
        assert_eq!(short("https://docs.example.com/v1/ref/page"), "docs.example.com/…/page");
    }
}
