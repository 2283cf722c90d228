//! Every plan of a request as one JSON document, written as the plans are found.

use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::Serialize;

use super::notices::{add_notices, offered_facts};
use crate::matrix::{Release, Term};
use crate::plan::{
    CellDetail, Closest, Correction, Hint, MatrixRef, Notice, Outcome, Planner, Rejected,
    Sensitivity, TIMED_OUT, Unlocks, Verdict,
};
use crate::render::answer::View;
use crate::render::sanitize_json;
use crate::request::{Query, Request, RequestError};

/// Answers a query for every plan as JSON: each plan is written as it is found, best first, and what is known
/// only at the end (`satisfiable`, `complete`, `total` and the rest) follows.
///
/// Gives the outcome without its plans, or the error that kept the text from being written.
///
/// # Errors
///
/// Where the query cannot be understood, as [`Planner::resolve`] says; then nothing is written.
pub fn stream_every_plan(
    planner: &Planner,
    query: &Query,
    view: &View,
    out: &mut dyn Write,
) -> Result<io::Result<Outcome>, RequestError> {
    let request = planner.resolve(query)?;
    let cells = if view.all_cells { CellDetail::All } else { CellDetail::Notable };
    // The first plan tells how the newest release differs.
    let mut outcome = planner.search_within(&request, CellDetail::None, Some(1), view.effort);
    // Those on one plan give way to those on all.
    outcome.notices.retain(|notice| notice.code == TIMED_OUT);
    add_notices(planner, &view.origin, &request, &mut outcome);
    outcome.notices.extend(offered_facts(planner, query, &request));
    planner.add_runs_of_corrections(&mut outcome);
    let written = write(planner, &request, cells, view, &mut outcome, out);
    Ok(written.map(|()| outcome))
}

fn write(
    planner: &Planner,
    request: &Request,
    cells: CellDetail,
    view: &View,
    outcome: &mut Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = pretty(&Head::of(outcome));
    out.write_all(head.trim_end_matches("\n}").as_bytes())?;
    out.write_all(b",\n  \"plans\": [")?;
    let mut error = None;
    let mut left = view.limit.unwrap_or(usize::MAX);
    let mut between = "\n    ";
    let streamed = planner.stream_plans(request, cells, view.effort, &mut |plan| {
        // Texts hold no line breaks of their own.
        let text = between.to_owned() + &pretty(&plan).replace('\n', "\n    ");
        between = ",\n    ";
        match out.write_all(text.as_bytes()) {
            Ok(()) if left > 1 => {
                left -= 1;
                ControlFlow::Continue(())
            }
            Ok(()) => ControlFlow::Break(()),
            Err(failed) => {
                error = Some(failed);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = error {
        return Err(error);
    }
    out.write_all(if streamed.shown == 0 { b"]" } else { b"\n  ]" })?;
    outcome.take_in(streamed);
    let tail = pretty(&Tail::of(outcome));
    out.write_all(b",\n")?;
    out.write_all(tail.trim_start_matches("{\n").as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Only a map with other keys than texts has no JSON, and no answer holds one.
fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    sanitize_json(&text).into_owned()
}

/// The keys that are known before any plan is.
#[derive(Serialize)]
struct Head<'a> {
    schema: &'a str,
    tool: &'a str,
    matrices: &'a [MatrixRef],
    request: &'a Request,
    release_defaulted: bool,
    newest: &'a Option<Release>,
}

impl<'a> Head<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        Head {
            schema: &outcome.schema,
            tool: &outcome.tool,
            matrices: &outcome.matrices,
            request: &outcome.request,
            release_defaulted: outcome.release_defaulted,
            newest: &outcome.newest,
        }
    }
}

/// The keys that are known once every plan is.
#[derive(Serialize)]
struct Tail<'a> {
    satisfiable: bool,
    verdict: Verdict,
    complete: bool,
    incomplete: &'a [String],
    total: usize,
    rejected: &'a [Rejected],
    conflicts: &'a [Vec<Term>],
    corrections: &'a [Correction],
    unlocks: &'a [Unlocks],
    closest: &'a [Closest],
    sensitivity: &'a [Sensitivity],
    hints: &'a [Hint],
    notices: &'a [Notice],
}

impl<'a> Tail<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        Tail {
            satisfiable: outcome.satisfiable,
            verdict: outcome.verdict,
            complete: outcome.complete,
            incomplete: &outcome.incomplete,
            total: outcome.total,
            rejected: &outcome.rejected,
            conflicts: &outcome.conflicts,
            corrections: &outcome.corrections,
            unlocks: &outcome.unlocks,
            closest: &outcome.closest,
            sensitivity: &outcome.sensitivity,
            hints: &outcome.hints,
            notices: &outcome.notices,
        }
    }
}
