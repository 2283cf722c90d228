//! What to try next, as commands to type; kept apart from the causes.

use crate::matrix::{Level, Term};
use crate::plan::{Hint, Outcome};
use crate::request::Request;

use super::View;
use crate::render::page::{Block, Page};
use crate::render::text::Text;
use crate::render::words;

/// Adds the hints that a command can be written for.
pub(super) fn add(page: &mut Page, outcome: &Outcome, view: &View) {
    let commands: Vec<(String, Text)> =
        outcome.hints.iter().filter_map(|hint| command(hint, outcome, view)).collect();
    if !commands.is_empty() {
        page.push(Block::Heading("Try".to_owned()));
        page.push(Block::Commands(commands));
    }
}

/// The command that follows a hint, and what it gives.
fn command(hint: &Hint, outcome: &Outcome, view: &View) -> Option<(String, Text)> {
    let mut changed = outcome.request.clone();
    let plans = match hint {
        Hint::Accept { value, plans } => {
            changed.accept = *value;
            *plans
        }
        Hint::Drop { value, plans } => {
            value.iter().for_each(|term| drop_term(&mut changed, term));
            if asks_no_pattern(outcome, value) {
                changed.pattern = None;
            }
            *plans
        }
        Hint::Split { deployments, .. } => {
            let gives = words::count(*deployments, "deployment");
            return Some((line("dynamo-plan split", &changed, view), Text::plain(gives)));
        }
    };
    let asks = !changed.need.is_empty() || !changed.want.is_empty() || !changed.avoid.is_empty();
    (asks || changed.all)
        .then(|| (line("dynamo-plan", &changed, view), Text::plain(words::count(plans, "plan"))))
}

/// Whether nothing that a serving pattern is for is left once these terms are dropped.
fn asks_no_pattern(outcome: &Outcome, dropped: &[Term]) -> bool {
    let Request { want, all, .. } = &outcome.request;
    let correction = outcome.corrections.iter().find(|correction| correction.drop == dropped);
    let plain = correction.is_some_and(|correction| correction.best.pattern.is_none());
    plain && want.is_empty() && !all
}

/// The command that explains an answer in full.
pub(in crate::render) fn explain(request: &Request, view: &View) -> String {
    line("dynamo-plan explain", request, view)
}

/// Takes a term out of a request.
fn drop_term(request: &mut Request, term: &Term) {
    match term.id().split_once('=') {
        Some(("driver", _)) => request.platform.driver = None,
        Some(("cuda", _)) => request.platform.cuda = None,
        Some(("engine", _)) => request.platform.engine = None,
        Some(_) => request.pattern = None,
        None if term.is_negated() => request.avoid.retain(|id| id != term.id()),
        None => request.need.retain(|id| id != term.id()),
    }
}

/// A request as a command line.
fn line(command: &str, request: &Request, view: &View) -> String {
    let mut words = vec![command.to_owned()];
    let mut flag = |name: &str, value: String| {
        if !value.is_empty() {
            words.extend([name.to_owned(), words::shell(&value)]);
        }
    };
    let wants = request.want.iter().map(|want| match want.weight {
        1 => want.feature.clone(),
        weight => format!("{}={weight}", want.feature),
    });
    flag("--need", request.need.join(","));
    flag("--want", wants.collect::<Vec<_>>().join(","));
    flag("--avoid", request.avoid.join(","));
    flag("--pattern", request.pattern.clone().unwrap_or_default());
    flag("--rules", request.rules.join(","));
    flag("--driver", request.platform.driver.map_or_else(String::new, |d| d.to_string()));
    flag("--cuda", request.platform.cuda.clone().unwrap_or_default());
    flag("--engine", request.platform.engine.clone().unwrap_or_default());
    if request.accept != Level::Experimental {
        flag("--accept", request.accept.id().to_owned());
    }
    if request.all {
        words.push("--all".to_owned());
    }
    words.extend(view.keep.iter().map(|word| words::shell(word)));
    words.join(" ")
}
