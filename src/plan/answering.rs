//! A request in, its whole answer out.

use std::sync::Arc;

use super::rejection::{Cores, Rejection, hints, rejection, split_hint};
use super::search::{Ranked, Search, touched};
use super::{
    Closest, ConflictGraph, Correction, Effort, MatrixRef, Notice, Outcome, Plan, Planner,
    Rejected, TouchedCell, Unlocks, Verdict,
};
use crate::matrix::{Release, Term};
use crate::request::Request;
use crate::target::Target;

/// The cells that a plan shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellDetail {
    /// Those that have something to say: not plainly supported, or with a note.
    #[default]
    Notable,
    /// Every touched cell.
    All,
    /// No cell and no conditional rule, nor the engine and platforms that the release pins: of many answers
    /// at once.
    None,
}

impl Planner {
    /// The best plan, and how many there are; nothing else of the answer is worked out.
    #[must_use]
    pub fn best(&self, request: &Request) -> Option<(usize, Plan)> {
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, Effort::default());
        let Ranked { candidates, total, .. } =
            search.ranked(&search.queries(request.accept), Some(1));
        Some((total, search.plan(1, candidates.first()?, CellDetail::Notable)))
    }

    /// The ranked plans, and how many there are before the limit; nothing else of the answer is
    /// worked out.
    #[must_use]
    pub fn plans(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> (usize, Vec<Plan>) {
        let found = self.plans_within(request, cells, limit, Effort::default());
        found.map_or_else(Default::default, |(total, plans, _)| (total, plans))
    }

    /// The same, and whether the plans and their number are whole; `None` where a deadline passed.
    pub(crate) fn plans_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Option<(usize, Vec<Plan>, bool)> {
        if cells == CellDetail::None
            && !request.all
            && let Some((total, plans)) = self.bare_plans(request, limit)
        {
            return Some((total, plans, true));
        }
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, effort);
        let Ranked { candidates, total, counted, .. } =
            search.ranked(&search.queries(request.accept), limit);
        let plans = search.plans(&candidates, cells, limit);
        let complete = counted && (!request.all || plans.len() == total);
        (!search.deadline.ended_search()).then_some((total, plans, complete))
    }

    /// How many plans a request has, and whether that is all: else there are at least so many.
    pub(crate) fn count_within(&self, request: &Request, effort: Effort) -> (usize, bool) {
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, effort);
        search.count(&search.queries(request.accept))
    }

    /// Whether a request has a plan; nothing else of the answer is worked out.
    #[must_use]
    pub fn is_satisfiable(&self, request: &Request) -> bool {
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, Effort::default());
        search.is_feasible()
    }

    /// Every minimal set of a request's terms that fails everywhere; none where there is a plan.
    #[must_use]
    pub fn conflicts(&self, request: &Request) -> Vec<Vec<Term>> {
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, Effort::default());
        if search.is_feasible() {
            return Vec::new();
        }
        search.every_conflict()
    }

    /// References to the matrices that an answer to a request rests on.
    #[must_use]
    pub fn references(&self, request: &Request) -> Vec<MatrixRef> {
        let chosen = self.matrices().iter().filter(|m| request.releases.contains(&m.release));
        chosen.map(MatrixRef::of).collect()
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Outcome {
        self.answer_with(request, CellDetail::Notable, None)
    }

    /// Answers a request, showing these cells and at most this many plans, each with how to run it. Those
    /// that a correction makes possible have none until [`Planner::add_runs_of_corrections`] adds it.
    #[must_use]
    pub fn answer_with(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Outcome {
        self.answer_within(request, cells, limit, Effort::default())
    }

    /// The same, to find so much.
    #[must_use]
    pub fn answer_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Outcome {
        let mut outcome = self.search_within(request, cells, limit, effort);
        self.add_runs(request, &mut outcome.plans);
        outcome
    }

    /// Adds how to run the best plan of each correction.
    pub fn add_runs_of_corrections(&self, outcome: &mut Outcome) {
        let request = &outcome.request;
        for Correction { drop, best, .. } in &mut outcome.corrections {
            self.add_runs(&request.without(drop), std::slice::from_mut(best));
        }
    }

    /// The same answer without how to run its plans.
    #[must_use]
    pub fn answer_without_runs(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Outcome {
        self.search_within(request, cells, limit, Effort::default())
    }

    /// The same, to find so much.
    #[must_use]
    pub(crate) fn search_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Outcome {
        let targets = self.targets(request);
        let mut search = Search::of(self, &targets, request, effort);
        let mut outcome = self.nothing_yet(request);
        let found = search.ranked(&search.queries(request.accept), limit);
        let Ranked { candidates, total, counted, planned } = found;
        outcome.satisfiable = planned.contains(&true);
        outcome.total = total;
        outcome.plans = search.plans(&candidates, cells, limit);
        // A list that somebody wants short is not searched any further.
        outcome.not_whole("plans", request.all && outcome.plans.len() < total || !counted);
        outcome.not_whole("total", !counted);
        outcome.verdict = outcome.verdict();
        if search.deadline.ended_search() {
            outcome.leave_out_the_rest(&search.deadline);
            return outcome;
        }
        let shown = candidates.len().min(limit.unwrap_or(usize::MAX));
        outcome.notices = self.remarks(&candidates[..shown], request);
        let (sensitivity, counted) = search.sensitivity();
        outcome.sensitivity = sensitivity;
        outcome.not_whole("sensitivity", !counted);
        outcome.verdict = outcome.verdict();
        let rejections = rejections(&targets, &planned, request);
        if !outcome.satisfiable {
            explain(&mut search, &rejections, &mut outcome);
        }
        outcome.rejected = rejections.into_iter().map(rejected).collect();
        if search.deadline.ended_search() {
            outcome.notices.push(Notice::cut_short(&search.deadline));
        }
        outcome
    }

    /// Every cell that the configuration of a plan touches in a release, whether it is valid there
    /// or not; none where the planner has no such release or backend.
    #[must_use]
    pub fn touched(
        &self,
        request: &Request,
        release: &Option<Release>,
        plan: &Plan,
    ) -> Vec<Arc<TouchedCell>> {
        let backends = vec![plan.backend.clone()];
        let here = Request { backends, releases: vec![release.clone()], ..request.clone() };
        let targets = self.targets(&here);
        targets.first().map_or_else(Vec::new, |target| touched(target, request, plan))
    }

    /// The graph of some conflicts of a request: which terms, in which cells, at which targets.
    #[must_use]
    pub fn conflict_graph(&self, request: &Request, conflicts: &[Vec<Term>]) -> ConflictGraph {
        ConflictGraph::new(&self.targets(request), request, conflicts)
    }

    /// An answer in which nothing has been found yet.
    fn nothing_yet(&self, request: &Request) -> Outcome {
        Outcome {
            schema: "dynamo-plan/plan/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(request),
            request: request.clone(),
            release_defaulted: false,
            newest: None,
            satisfiable: false,
            verdict: Verdict::RuledOut,
            complete: true,
            incomplete: Vec::new(),
            total: 0,
            plans: Vec::new(),
            rejected: Vec::new(),
            conflicts: Vec::new(),
            corrections: Vec::new(),
            unlocks: Vec::new(),
            closest: Vec::new(),
            sensitivity: Vec::new(),
            hints: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// Finds why each target without a plan has none, the nearest to one first.
fn rejections<'p>(
    targets: &'p [Target<'p>],
    planned: &[bool],
    request: &'p Request,
) -> Vec<Rejection<'p>> {
    let out = targets.iter().zip(planned).filter(|(_, planned)| !**planned);
    let mut rejections: Vec<_> =
        out.map(|(target, _)| rejection(target, request, request.accept)).collect();
    rejections.sort_by(|a, b| {
        let newest_first = || b.target.release().cmp(&a.target.release());
        let by_backend = || a.target.backend().id.cmp(&b.target.backend().id);
        a.nearness.cmp(&b.nearness).then_with(newest_first).then_with(by_backend)
    });
    rejections
}

fn rejected(rejection: Rejection<'_>) -> Rejected {
    Rejected {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        blocking: rejection.blocking,
    }
}

/// Adds why there is no plan and what would help.
fn explain(search: &mut Search<'_>, rejections: &[Rejection<'_>], outcome: &mut Outcome) {
    let Cores { conflicts: (conflicts, complete), corrections: sets } = search.cores();
    outcome.not_whole("conflicts", !complete);
    outcome.conflicts = conflicts;
    let (corrections, complete) = search.corrections(&sets.sets);
    outcome.not_whole("corrections", !complete || !sets.complete);
    outcome.corrections = corrections;
    outcome.unlocks = rejections.iter().map(unlocks).collect();
    let most = search.effort.most_sets();
    outcome.not_whole("unlocks", outcome.unlocks.iter().any(|it| it.sets.len() > most));
    outcome.unlocks.iter_mut().for_each(|it| it.sets.truncate(most));
    if !search.deadline.ended_search() {
        outcome.notices.extend(Notice::more_than_listed(&outcome.incomplete));
    }
    outcome.closest = rejections.iter().map(closest).collect();
    outcome.hints = hints(&outcome.request, &outcome.sensitivity, &outcome.corrections);
    outcome.hints.extend(split_hint(&outcome.request, &outcome.conflicts));
}

fn unlocks(rejection: &Rejection<'_>) -> Unlocks {
    Unlocks {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        sets: rejection.unlock_sets(),
    }
}

fn closest(rejection: &Rejection<'_>) -> Closest {
    Closest {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        blocking: rejection.nearest,
    }
}
