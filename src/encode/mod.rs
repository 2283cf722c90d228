//! A target and a scope of features in, a formula out that says what is valid there.
//!
//! There is a variable for each backend, for each feature, group, option and platform fact, and one
//! *selector* for each level that a cell can rest on. A cell becomes one clause: not all of its
//! terms hold, or its level is accepted. A query is asked by assuming literals: what must be on
//! or off, and which levels are accepted; no clause depends on it. Each clause remembers its
//! [`Cause`]. This module knows of no solver.

mod cnf;
mod scope;

use std::collections::HashMap;

use fixedbitset::FixedBitSet;

use crate::matrix::Level;
use crate::target::{Atom, Catalog, CellRef, Configuration, Literal, Target};

pub use cnf::{Cause, Clause, Cnf, Lit, Meaning, Var};
pub use scope::Scope;

/// The formula of a target, or of several, and which variable stands for what.
#[derive(Clone, Debug)]
pub struct Encoding {
    cnf: Cnf,
    /// One for each target.
    backends: Vec<Var>,
    features: Vec<Option<Var>>,
    groups: Vec<Option<Var>>,
    choices: Vec<Var>,
    patterns: Vec<Var>,
    facts: HashMap<usize, Var>,
    levels: Vec<(Level, Var)>,
}

impl Encoding {
    /// Encodes what is valid at a target, where only the scope's features can be on.
    #[must_use]
    pub fn new(target: &Target<'_>, scope: &Scope) -> Self {
        let has_options = scope.has_options(target);
        let options = if has_options { target.choices().len() } else { 0 };
        let mut encoding = Self::variables(target.catalog(), 1, options, scope);
        encoding.some_backend();
        encoding.groups(target.catalog(), scope);
        if has_options {
            encoding.dimension(target);
        }
        let backend = encoding.backends[0];
        encoding.feature_cells(backend, target, scope);
        encoding.pair_cells(backend, target, scope);
        encoding.conditional_cells(backend, target, scope);
        encoding.accepting_a_level_accepts_better_ones();
        encoding
    }

    /// Encodes what some of several targets may allow: features with their own cells and pairs, and
    /// nothing else, as in [`Scope::alone`]. So what fails here fails at every target.
    #[must_use]
    pub fn somewhere(catalog: &Catalog, targets: &[&Target<'_>], features: FixedBitSet) -> Self {
        let scope = Scope::alone(features);
        let mut encoding = Self::variables(catalog, targets.len(), 0, &scope);
        encoding.some_backend();
        encoding.groups(catalog, &scope);
        for (position, target) in targets.iter().enumerate() {
            let backend = encoding.backends[position];
            encoding.feature_cells(backend, target, &scope);
            encoding.pair_cells(backend, target, &scope);
        }
        encoding.accepting_a_level_accepts_better_ones();
        encoding
    }

    fn variables(catalog: &Catalog, backends: usize, options: usize, scope: &Scope) -> Self {
        let mut cnf = Cnf::default();
        let backends = (0..backends).map(|b| cnf.variable(Meaning::Backend(b))).collect();
        let features = (0..catalog.features().len())
            .map(|f| {
                scope.features().contains(f).then(|| cnf.variable(Meaning::Atom(Atom::Feature(f))))
            })
            .collect();
        let groups = (0..catalog.groups().len())
            .map(|g| {
                let live = !catalog.variants(g).is_disjoint(scope.features());
                live.then(|| cnf.variable(Meaning::Atom(Atom::Group(g))))
            })
            .collect();
        let choices = (0..options).map(|c| cnf.variable(Meaning::Atom(Atom::Choice(c)))).collect();
        let patterns = (0..options).map(|c| cnf.variable(Meaning::Pattern(c))).collect();
        let (facts, levels) = (HashMap::new(), Vec::new());
        Encoding { cnf, backends, features, groups, choices, patterns, facts, levels }
    }

    /// The formula.
    #[must_use]
    pub fn cnf(&self) -> &Cnf {
        &self.cnf
    }

    /// The variable of an atom; `None` where it cannot be on.
    #[must_use]
    pub fn var(&self, atom: Atom) -> Option<Var> {
        match atom {
            Atom::Feature(i) => self.features.get(i).copied().flatten(),
            Atom::Group(i) => self.groups.get(i).copied().flatten(),
            Atom::Choice(i) => self.choices.get(i).copied(),
            Atom::Fact(i) => self.facts.get(&i).copied(),
        }
    }

    /// The selector that asks for an option where the dimension applies; `None` where it never
    /// does.
    #[must_use]
    pub fn pattern(&self, choice: usize) -> Option<Lit> {
        self.patterns.get(choice).map(|var| var.positive())
    }

    /// The literals to assume so that exactly the levels up to `accept` are accepted.
    #[must_use]
    pub fn accepting(&self, accept: Level) -> Vec<Lit> {
        self.levels.iter().map(|&(level, var)| var.literal(level > accept)).collect()
    }

    /// The features that have a variable.
    pub fn features(&self) -> impl Iterator<Item = (usize, Var)> + '_ {
        self.features.iter().enumerate().filter_map(|(f, var)| var.map(|var| (f, var)))
    }

