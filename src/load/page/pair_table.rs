//! Tables of one backend's pairs: a row and a column per feature.
//!
//! A pair is printed below the diagonal, above it, or on both sides. The lower half counts; a blank
//! above the diagonal mirrors it. Which half a cell is in is told by the order of the columns.

use std::collections::HashMap;
use std::ops::Range;

use crate::matrix::{Level, Term};

use super::context::Context;
use super::draft::{Draft, Naming};
use super::footnotes::Key;
use super::legend::Marks;
use super::names::Name;
use super::outline::PageTable;
use super::table::{Entry, entry};

/// Reads the table's cells into the draft.
pub(super) fn read(
    table: &PageTable,
    backend: &Name,
    key: &mut Key<'_, '_>,
    draft: &mut Draft,
    context: &mut Context<'_>,
) {
    let Some(grid) = grid(table, context) else { return };
    let at = draft.backend(backend, &table.head[0], context);
    for (name, span) in grid.names.iter().zip(&table.head[1..]) {
        draft.name(name, Naming::Paired, span, context);
    }
    let mut entries = Vec::with_capacity(grid.rows.len());
    for (place, row) in grid.rows.iter().enumerate() {
        let row: Vec<Option<Entry>> = row[1..]
            .iter()
            .enumerate()
            .map(|(column, span)| {
                if column == place {
                    check_diagonal(span, &key.marks, context);
                    return None;
                }
                entry(span, key, context)
            })
            .collect();
        entries.push(row);
    }
    draft.backends[at].has_pairs = true;
    let mut halves = Halves { entries, upper: false, full: false };
    halves.survey(table, context);
    for (low, name) in grid.names.iter().enumerate() {
        for (high, other) in grid.names.iter().enumerate().take(low) {
            let Some(entry) = halves.take(low, high, (&name.printed, &other.printed), context)
            else {
                continue;
            };
            let span = entry.span.clone();
            let terms = vec![Term::on(name.id.as_str()), Term::on(other.id.as_str())];
            if let Some(cell) = entry.cell(terms, context) {
                draft.add(at, cell, &span, context);
            }
        }
    }
}

/// The names of the columns, and the rows in the same order.
struct Grid<'t> {
    names: Vec<Name>,
    rows: Vec<&'t Vec<Range<usize>>>,
}

/// Orders the rows as the columns are; rows and columns that disagree are errors.
fn grid<'t>(table: &'t PageTable, context: &mut Context<'_>) -> Option<Grid<'t>> {
    let mut columns: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    let mut sound = true;
    for span in &table.head[1..] {
        let Some(name) = context.feature(span) else {
            sound = false;
            continue;
        };
        if columns.insert(name.id.clone(), names.len()).is_some() {
            sound = false;
            disagree(span, format!("`{}` has two columns", name.printed), context);
        }
        names.push(name);
    }
    let mut rows: Vec<Option<&Vec<Range<usize>>>> = vec![None; names.len()];
    for row in &table.rows {
        let Some(name) = context.feature(&row[0]) else {
            sound = false;
            continue;
        };
        match columns.get(&name.id).map(|&at| rows[at].replace(row)) {
            Some(None) => {}
            Some(Some(_)) => {
                sound = false;
                disagree(&row[0], format!("`{}` has two rows", name.printed), context);
            }
            None => {
                sound = false;
                disagree(&row[0], format!("the row `{}` has no column", name.printed), context);
            }
        }
    }
    for ((row, name), span) in rows.iter().zip(&names).zip(&table.head[1..]) {
        if row.is_none() {
            sound = false;
            disagree(span, format!("the column `{}` has no row", name.printed), context);
        }
    }
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    sound.then_some(Grid { names, rows })
}

fn disagree(span: &Range<usize>, message: String, context: &mut Context<'_>) {
    let help = "give the table one row and one column for each feature";
    context.problems.error("rows-columns-disagree", span.clone(), message, help);
}

/// The diagonal says nothing; a claim on it hints at a row that slipped.
fn check_diagonal(span: &Range<usize>, marks: &Marks, context: &mut Context<'_>) {
    let text = context.plain(span);
    let key = super::legend::key(&text);
    let meaning = marks.get(&key).copied().or_else(|| super::words::standard(&key));
    if meaning.is_some_and(|m| matches!(m.level, Level::Supported | Level::Experimental)) {
        context.problems.warning(
            "diagonal-claim",
            span.clone(),
            format!("`{text}` stands on the diagonal, which says nothing"),
            "it is passed over; check that the row has not slipped by a column",
        );
    }
}

/// The cells of a table by row and column.
struct Halves {
    entries: Vec<Vec<Option<Entry>>>,
    /// The upper half is the one that is filled.
    upper: bool,
    /// Both halves are filled.
    full: bool,
}

impl Halves {
    /// Finds out which halves are filled.
    fn survey(&mut self, table: &PageTable, context: &mut Context<'_>) {
        let size = self.entries.len();
        let stated = |low: usize, high: usize| {
            self.entries[low][high].as_ref().is_some_and(|entry| !entry.blank)
        };
        let (mut lower, mut upper) = (0, 0);
        for low in 0..size {
            for high in 0..low {
                lower += usize::from(stated(low, high));
                upper += usize::from(stated(high, low));
            }
        }
        let pairs = size * size.saturating_sub(1) / 2;
        self.full = 2 * upper > pairs;
        self.upper = size > 2 && lower == 0 && upper > 0;
        if self.upper {
            context.problems.warning(
                "upper-triangle",
                table.head[0].clone(),
                "only the cells above the diagonal are filled".to_owned(),
                "they are read as the pairs; fill the cells below the diagonal instead",
            );
        }
    }

    /// The cell of a pair, from the half that counts.
    fn take(
        &mut self,
        low: usize,
        high: usize,
        names: (&str, &str),
        context: &mut Context<'_>,
    ) -> Option<Entry> {
        let lower = self.entries[low][high].take();
        let upper = self.entries[high][low].take();
        if self.upper {
            return upper;
        }
        let (mut lower, upper) = (lower?, upper?);
        let mirrors = upper.blank && !self.full;
        if !mirrors && lower.meaning != upper.meaning {
            let says = |entry: &Entry| {
                let caveat = if entry.meaning.caveat { " with a caveat" } else { "" };
                format!("{}{caveat}", entry.meaning.level)
            };
            let (a, b) = names;
            context.problems.warning(
                "halves-contradict",
                upper.span.clone(),
                format!(
                    "{a} + {b} is {} here, but {} below the diagonal",
                    says(&upper),
                    says(&lower)
                ),
                "the cell below the diagonal counts; make the halves agree",
            );
        }
        lower.adopt_notes(&upper);
        Some(lower)
    }
}
