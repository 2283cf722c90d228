//! The level of support of a cell: one of five, best to worst.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A level of support. The order is from best to worst, so that the worst of several is their
/// maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Works: ✅.
    Supported,
    /// Work in progress, experimental or limited: 🚧.
    Experimental,
    /// The matrix says nothing about it: there is no such cell.
    Undocumented,
    /// The matrix says that the combination does not apply and makes no claim: —.
    NotApplicable,
    /// Does not work: a blank, ❌, or a cell that holds only a footnote.
    Unsupported,
}

impl Level {
    /// Every level, best to worst.
    pub const ALL: [Level; 5] = [
        Level::Supported,
        Level::Experimental,
        Level::Undocumented,
        Level::NotApplicable,
        Level::Unsupported,
    ];

    /// The levels that a plan may be asked to rest on: all but `unsupported`.
    pub const ACCEPTABLE: [Level; 4] =
        [Level::Supported, Level::Experimental, Level::Undocumented, Level::NotApplicable];

    /// The id used on the command line and in JSON, such as `not-applicable`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Level::Supported => "supported",
            Level::Experimental => "experimental",
            Level::Undocumented => "undocumented",
            Level::NotApplicable => "not-applicable",
            Level::Unsupported => "unsupported",
        }
    }

    /// The mark that the published pages print, where they print one: ✅, 🚧, `?`, —, or a blank.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Level::Supported => "✅",
            Level::Experimental => "🚧",
            Level::Undocumented => "?",
            Level::NotApplicable => "—",
            Level::Unsupported => "",
        }
    }

    /// The acceptable levels worse than this one, mildest first.
    pub fn worse(self) -> impl Iterator<Item = Level> {
        Self::ACCEPTABLE.into_iter().filter(move |&level| level > self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// The text is the id of no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a level; the levels are supported, experimental, undocumented, not-applicable and unsupported"
)]
pub struct UnknownLevel;

impl FromStr for Level {
    type Err = UnknownLevel;

    /// Reads a level's id, forgiving case, spaces and underscores.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = super::slug(text);
        Self::ALL.into_iter().find(|level| level.id() == id).ok_or(UnknownLevel)
    }
}
