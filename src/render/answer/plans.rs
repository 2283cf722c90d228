//! The ranked table, with the values that the rank was decided by.

use crate::matrix::Level;
use crate::plan::{Outcome, Plan, Price, Score, TouchedCell};

use super::{Extras, View, documents};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;

/// One ranking criterion.
struct Criterion {
    title: &'static str,
    /// The thing that is counted, in full and in short.
    meaning: &'static str,
    noun: &'static str,
    value: fn(&Score) -> u64,
}

/// The criteria in order of weight. The last is the only one of which more is better.
const CRITERIA: [Criterion; 7] = [
    criterion("missed", "weight of missed wants", "missed wants", |s| s.missed_weight),
    criterion("n/a", "not-applicable cells", "not-applicable", |s| s.not_applicable as u64),
    criterion("undoc", "undocumented cells", "undocumented", |s| s.undocumented as u64),
    criterion("exp", "experimental cells", "experimental", |s| s.experimental as u64),
    criterion("caveat", "cells with a caveat", "caveats", |s| s.caveat as u64),
    criterion("roles", "worker roles of the pattern", "worker roles", |s| s.roles as u64),
    criterion("headroom", "features that could still be added, each alone", "headroom", |s| {
        s.headroom as u64
    }),
];

const fn criterion(
    title: &'static str,
    meaning: &'static str,
    noun: &'static str,
    value: fn(&Score) -> u64,
) -> Criterion {
    Criterion { title, meaning, noun, value }
}

/// The number of plans that are shown.
pub(super) fn shown(outcome: &Outcome, view: &View) -> usize {
    outcome.plans.len().min(view.limit.unwrap_or(usize::MAX))
}

/// Adds the ranked table, what was cut, and how the rank was decided.
pub(super) fn add(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let plans = &outcome.plans[..shown(outcome, view)];
    if plans.is_empty() {
        return;
    }
    let (telling, silent): (Vec<&Criterion>, Vec<&Criterion>) =
        CRITERIA.iter().partition(|c| c.title == "headroom" || tells(c, plans));
    page.push(Block::Table(table(outcome, plans, &telling, &extras.prices)));
    if plans.len() < outcome.total {
        page.paragraph(cut(plans.len(), outcome.total));
    }
    if !view.quiet {
        page.paragraph(legend(&telling, &silent));
    }
    if view.all_cells {
        add_cells(page, plans);
    }
}

/// A score in words: what is other than 0, and the headroom.
pub(in crate::render) fn in_words(score: &Score) -> String {
    let told = CRITERIA.iter().filter(|c| c.title == "headroom" || (c.value)(score) > 0);
    let told: Vec<String> = told.map(|c| format!("{} {}", c.noun, (c.value)(score))).collect();
    told.join(", ")
}

/// Whether a criterion is other than 0 for some plan.
fn tells(criterion: &Criterion, plans: &[Plan]) -> bool {
    plans.iter().any(|plan| (criterion.value)(&plan.score) > 0)
}

fn table(
    outcome: &Outcome,
    plans: &[Plan],
    criteria: &[&Criterion],
    prices: &[Vec<Price>],
) -> Table {
    let several = outcome.matrices.len() > 1;
    let patterns = plans.iter().any(|plan| plan.pattern.is_some());
    let mut columns = vec![Column::right("#"), Column::left("backend")];
    columns.extend(several.then(|| Column::left("release")));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.push(Column::left("stability"));
    columns.extend(criteria.iter().map(|criterion| Column::spare(criterion.title)));
    let mut table = Table { columns, remarks: "rests on", ..Table::default() };
    for (i, plan) in plans.iter().enumerate() {
        let mut cells = vec![Text::plain(&plan.rank.to_string()), words::id(&plan.backend)];
        cells.extend(several.then(|| Text::plain(words::release(plan.release.as_ref()))));
        cells.extend(patterns.then(|| plan.pattern.as_deref().map_or_else(Text::new, words::id)));
        cells.push(words::level_in_column(plan.level));
        cells.extend(criteria.iter().map(|c| Text::plain(&(c.value)(&plan.score).to_string())));
        table.row(cells, remarks(plan, prices.get(i).map_or(&[], Vec::as_slice)));
    }
    table
}

