//! Model files and published pages in, a [`Matrix`](crate::matrix::Matrix) or diagnostics out.
//!
//! [`file()`] reads whatever a user names, [`model()`] a model and [`page()`] a page from memory, and
//! [`bundle`] holds the matrices that the program was built with. [`merge()`] makes one matrix of
//! several that each say a part, [`join_platforms()`] gives several what pages of platforms say;
//! [`write_model()`] writes one as a model file.

pub(crate) mod bidi;
pub mod bundle;
mod cell_set;
mod diagnostic;
mod error;
mod file;
mod file_span;
mod loaded;
pub mod manifest;
mod marks;
mod merge;
mod model;
mod origins;
mod page;
mod pins;
mod placed_cells;
mod problems;
mod text;
mod triangle;
mod variant_pairs;

pub use diagnostic::{Diagnostic, Position, Report, Severity, position};
pub use error::LoadError;
pub use file::{MAX_BYTES, file, file_with, from_bytes, read_bytes};
pub use file_span::FileSpan;
pub use loaded::{DocumentKind, Loaded};
pub use merge::{join_platforms, merge};
pub(crate) use model::nearest;
pub use model::{
    IncludeFolder, ReadFile, api_schemas, cell_mark, check_rules, descriptions, facts, flag_table,
    known_releases, manifests, model, processes, recorded, rule_set, signals, unlisted_topics,
    upgrade_changes, vocabulary, write_model,
};
pub use origins::Origins;
pub use page::{PageOptions, page};
