//! Answers in, text out: tables for people, Markdown, CSV and JSON.
//!
//! What people read is first a [`Page`], so that a terminal and a Markdown file show the same
//! content. Nothing here prints, and nothing knows the environment: colour and width come with a
//! [`Style`].

pub mod analyze;
pub mod answer;
mod diagnostic;
pub mod diff;
pub mod lint;
pub mod list;
mod markdown;
pub mod matrix;
mod origin;
mod page;
pub mod since;
pub mod split;
mod style;
mod terminal;
mod text;
pub mod whatif;
mod words;

use serde::Serialize;

pub use diagnostic::{harmless_lines, most_shown, report};
pub use origin::Origin;
pub use page::Page;
pub use style::Style;

/// A value as indented JSON that ends with a line break.
///
/// # Errors
///
/// If the value has no JSON form; those of this crate all have one.
pub fn json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
