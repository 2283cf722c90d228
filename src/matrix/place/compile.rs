//! A backend's cells in, a [`Place`] out: each cell where it is found fast, and what is missing
//! named.

use std::collections::HashSet;
use std::sync::Arc;

use super::{
    Atom, Backend, Catalog, Cell, CellRef, Compiled, Conditional, Configuration, ExtraCell,
    Literal, Matrix, Place, PlacedChoice, Term, triangle,
};

impl<'m> Place<'m> {
    /// Compiles one backend of a matrix that the catalog was made from.
    #[must_use]
    pub fn new(catalog: &'m Catalog, matrix: &'m Matrix, backend: &'m Backend) -> Self {
        let mut place = Self::empty(catalog, matrix, backend);
        let mut variant_pairs = HashSet::new();
        let (mut last, mut literals) = ([0; 2], Vec::new());
        for (index, cell) in backend.cells.iter().enumerate() {
            if place.read_literals(&cell.terms, &mut last, &mut literals) {
                place.insert(&literals, CellRef::Given(index), &mut variant_pairs);
            }
        }
        place.name_missing_variant_pairs(&variant_pairs);
        place.name_missing_choices();
        place
    }

    /// The same place again, from what was compiled of it.
    #[must_use]
    pub fn of(
        catalog: &'m Catalog,
        matrix: &'m Matrix,
        backend: &'m Backend,
        compiled: Arc<Compiled>,
    ) -> Self {
        Place { catalog, matrix, backend, compiled }
    }

    /// What was compiled of the place.
    #[must_use]
    pub fn compiled(&self) -> Arc<Compiled> {
        Arc::clone(&self.compiled)
    }

    /// What is compiled, to change it. Places that share it keep theirs.
    fn compile(&mut self) -> &mut Compiled {
        Arc::make_mut(&mut self.compiled)
    }

    fn empty(catalog: &'m Catalog, matrix: &'m Matrix, backend: &'m Backend) -> Self {
        let (slots, slot_of) = slots(catalog);
        let (mut listed, mut last) = (catalog.no_features(), 0);
        for feature in &matrix.features {
            if let Some(Atom::Feature(f)) = catalog.atom_near(&feature.id, &mut last) {
                listed.insert(f);
            }
        }
        let pairs = (0..slots.len())
            .flat_map(|i| (0..i).map(move |j| (j, i)))
            .map(|(j, i)| Some(CellRef::NoPair(slots[j], slots[i])))
            .collect();
        let features = (0..catalog.features().len()).map(CellRef::NoFeature).collect();
        let compiled = Compiled {
            slot_of,
            slots,
            features,
            pairs,
            conditionals: Vec::new(),
            when: None,
            choices: Vec::new(),
            extra: Vec::new(),
            listed,
            refusals: Default::default(),
        };
        let mut place = Place { catalog, matrix, backend, compiled: Arc::new(compiled) };
        place.place_dimension();
        place
    }

    fn place_dimension(&mut self) {
        let Some(dimension) = &self.matrix.dimension else { return };
        self.compile().when = self.catalog.atom(&dimension.when);
        for option in &dimension.options {
            let requires = self.literals(&option.requires).unwrap_or_default();
            self.compile()
                .choices
                .push(PlacedChoice { requires, roles: usize::from(option.roles) });
        }
    }

    /// The literals of some terms, or `None` where a term can never hold. A negated term that
    /// always holds is left out.
    fn literals(&self, terms: &[Term]) -> Option<Vec<Literal>> {
        let mut literals = Vec::with_capacity(terms.len());
        self.read_literals(terms, &mut [0; 2], &mut literals).then_some(literals)
    }

    /// Replaces `literals` by those of some terms; `false` where a term can never hold. Quick for
    /// cells in listing order: `last` holds what was found last at the first and at other positions.
    fn read_literals(
        &self,
        terms: &[Term],
        last: &mut [usize; 2],
        literals: &mut Vec<Literal>,
    ) -> bool {
        literals.clear();
        terms.iter().enumerate().all(|(position, term)| {
            let known = self.catalog.atom_near(term.id(), &mut last[position.min(1)]);
            let atom = known.or_else(|| self.choice_atom(term.id()));
            let negated = term.is_negated();
            literals.extend(atom.map(|atom| Literal { atom, negated }));
            atom.is_some() || negated
        })
    }

    /// The atom of an option of this place, by its term.
    fn choice_atom(&self, id: &str) -> Option<Atom> {
        let (dimension, option) = id.split_once('=')?;
        let known = self.matrix.dimension.as_ref().is_some_and(|d| d.id == dimension);
        known.then(|| self.choice(option)).flatten().map(Atom::Choice)
    }

