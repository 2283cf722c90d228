//! Requests that are alike but for what must be on or off, ranked as numbers: words come later, where they are
//! wanted.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

use super::terms::{fact_terms, wants};
use super::{Plan, Planner, Score};
use crate::engine::{
    ColumnTable, NoTermSets, RankedColumn, Ranking, TableQuery, TableTerm, TermSets,
};
use crate::matrix::{Level, Matrix};
use crate::request::Request;
use crate::target::Atom;

/// Ranks the plans of requests that share backends, releases, pattern, accept level, rules, facts and platform.
///
/// ```
/// # fn main() -> Result<(), dynamo_plan::RequestError> {
/// use dynamo_plan::engine::Ranking;
/// use dynamo_plan::plan::Ranker;
/// use dynamo_plan::{Planner, Query};
///
/// let planner = Planner::bundled();
/// let request = planner.resolve(&Query::needing(["lora", "tools"]))?;
/// let ranker = Ranker::new(&planner, &request).expect("there are few cells");
/// let mut ranking = Ranking::default();
/// let query = ranker.query(&request).expect("no want is negated");
/// ranker.rank(&query, &mut ranking).expect("there is little to try");
/// let best = ranker.plan(&request, &ranking, 0);
/// assert_eq!(best.backend, "vllm");
/// # Ok(())
/// # }
/// ```
///
/// It borrows its planner or shares it.
#[derive(Clone, Debug)]
pub struct Ranker<P> {
    planner: P,
    table: Arc<ColumnTable>,
    /// The columns that the requests allow.
    columns: Vec<u64>,
    /// The number of facts that the requests ask for.
    facts: usize,
}

impl<P: Deref<Target = Planner>> Ranker<P> {
    /// A ranker for requests like this one; `None` where the cells are too many for a table.
    #[must_use]
    pub fn new(planner: P, request: &Request) -> Option<Self> {
        let table = planner.table(request, request.accept)?;
        let columns = allowed_columns(&planner, &table, request);
        Some(Ranker { planner, table, columns, facts: fact_terms(request).len() })
    }

    /// A query that asks for what all requests share.
    #[must_use]
    pub fn empty_query(&self) -> TableQuery {
        let mut query = TableQuery::new(self.table.bits());
        self.reset(&mut query);
        query
    }

    /// Makes a query of this ranker ask for what all requests share, and nothing else.
    pub fn reset(&self, query: &mut TableQuery) {
        query.clear();
        let features = self.planner.catalog().features().len();
        (0..self.facts).for_each(|fact| query.require(features + fact));
    }

    /// What a request asks; `None` where a table does not know it.
    #[must_use]
    pub fn query(&self, request: &Request) -> Option<TableQuery> {
        let catalog = self.planner.catalog();
        let mut query = self.empty_query();
        for id in &request.need {
            match catalog.atom(id)? {
                Atom::Feature(feature) => query.require(feature),
                Atom::Group(group) => query.require_group(group),
                Atom::Choice(_) | Atom::Fact(_) => return None,
            }
        }
        for id in &request.avoid {
            catalog.features_of(catalog.atom(id)?).ones().for_each(|it| query.exclude(it));
        }
        query.add_wants(catalog, &wants(catalog, &request.want))?;
        Some(query)
    }

    /// Ranks what a query asks for; `None` where there is too much to try.
    pub fn rank(&self, query: &TableQuery, ranking: &mut Ranking) -> Option<()> {
        self.table.rank(query, &self.columns, ranking)
    }

    /// Counts what a query asks for; `None` where there is too much to try. The ranking holds nothing of use
    /// then.
    pub fn count(&self, query: &TableQuery, ranking: &mut Ranking) -> Option<usize> {
        self.table.count(query, &self.columns, ranking)
    }

    /// The terms of a request: needs, then avoids, then facts; `None` where a table does not know them.
    #[must_use]
    pub fn terms(&self, request: &Request) -> Option<Vec<TableTerm>> {
        let catalog = self.planner.catalog();
        let features = catalog.features().len();
        let mut terms = Vec::with_capacity(request.need.len() + request.avoid.len() + self.facts);
        for id in &request.need {
            terms.push(match catalog.atom(id)? {
                Atom::Feature(feature) => TableTerm::On(feature),
                Atom::Group(group) => TableTerm::Group(group),
                Atom::Choice(_) | Atom::Fact(_) => return None,
            });
        }
        for id in &request.avoid {
            terms.push(self.table.term_off(&catalog.features_of(catalog.atom(id)?)));
        }
        terms.extend((0..self.facts).map(|fact| TableTerm::On(features + fact)));
        Some(terms)
    }

    /// Every minimal conflict and correction of some terms, under the pattern that the requests share.
    ///
    /// # Errors
    ///
    /// Where they are more than can be found in a moment, or a table cannot tell.
    pub fn term_sets(&self, terms: &[TableTerm]) -> Result<TermSets, NoTermSets> {
        self.table.term_sets(terms, &self.columns, usize::MAX)
    }

