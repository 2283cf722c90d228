//! From a query to an answer, and to its text: what the program does between its command line and
//! its output.

mod notices;

use crate::plan::{Addition, CellDetail, Outcome, Planner, Price, Reason};
use crate::render::Form;
use crate::render::answer::{Detail, View, page};
use crate::request::{Query, RequestError};
use notices::add_notices;

/// Answers a query and draws the answer: all that the program does between its command line and its
/// output.
///
/// The view says how the answer looks; what it leaves out of what is worked out beside the plans,
/// its reasons, headroom and prices, is filled in where people read. [`Detail::Full`] explains: it
/// shows no plans and every cause. Notices say where another backend or another release would
/// answer differently, as [`Origin`](render::Origin) says which there are.
///
/// ```
/// # fn main() -> Result<(), dynamo_plan::RequestError> {
/// use dynamo_plan::render::{Form, Style, answer::View};
/// use dynamo_plan::{Planner, Query, answer_as_text};
///
/// let (planner, query) = (Planner::bundled(), Query::needing(["lora", "tools"]));
/// let form = Form::Terminal(Style::PLAIN);
/// let (outcome, text) = answer_as_text(&planner, &query, View::default(), form)?;
/// assert!(outcome.satisfiable);
/// assert!(text.contains("1 plan on vllm."));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Where the query cannot be understood, as [`Planner::resolve`] says.
pub fn answer_as_text(
    planner: &Planner,
    query: &Query,
    view: View,
    form: Form,
) -> Result<(Outcome, String), RequestError> {
    let request = planner.resolve(query)?;
    let cells = if view.all_cells { CellDetail::All } else { CellDetail::Notable };
    let explains = view.detail == Detail::Full;
    let limit = if explains { Some(0) } else { view.limit };
    let mut outcome = planner.answer_with(&request, cells, limit);
    if explains {
        outcome.schema = "dynamo-plan/explain/v1".to_owned();
    }
    add_notices(planner, &view.origin, &request, &mut outcome);
    let patterned = request.pattern.as_ref().map(|_| planner.patterned()).unwrap_or_default();
    let view = match form {
        Form::Json => view,
        _ if explains => View { reasons: reasons(planner, &outcome), patterned, ..view },
        _ => {
            let headroom = headroom(planner, &outcome, view.quiet);
            View { headroom, prices: prices(planner, &outcome), patterned, ..view }
        }
    };
    let text = form.draw(|| page(&outcome, &view), &outcome);
    Ok((outcome, text))
}

/// Why each of several conflicts fails; a single one fails by the cells that are shown anyway.
fn reasons(planner: &Planner, outcome: &Outcome) -> Vec<Vec<Reason>> {
    if outcome.conflicts.len() < 2 {
        return Vec::new();
    }
    let graph = planner.conflict_graph(&outcome.request, &outcome.conflicts);
    (0..outcome.conflicts.len()).map(|conflict| graph.reasons(conflict)).collect()
}

/// What could still be added to the best plan, where no wants say what should be.
fn headroom(planner: &Planner, outcome: &Outcome, quiet: bool) -> Vec<Addition> {
    match outcome.plans.first() {
        Some(best) if !quiet && !outcome.request.all && outcome.request.want.is_empty() => {
            planner.headroom(&outcome.request, best)
        }
        _ => Vec::new(),
    }
}

/// What keeps each missed want out of each plan.
fn prices(planner: &Planner, outcome: &Outcome) -> Vec<Vec<Price>> {
    outcome.plans.iter().map(|plan| planner.prices(&outcome.request, plan)).collect()
}
