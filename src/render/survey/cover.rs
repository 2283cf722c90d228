//! Deployments that try every pair.

use super::{PageView, of, surveys, target_columns};
use crate::analysis::survey::{Analysis, Cover, Survey};
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;

/// Adds the deployments of each target; all of them, as every one is needed.
pub(super) fn add(page: &mut Page, analysis: &Analysis, view: PageView) {
    let covers = surveys(analysis).into_iter().filter_map(|it| Some((it, it.cover.as_ref()?)));
    let covers: Vec<(&Survey, &Cover)> = covers.collect();
    if covers.is_empty() {
        return;
    }
    let patterns = covers.iter().flat_map(|(_, cover)| &cover.deployments);
    let patterns = patterns.into_iter().any(|it| it.plan.pattern.is_some());
    let mut columns = target_columns(analysis);
    columns.push(Column::right("#"));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.extend([Column::left("stability"), Column::right("new pairs")]);
    let mut table = Table { columns, remarks: "features", ..Table::default() };
    for (survey, cover) in &covers {
        for deployment in &cover.deployments {
            let plan = &deployment.plan;
            let mut cells = of(analysis, survey);
            cells.push(Text::plain(&plan.rank.to_string()));
            cells.extend(
                patterns.then(|| plan.pattern.as_deref().map_or_else(Text::new, words::id)),
            );
            cells.push(words::level_in_column(plan.level));
            cells.push(Text::plain(&deployment.pairs.len().to_string()));
            table.row(cells, vec![Text::new().listed(&plan.features, ", ")]);
        }
    }
    page.heading("Deployments that try every pair of features");
    page.push(Block::Table(table));
    if !view.quiet {
        page.push(Block::List(covers.iter().map(|(survey, cover)| sum(survey, cover)).collect()));
    }
}

/// Says what was proved of a cover, in a sentence or two.
fn sum(survey: &Survey, cover: &Cover) -> Text {
    let number = words::count(cover.deployments.len(), "deployment");
    let pairs = words::count(cover.pairs, "pair");
    let proved = match cover.minimal {
        true => "; fewer cannot do.".to_owned(),
        false => format!("; at least {} are needed.", cover.at_least),
    };
    let text = words::id(&survey.id).and(&format!(": {number} for {pairs}{proved}"));
    if cover.alone.is_empty() {
        return text;
    }
    text.and(" In no pair: ").listed(&cover.alone, ", ").and(".")
}
