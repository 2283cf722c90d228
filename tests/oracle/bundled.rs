//! The real matrix.

use dynamo_plan::load::bundled;
use dynamo_plan::matrix::{Matrix, Release};

/// The bundled matrix of release 0.9.0.
pub fn bundled() -> Matrix {
    bundled::matrix(&Release::new("0.9.0")).unwrap()
}
