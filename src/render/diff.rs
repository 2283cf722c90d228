//! A [`Diff`] as a page: the cells that changed, then the requests won and lost.

use crate::analysis::{
    CaveatChange, CellChange, Diff, Direction, IssueChange, Listed, PinChange, Pins, Witness,
};
use crate::matrix::Level;
use crate::plan::{MatrixRef, Notice, Outcome};

use super::answer::asked;
use super::page::style::Tone;
use super::page::text::Text;
use super::page::{Block, Page, Table};
use super::words;

/// The most won or lost requests that a page lists of each.
const MOST_WITNESSES: usize = 20;

/// The code of the notice that only some backends are compared, which a page says at its start.
const ONLY_BACKENDS: &str = "only-backends";

/// The changes as a page.
#[must_use]
pub fn page(diff: &Diff) -> Page {
    let mut page = Page::new(title(diff));
    if let Some(request) = &diff.request {
        page.paragraph(asked(request));
    }
    let is_scope = |notice: &&Notice| notice.code == ONLY_BACKENDS;
    let scope = diff.notices.iter().find(is_scope).map(|notice| Text::plain(&notice.text));
    page.paragraph(scope.unwrap_or_default());
    page.heading(&verdict(diff));
    if let (Some(before), Some(after)) = (&diff.before, &diff.after) {
        page.push(Block::Table(before_and_after(before, after)));
    }
    page.paragraph(listed("New: ", &diff.added));
    page.paragraph(listed("Gone: ", &diff.removed));
    if !diff.cells.is_empty() || !diff.caveats.is_empty() {
        page.heading("Cells");
        page.push(Block::Table(cells(diff)));
    }
    add_issues(&mut page, diff);
    if !diff.pins.is_empty() {
        page.heading("Engines, and CUDA with the least driver");
        page.push(Block::Table(pins(&diff.pins)));
    }
    if diff.request.is_none() {
        witnesses(&mut page, "Requests won", &diff.won);
        witnesses(&mut page, "Requests lost", &diff.lost);
    }
    let notices = diff.notices.iter().filter(|notice| !is_scope(notice));
    let notices = notices.map(|notice| Text::plain(&notice.text));
    page.list("Notices", notices.collect());
    page
}

/// `Dynamo 0.9.0 to Dynamo 1.0.0`; a matrix without a release is named by its document.
fn title(diff: &Diff) -> Text {
    let [old, new] = [&diff.old, &diff.new].map(|matrix| match &matrix.release {
        Some(release) => format!("Dynamo {release}"),
        None => matrix.source.clone(),
    });
    let mut title = Text::of(Tone::Strong, &format!("{old} to {new}"));
    let document = |matrix: &MatrixRef| matrix.source.clone();
    if diff.old.release == diff.new.release && diff.old.source != diff.new.source {
        title.push(
            Tone::Plain,
            &format!(" (from {} to {})", document(&diff.old), document(&diff.new)),
        );
    }
    title
}

/// Says how much changed, in one sentence.
fn verdict(diff: &Diff) -> String {
    let issues = issues(diff);
    if diff.cells.is_empty() && diff.caveats.is_empty() {
        let others = [
            (!issues.is_empty()).then_some(issues),
            (!diff.pins.is_empty()).then(|| "engine versions or CUDA toolkits did".to_owned()),
        ];
        let others = others.into_iter().flatten().collect::<Vec<_>>().join("; ");
        return match (&diff.request, others.as_str()) {
            (Some(_), "") => "No cell of this request changed.".to_owned(),
            (Some(_), others) => format!("No cell of this request changed, but {others}."),
            (None, "") => "Nothing changed.".to_owned(),
            (None, others) => format!("No cell changed, but {others}."),
        };
    }
    let issues = if issues.is_empty() { issues } else { format!("; {issues}") };
    let count = |direction| diff.cells.iter().filter(|cell| cell.change == direction).count();
    let kinds = [
        (count(Direction::Better), "better"),
        (count(Direction::Worse), "worse"),
        (count(Direction::New), "new"),
        (count(Direction::Gone), "gone"),
    ];
    let mut parts: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    if !diff.caveats.is_empty() {
        parts.push(words::count(diff.caveats.len(), "caveat"));
    }
    let cells = words::count(diff.cells.len() + diff.caveats.len(), "cell");
    let requests = format!(
        "{} won, {} lost",
        words::count(diff.won.len(), "smallest request"),
        diff.lost.len()
    );
    match diff.request {
        Some(_) => format!("{cells} of this request changed: {}{issues}.", parts.join(", ")),
        None => format!("{cells} changed: {}; {requests}{issues}.", parts.join(", ")),
    }
}

/// How many known issues and limits came and went; empty where none did.
fn issues(diff: &Diff) -> String {
    let listed = [(&diff.issues.gained, "gained"), (&diff.issues.fixed, "fixed")];
    let mut parts: Vec<String> = listed
        .into_iter()
        .filter(|(issues, _)| !issues.is_empty())
        .map(|(issues, word)| format!("{} {word}", distinct(issues)))
        .collect();
    if !diff.issues.unknown.is_empty() {
        parts.push(format!("{} no longer listed", distinct(&diff.issues.unknown)));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("known issues and limits: {}", parts.join(", "))
    }
}