    /// Puts a cell where it is found: with its feature, with its pair of slots, or with the rest.
    fn insert(
        &mut self,
        literals: &[Literal],
        cell: CellRef,
        variant_pairs: &mut HashSet<(usize, usize)>,
    ) {
        match *literals {
            [Literal { atom: Atom::Feature(feature), negated: false }] => {
                self.compile().features[feature] = cell;
                return;
            }
            [Literal { atom: a, negated: false }, Literal { atom: b, negated: false }] => {
                if let (Some(a), Some(b)) = (self.whole_slot(a), self.whole_slot(b))
                    && a != b
                {
                    self.compile().pairs[triangle(a, b)] = Some(cell);
                    return;
                }
                if let (Atom::Feature(a), Atom::Feature(b)) = (a, b) {
                    variant_pairs.insert((a.min(b), a.max(b)));
                }
            }
            _ => {}
        }
        let literals = literals.to_vec();
        self.compile().conditionals.push(Conditional { literals, cell });
    }

    /// The slot that an atom fills alone: a variant only shares one.
    fn whole_slot(&self, atom: Atom) -> Option<usize> {
        match atom {
            Atom::Feature(f) if self.catalog.group_of(f).is_none() => {
                Some(self.compiled.slot_of[f])
            }
            Atom::Group(_) => self.compiled.slots.iter().position(|&slot| slot == atom),
            _ => None,
        }
    }

    /// Where a table names variants instead of their group, each variant without a cell lacks one
    /// of its own and the group lacks none.
    fn name_missing_variant_pairs(&mut self, variant_pairs: &HashSet<(usize, usize)>) {
        let mut tables: Vec<(usize, usize)> = variant_pairs
            .iter()
            .map(|&(a, b)| (self.compiled.slot_of[a], self.compiled.slot_of[b]))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|(a, b)| a != b)
            .collect();
        tables.sort_unstable();
        tables.dedup();
        for (a, b) in tables {
            if !matches!(self.compiled.pairs[triangle(a, b)], Some(CellRef::NoPair(..))) {
                continue;
            }
            self.compile().pairs[triangle(a, b)] = None;
            let (left, right) = (self.compiled.slots[a], self.compiled.slots[b]);
            for f in self.catalog.features_of(left).ones() {
                for g in self.catalog.features_of(right).ones() {
                    if !variant_pairs.contains(&(f.min(g), f.max(g))) {
                        self.push_missing_pair(f, g);
                    }
                }
            }
        }
    }

    fn push_missing_pair(&mut self, f: usize, g: usize) {
        let [f, g] = [f, g].map(Atom::Feature);
        let literals = [f, g].map(|atom| Literal { atom, negated: false }).to_vec();
        self.compile().conditionals.push(Conditional { literals, cell: CellRef::NoPair(f, g) });
    }

    /// An option that no cell speaks of is undocumented.
    fn name_missing_choices(&mut self) {
        let Some(when) = self.compiled.when else { return };
        for choice in 0..self.compiled.choices.len() {
            let literals: Vec<Literal> =
                [when, Atom::Choice(choice)].map(|atom| Literal { atom, negated: false }).to_vec();
            let known = self.compiled.conditionals.iter().any(|c| {
                c.literals.len() == 2 && literals.iter().all(|literal| c.literals.contains(literal))
            });
            if !known {
                let cell = CellRef::NoChoice(choice);
                self.compile().conditionals.push(Conditional { literals, cell });
            }
        }
    }

    /// Adds a rule's cell, unless its terms can never hold here.
    pub fn add_rule(&mut self, cell: Cell) {
        if let Some(literals) = self.literals(&cell.terms) {
            self.add(ExtraCell { cell, literals, platform: false });
        }
    }

    /// Adds a cell that counts beside those of the matrix.
    pub fn add(&mut self, extra: ExtraCell) {
        let cell = CellRef::Extra(self.compiled.extra.len());
        let compiled = self.compile();
        compiled.refusals = Default::default();
        compiled.conditionals.push(Conditional { literals: extra.literals.clone(), cell });
        compiled.extra.push(extra);
    }

    /// Whether terms all hold in a configuration of this place.
    #[must_use]
    pub fn terms_hold(&self, terms: &[Term], on: &Configuration) -> bool {
        let literals = self.literals(terms);
        literals.is_some_and(|literals| literals.iter().all(|&literal| self.holds(literal, on)))
    }
}

/// Groups and the features of no group, in the order of the features, and the slot of each feature.
fn slots(catalog: &Catalog) -> (Vec<Atom>, Vec<usize>) {
    let mut slots = Vec::new();
    let mut slot_of = Vec::with_capacity(catalog.features().len());
    for feature in 0..catalog.features().len() {
        let atom = catalog.group_of(feature).map_or(Atom::Feature(feature), Atom::Group);
        let known = matches!(atom, Atom::Group(_))
            .then(|| slots.iter().position(|&slot| slot == atom))
            .flatten();
        slot_of.push(known.unwrap_or_else(|| {
            slots.push(atom);
            slots.len() - 1
        }));
    }
    (slots, slot_of)
}
