//! A backend's cells in, a [`Target`] out: each cell where it is found fast, and what is missing
//! named.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::layout::literals;
use super::{
    Atom, Catalog, CellIndex, CellOrigin, CellRef, Conditional, Configuration, ExtraCell, FactRule,
    Literal, MatrixLayout, PairCells, ShownCells, Target,
};
use crate::matrix::{Backend, Cell, Matrix, Rule, Term};

impl<'m> Target<'m> {
    /// Compiles one backend of a matrix that the catalog was made from.
    #[must_use]
    pub fn new(catalog: &'m Catalog, matrix: &'m Matrix, backend: &'m Backend) -> Self {
        Self::with_layout(catalog, matrix, backend, &Arc::new(MatrixLayout::new(catalog, matrix)))
    }

    /// Compiles one backend of a matrix whose layout is known.
    #[must_use]
    pub fn with_layout(
        catalog: &'m Catalog,
        matrix: &'m Matrix,
        backend: &'m Backend,
        layout: &Arc<MatrixLayout>,
    ) -> Self {
        let pairs = backend.cells.iter().filter(|cell| cell.terms.len() == 2).count();
        let mut index = CellIndex::empty(Arc::clone(layout), catalog, pairs);
        index.given_shown = ShownCells::of(backend.cells.len());
        let mut variant_pairs = HashSet::new();
        for (position, cell) in backend.cells.iter().enumerate() {
            if let Some(literals) = literals(catalog, matrix, &cell.terms) {
                index.insert(catalog, literals, CellRef::Given(position), &mut variant_pairs);
            }
        }
        index.name_missing_variant_pairs(catalog, &variant_pairs);
        index.name_missing_choices();
        Target { catalog, matrix, backend, index: Arc::new(index) }
    }

    /// The target of a cell index that is known already.
    #[must_use]
    pub fn of(
        catalog: &'m Catalog,
        matrix: &'m Matrix,
        backend: &'m Backend,
        index: Arc<CellIndex>,
    ) -> Self {
        Target { catalog, matrix, backend, index }
    }

    /// The cell index of the target, to share it with the same target.
    #[must_use]
    pub fn index(&self) -> Arc<CellIndex> {
        Arc::clone(&self.index)
    }

    /// The cell index, to change it. Targets that share it keep theirs.
    fn index_mut(&mut self) -> &mut CellIndex {
        Arc::make_mut(&mut self.index)
    }

    /// Adds a rule of a set, unless its terms can never hold here. With the cell of exactly its terms
    /// it becomes one cell, at the worse of the two levels. `facts` are the terms of the facts that are
    /// asked for, in the order of their numbers.
    pub fn add_rule(&mut self, set: &str, rule: &Rule, facts: &[Term]) {
        let Some(literals) = self.literals(&rule.terms, facts) else { return };
        let known = self.index.cell_of(self.catalog, &literals, |cell| {
            !self.is_platform(cell) && self.cell(cell).terms == rule.terms
        });
        let merged = self.merged(set, rule, known.map(|(cell, _)| cell));
        let new = CellRef::Extra(self.index.extra.len());
        let index = self.index_mut();
        index.rejected_bits = Default::default();
        index.extra.push(ExtraCell { literals: literals.clone(), ..merged });
        match known {
            Some((_, CellPlace::Feature(feature))) => index.features[feature] = new,
            Some((_, CellPlace::Pair(a, b))) => index.pairs.set(a, b, new),
            Some((_, CellPlace::Conditional(at))) => index.conditionals[at].cell = new,
            None => index.conditionals.push(Conditional { literals, cell: new }),
        }
    }

    /// Keeps a rule for requests that state its facts, unless its other terms can never hold here.
    pub fn add_fact_rule(&mut self, set: &str, rule: &Rule) {
        let others: Vec<Term> =
            rule.terms.iter().filter(|term| term.fact().is_none()).cloned().collect();
        if let Some(literals) = literals(self.catalog, self.matrix, &others) {
            let kept = FactRule { set: set.to_owned(), rule: rule.clone(), literals };
            Arc::make_mut(&mut self.index_mut().fact_rules).push(kept);
        }
    }

