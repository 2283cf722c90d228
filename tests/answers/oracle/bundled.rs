//! The real matrix.

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Matrix, Release};

/// The bundled matrix of release 0.9.0.
pub fn bundled() -> Matrix {
    bundle::matrix(&Release::new("0.9.0")).unwrap()
}
