//! The answer in one sentence, for the eye.

use itertools::Itertools;

use crate::matrix::{Level, Term};
use crate::plan::{Outcome, Plan, Verdict};
use crate::render::page::text::Text;
use crate::render::words;

use super::Extras;

/// Says who can, or who cannot and for what reason as far as one thing is the reason.
pub(super) fn verdict(outcome: &Outcome, extras: &Extras) -> String {
    if outcome.is_undecided() {
        return format!("{} before anything was proved.", words::ended(&outcome.notices));
    }
    let answer = match outcome.verdict {
        Verdict::Plan => can(outcome, extras),
        Verdict::Unclaimed => unclaimed(outcome, extras),
        Verdict::RuledOut => ruled_out(outcome, extras),
    };
    format!("{answer}.")
}

/// `vLLM can: ✅ supported, with 1 limit; 3 plans`.
fn can(outcome: &Outcome, extras: &Extras) -> String {
    let Some(best) = outcome.plans.first() else { return words::count(outcome.total, "plan") };
    let equal = outcome.plans.iter().filter(|plan| plan.standing == best.standing);
    let backends = equal.map(|plan| plan.backend.as_str()).unique().collect_vec();
    let level = best.level;
    let mut text = format!(
        "{} can: {} {}",
        listed(backends.iter().map(|id| extras.name(id)), "and"),
        words::mark(level),
        level.id()
    );
    if best.score.caveat > 0 {
        text += &format!(", with {}", words::count(best.score.caveat, "limit"));
    }
    if !best.missed.is_empty() {
        text += &format!(", without {}", listed(best.missed.iter(), "and"));
    }
    let counted = !outcome.lacks("total");
    let at_least = if counted { "" } else { "at least " };
    if outcome.total > 1 || !counted {
        text += &format!("; {at_least}{}{}", words::count(outcome.total, "plan"), spread(outcome));
    }
    text
}

/// On how many backends the plans are, where every plan is at hand.
fn spread(outcome: &Outcome) -> String {
    let backends = outcome.plans.iter().map(|plan: &Plan| &plan.backend).unique().count();
    let all_shown = outcome.plans.len() == outcome.total && !outcome.lacks("total");
    if all_shown && backends > 1 { format!(" on {backends} backends") } else { String::new() }
}

/// `No published claim: on vLLM nobody says whether lora + multimodal work together`.
fn unclaimed(outcome: &Outcome, extras: &Extras) -> String {
    let is_claimed = |level: Level| level > Level::NotApplicable;
    let open = outcome.rejected.iter().find(|target| {
        !target.blocking.is_empty() && !target.blocking.iter().any(|cell| is_claimed(cell.level))
    });
    let Some(open) = open else {
        return "No published claim: nobody says whether it works".to_owned();
    };
    let together = |terms: &[Term]| Text::new().together(terms).as_str().to_owned();
    let cells = open.blocking.iter().map(|cell| together(&cell.terms)).collect_vec();
    let (few, more) = cells.split_at(cells.len().min(3));
    let mut what = listed(few, "and");
    if !more.is_empty() {
        what += &format!(" and {} more", more.len());
    }
    let works = match open.blocking.iter().all(|cell| cell.terms.len() == 1) {
        true if cells.len() == 1 => "works",
        true => "work",
        false => "work together",
    };
    format!(
        "No published claim: on {} nobody says whether {what} {works}",
        extras.name(&open.backend)
    )
}

/// `No backend can do this`, with the platform, the facts or what is avoided where that alone is in the
/// way.
fn ruled_out(outcome: &Outcome, extras: &Extras) -> String {
    let alone = |is: fn(&Term) -> bool| {
        let drops = outcome.corrections.iter().map(|correction| &correction.drop);
        drops.filter(|drop| !drop.is_empty() && drop.iter().all(is)).min_by_key(|drop| drop.len())
    };
    let who = |does: &str, none_do: &str| match outcome.request.backends.as_slice() {
        [only] => format!("{} {none_do}", extras.name(only)),
        [one, other] => format!("Neither {} nor {} {does}", extras.name(one), extras.name(other)),
        _ => format!("No backend {does}"),
    };
    let value = |term: &Term| {
        term.id().split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    if let Some(platform) = alone(is_platform) {
        let facts = platform.iter().filter_map(value).map(|(key, value)| match key.as_str() {
            "cuda" => format!("CUDA {value}"),
            key => format!("{key} {value}"),
        });
        let facts = listed(facts, "and");
        return format!("{} on {facts}", who("runs this", "does not run this"));
    }
    let can = || who("can do this", "cannot do this");
    if let Some(facts) = alone(|term| term.fact().is_some()) {
        return format!("{} with {}", can(), listed(facts.iter().filter_map(Term::fact), "and"));
    }
    if let Some(avoided) = alone(Term::is_negated) {
        return format!("{} without {}", can(), listed(avoided.iter().map(Term::id), "and"));
    }
    can()
}

/// Whether a term is a fact of the machines.
fn is_platform(term: &Term) -> bool {
    ["driver=", "cuda=", "engine="].iter().any(|key| term.id().starts_with(key))
}

/// `a`, `a and b`, `a, b and c`.
fn listed<T: ToString>(items: impl IntoIterator<Item = T>, word: &str) -> String {
    let items = items.into_iter().map(|item| item.to_string()).collect_vec();
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
