//! Finds every NVIDIA Dynamo backend and configuration that supports the features you need.
//!
//! # The way an answer takes
//!
//! ```text
//! model/*.toml ──┐
//!                ├─ load ─▶ Matrix ─ encode ─▶ Cnf ─ solve ─▶ models, cores ─ plan ─▶ Outcome ─ render ─▶ bytes
//! page.md ───────┘
//! ```
//!
//! | room | what comes in | what goes out |
//! | --- | --- | --- |
//! | [`matrix`] | | the data: levels, cells, features, backends, and what a configuration touches |
//! | [`load`] | model files, published pages | a [`Matrix`], or diagnostics that point into the file |
//! | [`request`] | names in any spelling | a [`Request`] of ids, or an error with the nearest names |
//! | [`encode`] | a place and what is asked | clauses, each with its cause |
//! | [`solve`] | clauses | models, minimal cores, optima |
//! | [`engine`] | a question about one place | its answer, whatever finds it |
//! | [`plan`] | matrices and a request | an [`Outcome`]: plans, best first, or why there is none |
//! | [`batch`] | requests, a line each | answers, a line each |
//! | [`audit`] | matrices, planners | what changed between releases, since when something works, what in a document is odd |
//!
//! | [`render`] | what was found, and how to draw it | text: tables, Markdown, JSON |
//!
//! Data flows one way; no room knows a later one, and only the program in `src/cli` prints.
//! [`answer_as_text`] goes the whole way.
//!
//! # Use
//!
//! ```
//! # fn main() -> Result<(), dynamo_plan::RequestError> {
//! use dynamo_plan::{Planner, Query};
//!
//! let planner = Planner::bundled();
//! let request = planner.resolve(&Query::needing(["lora", "multimodal-video"]))?;
//! let outcome = planner.answer(&request);
//! assert!(!outcome.satisfiable);
//! assert_eq!(outcome.conflicts[0].len(), 2);
//! assert_eq!(outcome.corrections[0].best.backend, "vllm");
//! # Ok(())
//! # }
//! ```

pub mod audit;
pub mod batch;
mod elsewhere;
pub mod encode;
pub mod engine;
pub mod load;
pub mod matrix;
pub mod plan;
pub mod render;
pub mod request;
pub mod solve;

use matrix::{Matrix, Release};
use plan::{Addition, CellDetail, Price, Reason};
use render::Form;
use render::answer::{self, Detail, View};

pub use matrix::DEFAULT_RELEASE;

pub use plan::{Outcome, Planner};
pub use request::{Query, Request, RequestError};

impl Planner {
    /// A planner for the default release, with every bundled rule set.
    ///
    /// # Panics
    ///
    /// Never: the build fails without that release.
    #[must_use]
    pub fn bundled() -> Self {
        let matrix = load::bundle::matrix(&Release::new(DEFAULT_RELEASE));
        Self::of_matrices(vec![matrix.expect("the default release is bundled")])
    }

    /// A planner for any matrices, with every bundled rule set and the names of the serving
    /// patterns.
    #[must_use]
    pub fn of_matrices(matrices: Vec<Matrix>) -> Self {
        let stated = matrices.iter().any(|matrix| matrix.dimension.is_some());
        let planner = Planner::new(matrices).with_rules(load::bundle::rule_sets());
        if stated {
            return planner;
        }
        planner.with_dimension(load::bundle::vocabulary().dimension)
    }
}

// The program's code is laid out by name, each function followed by those that it calls first. By
// where it is and what it is called, this one comes first: so what nearly every process runs lies
// together, and no process waits for the pages in between.

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
    elsewhere::add_notices(planner, &view.origin, &request, &mut outcome);
    let patterned = request.pattern.as_ref().map(|_| planner.patterned()).unwrap_or_default();
    let view = match form {
        Form::Json => view,
        _ if explains => View { reasons: reasons(planner, &outcome), patterned, ..view },
        _ => {
            let headroom = headroom(planner, &outcome, view.quiet);
            View { headroom, prices: prices(planner, &outcome), patterned, ..view }
        }
    };
    let text = form.draw(|| answer::page(&outcome, &view), &outcome);
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
