//! Hints as commands to type; kept apart from the causes.

use std::borrow::Cow;

use crate::matrix::{DEFAULT_RULES, Level, Release, Term};
use crate::plan::{Hint, Outcome, Plan};
use crate::request::{PlatformFacts, Request, Want};

use super::{Detail, Extras, View};
use crate::render::page::text::Text;
use crate::render::page::{Block, Page};
use crate::render::words;

/// The most corrections that are offered as commands.
const MOST_DROPS: usize = 3;

/// Adds the hints that a command can be written for, each with what it gives, and the command that has
/// every cause where a brief answer has none of them in full.
pub(super) fn add(page: &mut Page, outcome: &Outcome, extras: &Extras, view: &View) {
    let mut commands: Vec<(String, Text)> = Vec::new();
    for hint in &outcome.hints {
        let more = match hint {
            Hint::Drop { .. } => drops(outcome, extras, view),
            hint => command(hint, outcome, extras, view).into_iter().collect(),
        };
        // Several hints to drop something all stand for the same list.
        commands.extend(more.into_iter().filter(|new| !commands.contains(new)).collect::<Vec<_>>());
    }
    if !outcome.satisfiable && view.detail == Detail::Brief && !outcome.is_undecided() {
        let every = Text::plain("every cause with its source");
        commands.push((explain(&outcome.request, view), every));
    }
    if let Some(best) = outcome.plans.first().filter(|_| extras.is_best_writable) {
        let what = Text::plain("the best plan as a deployment for Kubernetes");
        commands.push((manifest_command(&outcome.request, best, view), what));
    }
    if !commands.is_empty() {
        page.heading("Try");
        page.push(Block::Commands(commands));
    }
}

/// The corrections that leave something to ask, without those that wish other machines.
fn drops(outcome: &Outcome, extras: &Extras, view: &View) -> Vec<(String, Text)> {
    let is_of_machines =
        |term: &Term| ["driver=", "cuda=", "engine="].iter().any(|key| term.id().starts_with(key));
    let possible = outcome.corrections.iter().filter(|it| !it.drop.iter().any(is_of_machines));
    let hints = possible.map(|it| Hint::Drop { value: it.drop.clone(), plans: it.plans });
    hints.filter_map(|hint| command(&hint, outcome, extras, view)).take(MOST_DROPS).collect()
}

/// The command that follows a hint, and what it gives.
fn command(hint: &Hint, outcome: &Outcome, extras: &Extras, view: &View) -> Option<(String, Text)> {
    let request = &outcome.request;
    let (words, request, accept, gives) = match hint {
        Hint::Accept { value, plans } => {
            let gives = Text::new().count(*plans, "plan");
            ("dynamo-plan", Cow::Borrowed(request), *value, gives)
        }
        Hint::Drop { value, plans } => {
            let gives = Text::new().count(*plans, "plan");
            (
                "dynamo-plan",
                Cow::Owned(without(outcome, value, &extras.patterned)),
                request.accept,
                gives,
            )
        }
        Hint::Release { value, plans } => {
            let gives = Text::new().count(*plans, "plan").and(": fixed there");
            let accept = request.accept;
            return Some((on_release(request, value, accept, view), gives));
        }
        Hint::Driver { value, plans } => {
            let platform = PlatformFacts { driver: Some(*value), ..request.platform.clone() };
            let gives = Text::new().count(*plans, "plan");
            let request = Request { platform, ..request.clone() };
            ("dynamo-plan", Cow::Owned(request), outcome.request.accept, gives)
        }
        Hint::Split { deployments, .. } => {
            let gives = Text::new().count(*deployments, "deployment");
            ("dynamo-plan split", Cow::Borrowed(request), request.accept, gives)
        }
    };
    let asks = !request.need.is_empty() || !request.want.is_empty();
    (asks || request.all).then(|| (line(words, &request, accept, view), gives))
}

/// The command that writes a plan of a request as a manifest.
#[must_use]
pub fn manifest_command(request: &Request, plan: &Plan, view: &View) -> String {
    let files = view.keep.chunks(2).filter(|words| words[0] == "--matrix").flatten().cloned();
    let mut keep = vec!["--backend".to_owned(), plan.backend.clone()];
    if let Some(release) = &plan.release {
        keep.extend(["--release".to_owned(), words::shell_word(release.as_str()).into_owned()]);
    }
    keep.extend(files);
    let pattern = plan.pattern.clone();
    let request = Request { pattern, all: false, ..request.clone() };
    line("dynamo-plan manifest", &request, request.accept, &View { keep, ..view.clone() })
}

/// A request as a command line on another release.
fn on_release(request: &Request, release: &Release, accept: Level, view: &View) -> String {
    let mut keep = Vec::new();
    let mut words = view.keep.iter();
    while let Some(word) = words.next() {
        if word == "--release" {
            words.next();
        } else {
            keep.push(word.clone());
        }
    }
    keep.extend(["--release".to_owned(), words::shell_word(release.as_str()).into_owned()]);
    line("dynamo-plan", request, accept, &View { keep, ..view.clone() })
}

/// The request without some of its terms.
fn without(outcome: &Outcome, dropped: &[Term], patterned: &[String]) -> Request {
    let mut left = outcome.request.without(dropped);
    if !patterned.is_empty() && !asks_for_any(&left, patterned) {
        left.pattern = None;
    }
    left
}

/// Whether a request asks for any of these features and groups.
fn asks_for_any(request: &Request, ids: &[String]) -> bool {
    let wants = request.want.iter().map(|want| &want.feature);
    request.all || request.need.iter().chain(wants).any(|id| ids.contains(id))
}

/// The command that explains an answer in full.
pub(in crate::render) fn explain(request: &Request, view: &View) -> String {
    line("dynamo-plan explain", request, request.accept, view)
}

/// A request as a command line that accepts a level.
fn line(command: &str, request: &Request, accept: Level, view: &View) -> String {
    let mut line = String::with_capacity(128);
    line.push_str(command);
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            [" ", name, " ", &words::shell_word(value)].iter().for_each(|part| line.push_str(part));
        }
    };
    let Request { want, platform, .. } = request;
    add("--need", &request.need.join(","));
    add("--want", &want.iter().map(weighed).collect::<Vec<_>>().join(","));
    add("--avoid", &request.avoid.join(","));
    add("--pattern", request.pattern.as_deref().unwrap_or_default());
    let rules =
        if request.rules == DEFAULT_RULES { String::new() } else { request.rules.join(",") };
    add("--rules", &rules);
    add("--fact", &request.facts.join(","));
    add("--driver", &platform.driver.map_or_else(String::new, |driver| driver.to_string()));
    add("--cuda", platform.cuda.as_deref().unwrap_or_default());
    add("--engine", platform.engine.as_deref().unwrap_or_default());
    add("--accept", if accept == Level::Experimental { "" } else { accept.id() });
    if request.rules.is_empty() {
        line.push_str(" --tables-only");
    }
    if request.all {
        line.push_str(" --all");
    }
    for word in &view.keep {
        line.push(' ');
        line.push_str(word);
    }
    line
}

/// A want with its weight, where that is not 1.
fn weighed(want: &Want) -> Cow<'_, str> {
    match want.weight {
        1 => Cow::Borrowed(&want.feature),
        weight => Cow::Owned(format!("{}={weight}", want.feature)),
    }
}
