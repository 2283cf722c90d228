//! The page of a request without a plan: its conflicts, the blocking cells of each target, and what
//! would help.

use std::sync::Arc;

use crate::matrix::Term;
use crate::plan::{Correction, Outcome, Plan, Reason, TouchedCell};

use super::{Detail, Extras, View};
use super::{hints, targets};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;
use crate::request::Request;

/// The most conflicts that the sentence of a brief answer names.
const BRIEF_CONFLICTS: usize = 4;
/// The most conflicts, corrections and unlocking sets that a brief answer shows.
const BRIEF: usize = 6;

/// Adds the causes, from the request to the cells, and then the corrections.
pub(super) fn add(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let most = if view.detail == Detail::Full { usize::MAX } else { BRIEF };
    add_conflicts(page, outcome, most, view);
    add_reasons(page, outcome, &extras.reasons);
    if !outcome.rejected.is_empty() {
        page.heading("What blocks it, nearest to a plan first");
        page.paragraph(who_has_all(outcome));
        targets::add_cells(page, outcome, view);
    }
    add_corrections(page, outcome, most, view);
    add_unlocks(page, outcome, most, view);
}

/// Adds what fails together, and why on each target.
pub(super) fn add_brief(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    if outcome.is_undecided() {
        return;
    }
    page.heading("Why not");
    page.paragraph(together_fail(outcome));
    page.paragraph(who_has_all(outcome));
    if !outcome.rejected.is_empty() {
        targets::add_reasons(page, outcome, extras, view);
    }
}

/// The conflicts in one sentence, where there are few.
fn together_fail(outcome: &Outcome) -> Text {
    let everywhere = match outcome.rejected.as_slice() {
        [target] => &target.backend,
        _ => "every backend",
    };
    if outcome.conflicts.iter().any(Vec::is_empty) {
        let text = format!("The matrix blocks everything on {everywhere}, whatever is asked.");
        return Text::plain(&text);
    }
    let (shown, more) = outcome.conflicts.split_at(outcome.conflicts.len().min(BRIEF_CONFLICTS));
    let sets = Text::new().each(shown, "; ", |text, terms| text.together(terms));
    let sets = match more.len() {
        0 => sets,
        more => sets.and(" and ").and(&words::count(more, "more set")),
    };
    match outcome.conflicts.as_slice() {
        [] => Text::new(),
        [one] if one.len() == 1 => sets.and(&format!(" fails by itself on {everywhere}.")),
        [_] => sets.and(&format!(" fail together on {everywhere}, and no fewer of them do.")),
        _ => Text::plain(&format!("Each of these fails on {everywhere}: ")).joined(&sets).and("."),
    }
}

fn add_conflicts(page: &mut Page, outcome: &Outcome, most: usize, view: &View) {
    let everywhere = match outcome.rejected.as_slice() {
        [target] => &target.backend,
        _ => "every backend",
    };
    let mut items: Vec<Text> =
        outcome.conflicts.iter().take(most).map(|terms| conflict(terms)).collect();
    if outcome.conflicts.iter().any(Vec::is_empty) {
        let matrix = format!("The matrix blocks everything on {everywhere}, whatever is asked.");
        return page.paragraph(Text::plain(&matrix));
    }
    if items.is_empty() {
        return;
    }
    items.extend(more(outcome.conflicts.len(), most, "more conflict", outcome, view));
    let heading = match outcome.conflicts.len() {
        1 => format!("What conflicts: this fails on {everywhere}, and nothing less does"),
        _ => format!("What conflicts: each of these fails on {everywhere}, and nothing less does"),
    };
    page.list(&heading, items);
}

/// Adds which cells cause each conflict at each target.
fn add_reasons(page: &mut Page, outcome: &Outcome, reasons: &[Vec<Reason>]) {
    if reasons.is_empty() {
        return;
    }
    let several = outcome.matrices.len() > 1;
    let mut table = Table::new(["conflict"]);
    table.remarks = "because of";
    for (terms, targets) in outcome.conflicts.iter().zip(reasons) {
        let reasons = targets.iter().map(|reason| why(reason, several)).collect();
        table.row(vec![Text::new().together(terms)], reasons);
    }
    page.heading("Each conflict, backend by backend");
    page.push(Block::Table(table));
}

/// Says why a conflict fails at one target.
fn why(Reason { release, backend, blocking }: &Reason, several: bool) -> Text {
    let text = Text::new().target(backend, release.as_ref(), several);
    let cells = blocking.iter().map(|cell| (&cell.terms[..], cell.level));
    targets::by_level(text.and(" "), &cells)
}

/// A set of the request's terms that fails.
fn conflict(terms: &[Term]) -> Text {
    let text = Text::new().together(terms);
    if terms.len() == 1 && !terms[0].is_negated() { text.and(" by itself") } else { text }
}

/// A remark on what a brief list leaves out.
fn more(all: usize, shown: usize, noun: &str, outcome: &Outcome, view: &View) -> Option<Text> {
    let left = all.checked_sub(shown).filter(|&left| left > 0)?;
    let text = Text::of(Tone::Faint, &words::count(left, noun)).more(": ");
    Some(text.id(&hints::explain(&outcome.request, view)))
}

