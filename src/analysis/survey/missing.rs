//! The most valuable missing cells: which blocking cells, brought to an accepted level, would add
//! most.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use itertools::Itertools;

use super::served::ServedRequests;
use super::survey_target::SurveyTarget;
use super::unlock::{Gain, UnlockCandidate, gain, joint_gain};
use super::{CountChange, Missing, MissingCell, Wanted, Worth};
use crate::engine::Count;
use crate::plan::Planner;
use crate::request::Request;
use crate::target::{CellRef, Target};

/// The most cells of one target of which every pair is looked at. Of more, only those pairs are
/// whose cells are worth most alone, or that a request waits for.
const MOST_PAIRED: usize = 80;

/// A request that changes should satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valued {
    /// The request.
    pub request: Request,
    /// The weight of satisfying it.
    pub weight: u64,
}

/// The changes of one cell, or of two, that add anything, the one that adds most first.
pub(super) fn missing(
    planner: &Planner,
    targets: &[Target<'_>],
    request: &Request,
    wanted: &Wanted,
) -> Missing {
    let mut surveyed: Vec<SurveyTarget<'_>> =
        targets.iter().map(|target| SurveyTarget::new(target, request)).collect();
    let served = {
        let most = (request.accept, wanted.cells);
        ServedRequests::find(planner, &surveyed, &wanted.requests, most)
    };
    let requests = served.as_ref().map(ServedRequests::count);
    let mut missing = Missing { changes: Vec::new(), complete: true, requests };
    for (site, surveyed) in surveyed.iter_mut().enumerate() {
        let mut here = Changes::new(surveyed);
        if wanted.cells > 1 {
            here.add_pairs(served.iter().flat_map(|served| served.awaited(site)));
        }
        missing.complete &= here.complete;
        let requests = |cells: &[CellRef]| Some(served.as_ref()?.change(site, cells));
        missing.changes.extend(here.found.iter().map(|found| here.shown(found, requests)));
    }
    missing.complete &= !missing.changes.iter().any(Worth::is_saturated);
    missing.changes.retain(|worth| worth.adds());
    missing.changes.sort_by_cached_key(Worth::order);
    missing.changes.iter_mut().zip(1..).for_each(|(worth, rank)| worth.rank = rank);
    missing
}

/// The changes at one target, and what each adds.
struct Changes<'a, 'p> {
    surveyed: &'a mut SurveyTarget<'p>,
    now: Count,
    candidates: Vec<UnlockCandidate>,
    /// The changes, each with its candidates; first those of each candidate alone.
    found: Vec<(Vec<usize>, Gain)>,
    complete: bool,
}

impl<'a, 'p> Changes<'a, 'p> {
    /// The changes of one cell.
    fn new(surveyed: &'a mut SurveyTarget<'p>) -> Self {
        let query = surveyed.query.clone();
        let now = surveyed.count(&query, &[]);
        let candidates = UnlockCandidate::candidates(surveyed.target, query.accept);
        let alone = candidates.iter().enumerate();
        let found: Vec<(Vec<usize>, Gain)> =
            alone.map(|(i, one)| (vec![i], gain(surveyed, now, one))).collect();
        let complete = now.exact && found.iter().all(|(_, gain)| gain.exact);
        Changes { surveyed, now, candidates, found, complete }
    }

    /// Adds the changes of two cells.
    fn add_pairs<'s>(&mut self, awaited: impl Iterator<Item = &'s Vec<CellRef>>) {
        let mut best: Vec<usize> = (0..self.candidates.len()).collect();
        best.sort_by_key(|&one| Reverse(self.found[one].1.feature_sets));
        self.complete &= best.len() <= MOST_PAIRED;
        best.truncate(MOST_PAIRED);
        best.sort_unstable();
        let position = |cell: &CellRef| self.candidates.iter().position(|it| it.cell == *cell);
        let awaited = awaited.filter_map(|set| match set[..] {
            [a, b] => Some([position(&a)?, position(&b)?]),
            _ => None,
        });
        let mut pairs: BTreeSet<[usize; 2]> = awaited.map(|[a, b]| [a.min(b), a.max(b)]).collect();
        pairs.extend(best.into_iter().array_combinations());
        for [a, b] in pairs {
            let alone = [a, b].map(|one| self.found[one].1);
            let cells = [a, b].map(|one| &self.candidates[one]);
            let gain = joint_gain(self.surveyed, self.now, cells, alone);
            self.complete &= gain.exact;
            self.found.push((vec![a, b], gain));
        }
    }

    fn shown(
        &self,
        (cells, gain): &(Vec<usize>, Gain),
        requests: impl Fn(&[CellRef]) -> Option<CountChange>,
    ) -> Worth {
        let target = self.surveyed.target;
        let cells: Vec<CellRef> = cells.iter().map(|&one| self.candidates[one].cell).collect();
        let show = |&cell: &CellRef| {
            let shown = target.cell(cell);
            MissingCell { terms: shown.terms.to_vec(), level: shown.level }
        };
        let rising =
            |before: u128, by: u128| CountChange { before, after: before.saturating_add(by) };
        let mut shown: Vec<_> = cells.iter().map(show).collect();
        shown.sort_by_key(|cell| (cell.terms.len(), cell.terms.clone()));
        Worth {
            rank: 0,
            release: target.release().cloned(),
            backend: target.backend().id.clone(),
            feature_sets: rising(self.now.feature_sets, gain.feature_sets),
            configurations: rising(self.now.configurations, gain.configurations),
            requests: requests(&cells),
            cells: shown,
        }
    }
}

impl CountChange {
    /// The difference that the change makes.
    fn gain(self) -> u128 {
        self.after.saturating_sub(self.before)
    }
}

impl Worth {
    /// Whether a count is as large as counts get, so that it may be larger still.
    fn is_saturated(&self) -> bool {
        self.feature_sets.after == u128::MAX || self.configurations.after == u128::MAX
    }

    fn adds(&self) -> bool {
        let requests = self.requests.is_some_and(|change| change.gain() > 0);
        requests || self.configurations.gain() > 0
    }

    /// Most first: requests, feature sets, configurations; then fewer cells, the newest release,
    /// the backend's id and the cells.
    fn order(&self) -> impl Ord + use<> {
        let requests = self.requests.map(|change| Reverse(change.gain()));
        let sets = Reverse(self.feature_sets.gain());
        let configurations = Reverse(self.configurations.gain());
        let target = (Reverse(self.release.clone()), self.backend.clone());
        (requests, sets, configurations, self.cells.len(), target, self.cells.clone())
    }
}
