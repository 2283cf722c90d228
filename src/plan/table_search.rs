//! A search's queries put to the table of all targets at once.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::rank::Candidate;
use super::search::Search;
use crate::engine::{
    Assumption, ColumnTable, EngineQuery, NoTermSets, Ranking, TableTerm, TermSets,
};
use crate::target::Configuration;

/// What the queries of all targets of a search ask, as a table knows it.
pub(super) struct AskedTable {
    table: Arc<ColumnTable>,
    terms: Vec<TableTerm>,
    /// The columns of these targets.
    columns: Vec<u64>,
}

impl AskedTable {
    /// Whether some configuration meets the terms at these positions; `None` where there is too much to try.
    pub(super) fn feasible(&self, terms: impl Iterator<Item = usize>) -> Option<bool> {
        let (query, columns) = self.table.query(terms.map(|it| &self.terms[it]), &self.columns);
        self.table.feasible(&query, &columns)
    }

    /// A configuration that meets the terms at these positions, and the position of its target among those of
    /// the planner; `None` where there is too much to try.
    fn witness(
        &self,
        terms: impl Iterator<Item = usize>,
        features: usize,
    ) -> Option<Option<(usize, Configuration)>> {
        let (query, columns) = self.table.query(terms.map(|it| &self.terms[it]), &self.columns);
        let witness = self.table.witness(&query, &columns)?;
        Some(witness.map(|(column, on)| {
            // Facts are numbered after all features.
            let (on, facts): (Vec<usize>, Vec<usize>) =
                on.into_iter().partition(|&it| it < features);
            let mut configuration = Configuration {
                features: FixedBitSet::with_capacity(features),
                choice: self.table.choice(column),
                facts: FixedBitSet::new(),
            };
            configuration.features.extend(on);
            facts.iter().for_each(|fact| configuration.facts.grow_and_insert(fact - features));
            (self.table.position(column), configuration)
        }))
    }

    /// Every minimal set of terms that fails, where it is one option of one target that they are about and pairs
    /// decide.
    pub(super) fn conflicts_in_one(&self) -> Option<Vec<FixedBitSet>> {
        let found = self.table.conflicts_in_one(&self.terms, &self.columns)?;
        let set = |positions: Vec<usize>| {
            let mut set = FixedBitSet::with_capacity(self.terms.len());
            set.extend(positions);
            set
        };
        Some(found.into_iter().map(set).collect())
    }

    /// Every minimal set of terms that fails, unless they are too many, and every one whose removal helps.
    pub(super) fn term_sets(
        &self,
        most: usize,
    ) -> Result<(Option<Vec<FixedBitSet>>, Vec<FixedBitSet>), NoTermSets> {
        let TermSets { corrections, conflicts } =
            self.table.term_sets(&self.terms, &self.columns, most)?;
        let set = |bits: u64| {
            let mut set = FixedBitSet::with_capacity(self.terms.len());
            set.extend((0..self.terms.len()).filter(|term| bits >> term & 1 == 1));
            set
        };
        let sets = |all: Vec<u64>| all.into_iter().map(set).collect();
        Ok((conflicts.map(sets), sets(corrections)))
    }
}

impl<'p> Search<'p> {
    /// What queries ask, one of each target, of the table at their accept level; `None` where there is no
    /// table, or it does not know what they assume.
    pub(super) fn asked_table(&self, queries: &[&EngineQuery]) -> Option<AskedTable> {
        let (planner, positions) = self.tables.as_ref()?;
        let accept = queries.first()?.accept;
        let table = planner.table(self.request, accept)?;
        let asked: Vec<_> = positions.iter().copied().zip(queries.iter().copied()).collect();
        let terms = table.terms(planner.catalog(), &asked)?;
        let columns = table.columns_where(|position, _| positions.binary_search(&position).is_ok());
        Some(AskedTable { table, terms, columns })
    }

    /// Whether cells that the terms of queries touch, whatever else is on, rule out a plan at every target: seen
    /// without a table.
    pub(super) fn is_rejected_at_once(&self, queries: &[&EngineQuery]) -> bool {
        self.tables.is_some()
            && self.sites.iter().zip(queries).all(|(site, query)| {
                let literals = query.assumptions.iter().filter_map(|assumption| match assumption {
                    Assumption::Literal(literal) => Some(*literal),
                    Assumption::Choice(_) | Assumption::Met => None,
                });
                site.target.rejects_together(&literals.collect::<Vec<_>>(), query.accept)
            })
    }

    /// Whether a configuration that meets the terms at these positions is found, and the cells say so too;
    /// `None` where a table cannot tell.
    pub(super) fn is_shown(&self, asked: &AskedTable, terms: &FixedBitSet) -> Option<bool> {
        let (planner, positions) = self.tables.as_ref()?;
        let features = planner.catalog().features().len();
        let Some((position, on)) = asked.witness(terms.ones(), features)? else {
            return Some(false);
        };
        let site = &self.sites[positions.binary_search(&position).ok()?];
        let mut assumptions = terms.ones().map(|term| site.query.assumptions[term]);
        let is_met = assumptions.all(|it| it.is_met_by(site.target, &on));
        Some(is_met && site.target.admits(&on, site.query.accept))
    }

    /// The valid configurations of minimal feature sets that meet the query of each target, best first; `None`
    /// where a table cannot tell.
    pub(super) fn ranked_by_table(&self, queries: &[EngineQuery]) -> Option<Vec<Candidate<'p>>> {
        if self.request.all {
            return None;
        }
        let asked: Vec<&EngineQuery> = queries.iter().collect();
        if self.is_rejected_at_once(&asked) {
            return Some(Vec::new());
        }
        let asked = self.asked_table(&asked)?;
        let (planner, positions) = self.tables.as_ref()?;
        let (mut query, columns) = asked.table.query(&asked.terms, &asked.columns);
        query.add_wants(planner.catalog(), &queries.first()?.wants)?;
        let mut ranking = Ranking::default();
        asked.table.rank(&query, &columns, &mut ranking)?;
        let mut candidates = Vec::with_capacity(ranking.columns().len());
        for ranked in ranking.columns() {
            let column = ranked.column as usize;
            let position = asked.table.position(column);
            let site = positions.binary_search(&position).ok()?;
            let target = self.sites[site].target;
            let mut features = target.catalog().no_features();
            let count = features.len();
            // Facts are numbered after all features.
            features.extend(ranking.features(ranked).take_while(|&it| it < count));
            let facts = queries[site].facts();
            let on = Configuration { features, choice: asked.table.choice(column), facts };
            candidates.push(Candidate { target, on, score: ranked.into() });
        }
        Some(candidates)
    }
}
