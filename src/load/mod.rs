//! Model files and published pages in, a [`Matrix`](crate::matrix::Matrix) or diagnostics out.

mod diagnostic;
mod page;

pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
pub use page::{Page, PageOptions, page, page_from_bytes};
