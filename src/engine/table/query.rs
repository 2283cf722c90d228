//! What a request asks of a table, as bits.

use super::bits::{contains, insert, intersects, words};
use super::target_table::TargetTable;
use crate::engine::{Assumption, EngineQuery};
use crate::target::{Atom, Catalog, Literal};

/// What must be on or off, as bits: features first, then facts.
#[derive(Clone, Debug, Default)]
pub struct TableQuery {
    /// The number of features and facts that it can be about.
    bits: usize,
    /// What must be on.
    pub(super) on: Vec<u64>,
    /// The groups of which a variant must be on.
    pub(super) groups: Vec<usize>,
    /// What must be off.
    pub(super) off: Vec<u64>,
    /// The members of `on`.
    pub(super) members: Vec<usize>,
    /// Sets of which one feature each should be on, with the cost of missing it.
    pub(super) wants: Vec<(Vec<u64>, u64)>,
}

impl TableQuery {
    /// Nothing is asked of features and facts that are so many together.
    #[must_use]
    pub fn new(bits: usize) -> Self {
        let none = vec![0; words(bits)];
        TableQuery { bits, on: none.clone(), off: none, ..TableQuery::default() }
    }

    /// Forgets what was asked.
    pub fn clear(&mut self) {
        self.on.fill(0);
        self.off.fill(0);
        self.groups.clear();
        self.members.clear();
        self.wants.clear();
    }

    /// A feature, or a fact by its number after all features, must be on.
    pub fn require(&mut self, member: usize) {
        if !contains(&self.on, member) {
            insert(&mut self.on, member);
            self.members.push(member);
        }
    }

    /// A variant of a group must be on.
    pub fn require_group(&mut self, group: usize) {
        if !self.groups.contains(&group) {
            self.groups.push(group);
        }
    }

    /// A feature must be off.
    pub fn exclude(&mut self, feature: usize) {
        insert(&mut self.off, feature);
    }

    /// Takes in what a literal asks. A fact that nothing in the table is about is left out.
    pub(super) fn add_literal(&mut self, catalog: &Catalog, literal: Literal) {
        let features = catalog.features().len();
        match (literal.atom, literal.negated) {
            (Atom::Feature(feature), false) => self.require(feature),
            (Atom::Group(group), false) => self.require_group(group),
            (Atom::Fact(fact), false) => {
                if features + fact < self.bits {
                    self.require(features + fact);
                }
            }
            (atom, _) => {
                catalog.features_of(atom).ones().for_each(|feature| self.exclude(feature));
            }
        }
    }

    /// Takes in what should hold, with what it costs to miss it; `None` where something should be off.
    pub fn add_wants(&mut self, catalog: &Catalog, wants: &[(Literal, u64)]) -> Option<()> {
        for (literal, weight) in wants.iter().filter(|(literal, _)| !literal.negated) {
            let mut set = vec![0; self.on.len()];
            catalog.features_of(literal.atom).ones().for_each(|it| insert(&mut set, it));
            self.wants.push((set, *weight));
        }
        (self.wants.len() == wants.len()).then_some(())
    }

    /// The weight of the wants that a set of features misses.
    pub(super) fn missed(&self, on: &[u64]) -> u64 {
        let missed = self.wants.iter().filter(|(want, _)| !intersects(want, on));
        missed.map(|(_, weight)| weight).sum()
    }

    /// Whether nothing but features and facts that must be on is asked.
    pub(super) fn is_plain(&self) -> bool {
        self.groups.is_empty() && self.wants.is_empty()
    }

    /// Whether the same is asked to be on and off.
    pub(super) fn is_contradictory(&self) -> bool {
        intersects(&self.on, &self.off)
    }
}

/// A query about one target: what must be on or off, and the options that are allowed.
pub(super) struct TargetQuery {
    pub(super) query: TableQuery,
    /// The options of all assumptions that name one.
    pub(super) options: Vec<usize>,
}

impl TargetQuery {
    /// `None` where it assumes what a table does not know.
    pub(super) fn new(table: &TargetTable, catalog: &Catalog, asked: &EngineQuery) -> Option<Self> {
        let mut query = TableQuery::new(table.bits);
        let mut options = Vec::new();
        for assumption in &asked.assumptions {
            match *assumption {
                Assumption::Met => {}
                Assumption::Choice(option) => options.push(option),
                Assumption::Literal(Literal { atom: Atom::Choice(_), .. }) => return None,
                Assumption::Literal(literal) => query.add_literal(catalog, literal),
            }
        }
        query.add_wants(catalog, &asked.wants)?;
        Some(TargetQuery { query, options })
    }

    pub(super) fn allows(&self, choice: Option<usize>) -> bool {
        choice.is_none_or(|choice| self.options.iter().all(|&option| option == choice))
    }
}
