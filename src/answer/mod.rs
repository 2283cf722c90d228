//! From a query to its answer as text: what the program does between its command line and its
//! output.
//!
//! [`plan_as_text`] and [`explain_as_text`] resolve the query, answer the request, add the
//! notices that no planner can give alone, work out what people read beside the outcome, and draw
//! it. The functions of `newest` say how the newest bundled release would answer, where nobody chose a
//! release.

mod newest;
mod notices;
mod stream;

use itertools::Itertools;

use crate::plan::{Addition, CellDetail, Outcome, Planner, Price, Reason};
use crate::render::Form;
use crate::render::answer::{Detail, Extras, View, page};
use crate::request::{Query, RequestError};
use notices::{add_notices, offered_facts};

pub use newest::{add_newest, add_newest_to_classes, add_newest_to_split, add_release};
pub use stream::{stream_every_plan, streams};

/// Answers a query with ranked plans, or with why there is none, and draws the answer.
///
/// The view says how the answer looks; its [`Origin`](crate::render::Origin) decides which notices
/// say that another release would answer differently. Gives the outcome too, from which a program
/// takes its exit status.
///
/// ```
/// # fn main() -> Result<(), dynamo_plan::RequestError> {
/// use dynamo_plan::render::{Form, Style, answer::View};
/// use dynamo_plan::{Planner, Query, plan_as_text};
///
/// let (planner, query) = (Planner::bundled(), Query::needing(["lora", "tools"]));
/// let form = Form::Terminal(Style::PLAIN);
/// let (outcome, text) = plan_as_text(&planner, &query, &View::default(), form)?;
/// assert!(outcome.satisfiable);
/// assert!(text.contains("vLLM can: ✅ supported."));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Where the query cannot be understood, as [`Planner::resolve`] says.
pub fn plan_as_text(
    planner: &Planner,
    query: &Query,
    view: &View,
    form: Form,
) -> Result<(Outcome, String), RequestError> {
    let request = planner.resolve(query)?;
    let cells = if view.all_cells { CellDetail::All } else { CellDetail::Notable };
    // The rows of a table can hold several plans each, of several releases.
    let folds = form != Form::Json && request.releases.len() > 1;
    let limit = view.limit.filter(|_| !folds);
    let mut outcome = planner.search_within(&request, cells, limit, view.effort);
    // A page says of no plan how to run it that its limit leaves out.
    let told = view.limit.unwrap_or(usize::MAX).min(outcome.plans.len());
    planner.add_runs(&request, &mut outcome.plans[..told]);
    add_notices(planner, &view.origin, &request, &mut outcome);
    outcome.notices.extend(offered_facts(planner, query, &request));
    // No page shows them.
    if form == Form::Json {
        planner.add_runs_of_corrections(&mut outcome);
    }
    let extras = || Extras {
        headroom: headroom(planner, &outcome, view.quiet),
        prices: prices(planner, &outcome),
        patterned: patterned(planner, &outcome),
        is_best_writable: is_best_writable(planner, &outcome),
        ..named(planner)
    };
    let text = form.draw(|| page(&outcome, &extras(), view), &outcome);
    Ok((outcome, text))
}

/// Answers a query with every cause and correction and without plans, and draws the answer in full.
///
/// # Errors
///
/// Where the query cannot be understood, as [`Planner::resolve`] says.
pub fn explain_as_text(
    planner: &Planner,
    query: &Query,
    view: &View,
    form: Form,
) -> Result<(Outcome, String), RequestError> {
    let request = planner.resolve(query)?;
    let limit = if form == Form::Json { Some(0) } else { None };
    let mut outcome = planner.answer_within(&request, CellDetail::Notable, limit, view.effort);
    outcome.schema = "dynamo-plan/explain/v1".to_owned();
    add_notices(planner, &view.origin, &request, &mut outcome);
    outcome.notices.extend(offered_facts(planner, query, &request));
    // No page shows them.
    if form == Form::Json {
        planner.add_runs_of_corrections(&mut outcome);
    }
    let extras = || Extras {
        reasons: reasons(planner, &outcome),
        headroom: headroom(planner, &outcome, view.quiet),
        prices: prices(planner, &outcome),
        patterned: patterned(planner, &outcome),
        ..named(planner)
    };
    let view = View { detail: Detail::Full, ..view.clone() };
    let text = form.draw(|| page(&outcome, &extras(), &view), &outcome);
    Ok((outcome, text))
}

/// The names of backends and variants that a page shows.
fn named(planner: &Planner) -> Extras {
    let backends = planner.matrices().iter().flat_map(|matrix| &matrix.backends);
    let names =
        backends.map(|backend| (backend.id.clone(), backend.name.clone())).unique().collect();
    let features = planner.catalog().features().iter();
    let variants = features.filter_map(|it| Some((it.id.clone(), it.group.clone()?))).collect();
    Extras { names, variants, ..Extras::default() }
}

/// The features and groups that serving patterns are for, where a pattern is asked for.
fn patterned(planner: &Planner, outcome: &Outcome) -> Vec<String> {
    outcome.request.pattern.as_ref().map(|_| planner.patterned()).unwrap_or_default()
}

/// Whether the best plan of a request that names what it asks for can be written as a manifest.
fn is_best_writable(planner: &Planner, outcome: &Outcome) -> bool {
    let request = &outcome.request;
    let asks_nothing = request.need.is_empty() && request.want.is_empty();
    let is_asked = !request.all && !asks_nothing;
    let best = outcome.plans.first().filter(|_| is_asked);
    best.is_some_and(|best| planner.manifest_refusals(request, best).is_empty())
}

/// Finds why each of several conflicts fails; a single one fails by the cells that are shown
/// anyway.
fn reasons(planner: &Planner, outcome: &Outcome) -> Vec<Vec<Reason>> {
    if outcome.conflicts.len() < 2 {
        return Vec::new();
    }
    let graph = planner.conflict_graph(&outcome.request, &outcome.conflicts);
    (0..outcome.conflicts.len()).map(|conflict| graph.reasons(conflict)).collect()
}

/// Finds what could still be added to the best plan, where no wants say what should be.
fn headroom(planner: &Planner, outcome: &Outcome, quiet: bool) -> Vec<Addition> {
    match outcome.plans.first() {
        Some(best) if !quiet && !outcome.request.all && outcome.request.want.is_empty() => {
            planner.headroom(&outcome.request, best)
        }
        _ => Vec::new(),
    }
}

/// Finds what keeps each missed want out of each plan.
fn prices(planner: &Planner, outcome: &Outcome) -> Vec<Vec<Price>> {
    outcome.plans.iter().map(|plan| planner.prices(&outcome.request, plan)).collect()
}
