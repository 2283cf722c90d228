//! Splits and classes of workloads as pages: how few deployments do it, which ones, and why fewer
//! do not.

mod lower_bound;
mod workloads;

use itertools::Itertools;

use crate::plan::{
    Alternative, Deployment, NOT_COMPARED, Notice, Split, SplitOutcome, SplitScore, TOO_MANY_SPLITS,
};

use super::answer::View;
use super::answer::{asked, plans};
use super::origin::{newest_differs, other_notices};
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Column, Page, Table};
use super::words;

pub use workloads::page as workloads;

/// The fewest deployments as a page.
#[must_use]
pub fn page(outcome: &SplitOutcome, view: &View) -> Page {
    let releases = outcome.matrices.iter().map(|matrix| matrix.release.as_ref());
    let mut page = Page::new(view.origin.title(releases));
    page.paragraph(newest_differs(&outcome.notices));
    page.paragraph(asked::request(&outcome.request));
    page.paragraph(arranged(outcome));
    page.heading(&verdict(outcome));
    let shown = outcome.splits.len().min(view.limit.unwrap_or(usize::MAX));
    for split in &outcome.splits[..shown] {
        add_split(&mut page, split, outcome);
    }
    if shown > 0 && shown < outcome.total {
        page.paragraph(cut(shown, outcome));
    }
    if shown > 1 && !view.quiet {
        page.paragraph(Text::of(Tone::Faint, RANKING));
    }
    lower_bound::add(&mut page, outcome, view);
    if !view.quiet {
        page.list("Notices", other_notices(&outcome.notices));
    }
    page
}

const RANKING: &str = "Splits are ranked by what their deployments sum up to: fewer missed wants, \
                       then fewer not-applicable, undocumented and experimental cells, fewer \
                       caveats; then by fewer different backends, fewer worker roles and more \
                       headroom; equal ones by their shares.";

/// Says what is to stay together, and what every deployment needs.
fn arranged(outcome: &SplitOutcome) -> Text {
    let together =
        outcome.together.iter().map(|ids| Text::new().listed(ids, " and ").and(" together"));
    let every = Text::new().listed(&outcome.every, " and ");
    let every = (!every.is_empty()).then(|| every.and(" in every deployment"));
    let parts = Text::join(together.chain(every), "; ");
    if parts.is_empty() { parts } else { parts.and(".") }
}

/// The answer in one sentence.
fn verdict(outcome: &SplitOutcome) -> String {
    let fewest = outcome.deployments();
    let deployments = words::count(fewest, "deployment");
    let ended = words::ended(&outcome.notices);
    if outcome.is_undecided() {
        return format!("{ended} before anything was proved.");
    }
    if !outcome.satisfiable && !outcome.every.is_empty() {
        return "No split: what is listed has no plan with what every deployment has.".to_owned();
    }
    if !outcome.satisfiable {
        return "No split: what is listed has no plan even by itself.".to_owned();
    }
    let is_late = is_late(outcome);
    if outcome.lower_bound < fewest {
        let late =
            if is_late { format!(" {ended} before more was proved.") } else { String::new() };
        let least = outcome.lower_bound;
        return format!("{deployments} can do it, and at least {least} are needed.{late}");
    }
    let late =
        if is_late { format!(" {ended} before everything was found.") } else { String::new() };
    let at_least = if outcome.lacks("total") { "at least " } else { "" };
    let ways = words::count(outcome.total, "way");
    match fewest {
        1 => format!("1 deployment does it all; nothing needs to be split.{late}"),
        _ => format!("{deployments} are needed, in {at_least}{ways}{}.{late}", best(outcome)),
    }
}

/// Whether the search ended early: what is too much to be found in any time, the notices say.
fn is_late(outcome: &SplitOutcome) -> bool {
    let too_much = |notice: &Notice| [TOO_MANY_SPLITS, NOT_COMPARED].contains(&&*notice.code);
    !outcome.complete && !outcome.notices.iter().any(too_much)
}

