//! Every target that a request allows, each with an engine to query it.

use fixedbitset::FixedBitSet;

use super::rank::Candidate;
use super::terms::{assumption, engine_query};
use super::{CellDetail, CellKind, Plan, TouchedCell};
use crate::engine::{Engine, EngineQuery};
use crate::matrix::{Level, Term};
use crate::request::Request;
use crate::target::{CellRef, Configuration, Target};

/// One target under search.
pub(super) struct Site<'p> {
    pub(super) target: &'p Target<'p>,
    pub(super) engine: Engine<'p>,
    /// The query of all of the request's terms.
    query: EngineQuery,
}

/// A request under search, at every target that it allows.
pub(super) struct Search<'p> {
    pub(super) request: &'p Request,
    /// The request's terms, sorted.
    pub(super) terms: Vec<Term>,
    pub(super) sites: Vec<Site<'p>>,
}

impl<'p> Search<'p> {
    /// Prepares a request for these targets.
    pub(super) fn new(targets: &'p [Target<'p>], request: &'p Request, terms: Vec<Term>) -> Self {
        let site = |target| Site {
            target,
            engine: Engine::new(target, asked(target, request)),
            query: engine_query(target, request, &terms, request.accept),
        };
        let sites = targets.iter().map(site).collect();
        Search { request, terms, sites }
    }

    /// The query that some of the request's terms put to a target.
    pub(super) fn engine_query(&self, site: usize, terms: &[Term], accept: Level) -> EngineQuery {
        let Site { target, query, .. } = &self.sites[site];
        // Made of the sorted terms, the query has each assumption at its term's position.
        let assumption = |term| match self.terms.binary_search(term) {
            Ok(known) => query.assumptions[known],
            Err(_) => assumption(target, term, self.request),
        };
        let assumptions = terms.iter().map(assumption).collect();
        EngineQuery { assumptions, wants: query.wants.clone(), accept }
    }

    /// Whether any target has a plan for all of the request's terms.
    pub(super) fn is_feasible(&mut self) -> bool {
        (0..self.sites.len()).any(|site| {
            let query = self.engine_query(site, &self.terms, self.request.accept);
            self.sites[site].engine.feasible(&query)
        })
    }

    /// The valid configurations that meet some of the request's terms, at every target, unordered.
    pub(super) fn candidates(&mut self, terms: &[Term], accept: Level) -> Vec<Candidate<'p>> {
        let mut found = Vec::new();
        for site in 0..self.sites.len() {
            let target = self.sites[site].target;
            let query = self.engine_query(site, terms, accept);
            let configurations = self.configurations(site, &query).into_iter();
            found.extend(configurations.map(|on| Candidate::new(target, on, &query)));
        }
        found
    }

    /// Counts the plans that meet some of the request's terms.
    pub(super) fn count(&mut self, terms: &[Term], accept: Level) -> usize {
        (0..self.sites.len())
            .map(|site| {
                let query = self.engine_query(site, terms, accept);
                self.configurations(site, &query).len()
            })
            .sum()
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
        let shown = candidates.iter().take(limit.unwrap_or(usize::MAX)).enumerate();
        shown.map(|(i, found)| self.plan(i + 1, found, cells)).collect()
    }
}

/// The plan of a configuration, shown with every touched cell or with those that have something to
/// say.
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
    let touched = if cells == CellDetail::None { Vec::new() } else { target.touched(on) };
    let shown = touched
        .into_iter()
        .filter(|&cell| cells == CellDetail::All || !target.cell(cell).is_plain());
    Plan {
        rank,
        release: target.release().cloned(),
        backend: target.backend().id.clone(),
        pattern: on.choice.and_then(|choice| target.choice_id(choice)).map(str::to_owned),
        added: features.iter().filter(|id| !needed(id)).cloned().collect(),
        missed: wants.filter(|id| !met(id)).cloned().collect(),
        features,
        level: candidate.level(),
        score: *score,
        cells: show(target, shown),
    }
}

/// Every cell that a plan's configuration touches at a target, whether it is valid there or not.
pub(super) fn touched(target: &Target<'_>, request: &Request, plan: &Plan) -> Vec<TouchedCell> {
    show(target, target.touched(&configuration(target, request, plan)))
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

/// Cells of a target as answers show them, in listing order.
pub(super) fn show(
    target: &Target<'_>,
    cells: impl IntoIterator<Item = CellRef>,
) -> Vec<TouchedCell> {
    let mut cells: Vec<_> = cells.into_iter().map(|cell| (target.cell(cell), cell)).collect();
    // Cells that list alike are told apart by their numbers, so that the order is always the same.
    cells.sort_by(|(a, x), (b, y)| a.listing_order(b).then(x.cmp(y)));
    let show = |(shown, cell): &(std::borrow::Cow<'_, _>, CellRef)| {
        let kind = if target.is_platform(*cell) { CellKind::Platform } else { CellKind::Cell };
        TouchedCell { kind, ..TouchedCell::of(shown) }
    };
    cells.iter().map(show).collect()
}
