//! Pairs of variants that a matrix leaves out. Where it has a cell of one variant with another, each other
//! pair of variants of the same two groups is a cell that is missing, and takes as much memory as one that
//! is there.

use std::collections::HashMap;

use super::placed_cells::MAX_CELLS;
use crate::matrix::{Cell, Matrix};

/// What is wrong with a matrix whose cells and missing pairs of variants are too many together, and the
/// fix.
pub(super) fn too_many(matrix: &Matrix) -> Option<(String, &'static str)> {
    if matrix.groups.is_empty() {
        return None;
    }
    let cells: usize = matrix.backends.iter().map(|backend| backend.cells.len()).sum();
    let missing = missing(matrix);
    (cells + missing > MAX_CELLS).then(|| {
        let message = format!(
            "{cells} cells and {missing} pairs of variants that are left out, more than {MAX_CELLS}"
        );
        (message, "write the pairs of the groups instead of those of single variants")
    })
}

/// Counts the pairs of variants that are left out.
fn missing(matrix: &Matrix) -> usize {
    let features = matrix.features.iter();
    // What stands for a feature in a table of pairs: its group, where it is of one.
    let slots: HashMap<&str, &str> =
        features.map(|it| (&*it.id, it.group.as_deref().unwrap_or(&it.id))).collect();
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    slots.values().for_each(|slot| *sizes.entry(slot).or_default() += 1);
    let pair_of = |cell: &Cell| {
        let [a, b] = &cell.terms[..] else { return None };
        let (one, other) = (*slots.get(a.as_str())?, *slots.get(b.as_str())?);
        let of_variants = one != a.as_str() || other != b.as_str();
        (of_variants && one != other).then(|| (one.min(other), one.max(other)))
    };
    let missing_of = |cells: &[Cell]| -> usize {
        let mut written: HashMap<(&str, &str), usize> = HashMap::new();
        for pair in cells.iter().filter_map(pair_of) {
            *written.entry(pair).or_default() += 1;
        }
        written.into_iter().map(|((a, b), count)| (sizes[a] * sizes[b]).saturating_sub(count)).sum()
    };
    matrix.backends.iter().map(|backend| missing_of(&backend.cells)).sum()
}
