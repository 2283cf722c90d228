//! Release labels, compared as versions and not as text.

use std::cmp::Ordering;
use std::fmt;

use pep440_rs::Version;
use serde::{Deserialize, Serialize};

/// The release that is planned on where none is chosen: that of the document this project was
/// created from.
pub const DEFAULT_RELEASE: &str = "0.9.0";

/// The words that choose releases by what they are, so that no release is called so.
const CHOOSING_WORDS: [&str; 3] = ["all", "latest", "newest"];

/// How many numbers a complete version has at least: major, minor and patch.
const COMPLETE: usize = 3;

/// The label of a release, such as `0.9.0`.
///
/// Releases are compared as versions of Python's packaging (PEP 440): `0.10.0` is newer than
/// `0.9.1`, previews (`dev.1`, `rc2`) are older than their version, post-releases newer. A label
/// that only starts with a version, such as `1.2.0-deepseek-v4-dev.10`, is taken for an early
/// preview of it, as semantic versioning takes whatever follows a hyphen: it is newer than every
/// `1.1` and older than `1.2.0` and all other previews of that. Any other label, such as `nightly`,
/// is older than every version. Among such labels, numbers compare as numbers: `dev.9` is older than
/// `dev.10`. Labels that compare equal are ordered as text.
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

    /// Whether the label is a word that chooses releases, such as `latest`, in any case.
    #[must_use]
    pub fn is_choosing_word(&self) -> bool {
        CHOOSING_WORDS.iter().any(|word| self.0.eq_ignore_ascii_case(word))
    }

    /// Finds the release that this label names in full or in part: the one of this very label; of an
    /// incomplete version such as `1.3`, the newest that begins so; else the same version in another
    /// spelling.
    #[must_use]
    pub fn named_among<'r>(
        &self,
        known: impl Iterator<Item = &'r Release> + Clone,
    ) -> Option<&'r Release> {
        if let Some(same) = known.clone().find(|release| *release == self) {
            return Some(same);
        }
        match self.incomplete_numbers() {
            Some(numbers) => known.filter(|release| release.begins_with(&numbers)).max(),
            None => known.into_iter().find(|release| self.compare_version(release).is_eq()),
        }
    }

    /// The release that a post-release such as `1.3.0.post1` repairs; `None` where this is none.
    #[must_use]
    pub fn without_post(&self) -> Option<Release> {
        let version = self.version().filter(Version::is_post)?;
        Some(Release(version.with_post(None).without_local().to_string()))
    }

    /// The numbers of a version that leaves out its last ones, such as `1` and `1.3`.
    fn incomplete_numbers(&self) -> Option<Vec<u64>> {
        let numbers =
            self.0.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<_>>>()?;
        Some(numbers).filter(|numbers| numbers.len() < COMPLETE)
    }

    /// Whether the version of the label begins with these numbers.
    fn begins_with(&self, numbers: &[u64]) -> bool {
        let position = self.position();
        position.is_some_and(|position| position.version.release().starts_with(numbers))
    }

    /// The label as a version, if it is one.
    pub(super) fn version(&self) -> Option<Version> {
        self.0.parse().ok()
    }

    /// Where the label stands among versions; `None` where it does not start with one.
    pub(super) fn position(&self) -> Option<VersionOrder> {
        if let Some(version) = self.version() {
            return Some(VersionOrder { version, is_version: true });
        }
        let end = self.0.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.0.len());
        let base = self.0[..end].trim_end_matches('.');
        // A number alone may be anything: a date, or the start of a commit.
        let base = Some(base).filter(|base| base.contains('.'))?;
        let version = format!("{base}.dev0").parse().ok()?;
        Some(VersionOrder { version, is_version: false })
    }

    /// Compares two labels as versions, so that `1.0` equals `1.0.0`; labels that are none are equal
    /// only to themselves.
    pub(super) fn compare_version(&self, other: &Release) -> Ordering {
        let (ours, theirs) = (self.position(), other.position());
        let are_versions = ours.as_ref().is_some_and(|position| position.is_version);
        ours.cmp(&theirs).then_with(|| match are_versions {
            true => Ordering::Equal,
            false => chunks(&self.0).cmp(chunks(&other.0)).then_with(|| self.0.cmp(&other.0)),
        })
    }
}

/// Where a label stands among versions.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VersionOrder {
    /// The version that the label is or, where it only starts with one, the first preview of that.
    version: Version,
    is_version: bool,
}

/// Part of a label: digits, or what stands between them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk<'l> {
    /// A number by its length and its digits without leading zeros, since it may be of any size.
    Number(usize, &'l str),
    Text(&'l str),
}

/// The parts of a label, so that numbers in it compare as numbers.
fn chunks(label: &str) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = label;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (chunk, others) = rest.split_at(end);
        rest = others;
        let number = chunk.trim_start_matches('0');
        Some(if digits { Chunk::Number(number.len(), number) } else { Chunk::Text(chunk) })
    })
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
            "4f3a2b1",
            "2026-nightly.9",
            "2026-nightly.10",
            "99999999999999999999.0-x",
            "nightly",
            "nightly.09",
            "nightly.9",
            "nightly.10",
            "nightly.99999999999999999999999",
            "0.9.0-custom",
            "0.9.0-dev.1",
            "0.9.0rc2",
            "v0.9.0",
            "0.9.0.post1",
            "0.9.1",
            "0.10",
            "0.10.0",
            "1.1.1.post1",
            "1.2.0-deepseek-v4-dev.2",
            "1.2.0-deepseek-v4-dev.9",
            "1.2.0-deepseek-v4-dev.10",
            "1.2.0-deepseek-v10-dev.1",
            "1.2.0.dev0",
            "1.2.0-dev.9",
            "1.2.0-dev.10",
            "1.2.0",
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

    fn named(label: &str) -> Option<String> {
        let known = ["0.9.0", "0.9.1", "0.10.0", "1.3.0", "1.3.1rc1", "1.30.0", "nightly"];
        let known = known.map(Release::new);
        Release::new(label).named_among(known.iter()).map(ToString::to_string)
    }

    #[test]
    fn an_incomplete_version_names_the_newest_release_that_begins_so() {
        for (label, meant) in [
            ("0", "0.10.0"),
            ("0.9", "0.9.1"),
            ("v0.9", "0.9.1"),
            ("1.3", "1.3.1rc1"),
            ("1", "1.30.0"),
            ("0.9.0", "0.9.0"),
            ("1.3.0.0", "1.3.0"),
            ("nightly", "nightly"),
        ] {
            assert_eq!(named(label).as_deref(), Some(meant), "{label}");
        }
        for label in ["2", "1.4", "0.9.2", "1.3.0.post1", "night", ""] {
            assert_eq!(named(label), None, "{label}");
        }
    }

    #[test]
    fn a_post_release_repairs_a_release() {
        let repaired = |label| Release::new(label).without_post().map(|it| it.to_string());
        assert_eq!(repaired("1.3.0.post1").as_deref(), Some("1.3.0"));
        assert_eq!(repaired("v1.3.0-2").as_deref(), Some("1.3.0"));
        assert_eq!(repaired("1.3.0"), None);
        assert_eq!(repaired("1.3.0-custom"), None);
    }
}
