//! Model files and published pages in, a [`Matrix`](crate::matrix::Matrix) or diagnostics out.

mod diagnostic;

pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
