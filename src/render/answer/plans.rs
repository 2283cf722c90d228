//! The ranked table, with the values that the rank was decided by.

use std::collections::HashMap;

use crate::matrix::{Level, Release};
use crate::plan::{Outcome, Plan, Price, Score, TouchedCell};
use crate::request::Request;

use super::targets::release_spans;
use super::{Detail, Extras, View, documents};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Row, Table};
use crate::render::words;

/// One ranking criterion.
pub(super) struct Criterion {
    pub(super) title: &'static str,
    /// The thing that is counted.
    meaning: &'static str,
    value: fn(&Score) -> u64,
}

/// The most plans that the first one is compared with.
const MOST_COMPARED: usize = 5;

/// The criteria in order of weight. The last is the only one of which more is better.
pub(super) const CRITERIA: [Criterion; 7] = [
    criterion("missed", "weight of missed wants", |s| s.missed_weight),
    criterion("n/a", "not-applicable cells", |s| s.not_applicable as u64),
    criterion("undoc", "undocumented cells", |s| s.undocumented as u64),
    criterion("exp", "experimental cells", |s| s.experimental as u64),
    criterion("caveat", "cells with a caveat", |s| s.caveat as u64),
    criterion("roles", "worker roles of the pattern", |s| s.roles as u64),
    criterion("headroom", "features that could still be added, each alone", |s| s.headroom as u64),
];

const fn criterion(
    title: &'static str,
    meaning: &'static str,
    value: fn(&Score) -> u64,
) -> Criterion {
    Criterion { title, meaning, value }
}

/// The number of plans that are shown.
pub(super) fn shown(outcome: &Outcome, view: &View) -> usize {
    outcome.plans.len().min(view.limit.unwrap_or(usize::MAX))
}

/// Plans that differ in nothing but their releases: a row of the table.
pub(super) struct PlanRow<'a> {
    /// The first of them in the ranking, and its position among the plans.
    pub(super) best: &'a Plan,
    pub(super) position: usize,
    /// Their releases, newest first.
    pub(super) releases: Vec<Option<&'a Release>>,
    /// Whether they rest on different cells, of which the first's are shown.
    differs: bool,
}

/// Adds the ranked table, what was cut, and how the rank was decided.
pub(super) fn add(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let all = rows(&outcome.plans);
    let rows = &all[..all.len().min(view.limit.unwrap_or(usize::MAX))];
    if rows.is_empty() {
        return;
    }
    page.push(Block::Table(table(outcome, rows, &extras.prices)));
    let unread = outcome.total - outcome.plans.len();
    if rows.len() < all.len() || unread > 0 {
        page.paragraph(cut(all.len() - rows.len() + unread));
    }
    if !view.quiet {
        page.paragraph(RankLegend::of(rows).text());
    }
    if view.detail == Detail::Full {
        page.list("Why the first is first", why_first(rows, outcome.matrices.len() > 1));
    }
    if view.all_cells {
        page.heading("Every cell that the plans touch");
        add_cells(page, &outcome.plans[..shown(outcome, view)]);
    }
}

/// The plans with those drawn together that differ in nothing but their releases. A row stands where its
/// best plan stands.
pub(super) fn rows(plans: &[Plan]) -> Vec<PlanRow<'_>> {
    let key = |plan: &Plan| {
        (plan.backend.clone(), plan.pattern.clone(), plan.features.clone(), plan.score, plan.level)
    };
    let mut rows: Vec<PlanRow<'_>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for (position, plan) in plans.iter().enumerate() {
        let row = *known.entry(key(plan)).or_insert(rows.len());
        match rows.get_mut(row) {
            Some(row) => {
                row.releases.push(plan.release.as_ref());
                row.differs |= remarks(row.best, &[]) != remarks(plan, &[]);
            }
            None => {
                let releases = vec![plan.release.as_ref()];
                rows.push(PlanRow { best: plan, position, releases, differs: false });
            }
        }
    }
    rows
}

