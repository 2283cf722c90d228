//! The terms of a cell or a request: a feature, a group, an option, or one of these negated.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shared_text;

/// One term, such as `lora`, `!disaggregated-serving`, `pattern=E/P/D` or `fact=multi-node`.
///
/// Terms are ordered as they print, so negated ones come first. Copies share their text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Term(#[serde(deserialize_with = "shared_text::required")] Arc<str>);

/// The sign that negates a term.
const NOT: char = '!';

/// What the term of a fact begins with.
const FACT: &str = "fact=";

impl Term {
    /// The term that holds when `id` is on.
    pub fn on(id: impl AsRef<str>) -> Self {
        Term::from(id.as_ref())
    }

    /// The term that holds when `id` is off.
    pub fn off(id: impl AsRef<str>) -> Self {
        Term(format!("{NOT}{}", id.as_ref()).into())
    }

    /// The id of the feature, group or option (`pattern=E/P/D`), without the `!`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.strip_prefix(NOT).unwrap_or(&self.0)
    }

    /// Whether the term holds when its id is *off*.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.0.starts_with(NOT)
    }

    /// The term that holds where a request states a fact.
    pub fn of_fact(id: &str) -> Self {
        Term(format!("{FACT}{id}").into())
    }

    /// The id of the fact that the term is about, if it is about one.
    #[must_use]
    pub fn fact(&self) -> Option<&str> {
        self.0.strip_prefix(FACT)
    }

    /// The term as it prints.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        Term(text.into())
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Term(text.into())
    }
}

impl FromStr for Term {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Term::from(text))
    }
}
