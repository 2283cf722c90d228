//! Every target that a request allows, each with an engine to query it.

use std::ops::ControlFlow;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::rank::Candidate;
use super::terms::{engine_queries, engine_query};
use super::{CellDetail, ConditionalRule, Effort, Plan, Planner, ShownNote, TouchedCell};
use crate::engine::{Engine, EngineQuery};
use crate::matrix::{Level, Term};
use crate::request::Request;
use crate::solve::Deadline;
use crate::target::{CellRef, Configuration, FactRule, Target};

/// The most plans that are held at once where every plan is asked for.
pub(super) const MOST_HELD: usize = 100_000;

/// One target under search.
pub(super) struct Site<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) engine: Engine<'p>,
    /// What all of the request's terms ask.
    pub(super) query: EngineQuery,
}

/// A request under search, at every target that it allows.
pub(super) struct Search<'p> {
    pub(super) request: &'p Request,
    /// The request's terms, sorted.
    pub(super) terms: Vec<Term>,
    pub(super) sites: Vec<Site<'p>>,
    pub(super) effort: Effort,
    pub(super) deadline: Deadline,
    /// The planner whose tables are used, with the position of each target there; `None` where each target
    /// is asked by itself.
    pub(super) tables: Option<(&'p Planner, Vec<usize>)>,
}

/// Configurations, best first.
pub(super) struct Ranked<'p> {
    /// All, or as many as were wanted.
    pub(super) candidates: Vec<Candidate<'p>>,
    /// How many there are.
    pub(super) total: usize,
    /// Whether that is all; else there are at least so many.
    pub(super) counted: bool,
    /// For each target, whether it has any.
    pub(super) planned: Vec<bool>,
}

