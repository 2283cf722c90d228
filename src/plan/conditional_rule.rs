//! Rules that would count if facts were stated, as answers show them.

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Matrix, Rule};
use crate::target::OneOrMany;

/// A rule that would count against a plan, or say something of it, if its facts were stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConditionalRule {
    /// The rule's id.
    pub rule: String,
    /// The facts that are left open, sorted.
    pub facts: Vec<String>,
    /// The level of support then.
    pub level: Level,
    /// Whether it works then with a known limit.
    pub caveat: bool,
    /// Why.
    pub text: String,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses in the same order, `None` where one is not known; empty where none is.
    pub url: OneOrMany<Option<String>>,
}

impl ConditionalRule {
    /// A rule of which these facts are left open.
    pub(super) fn of(rule: &Rule, facts: Vec<String>, matrix: &Matrix) -> Self {
        ConditionalRule {
            rule: rule.id.clone(),
            facts,
            level: rule.level,
            caveat: rule.caveat,
            text: rule.reason.clone(),
            workaround: rule.workaround.clone(),
            fixed_in: rule.fixed_in.clone(),
            source: OneOrMany(rule.sources.clone()),
            url: OneOrMany(matrix.urls(&rule.sources, rule.repository.as_deref())),
        }
    }
}
