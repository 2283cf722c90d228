//! The notes on the cells that the plans rest on, to be known before deploying.

use crate::matrix::{NoteKind, Term};
use crate::plan::{ConditionalRule, Outcome, Plan, ShownNote, TouchedCell};

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
    /// Sentences from the same sources.
    texts: Vec<Text>,
    sources: &'a [String],
    urls: &'a [Option<String>],
    ranks: Vec<usize>,
}

/// The urgency of a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Requirement,
    Limit,
    KnownIssue,
    Caveat,
    Deprecated,
    Disputed,
    Info,
}

/// The remarks on the plans that are shown, or on the best alone where not every cell is.
pub(super) struct Remarks {
    /// What must be read before the best plan is run.
    pub(super) of_best: Vec<Text>,
    /// The same of the other plans alone.
    of_others: Vec<Text>,
    /// What is good to know.
    info: Vec<Text>,
}

impl Remarks {
    /// The remarks on the plans of an answer.
    pub(super) fn of(outcome: &Outcome, view: &View) -> Self {
        let shown = shown(outcome, view);
        let plans = &outcome.plans[..if view.all_cells { shown } else { shown.min(1) }];
        let mut remarks = merged(collect(plans));
        remarks.sort_by_key(|remark| remark.urgency);
        let mut found = Remarks { of_best: Vec::new(), of_others: Vec::new(), info: Vec::new() };
        for remark in &remarks {
            let of_best = plans.first().is_some_and(|best| remark.ranks.contains(&best.rank));
            let list = match (remark.urgency, of_best) {
                (Urgency::Info, _) => &mut found.info,
                (_, true) => &mut found.of_best,
                (_, false) => &mut found.of_others,
            };
            list.push(remark.text(plans));
        }
        found
    }
}

/// Adds the remarks that are not on how to run the best plan.
pub(super) fn add(page: &mut Page, remarks: &mut Remarks, view: &View) {
    page.list("Before you deploy another plan", std::mem::take(&mut remarks.of_others));
    let mut items = std::mem::take(&mut remarks.info);
    let whole = view.all_cells || view.detail == Detail::Full;
    if !whole && items.len() > BRIEF {
        let more = words::count(items.len() - BRIEF, "more note");
        items.truncate(BRIEF);
        items.push(Text::of(Tone::Faint, &more).and(": ").id("--cells all"));
    }
    page.list("Good to know", items);
}

/// The level that a rule gives if its facts are stated.
pub(super) fn conditional_level(rule: &ConditionalRule) -> Text {
    if rule.caveat { Text::of(Tone::Fair, "! caveat") } else { Text::new().level(rule.level) }
}

/// Adds the rules that would count if a fact were stated, each once.
pub(super) fn add_conditional(page: &mut Page, outcome: &Outcome, view: &View) {
    let plans = &outcome.plans[..shown(outcome, view)];
    let mut rules: Vec<(&ConditionalRule, Vec<usize>)> = Vec::new();
    for plan in plans {
        for rule in &plan.conditional {
            match rules.iter_mut().find(|(known, _)| known.rule == rule.rule) {
                Some((_, ranks)) => ranks.push(plan.rank),
                None => rules.push((rule, vec![plan.rank])),
            }
        }
    }
    let items = rules.iter().map(|(rule, ranks)| {
        let start = Text::plain("with ").listed(&rule.facts, " and ").joined(&whose(ranks, plans));
        let level = conditional_level(rule);
        let text = start.and(": ").joined(&level).and(". ").and(&rule.text);
        words::with_workaround(text, rule.workaround.as_ref(), rule.fixed_in.as_ref())
            .sources(&rule.source.0, &rule.url.0)
    });
    let mut items: Vec<Text> = items.collect();
    if let Some((first, _)) = rules.first() {
        let fact = first.facts.first().map_or("", String::as_str);
        let how = Text::plain("State what applies: ").id("--fact ").more(fact);
        items.push(how.and("; deny what does not: ").id(&format!("--fact '!{fact}'")).and("."));
    }
    page.list("Only for some deployments", items);
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
                    Some(remark) if remark.ranks.last() == Some(&plan.rank) => {}
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
    fn new(rank: usize, cell: &'a TouchedCell, note: Option<&'a ShownNote>) -> Self {
        let urgency = match note.map(|note| note.kind) {
            Some(NoteKind::Requirement) => Urgency::Requirement,
            Some(NoteKind::KnownIssue) => Urgency::KnownIssue,
            Some(NoteKind::Limit) => Urgency::Limit,
            Some(NoteKind::Deprecated) => Urgency::Deprecated,
            Some(NoteKind::Disputed) => Urgency::Disputed,
            _ if cell.caveat => Urgency::Caveat,
            _ => Urgency::Info,
        };
        let (sources, urls) = match note {
            Some(note) if !note.source.0.is_empty() => (&note.source.0[..], &note.url.0[..]),
            _ => (std::slice::from_ref(&cell.source), std::slice::from_ref(&cell.url)),
        };
        CellRemark {
            urgency,
            terms: &cell.terms,
            texts: vec![match note {
                Some(note) => words::with_help(Text::plain(&note.text), note),
                None => Text::plain("Works with a known limit."),
            }],
            sources,
            urls,
            ranks: vec![rank],
        }
    }

    /// Whether two remarks differ in their texts and plans at most.
    fn is_beside(&self, other: &CellRemark<'_>) -> bool {
        (self.urgency, self.terms, self.sources) == (other.urgency, other.terms, other.sources)
    }

    /// Whether two remarks say the same, so that it is said once: of the first cell that it is on.
    fn says_as(&self, other: &CellRemark<'_>) -> bool {
        (self.urgency, self.sources, &self.texts) == (other.urgency, other.sources, &other.texts)
    }

    fn text(&self, plans: &[Plan]) -> Text {
        let word = match self.urgency {
            Urgency::Requirement => "requirement",
            Urgency::KnownIssue => "known issue",
            Urgency::Limit => "limit",
            Urgency::Deprecated => "deprecated",
            Urgency::Disputed => "disputed",
            Urgency::Caveat => "caveat",
            Urgency::Info => "note",
        };
        let start = Text::of(Tone::Strong, word).and(" ").together(self.terms);
        let start = start.joined(&whose(&self.ranks, plans));
        let texts = self.texts.iter().enumerate();
        let joined = texts.fold(start.and(": "), |line, (i, text)| {
            if i > 0 { line.and(" ").joined(text) } else { line.joined(text) }
        });
        joined.sources(self.sources, self.urls)
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
