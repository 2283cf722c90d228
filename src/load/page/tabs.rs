//! Tables in tabs: where tabs hold several tables of one kind, one tab is read.

use std::collections::HashMap;
use std::ops::Range;

use crate::matrix::slug;

use super::context::PageContext;
use super::outline::{Outline, PageTable};
use super::recognise::TableKind;

/// Keeps, of the tables of one kind that stand in different tabs, those of the tab that is asked
/// for, or else of the first. Tabs that are named after backends are no choice.
pub(super) fn choose(
    kinds: &mut [TableKind],
    outline: &Outline,
    wanted: Option<&str>,
    context: &mut PageContext<'_>,
) {
    let titles: Vec<Option<String>> =
        outline.tables.iter().map(|table| title(table, context)).collect();
    let choices = choices(kinds, &titles);
    if let Some(wanted) = wanted
        && !choices.values().flatten().any(|&at| matches(titles[at].as_deref(), wanted))
    {
        unknown_tab(wanted, &choices, &titles, context);
        return;
    }
    let mut groups: Vec<_> = choices.into_values().collect();
    // A hash map has no order, and warnings should have one: that of the page.
    groups.sort();
    for group in groups {
        let Some(&first) = group.first() else { continue };
        let asked =
            wanted.and_then(|w| group.iter().find(|&&at| matches(titles[at].as_deref(), w)));
        let chosen = titles[*asked.unwrap_or(&first)].clone();
        let left_out: Vec<usize> =
            group.iter().copied().filter(|&at| titles[at] != chosen).collect();
        if let (Some(&other), None) = (left_out.first(), asked) {
            several_tabs(chosen.as_deref(), other, outline, &titles, context);
        }
        for at in left_out {
            kinds[at] = TableKind::Other;
        }
    }
}

/// The title of the innermost tab that a table is in, unless it names a backend.
fn title(table: &PageTable, context: &PageContext<'_>) -> Option<String> {
    let titles = table.location.tabs.iter().rev().map(|range| context.plain(range));
    titles.into_iter().find(|title| context.names.backend_of_heading(title, &[]).is_none())
}

/// The tables in tabs, by what they are tables of.
fn choices(kinds: &[TableKind], titles: &[Option<String>]) -> HashMap<String, Vec<usize>> {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(at, _)| titles[*at].is_some()) {
        let group = match kind {
            TableKind::Pairs(backend) => format!("pairs of {}", backend.id),
            TableKind::Columns(rows, _) => format!("{rows:?}"),
            TableKind::Other => continue,
        };
        groups.entry(group).or_default().push(at);
    }
    groups
}

fn matches(title: Option<&str>, wanted: &str) -> bool {
    let wanted = slug(wanted);
    title.is_some_and(|title| !wanted.is_empty() && slug(title).starts_with(&wanted))
}

fn several_tabs(
    chosen: Option<&str>,
    other: usize,
    outline: &Outline,
    titles: &[Option<String>],
    context: &mut PageContext<'_>,
) {
    let chosen = chosen.unwrap_or_default();
    let left_out = titles[other].as_deref().unwrap_or_default();
    let span: Range<usize> = outline.tables[other].head[0].clone();
    context.problems.warning(
        "several-tabs",
        span,
        format!("the tabs `{chosen}` and `{left_out}` both hold such a table"),
        format!("`{chosen}` is read; choose another with --tab '{left_out}'"),
    );
}

fn unknown_tab(
    wanted: &str,
    choices: &HashMap<String, Vec<usize>>,
    titles: &[Option<String>],
    context: &mut PageContext<'_>,
) {
    let mut known: Vec<&str> =
        choices.values().flatten().filter_map(|&at| titles[at].as_deref()).collect();
    known.sort_unstable();
    known.dedup();
    let help = if known.is_empty() {
        "the page has no tables in tabs; leave --tab out".to_owned()
    } else {
        format!("the tabs with such tables are `{}`", known.join("`, `"))
    };
    let message = format!("no tab called `{wanted}` holds a table of the matrix");
    context.problems.error("unknown-tab", None, message, &help);
}
