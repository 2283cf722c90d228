//! Markdown syntax: the text of a page in, a stream of neutral [blocks](PageBlock) out, and of any
//! stretch of it the words that a reader sees.
//!
//! Another page format enters as a sibling of this module that offers the same five things: the
//! [visible] text, its [`blocks`], [`inline`] text, and the two marks that [`emphasised_word`] and
//! [`is_opening_markup`] know. What a block means (a legend, a footnote, a matrix) is not known
//! here, and nothing here is bounded by what a matrix may hold: blocks are made one by one, and a
//! table's rows are split into cells only when they are asked for, so that a bound can refuse a
//! table first.
//!
//! The stream is honest about what Markdown tells when: a table's head comes as a line or a heading
//! before the delimiter row makes it a head, and tabs that open or close in a line come before it.
//!
//! The scanner is our own: a CommonMark parser reads link definitions right below a quotation as
//! part of it (a page that lost its line breaks has them there), takes a line without pipes for a
//! table row, does not know JSX attributes, and builds a tree of the whole page before a bound can
//! refuse it.

mod blocks;
mod definitions;
mod hidden;
mod inline;
mod lines;
mod list_table;
mod lost_lines;
mod rows;
mod tabs;
mod tokens;

pub(super) use blocks::{Label, LineForm, PageBlock, PageLine, TableBlock, blocks};
pub(super) use definitions::Definitions;
pub(super) use hidden::Visible;
pub(super) use inline::inline;
pub(super) use lines::{
    after_bullet, before_headings, emphasised_word, is_opening_markup, named_footnote,
    raised_label, raised_number,
};
pub(super) use rows::TableRow;
pub(super) use tokens::closing_parenthesis;

/// The text that a reader sees: comments and code blocks are blank, and line breaks that were lost
/// are restored. No byte moves, so every offset points into the page as it was given.
pub(super) fn visible(text: &str) -> Visible {
    let visible = hidden::visible(text);
    match lost_lines::restore(&visible.text) {
        Some(text) => Visible { text, ..visible },
        None => visible,
    }
}
