//! Whether terms can be had at a target, by a search over the cells: for matrices with too many
//! features to list their subsets.

use dynamo_plan::matrix::{Backend, Cell, Dimension, Level, Matrix, Term};

use super::missing::missing_cells;
use super::universe::Names;

/// A backend, ready to be searched at one accept level.
pub struct Probe {
    /// The ids of the features, then of the groups, then of the options.
    atoms: Vec<String>,
    groups: Vec<Group>,
    choice: Option<Choice>,
    /// The cells that a plan must not touch.
    rejected: Vec<Terms>,
}

/// A group's atom and its variants.
struct Group {
    atom: usize,
    variants: Vec<usize>,
}

/// The dimension: the atom that it waits for, and its options with what they mean.
struct Choice {
    when: usize,
    options: Vec<(usize, Terms)>,
}

/// Atoms that must be on and atoms that must be off.
struct Terms {
    on: Vec<usize>,
    off: Vec<usize>,
}

/// What is on so far, and what must stay off.
#[derive(Clone)]
struct State {
    on: Vec<bool>,
    barred: Vec<bool>,
    chosen: bool,
}

impl Probe {
    pub fn new(matrix: &Matrix, backend: &Backend, accept: Level) -> Self {
        let names = Names::of(&[matrix]);
        let mut atoms: Vec<String> = names.features.keys().chain(&names.groups).cloned().collect();
        let options =
            |it: &Dimension| it.options.iter().map(|option| it.term(option)).collect::<Vec<_>>();
        atoms.extend(matrix.dimension.as_ref().map(options).unwrap_or_default());
        let mut probe = Probe { atoms, groups: Vec::new(), choice: None, rejected: Vec::new() };
        probe.groups = names.groups.iter().map(|id| probe.group(&names, id)).collect();
        probe.choice = matrix.dimension.as_ref().map(|dimension| probe.choice(dimension));
        let missing = missing_cells(&names, matrix, backend);
        let rejected = |cell: &&Cell| cell.level > accept;
        probe.rejected = backend
            .cells
            .iter()
            .chain(&missing)
            .filter(rejected)
            .map(|cell| probe.terms(&cell.terms))
            .collect();
        probe
    }

    /// Whether a valid configuration meets these needs, avoids and pattern.
    pub fn can(&self, terms: &[Term]) -> bool {
        let asked = self.terms(terms);
        let mut state = self.nothing();
        for atom in asked.off {
            self.members(atom).into_iter().for_each(|feature| state.barred[feature] = true);
        }
        let options = self.choice.iter().flat_map(|choice| &choice.options);
        let wanted: Vec<usize> =
            options.map(|(atom, _)| *atom).filter(|atom| asked.on.contains(atom)).collect();
        let needs: Vec<usize> =
            asked.on.into_iter().filter(|atom| !wanted.contains(atom)).collect();
        self.extend(&state, &needs, wanted.first().copied())
    }

    /// Whether this configuration is valid.
    pub fn is_valid(&self, features: &[String], pattern: Option<&str>) -> bool {
        let mut state = self.nothing();
        for feature in features {
            state = self.with(state, self.atom(feature).unwrap());
        }
        let applies = self.choice.as_ref().is_some_and(|choice| state.on[choice.when]);
        let option = pattern.and_then(|id| self.atom(&format!("pattern={id}")));
        if let Some(option) = option {
            let means = &self.choice.as_ref().unwrap().options.iter().find(|it| it.0 == option);
            if !state.meets(&means.unwrap().1) {
                return false;
            }
            state.on[option] = true;
        }
        applies == option.is_some() && !self.rejected.iter().any(|terms| state.meets(terms))
    }

    /// Whether some larger valid configuration meets the needs.
    fn extend(&self, state: &State, needs: &[usize], wanted: Option<usize>) -> bool {
        if let Some(unmet) = needs.iter().find(|need| !state.on[**need]) {
            let features = self.members(*unmet).into_iter();
            return self.with_one_of(state, features, needs, wanted);
        }
        let open = self.choice.as_ref().filter(|it| state.on[it.when] && !state.chosen);
        if let Some(choice) = open {
            let options =
                choice.options.iter().filter(|(atom, _)| wanted.is_none_or(|it| it == *atom));
            return options
                .filter_map(|(atom, means)| self.choose(state, *atom, means))
                .any(|state| self.extend(&state, needs, wanted));
        }
        match self.rejected.iter().find(|terms| state.meets(terms)) {
            None => true,
            Some(terms) => {
                let features = terms.off.iter().flat_map(|&atom| self.turning_on(state, atom));
                self.with_one_of(state, features, needs, wanted)
            }
        }
    }

    fn with_one_of(
        &self,
        state: &State,
        mut features: impl Iterator<Item = usize>,
        needs: &[usize],
        wanted: Option<usize>,
    ) -> bool {
        features.any(|feature| {
            !state.barred[feature] && self.extend(&self.with(state.clone(), feature), needs, wanted)
        })
    }

    /// The features of which one must be added for an atom to be on.
    fn turning_on(&self, state: &State, atom: usize) -> Vec<usize> {
        match &self.choice {
            Some(choice) if choice.options.iter().any(|(option, _)| *option == atom) => {
                if state.chosen { Vec::new() } else { self.members(choice.when) }
            }
            _ => self.members(atom),
        }
    }

    /// The state with an option chosen and what it means; none where that cannot be.
    fn choose(&self, state: &State, option: usize, means: &Terms) -> Option<State> {
        let possible = !means.on.iter().any(|&it| state.barred[it])
            && !means.off.iter().any(|&it| state.on[it]);
        possible.then(|| {
            let mut state = state.clone();
            state.chosen = true;
            state.on[option] = true;
            means.off.iter().for_each(|&feature| state.barred[feature] = true);
            means.on.iter().fold(state, |state, &feature| self.with(state, feature))
        })
    }

    /// The state with a feature and its group on.
    fn with(&self, mut state: State, feature: usize) -> State {
        state.on[feature] = true;
        for group in self.groups.iter().filter(|group| group.variants.contains(&feature)) {
            state.on[group.atom] = true;
        }
        state
    }

    /// The feature itself, or the variants of the group.
    fn members(&self, atom: usize) -> Vec<usize> {
        let group = self.groups.iter().find(|group| group.atom == atom);
        group.map_or(vec![atom], |group| group.variants.clone())
    }

    fn nothing(&self) -> State {
        let off = vec![false; self.atoms.len()];
        State { on: off.clone(), barred: off, chosen: false }
    }

    fn atom(&self, id: &str) -> Option<usize> {
        self.atoms.iter().position(|atom| atom == id)
    }

    fn group(&self, names: &Names, id: &str) -> Group {
        let variants = names.variants(id).filter_map(|variant| self.atom(variant)).collect();
        Group { atom: self.atom(id).unwrap(), variants }
    }

    fn choice(&self, dimension: &Dimension) -> Choice {
        let option = |it| (self.atom(&dimension.term(it)).unwrap(), self.terms(&it.requires));
        let options = dimension.options.iter().map(option).collect();
        Choice { when: self.atom(&dimension.when).unwrap(), options }
    }

    fn terms(&self, terms: &[Term]) -> Terms {
        let atoms = |negated| {
            let terms = terms.iter().filter(move |term| term.is_negated() == negated);
            terms.filter_map(|term| self.atom(term.id())).collect()
        };
        Terms { on: atoms(false), off: atoms(true) }
    }
}

impl State {
    fn meets(&self, terms: &Terms) -> bool {
        terms.on.iter().all(|&atom| self.on[atom]) && !terms.off.iter().any(|&atom| self.on[atom])
    }
}
