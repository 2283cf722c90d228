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