/// Says which backends have each needed feature, where some do and some do not: then it is the
/// combination that fails there.
fn who_has_all(outcome: &Outcome) -> Text {
    let lone = |cell: &Arc<TouchedCell>| cell.terms.len() == 1;
    let has = |backend: &&str| {
        let mut targets = outcome.rejected.iter().filter(|target| target.backend == *backend);
        targets.all(|target| !target.blocking.is_empty() && !target.blocking.iter().any(lone))
    };
    let mut backends: Vec<&str> = outcome.rejected.iter().map(|p| p.backend.as_str()).collect();
    backends.sort_unstable();
    backends.dedup();
    let able: Vec<&str> = backends.iter().copied().filter(has).collect();
    if outcome.request.need.len() < 2 || able.is_empty() || able.len() == backends.len() {
        return Text::new();
    }
    let only = if able.len() == 1 { " has" } else { " have" };
    Text::plain("Only ")
        .listed(&able, " and ")
        .and(only)
        .and(" every feature asked for; what is blocked there is the combination.")
}

fn add_corrections(page: &mut Page, outcome: &Outcome, most: usize, view: &View) {
    if outcome.corrections.is_empty() {
        return;
    }
    let columns =
        vec![Column::left("change"), Column::right("plans"), Column::left("the best of them")];
    let mut table = Table { columns, ..Table::default() };
    for correction in outcome.corrections.iter().take(most) {
        let Correction { drop, plans, best } = correction;
        let plans = Text::plain(&plans.to_string());
        let remark = leaves_no_need(drop, outcome)
            .then(|| Text::of(Tone::Faint, "which has nothing of what is needed"));
        let instead = change(drop, best);
        let best = summary(best, outcome.matrices.len() > 1);
        table.row(vec![instead, plans, best], remark.into_iter().collect());
    }
    page.heading("What to give up");
    page.push(Block::Table(table));
    let more = more(outcome.corrections.len(), most, "more correction", outcome, view);
    page.paragraph(more.unwrap_or_default());
}

/// Whether nothing is left to work once these terms are dropped.
fn leaves_no_need(dropped: &[Term], outcome: &Outcome) -> bool {
    let Request { need, want, .. } = &outcome.request;
    let is_dropped = |id: &String| dropped.iter().any(|term| term.as_str() == id);
    !need.is_empty() && want.is_empty() && need.iter().all(is_dropped)
}

/// Says what dropping terms means: `drop lora, tool-calling; allow disaggregated-serving; any
/// pattern`. Of machines it says what the best plan then needs: `driver 575 or newer`.
fn change(terms: &[Term], best: &Plan) -> Text {
    let named = |negated: bool| {
        let plain = terms.iter().filter(|term| !term.id().contains('='));
        let ids = plain.filter(|term| term.is_negated() == negated).map(Term::id);
        Text::new().each(ids, ", ", Text::id)
    };
    let parts = [named(false).after("drop "), named(true).after("allow ")];
    let facts = terms.iter().filter_map(|term| term.id().split_once('='));
    let facts = facts.map(|(key, value)| match key {
        "fact" => Text::plain("without fact ").id(value),
        "driver" => match best.platforms.iter().map(|row| row.min_driver).min() {
            Some(least) => Text::plain(&format!("driver {least} or newer")),
            None => Text::plain("another driver"),
        },
        "cuda" => Text::new()
            .each(&best.platforms, " or ", |text, row| text.and(&row.cuda))
            .after("CUDA "),
        "engine" => match &best.engine {
            Some(engine) => Text::plain("engine ").and(engine),
            None => Text::plain("another engine"),
        },
        _ => Text::plain("any ").and(key),
    });
    Text::join(parts.into_iter().filter(|part| !part.is_empty()).chain(facts), "; ")
}

/// A plan in a few words.
fn summary(plan: &Plan, several: bool) -> Text {
    let text = Text::new().target(&plan.backend, plan.release.as_ref(), several);
    let text = match &plan.pattern {
        Some(pattern) => text.and(", pattern ").id(pattern),
        None => text,
    };
    text.and(", ").level(plan.level)
}

fn add_unlocks(page: &mut Page, outcome: &Outcome, most: usize, view: &View) {
    let targets = &outcome.unlocks;
    let all = targets.iter().map(|target| target.sets.len()).sum();
    if all == 0 {
        return;
    }
    let several = outcome.matrices.len() > 1;
    let mut table = Table::new(targets::columns(several, &["all of"]));
    let rows = targets.iter().flat_map(|target| target.sets.iter().map(move |set| (target, set)));
    for (target, set) in rows.take(most) {
        let mut cells = vec![words::id(&target.backend)];
        cells.extend(several.then(|| Text::plain(words::release(target.release.as_ref()))));
        let rising = set.iter().map(|cell| (&cell.terms[..], cell.level));
        cells.push(targets::by_level(Text::new(), &rising));
        table.row(cells, Vec::new());
    }
    let accept = outcome.request.accept;
    let heading = format!("What the matrix would have to support, at {accept} or better");
    page.heading(&heading);
    page.push(Block::Table(table));
    page.paragraph(more(all, most, "more way", outcome, view).unwrap_or_default());
}