    /// Reads a configuration off a model.
    pub fn configuration(&self, is_true: impl Fn(Var) -> bool) -> Configuration {
        let mut features = FixedBitSet::with_capacity(self.features.len());
        features.extend(self.features().filter(|&(_, var)| is_true(var)).map(|(f, _)| f));
        let choice = self.choices.iter().position(|&var| is_true(var));
        let mut facts = FixedBitSet::new();
        for (&fact, &var) in &self.facts {
            facts.grow_and_insert(fact);
            facts.set(fact, is_true(var));
        }
        Configuration { features, choice, facts }
    }

    fn accepting_a_level_accepts_better_ones(&mut self) {
        self.levels.sort();
        // Neighbours are enough: each better level follows from the one before it.
        for pair in self.levels.windows(2) {
            let clause = [pair[1].1.negative(), pair[0].1.positive()];
            self.cnf.add(Cause::Levels, clause);
        }
    }

    /// A backend is deployed.
    fn some_backend(&mut self) {
        let some_backend: Vec<Lit> = self.backends.iter().map(|var| var.positive()).collect();
        self.cnf.add(Cause::Backend, some_backend);
    }

    fn groups(&mut self, catalog: &Catalog, scope: &Scope) {
        for (g, group) in self.groups.iter().enumerate() {
            let Some(group) = group else { continue };
            let mut some_variant = vec![group.negative()];
            for variant in catalog.variants(g).intersection(scope.features()) {
                let Some(variant) = self.features[variant] else { continue };
                self.cnf.add(Cause::Group(g), [variant.negative(), group.positive()]);
                some_variant.push(variant.positive());
            }
            self.cnf.add(Cause::Group(g), some_variant);
        }
    }

    /// Exactly one option is chosen while the dimension applies, none else, with what it requires.
    fn dimension(&mut self, target: &Target<'_>) {
        let Some(when) = target.when().and_then(|when| self.var(when)) else { return };
        let some_option = self.choices.iter().map(|var| var.positive());
        let some_option: Vec<Lit> = std::iter::once(when.negative()).chain(some_option).collect();
        self.cnf.add(Cause::Dimension, some_option);
        for (i, option) in self.choices.iter().enumerate() {
            self.cnf.add(Cause::Dimension, [option.negative(), when.positive()]);
            for other in &self.choices[..i] {
                self.cnf.add(Cause::Dimension, [option.negative(), other.negative()]);
            }
        }
        for (i, choice) in target.choices().iter().enumerate() {
            for &literal in &choice.requires {
                let mut clause = vec![self.choices[i].negative()];
                if self.push_literal(literal, &mut clause) {
                    self.cnf.add(Cause::Choice(i), clause);
                }
            }
            let (pattern, option) = (self.patterns[i].negative(), self.choices[i].positive());
            self.cnf.add(Cause::Pattern(i), [pattern, when.negative(), option]);
        }
    }

    /// Adds a literal to a clause; `false` where it always holds, nothing where it never does.
    fn push_literal(&self, literal: Literal, clause: &mut Vec<Lit>) -> bool {
        match self.var(literal.atom) {
            Some(var) => {
                clause.push(var.literal(literal.negated));
                true
            }
            None => !literal.negated,
        }
    }

    fn feature_cells(&mut self, backend: Var, target: &Target<'_>, scope: &Scope) {
        for feature in scope.features().ones() {
            let term = Literal { atom: Atom::Feature(feature), negated: false };
            self.cell(backend, target, target.feature_cell(feature), &[term]);
        }
    }

    fn pair_cells(&mut self, backend: Var, target: &Target<'_>, scope: &Scope) {
        let slots = target.slots_on(scope.features());
        for (i, &a) in slots.iter().enumerate() {
            for &b in &slots[..i] {
                let Some(cell) = target.pair_cell(a, b) else { continue };
                let terms = [a, b].map(|slot| target.slots()[slot]);
                self.cell(
                    backend,
                    target,
                    cell,
                    &terms.map(|atom| Literal { atom, negated: false }),
                );
            }
        }
    }

    fn conditional_cells(&mut self, backend: Var, target: &Target<'_>, scope: &Scope) {
        for &conditional in scope.conditionals() {
            let conditional = &target.conditionals()[conditional];
            self.cell(backend, target, conditional.cell, &conditional.literals);
        }
    }

    /// One clause for one cell: one of its terms fails, or its level is accepted.
    fn cell(&mut self, backend: Var, target: &Target<'_>, cell: CellRef, terms: &[Literal]) {
        let level = target.level(cell);
        // Such a cell is accepted at every level, so that its clause would always hold.
        if level == Level::Supported {
            return;
        }
        let mut clause = vec![backend.negative()];
        for &term in terms {
            if let Atom::Fact(fact) = term.atom {
                let cnf = &mut self.cnf;
                self.facts
                    .entry(fact)
                    .or_insert_with(|| cnf.variable(Meaning::Atom(Atom::Fact(fact))));
            }
            let fails = Literal { negated: !term.negated, ..term };
            // A term that never holds: nothing touches the cell.
            if !self.push_literal(fails, &mut clause) {
                return;
            }
        }
        clause.extend(self.selector(level));
        self.cnf.add(Cause::Cell(cell), clause);
    }

    /// The literal that a level is accepted; `None` of the one that never is.
    fn selector(&mut self, level: Level) -> Option<Lit> {
        let known = self.levels.iter().find(|&&(known, _)| known == level).map(|&(_, var)| var);
        let var = known.or_else(|| {
            let var =
                (level < Level::Unsupported).then(|| self.cnf.variable(Meaning::Accept(level)))?;
            self.levels.push((level, var));
            Some(var)
        });
        var.map(Var::positive)
    }
}
