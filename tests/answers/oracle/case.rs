//! A request with the matrices that it is asked of.

use dynamo_plan::matrix::{Matrix, RuleSet};
use dynamo_plan::request::Request;
use serde::Serialize;

/// A request with the matrices that it is asked of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    pub matrices: Vec<Matrix>,
    /// Every rule set that is known; the request says which of them count.
    pub rule_sets: Vec<RuleSet>,
    pub request: Request,
}

impl Case {
    /// A request where no rules are known.
    pub fn new(matrices: Vec<Matrix>, request: Request) -> Self {
        Case { matrices, rule_sets: Vec::new(), request }
    }
}