    /// A rule and the cell of its terms as one cell; a rule alone where none is known or the matrix
    /// lacks it.
    fn merged(&self, set: &str, rule: &Rule, known: Option<CellRef>) -> ExtraCell {
        let (mut cell, first, stated) = match known {
            Some(CellRef::Given(i)) => {
                let cell = self.backend.cells[i].clone();
                let stated = Some(cell.level);
                (cell, None, stated)
            }
            Some(CellRef::Extra(i)) => match self.index.extra[i].clone() {
                ExtraCell { cell, origin: CellOrigin::Rules { rule, stated }, .. } => {
                    (cell, rule, stated)
                }
                ExtraCell { cell, .. } => (cell, None, None),
            },
            _ => (self.cell_of_rule(rule), Some(rule.id.clone()), None),
        };
        let is_first_caveat = rule.caveat && !cell.caveat && first.is_none();
        let sets = rule.level > cell.level || is_first_caveat;
        let origin = CellOrigin::Rules { rule: sets.then(|| rule.id.clone()).or(first), stated };
        cell.level = cell.level.max(rule.level);
        cell.caveat |= rule.caveat;
        cell.notes.push(rule.note(set));
        ExtraCell::new(cell, Vec::new(), origin)
    }

    /// A rule's cell without its note.
    fn cell_of_rule(&self, rule: &Rule) -> Cell {
        let source = rule.sources.first().cloned().unwrap_or_default();
        Cell::new(rule.terms.iter().cloned(), rule.level, source)
    }

    /// The literals of terms, among them facts that are asked for; `None` where a term never holds.
    fn literals(&self, terms: &[Term], facts: &[Term]) -> Option<Vec<Literal>> {
        let (stated, others): (Vec<Term>, Vec<Term>) =
            terms.iter().cloned().partition(|term| term.fact().is_some());
        let mut all = literals(self.catalog, self.matrix, &others)?;
        for term in stated {
            let fact = facts.iter().position(|fact| *fact == term)?;
            all.push(Literal { atom: Atom::Fact(fact), negated: false });
        }
        Some(all)
    }

    /// Adds a cell that counts beside those of the matrix.
    pub fn add(&mut self, extra: ExtraCell) {
        let cell = CellRef::Extra(self.index.extra.len());
        let index = self.index_mut();
        // The new cell may be a blocking one, of which the bits of the others know nothing.
        index.rejected_bits = Default::default();
        index.conditionals.push(Conditional { literals: extra.literals.clone(), cell });
        index.extra.push(extra);
    }

    /// Whether terms all hold in a configuration of this target.
    #[must_use]
    pub fn terms_hold(&self, terms: &[Term], on: &Configuration) -> bool {
        literals(self.catalog, self.matrix, terms)
            .is_some_and(|literals| literals.iter().all(|&literal| self.holds(literal, on)))
    }
}

impl ExtraCell {
    /// A cell that counts where some literals all hold.
    #[must_use]
    pub fn new(cell: Cell, literals: Vec<Literal>, origin: CellOrigin) -> Self {
        ExtraCell { cell, literals, origin, shown: OnceLock::new() }
    }
}

/// Where a cell index holds a cell.
#[derive(Clone, Copy)]
enum CellPlace {
    /// With its feature.
    Feature(usize),
    /// With its two slots.
    Pair(usize, usize),
    /// Among the conditional cells.
    Conditional(usize),
}

impl CellIndex {
    /// Before any cell is known: every one is missing. So many will be of pairs.
    fn empty(layout: Arc<MatrixLayout>, catalog: &Catalog, pairs: usize) -> Self {
        CellIndex {
            features: (0..catalog.features().len()).map(CellRef::NoFeature).collect(),
            pairs: PairCells::missing(layout.slots.len(), pairs),
            conditionals: Vec::new(),
            extra: Vec::new(),
            fact_rules: Arc::default(),
            given_shown: ShownCells::default(),
            rejected_bits: Default::default(),
            layout,
        }
    }

