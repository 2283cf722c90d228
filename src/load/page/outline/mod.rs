//! A page as its outline: the blocks of a page in, the tables that may hold a matrix out, with what
//! stands around them.
//!
//! Everything is a range of the page. What cannot matter is not kept, and what is kept is bounded.

mod builder;
mod legends;
mod markers;
mod notes;
mod tables;
mod transposed;

use std::ops::Range;

use super::markdown::Definitions;

pub(super) use builder::outline;

/// The most tables and legends that are kept, and the most entries of a legend.
const MOST_TABLES: usize = 1_000;

/// The parts of a page that can matter to a matrix.
#[derive(Default)]
pub(super) struct Outline {
    /// The first heading of the first level.
    pub(super) title: Option<Range<usize>>,
    /// The tables whose first column could name features.
    pub(super) tables: Vec<PageTable>,
    /// The tables whose first column could name releases.
    pub(super) platform_tables: Vec<PageTable>,
    /// The number of all tables, also of those that are not kept.
    pub(super) tables_seen: usize,
    pub(super) legends: Vec<Legend>,
    /// The lists of footnotes below tables.
    pub(super) lists: Vec<Vec<Footnote>>,
    /// Footnotes that count for the whole page: `[^1]: …`.
    pub(super) footnotes: Vec<Footnote>,
    /// Explanations of markers: `[^name]: …`, `† …`.
    pub(super) markers: Vec<MarkerNote>,
    pub(super) definitions: Definitions,
}

/// A table as ranges of the page, without its delimiter row; one that the page has with a row per
/// backend is turned.
pub(super) struct PageTable {
    /// The number of cells of its head on the page.
    pub(super) width: usize,
    pub(super) head: Vec<Range<usize>>,
    pub(super) rows: Vec<Vec<Range<usize>>>,
    /// Rows that have not as many cells as the head: where, and how many they have.
    pub(super) ragged: Vec<(Range<usize>, usize)>,
    /// Rows that a line that is no row cuts off: where the first is, and how many there are.
    pub(super) cut_off: Option<(Range<usize>, usize)>,
    pub(super) location: Location,
    /// The list of footnotes below it; tables without a heading or another list between them
    /// share one.
    pub(super) list: usize,
    /// The number of legends before it.
    pub(super) legends_before: usize,
}

/// The headings, tabs and labels above a table.
#[derive(Clone, Default)]
pub(super) struct Location {
    /// The headings that it is under, outermost first.
    pub(super) headings: Vec<Range<usize>>,
    /// The tabs that it is in, outermost first, by their titles.
    pub(super) tabs: Vec<Range<usize>>,
    /// Lines in emphasis between the last heading or table and it.
    pub(super) labels: Vec<Range<usize>>,
}

/// A legend: its entries, one or several to a part, and the tabs that it is in.
pub(super) struct Legend {
    pub(super) parts: Vec<Range<usize>>,
    pub(super) tabs: Vec<Range<usize>>,
}

/// A numbered remark.
pub(super) struct Footnote {
    pub(super) number: u32,
    pub(super) span: Range<usize>,
    pub(super) body: Range<usize>,
}

/// The explanation of a marker.
pub(super) struct MarkerNote {
    /// The marker, in the form by which it is looked up.
    pub(super) label: String,
    pub(super) form: MarkerForm,
    /// The list of footnotes of the tables above it; `None` for one that counts everywhere.
    pub(super) list: Option<usize>,
    pub(super) span: Range<usize>,
    pub(super) body: Range<usize>,
}

/// The form in which a page explains a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkerForm {
    /// A footnote with a name: `[^name]: why`.
    Named,
    /// A line that opens with the marker: `\\* why`, `(*) why`, `<sup>a</sup> why`.
    Line,
    /// A line that may as well be an entry of a bulleted list: `* why`.
    Bullet,
}
