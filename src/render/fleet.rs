//! A fleet as a page: a row for each workload, and what runs where in sum.

use crate::analysis::fleet::{Fleet, FleetAnswer, FleetMember, FleetPlace, FleetSum};
use crate::matrix::Term;
use crate::plan::{Rejected, Verdict};

use super::PageView;
use super::origin::Origin;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Column, Page, Table};
use super::words;

/// The most conflicts, and blocking cells, that a row names.
const BRIEF: usize = 2;

/// The fleet as a page.
#[must_use]
pub fn page(fleet: &Fleet, origin: &Origin, view: PageView) -> Page {
    let mut page = Page::new(origin.title(fleet.releases.iter().map(Option::as_ref)));
    page.heading(&verdict(fleet));
    if fleet.rows.is_empty() {
        return page;
    }
    page.push(Block::Table(workloads(fleet, view)));
    let left = fleet.rows.len().saturating_sub(view.most());
    if left > 0 {
        let text = Text::of(Tone::Faint, &words::count(left, "more workload"));
        page.paragraph(text.more(" not shown; ").id("--limit 0").more(" shows all."));
    }
    let sums = fleet.sums();
    if !sums.is_empty() {
        page.heading("By backend of the best plan");
        page.push(Block::Table(by_backend(fleet, &sums)));
    }
    if !view.quiet {
        page.paragraph(Text::of(
            Tone::Faint,
            "Each workload is planned by itself; `split --workloads` finds the fewest deployments \
             for all of them.",
        ));
    }
    page
}

/// The answer in a sentence or two.
fn verdict(fleet: &Fleet) -> String {
    let of = |is: fn(&FleetAnswer) -> bool| {
        fleet.rows.iter().filter(move |(_, answer)| is(answer)).map(|(member, _)| member)
    };
    let planned = || of(|answer| matches!(answer, FleetAnswer::Planned { .. }));
    let unread = of(|answer| matches!(answer, FleetAnswer::Unread(_))).count();
    let late = of(|answer| matches!(answer, FleetAnswer::TimedOut(_))).count();
    let all = words::count(fleet.rows.len(), "workload");
    let mut verdict = match planned().count() {
        _ if fleet.rows.is_empty() => return "The input holds no request.".to_owned(),
        many if many == fleet.rows.len() => match many {
            1 => "The workload has a plan".to_owned(),
            _ => format!("All {all} have a plan"),
        },
        0 if fleet.rows.len() == 1 => "The workload has no plan".to_owned(),
        0 => format!("None of {all} has a plan"),
        many => format!("{many} of {all} have a plan"),
    };
    if is_counted(fleet) {
        let sum = |count: u64, member: &FleetMember| count.saturating_add(member.count);
        let whole = fleet.rows.iter().map(|(member, _)| member).fold(0, sum);
        verdict += &format!(", {} of {whole} by count", planned().fold(0, sum));
    }
    for (lines, what) in
        [(unread, "could not be understood"), (late, "could not be answered in time")]
    {
        if lines > 0 {
            verdict += &format!("; {} {what}", words::count(lines, "line"));
        }
    }
    verdict + "."
}

/// Whether any workload counts more than once.
fn is_counted(fleet: &Fleet) -> bool {
    fleet.rows.iter().any(|(member, _)| member.count > 1)
}

fn several(fleet: &Fleet) -> bool {
    fleet.releases.len() > 1
}

