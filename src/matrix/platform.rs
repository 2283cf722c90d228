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

impl Platform {
    /// Whether the toolkit is the one asked for: `12` is met by any 12.x, `12.9` by itself alone.
    #[must_use]
    pub fn has_cuda(&self, asked: &str) -> bool {
        let rest = self.cuda.strip_prefix(asked);
        rest.is_some_and(|rest| rest.is_empty() || !asked.contains('.') && rest.starts_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_version_is_met_by_any_minor_one() {
        let row = Platform { cuda: "12.9".to_owned(), min_driver: 575, experimental: false };
        for (asked, met) in
            [("12", true), ("12.9", true), ("1", false), ("12.", false), ("13", false)]
        {
            assert_eq!(row.has_cuda(asked), met, "{asked}");
        }
    }
}
