//! The cells of pairs of slots: four bytes for each pair or, where few have one, a map.

use std::collections::HashMap;

use super::{Atom, CellRef};

/// So many pairs have a place each, however few of them have a cell.
const FEW_PAIRS: usize = 4_096;

/// A map takes less memory than a place for each pair where fewer than one of so many has a cell.
const SPARSE: usize = 8;

/// The cell of each two slots.
#[derive(Clone, Debug)]
pub(super) enum PairCells {
    /// Of every pair, in the order of [`triangle`].
    Dense(Vec<PairCell>),
    /// Of the pairs that have one, by their [`triangle`] index.
    Sparse(HashMap<usize, PairCell>),
}

/// The cell of a pair, packed: `MISSING`, `OF_VARIANTS`, or the position of a cell and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PairCell(u32);

/// No cell speaks of the pair.
const MISSING: PairCell = PairCell(0);

/// The variants of the pair have cells of their own.
const OF_VARIANTS: PairCell = PairCell(1);

impl PairCells {
    /// Before any cell is known: all of them are missing. So many will be `known`.
    pub(super) fn missing(slots: usize, known: usize) -> Self {
        let pairs = slots * slots.saturating_sub(1) / 2;
        if pairs <= FEW_PAIRS || known >= pairs / SPARSE {
            PairCells::Dense(vec![MISSING; pairs])
        } else {
            PairCells::Sparse(HashMap::with_capacity(known))
        }
    }

    /// The cell of two different slots; `None` where variants have cells of their own.
    pub(super) fn get(&self, slots: &[Atom], a: usize, b: usize) -> Option<CellRef> {
        let pair = triangle(a, b);
        let cell = match self {
            PairCells::Dense(cells) => cells[pair],
            PairCells::Sparse(cells) => cells.get(&pair).copied().unwrap_or(MISSING),
        };
        match cell {
            MISSING => Some(CellRef::NoPair(slots[a.min(b)], slots[a.max(b)])),
            OF_VARIANTS => None,
            PairCell(packed) => {
                let position = packed as usize / 2 - 1;
                Some(if packed % 2 == 0 {
                    CellRef::Given(position)
                } else {
                    CellRef::Extra(position)
                })
            }
        }
    }

    /// Gives two different slots a cell of the matrix or an extra one.
    pub(super) fn set(&mut self, a: usize, b: usize, cell: CellRef) {
        // Two bits short of a `u32` are more positions than a model may have cells.
        let packed = |position: usize| (position as u32 + 1) * 2;
        self.put(
            a,
            b,
            match cell {
                CellRef::Given(position) => PairCell(packed(position)),
                CellRef::Extra(position) => PairCell(packed(position) + 1),
                CellRef::NoFeature(_) | CellRef::NoPair(..) | CellRef::NoChoice(_) => MISSING,
            },
        );
    }

    /// Leaves two different slots to the cells of their variants.
    pub(super) fn leave_to_variants(&mut self, a: usize, b: usize) {
        self.put(a, b, OF_VARIANTS);
    }

    fn put(&mut self, a: usize, b: usize, cell: PairCell) {
        let pair = triangle(a, b);
        match self {
            PairCells::Dense(cells) => cells[pair] = cell,
            PairCells::Sparse(cells) => {
                cells.insert(pair, cell);
            }
        }
    }
}

/// The index of two different slots in a lower triangle.
fn triangle(a: usize, b: usize) -> usize {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    // The rows before that of `high` hold 0 + 1 + … + (high - 1) pairs.
    high * (high - 1) / 2 + low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cells_and_many_are_found_alike() {
        let slots: Vec<Atom> = (0..100).map(Atom::Feature).collect();
        for known in [0, 10_000] {
            let mut cells = PairCells::missing(slots.len(), known);
            cells.set(7, 3, CellRef::Given(0));
            cells.set(98, 99, CellRef::Extra(2_000_000));
            cells.leave_to_variants(0, 50);
            let get = |a, b| cells.get(&slots, a, b);
            assert_eq!(matches!(cells, PairCells::Sparse(_)), known == 0);
            assert_eq!([get(3, 7), get(7, 3)], [Some(CellRef::Given(0)); 2]);
            assert_eq!(get(99, 98), Some(CellRef::Extra(2_000_000)));
            assert_eq!([get(0, 50), get(50, 0)], [None; 2]);
            let missing = CellRef::NoPair(Atom::Feature(1), Atom::Feature(2));
            assert_eq!([get(1, 2), get(2, 1)], [Some(missing); 2]);
        }
    }
}
