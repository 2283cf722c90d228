//! Listed requests: which have a plan, and which cells would have to be supported for the others.

use std::collections::{BTreeMap, HashMap};

use itertools::Itertools;

use super::survey_target::SurveyTarget;
use super::unlock::UnlockCandidate;
use super::{CountChange, ServedCount, Valued};
use crate::engine::EngineQuery;
use crate::matrix::{Level, Terms};
use crate::plan::{Planner, engine_query, terms};
use crate::request::Request;
use crate::target::CellRef;

/// The requests that have a plan, and those that have none.
pub(super) struct ServedRequests {
    /// The summed weight of the requests that have a plan.
    before: u128,
    unserved: Vec<UnservedRequest>,
}

/// A request without a plan.
struct UnservedRequest {
    weight: u128,
    /// For each target, every minimal set of cells that would have to be supported there.
    unlocks: Vec<Vec<Vec<CellRef>>>,
}

/// Targets as requests of one kind see them: with the same rules, facts and machines.
struct SeenTargets<'s, 'p> {
    /// What is surveyed.
    surveyed: &'s [SurveyTarget<'p>],
    /// The blocking cells of each, by their terms.
    cells: &'s [HashMap<Terms, CellRef>],
    accept: Level,
    most: usize,
}

impl ServedRequests {
    /// Sorts the requests, looking for changes of at most so many cells, of those that a survey at this
    /// level can bring to it; `None` without requests.
    pub(super) fn find(
        planner: &Planner,
        surveyed: &[SurveyTarget<'_>],
        requests: &[Valued],
        (accept, most): (Level, usize),
    ) -> Option<Self> {
        let mut distinct: BTreeMap<String, (&Request, u128)> = BTreeMap::new();
        for Valued { request, weight } in requests {
            let entry = distinct.entry(format!("{request:?}")).or_insert((request, 0));
            entry.1 += u128::from(*weight);
        }
        let cells = surveyed.iter().map(|it| blocking(it, accept)).collect_vec();
        let seen = SeenTargets { surveyed, cells: &cells, accept, most };
        let mut served = ServedRequests { before: 0, unserved: Vec::new() };
        let alike = |request: &Request| {
            let Request { rules, facts, platform, .. } = request;
            format!("{rules:?}{facts:?}{platform:?}")
        };
        let kinds = distinct.into_values().into_group_map_by(|(request, _)| alike(request));
        for (_, requests) in kinds.into_iter().sorted_by(|(a, _), (b, _)| a.cmp(b)) {
            seen.sort(planner, &requests, &mut served);
        }
        (!requests.is_empty()).then_some(served)
    }

    /// How many have a plan.
    pub(super) fn count(&self) -> ServedCount {
        let unserved: u128 = self.unserved.iter().map(|it| it.weight).sum();
        ServedCount { served: self.before, all: self.before + unserved }
    }

    /// The sets of cells of a target that some request waits for.
    pub(super) fn awaited(&self, target: usize) -> impl Iterator<Item = &Vec<CellRef>> {
        self.unserved.iter().flat_map(move |unserved| &unserved.unlocks[target])
    }

    /// The change if some cells of a target were supported.
    pub(super) fn change(&self, target: usize, cells: &[CellRef]) -> CountChange {
        let helps = |set: &Vec<CellRef>| set.iter().all(|cell| cells.contains(cell));
        let won = self.unserved.iter().filter(|it| it.unlocks[target].iter().any(helps));
        let won: u128 = won.map(|unserved| unserved.weight).sum();
        CountChange { before: self.before, after: self.before + won }
    }
}

impl SeenTargets<'_, '_> {
    /// Adds requests of one kind to those with a plan, or to those without.
    fn sort(&self, planner: &Planner, requests: &[(&Request, u128)], served: &mut ServedRequests) {
        let Some((first, _)) = requests.first() else { return };
        let targets = self.surveyed.iter().map(|it| it.target);
        let kind = Request {
            backends: targets.clone().map(|it| it.backend().id.clone()).sorted().dedup().collect(),
            releases: targets.map(|it| it.release().cloned()).sorted().dedup().collect(),
            ..(*first).clone()
        };
        let targets = planner.targets(&kind);
        let mut own = targets.iter().map(|target| SurveyTarget::new(target, &kind)).collect_vec();
        for (request, weight) in requests {
            let unlocks =
                (0..self.surveyed.len()).map(|site| self.unlocks(site, &mut own, request));
            let unlocks = unlocks.collect_vec();
            if unlocks.iter().flatten().any(Vec::is_empty) {
                served.before += weight;
            } else {
                served.unserved.push(UnservedRequest { weight: *weight, unlocks });
            }
        }
    }

    /// The minimal sets of cells of a surveyed target that would have to be supported for a request to
    /// have a plan there.
    fn unlocks(
        &self,
        site: usize,
        own: &mut [SurveyTarget<'_>],
        request: &Request,
    ) -> Vec<Vec<CellRef>> {
        let there = self.surveyed[site].target;
        let is_there = |it: &&mut SurveyTarget<'_>| {
            it.target.backend().id == there.backend().id && it.target.release() == there.release()
        };
        let is_chosen = request.backends.contains(&there.backend().id)
            && request.releases.iter().any(|release| release.as_ref() == there.release());
        let Some(own) = own.iter_mut().find(is_there).filter(|_| is_chosen) else {
            return Vec::new();
        };
        let found = engine_query(own.target, request, &terms(request), request.accept);
        let assumptions =
            found.assumptions.into_iter().chain(own.anything.assumptions.iter().copied());
        let query = EngineQuery {
            assumptions: assumptions.collect(),
            wants: Vec::new(),
            accept: request.accept,
        };
        let sets = own.engine.unlocks(&query, self.most).into_iter();
        // A cell that is no better than the survey's level is of no use to a request that asks for more.
        let helps = |set: &Vec<CellRef>| set.is_empty() || request.accept >= self.accept;
        let known = |cell: CellRef| self.cells[site].get(&own.target.cell(cell).terms).copied();
        sets.filter(helps).filter_map(|set| set.into_iter().map(known).collect()).collect()
    }
}

/// The blocking cells of a surveyed target by their terms.
fn blocking(surveyed: &SurveyTarget<'_>, accept: Level) -> HashMap<Terms, CellRef> {
    let candidates = UnlockCandidate::candidates(surveyed.target, accept).into_iter();
    let terms = |cell| surveyed.target.cell(cell).terms.clone();
    candidates.map(|candidate| (terms(candidate.cell), candidate.cell)).collect()
}
