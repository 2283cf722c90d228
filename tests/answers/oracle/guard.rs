//! Whether the terms of a cell hold together.

use dynamo_plan::matrix::{Dimension, Term};

use super::universe::{Set, Universe};

/// What is on: features, groups and at most one option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub features: Set,
    pub groups: u32,
    /// The chosen option's number.
    pub option: Option<usize>,
}

impl State {
    /// The state in which exactly these features are on.
    pub fn of(universe: &Universe, features: Set, option: Option<usize>) -> Self {
        State { features, groups: universe.groups_on(features), option }
    }
}

/// Terms that hold together or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    features: Polar,
    groups: Polar,
    options: Polar,
    never: bool,
}

/// Bits that must be on and bits that must be off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Polar {
    on: u32,
    off: u32,
}

impl Polar {
    fn add(&mut self, bit: u32, off: bool) {
        if off { self.off |= bit } else { self.on |= bit }
    }

    fn holds(self, state: u32) -> bool {
        state & self.on == self.on && state & self.off == 0
    }
}

impl Guard {
    pub fn of(terms: &[Term], universe: &Universe, dimension: Option<&Dimension>) -> Self {
        let mut guard = Guard::default();
        for term in terms {
            let (id, off) = (term.id(), term.is_negated());
            let option =
                dimension.and_then(|it| it.options.iter().position(|choice| it.term(choice) == id));
            if let Some(bit) = universe.feature(id) {
                guard.features.add(bit, off);
            } else if let Some(group) = universe.group(id) {
                guard.groups.add(1 << group, off);
            } else if let Some(option) = option {
                guard.options.add(1 << option, off);
            } else {
                guard.never |= !off;
            }
        }
        guard
    }

    pub fn holds(&self, state: State) -> bool {
        let option = state.option.map_or(0, |option| 1 << option);
        !self.never
            && self.features.holds(state.features)
            && self.groups.holds(state.groups)
            && self.options.holds(option)
    }

    /// The feature that must be off, where nothing else must be.
    pub fn only_off(&self) -> Option<Set> {
        let others = self.groups.off | self.options.off;
        (self.features.off.count_ones() == 1 && others == 0).then_some(self.features.off)
    }

    /// The features that must be on.
    pub fn features_on(&self) -> Set {
        self.features.on
    }
}
