//! The notes on the cells that the plans rest on, to be known before deploying.

use crate::matrix::{Note, NoteKind, Term};
use crate::plan::{Outcome, Plan, TouchedCell};

use super::plans::shown;
use super::{Detail, View};
use crate::render::page::Page;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::words;

/// The most remarks of a section that a brief answer shows.
const BRIEF: usize = 8;

/// The remarks on a cell, and the ranks of the plans that rest on it.
struct CellRemark<'a> {
    urgency: Urgency,
    terms: &'a [Term],
    /// Sentences from one source.
    texts: Vec<&'a str>,
    source: &'a str,
    ranks: Vec<usize>,
}

/// The urgency of a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Requirement,
    Limit,
    Caveat,
    Info,
}

/// Adds the notes of the plans that are shown.
pub(super) fn add(page: &mut Page, outcome: &Outcome, view: &View) {
    let plans = &outcome.plans[..shown(outcome, view)];
    let mut remarks = merged(collect(plans));
    remarks.sort_by_key(|remark| remark.urgency);
    let (urgent, other): (Vec<_>, Vec<_>) =
        remarks.iter().partition(|remark| remark.urgency < Urgency::Info);
    for (heading, remarks) in [("Before you deploy", urgent), ("Good to know", other)] {
        let whole = view.all_cells || view.detail == Detail::Full;
        let most = if whole { usize::MAX } else { BRIEF };
        let shown = remarks.iter().take(most);
        let mut items: Vec<Text> = shown.map(|remark| remark.text(plans)).collect();
        if remarks.len() > most {
            let more = words::count(remarks.len() - most, "more note");
            items.push(Text::of(Tone::Faint, &more).and(": ").id("--cells all"));
        }
        page.list(heading, items);
    }
}

/// Every note and every unexplained caveat once, in the order of the plans and their cells.
fn collect(plans: &[Plan]) -> Vec<CellRemark<'_>> {
    let mut remarks: Vec<CellRemark<'_>> = Vec::new();
    for plan in plans {
        for cell in &plan.cells {
            let unexplained = (cell.caveat && cell.notes.is_empty()).then_some(None);
            for note in cell.notes.iter().map(Some).chain(unexplained) {
                let found = CellRemark::new(plan.rank, cell, note);
                match remarks.iter_mut().find(|remark| remark.says_as(&found)) {
                    Some(remark) => remark.ranks.push(plan.rank),
                    None => remarks.push(found),
                }
            }
        }
    }
    remarks
}

/// Remarks on the same cell of the same plans from the same source as one.
fn merged(remarks: Vec<CellRemark<'_>>) -> Vec<CellRemark<'_>> {
    let mut merged: Vec<CellRemark<'_>> = Vec::new();
    for remark in remarks {
        match merged
            .iter_mut()
            .find(|known| known.ranks == remark.ranks && known.is_beside(&remark))
        {
            Some(known) => known.texts.extend(remark.texts),
            None => merged.push(remark),
        }
    }
    merged
}

impl<'a> CellRemark<'a> {
    fn new(rank: usize, cell: &'a TouchedCell, note: Option<&'a Note>) -> Self {
        let urgency = match note.map(|note| note.kind) {
            Some(NoteKind::Requirement) => Urgency::Requirement,
            Some(NoteKind::Limit) => Urgency::Limit,
            _ if cell.caveat => Urgency::Caveat,
            _ => Urgency::Info,
        };
        CellRemark {
            urgency,
            terms: &cell.terms,
            texts: vec![note.map_or("Works with a known limit.", |note| &note.text)],
            source: note.and_then(|note| note.source.as_deref()).unwrap_or(&cell.source),
            ranks: vec![rank],
        }
    }

    /// Whether two remarks differ in their texts and plans at most.
    fn is_beside(&self, other: &CellRemark<'_>) -> bool {
        (self.urgency, self.terms, self.source) == (other.urgency, other.terms, other.source)
    }

    /// Whether two remarks differ in their plans at most.
    fn says_as(&self, other: &CellRemark<'_>) -> bool {
        self.is_beside(other) && self.texts == other.texts
    }

    fn text(&self, plans: &[Plan]) -> Text {
        let word = match self.urgency {
            Urgency::Requirement => "requirement",
            Urgency::Limit => "limit",
            Urgency::Caveat => "caveat",
            Urgency::Info => "note",
        };
        let start = Text::of(Tone::Strong, word).and(" ").together(self.terms);
        let start = start.joined(&whose(&self.ranks, plans));
        start.and(": ").and(&self.texts.join(" ")).source(self.source)
    }
}

/// Names the plans that a note is about, where not all: the backends where it is every plan of
/// theirs, else the ranks.
fn whose(ranks: &[usize], plans: &[Plan]) -> Text {
    if ranks.len() == plans.len() {
        return Text::new();
    }
    let on = |plan: &&Plan| ranks.contains(&plan.rank);
    let mut backends: Vec<&str> = plans.iter().filter(on).map(|p| p.backend.as_str()).collect();
    backends.sort_unstable();
    backends.dedup();
    if plans
        .iter()
        .all(|plan| ranks.contains(&plan.rank) == backends.contains(&plan.backend.as_str()))
    {
        return Text::plain(" on ").listed(&backends, " and ");
    }
    let noun = if ranks.len() == 1 { "plan" } else { "plans" };
    Text::plain(&format!(", {noun} {}", spans(ranks)))
}

/// Ascending numbers with runs drawn together: `1, 3–5`.
fn spans(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => parts.push((number, number)),
        }
    }
    let part = |&(start, end): &(usize, usize)| match end - start {
        0 => start.to_string(),
        1 => format!("{start}, {end}"),
        _ => format!("{start}–{end}"),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn runs_are_drawn_together() {
        assert_eq!(spans(&[1, 2, 4, 5, 6, 9]), "1, 2, 4–6, 9");
        assert_eq!(spans(&[]), "");
    }
}
