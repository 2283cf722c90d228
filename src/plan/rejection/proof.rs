//! Conflicts in, those that are proved out.

use fixedbitset::FixedBitSet;

use super::explain::by_size_then_terms;
use crate::engine::{Assumption, EngineQuery, refuted_by_pairs};
use crate::matrix::Term;
use crate::plan::search::Search;
use crate::plan::table_search::AskedTable;
use crate::target::{Literal, Target};

impl Search<'_> {
    /// Minimal sets of terms that fail at every target, by size, then terms; and whether these are all.
    /// One that could not be proved again is left out.
    pub(super) fn proved(
        &mut self,
        mut sets: Vec<FixedBitSet>,
        all: bool,
    ) -> (Vec<Vec<Term>>, bool) {
        let expected = sets.len();
        let queries: Vec<&EngineQuery> = self.sites.iter().map(|site| &site.query).collect();
        let asked = self.asked_table(&queries);
        let shared = self.shared_literals();
        sets.retain(|set| {
            !self.deadline.has_passed()
                && self.fails_everywhere(set, &shared)
                && self.spares_none(set, asked.as_ref())
        });
        let mut conflicts: Vec<_> = sets.iter().map(|set| self.named(set)).collect();
        conflicts.sort_by(by_size_then_terms);
        (conflicts, all && sets.len() == expected)
    }

    /// The literal of each term that is the same at every target.
    fn shared_literals(&self) -> Vec<Option<Literal>> {
        let literal = |term: usize| {
            let mut assumptions = self.sites.iter().map(|site| site.query.assumptions[term]);
            match assumptions.next() {
                Some(first @ Assumption::Literal(literal)) if assumptions.all(|it| it == first) => {
                    Some(literal)
                }
                _ => None,
            }
        };
        (0..self.terms.len()).map(literal).collect()
    }

    /// Whether terms fail at every target: by the cells that they touch whatever else is on or, where these do
    /// not tell, by solvers that have answered nothing yet.
    fn fails_everywhere(&mut self, conflict: &FixedBitSet, shared: &[Option<Literal>]) -> bool {
        let accept = self.request.accept;
        let literals: Vec<Literal> = conflict.ones().filter_map(|term| shared[term]).collect();
        if self.sites.iter().all(|site| site.target.rejects_together(&literals, accept)) {
            return true;
        }
        let targets: Vec<&Target<'_>> = self.sites.iter().map(|site| site.target).collect();
        let literals: Vec<Assumption> = literals.into_iter().map(Assumption::Literal).collect();
        if refuted_by_pairs(&targets, &literals, accept) {
            return true;
        }
        let queries = self.queries_of(conflict);
        self.sites.iter_mut().zip(&queries).all(|(site, query)| site.engine.refutes(query))
    }

    /// Whether the other terms of a conflict can be met, whichever of them is spared.
    fn spares_none(&mut self, conflict: &FixedBitSet, asked: Option<&AskedTable>) -> bool {
        let mut others = conflict.clone();
        conflict.ones().all(|term| {
            others.remove(term);
            let shown = asked.and_then(|asked| self.is_shown(asked, &others));
            let is_met = shown.unwrap_or_else(|| self.is_feasible_with(&others));
            others.insert(term);
            is_met
        })
    }
}
