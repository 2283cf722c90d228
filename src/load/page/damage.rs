//! Copies of pages that lost their marks, as scrapers leave them that drop icons and emoji.
//!
//! A blank of such a copy is no "not supported", so the page is refused. A sparse table is told apart
//! by what the page still shows: where a ✅ survives anywhere in its tables, ✅ was not dropped, and
//! blanks are what they always are. A legend that explains the blank vouches for every blank.

use std::ops::Range;

use super::context::PageContext;
use super::legend::{self, Marks};
use super::markdown::inline;
use super::markers::bare_name;
use super::outline::PageTable;
use super::table::PageCell;
use super::words;
use crate::load::text::bounded;
use crate::matrix::Level;

/// The longest cell that is looked at for a surviving mark.
const LONGEST_MARK: usize = 400;

/// What the cells of one table hold that say something of a feature or a pair.
#[derive(Default)]
pub(super) struct MarkCount {
    cells: usize,
    /// Cells without a mark; a footnote number is none.
    blank: usize,
    /// Cells that could not be read.
    unreadable: usize,
    /// Whether a cell says "supported", in symbols or in words.
    support: Support,
    symbols: bool,
    words: bool,
}

/// The ways in which cells say "supported".
#[derive(Clone, Copy, Default)]
struct Support {
    in_symbols: bool,
    in_words: bool,
}

impl MarkCount {
    /// Counts a cell, `None` where it could not be read.
    pub(super) fn add(&mut self, cell: Option<&PageCell>) {
        self.cells += 1;
        let Some(cell) = cell else {
            self.unreadable += 1;
            return;
        };
        let mark = cell.printed();
        if mark.is_empty() {
            self.blank += 1;
            return;
        }
        let in_words = mark.contains(char::is_alphanumeric);
        // A dash is punctuation, which no scraper drops: it tells nothing of symbols.
        self.symbols |= !in_words && !matches!(mark, "—" | "–" | "-");
        self.words |= in_words;
        // A lone ⚠ or ! stands beside the mark for "supported", and does not prove that one is left.
        let lone = cell.meaning.caveat && !cell.qualified && legend::key(mark).chars().count() == 1;
        if cell.meaning.level == Level::Supported && !lone {
            self.support.in_words |= in_words;
            self.support.in_symbols |= !in_words;
        }
    }

    /// Whether nothing but blanks is left of several cells.
    pub(super) fn is_empty(&self) -> bool {
        self.cells > 1 && self.blank == self.cells
    }
}

/// A table with its marks counted.
pub(super) struct CountedTable<'t> {
    pub(super) table: &'t PageTable,
    pub(super) count: MarkCount,
}

/// Reports every table whose marks are lost. `others` are the tables that are no part of the matrix
/// and yet show which marks are left.
pub(super) fn check(
    tables: &[CountedTable<'_>],
    others: &[&PageTable],
    context: &mut PageContext<'_>,
) {
    let mut kept = Support::default();
    for CountedTable { count, .. } in tables {
        kept.in_symbols |= count.support.in_symbols;
        kept.in_words |= count.support.in_words;
    }
    // A single blank on the whole page is too little to tell what was lost.
    let several = tables.iter().map(|table| table.count.cells).sum::<usize>() > 1;
    let mut elsewhere = None;
    for CountedTable { table, count } in tables {
        if count.unreadable > 0 {
            continue;
        }
        if count.is_empty() {
            let message = format!("none of the {} cells of this table holds a mark", count.cells);
            report(&table.head[0], &message, context);
        } else if several && count.blank > 0 && !vouched(count, kept) {
            // Looked for only now and once, since most pages need not be read a second time.
            kept.in_symbols = *elsewhere.get_or_insert_with(|| shows_support(others, context));
            if !vouched(count, kept) {
                let (blank, cells) = (count.blank, count.cells);
                let message = format!(
                    "{blank} of the {cells} cells of this table are blank, and no ✅ is left on the page"
                );
                report(&table.head[0], &message, context);
            }
        }
    }
}

/// Whether marks of the kind that a table is written in are left on the page, so that none was
/// dropped: a table in words is vouched for by any, one in symbols by symbols.
fn vouched(count: &MarkCount, kept: Support) -> bool {
    let Support { in_symbols, in_words } = count.support;
    let only_words = count.words && !count.symbols;
    in_symbols || in_words || kept.in_symbols || (only_words && kept.in_words)
}

/// Whether a symbol for "supported" stands in any table.
fn shows_support(tables: &[&PageTable], context: &PageContext<'_>) -> bool {
    let cells = tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row[1..]);
    let mut marks = cells.map(|cell| &context.text[cell.clone()]).filter(|cell| !cell.is_ascii());
    marks.any(|cell| {
        let text = inline(bounded(cell, LONGEST_MARK), context.text, context.definitions).text;
        let first = bare_name(text.split_whitespace().next().unwrap_or_default());
        let plain =
            |meaning: words::MarkMeaning| meaning.level == Level::Supported && !meaning.caveat;
        !first.contains(char::is_alphanumeric)
            && words::standard(&legend::key(first)).is_some_and(plain)
    })
}

/// Reports a table of pairs on whose diagonal nothing stands; returns whether it is one.
pub(super) fn is_blank_diagonal(
    table: &PageTable,
    diagonal: &[Range<usize>],
    marks: &Marks,
    context: &mut PageContext<'_>,
) -> bool {
    let is_blank = |cell: &Range<usize>| {
        let read = inline(
            bounded(&context.text[cell.clone()], LONGEST_MARK),
            context.text,
            context.definitions,
        );
        let notes = read.footnotes.is_empty() && read.markers.is_empty();
        read.text.is_empty() && !read.pictured && notes
    };
    let found = diagonal.len() > 1 && !marks.contains_key("") && diagonal.iter().all(is_blank);
    if found {
        let message = "the diagonal of this table is blank, where a published table has a —";
        report(&table.head[0], message, context);
    }
    found
}

/// Reports pairs that are marked above the diagonal alone, in a table that is marked below it.
pub(super) fn marked_above_only(
    first: &Range<usize>,
    pairs: usize,
    names: (&str, &str),
    context: &mut PageContext<'_>,
) {
    let (a, b) = names;
    let message = match pairs {
        1 => format!("{a} + {b} is marked here, but blank below the diagonal"),
        n => format!(
            "{a} + {b} is marked here, but blank below the diagonal, as {} more pairs are",
            n - 1
        ),
    };
    report(first, &message, context);
}

fn report(span: &Range<usize>, message: &str, context: &mut PageContext<'_>) {
    context.problems.error(
        "marks-lost",
        span.clone(),
        format!("{message}: this copy of the page has lost marks"),
        "give the source Markdown of the page, as its repository has it, not a copy of what a \
         browser shows; where a blank does mean not supported, let the legend say `(blank): Not \
         supported`",
    );
}
