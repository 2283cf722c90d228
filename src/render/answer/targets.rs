//! The targets without a plan, and the cells that keep each of them out.

use std::sync::Arc;

use crate::matrix::{Level, NoteKind, Release, Term};
use crate::plan::{CellKind, Outcome, Rejected, ShownNote, TouchedCell};
use crate::request::Request;

use super::documents::{self, CellDocument};
use super::{Detail, Extras, View, hints};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Page, Table};
use crate::render::words;

/// The most cells of a target that a brief answer shows.
const BRIEF_CELLS: usize = 4;
/// The most notes on a target that a brief answer shows.
const BRIEF_NOTES: usize = 2;
/// The most targets that a brief answer shows.
const BRIEF_TARGETS: usize = 8;

/// Targets that the same cells keep out: one backend, in one or more releases.
pub(super) struct TargetGroup<'a> {
    pub(super) backend: &'a str,
    pub(super) releases: Vec<Option<&'a Release>>,
    blocking: &'a [Arc<TouchedCell>],
}

/// The targets, with releases that are out for the same reason drawn together; order is kept.
fn groups(outcome: &Outcome) -> Vec<TargetGroup<'_>> {
    let mut groups: Vec<TargetGroup<'_>> = Vec::new();
    for target in &outcome.rejected {
        let Rejected { release, backend, blocking } = target;
        match groups.iter_mut().find(|g| g.backend == backend && same(g.blocking, blocking)) {
            Some(group) => group.releases.push(release.as_ref()),
            None => {
                groups.push(TargetGroup { backend, releases: vec![release.as_ref()], blocking });
            }
        }
    }
    groups
}

/// Whether two lists of cells say the same; where it was read may differ between releases.
fn same(left: &[Arc<TouchedCell>], right: &[Arc<TouchedCell>]) -> bool {
    let alike = |(a, b): (&Arc<TouchedCell>, &Arc<TouchedCell>)| {
        let texts = a.notes.iter().map(|n| &n.text).eq(b.notes.iter().map(|n| &n.text));
        a.terms == b.terms && a.level == b.level && texts
    };
    left.len() == right.len() && left.iter().zip(right).all(alike)
}

/// Adds, to an answer that has plans, the targets that have none.
pub(super) fn add_rejected(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    if outcome.rejected.is_empty() {
        if view.detail == Detail::Full && !outcome.lacks("rejected") {
            page.paragraph(Text::plain("Every backend that was asked about has a plan."));
        }
        return;
    }
    page.heading("Why not the others");
    if view.detail == Detail::Full {
        return add_cells(page, outcome, view);
    }
    add_reasons(page, outcome, extras, view);
}

/// Adds a row for each target, or for several releases of a backend that are out for the same reason.
pub(super) fn add_reasons(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let groups = groups(outcome);
    let several = outcome.matrices.len() > 1;
    let mut table = Table::new(columns(several, &["because of"])).without_titles();
    for group in groups.iter().take(BRIEF_TARGETS) {
        let causes = Causes::of(group.blocking, &outcome.request, extras);
        let cells = group.label(several, &outcome.request).chain([causes.text()]);
        table.row(cells.collect(), causes.remarks());
    }
    page.push(Block::Table(table));
    page.paragraph(more_rows(groups.len(), BRIEF_TARGETS, outcome, view));
}

/// The column titles of a table of targets.
pub(super) fn columns<'a>(several: bool, rest: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let release = several.then_some("release");
    ["backend"].into_iter().chain(release).chain(rest.iter().copied())
}

fn more_rows(all: usize, shown: usize, outcome: &Outcome, view: &View) -> Text {
    if all <= shown {
        return Text::new();
    }
    let more = words::count(all - shown, "more row");
    Text::of(Tone::Faint, &more).more(": ").id(&hints::explain(&outcome.request, view))
}

/// What keeps a target out, without what only follows from it.
struct Causes<'c> {
    cells: Vec<&'c TouchedCell>,
    /// The number of blocking pairs that have a feature which is refused by itself.
    follow: usize,
}

