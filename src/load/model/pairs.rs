//! Pair grids: one lower triangle per backend in, pair cells out.

use super::cells::Cells;
use super::context::{MAX_FEATURES, ModelContext};
use super::grid::{self, Grid, Limits};
use super::mark::GridMark;
use super::name_table::NameTable;
use super::placed::Placed;
use super::suggest::shown;
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::load::triangle::{self, TriangleSide};
use crate::matrix::{Level, Term, slug};

const LIMITS: Limits = Limits {
    columns: MAX_FEATURES,
    rows: MAX_FEATURES,
    codes: ("too-many-features", "too-many-features"),
};

/// Adds the cells of every pair grid; every backend must have one.
pub(super) fn cells(
    context: &ModelContext<'_>,
    names: &NameTable,
    head: &FileSpan,
    cells: &mut Cells,
) {
    if let Some(place) = crowded(context, cells) {
        cells.overflow(place);
        return;
    }
    let mut drawn = vec![false; names.backends.len()];
    let grids = context.document.pairs.iter().flat_map(|pairs| &pairs.value);
    for (name, place) in grids {
        let Some(backend) = names.backend(name, context.problems) else { continue };
        if std::mem::replace(&mut drawn[backend], true) {
            let message = format!("a second pair grid for `{}`", names.backends[backend].id);
            context.problems.error(
                "duplicate-backend",
                &name.place,
                message,
                "keep one of the two",
            );
            continue;
        }
        let text = context.text(place);
        let Some(grid) = grid::read(text, place, LIMITS, context.problems) else {
            report_headless(place, text, context.problems);
            continue;
        };
        Triangle { context, names, grid: &grid, backend }.add_to(cells);
    }
    let place = context.document.pairs.as_ref().map_or(head, |pairs| &pairs.place);
    for (backend, _) in names.backends.iter().zip(drawn).filter(|(_, drawn)| !drawn) {
        context.problems.error(
            "missing-cell",
            place,
            format!("the backend `{}` has no pair grid", backend.id),
            format!(
                "add `{} = '''…'''` under [pairs]; where no pair is documented, a grid that is \
                 only the head `| Feature |`",
                backend.id
            ),
        );
    }
}

/// The grid with which there are too many cells, found before any of them is made.
fn crowded<'c>(context: &'c ModelContext<'_>, cells: &Cells) -> Option<&'c FileSpan> {
    let mut sum = 0;
    let grids = context.document.pairs.iter().flat_map(|pairs| &pairs.value);
    let mut places = grids.map(|(_, place)| place);
    places.find(|place| {
        let width = grid::names(context.text(place), place).len();
        sum += triangle::pair_count(width);
        !cells.may_add(sum)
    })
}

fn report_headless(place: &FileSpan, text: &str, problems: &Problems) {
    if text[place.span.clone()].trim().is_empty() {
        let help = "write at least the head `| Feature |`";
        problems.error("empty-grid", place, "the grid has no head", help);
    }
}

struct Triangle<'t> {
    context: &'t ModelContext<'t>,
    names: &'t NameTable,
    grid: &'t Grid,
    backend: usize,
}

