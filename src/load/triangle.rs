//! Tables of pairs: one row and one column for each name, read as lower triangles.
//!
//! Every pair stands twice in such a table, below and above the diagonal, on which a name meets
//! itself. The cell below is the one that counts; what one above means is up to the reader.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

/// The side of the diagonal that a cell stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TriangleSide {
    /// Below: the column comes before the row.
    Below,
    /// On it: column and row are the same.
    Diagonal,
    /// Above: the column comes after the row.
    Above,
}

impl TriangleSide {
    /// The side of a row and a column.
    pub(super) fn of(row: usize, column: usize) -> TriangleSide {
        match column.cmp(&row) {
            Ordering::Less => TriangleSide::Below,
            Ordering::Equal => TriangleSide::Diagonal,
            Ordering::Greater => TriangleSide::Above,
        }
    }
}

/// The row and column of the cell below the diagonal that is about two different names.
pub(super) fn lower_cell(one: usize, other: usize) -> (usize, usize) {
    (one.max(other), one.min(other))
}

/// Counts the cells below the diagonal of a table with so many columns.
pub(super) fn pair_count(columns: usize) -> usize {
    columns * columns.saturating_sub(1) / 2
}

/// The rows and columns of all cells below the diagonal, row by row.
pub(super) fn lower_cells(columns: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..columns).flat_map(|row| (0..row).map(move |column| (row, column)))
}

/// Finds the names of one edge of the table on the other edge; of several alike the last counts, and
/// a name that could not be read is not found.
pub(super) fn matching<N: Eq + Hash>(
    names: &[Option<N>],
    other: &[Option<N>],
) -> Vec<Option<usize>> {
    let named = other.iter().enumerate().filter_map(|(at, name)| Some((name.as_ref()?, at)));
    let places: HashMap<&N, usize> = named.collect();
    names.iter().map(|name| places.get(name.as_ref()?).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_cells_are_each_pair_once() {
        let cells: Vec<_> = lower_cells(3).collect();
        assert_eq!(cells, [(1, 0), (2, 0), (2, 1)]);
        for size in 0..5 {
            assert_eq!(lower_cells(size).count(), pair_count(size));
        }
        for (row, column) in cells {
            assert_eq!(TriangleSide::of(row, column), TriangleSide::Below);
            assert_eq!(TriangleSide::of(column, row), TriangleSide::Above);
            assert_eq!(lower_cell(column, row), (row, column));
        }
        assert_eq!(TriangleSide::of(1, 1), TriangleSide::Diagonal);
    }

    #[test]
    fn names_are_matched_with_the_last_of_those_alike() {
        let found = matching(&[Some("b"), None, Some("c")], &[Some("b"), None, Some("b")]);
        assert_eq!(found, [Some(2), None, None]);
    }
}
