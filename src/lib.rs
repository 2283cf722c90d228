//! Finds every NVIDIA Dynamo backend and configuration that supports the features you need.

pub mod load;
pub mod matrix;
pub mod plan;
pub mod render;
pub mod request;
