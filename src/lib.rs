//! Finds every NVIDIA Dynamo backend and configuration that supports the features you need, ranked by
//! stability; where nothing fits, it says exactly why and what would help.
//!
//! # Use
//!
//! A [`Planner`] holds matrices, a [`Query`] is what a person asks in any spelling, a [`Request`] is
//! what it means, and an [`Outcome`] is the answer. "No plan" is an answer like any other.
//!
//! Plan on the release that this project was created from:
//!
//! ```
//! # fn main() -> Result<(), dynamo_plan::RequestError> {
//! use dynamo_plan::{Planner, Query};
//!
//! let planner = Planner::bundled();
//! let request = planner.resolve(&Query::needing(["lora", "multimodal-video"]))?;
//! let outcome = planner.answer(&request);
//! assert!(!outcome.satisfiable);
//! assert_eq!(outcome.conflicts[0].len(), 2);
//! assert_eq!(outcome.corrections[0].best.backend, "vllm");
//! # Ok(())
//! # }
//! ```
//!
//! On the newest bundled release, and on several at once:
//!
//! ```
//! # fn main() -> Result<(), dynamo_plan::RequestError> {
//! use dynamo_plan::load::bundle;
//! use dynamo_plan::{Planner, Query};
//!
//! let newest = bundle::newest().and_then(|release| bundle::matrix(&release));
//! let planner = Planner::of_matrices(newest.into_iter().collect());
//! let request = planner.resolve(&Query::needing(["disagg", "kv-routing"]))?;
//! assert!(planner.answer(&request).satisfiable);
//!
//! let every = bundle::releases().filter_map(|release| bundle::matrix(&release));
//! let planner = Planner::of_matrices(every.collect());
//! let request = planner.resolve(&Query::needing(["image", "kv-routing"]))?;
//! let outcome = planner.answer(&request);
//! assert_ne!(outcome.plans[0].release, outcome.rejected[0].release);
//! # Ok(())
//! # }
//! ```
//!
//! On a matrix of one's own, read from a model file or a published page:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dynamo_plan::{Planner, Query, load};
//!
//! let own = load::file("feature-matrix.md".as_ref())?;
//! let planner = Planner::of_matrices(vec![own.matrix]);
//! let outcome = planner.answer(&planner.resolve(&Query::needing(["lora"]))?);
//! # Ok(())
//! # }
//! ```
//!
//! The crate builds without the program's dependencies under `--no-default-features`.
//!
//! # How it works
//!
//! ```text
//! model/*.toml ──┐
//!                ├─ load ─▶ Matrix ─ encode ─▶ Cnf ─ solve ─▶ models, cores ─ plan ─▶ Outcome ─ render ─▶ text
//! page.md ───────┘
//! ```
//!
//! | module | what comes in | what goes out |
//! | --- | --- | --- |
//! | [`matrix`] | | pure data: levels, cells, features, backends, releases, rules |
//! | `target` | a backend of a release | which cells a configuration touches, without any solver |
//! | [`load`] | model files, published pages | a [`Matrix`], or diagnostics that point into the file |
//! | [`load::manifest`](mod@load::manifest) | manifests, launch scripts | deployments as they are written, each part with its place |
//! | [`request`] | names in any spelling | a [`Request`] of ids, or an error with the nearest names |
//! | `encode` | a target and a scope of features | clauses, each with its cause |
//! | `solve` | clauses | models, minimal cores, optima, hitting sets, colourings, exact covers |
//! | `engine` | a query about one target | its answer: looked up in the cells as bits, else by SAT |
//! | [`plan`] | matrices and a request | an [`Outcome`]: plans, best first, or why there is none |
//! | [`analysis`] | matrices and planners | surveys, what-if comparisons, differences, findings |
//! | [`analysis::check`](mod@analysis::check) | a deployment | its backend, release, features with evidence, and what is wrong |
//! | [`render`] | what was found, and how to draw it | tables, Markdown, JSON |
//! | [`answer`] | a query | its outcome and its text, with notices, headroom and prices |
//! | [`batch`] | requests, a line each | answers, a line each |
//!
//! Data flows one way: no module names a later one, which a test holds, and only the program in
//! `src/cli` prints. `plan` reads the bundled rules from `load`, so that every planner knows them.

pub mod analysis;
pub mod answer;
pub mod batch;
#[doc(hidden)]
pub mod encode;
#[doc(hidden)]
pub mod engine;
pub mod load;
pub mod matrix;
pub mod plan;
pub mod render;
pub mod request;
#[doc(hidden)]
pub mod solve;
#[doc(hidden)]
pub mod target;

pub use answer::{explain_as_text, plan_as_text};
pub use load::{LoadError, Loaded};
pub use matrix::{DEFAULT_RELEASE, Level, Matrix, Release, Term};
pub use plan::{
    Correction, Hint, Notice, Outcome, Plan, Planner, Rejected, Score, SplitOutcome, SplitRequest,
    TouchedCell,
};
pub use request::{Query, Request, RequestError};
