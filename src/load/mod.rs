//! Model files and published pages in, a [`Matrix`](crate::matrix::Matrix) or diagnostics out.
//!
//! [`file()`] reads whatever a user names, [`model()`] a model from memory, and [`bundled`] holds the
//! matrices that the program was built with.

pub mod bundled;
mod diagnostic;
mod error;
mod file;
mod loaded;
mod model;
mod origins;
mod place;

pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
pub use error::LoadError;
pub use file::{MAX_BYTES, file, read_bytes};
pub use loaded::Loaded;
pub use model::{ReadFile, model, rule_set, vocabulary};
pub use origins::Origins;
pub use place::Place;
