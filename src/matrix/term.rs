//! The terms of a cell or a request: a feature, a group, an option, or one of these negated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One term, such as `lora`, `!disaggregated-serving` or `pattern=E/P/D`.
///
/// Terms are ordered as they print, so negated ones come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Term {
    polarity: Polarity,
    id: String,
}

/// Whether a term asks for something to be on or to be off. `Off` is first: `!` sorts before
/// letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Polarity {
    Off,
    On,
}

impl Term {
    /// The term that holds when `id` is on.
    pub fn on(id: impl Into<String>) -> Self {
        Term { polarity: Polarity::On, id: id.into() }
    }

    /// The term that holds when `id` is off.
    pub fn off(id: impl Into<String>) -> Self {
        Term { polarity: Polarity::Off, id: id.into() }
    }

    /// The id of the feature, group or option (`pattern=E/P/D`), without the `!`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the term holds when its id is *off*.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.polarity == Polarity::Off
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negated() {
            f.write_str("!")?;
        }
        f.write_str(&self.id)
    }
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        match text.strip_prefix('!') {
            Some(id) => Term::off(id),
            None => Term::on(text),
        }
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Term::from(text.to_owned())
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        if term.is_negated() { format!("!{}", term.id) } else { term.id }
    }
}

impl FromStr for Term {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Term::from(text))
    }
}
