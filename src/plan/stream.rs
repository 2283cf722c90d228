//! A request for every plan in, its plans out as they are found, best first.

use std::ops::ControlFlow;

use super::rank::Candidate;
use super::search::{MOST_HELD, Search};
use super::{CellDetail, Effort, Notice, Plan, Planner};
use crate::request::Request;

/// What there is to say of plans that were shown as they were found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Streamed {
    /// How many were shown.
    pub shown: usize,
    /// Whether there are no more.
    pub whole: bool,
    /// Remarks on the plans, as far as they are about the first of them.
    pub notices: Vec<Notice>,
}

impl Planner {
    /// Shows every valid plan that contains the needs, best first and each with how to run it, until the
    /// visitor has seen enough. Holds no more than what is next in line.
    pub fn stream_plans(
        &self,
        request: &Request,
        cells: CellDetail,
        effort: Effort,
        visit: &mut dyn FnMut(Plan) -> ControlFlow<()>,
    ) -> Streamed {
        self.each_plan(request, cells, effort, true, visit)
    }

    /// The same without how to run the plans.
    pub(crate) fn stream_plans_without_runs(
        &self,
        request: &Request,
        cells: CellDetail,
        effort: Effort,
        visit: &mut dyn FnMut(Plan) -> ControlFlow<()>,
    ) -> Streamed {
        self.each_plan(request, cells, effort, false, visit)
    }

    fn each_plan(
        &self,
        request: &Request,
        cells: CellDetail,
        effort: Effort,
        with_runs: bool,
        visit: &mut dyn FnMut(Plan) -> ControlFlow<()>,
    ) -> Streamed {
        let request = &Request { all: true, ..request.clone() };
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, effort);
        let queries = search.queries(request.accept);
        let mut held: Vec<Candidate<'_>> = Vec::new();
        let mut last: Option<Candidate<'_>> = None;
        let (mut shown, mut standing) = (0, 1);
        let mut broken = false;
        let whole = search.best_first(&queries, &mut |found| {
            shown += 1;
            if last.as_ref().is_some_and(|last| !last.is_level_with(&found)) {
                standing = shown;
            }
            let mut plan = super::search::plan(request, shown, &found, cells);
            plan.standing = standing;
            if with_runs {
                self.add_run(found.target, request, &mut plan);
            }
            if held.len() < MOST_HELD {
                held.push(found.clone());
            }
            last = Some(found);
            let next = visit(plan);
            broken = next.is_break();
            next
        });
        let mut notices = self.remarks(&held, request);
        if search.deadline.ended_search() {
            notices.push(Notice::cut_short(&search.deadline));
        } else if !whole {
            notices.push(Notice::more_than_ranked());
        }
        Streamed { shown, whole: whole && !broken, notices }
    }
}
