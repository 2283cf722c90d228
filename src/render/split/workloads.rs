//! Classes of workloads as a page.

use crate::plan::{Class, Unserved, WorkloadsOutcome};
use crate::render::answer::{View, plans};
use crate::render::origin::{newest_differs, other_notices};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;

use super::others;

/// The most names of workloads that a row shows.
const BRIEF: usize = 8;

/// The fewest classes as a page.
#[must_use]
pub fn page(outcome: &WorkloadsOutcome, view: &View) -> Page {
    let releases = outcome.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(view.origin.title(releases));
    page.paragraph(newest_differs(&outcome.notices));
    page.heading(&verdict(outcome));
    if !outcome.complete && !outcome.classes.is_empty() {
        page.paragraph(Text::plain("Not every way to put them there was compared."));
    }
    if !outcome.classes.is_empty() {
        let names = if view.limit.is_none() { usize::MAX } else { BRIEF };
        page.push(Block::Table(table(&outcome.classes, names, outcome.matrices.len() > 1)));
        let is_cut = outcome.classes.iter().any(|class| class.workloads.len() > names);
        if is_cut && !view.quiet {
            let flag = Text::new().id("--limit 0");
            page.paragraph(flag.with(Tone::Faint, " names every workload."));
        }
    }
    page.list("Nothing can serve", outcome.unserved.iter().map(unserved).collect());
    if !view.quiet {
        page.list("Notices", other_notices(&outcome.notices));
    }
    page
}

/// The answer in one sentence.
fn verdict(outcome: &WorkloadsOutcome) -> String {
    let served: usize = outcome.classes.iter().map(|class| class.workloads.len()).sum();
    let workloads = words::count(served, "workload");
    let (kinds, serve) = match outcome.classes.len() {
        1 => ("1 class of deployments".to_owned(), "serves"),
        many => (format!("{many} classes of deployments"), "serve"),
    };
    let unserved = match outcome.unserved.len() {
        0 => String::new(),
        many => format!(" Nothing can serve {}.", words::count(many, "other")),
    };
    let ended = words::ended(&outcome.notices);
    match (outcome.classes.is_empty(), outcome.classes.len() > outcome.lower_bound) {
        (true, _) if !outcome.complete => format!("{ended} before anything was proved."),
        (true, _) => {
            format!("Nothing can serve {}.", words::count(outcome.unserved.len(), "workload"))
        }
        (_, false) => format!("{kinds} {serve} {workloads}, and fewer do not.{unserved}"),
        (_, true) => format!(
            "{kinds} {serve} {workloads}; at least {} are needed. {ended} before more was \
             proved.{unserved}",
            outcome.lower_bound
        ),
    }
}

fn table(classes: &[Class], most_names: usize, several: bool) -> Table {
    let patterns = classes.iter().any(|class| class.plan.pattern.is_some());
    let counted = classes.iter().any(|class| class.count != class.workloads.len() as u64);
    let others_do = classes.iter().any(|class| !class.alternatives.is_empty());
    let mut columns = vec![Column::right("workloads")];
    columns.extend(counted.then(|| Column::right("count")));
    columns.extend([Column::left("need"), Column::left("on")]);
    columns.extend(several.then(|| Column::left("release")));
    columns.extend(others_do.then(|| Column::left("or on")));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.push(Column::left("stability"));
    let mut table = Table { columns, remarks: "which", ..Table::default() };
    for class in classes {
        let plan = &class.plan;
        let need = Text::join([Text::new().listed(&class.need, ", "), avoided(class)], " ");
        let mut cells = vec![Text::plain(&class.workloads.len().to_string())];
        cells.extend(counted.then(|| Text::plain(&class.count.to_string())));
        cells.extend([need, words::id(&plan.backend)]);
        cells.extend(several.then(|| Text::plain(words::release(plan.release.as_ref()))));
        cells.extend(others_do.then(|| others(&class.alternatives, several)));
        cells.extend(patterns.then(|| plan.pattern.as_deref().map_or_else(Text::new, words::id)));
        cells.push(words::level_in_column(plan.level));
        let mut remarks = vec![names(&class.workloads, most_names)];
        remarks.extend(plans::remarks(plan, &[]));
        table.row(cells, remarks);
    }
    table
}

/// The features and groups that must be off for a class.
fn avoided(class: &Class) -> Text {
    Text::new().listed(&class.avoid, " or ").after("without ")
}

/// The names of workloads, or of the first of many.
fn names(names: &[String], most: usize) -> Text {
    let shown = Text::new().each(names.iter().take(most), ", ", |text, name| text.and(name));
    match names.len().saturating_sub(most) {
        0 => shown,
        more => shown.and(&format!(" and {more} more")),
    }
}

/// A workload that nothing can serve, and why.
fn unserved(workload: &Unserved) -> Text {
    let name = Text::plain(&workload.name).and(": ");
    name.together(&workload.conflict).and(" fails everywhere")
}
