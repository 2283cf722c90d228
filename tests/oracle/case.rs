//! A request with the matrices that it is asked of.

use dynamo_plan::matrix::Matrix;
use dynamo_plan::request::Request;
use serde::Serialize;

/// A request with the matrices that it is asked of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    pub matrices: Vec<Matrix>,
    pub request: Request,
}
