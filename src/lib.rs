//! Finds every NVIDIA Dynamo backend and configuration that supports the features you need.
//!
//! # The way an answer takes
//!
//! ```text
//! model/*.toml ──┐
//!                ├─ load ─▶ Matrix ─ encode ─▶ Cnf ─ solve ─▶ models, cores ─ plan ─▶ Outcome ─ render ─▶ bytes
//! page.md ───────┘
//! ```
//!
//! | room | what comes in | what goes out |
//! | --- | --- | --- |
//! | [`matrix`] | | the data: levels, cells, features, backends, and what a configuration touches |
//! | [`load`] | model files, published pages | a [`Matrix`], or diagnostics that point into the file |
//! | [`request`] | names in any spelling | a [`Request`] of ids, or an error with the nearest names |
//! | [`encode`] | a target and what is asked | clauses, each with its cause |
//! | [`solve`] | clauses | models, minimal cores, optima |
//! | [`engine`] | a question about one target | its answer, whatever finds it |
//! | [`plan`] | matrices and a request | an [`Outcome`]: plans, best first, or why there is none |
//! | [`batch`] | requests, a line each | answers, a line each |
//! | [`audit`] | matrices, planners | what changed between releases, since when something works, what in a document is odd |
//!
//! | [`render`] | what was found, and how to draw it | text: tables, Markdown, JSON |
//!
//! Data flows one way; no room knows a later one, and only the program in `src/cli` prints.
//! [`answer_as_text`] goes the whole way.
//!
//! # Use
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

pub mod analysis;
pub mod answer;
pub mod batch;
pub mod encode;
pub mod engine;
pub mod load;
pub mod matrix;
pub mod plan;
pub mod render;
pub mod request;
pub mod solve;
pub mod target;

pub use answer::answer_as_text;
pub use matrix::DEFAULT_RELEASE;

pub use plan::{Outcome, Planner};
pub use request::{Query, Request, RequestError};
