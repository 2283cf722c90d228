//! What to know before deploying: the notes on the cells that the plans rest on.

use crate::matrix::{Note, NoteKind};
use crate::plan::{Outcome, Plan, TouchedCell};

use super::plans::shown;
use super::{Detail, View};
use crate::render::page::Page;
use crate::render::style::Tone;
use crate::render::text::Text;
use crate::render::words;

/// The most remarks of a section that a brief answer shows.
const BRIEF: usize = 8;

/// A note, the cell that it is on, and the ranks of the plans that rest on it.
struct Remark<'a> {
    cell: &'a TouchedCell,
    note: Option<&'a Note>,
    ranks: Vec<usize>,
}

/// Adds the notes of the plans that are shown.
pub(super) fn add(page: &mut Page, outcome: &Outcome, view: &View) {
    let plans = &outcome.plans[..shown(outcome, view)];
    let mut remarks = collect(plans);
    remarks.sort_by_key(|remark| remark.urgency());
    let (urgent, other): (Vec<_>, Vec<_>) = remarks.iter().partition(|r| r.urgency() < INFO);
    for (heading, remarks) in [("Before you deploy", urgent), ("Good to know", other)] {
        let most = if view.detail == Detail::Full { usize::MAX } else { BRIEF };
        let mut items: Vec<Text> =
            remarks.iter().take(most).map(|remark| remark.text(plans)).collect();
        if remarks.len() > most {
            let more = words::count(remarks.len() - most, "more note");
            items.push(
                Text::of(Tone::Faint, more).and(": ").with(Tone::Name, "dynamo-plan explain"),
            );
        }
        page.list(heading, items);
    }
}

/// The urgency of what is merely good to know.
const INFO: u8 = 3;

/// Every note and caveat once, in the order of the plans and their cells.
fn collect(plans: &[Plan]) -> Vec<Remark<'_>> {
    let mut remarks: Vec<Remark<'_>> = Vec::new();
    for plan in plans {
        for cell in &plan.cells {
            let unexplained = (cell.caveat && cell.notes.is_empty()).then_some(None);
            for note in cell.notes.iter().map(Some).chain(unexplained) {
                let same = |r: &&mut Remark<'_>| r.note == note && r.cell.terms == cell.terms;
                match remarks.iter_mut().find(same) {
                    Some(remark) => remark.ranks.push(plan.rank),
                    None => remarks.push(Remark { cell, note, ranks: vec![plan.rank] }),
                }
            }
        }
    }
    remarks
}

impl Remark<'_> {
    /// How soon it must be read: requirements, then limits, then caveats.
    fn urgency(&self) -> u8 {
        match self.note.map(|note| note.kind) {
            Some(NoteKind::Requirement) => 0,
            Some(NoteKind::Limit) => 1,
            _ if self.cell.caveat => 2,
            _ => INFO,
        }
    }

    fn text(&self, plans: &[Plan]) -> Text {
        let word = match self.note.map(|note| note.kind) {
            Some(NoteKind::Info) | None if self.cell.caveat => "caveat",
            Some(kind) => words::kind(kind),
            None => "caveat",
        };
        let mut text =
            Text::of(Tone::Strong, word).and(" ").joined(&words::together(&self.cell.terms));
        text.append(whose(&self.ranks, plans));
        text.push(Tone::Plain, ": ");
        match self.note {
            Some(note) => text.push(Tone::Plain, note.text.clone()),
            None => text.push(Tone::Plain, "works with a known limit"),
        }
        let source = self.note.and_then(|note| note.source.as_ref()).unwrap_or(&self.cell.source);
        text.with(Tone::Faint, format!(" ({source})"))
    }
}

/// Which plans a note is about, where not all: the backends where it is every plan of theirs,
/// else the ranks.
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
        return Text::plain(" on ").joined(&words::listed(&backends, " and "));
    }
    let noun = if ranks.len() == 1 { "plan" } else { "plans" };
    Text::plain(format!(", {noun} {}", spans(ranks)))
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
