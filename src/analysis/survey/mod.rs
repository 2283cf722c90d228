//! Surveys of matrices as a whole: matrices and a request in, one survey per target out.
//!
//! Counts, core and dead features, largest feature sets, and what excludes most; on assumption the
//! blocking cells that are worth most, and deployments that try every pair once. Everything is
//! about the features that a release lists; no set is listed to be counted.

mod backend;
mod big_number;
mod cover;
mod missing;
mod served;
mod set_cover;
mod survey_target;
mod unlock;

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Release, Term};
use crate::plan::{MatrixRef, Notice, Plan, Planner, Score};
use crate::request::Request;

pub use missing::Valued;

/// The surveys of all targets. Serialises as `dynamo-plan/analyze/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Analysis {
    /// The name of the shape and its version.
    pub schema: String,
    /// The version of this tool.
    pub tool: String,
    /// The matrices that were looked at, oldest release first.
    pub matrices: Vec<MatrixRef>,
    /// The request that feature sets must meet, as it was understood.
    pub request: Request,
    /// Whether nobody chose the release, so that the default was taken.
    pub release_defaulted: bool,
    /// The newest bundled release; `None` where the matrices were read from files.
    pub newest: Option<Release>,
    /// One survey for each backend of each release.
    pub backends: Vec<Survey>,
    /// The cells that are worth most; `None` where that was not asked.
    pub missing: Option<Missing>,
    /// Remarks that are no part of the answer itself.
    pub notices: Vec<Notice>,
}

/// The survey of one backend of one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Survey {
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub id: String,
    /// The number of valid sets of listed features, whatever the request; the empty set counts.
    #[serde(with = "big_number")]
    pub feature_sets: u128,
    /// The number of their valid configurations: a set counts once for each valid pattern.
    #[serde(with = "big_number")]
    pub configurations: u128,
    /// Those that meet the request.
    pub matching: Matching,
    /// Whether these counts are exact; else there are at least so many.
    pub exact: bool,
    /// The features in every valid set that meets the request; none where there is no such set.
    pub core: Vec<String>,
    /// The features in no valid set.
    pub dead: Vec<String>,
    /// The features in some valid set, but in none that meets the request.
    pub conditionally_dead: Vec<String>,
    /// The valid sets that meet the request and that no feature can be added to: the largest first,
    /// then by rank.
    pub maximal: Vec<MaximalSet>,
    /// Whether there are no more than these.
    pub maximal_complete: bool,
    /// How many there are.
    #[serde(with = "big_number")]
    pub maximal_total: u128,
    /// Whether that is exact; else there are at least so many.
    pub maximal_exact: bool,
    /// The features that each live feature never goes with: the one that excludes most first.
    pub exclusions: Vec<Exclusion>,
    /// Deployments that try every pair; `None` where that was not asked.
    pub cover: Option<Cover>,
}

/// The numbers of valid sets and configurations that meet the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// Sets of listed features.
    #[serde(with = "big_number")]
    pub feature_sets: u128,
    /// Their configurations.
    #[serde(with = "big_number")]
    pub configurations: u128,
}

/// A valid feature set that nothing can be added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaximalSet {
    /// The position in the ranking, from 1.
    pub rank: usize,
    /// The features, sorted.
    pub features: Vec<String>,
    /// Every valid pattern, best first; none where the dimension does not apply.
    pub patterns: Vec<String>,
    /// The worst level that the best configuration rests on.
    pub level: Level,
    /// The best configuration's values in the ranking.
    pub score: Score,
}

/// A feature, and the live features that no valid set that meets the request has beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The feature.
    pub feature: String,
    /// The features that it excludes, sorted.
    pub excludes: Vec<String>,
    /// The number of valid sets with it that meet the request.
    #[serde(with = "big_number")]
    pub feature_sets: u128,
    /// Whether that is exact; else there are at least so many.
    pub exact: bool,
}

/// The blocking cells that are worth most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Missing {
    /// Each change of one cell, or of two, that adds anything; the one that is worth most first.
    pub changes: Vec<Worth>,
    /// Whether every change was looked at.
    pub complete: bool,
    /// How many of the listed requests have a plan now; `None` where none were given.
    #[serde(skip)]
    pub requests: Option<ServedCount>,
}

/// How many requests have a plan on some backend, each taken as many times as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServedCount {
    /// Those that have one.
    pub served: u128,
    /// All.
    pub all: u128,
}

/// The worth of a change of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Worth {
    /// The position in the ranking, from 1.
    pub rank: usize,
    /// The release.
    pub release: Option<Release>,
    /// The backend's id.
    pub backend: String,
    /// The cells that would be at an accepted level.
    pub cells: Vec<MissingCell>,
    /// Valid feature sets of the target that meet the request.
    pub feature_sets: CountChange,
    /// Their valid configurations.
    pub configurations: CountChange,
    /// The summed weight of the listed requests that have a plan somewhere; `None` where no
    /// requests were given.
    pub requests: Option<CountChange>,
}

/// A blocking cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingCell {
    /// The terms that hold together.
    pub terms: Vec<Term>,
    /// The level now.
    pub level: Level,
}

/// A number before and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountChange {
    /// Without it.
    #[serde(with = "big_number")]
    pub before: u128,
    /// With it.
    #[serde(with = "big_number")]
    pub after: u128,
}

/// Deployments in which every pair of features that go together is on at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cover {
    /// The number of pairs.
    pub pairs: usize,
    /// The deployments, those that try most pairs first.
    pub deployments: Vec<CoverDeployment>,
    /// No fewer deployments can do.
    pub at_least: usize,
    /// Whether it is proved that no fewer deployments do.
    pub minimal: bool,
    /// The live features that go with no other and so are in no pair.
    pub alone: Vec<String>,
}

/// A deployment and the pairs that it is the first to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverDeployment {
    /// The plan to deploy.
    pub plan: Plan,
    /// The pairs, sorted.
    pub pairs: Vec<[String; 2]>,
}

/// The findings that are wanted besides the survey.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The most cells that a change unlocks; 0 leaves changes out.
    pub cells: usize,
    /// The requests that changes should satisfy; without any, changes are ranked by valid sets.
    pub requests: Vec<Valued>,
    /// Whether to find deployments that try every pair.
    pub cover: bool,
}

/// Surveys every target that a request allows.
#[must_use]
pub fn analyze(planner: &Planner, request: &Request, wanted: &Wanted) -> Analysis {
    let targets = planner.targets(request);
    let backends = targets.iter().map(|target| backend::survey(target, request, wanted.cover));
    Analysis {
        schema: "dynamo-plan/analyze/v1".to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrices: planner.references(request),
        request: request.clone(),
        release_defaulted: false,
        newest: None,
        backends: backends.collect(),
        missing: (wanted.cells > 0).then(|| missing::missing(planner, &targets, request, wanted)),
        notices: planner.unrecorded_issues(request.releases.iter().flatten()),
    }
}

impl Analysis {
    /// Leaves out all but so many entries of each ranked list.
    pub fn truncate(&mut self, most: usize) {
        for survey in &mut self.backends {
            survey.maximal_complete &= survey.maximal.len() <= most;
            survey.maximal.truncate(most);
            survey.exclusions.truncate(most);
        }
        if let Some(missing) = &mut self.missing {
            missing.complete &= missing.changes.len() <= most;
            missing.changes.truncate(most);
        }
    }
}
