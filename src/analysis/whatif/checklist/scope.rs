//! What an upgrade is about: per backend, the configurations whose ends are compared.

use crate::analysis::whatif::Side;
use crate::matrix::{Backend, Matrix};
use crate::plan::{CellDetail, Plan};
use crate::request::{PlatformFacts, Request};

/// One backend and the configurations of the request's plans at both ends.
pub(super) struct BackendScope<'u> {
    pub(super) backend: String,
    pub(super) before: ScopeEnd<'u>,
    pub(super) after: ScopeEnd<'u>,
}

/// The configurations at one end, which need not be valid there.
pub(super) struct ScopeEnd<'u> {
    pub(super) end: Side<'u>,
    pub(super) plans: Vec<Plan>,
}

/// The backends that have a plan after the upgrade, with what to compare of each.
///
/// Platform facts play no part in which plans there are: what the upgrade asks of them is a line of its
/// own, told whether they are met or not.
pub(super) fn scopes<'u>(before: Side<'u>, after: Side<'u>) -> Vec<BackendScope<'u>> {
    let [old, new] = [before, after].map(plans);
    let mut backends: Vec<&String> = new.iter().map(|plan| &plan.backend).collect();
    backends.sort_unstable();
    backends.dedup();
    let scope = |backend: &String| {
        let of = |plans: &[Plan]| -> Vec<Plan> {
            plans.iter().filter(|plan| plan.backend == *backend).cloned().collect()
        };
        let (old, new) = compared(of(&old), of(&new));
        BackendScope {
            backend: backend.clone(),
            before: ScopeEnd::new(before, old),
            after: ScopeEnd::new(after, new),
        }
    };
    backends.into_iter().map(scope).collect()
}

/// The configurations to compare on a backend: those that have a plan at both ends. Where none has, those
/// of the one end with those of the other, or, without a plan before, those of the new end with themselves.
fn compared(old: Vec<Plan>, new: Vec<Plan>) -> (Vec<Plan>, Vec<Plan>) {
    let is_same = |a: &Plan, b: &Plan| (&a.pattern, &a.features) == (&b.pattern, &b.features);
    let in_both = new.iter().filter(|plan| old.iter().any(|other| is_same(plan, other)));
    let in_both: Vec<Plan> = in_both.cloned().collect();
    if !in_both.is_empty() {
        (in_both.clone(), in_both)
    } else if old.is_empty() {
        (new.clone(), new)
    } else {
        (old, new)
    }
}

/// The plans of a request whatever runs on the machines; minimal ones, also where all were asked for.
fn plans(end: Side<'_>) -> Vec<Plan> {
    let request = Request { platform: PlatformFacts::default(), all: false, ..end.request.clone() };
    end.planner.plans(&request, CellDetail::None, None).1
}

impl<'u> ScopeEnd<'u> {
    /// The plans of one end as plans of its release, wherever they are valid.
    fn new(end: Side<'u>, plans: Vec<Plan>) -> Self {
        let release = end.request.releases.first().cloned().flatten();
        let plans = plans.into_iter().map(|plan| Plan { release: release.clone(), ..plan });
        ScopeEnd { end, plans: plans.collect() }
    }

    /// The matrix of this end.
    pub(super) fn matrix(&self) -> Option<&'u Matrix> {
        let release = self.end.request.releases.first()?;
        self.end.planner.matrices().iter().find(|matrix| matrix.release == *release)
    }

    /// The backend of this end.
    pub(super) fn backend(&self, id: &str) -> Option<&'u Backend> {
        self.matrix()?.backend(id)
    }
}
