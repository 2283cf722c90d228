//! Tables of one backend's pairs: a row and a column per feature.
//!
//! A pair is printed below the diagonal, above it, or on both sides. The lower half counts; a blank
//! above the diagonal mirrors it. Which half a cell is in is told by the order of the columns.

use std::collections::HashSet;
use std::ops::Range;

use crate::matrix::{Level, Note, Term};

use super::context::PageContext;
use super::damage::{self, MarkCount};
use super::draft::{Draft, Naming};
use super::footnotes::CellContext;
use super::legend::Marks;
use super::markers;
use super::names::PageName;
use super::outline::PageTable;
use super::table::{self, PageCell};
use crate::load::triangle::{self, TriangleSide};

/// Reads the table's cells into the draft and counts the marks of the pairs; `None` for a table that
/// was refused.
pub(super) fn read(
    table: &PageTable,
    backend: &PageName,
    key: &mut CellContext<'_, '_>,
    draft: &mut Draft,
    context: &mut PageContext<'_>,
) -> Option<MarkCount> {
    let grid = grid(table, context)?;
    let at = draft.backend(backend, &table.head[0], context);
    for (name, span) in grid.names.iter().zip(&table.head[1..]) {
        draft.name(name, Naming::Paired, span, context);
    }
    let of_names: Vec<Vec<Note>> = (0..grid.names.len())
        .map(|at| {
            let mut notes = key.notes_of_name(&grid.rows[at][0], context);
            notes.extend(key.notes_of_name(&table.head[at + 1], context));
            notes
        })
        .collect();
    check_diagonal(&grid, &key.legend.marks, context);
    let mut entries = Vec::with_capacity(grid.rows.len());
    for (at, row) in grid.rows.iter().enumerate() {
        let mut read = |(column, span): (usize, &Range<usize>)| match TriangleSide::of(at, column) {
            TriangleSide::Below | TriangleSide::Above => table::cell(span, key, context),
            TriangleSide::Diagonal => None,
        };
        entries.push(row[1..].iter().enumerate().map(&mut read).collect());
    }
    draft.backends[at].has_pairs = true;
    let mut halves = Halves { entries, upper: false, full: false };
    halves.survey(table, context);
    let count = halves.count();
    let diagonal: Vec<_> = grid.rows.iter().zip(1..).map(|(row, at)| row[at].clone()).collect();
    if (!count.is_empty()
        && damage::is_blank_diagonal(table, &diagonal, &key.legend.marks, context))
        || halves.check_blanks(&grid.names, &key.legend.marks, context)
    {
        return None;
    }
    let terms: Vec<Term> = grid.names.iter().map(|name| Term::on(name.id.as_str())).collect();
    draft.reserve(at, triangle::pair_count(terms.len()));
    for (row, column) in triangle::lower_cells(terms.len()) {
        let (name, other) = (&grid.names[row], &grid.names[column]);
        let names = (&*name.printed, &*other.printed);
        let Some(mut entry) = halves.take(row, column, names, context) else { continue };
        entry.add_notes(&of_names[row]);
        entry.add_notes(&of_names[column]);
        let span = entry.span.clone();
        let pair = [terms[row].clone(), terms[column].clone()];
        if let Some(cell) = entry.cell(pair, context) {
            draft.add(at, cell, &span, context);
        }
    }
    Some(count)
}

/// The names of the columns, and the rows in the same order.
struct PairGrid<'t> {
    names: Vec<PageName>,
    rows: Vec<&'t Vec<Range<usize>>>,
}

/// Orders the rows as the columns are; rows and columns that disagree are errors.
fn grid<'t>(table: &'t PageTable, context: &mut PageContext<'_>) -> Option<PairGrid<'t>> {
    let columns = columns(table, context);
    let id = |name: &Option<PageName>| name.as_ref().map(|name| name.id.clone());
    let named = |row: &Vec<Range<usize>>| id(&context.names.feature(&context.plain(&row[0])));
    let row_ids: Vec<_> = table.rows.iter().map(named).collect();
    let column_of = triangle::matching(&row_ids, &columns.iter().map(id).collect::<Vec<_>>());
    let mut rows: Vec<Option<&Vec<Range<usize>>>> = vec![None; columns.len()];
    for (row, column) in table.rows.iter().zip(column_of) {
        let Some(PageName { printed, .. }) = context.feature(&row[0]) else { continue };
        match column.map(|at| rows[at].replace(row)) {
            Some(None) => {}
            Some(Some(_)) => disagree(&row[0], format!("`{printed}` has two rows"), context),
            None => disagree(&row[0], format!("the row `{printed}` has no column"), context),
        }
    }
    for ((row, name), span) in rows.iter().zip(&columns).zip(&table.head[1..]) {
        if let (None, Some(PageName { printed, .. })) = (row, name) {
            disagree(span, format!("the column `{printed}` has no row"), context);
        }
    }
    // As many rows as columns, and a row for each column: none was reported, none is left over.
    let square = table.rows.len() == columns.len();
    let rows: Option<Vec<_>> = rows.into_iter().collect();
    let names: Option<Vec<_>> = columns.into_iter().collect();
    Some(PairGrid { names: names?, rows: rows? }).filter(|_| square)
}

