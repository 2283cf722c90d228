//! Plans: the request's answer, ranked and explained.
//!
//! Given matrices and a [`Request`](crate::request::Request), [`Planner::answer`] hands on an
//! [`Outcome`]: every plan, best first, or why there is none and what would help. "No plan" is a
//! value like any other. The module asks an [`Engine`](crate::engine::Engine) and knows of no solver.

mod answering;
mod best_first;
mod bundled;
mod cache;
mod conditional_rule;
mod effort;
mod headroom;
mod judgement;
mod lazy;
mod manifest;
mod notices;
mod outcome;
mod planner;
mod platform;
mod price;
mod rank;
mod ranker;
mod rejection;
mod run;
mod search;
mod split;
mod statements;
mod stream;
mod table_search;
mod tables;
mod terms;

pub use answering::CellDetail;
pub use bundled::with_listing_release;
pub use conditional_rule::ConditionalRule;
pub use effort::Effort;
pub use headroom::Addition;
pub use judgement::{FixedConfiguration, Judgement};
pub use manifest::{
    ManifestEntry, ManifestItem, ManifestNode, ManifestOptions, ManifestRefusal, PlanManifest,
    schema_problems,
};
pub(crate) use notices::unrecorded_issues;
pub use outcome::{
    Closest, Correction, Hint, MatrixRef, Notice, Outcome, Plan, Rejected, Score, Sensitivity,
    UnlockCell, Unlocks, Verdict,
};
pub(crate) use outcome::{INTERRUPTED, TIMED_OUT};
pub use planner::Planner;
pub use price::Price;
pub(crate) use rank::Candidate;
pub use ranker::Ranker;
pub use rejection::{ConflictGraph, Node, Reason};
pub use run::{DeniedSetting, KnownIssue, RoleSettings, Run};
pub(crate) use search::plan;
pub use split::{
    Alternative, Class, Deployment, Split, SplitOutcome, SplitRequest, SplitScore, Unserved,
    Workload, WorkloadsOutcome, WorkloadsRequest,
};
pub(crate) use split::{NOT_COMPARED, TOO_MANY_SPLITS};
pub use stream::Streamed;
pub(crate) use terms::{engine_query, terms};

pub use crate::target::{CellKind, OneOrMany, ShownNote, TouchedCell};