impl<'p> Search<'p> {
    /// Prepares a request for these targets.
    pub(super) fn new(targets: &'p [Target<'p>], request: &'p Request, terms: Vec<Term>) -> Self {
        Search::within(targets, request, terms, Effort::default())
    }

    /// Prepares a request for the targets that a planner has for it, to find so much.
    pub(super) fn of(
        planner: &'p Planner,
        targets: &'p [Target<'p>],
        request: &'p Request,
        effort: Effort,
    ) -> Self {
        let search = Search::within(targets, request, super::terms::terms(request), effort);
        if !planner.has_tables() {
            return search.by_solver();
        }
        Search { tables: Some((planner, planner.positions(request))), ..search }
    }

    /// The same, where everything goes to the solver.
    fn by_solver(mut self) -> Self {
        for site in &mut self.sites {
            let engine = Engine::without_table(site.target, asked(site.target, self.request));
            site.engine = engine.until(self.deadline.clone());
        }
        self
    }

    /// Prepares a request for these targets, to find so much.
    fn within(
        targets: &'p [Target<'p>],
        request: &'p Request,
        terms: Vec<Term>,
        effort: Effort,
    ) -> Self {
        let deadline = Deadline::new(effort.deadline).or_stopped(effort.stop);
        let asked = targets.first().map(|target| asked(target, request)).unwrap_or_default();
        let site = |(target, query)| Site {
            target,
            engine: Engine::new(target, asked.clone()).until(deadline.clone()),
            query,
        };
        let queries = engine_queries(targets, request, &terms, request.accept);
        let sites = targets.iter().zip(queries).map(site).collect();
        Search { request, terms, sites, effort, deadline, tables: None }
    }

    /// What all of the request's terms ask of each target.
    pub(super) fn queries(&self, accept: Level) -> Vec<EngineQuery> {
        let queries = self.sites.iter().map(|site| &site.query);
        queries.map(|query| EngineQuery { accept, ..query.clone() }).collect()
    }

    /// What the request's terms at these positions ask of each target.
    pub(super) fn queries_of(&self, terms: &FixedBitSet) -> Vec<EngineQuery> {
        let query = |site: &Site<'_>| EngineQuery {
            assumptions: terms.ones().map(|term| site.query.assumptions[term]).collect(),
            wants: site.query.wants.clone(),
            accept: site.query.accept,
        };
        self.sites.iter().map(query).collect()
    }

    /// What any terms ask of each target.
    pub(super) fn queries_for(&self, terms: &[Term]) -> Vec<EngineQuery> {
        let Search { request, sites, .. } = self;
        let query = |site: &Site<'_>| engine_query(site.target, request, terms, request.accept);
        sites.iter().map(query).collect()
    }

    /// Whether any target has a plan for all of the request's terms.
    pub(super) fn is_feasible(&mut self) -> bool {
        let every = self.sites.iter().map(|site| &site.query).collect::<Vec<_>>();
        if self.is_rejected_at_once(&every) {
            return false;
        }
        let known = self.asked_table(&every).and_then(|it| it.feasible(0..self.terms.len()));
        known.unwrap_or_else(|| self.sites.iter_mut().any(|it| it.engine.feasible(&it.query)))
    }

    /// The valid configurations that meet the query of each target, unordered.
    pub(super) fn candidates(&mut self, queries: &[EngineQuery]) -> Vec<Candidate<'p>> {
        let queries = queries.iter().enumerate();
        queries.flat_map(|(site, query)| self.candidates_at(site, query)).collect()
    }

    /// The valid configurations that meet the query of one target, unordered.
    pub(super) fn candidates_at(&mut self, site: usize, query: &EngineQuery) -> Vec<Candidate<'p>> {
        let target = self.sites[site].target;
        let configurations = self.configurations(site, query).into_iter();
        configurations.map(|on| Candidate::new(target, on, query)).collect()
    }

    /// How many plans meet the query of each target, and whether that is all: else there are at least so
    /// many. What every plan is asked for, is counted without listing.
    pub(super) fn count(&mut self, queries: &[EngineQuery]) -> (usize, bool) {
        if let Some(ranked) = self.ranked_by_table(queries) {
            return (ranked.len(), true);
        }
        let mut total = (0_usize, true);
        for (site, query) in queries.iter().enumerate() {
            let (plans, exact) = if self.request.all {
                let count = self.sites[site].engine.count(query, &[]);
                let plans = usize::try_from(count.configurations);
                (plans.unwrap_or(usize::MAX), count.exact && plans.is_ok())
            } else {
                let found = self.configurations(site, query).len();
                (found, !self.deadline.has_passed())
            };
            total =
                (total.0.saturating_add(plans), total.1 && exact && total.0 < usize::MAX - plans);
        }
        total
    }

    /// The valid configurations that meet the query of each target, best first. Where every plan is asked
    /// for, only as many are found as wanted.
    pub(super) fn ranked(&mut self, queries: &[EngineQuery], limit: Option<usize>) -> Ranked<'p> {
        if !self.request.all {
            let ranked = self.ranked_by_table(queries);
            let candidates = ranked.unwrap_or_else(|| {
                let mut candidates = self.candidates(queries);
                candidates.sort_by(Candidate::compare);
                candidates
            });
            let planned = |site: &Site<'p>| {
                candidates.iter().any(|found| std::ptr::eq(found.target, site.target))
            };
            let planned = self.sites.iter().map(planned).collect();
            let counted = !self.deadline.has_passed();
            return Ranked { total: candidates.len(), counted, planned, candidates };
        }
        let mut candidates = Vec::new();
        let most = limit.unwrap_or(MOST_HELD);
        let mut take = |found| {
            candidates.push(found);
            if candidates.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let whole = most > 0 && self.best_first(queries, &mut take);
        let (mut total, mut counted) = (candidates.len(), true);
        // All were found where the search ended of itself.
        if !whole || candidates.len() == most {
            (total, counted) = self.count(queries);
            total = total.max(candidates.len());
        }
        let sites = self.sites.iter_mut().zip(queries);
        let planned = sites.map(|(site, query)| site.engine.feasible(query)).collect();
        Ranked { candidates, total, counted, planned }
    }

    /// The configurations that a target's plans have: those of minimal feature sets, or all.
    fn configurations(&mut self, site: usize, query: &EngineQuery) -> Vec<Configuration> {
        let Site { target, engine, .. } = &mut self.sites[site];
        if self.request.all {
            let mut all = Vec::new();
            engine.enumerate(query, &mut |on| all.push(on));
            return all;
        }
        let sets = engine.minimal(query).into_iter();
        sets.flat_map(|features| query.deployments(target, features)).collect()
    }

    /// The plan of a configuration, shown with every touched cell or with those that have something
    /// to say.
    pub(super) fn plan(&self, rank: usize, candidate: &Candidate<'p>, cells: CellDetail) -> Plan {
        plan(self.request, rank, candidate, cells)
    }

    /// The plans of ranked configurations, as many as wanted.
    pub(super) fn plans(
        &self,
        candidates: &[Candidate<'p>],
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Vec<Plan> {
        let shown = candidates.iter().take(limit.unwrap_or(usize::MAX));
        let mut standing = 1;
        let plan = |(i, found): (usize, &Candidate<'p>)| {
            if i > 0 && !candidates[i - 1].is_level_with(found) {
                standing = i + 1;
            }
            Plan { standing, ..self.plan(i + 1, found, cells) }
        };
        shown.enumerate().map(plan).collect()
    }
}

/// The plan of a configuration, shown with every touched cell or with those that have something to
/// say. Its standing is its rank.
pub(crate) fn plan(
    request: &Request,
    rank: usize,
    candidate: &Candidate<'_>,
    cells: CellDetail,
) -> Plan {
    let Candidate { target, on, score } = candidate;
    let features = target.catalog().ids(&on.features);
    let needed = |id: &String| request.need.contains(id);
    let met = |id: &str| target.catalog().atom(id).is_some_and(|atom| target.is_on(atom, on));
    let wants = request.want.iter().map(|want| &want.feature);
    // A batch asks for many plans and writes neither their cells nor what their releases pin.
    let is_bare = cells == CellDetail::None;
    let touched = if is_bare { Vec::new() } else { target.touched(on) };
    let shown = show(target, request, Some(on), touched);
    let notable = |cell: &Arc<TouchedCell>| cells == CellDetail::All || !cell.is_plain();
    Plan {
        rank,
        standing: rank,
        release: target.release().cloned(),
        engine: target.backend().engine.clone().filter(|_| !is_bare),
        platforms: if is_bare { Vec::new() } else { target.backend().platforms.clone() },
        backend: target.backend().id.clone(),
        pattern: on.choice.and_then(|choice| target.choice_id(choice)).map(str::to_owned),
        added: features.iter().filter(|id| !needed(id)).cloned().collect(),
        missed: wants.filter(|id| !met(id)).cloned().collect(),
        features,
        level: candidate.level(),
        score: *score,
        cells: shown.into_iter().filter(notable).collect(),
        conditional: if is_bare { Vec::new() } else { conditional_rules(request, candidate) },
        run: None,
    }
}

/// Every cell that a plan's configuration touches at a target, whether it is valid there or not.
pub(super) fn touched(
    target: &Target<'_>,
    request: &Request,
    plan: &Plan,
) -> Vec<Arc<TouchedCell>> {
    let on = configuration(target, request, plan);
    show(target, request, Some(&on), target.touched(&on))
}

/// The configuration of a plan, as a target knows it.
pub(super) fn configuration(target: &Target<'_>, request: &Request, plan: &Plan) -> Configuration {
    let mut on = Configuration {
        features: target.catalog().no_features(),
        choice: plan.pattern.as_deref().and_then(|id| target.choice(id)),
        facts: super::terms::facts(request),
    };
    for atom in plan.features.iter().filter_map(|id| target.catalog().atom(id)) {
        target.catalog().add_features_of(atom, &mut on.features);
    }
    on
}

/// The features that a request asks for, whether it must have them or would like to.
fn asked(target: &Target<'_>, request: &Request) -> FixedBitSet {
    let mut asked = target.catalog().no_features();
    if request.all {
        asked.insert_range(..);
        return asked;
    }
    let wants = request.want.iter().map(|want| &want.feature);
    for atom in request.need.iter().chain(wants).filter_map(|id| target.catalog().atom(id)) {
        target.catalog().add_features_of(atom, &mut asked);
    }
    asked
}

/// The rules that would count against a candidate's plan if facts were stated that the request leaves
/// open.
fn conditional_rules(request: &Request, candidate: &Candidate<'_>) -> Vec<ConditionalRule> {
    let Candidate { target, on, .. } = candidate;
    let open = |rule: &FactRule| {
        let facts = rule.rule.facts().map(|fact| (fact, request.knows_fact(fact)));
        let known: Vec<_> = facts.collect();
        let may_count = known.iter().all(|(_, known)| *known != Some(false));
        let open = known.iter().filter(|(_, known)| known.is_none());
        let open: Vec<String> = open.map(|(fact, _)| (*fact).to_owned()).collect();
        (may_count && !open.is_empty()).then_some(open)
    };
    let holds = |rule: &&FactRule| rule.literals.iter().all(|&literal| target.holds(literal, on));
    let mut rules: Vec<ConditionalRule> = target
        .fact_rules()
        .iter()
        .filter(holds)
        .filter_map(|rule| Some(ConditionalRule::of(&rule.rule, open(rule)?, target.matrix())))
        .collect();
    rules.sort_by(|a, b| a.rule.cmp(&b.rule));
    rules
}

/// Cells of a target as answers show them, in listing order, with the notes that hold in a
/// configuration or, where none is given, in any.
pub(super) fn show(
    target: &Target<'_>,
    request: &Request,
    on: Option<&Configuration>,
    cells: impl IntoIterator<Item = CellRef>,
) -> Vec<Arc<TouchedCell>> {
    let says = |note: &ShownNote| says_something(note, target, request, on);
    let mut cells = listed(target, cells);
    for cell in &mut cells {
        if !cell.notes.iter().all(says) {
            Arc::make_mut(cell).notes.retain(says);
        }
    }
    cells
}

/// Whether a note's own terms hold in a configuration, or may. A fact that the request leaves open may
/// hold; a denied one does not.
fn says_something(
    note: &ShownNote,
    target: &Target<'_>,
    request: &Request,
    on: Option<&Configuration>,
) -> bool {
    note.when.iter().all(|term| match (term.fact(), on) {
        (Some(fact), _) => request.knows_fact(fact) != Some(false),
        (None, Some(on)) => target.terms_hold(std::slice::from_ref(term), on),
        (None, None) => true,
    })
}

/// Cells of a target as answers show them, with all of their notes, in listing order.
pub(super) fn listed(
    target: &Target<'_>,
    cells: impl IntoIterator<Item = CellRef>,
) -> Vec<Arc<TouchedCell>> {
    let mut cells: Vec<_> = cells.into_iter().map(|cell| (target.shown(cell), cell)).collect();
    // Cells that list alike are told apart by their numbers, so that the order is always the same.
    cells.sort_by(|(a, x), (b, y)| a.listing_order(b).then(x.cmp(y)));
    cells.into_iter().map(|(cell, _)| cell).collect()
}
