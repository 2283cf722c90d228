//! The cells of a backend, which copies of a matrix share until one of them is changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Cell;

/// A vector of cells that is cheap to copy: the cells themselves are copied when one of the copies is
/// changed, and not before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellList(Arc<Vec<Cell>>);

impl Deref for CellList {
    type Target = Vec<Cell>;

    fn deref(&self) -> &Vec<Cell> {
        &self.0
    }
}

impl DerefMut for CellList {
    fn deref_mut(&mut self) -> &mut Vec<Cell> {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<Cell>> for CellList {
    fn from(cells: Vec<Cell>) -> Self {
        CellList(Arc::new(cells))
    }
}

impl FromIterator<Cell> for CellList {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        Vec::from_iter(cells).into()
    }
}

impl IntoIterator for CellList {
    type Item = Cell;
    type IntoIter = std::vec::IntoIter<Cell>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'c> IntoIterator for &'c CellList {
    type Item = &'c Cell;
    type IntoIter = std::slice::Iter<'c, Cell>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'c> IntoIterator for &'c mut CellList {
    type Item = &'c mut Cell;
    type IntoIter = std::slice::IterMut<'c, Cell>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{Level, Term};

    #[test]
    fn copies_share_the_cells_until_one_is_changed() {
        let cell = Cell::new([Term::on("a")], Level::Supported, "a.md");
        let cells = CellList::from(vec![cell]);
        let mut copy = cells.clone();
        assert!(std::ptr::eq(&cells[0], &copy[0]));
        copy[0].level = Level::Experimental;
        assert_eq!((cells[0].level, copy[0].level), (Level::Supported, Level::Experimental));
    }

    #[test]
    fn a_cell_of_a_pair_takes_little_memory() {
        // Two million cells are read; their terms and sources are those of others.
        assert!(size_of::<Cell>() <= 104, "{}", size_of::<Cell>());
        let term = Term::on("a");
        let cell = Cell::new([Term::on("b"), term.clone()], Level::Supported, "a.md");
        assert!(std::ptr::eq(term.as_str(), cell.terms[0].as_str()));
    }
}
