//! Platform facts of a release: CUDA toolkits and the drivers that they need.

use serde::{Deserialize, Serialize};

/// One row of a release's CUDA table for one backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// The CUDA toolkit version, such as `12.9`.
    pub cuda: String,
    /// The smallest major version of the NVIDIA driver.
    pub min_driver: u32,
    /// Whether the row is published as experimental.
    pub experimental: bool,
}
