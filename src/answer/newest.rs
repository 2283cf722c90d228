//! How the newest bundled release would answer, where nobody chose a release.

use itertools::Itertools;

use crate::load::bundle;
use crate::matrix::{Level, Release};
use crate::plan::{
    Notice, Outcome, Plan, Planner, SplitOutcome, SplitRequest, Workload, WorkloadsOutcome,
    WorkloadsRequest,
};
use crate::render::NEWEST_DIFFERS;
use crate::render::{Origin, words};
use crate::request::Request;

/// Says in an answer whether its release was chosen, which is the newest, and how that would answer
/// where nobody chose one.
pub fn add_newest(planner: &Planner, origin: &Origin, request: &Request, outcome: &mut Outcome) {
    add_release(origin, outcome);
    if origin.is_default {
        outcome.notices.extend(plan_at_newest(planner, request, outcome));
    }
}

/// Says in an answer whether its release was chosen, and which is the newest.
pub fn add_release(origin: &Origin, outcome: &mut Outcome) {
    outcome.release_defaulted = origin.is_default;
    outcome.newest = origin.newest_to_choose();
}

/// The same of a split. A split of the newest release that no deadline leaves the time for is not
/// compared.
pub fn add_newest_to_split(
    planner: &Planner,
    origin: &Origin,
    asked: &SplitRequest,
    outcome: &mut SplitOutcome,
) {
    outcome.release_defaulted = origin.is_default;
    outcome.newest = origin.newest_to_choose();
    if !origin.is_default || !outcome.complete {
        return;
    }
    let Some((newest, there)) = newest(planner) else { return };
    let request = at(&newest, &asked.request);
    let there = there.split(&SplitRequest { request, limit: Some(1), ..asked.clone() });
    let alike = there.satisfiable == outcome.satisfiable
        && there.deployments() == outcome.deployments()
        && shares(&there) == shares(outcome);
    if !there.complete || alike {
        return;
    }
    let says = match there.satisfiable {
        true => deployments(there.deployments(), &backends(&there)),
        false => "no split".to_owned(),
    };
    outcome.notices.push(differs(&newest, &says));
}

/// The same of classes of workloads.
pub fn add_newest_to_classes(
    planner: &Planner,
    origin: &Origin,
    asked: &WorkloadsRequest,
    outcome: &mut WorkloadsOutcome,
) {
    outcome.release_defaulted = origin.is_default;
    outcome.newest = origin.newest_to_choose();
    if !origin.is_default || !outcome.complete {
        return;
    }
    let Some((newest, there)) = newest(planner) else { return };
    let request = at(&newest, &asked.request);
    let workloads = asked.workloads.iter();
    let workloads =
        workloads.map(|it| Workload { request: at(&newest, &it.request), ..it.clone() }).collect();
    let asked = WorkloadsRequest { request, workloads, deadline: asked.deadline };
    let there = there.classes(&asked);
    let places = |outcome: &WorkloadsOutcome| {
        let plans =
            outcome.classes.iter().map(|class| (class.workloads.clone(), alike_of(&class.plan)));
        (plans.collect_vec(), outcome.unserved.len())
    };
    if !there.complete || places(&there) == places(outcome) {
        return;
    }
    let backends = there.classes.iter().map(|class| class.plan.backend.as_str()).unique();
    let says = deployments(there.classes.len(), &backends.collect_vec());
    let says = match there.unserved.len() {
        0 => says,
        many => format!("{says}; {many} not served"),
    };
    outcome.notices.push(differs(&newest, &says));
}

/// Only the best plan there is worked out, and nothing at all where neither release has one.
fn plan_at_newest(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Notice> {
    let (newest, there) = newest(planner)?;
    let asked = at(&newest, request);
    let best =
        if outcome.satisfiable || there.is_satisfiable(&asked) { there.best(&asked) } else { None };
    let says = match &best {
        None if !outcome.satisfiable => return None,
        None => "no plan".to_owned(),
        Some((total, plan)) => {
            let here = best_here(planner, request, outcome);
            if *total == outcome.total && here.is_some_and(|here| alike_of(&here) == alike_of(plan))
            {
                return None;
            }
            told(*total, plan)
        }
    };
    Some(differs(&newest, &says))
}

/// The newest release of the bundle, and what plans on it.
fn newest(planner: &Planner) -> Option<(Release, Planner)> {
    let newest = bundle::newest()?;
    let matrix = bundle::levels(&newest)?;
    let there = planner.for_matrices(vec![matrix], bundle::rules_about(Some(&newest)));
    Some((newest, there))
}

/// The same request of a release.
fn at(release: &Release, request: &Request) -> Request {
    Request { releases: vec![Some(release.clone())], ..request.clone() }
}

fn differs(newest: &Release, says: &str) -> Notice {
    let text = format!("On {newest}: {says} (--release latest).");
    Notice { code: NEWEST_DIFFERS.to_owned(), text }
}

/// The number of plans, and the best of them.
pub(super) fn told(total: usize, best: &Plan) -> String {
    let (plans, best_of) = if total == 1 { ("plan", "") } else { ("plans", "the best ") };
    format!("{total} {plans}, {best_of}on {} and {}", best.backend, best.level)
}

/// The first plan of the answer, which may show none of its plans.
fn best_here(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Plan> {
    outcome.plans.first().cloned().or_else(|| planner.best(request).map(|(_, plan)| plan))
}

/// What a plan says but for what the release alone decides.
fn alike_of(plan: &Plan) -> (String, Option<String>, Vec<String>, Level) {
    (plan.backend.clone(), plan.pattern.clone(), plan.features.clone(), plan.level)
}

/// The shares of the best split with what a release does not decide alone.
fn shares(outcome: &SplitOutcome) -> Vec<(Vec<String>, impl PartialEq)> {
    let best = outcome.splits.first().into_iter().flat_map(|split| &split.deployments);
    best.map(|it| (it.share.clone(), alike_of(&it.plan))).collect()
}

fn backends(outcome: &SplitOutcome) -> Vec<&str> {
    let best = outcome.splits.first().into_iter().flat_map(|split| &split.deployments);
    best.map(|it| it.plan.backend.as_str()).unique().collect()
}

/// `2 deployments, on sglang and vllm`.
fn deployments(number: usize, backends: &[&str]) -> String {
    let noun = if number == 1 { "deployment" } else { "deployments" };
    match backends {
        [] => format!("{number} {noun}"),
        _ => format!("{number} {noun}, on {}", words::names(backends, " and ")),
    }
}
