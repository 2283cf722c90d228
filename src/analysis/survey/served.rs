//! Listed requests: which have a plan, and which cells would have to be supported for the others.

use std::collections::BTreeMap;

use super::survey_target::SurveyTarget;
use super::{CountChange, Valued};
use crate::engine::EngineQuery;
use crate::plan::{engine_query, terms};
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

impl ServedRequests {
    /// Sorts the requests, looking for changes of at most so many cells; `None` without requests.
    pub(super) fn find(
        surveyed: &mut [SurveyTarget<'_>],
        requests: &[Valued],
        most: usize,
    ) -> Option<Self> {
        let mut distinct: BTreeMap<String, (&Valued, u128)> = BTreeMap::new();
        for valued in requests {
            let entry = distinct.entry(format!("{:?}", valued.request)).or_insert((valued, 0));
            entry.1 += u128::from(valued.weight);
        }
        let mut served = ServedRequests { before: 0, unserved: Vec::new() };
        for (valued, weight) in distinct.into_values() {
            let unlocks = surveyed.iter_mut().map(|target| unlocks(target, valued, most));
            let unlocks: Vec<Vec<Vec<CellRef>>> = unlocks.collect();
            if unlocks.iter().flatten().any(Vec::is_empty) {
                served.before += weight;
            } else {
                served.unserved.push(UnservedRequest { weight, unlocks });
            }
        }
        (!requests.is_empty()).then_some(served)
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

/// The minimal sets of cells of a target that would have to be supported for a request to have a
/// plan.
fn unlocks(surveyed: &mut SurveyTarget<'_>, valued: &Valued, most: usize) -> Vec<Vec<CellRef>> {
    let request = &valued.request;
    if !request.backends.contains(&surveyed.target.backend().id) {
        return Vec::new();
    }
    let found = engine_query(surveyed.target, request, &terms(request), request.accept);
    let assumptions =
        found.assumptions.into_iter().chain(surveyed.anything.assumptions.iter().copied());
    let query = EngineQuery {
        assumptions: assumptions.collect(),
        wants: Vec::new(),
        accept: surveyed.anything.accept,
    };
    surveyed.engine.unlocks(&query, most)
}