impl<'c> Causes<'c> {
    fn of(blocking: &'c [Arc<TouchedCell>], request: &Request, extras: &Extras) -> Self {
        let single = |cell: &&Arc<TouchedCell>| cell.terms.len() == 1;
        let refused: Vec<&str> =
            blocking.iter().filter(single).map(|c| c.terms[0].as_str()).collect();
        // A group is refused where each of its variants that is needed is.
        let needed = |(variant, _): &&(String, String)| request.need.contains(variant);
        let variants: Vec<_> = extras.variants.iter().filter(needed).collect();
        let is_refused = |term: &Term| {
            let mut of = variants.iter().filter(|(_, group)| group == term.id()).peekable();
            refused.contains(&term.as_str())
                || of.peek().is_some() && of.all(|(it, _)| refused.contains(&it.as_str()))
        };
        let follows = |cell: &TouchedCell| {
            cell.terms.len() == 2 && cell.rule.is_none() && cell.terms.iter().any(is_refused)
        };
        let cells = blocking.iter().map(|cell| &**cell);
        let cells: Vec<&TouchedCell> = cells.filter(|cell| !follows(cell)).collect();
        Causes { follow: blocking.len() - cells.len(), cells }
    }

    /// The first of them, worst level first: `✗ unsupported: lora, and with it 3 pairs`.
    fn text(&self) -> Text {
        let shown = self.cells.iter().take(BRIEF_CELLS).map(|cell| (&cell.terms[..], cell.level));
        let text = by_level(Text::new(), &shown);
        let text = match self.cells.len().saturating_sub(BRIEF_CELLS) {
            0 => text,
            more => text.with(Tone::Faint, &format!(" and {more} more")),
        };
        let with = if self.cells.len() == 1 { "it" } else { "them" };
        match self.follow {
            0 => text,
            pairs => text.and(&format!(", and with {with} {}", words::count(pairs, "pair"))),
        }
    }

    /// What is said of why they are refused, what breaks first.
    fn remarks(&self) -> Vec<Text> {
        let order = |cell: &TouchedCell, kind: NoteKind| {
            let told = [NoteKind::KnownIssue, NoteKind::Limit, NoteKind::Info];
            let of_machines = (cell.kind == CellKind::Platform).then_some(0);
            of_machines.or_else(|| told.iter().position(|&known| known == kind))
        };
        let notes = self.cells.iter().flat_map(|cell| cell.notes.iter().map(move |it| (cell, it)));
        let mut notes: Vec<_> =
            notes.filter(|(cell, note)| order(cell, note.kind).is_some()).collect();
        notes.sort_by_key(|(cell, note)| order(cell, note.kind));
        let remark = |(cell, it): (&&TouchedCell, &ShownNote)| match cell.published {
            Some(published) => {
                Text::plain("published ").and(words::mark(published)).and(": ").joined(&note(it))
            }
            None => note(it),
        };
        notes.into_iter().take(BRIEF_NOTES).map(remark).collect()
    }
}

