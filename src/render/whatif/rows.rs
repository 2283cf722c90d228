//! The plans that were gained, lost and moved.

use super::{PageView, state};
use crate::analysis::whatif::{ChangedCell, Difference, Moved, Standing, WhatIf};
use crate::matrix::Release;
use crate::plan::Score;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;

/// Adds the plans that were gained and lost, as far as there are any.
pub(super) fn add_gained_and_lost(page: &mut Page, whatif: &WhatIf, view: PageView) {
    let several = is_of_several(whatif);
    add_plans(page, "Gained", "after", &whatif.gained, several, view);
    add_plans(page, "Lost", "before", &whatif.lost, several, view);
}

/// Adds the plans that moved. After an upgrade that leaves out those of which headroom alone changed.
pub(super) fn add_moved(page: &mut Page, whatif: &WhatIf, view: PageView) {
    let is_upgrade = !whatif.checklist.is_empty();
    let is_told = |moved: &&Moved| {
        let headroom = moved.after.score.headroom;
        let score = Score { headroom, ..moved.before.score };
        !is_upgrade || Standing { score, ..moved.before } != moved.after
    };
    let moved: Vec<&Moved> = whatif.moved.iter().filter(is_told).collect();
    push_moved(page, &moved, is_of_several(whatif), view);
}

/// Whether one of the answers is about several releases.
fn is_of_several(whatif: &WhatIf) -> bool {
    whatif.before.matrices.len() > 1 || whatif.after.matrices.len() > 1
}

fn columns(several: bool, patterns: bool) -> Vec<Column> {
    let mut columns = vec![Column::left("backend")];
    columns.extend(several.then(|| Column::left("release")));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.push(Column::left("stability"));
    columns
}

fn target(
    backend: &str,
    release: Option<&Release>,
    pattern: Option<&str>,
    (several, patterns): (bool, bool),
) -> Vec<Text> {
    let mut cells = vec![words::id(backend)];
    cells.extend(several.then(|| Text::plain(words::release(release))));
    cells.extend(patterns.then(|| pattern.map_or_else(Text::new, words::id)));
    cells
}

fn add_plans(
    page: &mut Page,
    heading: &str,
    side: &'static str,
    plans: &[Difference],
    several: bool,
    view: PageView,
) {
    if plans.is_empty() {
        return;
    }
    let patterns = plans.iter().any(|found| found.plan.pattern.is_some());
    let rank = Column::right(&format!("# {side}"));
    let columns = [rank].into_iter().chain(columns(several, patterns)).collect();
    let mut table = Table { columns, remarks: "features", ..Table::default() };
    for Difference { plan, because } in plans.iter().take(view.most()) {
        let mut cells = vec![Text::plain(&plan.rank.to_string())];
        let shown = (several, patterns);
        cells.extend(target(&plan.backend, plan.release.as_ref(), plan.pattern.as_deref(), shown));
        cells.push(words::level_in_column(plan.level));
        let mut remarks = vec![Text::new().listed(&plan.features, ", ")];
        remarks.extend(reason(because));
        table.row(cells, remarks);
    }
    push(page, heading, table, plans.len());
}

fn push_moved(page: &mut Page, moved: &[&Moved], several: bool, view: PageView) {
    if moved.is_empty() {
        return;
    }
    let patterns = moved.iter().any(|found| found.pattern.is_some());
    let ranks = [Column::right("# before"), Column::right("# after")];
    let columns = ranks.into_iter().chain(columns(several, patterns)).collect();
    let mut table = Table { columns, remarks: "features", ..Table::default() };
    for found in moved.iter().take(view.most()) {
        let Moved { release, backend, pattern, features, before, after, because } = found;
        let mut cells: Vec<Text> =
            [before.rank, after.rank].map(|rank| Text::plain(&rank.to_string())).to_vec();
        cells.extend(target(backend, release.as_ref(), pattern.as_deref(), (several, patterns)));
        cells.push(words::level_in_column(after.level));
        let mut remarks = vec![Text::new().listed(features, ", ")];
        if before.score.headroom != after.score.headroom {
            let [was, is] = [before.score.headroom, after.score.headroom];
            remarks.push(Text::plain(&format!("headroom {was} to {is}")));
        }
        remarks.extend(reason(because));
        table.row(cells, remarks);
    }
    push(page, "Moved", table, moved.len());
}

fn push(page: &mut Page, heading: &str, table: Table, all: usize) {
    let left = all - table.rows.len();
    page.heading(heading);
    page.push(Block::Table(table));
    if left > 0 {
        let text = Text::of(Tone::Faint, &words::count(left, "more plan")).more(" not shown; ");
        page.paragraph(text.id("--limit 0").with(Tone::Faint, " shows all."));
    }
}

/// The cells that made the difference.
fn reason(because: &[ChangedCell]) -> Option<Text> {
    let side = |side: &Option<_>| side.as_ref().map_or_else(|| Text::plain("not touched"), state);
    let cells = Text::new().each(because, "; ", |text, cell| {
        let text = text.together(&cell.terms).and(" was ").joined(&side(&cell.before));
        if cell.before == cell.after { text } else { text.and(", now ").joined(&side(&cell.after)) }
    });
    (!cells.is_empty()).then(|| cells.after("because "))
}