/// Whether a criterion is other than 0 for some plan.
fn tells(criterion: &Criterion, rows: &[PlanRow<'_>]) -> bool {
    rows.iter().any(|row| (criterion.value)(&row.best.score) > 0)
}

/// Whether the best plan of each row is equal to that of another. Those stand beside each other.
fn shared(rows: &[PlanRow<'_>]) -> Vec<bool> {
    let standing = |row: usize| rows.get(row).map(|row| row.best.standing);
    let is_shared = |row: usize| {
        let others = [row.checked_sub(1), Some(row + 1)];
        others.into_iter().flatten().any(|other| standing(other) == standing(row))
    };
    (0..rows.len()).map(is_shared).collect()
}

fn table(outcome: &Outcome, rows: &[PlanRow<'_>], prices: &[Vec<Price>]) -> Table {
    let telling = |criterion: &&Criterion| criterion.title == "headroom" || tells(criterion, rows);
    let columns = RankColumns {
        several: outcome.matrices.len() > 1,
        patterns: rows.iter().any(|row| row.best.pattern.is_some()),
        criteria: CRITERIA.iter().filter(telling).collect(),
    };
    let mut table = Table { columns: columns.titled(), remarks: "rests on", ..Table::default() };
    for (row, is_shared) in rows.iter().zip(shared(rows)) {
        let prices = prices.get(row.position).map_or(&[][..], Vec::as_slice);
        table.rows.push(columns.row(row, is_shared, prices, &outcome.request));
    }
    table
}

/// The columns that a ranked table has.
pub(super) struct RankColumns {
    /// Whether plans are of several releases.
    pub(super) several: bool,
    /// Whether plans have patterns.
    pub(super) patterns: bool,
    pub(super) criteria: Vec<&'static Criterion>,
}

impl RankColumns {
    pub(super) fn titled(&self) -> Vec<Column> {
        let mut columns = vec![Column::right("#"), Column::left("backend")];
        columns.extend(self.several.then(|| Column::left("release")));
        columns.extend(self.patterns.then(|| Column::left("pattern")));
        columns.push(Column::left("stability"));
        columns.extend(self.criteria.iter().map(|criterion| Column::spare(criterion.title)));
        columns
    }

    pub(super) fn row(
        &self,
        row: &PlanRow<'_>,
        is_shared: bool,
        prices: &[Price],
        request: &Request,
    ) -> Row {
        let plan = row.best;
        let equal = if is_shared { "=" } else { "" };
        let standing = format!("{equal}{}", plan.standing);
        let mut cells = vec![Text::plain(&standing), words::id(&plan.backend)];
        cells.extend(self.several.then(|| release_spans(&row.releases, &request.releases)));
        let pattern = || plan.pattern.as_deref().map_or_else(Text::new, words::id);
        cells.extend(self.patterns.then(pattern));
        cells.push(words::level_in_column(plan.level));
        let values = self.criteria.iter().map(|criterion| (criterion.value)(&plan.score));
        cells.extend(values.map(|value| Text::plain(&value.to_string())));
        let mut remarks = remarks(plan, prices);
        if row.differs {
            let release = words::release(plan.release.as_ref());
            remarks.insert(0, Text::plain("in ").and(release).and(", others differ in this:"));
        }
        Row { cells, remarks }
    }
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

/// The most missed wants of one plan of which a table says what keeps each out.
const MOST_TOLD: usize = 4;

/// The wants that a plan misses, the first ones each with what keeps it out: of many, nobody reads that.
fn misses(plan: &Plan, prices: &[Price]) -> Option<Text> {
    let (told, others) = plan.missed.split_at(plan.missed.len().min(MOST_TOLD));
    let missed = Text::new().each(told, ", ", |text, id| {
        let price = prices.iter().find(|price| price.feature == *id);
        let cells = price.into_iter().flat_map(|price| &price.cells);
        let cells = Text::new()
            .each(cells, ", ", |text, cell| text.level(cell.level).and(": ").together(&cell.terms));
        let text = text.id(id);
        if cells.is_empty() { text } else { text.and(" (").joined(&cells).and(")") }
    });
    let missed = if others.is_empty() { missed } else { missed.and(", ").listed(others, ", ") };
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

/// By what the first plan is before each of the next ones.
fn why_first(rows: &[PlanRow<'_>], several: bool) -> Vec<Text> {
    let Some((first, others)) = rows.split_first() else { return Vec::new() };
    let before = |row: &PlanRow<'_>| {
        let (best, other) = (&first.best.score, &row.best.score);
        let start =
            Text::plain("before ").target(&row.best.backend, row.best.release.as_ref(), several);
        let start = match &row.best.pattern {
            Some(pattern) => start.and(", pattern ").id(pattern),
            None => start,
        };
        match CRITERIA.iter().find(|c| (c.value)(best) != (c.value)(other)) {
            Some(by) => {
                let values =
                    format!(": {}, {} against {}", by.meaning, (by.value)(best), (by.value)(other));
                start.and(&values)
            }
            None if first.best.release != row.best.release => start.and(": newer release"),
            None => start.and(" by the alphabet alone: they are equal"),
        }
    };
    others.iter().take(MOST_COMPARED).map(before).collect()
}

pub(super) fn cut(rows: usize) -> Text {
    let more = Text::plain(&rows.to_string()).and(" more not shown; ");
    more.id("--limit 0").and(" shows them all.")
}

/// What decided the rank of rows that were seen one after the other, so that a reader can check it against
/// the values, and which plans are equal.
#[derive(Default)]
pub(super) struct RankLegend {
    first: Option<(Score, Option<Release>)>,
    /// For each criterion, whether it is not the same for all.
    decided: [bool; CRITERIA.len()],
    by_release: bool,
    /// The standing of the first plans that are equal.
    equal: Option<usize>,
}

impl RankLegend {
    fn of(rows: &[PlanRow<'_>]) -> Self {
        let mut legend = RankLegend::default();
        rows.iter().zip(shared(rows)).for_each(|(row, is_shared)| legend.see(row.best, is_shared));
        legend
    }

    /// Takes in the best plan of the next row.
    pub(super) fn see(&mut self, plan: &Plan, is_shared: bool) {
        let first = || (plan.score, plan.release.clone());
        let (score, release) = self.first.get_or_insert_with(first);
        for (decided, criterion) in self.decided.iter_mut().zip(&CRITERIA) {
            *decided |= (criterion.value)(&plan.score) != (criterion.value)(score);
        }
        self.by_release |= plan.release != *release;
        if is_shared && self.equal.is_none() {
            self.equal = Some(plan.standing);
        }
    }

    pub(super) fn text(&self) -> Text {
        let by = |criterion: &Criterion| {
            let first = if criterion.title == "headroom" { "more" } else { "fewer" };
            format!("{} ({}, {first} first)", criterion.title, criterion.meaning)
        };
        let decided = CRITERIA.iter().zip(self.decided).filter(|(_, decided)| *decided);
        let mut criteria: Vec<String> = decided.map(|(criterion, _)| by(criterion)).collect();
        if self.by_release {
            criteria.push("newest release".to_owned());
        }
        let mut sentences = Vec::new();
        if !criteria.is_empty() {
            sentences.push(format!("Ranked by {}.", criteria.join(", then ")));
        }
        if let Some(standing) = self.equal {
            sentences.push(format!("={standing}: equal; the order is alphabetical."));
        }
        Text::of(Tone::Faint, &sentences.join(" "))
    }
}

/// Adds every cell that each plan touches.
pub(super) fn add_cells(page: &mut Page, plans: &[Plan]) {
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
    page.push(Block::Table(table));
    page.paragraph(documents::legend(usual));
}
