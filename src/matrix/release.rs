//! Release labels, compared as versions and not as text.

use std::cmp::Ordering;
use std::fmt;

use pep440_rs::Version;
use serde::{Deserialize, Serialize};

/// The release that is planned on where none is chosen: that of the document this project was
/// created from.
pub const DEFAULT_RELEASE: &str = "0.9.0";

/// The label of a release, such as `0.9.0`.
///
/// Releases are compared as versions of Python's packaging (PEP 440): `0.10.0` is newer than
/// `0.9.1`, previews (`dev.1`, `rc2`) are older than their version, post-releases newer. A label
/// that is no such version is older than every version. Labels that compare equal as versions, or
/// are none, are ordered as text.
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

    /// The label as a version, if it is one.
    pub(super) fn version(&self) -> Option<Version> {
        self.0.parse().ok()
    }

    /// Compares two labels as versions, so that `1.0` equals `1.0.0`; a label that is no version is
    /// below every version, and two such labels compare as text.
    pub(super) fn compare_version(&self, other: &Release) -> Ordering {
        match (self.version(), other.version()) {
            (None, None) => self.0.cmp(&other.0),
            (ours, theirs) => ours.cmp(&theirs),
        }
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare_version(other).then_with(|| self.0.cmp(&other.0))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_ordered_as_versions_and_other_labels_are_below_them() {
        let oldest_first = [
            "",
            "1.4.0-custom",
            "nightly",
            "0.9.0-dev.1",
            "0.9.0rc2",
            "v0.9.0",
            "0.9.0.post1",
            "0.9.1",
            "0.10",
            "0.10.0",
            "1.3.0-rc.1",
            "1.3.0",
        ];
        let releases = oldest_first.map(Release::new);
        for (i, a) in releases.iter().enumerate() {
            for (j, b) in releases.iter().enumerate() {
                assert_eq!(a.cmp(b), i.cmp(&j), "{a} and {b}");
            }
        }
    }
}
