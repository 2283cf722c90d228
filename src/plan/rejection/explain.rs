//! A request without a plan in, the reasons and remedies out: conflicts, corrections and the rest.

use fixedbitset::FixedBitSet;

use crate::engine::{Assumption, EngineQuery, refuted_by_pairs};
use crate::matrix::Term;
use crate::plan::search::Search;
use crate::plan::{CellDetail, Correction, Hint, Sensitivity};
use crate::request::Request;
use crate::solve::{minimal_hitting_sets, minimal_sets};
use crate::target::Target;

impl Search<'_> {
    /// Every minimal set of the request's terms, by position, whose removal makes a plan possible
    /// at some target.
    ///
    /// A set helps when it holds a minimal correction of some target, so the minimal ones among the
    /// corrections of all targets are the answer. Each target is told what the others found, and
    /// leaves out what could not be minimal.
    pub(in crate::plan) fn correction_sets(&mut self) -> Vec<FixedBitSet> {
        let mut found = Vec::new();
        for site in &mut self.sites {
            let more = site.engine.corrections(&site.query, &found);
            found.extend(more);
            found = minimal_sets(found);
        }
        found
    }

    /// Every minimal set of terms that fails at every target, by size, then terms; and whether each
    /// was proved again. One that was not is left out.
    pub(in crate::plan) fn conflicts(
        &mut self,
        corrections: &[FixedBitSet],
    ) -> (Vec<Vec<Term>>, bool) {
        let mut sets = minimal_hitting_sets(corrections, self.terms.len());
        let expected = sets.len();
        sets.retain(|set| self.is_proved(set));
        let mut conflicts: Vec<_> = sets.iter().map(|set| self.named(set)).collect();
        conflicts.sort_by(by_size_then_terms);
        let complete = conflicts.len() == expected;
        (conflicts, complete)
    }

    /// Whether terms fail at every target and none of them can be spared: each target gives a core, and
    /// every term is in one. (Were a term in none, the others would fail at every target without it.)
    /// That they fail is proved from nothing: at once where their own cells and pairs do it, else
    /// target by target.
    fn is_proved(&mut self, conflict: &FixedBitSet) -> bool {
        let accept = self.request.accept;
        let terms = conflict.count_ones(..);
        let mut needed = FixedBitSet::with_capacity(terms);
        let queries = self.queries_of(conflict);
        for (site, query) in self.sites.iter_mut().zip(&queries) {
            let Some(core) = site.engine.core(query) else { return false };
            needed.union_with(&core);
        }
        if needed.count_ones(..) < terms {
            return false;
        }
        let targets: Vec<&Target<'_>> = self.sites.iter().map(|site| site.target).collect();
        refuted_by_pairs(&targets, &assumed_everywhere(&queries), accept)
            || self.sites.iter_mut().zip(&queries).all(|(site, q)| site.engine.refutes(q))
    }

    /// The terms at these positions.
    fn named(&self, set: &FixedBitSet) -> Vec<Term> {
        set.ones().map(|term| self.terms[term].clone()).collect()
    }

    /// Each correction with the plans that it makes possible, by size, then terms.
    pub(in crate::plan) fn corrections(&mut self, sets: &[FixedBitSet]) -> Vec<Correction> {
        let mut corrections: Vec<Correction> =
            sets.iter().filter_map(|set| self.correction(set)).collect();
        corrections.sort_by(|a, b| by_size_then_terms(&a.drop, &b.drop));
        corrections
    }

    fn correction(&mut self, set: &FixedBitSet) -> Option<Correction> {
        let mut kept = FixedBitSet::with_capacity(self.terms.len());
        kept.extend((0..self.terms.len()).filter(|&term| !set.contains(term)));
        let candidates = self.candidates(&self.queries_of(&kept));
        let best = candidates.iter().min_by(|a, b| a.compare(b))?;
        Some(Correction {
            drop: self.named(set),
            plans: candidates.len(),
            best: self.plan(1, best, CellDetail::Notable),
        })
    }

    /// Counts the plans that each worse accept level would give.
    pub(in crate::plan) fn sensitivity(&mut self) -> Vec<Sensitivity> {
        let levels = self.request.accept.worse();
        let at = |accept| Sensitivity { accept, plans: self.count(&self.queries(accept)) };
        levels.map(at).collect()
    }
}

/// The assumptions that the queries of all targets share.
fn assumed_everywhere(queries: &[EngineQuery]) -> Vec<Assumption> {
    let Some((first, others)) = queries.split_first() else { return Vec::new() };
    let everywhere = |assumption: &&Assumption| {
        others.iter().all(|other| other.assumptions.contains(assumption))
    };
    first.assumptions.iter().filter(everywhere).copied().collect()
}

fn by_size_then_terms(a: &Vec<Term>, b: &Vec<Term>) -> std::cmp::Ordering {
    (a.len(), a).cmp(&(b.len(), b))
}

/// The hints: the mildest level that gives a plan, and the correction that drops least and
/// leaves most, of those that leave something to ask.
pub(in crate::plan) fn hints(
    request: &Request,
    sensitivity: &[Sensitivity],
    corrections: &[Correction],
) -> Vec<Hint> {
    let asked = request.need.iter().map(Term::on).chain(request.avoid.iter().map(Term::off));
    let asked: Vec<Term> = asked.collect();
    let asks_on = request.all || !request.want.is_empty();
    let asks_nothing = |drop: &[Term]| !asks_on && asked.iter().all(|term| drop.contains(term));
    let accept = sensitivity.iter().find(|worse| worse.plans > 0);
    let accept = accept.map(|worse| Hint::Accept { value: worse.accept, plans: worse.plans });
    let drop = corrections
        .iter()
        .min_by_key(|c| (asks_nothing(&c.drop), c.drop.len(), std::cmp::Reverse(c.plans)));
    let drop = drop.map(|c| Hint::Drop { value: c.drop.clone(), plans: c.plans });
    accept.into_iter().chain(drop).collect()
}
