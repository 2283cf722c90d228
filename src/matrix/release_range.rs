//! Ranges of releases, such as `>=1.0, <1.3`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Release;

/// A set of releases given by bounds that must all hold; without bounds, every release.
///
/// Releases are compared as versions (PEP 440): `1.3` means `1.3.0`, and a bare `0.9.0` means
/// exactly that release. Bounds follow [the order of releases](Release) alone, so that `<1.3` holds for
/// previews of 1.3.0, which the specifiers of PEP 440 leave out: of `<1.3` and `>=1.3` one holds for
/// each release. A label that does not even start with a version has no place in that order: none
/// of them holds for it, and only its exact name does.
///
/// ```
/// use dynamo_plan::matrix::{Release, ReleaseRange};
/// let range: ReleaseRange = ">=1.0, <1.3".parse()?;
/// assert!(range.contains(&Release::new("1.2.1")));
/// assert!(!range.contains(&Release::new("1.3.0")));
/// # Ok::<(), dynamo_plan::matrix::ReleaseRangeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReleaseRange {
    bounds: Vec<Bound>,
}

/// One bound of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Bound {
    operator: Operator,
    release: Release,
}

/// On which side of a bound a release must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operator {
    Exactly,
    AtLeast,
    After,
    AtMost,
    Before,
}

/// The operators as they are written, longest first.
const OPERATORS: [(&str, Operator); 6] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("==", Operator::Exactly),
    (">", Operator::After),
    ("<", Operator::Before),
    ("=", Operator::Exactly),
];

/// The text is no range of releases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseRangeError {
    /// Nothing stands between two commas, or nothing at all.
    #[error("a bound is missing in `{0}`; write bounds between commas, such as `>=1.0, <1.3`")]
    Empty(String),
    /// A bound names no version.
    #[error(
        "`{0}` is no release and no range of them; write one like 1.4.0, or bounds like `>=1.0, <1.3`"
    )]
    NoBound(String),
}

impl ReleaseRange {
    /// Whether a release is within every bound.
    #[must_use]
    pub fn contains(&self, release: &Release) -> bool {
        self.bounds.iter().all(|bound| bound.holds(release))
    }

    /// The range of this release alone.
    #[must_use]
    pub fn exactly(release: &Release) -> Self {
        let bound = Bound { operator: Operator::Exactly, release: release.clone() };
        ReleaseRange { bounds: vec![bound] }
    }

    /// The releases that are within every bound of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        ReleaseRange { bounds: self.bounds.iter().chain(&other.bounds).cloned().collect() }
    }

    /// Whether there is no bound, so that every release is in the range.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        self.bounds.is_empty()
    }
}

impl Bound {
    fn holds(&self, release: &Release) -> bool {
        let order = release.compare_version(&self.release);
        if self.operator != Operator::Exactly && release.position().is_none() {
            return false;
        }
        match self.operator {
            Operator::Exactly => order == Ordering::Equal,
            Operator::AtLeast => order != Ordering::Less,
            Operator::After => order == Ordering::Greater,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Before => order == Ordering::Less,
        }
    }
}

impl FromStr for Bound {
    type Err = ReleaseRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (operator, label) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)))
            .unwrap_or((Operator::Exactly, text));
        let release = Release::new(label);
        let label = release.as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        let is_label = label.starts_with(|c: char| c.is_ascii_digit()) && label.chars().all(plain);
        // Only a version bounds anything; another label can but be equal.
        if !is_label || (operator != Operator::Exactly && release.version().is_none()) {
            return Err(ReleaseRangeError::NoBound(text.to_owned()));
        }
        Ok(Bound { operator, release })
    }
}

impl FromStr for ReleaseRange {
    type Err = ReleaseRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bound = |part: &str| match part.trim() {
            "" => Err(ReleaseRangeError::Empty(text.trim().to_owned())),
            part => part.parse(),
        };
        Ok(ReleaseRange { bounds: text.split(',').map(bound).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for ReleaseRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, bound) in self.bounds.iter().enumerate() {
            let sign = match bound.operator {
                Operator::Exactly => "",
                Operator::AtLeast => ">=",
                Operator::After => ">",
                Operator::AtMost => "<=",
                Operator::Before => "<",
            };
            write!(f, "{}{sign}{}", if i == 0 { "" } else { ", " }, bound.release)?;
        }
        Ok(())
    }
}

impl From<ReleaseRange> for String {
    fn from(range: ReleaseRange) -> Self {
        range.to_string()
    }
}

impl TryFrom<String> for ReleaseRange {
    type Error = ReleaseRangeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Ok(ReleaseRange::default()) } else { text.parse() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(range: &str, release: &str) -> bool {
        range.parse::<ReleaseRange>().unwrap().contains(&Release::new(release))
    }

    #[test]
    fn bounds_compare_numerically_and_all_must_hold() {
        assert!(within(">=1.0, <1.3", "1.0.0"));
        assert!(within(">=1.0, <1.3", "1.2.1"));
        assert!(!within(">=1.0, <1.3", "1.3.0"));
        assert!(!within(">=1.0, <1.3", "0.9.1"));
        assert!(within("<0.10", "0.9.1"));
        assert!(within("> 0.9.0, <= 0.9.1", "0.9.1"));
        assert!(!within(">0.9.0", "0.9.0"));
    }

    #[test]
    fn a_bare_release_means_exactly_that_one() {
        assert!(within("1.3", "1.3.0"));
        assert!(within("v1.3.0", "1.3"));
        assert!(!within("1.3", "1.3.1"));
        assert!(within("=0.9.0", "0.9.0"));
        assert!(within("== 0.9.0", "v0.9"));
        assert!(within("1.4.0-custom", "1.4.0-custom"));
    }

    #[test]
    fn ranges_that_split_at_a_version_leave_no_gap_for_its_previews() {
        let labels =
            ["1.2.1", "1.3.0-dev.1", "1.3.0rc1", "1.3.0-next-dev.2", "1.3.0", "1.3.0.post1"];
        for (label, is_before) in labels.into_iter().zip([true, true, true, true, false, false]) {
            assert_eq!(within("<1.3.0", label), is_before, "{label}");
            assert_eq!(within(">=1.3.0", label), !is_before, "{label}");
        }
        assert!(within(">=1.0, <1.3", "1.3.0-dev.1"));
        assert!(within(">1.3", "1.3.0.post1"));
        assert!(within(">1.2.9", "1.3.0-next-dev.2"));
    }

    #[test]
    fn no_bound_holds_for_a_label_without_a_place_among_versions() {
        for range in ["<0.1", "<=99", ">=0.1", ">0.1", "1.3"] {
            assert!(!within(range, "nightly"), "{range}");
            assert!(!within(range, "4f3a2b1"), "{range}");
        }
    }

    #[test]
    fn errors_name_the_fix() {
        for text in ["", ">=1.0,", ",", ">=", "latest", "~1.0", ">= 1.0 < 2", ">1.4.0-custom"] {
            let error = text.parse::<ReleaseRange>().unwrap_err().to_string();
            assert!(error.contains(">=1.0, <1.3"), "{text}: {error}");
        }
    }

    #[test]
    fn text_survives_the_round_trip() {
        for text in [">=1.0, <1.3", "0.9.0", ">0.8, <=1.2"] {
            assert_eq!(text.parse::<ReleaseRange>().unwrap().to_string(), text);
        }
        assert_eq!(ReleaseRange::try_from(String::new()), Ok(ReleaseRange::default()));
    }
}