/// The names over the columns, `None` for one that could not be read; two alike are an error.
fn columns(table: &PageTable, context: &mut PageContext<'_>) -> Vec<Option<PageName>> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for span in &table.head[1..] {
        let name = context.feature(span);
        if let Some(PageName { id, printed, .. }) = &name
            && !seen.insert(id.clone())
        {
            disagree(span, format!("`{printed}` has two columns"), context);
        }
        names.push(name);
    }
    names
}

fn disagree(span: &Range<usize>, message: String, context: &mut PageContext<'_>) {
    let help = "give the table one row and one column for each feature";
    context.problems.error("rows-columns-disagree", span.clone(), message, help);
}

/// The diagonal says nothing. Where all of it claims that a feature goes with itself, that is how
/// the page fills it; a single claim on it hints at a row that slipped.
fn check_diagonal(grid: &PairGrid<'_>, marks: &Marks, context: &mut PageContext<'_>) {
    let cells: Vec<(&Range<usize>, String)> = grid
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| (&row[1 + at], context.plain(&row[1 + at])))
        .map(|(span, text)| (span, markers::bare_name(&text).to_owned()))
        .collect();
    let claims = |text: &str| {
        let key = super::legend::key(text);
        let meaning = marks.get(&key).copied().or_else(|| super::words::standard(&key));
        meaning.is_some_and(|m| matches!(m.level, Level::Supported | Level::Experimental))
    };
    let blank = cells.iter().filter(|(_, text)| text.is_empty()).count();
    let claimed = cells.iter().filter(|(_, text)| claims(text)).count();
    // A single claim is too little to tell a habit from a slip.
    if claimed > blank.max(1) && claimed + blank == cells.len() {
        return;
    }
    for (span, text) in cells.iter().filter(|(_, text)| claims(text)) {
        context.problems.warning(
            "diagonal-claim",
            (*span).clone(),
            format!("`{text}` stands on the diagonal, which says nothing"),
            "it is passed over; check that the row has not slipped by a column",
        );
    }
}

/// The cells of a table by row and column.
struct Halves {
    entries: Vec<Vec<Option<PageCell>>>,
    /// The upper half is the one that is filled.
    upper: bool,
    /// Both halves are filled.
    full: bool,
}

impl Halves {
    /// Finds out which halves are filled.
    fn survey(&mut self, table: &PageTable, context: &mut PageContext<'_>) {
        let size = self.entries.len();
        let stated = |row: usize, column: usize| {
            self.entries[row][column].as_ref().is_some_and(|entry| !entry.blank)
        };
        let (mut lower, mut upper) = (0, 0);
        for (row, column) in triangle::lower_cells(size) {
            lower += usize::from(stated(row, column));
            upper += usize::from(stated(column, row));
        }
        // Where more than half of the upper half is filled, a blank in it is a statement, no mirror.
        self.full = 2 * upper > triangle::pair_count(size);
        // A single pair is too little to tell a half that is filled from a slip.
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

    /// Counts the marks of the half that counts.
    fn count(&self) -> MarkCount {
        let mut count = MarkCount::default();
        for (low, high) in triangle::lower_cells(self.entries.len()) {
            let (row, column) = if self.upper { (high, low) } else { (low, high) };
            count.add(self.entries[row][column].as_ref());
        }
        count
    }

    /// Reports pairs that are blank below the diagonal and marked above it, where the lower half
    /// counts; returns whether there are any. A legend that explains the blank makes it a mark.
    fn check_blanks(
        &self,
        names: &[PageName],
        marks: &Marks,
        context: &mut PageContext<'_>,
    ) -> bool {
        let cell = |row: usize, column: usize| self.entries[row][column].as_ref();
        let lost = |&(row, column): &(usize, usize)| {
            cell(row, column).is_some_and(|lower| lower.blank)
                && cell(column, row).is_some_and(|upper| !upper.blank)
        };
        if self.upper || marks.contains_key("") {
            return false;
        }
        let mut pairs = triangle::lower_cells(self.entries.len()).filter(lost);
        let Some((row, column)) = pairs.next() else { return false };
        let Some(upper) = cell(column, row) else { return false };
        let names = (&*names[row].printed, &*names[column].printed);
        damage::marked_above_only(&upper.span, 1 + pairs.count(), names, context);
        true
    }

    /// The cell of a pair, from the half that counts.
    fn take(
        &mut self,
        row: usize,
        column: usize,
        names: (&str, &str),
        context: &mut PageContext<'_>,
    ) -> Option<PageCell> {
        let lower = self.entries[row][column].take();
        let upper = self.entries[column][row].take();
        if self.upper {
            return upper;
        }
        let (mut lower, upper) = (lower?, upper?);
        let mirrors = upper.blank && !self.full;
        if !mirrors && lower.meaning != upper.meaning {
            let says = |entry: &PageCell| {
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
