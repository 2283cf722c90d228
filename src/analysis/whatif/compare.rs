//! Two answers in, what was gained, lost and moved out.

use std::collections::BTreeMap;

use super::checklist::checklist;
use super::{CellState, Change, ChangedCell, Difference, Moved, Standing, WhatIf};
use crate::matrix::{Level, Release, Term};
use crate::plan::{CellDetail, Outcome, Plan, Planner};
use crate::request::Request;

/// The most plans of a side that are compared where every plan is asked for.
const MOST_COMPARED: usize = 20_000;

/// A planner and the request that it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// The planner.
    pub planner: &'s Planner,
    /// The request.
    pub request: &'s Request,
}

/// Answers both requests and compares the answers, which show at most so many plans each.
#[must_use]
pub fn compare(
    before: Side<'_>,
    after: Side<'_>,
    changes: Vec<Change>,
    limit: Option<usize>,
) -> WhatIf {
    let [mut old, mut new] = [before, after].map(|side| {
        let most = side.request.all.then_some(MOST_COMPARED);
        side.planner.answer_with(side.request, CellDetail::Notable, most)
    });
    let is_whole = !old.lacks("plans") && !new.lacks("plans");
    let releases = [before, after].map(|side| &side.request.releases);
    let across = releases[0] != releases[1] && releases.iter().all(|some| some.len() == 1);
    let key = |plan: &Plan| PlanIdentity::of(plan, across);
    let old_plans: BTreeMap<PlanIdentity, &Plan> =
        old.plans.iter().map(|plan| (key(plan), plan)).collect();
    let new_plans: BTreeMap<PlanIdentity, &Plan> =
        new.plans.iter().map(|plan| (key(plan), plan)).collect();
    let gained = new.plans.iter().filter(|plan| !old_plans.contains_key(&key(plan)));
    let gained = gained.map(|plan| Difference {
        because: blocking(before, after, plan, across),
        plan: plan.clone(),
    });
    // What one side does not list may be there all the same; what cells block there is not.
    let gained = gained.filter(|gain| is_whole || !gain.because.is_empty());
    let lost = old.plans.iter().filter(|plan| !new_plans.contains_key(&key(plan)));
    let lost = lost.map(|plan| Difference {
        because: blocking(after, before, plan, across)
            .into_iter()
            .map(|cell| ChangedCell { before: cell.after, after: cell.before, ..cell })
            .collect(),
        plan: plan.clone(),
    });
    let lost = lost.filter(|loss| is_whole || !loss.because.is_empty());
    let kept = new.plans.iter().filter_map(|plan| Some((*old_plans.get(&key(plan))?, plan)));
    let moved = kept.filter_map(|(old, new)| moved(before, after, old, new, across));
    let (gained, lost, moved) = (gained.collect(), lost.collect(), moved.collect());
    let mut matrices = old.matrices.clone();
    matrices.extend(new.matrices.iter().filter(|it| !old.matrices.contains(it)).cloned());
    [&mut old, &mut new].into_iter().for_each(|outcome| cut(outcome, limit));
    WhatIf {
        schema: "dynamo-plan/whatif/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices,
        changes,
        before: old,
        after: new,
        gained,
        lost,
        moved,
        checklist: checklist(before, after),
        notices: Vec::new(),
    }
}

fn cut(outcome: &mut Outcome, limit: Option<usize>) {
    outcome.plans.truncate(limit.unwrap_or(usize::MAX));
}

/// The parts that make two plans the same. From one release to one other, the release makes no
/// difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PlanIdentity {
    release: Option<Release>,
    backend: String,
    pattern: Option<String>,
    features: Vec<String>,
}

impl PlanIdentity {
    fn of(plan: &Plan, across: bool) -> Self {
        PlanIdentity {
            release: plan.release.clone().filter(|_| !across),
            backend: plan.backend.clone(),
            pattern: plan.pattern.clone(),
            features: plan.features.clone(),
        }
    }
}

/// The cells of a configuration on one side and on the other.
fn cells(here: Side<'_>, there: Side<'_>, plan: &Plan, across: bool) -> Vec<ChangedCell> {
    let touched = |side: Side<'_>, release: &Option<Release>| {
        let cells = side.planner.touched(side.request, release, plan);
        let state = |level: Level, caveat: bool| CellState { level, caveat };
        let cells = cells
            .into_iter()
            .map(|it| ((it.terms.len(), it.terms.clone()), state(it.level, it.caveat)));
        cells.collect::<BTreeMap<(usize, Vec<Term>), CellState>>()
    };
    let newest = there.request.releases.iter().max();
    let release = if across { newest.cloned().flatten() } else { plan.release.clone() };
    let (here, there) = (touched(here, &plan.release), touched(there, &release));
    let mut keys: Vec<_> = here.keys().chain(there.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    let cell = |key: (usize, Vec<Term>)| ChangedCell {
        before: there.get(&key).copied(),
        after: here.get(&key).copied(),
        terms: key.1,
    };
    keys.into_iter().map(cell).collect()
}

/// The cells of a plan that block it on the other side, each with what that side says first.
fn blocking(other: Side<'_>, own: Side<'_>, plan: &Plan, across: bool) -> Vec<ChangedCell> {
    let mut cells = cells(own, other, plan, across);
    cells.retain(|cell| cell.before.is_some_and(|state| state.level > other.request.accept));
    cells
}

/// Compares the standings of a plan that both answers have; `None` where it did not move.
fn moved(before: Side<'_>, after: Side<'_>, old: &Plan, new: &Plan, across: bool) -> Option<Moved> {
    let (was, is) = (Standing::of(old), Standing::of(new));
    if was == is {
        return None;
    }
    let mut because = cells(after, before, new, across);
    because.retain(|cell| cell.before != cell.after);
    Some(Moved {
        release: new.release.clone(),
        backend: new.backend.clone(),
        pattern: new.pattern.clone(),
        features: new.features.clone(),
        before: was,
        after: is,
        because,
    })
}
