//! Colouring hypergraphs: items that each bring elements, to be given colours of several kinds.
//! Each kind of colour has its own sets of elements that must not all get one colour; what kind a
//! colour is of is free.
//!
//! An item takes at least one colour and brings its selected elements with it. Colours can be told
//! apart only by who has them, so the item at position `i` takes one of the first `i + 1`: every
//! colouring can be renamed to be such a one. Put items that conflict pairwise first; their colours
//! are then settled by propagation alone.

use fixedbitset::FixedBitSet;

use super::{Solver, Varisat};
use crate::encode::{Lit, Var};

/// A colouring problem to which forbidden sets can be added.
pub struct Colouring {
    solver: Varisat,
    items: Vec<FixedBitSet>,
    /// Per item, the variables of the colours that it may take.
    taken: Vec<Vec<Var>>,
    /// Per element, the variables of the colours in which it is.
    within: Vec<Vec<Var>>,
    /// Per element, whether it counts.
    selectors: Vec<Var>,
    /// Per colour, the variables of its kinds.
    kinds: Vec<Vec<Var>>,
    /// Per kind, how many sets have been forbidden.
    forbidden: Vec<usize>,
}

/// Numbers variables.
#[derive(Default)]
struct Fresh(usize);

impl Fresh {
    fn several(&mut self, count: usize) -> Vec<Var> {
        self.0 += count;
        (self.0 - count..self.0).map(Var::new).collect()
    }
}

impl Colouring {
    /// Items with the elements that each brings, to be coloured with so many colours of so many
    /// kinds. Elements are numbered below `elements`.
    #[must_use]
    pub fn new(items: &[FixedBitSet], elements: usize, colours: usize, kinds: usize) -> Self {
        let mut fresh = Fresh::default();
        // The first `i + 1` colours are enough for item `i`: see the module.
        let taken = (0..items.len()).map(|i| fresh.several(colours.min(i + 1))).collect();
        let within = (0..elements).map(|_| fresh.several(colours)).collect();
        let selectors = fresh.several(elements);
        let forbidden = vec![0; kinds];
        let kinds = (0..colours).map(|_| fresh.several(kinds)).collect();
        let (items, solver) = (items.to_vec(), Varisat::empty());
        let mut colouring = Colouring { solver, items, taken, within, selectors, kinds, forbidden };
        colouring.every_colour_is_of_some_kind();
        colouring.every_item_takes_a_colour();
        colouring
    }

    fn every_colour_is_of_some_kind(&mut self) {
        for kinds in &self.kinds {
            let some: Vec<Lit> = kinds.iter().map(|var| var.positive()).collect();
            self.solver.add_clause(&some);
        }
    }

    fn every_item_takes_a_colour(&mut self) {
        for (item, taken) in self.items.iter().zip(&self.taken) {
            let some: Vec<Lit> = taken.iter().map(|var| var.positive()).collect();
            self.solver.add_clause(&some);
            for (colour, var) in taken.iter().enumerate() {
                for element in item.ones() {
                    let within = self.within[element][colour].positive();
                    let selected = self.selectors[element].negative();
                    // Only for selected elements, so that others count nowhere.
                    self.solver.add_clause(&[var.negative(), selected, within]);
                }
            }
        }
    }

    /// Counts the sets that have been forbidden for a kind of colour.
    #[must_use]
    pub fn forbidden(&self, kind: usize) -> usize {
        self.forbidden[kind]
    }

    /// Forbids that a set of elements gets one colour of a kind.
    pub fn forbid(&mut self, kind: usize, set: &FixedBitSet) {
        self.forbidden[kind] += 1;
        for (colour, kinds) in self.kinds.iter().enumerate() {
            let not_all = set.ones().map(|element| self.within[element][colour].negative());
            // A colour of another kind is free of the set.
            let clause: Vec<Lit> = not_all.chain([kinds[kind].negative()]).collect();
            self.solver.add_clause(&clause);
        }
    }

    /// The selected elements by colour, in some colouring of all items in which no forbidden set of
    /// selected elements has one colour; `None` where there is none.
    #[must_use]
    pub fn solve(&mut self, selected: &FixedBitSet) -> Option<Vec<FixedBitSet>> {
        let assume = |(element, var): (usize, &Var)| var.literal(!selected.contains(element));
        let assume: Vec<Lit> = self.selectors.iter().enumerate().map(assume).collect();
        if !self.solver.solve(&assume) {
            return None;
        }
        let mut classes = vec![FixedBitSet::with_capacity(self.within.len()); self.kinds.len()];
        for (item, colour) in self.items.iter().zip(self.colours()) {
            classes[colour].extend(item.intersection(selected));
        }
        Some(classes)
    }

    /// The colour of each item in the last colouring.
    fn colours(&self) -> Vec<usize> {
        let colour = |taken: &Vec<Var>| taken.iter().position(|&var| self.solver.is_true(var));
        // An item may have taken several colours; any one of them will do.
        self.taken.iter().map(|taken| colour(taken).unwrap_or(0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(members: &[usize]) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(5);
        set.extend(members.iter().copied());
        set
    }

    /// A ring of five, in which neighbours differ.
    fn ring(colours: usize) -> Colouring {
        let items: Vec<FixedBitSet> = (0..5).map(|i| set(&[i])).collect();
        let mut colouring = Colouring::new(&items, 5, colours, 1);
        (0..5).for_each(|i| colouring.forbid(0, &set(&[i, (i + 1) % 5])));
        colouring
    }

    #[test]
    fn an_odd_ring_takes_three_colours() {
        let all = set(&[0, 1, 2, 3, 4]);
        assert!(ring(2).solve(&all).is_none());
        let classes = ring(3).solve(&all).unwrap();
        assert_eq!(classes.iter().map(|class| class.count_ones(..)).sum::<usize>(), 5);
    }

    #[test]
    fn a_kind_without_forbidden_sets_takes_all() {
        let items: Vec<FixedBitSet> = (0..5).map(|i| set(&[i])).collect();
        let mut colouring = Colouring::new(&items, 5, 1, 2);
        colouring.forbid(0, &set(&[0, 1]));
        assert!(colouring.solve(&set(&[0, 1, 2, 3, 4])).is_some());
        colouring.forbid(1, &set(&[3]));
        assert!(colouring.solve(&set(&[0, 1, 2, 3, 4])).is_none());
        assert!(colouring.solve(&set(&[0, 1, 2])).is_some());
    }

    #[test]
    fn elements_that_are_not_selected_do_not_count() {
        assert!(ring(2).solve(&set(&[0, 1, 2, 3])).is_some());
        assert!(ring(1).solve(&set(&[0, 2])).is_some());
        assert!(ring(1).solve(&set(&[0, 1])).is_none());
    }
}