    /// The matrix of a configuration, and the positions of its backend and option there.
    #[must_use]
    pub fn target(&self, ranked: &RankedColumn) -> (&Matrix, usize, Option<usize>) {
        let column = ranked.column as usize;
        let mut backend = self.table.position(column);
        let matrices = self.planner.matrices();
        let mut matrix = 0;
        // Targets are numbered matrix by matrix.
        while backend >= matrices[matrix].backends.len() {
            backend -= matrices[matrix].backends.len();
            matrix += 1;
        }
        (&matrices[matrix], backend, self.table.choice(column))
    }

    /// The positions in the catalog of the features of a configuration, ascending.
    pub fn features<'r>(
        &self,
        ranking: &'r Ranking,
        ranked: &RankedColumn,
    ) -> impl Iterator<Item = usize> + use<'r, P> {
        let features = self.planner.catalog().features().len();
        // Facts are numbered after all features.
        ranking.features(ranked).take_while(move |&it| it < features)
    }

    /// The worst level that a configuration touches.
    #[must_use]
    pub fn level(&self, ranked: &RankedColumn) -> Level {
        match ranked.counts {
            [0, 0, 0, _] => Level::Supported,
            [0, 0, _, _] => Level::Experimental,
            [0, _, _, _] => Level::Undocumented,
            _ => Level::NotApplicable,
        }
    }

    /// Whether neither of two configurations is better: they differ only in what lists them.
    #[must_use]
    pub fn are_level(&self, a: &RankedColumn, b: &RankedColumn) -> bool {
        let score = |it: &RankedColumn| (it.missed, it.counts, it.roles, it.headroom);
        score(a) == score(b) && self.target(a).0.release == self.target(b).0.release
    }

    /// The plan at a position of a ranking, without cells. Its standing is its rank.
    #[must_use]
    pub fn plan(&self, request: &Request, ranking: &Ranking, position: usize) -> Plan {
        let ranked = &ranking.columns()[position];
        let (matrix, backend, choice) = self.target(ranked);
        let catalog = self.planner.catalog();
        let mut on = catalog.no_features();
        on.extend(self.features(ranking, ranked));
        let features = catalog.ids(&on);
        let is_met = |id: &str| {
            catalog.atom(id).is_some_and(|atom| !catalog.features_of(atom).is_disjoint(&on))
        };
        let wants = request.want.iter().map(|want| &want.feature);
        let needed = |id: &&String| !request.need.contains(id);
        let option = matrix.dimension.as_ref().zip(choice).map(|(it, choice)| &it.options[choice]);
        Plan {
            rank: position + 1,
            standing: position + 1,
            release: matrix.release.clone(),
            engine: None,
            platforms: Vec::new(),
            backend: matrix.backends[backend].id.clone(),
            pattern: option.map(|option| option.id.clone()),
            added: features.iter().filter(needed).cloned().collect(),
            missed: wants.filter(|id| !is_met(id)).cloned().collect(),
            features,
            level: self.level(ranked),
            score: Score::from(ranked),
            cells: Vec::new(),
            conditional: Vec::new(),
            run: None,
        }
    }
}

/// The columns that a request allows by its backends, releases and pattern.
fn allowed_columns(planner: &Planner, table: &ColumnTable, request: &Request) -> Vec<u64> {
    let backends: HashSet<&str> = request.backends.iter().map(String::as_str).collect();
    let mut targets = Vec::new();
    for matrix in planner.matrices() {
        let is_chosen = request.releases.contains(&matrix.release);
        let option = request.pattern.as_ref().map(|pattern| {
            let mut options = matrix.dimension.iter().flat_map(|dimension| &dimension.options);
            options.position(|option| option.id == *pattern)
        });
        let allowed = |id: &str| is_chosen && backends.contains(id);
        targets.extend(matrix.backends.iter().map(|it| (allowed(&it.id), option)));
    }
    table.columns_where(|position, choice| match targets[position] {
        (is_allowed, Some(option)) => is_allowed && (choice.is_none() || choice == option),
        (is_allowed, None) => is_allowed,
    })
}

impl Planner {
    /// The ranked plans of a request without their cells, and how many there are before the limit; `None`
    /// where a table cannot tell.
    pub(super) fn bare_plans(
        &self,
        request: &Request,
        limit: Option<usize>,
    ) -> Option<(usize, Vec<Plan>)> {
        let ranker = Ranker::new(self, request)?;
        let mut ranking = Ranking::default();
        ranker.rank(&ranker.query(request)?, &mut ranking)?;
        let total = ranking.columns().len();
        let mut plans: Vec<Plan> = Vec::with_capacity(total.min(limit.unwrap_or(total)));
        for position in 0..total.min(limit.unwrap_or(total)) {
            let mut plan = ranker.plan(request, &ranking, position);
            if let Some(last) = plans.last()
                && ranker.are_level(&ranking.columns()[position - 1], &ranking.columns()[position])
            {
                plan.standing = last.standing;
            }
            plans.push(plan);
        }
        Some((total, plans))
    }
}