/// How many different backends the best split runs on, in words.
fn best(outcome: &SplitOutcome) -> String {
    let Some(split) = outcome.splits.first().filter(|_| !outcome.lacks("splits")) else {
        return String::new();
    };
    let several = outcome.matrices.len() > 1;
    match (split.score.backends, split.deployments.first()) {
        (1, Some(Deployment { plan, .. })) => {
            let backend = Text::new().target(&plan.backend, plan.release.as_ref(), several);
            format!("; {} alone can run them", backend.as_str())
        }
        (backends, _) => format!("; the best runs on {backends} different backends"),
    }
}

fn add_split(page: &mut Page, split: &Split, outcome: &SplitOutcome) {
    if outcome.splits.len() > 1 {
        page.heading(&format!("Split {}: {}", split.rank, in_words(&split.score)));
    }
    page.push(Block::Table(table(&split.deployments, outcome.matrices.len() > 1)));
}

/// What splits are ranked by, in words: what is other than 0, the backends and the headroom.
fn in_words(score: &SplitScore) -> String {
    let against = [
        ("missed wants", score.missed_weight),
        ("not-applicable", score.not_applicable),
        ("undocumented", score.undocumented),
        ("experimental", score.experimental),
        ("caveats", score.caveat),
    ];
    let against = against.into_iter().filter(|(_, value)| *value > 0);
    let mut told: Vec<String> = against.map(|(noun, value)| format!("{noun} {value}")).collect();
    told.push(format!("backends {}", score.backends));
    if score.roles > 0 {
        told.push(format!("worker roles {}", score.roles));
    }
    told.push(format!("headroom {}", score.headroom));
    told.join(", ")
}

/// The most other backends that a row shows.
const OTHERS: usize = 3;

/// The places that would do as well: of each backend the newest, and how many more there are.
fn others(alternatives: &[Alternative], several: bool) -> Text {
    let newest = alternatives.iter().unique_by(|place| &place.backend).take(OTHERS).collect_vec();
    let left = alternatives.len() - newest.len();
    let shown = Text::new().each(newest, ", ", |text, place| {
        text.target(&place.backend, place.release.as_ref(), several)
    });
    if left == 0 { shown } else { shown.and(&format!(" and {left} more")) }
}

fn table(deployments: &[Deployment], several: bool) -> Table {
    let patterns = deployments.iter().any(|deployment| deployment.plan.pattern.is_some());
    let others_do = deployments.iter().any(|deployment| !deployment.alternatives.is_empty());
    let mut columns = vec![Column::left("serves"), Column::left("on")];
    columns.extend(several.then(|| Column::left("release")));
    columns.extend(others_do.then(|| Column::left("or on")));
    columns.extend(patterns.then(|| Column::left("pattern")));
    columns.push(Column::left("stability"));
    let mut table = Table { columns, remarks: "rests on", ..Table::default() };
    for Deployment { share, alternatives, plan } in deployments {
        let mut cells = vec![Text::new().listed(share, ", "), words::id(&plan.backend)];
        cells.extend(several.then(|| Text::plain(words::release(plan.release.as_ref()))));
        cells.extend(others_do.then(|| others(alternatives, several)));
        cells.extend(patterns.then(|| plan.pattern.as_deref().map_or_else(Text::new, words::id)));
        cells.push(words::level_in_column(plan.level));
        table.row(cells, plans::remarks(plan, &[]));
    }
    table
}

fn cut(shown: usize, outcome: &SplitOutcome) -> Text {
    let left = (outcome.total - shown).to_string();
    if outcome.lacks("total") {
        return Text::plain(&format!("At least {left} more not shown."));
    }
    let left = Text::plain(&left).and(" more not shown");
    if !outcome.is_listable() {
        return left.and(".");
    }
    left.and("; ").id("--limit 0").and(" shows them all.")
}