impl Triangle<'_> {
    fn add_to(&self, cells: &mut Cells) {
        let codes = ("duplicate-feature", "duplicate-feature");
        self.grid.check_names(codes, slug, self.context.problems);
        let Some(ids) = self.ids() else { return };
        let groups: Vec<&str> =
            ids.iter().map(|id| self.names.group_of(id).unwrap_or(id)).collect();
        self.check_cells(&groups);
        let source = self.context.pair_source(&self.names.backends[self.backend].id);
        let terms: Vec<Term> = ids.iter().map(Term::on).collect();
        cells.reserve(self.backend, triangle::pair_count(ids.len()));
        let mut order: Vec<usize> = (0..ids.len()).collect();
        // By id, which is the order that cells are listed in.
        order.sort_unstable_by_key(|&i| ids[i]);
        for (n, &i) in order.iter().enumerate() {
            for &j in &order[n + 1..] {
                let (row, column) = triangle::lower_cell(i, j);
                let mark = self.grid.rows[row].marks.get(column);
                if let Some(mark) = mark.filter(|_| groups[i] != groups[j]) {
                    let terms = [terms[i].clone(), terms[j].clone()];
                    cells.mark(self.backend, terms, mark, &source);
                }
            }
        }
    }

    /// Reports what is written on or above the diagonal, or not written below it, and should not.
    fn check_cells(&self, groups: &[&str]) {
        for (r, row) in self.grid.rows.iter().enumerate() {
            self.grid.check_complete(row, r, self.context.problems);
            for (c, mark) in row.marks.iter().enumerate() {
                match TriangleSide::of(r, c) {
                    TriangleSide::Diagonal => self.check_diagonal(mark),
                    TriangleSide::Above => self.check_upper(mark, r, c),
                    TriangleSide::Below if groups[r] == groups[c] => self.check_within_group(mark),
                    TriangleSide::Below => {}
                }
            }
        }
    }

    /// The ids of the columns, where the rows are the same and in the same order.
    fn ids(&self) -> Option<Vec<&str>> {
        let columns = self.resolve(self.grid.columns.iter());
        let rows = self.resolve(self.grid.rows.iter().map(|row| &row.name));
        let complete = self.check_same(&columns, &rows);
        let ids: Option<Vec<&str>> = columns.iter().copied().collect();
        if complete && rows.iter().all(Option::is_some) && columns != rows {
            let wrong = columns.iter().zip(&rows).position(|(c, r)| c != r).unwrap_or(0);
            self.context.problems.error(
                "row-order",
                &self.grid.rows[wrong].name.place,
                format!(
                    "row {} is `{}` where column {} is `{}`",
                    wrong + 1,
                    shown(&self.grid.rows[wrong].name.value),
                    wrong + 1,
                    shown(&self.grid.columns[wrong].value)
                ),
                "give rows and columns the same order",
            );
        }
        ids.filter(|_| columns == rows)
    }

    fn resolve<'n>(&self, names: impl Iterator<Item = &'n Placed<String>>) -> Vec<Option<&str>> {
        names
            .map(|name| {
                let id = self.names.resolve(&name.value);
                if id.is_none() {
                    self.names.unknown(name, self.context.problems);
                }
                id
            })
            .collect()
    }

    /// Whether rows and columns name the same; reports those that are missing.
    fn check_same(&self, columns: &[Option<&str>], rows: &[Option<&str>]) -> bool {
        let rowless = lacking(self.grid.columns.iter(), columns, rows).map(|name| (name, "row"));
        let names = self.grid.rows.iter().map(|row| &row.name);
        let columnless = lacking(names, rows, columns).map(|name| (name, "column"));
        let mut complete = true;
        for (name, what) in rowless.chain(columnless) {
            complete = false;
            self.context.problems.error(
                "missing-cell",
                &name.place,
                format!("`{}` has no {what} of its own", shown(&name.value)),
                "name every feature in the head and before a row, or in neither",
            );
        }
        complete && columns.len() == rows.len()
    }

    fn check_diagonal(&self, mark: &Placed<Option<GridMark>>) {
        let silent = |mark: GridMark| mark.blank || mark.level == Level::NotApplicable;
        if mark.value.is_some_and(|mark| !silent(mark)) {
            self.context.problems.error(
                "self-pair",
                &mark.place,
                "a feature paired with itself",
                "leave the diagonal blank or write —",
            );
        }
    }

    /// Two variants of one group always go together, so only that may be said.
    fn check_within_group(&self, mark: &Placed<Option<GridMark>>) {
        let fine = |mark: GridMark| {
            mark.blank || matches!(mark.level, Level::Supported | Level::NotApplicable)
        };
        if mark.value.is_some_and(|mark| !fine(mark)) {
            self.context.problems.error(
                "pair-within-group",
                &mark.place,
                "two variants of one group always go together",
                "leave the cell blank",
            );
        }
    }

    /// Reports a cell above the diagonal that does not repeat the one below it.
    fn check_upper(&self, mark: &Placed<Option<GridMark>>, row: usize, column: usize) {
        let Some(upper) = mark.value.filter(|mark| !mark.blank) else { return };
        let (low, left) = triangle::lower_cell(row, column);
        let lower = self.grid.rows.get(low).and_then(|row_below| row_below.marks.get(left));
        let Some(lower) = lower.and_then(|mark| mark.value) else { return };
        if (upper.level, upper.caveat) != (lower.level, lower.caveat) {
            self.context.problems.error(
                "contradictory-cells",
                &mark.place,
                format!(
                    "`{}` with `{}` is {} here and {} below the diagonal",
                    shown(&self.grid.rows[row].name.value),
                    shown(&self.grid.columns[column].value),
                    upper.level,
                    lower.level
                ),
                "write the cell below the diagonal and leave this one blank",
            );
        }
    }
}

/// The names of one edge of a grid whose ids the other edge lacks.
fn lacking<'n>(
    names: impl Iterator<Item = &'n Placed<String>>,
    ids: &[Option<&str>],
    other: &[Option<&str>],
) -> impl Iterator<Item = &'n Placed<String>> {
    let found = triangle::matching(ids, other).into_iter();
    let lacks: Vec<bool> = found.zip(ids).map(|(at, id)| at.is_none() && id.is_some()).collect();
    names.zip(lacks).filter_map(|(name, lacks)| lacks.then_some(name))
}
