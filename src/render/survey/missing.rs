//! The most valuable missing cells.

use super::{PageView, cut, target_cells, target_columns};
use crate::analysis::survey::{Analysis, CountChange, Missing, ServedCount, Worth};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};

/// Adds the changes that add most.
pub(super) fn add(page: &mut Page, analysis: &Analysis, missing: &Missing, view: PageView) {
    let accept = analysis.request.accept;
    let changes = match &missing.requests {
        None => {
            page.heading(&format!(
                "Most valuable missing cells: what it adds to raise them to {accept}"
            ));
            missing.changes.iter().collect()
        }
        Some(served) => {
            page.heading(&served_by_now(served));
            let serving = missing.changes.iter().filter(|worth| serves_more(worth));
            serving.collect::<Vec<&Worth>>()
        }
    };
    if changes.is_empty() {
        let text = match &missing.requests {
            None => "No change of so few cells adds anything.",
            Some(served) if served.served == served.all => "",
            Some(_) => "No change of so few cells serves another one.",
        };
        page.paragraph(Text::plain(text));
        return;
    }
    if missing.requests.is_some() {
        page.heading(&format!("What raising cells to {accept} would serve"));
    }
    page.push(Block::Table(table(analysis, missing, &changes, view)));
    page.paragraph(cut(changes.len().saturating_sub(view.most()), "more change"));
    if !missing.complete {
        page.paragraph(Text::plain(
            "There are too many cells to try every change: a better one may exist.",
        ));
    }
}

/// Whether a change serves a request that nothing serves now.
fn serves_more(worth: &Worth) -> bool {
    worth.requests.is_some_and(|requests| requests.after > requests.before)
}

/// How many requests have a plan, in a sentence.
fn served_by_now(requests: &ServedCount) -> String {
    let ServedCount { served, all } = requests;
    match served == all {
        true => format!("All requests have a plan on some backend, {all} by count."),
        false => format!("{served} of {all} requests by count have a plan on some backend."),
    }
}

fn table(analysis: &Analysis, missing: &Missing, changes: &[&Worth], view: PageView) -> Table {
    let requests = missing.requests.is_some();
    let mut columns = vec![Column::right("#")];
    columns.extend(target_columns(analysis));
    columns.extend(requests.then(|| Column::right("requests")));
    columns.extend([Column::right("feature sets"), Column::right("configurations")]);
    let mut table = Table { columns, remarks: "cells to raise", ..Table::default() };
    for worth in changes.iter().take(view.most()) {
        let mut row = vec![Text::plain(&worth.rank.to_string())];
        row.extend(target_cells(analysis, &worth.backend, worth.release.as_ref()));
        row.extend(worth.requests.filter(|_| requests).map(change));
        row.extend([worth.feature_sets, worth.configurations].map(change));
        table.row(row, vec![cells(worth)]);
    }
    table
}

/// `480 to 512`, so that the reader need not add.
fn change(change: CountChange) -> Text {
    if change.before == change.after {
        return Text::of(Tone::Faint, &change.before.to_string());
    }
    Text::plain(&format!("{} to {}", change.before, change.after))
}

fn cells(worth: &Worth) -> Text {
    Text::new().each(&worth.cells, "; ", |text, cell| {
        text.together(&cell.terms).and(" (").level(cell.level).and(")")
    })
}