/// Cells by level, worst first: `✗ unsupported: lora, tool-calling; 🚧 experimental: …`.
pub(super) fn by_level<'c>(
    text: Text,
    cells: &(impl Iterator<Item = (&'c [Term], Level)> + Clone),
) -> Text {
    let at = |level: Level| cells.clone().filter(move |cell| cell.1 == level);
    let levels = Level::ALL.into_iter().rev().filter(|level| at(*level).next().is_some());
    text.each(levels, "; ", |text, level| {
        let text = text.level(level).and(": ");
        text.each(at(level), ", ", |text, (terms, _)| text.together(terms))
    })
}

/// Adds every target with its cells, a row each, with notes and sources.
pub(super) fn add_cells(page: &mut Page, outcome: &Outcome, view: &View) {
    let groups = groups(outcome);
    let several = outcome.matrices.len() > 1;
    let full = view.detail == Detail::Full;
    let (most_targets, most_cells) =
        if full { (usize::MAX, usize::MAX) } else { (BRIEF_TARGETS, BRIEF_CELLS) };
    let usual = documents::usual(outcome.rejected.iter().flat_map(|target| &target.blocking));
    let rest: &[&str] = if full { &["level", "cell", "read from"] } else { &["level", "cell"] };
    let mut table = Table::new(columns(several, rest)).spilling("read from");
    table.remarks = "why";
    for group in groups.iter().take(most_targets) {
        let label = || group.label(several, &outcome.request);
        for cell in group.blocking.iter().take(most_cells) {
            let cells = label().chain(facts(cell, usual, full));
            table.row(cells.collect(), remarks(cell, usual, full));
        }
        if group.blocking.len() > most_cells {
            let more = format!("and {} more", group.blocking.len() - most_cells);
            let more = [Text::new(), Text::of(Tone::Faint, &more)];
            table.row(label().chain(more).collect(), Vec::new());
        }
    }
    page.push(Block::Table(table));
    page.paragraph(more_rows(groups.len(), most_targets, outcome, view));
    page.paragraph(legend(&groups, usual));
}

/// Explains the unclear levels, and says where most of the cells were read.
fn legend(groups: &[TargetGroup<'_>], usual: Option<CellDocument<'_>>) -> Text {
    let cells = || groups.iter().flat_map(|group| group.blocking);
    let unclear = [Level::Undocumented, Level::NotApplicable];
    let unclear = unclear.into_iter().filter(|level| cells().any(|cell| cell.level == *level));
    let meaning = |text: Text, level: Level| {
        text.and(level.id()).and(": ").and(words::meaning(level)).and(".")
    };
    let parts = [Text::new().each(unclear, " ", meaning), documents::legend(usual)];
    Text::join(parts.into_iter().filter(|part| !part.is_empty()), " ")
}

impl TargetGroup<'_> {
    /// The target as cells of a table: the backend and, where there are several, the releases.
    pub(super) fn label(&self, several: bool, request: &Request) -> impl Iterator<Item = Text> {
        let releases = several.then(|| release_spans(&self.releases, &request.releases));
        [words::id(self.backend)].into_iter().chain(releases)
    }
}

/// Releases in the order of the request, with runs drawn together: `0.8.0–1.1.1, 1.3.0`.
pub(super) fn release_spans(some: &[Option<&Release>], all: &[Option<Release>]) -> Text {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (i, release) in all.iter().enumerate() {
        if !some.contains(&release.as_ref()) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == i => *end = i,
            _ => runs.push((i, i)),
        }
    }
    let label = |i: usize| words::release(all[i].as_ref());
    Text::new().each(runs, ", ", |text, (start, end)| {
        let text = text.and(label(start));
        match end - start {
            0 => text,
            1 => text.and(", ").and(label(end)),
            _ => text.and("–").and(label(end)),
        }
    })
}

/// A cell as the last columns of a row.
fn facts(
    cell: &TouchedCell,
    usual: Option<CellDocument<'_>>,
    full: bool,
) -> impl Iterator<Item = Text> {
    let source = full.then(|| documents::short(cell, usual));
    let level = words::level_in_column(cell.level);
    let level = match cell.published {
        Some(published) => level.and(", published ").and(words::mark(published)),
        None => level,
    };
    let cells = [level, Text::new().together(&cell.terms)];
    cells.into_iter().chain(source)
}

/// The remarks on a cell: its notes, and its source where no column tells it and it is not the
/// usual document.
fn remarks(cell: &TouchedCell, usual: Option<CellDocument<'_>>, full: bool) -> Vec<Text> {
    let mut remarks: Vec<Text> = cell.notes.iter().map(note).collect();
    let told = cell.notes.iter().any(|note| note.source.0.contains(&cell.source));
    if !full && !told && !documents::is_usual(cell, usual) && !cell.source.is_empty() {
        let open = Text::of(Tone::Faint, "(");
        let linked = open.linked(Tone::Faint, &cell.source, cell.url.as_deref());
        remarks.push(linked.with(Tone::Faint, ")"));
    }
    remarks
}

/// A note with what helps, what it is only for, and where it was read.
fn note(note: &ShownNote) -> Text {
    words::with_help(Text::plain(&note.text), note).sources(&note.source.0, &note.url.0)
}
