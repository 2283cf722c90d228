//! A [`WhatIf`] as a page for people: what changed, both answers side by side, and what was gained,
//! lost and moved.

mod checklist;
mod rows;

use crate::analysis::whatif::{CellState, Change, WhatIf};
use crate::matrix::Release;
use crate::plan::Outcome;

use super::PageView;
use super::origin::{NEWEST_DIFFERS, Origin, newest_differs};
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::words;

/// The comparison as a page.
#[must_use]
pub fn page(whatif: &WhatIf, origin: &Origin, view: PageView) -> Page {
    let mut releases: Vec<Option<&Release>> =
        whatif.matrices.iter().map(|matrix| matrix.release.as_ref()).collect();
    releases.sort();
    releases.dedup();
    let mut page = Page::new(origin.title(releases));
    page.paragraph(newest_differs(&whatif.after.notices));
    page.paragraph(super::answer::asked(&whatif.before.request));
    // The first line names both releases.
    let is_upgrade = |change: &Change| matches!(change, Change::Release { .. });
    if !whatif.changes.iter().all(is_upgrade) {
        page.list("What if", whatif.changes.iter().map(change).collect());
    }
    page.heading(&verdict(whatif));
    add_side_by_side(&mut page, whatif);
    rows::add_gained_and_lost(&mut page, whatif, view);
    add_still_blocking(&mut page, whatif);
    checklist::add(&mut page, whatif, view);
    rows::add_moved(&mut page, whatif, view);
    if !view.quiet {
        add_notices(&mut page, whatif);
    }
    page
}

/// One change in a few words.
fn change(change: &Change) -> Text {
    match change {
        Change::Cell { release, backend, terms, before, after } => {
            let text = Text::new().target(backend, release.as_ref(), release.is_some());
            let before = before.as_ref().map_or_else(|| Text::plain("no such cell"), state);
            let text = text.and(": ").together(terms).and(": ").joined(&before);
            text.and(" becomes ").joined(&state(after))
        }
        Change::Add { value } => Text::plain("also needs ").id(value),
        Change::Drop { value } if value.is_negated() => {
            Text::plain("no longer avoids ").id(value.id())
        }
        Change::Drop { value } => Text::plain("no longer asks for ").id(value.id()),
        Change::Accept { before, after } => {
            Text::plain("accepts ").level(*after).and(", not ").level(*before)
        }
        Change::Release { before, after } => {
            Text::plain(&format!("release {}, not {}", labels(after), labels(before)))
        }
        Change::Fact { name, before, after } => {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "any".to_owned());
            Text::plain(&format!("{name} {}, not {}", value(after), value(before)))
        }
    }
}

fn labels(releases: &[Option<Release>]) -> String {
    let labels: Vec<&str> =
        releases.iter().map(|release| words::release(release.as_ref())).collect();
    labels.join(", ")
}

/// A level and its caveat.
fn state(state: &CellState) -> Text {
    let text = Text::new().level(state.level);
    if state.caveat { text.with(Tone::Fair, ", caveat") } else { text }
}

/// The answer in one sentence, with how much there is to do for it.
fn verdict(whatif: &WhatIf) -> String {
    let (before, after) = (whatif.before.total, whatif.after.total);
    let plans = |number| words::count(number, "plan");
    let answer = match (before, after) {
        (0, 0) => "Still no plan".to_owned(),
        (0, _) => format!("There was no plan; now there {} {}", is(after), plans(after)),
        (_, 0) => format!("There {} {}; now there is none", was(before), plans(before)),
        _ if whatif.gained.is_empty() && whatif.lost.is_empty() => {
            format!("The same {}", plans(after))
        }
        _ => format!(
            "{} instead of {before}: {} gained, {} lost",
            plans(after),
            whatif.gained.len(),
            whatif.lost.len()
        ),
    };
    match is_blocked_by_platform(whatif) {
        true => {
            let platform = whatif.after.request.platform.in_words();
            format!("{answer}: no backend runs this on {platform}.")
        }
        false => format!("{answer}{}.", checklist::summary(whatif)),
    }
}

