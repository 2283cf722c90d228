//! The reasons that fewer deployments are not enough, in words.

use itertools::Itertools;

use crate::plan::SplitOutcome;
use crate::render::answer::{View, explain};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Page};
use crate::render::words;
use crate::request::Request;

/// The most reasons that are shown.
const BRIEF: usize = 6;

/// The most sets that fail together which a reason names.
const NAMED: usize = 10;

/// Adds the reasons.
pub(super) fn add(page: &mut Page, outcome: &SplitOutcome, view: &View) {
    let sets = &outcome.minimal_because;
    if sets.is_empty() {
        return;
    }
    let mut items: Vec<Text> = sets.iter().take(BRIEF).map(|set| reason(set, outcome)).collect();
    if let Some(left) = sets.len().checked_sub(BRIEF).filter(|&left| left > 0) {
        let text = Text::of(Tone::Faint, &words::count(left, "more reason")).more(": ");
        items.push(text.id("--format json"));
    }
    page.heading(&match (outcome.satisfiable, sets.len()) {
        (false, _) => format!("What fails on {}", everywhere(outcome)),
        (true, 1) => format!("Why fewer than {} are not enough", outcome.deployments()),
        (true, _) => {
            format!(
                "Why fewer than {} are not enough: each alone is reason enough",
                outcome.deployments()
            )
        }
    });
    page.push(Block::List(items));
    if !outcome.satisfiable {
        let need = sets.first().into_iter().chain([&outcome.every]).flatten();
        let need = need.cloned().sorted().dedup().collect_vec();
        let request = Request { need, ..outcome.request.clone() };
        let of_which = if sets.len() > 1 { " says why of the first." } else { " says why." };
        page.paragraph(Text::of(Tone::Name, &explain(&request, view)).and(of_which));
    }
}

/// Every target that could have done it, in words.
fn everywhere(outcome: &SplitOutcome) -> String {
    match outcome.request.backends.as_slice() {
        [only] => only.clone(),
        _ => "every backend".to_owned(),
    }
}

/// Says why some needs take as many deployments as they do.
fn reason(set: &[String], outcome: &SplitOutcome) -> Text {
    let named = Text::new().listed(set, " and ");
    if !outcome.satisfiable && !outcome.every.is_empty() {
        return named.and(" with ").listed(&outcome.every, " and ").and(", in every deployment");
    }
    if !outcome.satisfiable {
        return if set.len() == 1 { named.and(" by itself") } else { named };
    }
    let within = |conflict: &&Vec<String>| conflict.iter().all(|id| set.contains(id));
    let conflicts: Vec<&Vec<String>> = outcome.conflicts.iter().filter(within).collect();
    let target = everywhere(outcome);
    let pairs = conflicts.iter().filter(|conflict| conflict.len() == 2).count();
    if conflicts.iter().any(|conflict| conflict.len() == set.len()) {
        return named.and(&format!(" cannot share a deployment: together they fail on {target}"));
    }
    if pairs == set.len() * (set.len() - 1) / 2 {
        return named.and(&format!(": no two of them can share one; every pair fails on {target}"));
    }
    let fewer = outcome.deployments() - 1;
    let named = named.and(&format!(
        ": however they are put on {fewer}, one of these comes together, and each fails on {target}: "
    ));
    let left = conflicts.len().saturating_sub(NAMED);
    let shown = conflicts.into_iter().take(NAMED);
    let named = named.each(shown, "; ", |text, ids| text.each(ids, " + ", |text, id| text.id(id)));
    if left == 0 { named } else { named.and(&format!("; and {left} more")) }
}
