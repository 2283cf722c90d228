//! Every plan of a request as one document, written as the plans are found.

use std::io::{self, Write};
use std::ops::ControlFlow;

use itertools::Itertools;
use serde::Serialize;

use super::notices::{add_notices, offered_facts};
use super::{headroom, named};
use crate::matrix::{Release, Term};
use crate::plan::{
    CellDetail, Closest, Correction, Hint, MatrixRef, Notice, Outcome, Planner, Rejected,
    Sensitivity, Unlocks, Verdict,
};
use crate::render::answer::{EveryPlan, Extras, PlanBounds, View};
use crate::render::{Form, sanitize_json};
use crate::request::{Query, Request, RequestError};

/// The most plans that are held to be drawn as one table.
const MOST_IN_TABLE: usize = 10_000;

/// How many of the first plans the sections after a streamed table are about.
const FIRST_PLANS: usize = 20;

/// Whether the answer to a query is to be written as its plans are found: every plan as JSON, and more plans
/// than a table holds.
///
/// # Errors
///
/// Where the query cannot be understood, as [`Planner::resolve`] says.
pub fn streams(
    planner: &Planner,
    query: &Query,
    view: &View,
    form: Form,
) -> Result<bool, RequestError> {
    if !query.all || form == Form::Json {
        return Ok(query.all);
    }
    if view.limit.is_some_and(|most| most <= MOST_IN_TABLE) {
        return Ok(false);
    }
    let (plans, counted) = planner.count_within(&planner.resolve(query)?, view.effort);
    Ok(plans > MOST_IN_TABLE || !counted)
}

/// Answers a query for every plan: each plan is written as it is found, best first, and what is known only at
/// the end (`satisfiable`, `complete`, `total` and the rest) follows. The columns of a table are as wide as
/// their values may be, and what is said below it is about the first plans.
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
    form: Form,
    out: &mut dyn Write,
) -> Result<io::Result<Outcome>, RequestError> {
    let request = planner.resolve(query)?;
    let cells = if view.all_cells { CellDetail::All } else { CellDetail::Notable };
    let mut outcome = match form {
        // The first plan tells how the newest release differs.
        Form::Json => planner.search_within(&request, CellDetail::None, Some(1), view.effort),
        _ => planner.answer_within(&request, cells, Some(FIRST_PLANS), view.effort),
    };
    // Those on the first plans give way to those on all.
    outcome.notices.retain(Notice::is_cut_short);
    add_notices(planner, &view.origin, &request, &mut outcome);
    outcome.notices.extend(offered_facts(planner, query, &request));
    let written = match form {
        Form::Json => {
            planner.add_runs_of_corrections(&mut outcome);
            write(planner, &request, cells, view, &mut outcome, out)
        }
        _ => write_page(planner, &request, view, form, &mut outcome, out),
    };
    Ok(written.map(|()| outcome))
}

/// Writes a page with a row for each plan, or for each group of plans that differ in nothing but their
/// releases.
fn write_page(
    planner: &Planner,
    request: &Request,
    view: &View,
    form: Form,
    outcome: &mut Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    let extras = Extras { headroom: headroom(planner, outcome, view.quiet), ..named(planner) };
    let mut page = EveryPlan::new(request, &bounds(planner, request, outcome), view, form);
    out.write_all(page.head(outcome, &extras).as_bytes())?;
    let mut written = Ok(());
    let mut visit = |plan| {
        let prices =
            if request.want.is_empty() { Vec::new() } else { planner.prices(request, &plan) };
        written = out.write_all(page.add(plan, prices).as_bytes());
        if written.is_err() || page.is_full() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let streamed =
        planner.stream_plans_without_runs(request, CellDetail::Notable, view.effort, &mut visit);
    written?;
    out.write_all(page.end().as_bytes())?;
    // The page goes on with the first plans.
    let first = std::mem::take(&mut outcome.plans);
    outcome.take_in(streamed);
    outcome.plans = first;
    out.write_all(page.tail(outcome, &extras).as_bytes())?;
    outcome.plans.clear();
    out.flush()
}

/// What is known of the plans of a request before any is found.
fn bounds(planner: &Planner, request: &Request, outcome: &Outcome) -> PlanBounds {
    let chosen = planner.matrices().iter().filter(|m| request.releases.contains(&m.release));
    let options = chosen.filter_map(|matrix| matrix.dimension.as_ref()).flat_map(|it| &it.options);
    PlanBounds {
        patterns: options.map(|option| option.id.clone()).unique().collect(),
        features: planner.catalog().features().len(),
        plans: outcome.total,
    }
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
