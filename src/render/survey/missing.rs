//! The most valuable missing cells.

use super::{PageView, cut, target_cells, target_columns};
use crate::analysis::survey::{Analysis, CountChange, Missing, Worth};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};

/// Adds the changes that add most.
pub(super) fn add(page: &mut Page, analysis: &Analysis, missing: &Missing, view: PageView) {
    let accept = analysis.request.accept;
    let heading = format!("Most valuable missing cells: what it adds to raise them to {accept}");
    page.heading(&heading);
    if missing.changes.is_empty() {
        page.paragraph(Text::plain("No change of so few cells adds anything."));
        return;
    }
    let requests = missing.changes.iter().any(|worth| worth.requests.is_some());
    let mut columns = vec![Column::right("#")];
    columns.extend(target_columns(analysis));
    columns.extend(requests.then(|| Column::right("requests")));
    columns.extend([Column::right("feature sets"), Column::right("configurations")]);
    let mut table = Table { columns, remarks: "cells to raise", ..Table::default() };
    for worth in missing.changes.iter().take(view.most()) {
        let mut row = vec![Text::plain(&worth.rank.to_string())];
        row.extend(target_cells(analysis, &worth.backend, worth.release.as_ref()));
        row.extend(worth.requests.map(change));
        row.extend([worth.feature_sets, worth.configurations].map(change));
        table.row(row, vec![cells(worth)]);
    }
    page.push(Block::Table(table));
    page.paragraph(cut(missing.changes.len().saturating_sub(view.most()), "more change"));
    if !missing.complete {
        page.paragraph(Text::plain(
            "There are too many cells to try every change: a better one may exist.",
        ));
    }
    if requests && !view.quiet {
        page.paragraph(Text::of(
            Tone::Faint,
            "Requests: the summed weight of those with a plan on some backend.",
        ));
    }
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
