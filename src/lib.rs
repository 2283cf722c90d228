//! Finds every NVIDIA Dynamo backend and configuration that supports the features you need.

pub mod encode;
pub mod engine;
pub mod load;
pub mod matrix;
pub mod plan;
pub mod render;
pub mod request;
pub mod solve;

pub use plan::{Outcome, Planner};
pub use request::{Query, Request, RequestError};
