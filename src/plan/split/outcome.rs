//! Requests for splits, and their outcomes. The outcomes are the JSON, key for key.

use std::cmp::Reverse;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::super::{MatrixRef, Notice, Plan, Score};
use super::listed_run::MOST_SPLITS;
use crate::matrix::{Release, Term};
use crate::request::Request;

/// Needs to share out among deployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitRequest {
    /// The request to every deployment; of its needs, each has its own share.
    pub request: Request,
    /// Needs that stay together, by id.
    pub together: Vec<Vec<String>>,
    /// The needs of every deployment, by id.
    pub every: Vec<String>,
    /// The most splits to hand on; all where `None`.
    pub limit: Option<usize>,
    /// The moment to stop at with what has been found. Looked at between solves only.
    pub deadline: Option<Instant>,
}

/// The fewest deployments that together satisfy all needs.
///
/// Serialises as the shape `dynamo-plan/split/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SplitOutcome {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were chosen, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The request as it was understood.
    pub request: Request,
    /// Whether nobody chose the release, so that the default was taken.
    pub release_defaulted: bool,
    /// The newest bundled release; `None` where the matrices were read from files.
    pub newest: Option<Release>,
    /// Needs that stay together, each list sorted.
    pub together: Vec<Vec<String>>,
    /// The needs of every deployment, beside its share.
    pub every: Vec<String>,
    /// Whether the needs can be shared out.
    pub satisfiable: bool,
    /// Whether everything was found and proved.
    pub complete: bool,
    /// The keys whose lists are not whole, or whose numbers are only known to be at least so large. Where
    /// `splits` is not among them, the listed splits are the best, in their order.
    #[serde(default)]
    pub incomplete: Vec<String>,
    /// The least number of deployments that is proved to be needed.
    pub lower_bound: usize,
    /// The number of splits, before any limit.
    pub total: usize,
    /// The splits, best first.
    pub splits: Vec<Split>,
    /// Every minimal set of needs that already takes that many deployments. Where some need has no
    /// plan alone, those needs.
    pub minimal_because: Vec<Vec<String>>,
    /// Every minimal set of needs among those that cannot share a deployment: what proves them.
    pub conflicts: Vec<Vec<String>>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// One split of the needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Split {
    /// The position in the ranking, from 1.
    pub rank: usize,
    /// The deployments, the largest share first.
    pub deployments: Vec<Deployment>,
    /// What the deployments sum up to.
    pub score: SplitScore,
}

/// The values that splits are ranked by, in order of weight; all count against a split but
/// `headroom`. Each but `backends` is the sum of the scores of its deployments' plans, that of a class
/// of workloads taken as many times as it has workloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SplitScore {
    /// The summed weight of the wants that are missed.
    pub missed_weight: u64,
    /// The number of touched cells that are `not-applicable`.
    pub not_applicable: u64,
    /// The number of touched cells that are `undocumented`.
    pub undocumented: u64,
    /// The number of touched cells that are `experimental`.
    pub experimental: u64,
    /// The number of touched cells that carry a caveat.
    pub caveat: u64,
    /// How many different backends run: one counts once for each of its releases.
    pub backends: usize,
    /// The worker roles of the serving patterns.
    pub roles: u64,
    /// The number of listed features that could each be added alone to one of the plans.
    pub headroom: u64,
}

/// Another backend that serves a share as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alternative {
    /// The release, where its matrix names one.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
}

/// One deployment of a split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deployment {
    /// The needs that it serves, sorted.
    pub share: Vec<String>,
    /// The other places with a plan for them that misses no more and rests on no worse cells: the
    /// newest release first, then by backend.
    pub alternatives: Vec<Alternative>,
    /// The plan for them: of the best ones, the one that goes best with the other deployments.
    #[serde(flatten)]
    pub plan: Plan,
}

/// What one workload asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name.
    pub name: String,
    /// The request that its deployment must meet, of matrices that the planner has. Its rule sets are
    /// those of the request to every class.
    pub request: Request,
    /// How many times it counts; at least 1.
    pub count: u64,
}