/// The number of issues, each counted once for all of its backends.
fn distinct(issues: &[IssueChange]) -> usize {
    let mut seen: Vec<_> = issues.iter().map(|it| (&it.rule, &it.text, &it.terms)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// Lists what one matrix has and the other has not, by kind.
fn listed(word: &str, listed: &Listed) -> Text {
    let kinds = [("features ", &listed.features), ("backends ", &listed.backends)];
    let parts = kinds.into_iter().filter(|(_, ids)| !ids.is_empty());
    let parts =
        Text::new().each(parts, "; ", |text, (kind, ids)| text.and(kind).listed(ids, " and "));
    if parts.is_empty() { parts } else { parts.after(word).and(".") }
}

/// Every cell that changed, by backend.
fn cells(diff: &Diff) -> Table {
    let mut table = Table::new(["backend", "cell", "old", "new", "change"]);
    for cell in &diff.cells {
        let [old, new] = [level(cell.old), level(cell.new)];
        let cells = vec![
            words::id(&cell.backend),
            Text::new().together(&cell.terms),
            old,
            new,
            change(cell),
        ];
        table.row(cells, Vec::new());
    }
    for CaveatChange { backend, terms, old, new, text } in &diff.caveats {
        let [old, new] = [*old, *new].map(|caveat| match caveat {
            true => Text::of(Tone::Fair, "! caveat"),
            false => Text::plain("no caveat"),
        });
        let change = Text::plain("caveat");
        let cells = vec![words::id(backend), Text::new().together(terms), old, new, change];
        table.row(cells, text.iter().map(|text| Text::plain(text)).collect());
    }
    table
}

/// The pins of each backend, before and now.
fn pins(changes: &[PinChange]) -> Table {
    let mut table = Table::new(["backend", "old", "new"]);
    for PinChange { backend, old, new } in changes {
        table.row(vec![words::id(backend), pinned(old), pinned(new)], Vec::new());
    }
    table
}

/// `0.20.1; CUDA 12.9 (575), 13.0 (580)`.
fn pinned(pins: &Pins) -> Text {
    let cuda = Text::new().each(&pins.platforms, ", ", Text::platform).after("CUDA ");
    let engine = pins.engine.as_deref().map(Text::plain);
    Text::join(engine.into_iter().chain((!cuda.is_empty()).then_some(cuda)), "; ")
}

fn level(level: Option<Level>) -> Text {
    level.map_or_else(|| Text::plain("no cell"), words::level_in_column)
}

fn change(cell: &CellChange) -> Text {
    match cell.change {
        Direction::Better => Text::of(Tone::Good, "better"),
        Direction::Worse => Text::of(Tone::Bad, "worse"),
        Direction::New => Text::plain("new"),
        Direction::Gone => Text::of(Tone::Bad, "gone"),
    }
}

/// The smallest requests that changed sides, and on which backends.
fn witnesses(page: &mut Page, heading: &str, witnesses: &[Witness]) {
    if witnesses.is_empty() {
        return;
    }
    let mut table = Table::new(["together", "on"]);
    for Witness { need, backends } in witnesses.iter().take(MOST_WITNESSES) {
        let together = Text::new().each(need, " + ", |text, id| text.id(id));
        table.row(vec![together, Text::new().listed(backends, ", ")], Vec::new());
    }
    page.heading(heading);
    page.push(Block::Table(table));
    if let Some(more) = witnesses.len().checked_sub(MOST_WITNESSES).filter(|&more| more > 0) {
        page.paragraph(
            Text::plain(&format!("{more} more not shown; "))
                .id("--format json")
                .and(" has them all."),
        );
    }
}

/// A request's best plan on each backend before and after.
fn before_and_after(before: &Outcome, after: &Outcome) -> Table {
    let mut table = Table::new(["backend", "before", "after"]);
    for backend in &before.request.backends {
        let [before, after] = [before, after].map(|outcome| best(outcome, backend));
        table.row(vec![words::id(backend), before, after], Vec::new());
    }
    table
}

/// The level of the best plan on a backend, and how many there are.
fn best(outcome: &Outcome, backend: &str) -> Text {
    let mut plans = outcome.plans.iter().filter(|plan| plan.backend == backend);
    let Some(first) = plans.next() else { return Text::plain("no plan") };
    let count = words::count(1 + plans.count(), "plan");
    words::level_in_column(first.level).and(&format!(" ({count})"))
}

/// Adds the rules that count on one side only.
fn add_issues(page: &mut Page, diff: &Diff) {
    let new = words::release(diff.new.release.as_ref());
    let unlisted = format!("Listed before but not for {new}, without a stated fix");
    let lists = [
        ("Known issues and limits gained".to_owned(), &diff.issues.gained),
        ("Stated to be fixed".to_owned(), &diff.issues.fixed),
        (unlisted, &diff.issues.unknown),
    ];
    for (heading, issues) in lists {
        let mut items: Vec<(&IssueChange, Vec<&str>)> = Vec::new();
        for issue in issues {
            let same = |known: &IssueChange| {
                (&known.rule, &known.text, &known.terms) == (&issue.rule, &issue.text, &issue.terms)
            };
            match items.iter_mut().find(|(known, _)| same(known)) {
                Some((_, backends)) => backends.push(&issue.backend),
                None => items.push((issue, vec![&issue.backend])),
            }
        }
        let item = |(issue, backends): (&IssueChange, Vec<&str>)| {
            let together = Text::new().together(&issue.terms);
            let together = if together.is_empty() { Text::plain("all") } else { together };
            let start = together.and(" on ").listed(&backends, " and ");
            let says = match (issue.caveat, issue.level) {
                (true, _) => Text::of(Tone::Fair, "! caveat"),
                (false, Some(level)) => Text::new().level(level),
                (false, None) => Text::plain(words::kind(issue.kind)),
            };
            let text = start.and(", ").joined(&says).and(": ").and(&issue.text);
            words::with_workaround(text, issue.workaround.as_ref(), issue.fixed_in.as_ref())
                .sources(&issue.source.0, &issue.url.0)
        };
        page.list(&heading, items.into_iter().map(item).collect());
    }
}
