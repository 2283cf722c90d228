//! The planner: matrices and a request in, the whole answer out.

use super::explain::hints;
use super::rank::Candidate;
use super::search::Search;
use super::terms::terms;
use super::ways::{Refusal, refusal};
use super::{Closest, MatrixRef, Outcome, Plan, Rejected, UnlockCell, Unlocks};
use crate::matrix::{Catalog, Dimension, Matrix, Place};
use crate::request::{Query, Request, RequestError};

/// Answers requests from a set of chosen matrices.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dynamo_plan::{Planner, Query};
///
/// let planner = Planner::bundled()?;
/// let request = planner.resolve(&Query::needing(["lora", "tools"]))?;
/// let outcome = planner.answer(&request);
/// assert_eq!(outcome.plans[0].backend, "vllm");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Planner {
    matrices: Vec<Matrix>,
    catalog: Catalog,
    dimension: Option<Dimension>,
}

/// Which cells a plan shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellDetail {
    /// Those that have something to say: not plainly supported, or with a note.
    #[default]
    Notable,
    /// Every touched cell.
    All,
}

impl Planner {
    /// A planner for these matrices, all of which are chosen.
    #[must_use]
    pub fn new(mut matrices: Vec<Matrix>) -> Self {
        matrices.sort_by(|a, b| a.release.cmp(&b.release));
        let catalog = Catalog::new(&matrices);
        Planner { matrices, catalog, dimension: None }
    }

    /// The same, knowing the options of this dimension by name even where no chosen matrix states
    /// any fact of it.
    #[must_use]
    pub fn with_dimension(mut self, dimension: Dimension) -> Self {
        self.dimension = Some(dimension);
        self
    }

    /// The chosen matrices, oldest release first.
    #[must_use]
    pub fn matrices(&self) -> &[Matrix] {
        &self.matrices
    }

    /// Every feature and group that a chosen matrix lists.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Understands a request as it was typed.
    ///
    /// # Errors
    ///
    /// Where the request asks for nothing, contradicts itself or names what no chosen matrix knows:
    /// the reason, the name and the nearest ones.
    pub fn resolve(&self, query: &Query) -> Result<Request, RequestError> {
        crate::request::resolve(query, &self.matrices, &self.catalog, self.dimension.as_ref())
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Outcome {
        self.answer_with(request, CellDetail::Notable, None)
    }

    /// Answers a request, showing these cells and at most this many plans.
    #[must_use]
    pub fn answer_with(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Outcome {
        let places = self.places(request);
        let mut search = Search::new(&places, request, terms(request));
        let mut outcome = self.nothing_yet(request);
        let mut candidates = search.candidates(&search.terms.clone(), request.accept);
        candidates.sort_by(Candidate::compare);
        outcome.satisfiable = !candidates.is_empty();
        outcome.total = candidates.len();
        outcome.plans = show_plans(&search, &candidates, cells, limit);
        outcome.sensitivity = search.sensitivity();
        let refusals = refusals(&places, &candidates, request);
        outcome.rejected = refusals.iter().map(rejected).collect();
        if candidates.is_empty() {
            explain(&mut search, &refusals, &mut outcome);
        }
        outcome
    }

    /// An answer in which nothing has been found yet.
    fn nothing_yet(&self, request: &Request) -> Outcome {
        Outcome {
            schema: "dynamo-plan/plan/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.matrices.iter().map(matrix_ref).collect(),
            request: request.clone(),
            satisfiable: false,
            complete: true,
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

    /// The places that a request allows.
    fn places(&self, request: &Request) -> Vec<Place<'_>> {
        let chosen = self.matrices.iter().filter(|m| request.releases.contains(&m.release));
        let places = chosen.flat_map(|matrix| {
            let backends = matrix.backends.iter();
            let backends = backends.filter(|backend| request.backends.contains(&backend.id));
            backends.map(move |backend| Place::new(&self.catalog, matrix, backend))
        });
        places.collect()
    }
}

fn matrix_ref(matrix: &Matrix) -> MatrixRef {
    MatrixRef {
        release: matrix.release.clone(),
        source: matrix.provenance.source.clone(),
        commit: matrix.provenance.commit.clone(),
        sha256: matrix.provenance.sha256.clone(),
    }
}

fn show_plans<'p>(
    search: &Search<'p>,
    candidates: &[Candidate<'p>],
    cells: CellDetail,
    limit: Option<usize>,
) -> Vec<Plan> {
    let shown = candidates.iter().take(limit.unwrap_or(usize::MAX)).enumerate();
    shown.map(|(i, found)| search.plan(i + 1, found, cells == CellDetail::All)).collect()
}

/// Why each place without a plan has none, the nearest to one first.
fn refusals<'p>(
    places: &'p [Place<'p>],
    candidates: &[Candidate<'p>],
    request: &'p Request,
) -> Vec<Refusal<'p>> {
    let planned = |place: &Place<'p>| candidates.iter().any(|c| std::ptr::eq(c.place, place));
    let out = places.iter().filter(|place| !planned(place));
    let mut refusals: Vec<_> = out.map(|place| refusal(place, request, request.accept)).collect();
    refusals.sort_by(|a, b| {
        let newest_first = || b.place.release().cmp(&a.place.release());
        let by_backend = || a.place.backend().id.cmp(&b.place.backend().id);
        a.nearness.cmp(&b.nearness).then_with(newest_first).then_with(by_backend)
    });
    refusals
}

fn rejected(refusal: &Refusal<'_>) -> Rejected {
    Rejected {
        release: refusal.place.release().cloned(),
        backend: refusal.place.backend().id.clone(),
        blocking: refusal.blocking.clone(),
    }
}

/// Adds why there is no plan and what would help.
fn explain(search: &mut Search<'_>, refusals: &[Refusal<'_>], outcome: &mut Outcome) {
    let sets = search.correction_sets();
    let (conflicts, proved) = search.conflicts(&sets);
    outcome.complete = proved;
    outcome.conflicts = conflicts;
    outcome.corrections = search.corrections(&sets);
    outcome.unlocks = refusals.iter().map(unlocks).collect();
    outcome.closest = refusals.iter().map(closest).collect();
    outcome.hints = hints(&outcome.sensitivity, &outcome.corrections);
}

fn unlocks(refusal: &Refusal<'_>) -> Unlocks {
    let cells = |set: &Vec<super::TouchedCell>| {
        let cell = |c: &super::TouchedCell| UnlockCell { terms: c.terms.clone(), level: c.level };
        set.iter().map(cell).collect()
    };
    Unlocks {
        release: refusal.place.release().cloned(),
        backend: refusal.place.backend().id.clone(),
        sets: refusal.unlocks.iter().map(cells).collect(),
    }
}

fn closest(refusal: &Refusal<'_>) -> Closest {
    Closest {
        release: refusal.place.release().cloned(),
        backend: refusal.place.backend().id.clone(),
        blocking: refusal.refused,
    }
}