/// Workloads to put on classes of deployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadsRequest {
    /// The request to every class, beside those of its workloads: see
    /// [`common`](WorkloadsRequest::common).
    pub request: Request,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The moment to stop at with what has been found. Looked at between solves only.
    pub deadline: Option<Instant>,
}

/// The fewest classes of deployments that serve all workloads, each whole on one class.
///
/// Serialises as the shape `dynamo-plan/workloads/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkloadsOutcome {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were chosen, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The request to every class.
    pub request: Request,
    /// Whether nobody chose the release, so that the default was taken.
    pub release_defaulted: bool,
    /// The newest bundled release; `None` where the matrices were read from files.
    pub newest: Option<Release>,
    /// Whether every workload is served.
    pub satisfiable: bool,
    /// Whether everything was proved: that fewer classes do not, and that no others are better.
    pub complete: bool,
    /// The least number of classes that is proved to be needed.
    pub lower_bound: usize,
    /// The classes, those of most workloads first.
    pub classes: Vec<Class>,
    /// What the classes sum up to; `None` without any.
    pub score: Option<SplitScore>,
    /// The workloads that nothing can serve, in the order in which they came.
    pub unserved: Vec<Unserved>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// Workloads that one kind of deployment serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Class {
    /// The workloads' names, in the order in which they came.
    pub workloads: Vec<String>,
    /// How many they are, each taken as many times as it counts.
    pub count: u64,
    /// The features and groups that they need together, sorted.
    pub need: Vec<String>,
    /// The features and groups that must be off for them, sorted.
    pub avoid: Vec<String>,
    /// The other places with a plan for that which misses no more and rests on no worse cells: the
    /// newest release first, then by backend.
    pub alternatives: Vec<Alternative>,
    /// The plan for that: of the best ones, the one that goes best with the other classes.
    pub plan: Plan,
}

/// A workload that nothing can serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unserved {
    /// The workload's name.
    pub name: String,
    /// A minimal set of its terms that fails everywhere.
    pub conflict: Vec<Term>,
}

impl SplitRequest {
    /// The needs of a request, with nothing said on how to share them out.
    #[must_use]
    pub fn of(request: Request) -> Self {
        SplitRequest {
            request,
            together: Vec::new(),
            every: Vec::new(),
            limit: None,
            deadline: None,
        }
    }
}

impl SplitScore {
    /// Adds a plan's score, taken so many times.
    pub(super) fn add(&mut self, score: &Score, times: u64) {
        let add =
            |sum: &mut u64, value: u64| *sum = sum.saturating_add(value.saturating_mul(times));
        add(&mut self.missed_weight, score.missed_weight);
        add(&mut self.not_applicable, score.not_applicable as u64);
        add(&mut self.undocumented, score.undocumented as u64);
        add(&mut self.experimental, score.experimental as u64);
        add(&mut self.caveat, score.caveat as u64);
        add(&mut self.roles, score.roles as u64);
        add(&mut self.headroom, score.headroom as u64);
    }

    /// The score as it is compared: less is better.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        (self.stability(), self.backends, self.roles, Reverse(self.headroom))
    }

    /// The part of the score that no choice of backends changes; less is better.
    pub(super) fn stability(&self) -> impl Ord + use<> {
        let levels = (self.not_applicable, self.undocumented, self.experimental);
        (self.missed_weight, levels, self.caveat)
    }
}

impl SplitOutcome {
    /// Counts the deployments of each split; 0 without one.
    #[must_use]
    pub fn deployments(&self) -> usize {
        self.splits.first().map_or(0, |split| split.deployments.len())
    }

    /// Whether what a key holds is not all, or not the best, as far as is known.
    #[must_use]
    pub fn lacks(&self, key: &str) -> bool {
        self.incomplete.iter().any(|it| it == key)
    }

    /// Whether all splits are listed where no limit is given.
    pub(crate) fn is_listable(&self) -> bool {
        !self.lacks("total") && self.total <= MOST_SPLITS
    }

    /// What these keys hold is all that there is, and proved.
    pub(super) fn proved(&mut self, keys: &[&str]) {
        self.incomplete.retain(|key| !keys.contains(&key.as_str()));
        self.complete = self.incomplete.is_empty();
    }

    /// Whether a deadline passed before it was known whether there is a split.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        !self.satisfiable && !self.complete
    }
}
