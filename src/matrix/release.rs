//! Release labels, compared as versions and not as text.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The release that is planned on where none is chosen: that of the document this project was
/// created from.
pub const DEFAULT_RELEASE: &str = "0.9.0";

/// The label of a release, such as `0.9.0`.
///
/// Releases are compared numerically (`0.10.0` is newer than `0.9.1`). A suffix that starts with
/// `post` or a further number is newer than none, any other suffix (`dev.1`, `rc2`) is older. Labels that
/// compare equal as versions are ordered as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Release(String);

impl Release {
    /// The release with this label. A leading `v` is dropped.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let label = label.trim();
        let bare = label
            .strip_prefix(['v', 'V'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        Release(bare.unwrap_or(label).to_owned())
    }

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Splits a label into numbers and words; everything else separates.
fn pieces(label: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = label;
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric()) {
        rest = &rest[start..];
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest
            .find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        found.push(&rest[..end]);
        rest = &rest[end..];
    }
    found
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_versions(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

/// Compares two labels numerically, piece by piece; `1.0` equals `1.0.0`.
pub(super) fn compare_versions(a: &str, b: &str) -> Ordering {
    let (a, b) = (pieces(a), pieces(b));
    (0..a.len().max(b.len()))
        .map(|i| rank(a.get(i)).cmp(&rank(b.get(i))))
        .find(|&order| order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// The sort key of a piece: previews, then the end of the label, then later builds, then numbers.
fn rank<'a>(piece: Option<&&'a str>) -> (u8, usize, &'a str) {
    match piece.map(|p| (*p, p.trim_start_matches('0'))) {
        None => (1, 0, ""),
        Some((p, digits)) if p.starts_with(|c: char| c.is_ascii_digit()) => {
            if digits.is_empty() {
                (1, 0, "")
            } else {
                (3, digits.len(), digits)
            }
        }
        Some(("post", _)) => (2, 0, ""),
        Some((word, _)) => (0, 0, word),
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
