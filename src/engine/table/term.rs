//! The terms of a request as a table knows them.

use fixedbitset::FixedBitSet;

use super::bits::{insert, ones, remove, words};
use super::column_table::ColumnTable;
use super::query::TableQuery;
use crate::engine::{Assumption, EngineQuery};
use crate::target::{Atom, Catalog, Literal};

/// The most terms that are looked at together: each is a bit of a `u64`.
pub(super) const MOST_TERMS: usize = 64;

/// One term of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableTerm {
    /// This feature, or fact by its number after all features, must be on.
    On(usize),
    /// A variant of this group must be on.
    Group(usize),
    /// These features must be off.
    Off(Vec<u64>),
    /// It can be met everywhere but in these columns.
    NotIn(Vec<u64>),
}

impl ColumnTable {
    /// What the queries of some targets, each with its position, assume, term by term; `None` where a table
    /// does not know what they assume.
    #[must_use]
    pub fn terms(
        &self,
        catalog: &Catalog,
        asked: &[(usize, &EngineQuery)],
    ) -> Option<Vec<TableTerm>> {
        let count = asked.first().map_or(0, |(_, query)| query.assumptions.len());
        (0..count).map(|term| self.term(catalog, asked, term)).collect()
    }

    fn term(
        &self,
        catalog: &Catalog,
        asked: &[(usize, &EngineQuery)],
        term: usize,
    ) -> Option<TableTerm> {
        let (_, first) = asked.first()?;
        let is_same =
            |(_, query): &(usize, &EngineQuery)| query.assumptions[term] == first.assumptions[term];
        if let Assumption::Literal(literal) = first.assumptions[term]
            && asked.iter().all(is_same)
        {
            return Some(self.literal(catalog, literal));
        }
        // Targets differ in a pattern alone: some lack it, and there no option may be chosen.
        let mut allowed = vec![None; asked.len()];
        for (allowed, (_, query)) in allowed.iter_mut().zip(asked) {
            *allowed = Some(match query.assumptions[term] {
                Assumption::Met => continue,
                Assumption::Choice(option) => Some(option),
                Assumption::Literal(Literal { negated: true, .. }) => None,
                Assumption::Literal(_) => return None,
            });
        }
        Some(TableTerm::NotIn(self.columns_where(|position, choice| {
            let site = asked.iter().position(|&(it, _)| it == position);
            let allowed = site.and_then(|site| allowed[site]);
            choice.is_some() && allowed.is_some_and(|allowed| allowed != choice)
        })))
    }

    fn literal(&self, catalog: &Catalog, literal: Literal) -> TableTerm {
        let features = catalog.features().len();
        match (literal.atom, literal.negated) {
            (Atom::Feature(feature), false) => TableTerm::On(feature),
            (Atom::Group(group), false) => TableTerm::Group(group),
            // Nothing in the table is about any other fact.
            (Atom::Fact(fact), false) if features + fact < self.bits() => {
                TableTerm::On(features + fact)
            }
            (Atom::Choice(_) | Atom::Fact(_), _) => TableTerm::NotIn(Vec::new()),
            (atom, true) => self.term_off(&catalog.features_of(atom)),
        }
    }

    /// The term that these features must be off.
    #[must_use]
    pub fn term_off(&self, features: &FixedBitSet) -> TableTerm {
        let mut off = vec![0; words(self.bits())];
        features.ones().for_each(|feature| insert(&mut off, feature));
        TableTerm::Off(off)
    }

    /// What some terms ask together, and those of the columns that they allow.
    #[must_use]
    pub fn query<'t>(
        &self,
        terms: impl IntoIterator<Item = &'t TableTerm>,
        columns: &[u64],
    ) -> (TableQuery, Vec<u64>) {
        let mut query = TableQuery::new(self.bits());
        let mut columns = columns.to_vec();
        for term in terms {
            match term {
                TableTerm::On(member) => query.require(*member),
                TableTerm::Group(group) => query.require_group(*group),
                TableTerm::Off(features) => ones(features).for_each(|it| query.exclude(it)),
                TableTerm::NotIn(not) => remove(&mut columns, not),
            }
        }
        (query, columns)
    }
}