/// The features that a plan adds and misses, and its cells that are more than plainly supported.
pub(in crate::render) fn remarks(plan: &Plan, prices: &[Price]) -> Vec<Text> {
    let mut remarks = Vec::new();
    if !plan.added.is_empty() {
        remarks.push(Text::plain("adds ").listed(&plan.added, ", "));
    }
    remarks.extend(misses(plan, prices));
    for level in [Level::NotApplicable, Level::Undocumented, Level::Experimental] {
        remarks.extend(cells_at(plan, Text::new().level(level), |cell| cell.level == level));
    }
    let caveat = Text::of(Tone::Fair, "! caveat");
    remarks.extend(cells_at(plan, caveat, |cell| cell.caveat));
    remarks
}

/// The wants that a plan misses, each with what keeps it out.
fn misses(plan: &Plan, prices: &[Price]) -> Option<Text> {
    let missed = Text::new().each(&plan.missed, ", ", |text, id| {
        let price = prices.iter().find(|price| price.feature == *id);
        let cells = price.into_iter().flat_map(|price| &price.cells);
        let cells = Text::new()
            .each(cells, ", ", |text, cell| text.level(cell.level).and(": ").together(&cell.terms));
        let text = text.id(id);
        if cells.is_empty() { text } else { text.and(" (").joined(&cells).and(")") }
    });
    (!missed.is_empty()).then(|| missed.after("misses "))
}

/// A remark that names some of a plan's cells.
fn cells_at(plan: &Plan, word: Text, is: impl Fn(&TouchedCell) -> bool) -> Option<Text> {
    let cells = plan.cells.iter().filter(|cell| is(cell));
    let cells = Text::new().each(cells, ", ", |text, cell| {
        let text = text.together(&cell.terms);
        match cell.published {
            Some(published) => text.and(" (published ").and(words::mark(published)).and(")"),
            None => text,
        }
    });
    (!cells.is_empty()).then(|| word.and(": ").joined(&cells))
}

fn cut(shown: usize, total: usize) -> Text {
    Text::plain(&(total - shown).to_string())
        .and(" more not shown; ")
        .id("--limit ")
        .more(&total.to_string())
        .and(" shows them all.")
}

/// Says how the rank was decided, so that a reader can check it against the values.
fn legend(telling: &[&Criterion], silent: &[&Criterion]) -> Text {
    let mut text = String::from("Ranked by ");
    let fewer: Vec<String> = telling
        .iter()
        .filter(|criterion| criterion.title != "headroom")
        .map(|criterion| format!("{} ({})", criterion.title, criterion.meaning))
        .collect();
    if !fewer.is_empty() {
        text.push_str(&fewer.join(", "));
        text.push_str(", fewer first; ");
    }
    let headroom = &CRITERIA[CRITERIA.len() - 1];
    text.push_str(&format!("{} ({}), more first; ", headroom.title, headroom.meaning));
    text.push_str("newest release; backend id.");
    let silent: Vec<&str> = silent.iter().map(|criterion| criterion.noun).collect();
    if !silent.is_empty() {
        text.push_str(&format!(" 0 for every plan: {}.", silent.join(", ")));
    }
    Text::of(Tone::Faint, &text)
}

/// Adds every cell that each plan touches.
fn add_cells(page: &mut Page, plans: &[Plan]) {
    let usual = documents::usual(plans.iter().flat_map(|plan| &plan.cells));
    let mut table = Table::new(["plan", "level", "cell", "read from"]).spilling("read from");
    for plan in plans {
        for cell in &plan.cells {
            let level = words::level_in_column(cell.level);
            let level = if cell.caveat { level.and(", caveat") } else { level };
            let source = documents::short(cell, usual);
            let rank = Text::plain(&plan.rank.to_string());
            table.row(vec![rank, level, Text::new().together(&cell.terms), source], Vec::new());
        }
    }
    page.heading("Every cell that the plans touch");
    page.push(Block::Table(table));
    page.paragraph(documents::legend(usual));
}