    /// The cell of some literals that passes a test: that of a feature, of a pair, or another one.
    fn cell_of(
        &self,
        catalog: &Catalog,
        literals: &[Literal],
        is_it: impl Fn(CellRef) -> bool,
    ) -> Option<(CellRef, CellPlace)> {
        let own = match *literals {
            [Literal { atom: Atom::Feature(feature), negated: false }] => {
                Some((self.features[feature], CellPlace::Feature(feature)))
            }
            [Literal { atom: a, negated: false }, Literal { atom: b, negated: false }] => {
                match (self.whole_slot(catalog, a), self.whole_slot(catalog, b)) {
                    (Some(a), Some(b)) if a != b => {
                        let cell = self.pairs.get(&self.layout.slots, a, b);
                        cell.map(|cell| (cell, CellPlace::Pair(a, b)))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let others = self.conditionals.iter().enumerate();
        let others = others.map(|(at, it)| (it.cell, CellPlace::Conditional(at)));
        own.into_iter().chain(others).find(|&(cell, _)| is_it(cell))
    }

    /// Puts a cell where it is found: with its feature, with its pair of slots, or with the rest.
    fn insert(
        &mut self,
        catalog: &Catalog,
        literals: Vec<Literal>,
        cell: CellRef,
        variant_pairs: &mut HashSet<(usize, usize)>,
    ) {
        match literals[..] {
            [Literal { atom: Atom::Feature(feature), negated: false }] => {
                self.features[feature] = cell;
                return;
            }
            [Literal { atom: a, negated: false }, Literal { atom: b, negated: false }] => {
                if let (Some(a), Some(b)) =
                    (self.whole_slot(catalog, a), self.whole_slot(catalog, b))
                    && a != b
                {
                    self.pairs.set(a, b, cell);
                    return;
                }
                if let (Atom::Feature(a), Atom::Feature(b)) = (a, b) {
                    // The smaller first, so that the pair is found in either order of its terms.
                    variant_pairs.insert((a.min(b), a.max(b)));
                }
            }
            _ => {}
        }
        self.conditionals.push(Conditional { literals, cell });
    }

    /// The slot that an atom fills alone: a variant only shares one.
    fn whole_slot(&self, catalog: &Catalog, atom: Atom) -> Option<usize> {
        match atom {
            Atom::Feature(f) if catalog.group_of(f).is_none() => Some(self.layout.slot_of[f]),
            Atom::Group(_) => self.layout.slots.iter().position(|&slot| slot == atom),
            _ => None,
        }
    }

    /// Where a table names variants instead of their group, each variant without a cell lacks one
    /// of its own and the group lacks none.
    fn name_missing_variant_pairs(
        &mut self,
        catalog: &Catalog,
        variant_pairs: &HashSet<(usize, usize)>,
    ) {
        let mut tables: Vec<(usize, usize)> = variant_pairs
            .iter()
            .map(|&(a, b)| (self.layout.slot_of[a], self.layout.slot_of[b]))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .filter(|(a, b)| a != b)
            .collect();
        tables.sort_unstable();
        tables.dedup();
        for (a, b) in tables {
            // A cell of the two slots themselves speaks for all of their variants.
            let slots = &self.layout.slots;
            if !matches!(self.pairs.get(slots, a, b), Some(CellRef::NoPair(..))) {
                continue;
            }
            let (left, right) = (slots[a], slots[b]);
            self.pairs.leave_to_variants(a, b);
            for f in catalog.features_of(left).ones() {
                for g in catalog.features_of(right).ones() {
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
        self.conditionals.push(Conditional { literals, cell: CellRef::NoPair(f, g) });
    }

    /// An option that no cell speaks of is undocumented.
    fn name_missing_choices(&mut self) {
        let Some(when) = self.layout.when else { return };
        for choice in 0..self.layout.choices.len() {
            let literals: Vec<Literal> =
                [when, Atom::Choice(choice)].map(|atom| Literal { atom, negated: false }).to_vec();
            // A cell of more terms than these says nothing of the option as such.
            let known = self.conditionals.iter().any(|c| {
                c.literals.len() == 2 && literals.iter().all(|literal| c.literals.contains(literal))
            });
            if !known {
                let cell = CellRef::NoChoice(choice);
                self.conditionals.push(Conditional { literals, cell });
            }
        }
    }
}