/// Whether it is the machines alone that leave no plan after an upgrade: its checklist is about the plans
/// that there would be on others.
fn is_blocked_by_platform(whatif: &WhatIf) -> bool {
    !whatif.after.satisfiable && !whatif.checklist.is_empty()
}

fn is(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn was(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

/// Adds both answers in a few rows or, where they are alike in these, in a line.
fn add_side_by_side(page: &mut Page, whatif: &WhatIf) {
    let sides = [&whatif.before, &whatif.after];
    let row = |title: &'static str, of: fn(&Outcome) -> Text| (title, sides.map(of));
    let rows = [
        row("plans", |it| Text::plain(&it.total.to_string())),
        row("backends", backends),
        row("best plan", best),
        row("rests on", |it| {
            it.plans.first().map_or_else(none, |plan| Text::new().level(plan.level))
        }),
    ];
    if rows.iter().all(|(_, [before, after])| before == after) {
        if is_blocked_by_platform(whatif) {
            page.paragraph(checklist::elsewhere(whatif));
        } else if let Some(plan) = whatif.after.plans.first() {
            let text =
                Text::plain("On ").joined(&backends(&whatif.after)).and("; the best rests on ");
            page.paragraph(text.level(plan.level).and("."));
        }
        return;
    }
    let mut table = Table::new(["", "before", "after"]);
    for (title, cells) in rows {
        table.row([Text::plain(title)].into_iter().chain(cells).collect(), Vec::new());
    }
    page.push(Block::Table(table));
}

fn none() -> Text {
    Text::of(Tone::Faint, "none")
}

/// The backends that are not out.
fn backends(outcome: &Outcome) -> Text {
    let mut backends: Vec<&str> = outcome.plans.iter().map(|plan| plan.backend.as_str()).collect();
    backends.sort_unstable();
    backends.dedup();
    if backends.is_empty() { none() } else { Text::new().listed(&backends, ", ") }
}

fn best(outcome: &Outcome) -> Text {
    let Some(plan) = outcome.plans.first() else { return none() };
    let several = outcome.matrices.len() > 1;
    let text = Text::new().target(&plan.backend, plan.release.as_ref(), several);
    match &plan.pattern {
        Some(pattern) => text.and(", pattern ").id(pattern),
        None => text,
    }
}

/// Adds the cells that block the request after the changes.
fn add_still_blocking(page: &mut Page, whatif: &WhatIf) {
    if whatif.after.satisfiable || is_blocked_by_platform(whatif) {
        return;
    }
    let mut table = Table::new(["backend", "blocked by"]);
    for target in &whatif.after.rejected {
        let cells = Text::new().each(&target.blocking, "; ", |text, cell| {
            text.together(&cell.terms).and(" (").level(cell.level).and(")")
        });
        table.row(vec![words::id(&target.backend), cells], Vec::new());
    }
    page.heading("What blocks it after the changes");
    page.push(Block::Table(table));
}

/// Adds the notices of both answers, each once.
fn add_notices(page: &mut Page, whatif: &WhatIf) {
    let answers = whatif.before.notices.iter().chain(&whatif.after.notices);
    let notices = whatif.notices.iter().chain(answers);
    let others = notices.filter(|notice| notice.code != NEWEST_DIFFERS);
    let mut texts: Vec<&String> = others.map(|notice| &notice.text).collect();
    let mut seen = std::collections::BTreeSet::new();
    // The checklist says of the new release what it starts with.
    let told = |text: &str| whatif.checklist.iter().any(|item| item.text.starts_with(text));
    texts.retain(|text| seen.insert(*text) && !told(text));
    page.list("Notices", texts.into_iter().map(|text| Text::plain(text)).collect());
}