/// A row for each workload.
fn workloads(fleet: &Fleet, view: PageView) -> Table {
    let (counted, several) = (is_counted(fleet), several(fleet));
    let patterns = fleet.rows.iter().any(
        |(_, answer)| matches!(answer, FleetAnswer::Planned { best, .. } if best.pattern.is_some()),
    );
    let mut columns = vec![Column::left("workload")];
    columns.extend(counted.then(|| Column::right("count")));
    columns.extend(several.then(|| Column::left("release")));
    columns.push(Column::left("backend"));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.extend([Column::left("standing"), Column::left("stability")]);
    let mut table = Table { columns, remarks: "why not", ..Table::default() };
    for (member, answer) in fleet.rows.iter().take(view.most()) {
        let mut cells = vec![Text::plain(&member.name)];
        cells.extend(counted.then(|| Text::plain(&member.count.to_string())));
        let FleetAnswer::Planned { best, equal, total } = answer else {
            cells.resize(table.columns.len() - 1, Text::new());
            let (word, why) = without_plan(answer, several);
            cells.push(word);
            table.row(cells, vec![why]);
            continue;
        };
        cells.extend(several.then(|| Text::plain(words::release(best.release.as_ref()))));
        cells.push(words::id(&best.backend));
        cells.extend(patterns.then(|| best.pattern.as_deref().map_or_else(Text::new, words::id)));
        let equal = if *equal > 1 { "=" } else { "" };
        cells.push(Text::plain(&format!("{equal}{} of {total}", best.standing)));
        cells.push(words::level_in_column(best.level));
        table.row(cells, Vec::new());
    }
    table
}

/// That there is no plan, in a word, and why.
fn without_plan(answer: &FleetAnswer, several: bool) -> (Text, Text) {
    match answer {
        FleetAnswer::Planned { .. } => (Text::new(), Text::new()),
        FleetAnswer::Unread(reason) => (Text::of(Tone::Bad, "✗ bad line"), Text::plain(reason)),
        FleetAnswer::TimedOut(reason) => (Text::of(Tone::Bad, "✗ timed out"), Text::plain(reason)),
        FleetAnswer::Unplanned { verdict, conflicts, nearest } => {
            let word = match verdict {
                Verdict::Unclaimed => Text::of(Tone::Fair, "— unclaimed"),
                _ => Text::of(Tone::Bad, "✗ no plan"),
            };
            let nearest = nearest.as_ref().map(|rejected| blocked(rejected, several));
            let why = failing(conflicts).into_iter().chain(nearest);
            (word, Text::join(why, "; "))
        }
    }
}

/// The terms that fail together everywhere.
fn failing(conflicts: &[Vec<Term>]) -> Option<Text> {
    let shown =
        Text::plain("nowhere: ")
            .each(conflicts.iter().take(BRIEF), " and ", |text, terms| text.together(terms));
    let shown = match conflicts.len().saturating_sub(BRIEF) {
        0 => shown,
        more => shown.and(&format!(" and {more} more")),
    };
    (!conflicts.is_empty()).then_some(shown)
}

/// What is blocked at the place that is nearest to a plan.
fn blocked(rejected: &Rejected, several: bool) -> Text {
    let place =
        Text::plain("nearest ").target(&rejected.backend, rejected.release.as_ref(), several);
    let cells = rejected.blocking.iter().take(BRIEF);
    let cells = Text::new()
        .each(cells, ", ", |text, cell| text.together(&cell.terms).and(" ").level(cell.level));
    let cells = match rejected.blocking.len().saturating_sub(BRIEF) {
        0 => cells,
        more => cells.and(&format!(" and {more} more")),
    };
    if cells.is_empty() { place } else { place.and(": ").joined(&cells) }
}

/// What runs where, in sum.
fn by_backend(fleet: &Fleet, sums: &[(FleetPlace, FleetSum)]) -> Table {
    let (counted, several) = (is_counted(fleet), several(fleet));
    let mut columns = vec![Column::left("backend")];
    columns.extend(several.then(|| Column::left("release")));
    columns.push(Column::right("workloads"));
    columns.extend(counted.then(|| Column::right("count")));
    let mut table = Table { columns, ..Table::default() };
    for (place, sum) in sums {
        let mut cells = match place {
            Some((_, backend)) => vec![words::id(backend)],
            None => vec![Text::of(Tone::Bad, "no plan")],
        };
        let release = place.as_ref().map(|(release, _)| words::release(release.as_ref()));
        cells.extend(several.then(|| Text::plain(release.unwrap_or_default())));
        cells.push(Text::plain(&sum.workloads.to_string()));
        cells.extend(counted.then(|| Text::plain(&sum.count.to_string())));
        table.row(cells, Vec::new());
    }
    table
}
