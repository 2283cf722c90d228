//! Counts, largest feature sets and exclusions.

use super::{PageView, cut, number, of, surveys, target_columns};
use crate::analysis::survey::{Analysis, Survey};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Column, Page, Table};
use crate::render::words;

/// Adds what each target supports: how many features and pairs of them, and which features are in every
/// set or in none.
pub(super) fn add_overview(page: &mut Page, analysis: &Analysis, view: PageView) {
    let mut columns = target_columns(analysis);
    columns.extend(["features", "pairs", "together", "feature sets"].map(Column::right));
    let mut table = Table { columns, remarks: "core and dead features", ..Table::default() };
    for survey in super::surveys(analysis) {
        // Every live feature has an entry, whether or not it excludes any.
        let live = survey.exclusions.len();
        let listed = live + survey.dead.len() + survey.conditionally_dead.len();
        let excluded: usize = survey.exclusions.iter().map(|found| found.excludes.len()).sum();
        let pairs = |features: usize| features * features.saturating_sub(1) / 2;
        let largest = survey.maximal.first().map_or(0, |set| set.features.len());
        let mut cells = of(analysis, survey);
        cells.push(Text::plain(&format!("{live} of {listed}")));
        // Each pair is excluded from both sides.
        cells.push(Text::plain(&format!("{} of {}", pairs(live) - excluded / 2, pairs(listed))));
        cells.push(Text::plain(&largest.to_string()));
        cells.push(number(survey.matching.feature_sets, survey.exact));
        table.row(cells, remarks(survey));
    }
    page.heading("What each backend supports");
    page.push(Block::Table(table));
    if !view.quiet {
        page.paragraph(Text::of(
            Tone::Faint,
            "Of the listed features and their pairs, those that are in a valid set; together: the \
             most in one. Core features are in every valid set as asked, dead ones in none.",
        ));
    }
}

/// Adds how much is valid at each target, with core and dead features.
pub(super) fn add_counts(page: &mut Page, analysis: &Analysis, view: PageView) {
    let request = &analysis.request;
    let narrowed = !request.need.is_empty() || !request.avoid.is_empty();
    let mut columns = target_columns(analysis);
    columns.extend([Column::right("feature sets"), Column::right("configurations")]);
    columns.extend(narrowed.then(|| Column::right("sets as asked")));
    columns.extend(narrowed.then(|| Column::right("configurations as asked")));
    let mut table = Table { columns, remarks: "core and dead features", ..Table::default() };
    for survey in surveys(analysis) {
        let mut cells = of(analysis, survey);
        let mut counts = vec![survey.feature_sets, survey.configurations];
        if narrowed {
            counts.extend([survey.matching.feature_sets, survey.matching.configurations]);
        }
        cells.extend(counts.into_iter().map(|count| number(count, survey.exact)));
        table.row(cells, remarks(survey));
    }
    page.heading("How much is valid");
    page.push(Block::Table(table));
    if !view.quiet {
        page.paragraph(Text::of(
            Tone::Faint,
            "The empty set counts. A set with several valid serving patterns has a configuration \
             for each. Core features are in every valid set that was asked for, dead ones in none.",
        ));
    }
}

fn remarks(survey: &Survey) -> Vec<Text> {
    if survey.matching.feature_sets == 0 && survey.exact {
        return vec![Text::of(Tone::Bad, "no valid set is as asked")];
    }
    let lists = [
        (Tone::Good, "core", &survey.core),
        (Tone::Bad, "dead", &survey.dead),
        (Tone::Fair, "dead with what is asked", &survey.conditionally_dead),
    ];
    let filled = lists.into_iter().filter(|(.., ids)| !ids.is_empty());
    let remark = |(tone, word, ids)| {
        let ids: &Vec<String> = ids;
        Text::of(tone, word).and(": ").listed(ids, ", ")
    };
    filled.map(remark).collect()
}

/// Adds the largest feature sets of each target.
pub(super) fn add_maximal(page: &mut Page, analysis: &Analysis, view: PageView) {
    let patterns = analysis.backends.iter().flat_map(|it| &it.maximal);
    let patterns = patterns.into_iter().any(|set| !set.patterns.is_empty());
    let mut columns = target_columns(analysis);
    columns.extend([Column::right("#"), Column::right("size")]);
    columns.push(Column::left("stability"));
    columns.extend(patterns.then(|| Column::left("patterns")));
    let mut table = Table { columns, remarks: "features", ..Table::default() };
    let mut left = 0;
    for survey in surveys(analysis) {
        for set in survey.maximal.iter().take(view.most()) {
            let mut cells = of(analysis, survey);
            let numbers = [set.rank, set.features.len()];
            cells.extend(numbers.map(|number| Text::plain(&number.to_string())));
            cells.push(words::level_in_column(set.level));
            cells.extend(patterns.then(|| Text::new().listed(&set.patterns, ", ")));
            table.row(cells, vec![Text::new().listed(&set.features, ", ")]);
        }
        left += survey.maximal.len().saturating_sub(view.most());
    }
    if table.rows.is_empty() {
        return;
    }
    page.heading("Largest feature sets: nothing can be added to these");
    page.push(Block::Table(table));
    page.paragraph(cut(left, "more set"));
    for survey in surveys(analysis).into_iter().filter(|survey| !survey.maximal_complete) {
        let place = Text::join(of(analysis, survey), " ");
        let total = number(survey.maximal_total, survey.maximal_exact);
        page.paragraph(
            place.and(": more sets exist than were looked for, ").joined(&total).and("."),
        );
    }
}

/// Adds the features that exclude most at each target.
pub(super) fn add_exclusions(page: &mut Page, analysis: &Analysis, view: PageView) {
    let mut columns = target_columns(analysis);
    columns.extend([Column::left("feature"), Column::right("feature sets")]);
    columns.push(Column::right("excludes"));
    let mut table = Table { columns, remarks: "never with", ..Table::default() };
    let mut left = 0;
    for survey in surveys(analysis) {
        let excluding = survey.exclusions.iter().filter(|found| !found.excludes.is_empty());
        for found in excluding.clone().take(view.most()) {
            let mut cells = of(analysis, survey);
            cells.push(words::id(&found.feature));
            cells.push(number(found.feature_sets, found.exact));
            cells.push(Text::plain(&found.excludes.len().to_string()));
            table.row(cells, vec![Text::new().listed(&found.excludes, ", ")]);
        }
        left += excluding.count().saturating_sub(view.most());
    }
    if table.rows.is_empty() {
        return;
    }
    page.heading("What excludes most");
    page.push(Block::Table(table));
    page.paragraph(cut(left, "more feature"));
}
