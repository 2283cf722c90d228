//! Dimensions: a choice of exactly one option while a condition holds.

use serde::{Deserialize, Serialize};

use super::Term;

/// A choice of exactly one option while a feature or group is on. Dynamo has one: the multimodal
/// serving pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// The id in terms: `pattern` in `pattern=E/P/D`.
    pub id: String,
    /// The name for a person.
    pub name: String,
    /// The feature or group that must be on for the choice to be made.
    pub when: String,
    /// The options, in the order in which equal plans are listed.
    pub options: Vec<Choice>,
}

/// One option of a [`Dimension`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The id, such as `E/P/D`. Its slashes are significant.
    pub id: String,
    /// The number of worker roles that a deployment has with it.
    pub roles: u8,
    /// The features that are on or off with it by definition.
    pub requires: Vec<Term>,
    /// The meaning for a person.
    pub summary: String,
}

impl Dimension {
    /// The id of an option's term, such as `pattern=E/P/D`.
    #[must_use]
    pub fn term(&self, choice: &Choice) -> String {
        format!("{}={}", self.id, choice.id)
    }
}
