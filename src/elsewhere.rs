//! A word where another release or another backend than the chosen ones would answer differently.

use crate::load::bundled;
use crate::matrix::Term;
use crate::plan::{CellKind, Notice, Plan};
use crate::render::Origin;
use crate::request::Request;
use crate::{Outcome, Planner};

/// Adds notices to the answer: where nobody chose a release and the newest bundled one would give
/// another answer, and where there is no plan and other backends or releases have one.
pub(crate) fn add_notices(
    planner: &Planner,
    origin: &Origin,
    request: &Request,
    outcome: &mut Outcome,
) {
    if origin.is_default {
        outcome.notices.extend(notice(planner, request, outcome));
    }
    if !outcome.satisfiable {
        outcome.notices.extend(other_backends(planner, request));
        if !origin.is_default && origin.files.is_empty() {
            outcome.notices.extend(other_release(planner, request));
        }
    }
}

/// A plan on the backends that were left out.
fn other_backends(planner: &Planner, request: &Request) -> Option<Notice> {
    let chosen = planner.matrices().iter().filter(|m| request.releases.contains(&m.release));
    let mut backends: Vec<String> =
        chosen.flat_map(|m| m.backends.iter().map(|backend| backend.id.clone())).collect();
    backends.sort_unstable();
    backends.dedup();
    if backends == request.backends {
        return None;
    }
    let (total, plan) = planner.best(&Request { backends, ..request.clone() })?;
    let text = format!("Without --backend, this request has {}.", told(total, &plan));
    Some(Notice { code: "other-backends".to_owned(), text })
}

/// A plan in the newest of the bundled releases that were left out and have one.
fn other_release(planner: &Planner, request: &Request) -> Option<Notice> {
    let others = bundled::releases().rev().filter(|r| !request.releases.contains(&Some(r.clone())));
    others.filter_map(|release| bundled::matrix(&release)).find_map(|matrix| {
        let asked = Request { releases: vec![matrix.release.clone()], ..request.clone() };
        let release = matrix.release.clone()?;
        let there = Planner::of_matrices(vec![matrix]).knowing(planner.matrices());
        let (total, plan) = there.best(&asked)?;
        let says = told(total, &plan);
        let text = format!("With --release {release}, this request has {says}.");
        Some(Notice { code: "other-release".to_owned(), text })
    })
}

/// How many plans there are, and the best of them.
fn told(total: usize, best: &Plan) -> String {
    let plans = if total == 1 { "plan" } else { "plans" };
    format!("{total} {plans}, the best on {} and {}", best.backend, best.level)
}

/// Only the best plan there is worked out, and nothing at all where neither release has one.
fn notice(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Notice> {
    if is_still_refused(planner, request, outcome) {
        return None;
    }
    let newest = bundled::newest()?;
    let there = Planner::of_matrices(vec![bundled::newest_levels()]).knowing(planner.matrices());
    let asked = Request { releases: vec![Some(newest.clone())], ..request.clone() };
    let best =
        if outcome.satisfiable || there.is_satisfiable(&asked) { there.best(&asked) } else { None };
    let says = match &best {
        None if !outcome.satisfiable => return None,
        None => "no plan".to_owned(),
        Some((total, plan)) => {
            if *total == outcome.total && alike(plan, best_here(planner, request, outcome).as_ref())
            {
                return None;
            }
            told(*total, plan)
        }
    };
    let text = format!(
        "On {newest}, the newest bundled release, this request has {says}: see --release latest."
    );
    Some(Notice { code: "newest-differs".to_owned(), text })
}

/// Whether a look at what changed shows that there is no plan in the newest release either: every
/// place is kept out by a cell that the needs alone touch, and that is there as it was.
fn is_still_refused(planner: &Planner, request: &Request, outcome: &Outcome) -> bool {
    if outcome.satisfiable || !request.rules.is_empty() {
        return false;
    }
    let needed = |id: &str| request.need.iter().any(|need| need == id);
    let features = planner.catalog().features();
    let is_on = |term: &Term| {
        let by_variant =
            || features.iter().any(|f| f.group.as_deref() == Some(term.id()) && needed(&f.id));
        !term.is_negated() && (needed(term.id()) || by_variant())
    };
    outcome.rejected.iter().all(|place| {
        place.blocking.iter().any(|cell| {
            cell.kind == CellKind::Cell
                && cell.terms.iter().all(is_on)
                && !bundled::changed_since_default(&place.backend, &cell.terms)
        })
    })
}

/// The first plan of the answer, which may show none of its plans.
fn best_here(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Plan> {
    outcome.plans.first().cloned().or_else(|| planner.best(request).map(|(_, plan)| plan))
}

/// Whether two plans say the same but for what the release alone decides.
fn alike(there: &Plan, here: Option<&Plan>) -> bool {
    let what = |plan: &Plan| {
        (plan.backend.clone(), plan.pattern.clone(), plan.features.clone(), plan.level)
    };
    here.is_some_and(|here| what(here) == what(there))
}
