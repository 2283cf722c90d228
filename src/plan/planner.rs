//! The planner: matrices and a request in, the whole answer out.

use std::sync::Arc;

use itertools::Itertools;

use super::cache::PlannerCache;
use super::lazy::Lazy;
use super::platform::platform_cells;
use super::rejection::{Cores, Rejection, hints, rejected_sets, rejection, split_hint};
use super::search::{Ranked, Search, touched};
use super::terms::{fact_terms, terms};
use super::{
    Closest, ConflictGraph, Correction, Effort, MatrixRef, Notice, Outcome, Plan, Rejected,
    TouchedCell, Unlocks, Verdict,
};
use crate::matrix::deploy::DeploySettings;
use crate::matrix::{
    Backend, Dimension, Fact, Matrix, Recorded, Release, Rule, RuleSet, Term, UnlistedTopic,
};
use crate::request::{Known, Query, Request, RequestError};
use crate::target::{Atom, Catalog, FactRule, MatrixLayout, Target};

/// Answers requests from a set of chosen matrices.
///
/// ```
/// # fn main() -> Result<(), dynamo_plan::RequestError> {
/// use dynamo_plan::{Planner, Query};
///
/// let planner = Planner::bundled();
/// let request = planner.resolve(&Query::needing(["lora", "tools"]))?;
/// let outcome = planner.answer(&request);
/// assert_eq!(outcome.plans[0].backend, "vllm");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Planner {
    matrices: Vec<Matrix>,
    catalog: Catalog,
    dimension: Option<Dimension>,
    rule_sets: Arc<Vec<RuleSet>>,
    facts: Lazy<Vec<Fact>>,
    unlisted: Lazy<Vec<UnlistedTopic>>,
    newest_known: Option<Release>,
    recorded: Lazy<Vec<Recorded>>,
    settings: Lazy<DeploySettings>,
    cache: PlannerCache,
}

/// The cells that a plan shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellDetail {
    /// Those that have something to say: not plainly supported, or with a note.
    #[default]
    Notable,
    /// Every touched cell.
    All,
    /// No cell, nor the engine and platforms that the release pins: of many answers at once.
    None,
}

impl Planner {
    /// A planner for these matrices, all of which are chosen.
    #[must_use]
    pub fn new(mut matrices: Vec<Matrix>) -> Self {
        matrices.sort_by(|a, b| a.release.cmp(&b.release));
        let catalog = Catalog::new(&matrices);
        let cache = PlannerCache::default();
        Planner {
            matrices,
            catalog,
            dimension: None,
            rule_sets: Arc::default(),
            facts: Lazy::new(Vec::new),
            unlisted: Lazy::new(Vec::new),
            newest_known: None,
            recorded: Lazy::new(Vec::new),
            settings: Lazy::new(DeploySettings::default),
            cache,
        }
    }

    /// Makes the options of this dimension known by name, even where no chosen matrix states
    /// any fact of it.
    #[must_use]
    pub fn with_dimension(mut self, dimension: Dimension) -> Self {
        self.dimension = Some(dimension);
        self
    }

    /// The same, knowing these facts of deployments.
    #[must_use]
    pub fn with_facts(mut self, facts: fn() -> Vec<Fact>) -> Self {
        self.facts = Lazy::new(facts);
        self
    }

    /// The same, knowing these things that no table lists, so that asking for one is told what it is.
    #[must_use]
    pub fn with_unlisted(mut self, unlisted: fn() -> Vec<UnlistedTopic>) -> Self {
        self.unlisted = Lazy::new(unlisted);
        self
    }

    /// The same, saying of plans how completely the known issues of their releases are recorded.
    #[must_use]
    pub fn with_recorded(mut self, recorded: fn() -> Vec<Recorded>) -> Self {
        self.recorded = Lazy::new(recorded);
        self
    }

    /// The same, knowing what is set to put plans to work.
    #[must_use]
    pub fn with_settings(mut self, settings: fn() -> DeploySettings) -> Self {
        self.settings = Lazy::new(settings);
        self
    }

    /// The same, with rules that say nothing of releases after this one.
    #[must_use]
    pub fn with_newest_known(mut self, newest: Option<Release>) -> Self {
        self.newest_known = newest;
        self
    }

    /// The same, knowing these rule sets. They count unless a request chooses others; a plan that breaks
    /// one that does not count says so in a notice.
    #[must_use]
    pub fn with_rules(mut self, rule_sets: Vec<RuleSet>) -> Self {
        self.rule_sets = Arc::new(rule_sets);
        self.cache = PlannerCache::default();
        self
    }

    /// Makes every feature of these matrices known, without choosing them.
    #[must_use]
    pub fn knowing(mut self, matrices: &[Matrix]) -> Self {
        self.catalog = Catalog::new(matrices.iter().chain(&self.matrices));
        self.cache = PlannerCache::default();
        self
    }

    /// A planner for other matrices with these rules and the same facts, which also knows every feature
    /// of these.
    #[must_use]
    pub(crate) fn for_matrices(&self, matrices: Vec<Matrix>, rules: Vec<RuleSet>) -> Self {
        let planner = Planner::new(matrices).knowing(&self.matrices);
        Planner {
            dimension: self.dimension.clone(),
            rule_sets: Arc::new(rules),
            facts: self.facts.clone(),
            unlisted: self.unlisted.clone(),
            newest_known: self.newest_known.clone(),
            settings: self.settings.clone(),
            ..planner
        }
    }

    /// The rule sets that requests can ask for.
    #[must_use]
    pub fn rule_sets(&self) -> &[RuleSet] {
        &self.rule_sets
    }

    /// The facts that requests can state.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        self.facts.get()
    }

    /// How completely the known issues of releases are recorded.
    pub(super) fn recorded(&self) -> &[Recorded] {
        self.recorded.get()
    }

    /// What is set to put plans to work.
    pub(super) fn settings(&self) -> &DeploySettings {
        self.settings.get()
    }

    /// The chosen matrices, oldest release first.
    #[must_use]
    pub fn matrices(&self) -> &[Matrix] {
        &self.matrices
    }

    /// Every feature and group that a chosen matrix lists.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The features and groups that serving patterns are for.
    pub(crate) fn patterned(&self) -> Vec<String> {
        let stated = self.matrices.iter().filter_map(|matrix| matrix.dimension.as_ref());
        let mut ids: Vec<String> = Vec::new();
        for dimension in stated.chain(&self.dimension) {
            let features =
                self.catalog.atom(&dimension.when).map(|on| self.catalog.features_of(on));
            ids.push(dimension.when.clone());
            ids.extend(features.iter().flat_map(|features| self.catalog.ids(features)));
        }
        ids.into_iter().sorted().dedup().collect_vec()
    }

    /// Understands a request as it was typed.
    ///
    /// # Errors
    ///
    /// Where the request asks for nothing, contradicts itself or names what no chosen matrix knows:
    /// the reason, the name and the nearest ones.
    pub fn resolve(&self, query: &Query) -> Result<Request, RequestError> {
        self.with_known(|known| crate::request::resolve(query, known))
    }

    /// The same error or, where it is about a name that no feature has and that means something else,
    /// what the name means and how to ask for that.
    #[must_use]
    pub fn explain_unknown(&self, error: RequestError) -> RequestError {
        self.with_known(|known| crate::request::explain_unknown(error, known))
    }

    /// Does something with what a query can be about.
    fn with_known<T>(&self, ask: impl FnOnce(&Known<'_>) -> T) -> T {
        ask(&Known {
            matrices: &self.matrices,
            catalog: &self.catalog,
            dimension: self.dimension.as_ref(),
            rule_sets: &self.rule_sets,
            facts: &|| self.facts(),
            unlisted: &|| self.unlisted.get(),
            name_cache: &self.cache.names,
        })
    }

    /// The best plan, and how many there are; nothing else of the answer is worked out.
    #[must_use]
    pub fn best(&self, request: &Request) -> Option<(usize, Plan)> {
        let targets = self.targets(request);
        let mut search = Search::new(&targets, request, terms(request));
        let Ranked { candidates, total, .. } =
            search.ranked(&search.queries(request.accept), Some(1));
        Some((total, search.plan(1, candidates.first()?, CellDetail::Notable)))
    }

    /// The ranked plans, and how many there are before the limit; nothing else of the answer is
    /// worked out.
    #[must_use]
    pub fn plans(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> (usize, Vec<Plan>) {
        let found = self.plans_within(request, cells, limit, Effort::default());
        found.map_or_else(Default::default, |(total, plans, _)| (total, plans))
    }

    /// The same, and whether the plans and their number are whole; `None` where a deadline passed.
    pub(crate) fn plans_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Option<(usize, Vec<Plan>, bool)> {
        let targets = self.targets(request);
        let mut search = Search::within(&targets, request, terms(request), effort);
        let Ranked { candidates, total, counted, .. } =
            search.ranked(&search.queries(request.accept), limit);
        let plans = search.plans(&candidates, cells, limit);
        let complete = counted && (!request.all || plans.len() == total);
        (!search.deadline.ended_search()).then_some((total, plans, complete))
    }

    /// Whether a request has a plan; nothing else of the answer is worked out.
    #[must_use]
    pub fn is_satisfiable(&self, request: &Request) -> bool {
        let targets = self.targets(request);
        let mut search = Search::new(&targets, request, terms(request));
        search.is_feasible()
    }

    /// Every minimal set of a request's terms that fails everywhere; none where there is a plan.
    #[must_use]
    pub fn conflicts(&self, request: &Request) -> Vec<Vec<Term>> {
        let targets = self.targets(request);
        if let Some(conflicts) = self.conflicts_of_cells(&targets, request) {
            return conflicts;
        }
        let mut search = Search::new(&targets, request, terms(request));
        if search.is_feasible() {
            return Vec::new();
        }
        search.cores().conflicts.0
    }

    /// The same of one target where each cell decides alone, and only features are asked for.
    fn conflicts_of_cells(
        &self,
        targets: &[Target<'_>],
        request: &Request,
    ) -> Option<Vec<Vec<Term>>> {
        let [target] = targets else { return None };
        let mut needs = self.catalog.no_features();
        for id in &request.need {
            let Some(Atom::Feature(feature)) = self.catalog.atom(id) else { return None };
            needs.insert(feature);
        }
        let asked = terms(request);
        // A group that is listed as a feature, an avoid, a pattern, a platform or a fact is another matter.
        if asked.len() != needs.count_ones(..) || asked.iter().any(Term::is_negated) {
            return None;
        }
        let sets = rejected_sets(target, request.accept, &needs)?;
        let named = |set: Vec<usize>| {
            let terms = set.into_iter().map(|it| Term::on(self.catalog.features()[it].id.clone()));
            terms.sorted().collect_vec()
        };
        let by_size = |a: &Vec<Term>, b: &Vec<Term>| (a.len(), a).cmp(&(b.len(), b));
        Some(sets.into_iter().map(named).sorted_by(by_size).collect())
    }

    /// References to the matrices that an answer to a request rests on.
    #[must_use]
    pub fn references(&self, request: &Request) -> Vec<MatrixRef> {
        let chosen = self.matrices.iter().filter(|m| request.releases.contains(&m.release));
        chosen.map(MatrixRef::of).collect()
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Outcome {
        self.answer_with(request, CellDetail::Notable, None)
    }

    /// Answers a request, showing these cells and at most this many plans, each with how to run it. Those
    /// that a correction makes possible have none until [`Planner::add_runs_of_corrections`] adds it.
    #[must_use]
    pub fn answer_with(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Outcome {
        self.answer_within(request, cells, limit, Effort::default())
    }

    /// The same, to find so much.
    #[must_use]
    pub fn answer_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Outcome {
        let mut outcome = self.search_within(request, cells, limit, effort);
        self.add_runs(request, &mut outcome.plans);
        outcome
    }

    /// Adds how to run the best plan of each correction.
    pub fn add_runs_of_corrections(&self, outcome: &mut Outcome) {
        let request = &outcome.request;
        for Correction { drop, best, .. } in &mut outcome.corrections {
            self.add_runs(&request.without(drop), std::slice::from_mut(best));
        }
    }

    /// The same answer without how to run its plans.
    #[must_use]
    pub fn answer_without_runs(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
    ) -> Outcome {
        self.search_within(request, cells, limit, Effort::default())
    }

    /// The same, to find so much.
    #[must_use]
    pub(crate) fn search_within(
        &self,
        request: &Request,
        cells: CellDetail,
        limit: Option<usize>,
        effort: Effort,
    ) -> Outcome {
        let targets = self.targets(request);
        let mut search = Search::within(&targets, request, terms(request), effort);
        let mut outcome = self.nothing_yet(request);
        let found = search.ranked(&search.queries(request.accept), limit);
        let Ranked { candidates, total, counted, planned } = found;
        outcome.satisfiable = planned.contains(&true);
        outcome.total = total;
        outcome.plans = search.plans(&candidates, cells, limit);
        // A list that somebody wants short is not searched any further.
        outcome.not_whole("plans", request.all && outcome.plans.len() < total || !counted);
        outcome.not_whole("total", !counted);
        outcome.verdict = outcome.verdict();
        if search.deadline.ended_search() {
            outcome.leave_out_the_rest();
            return outcome;
        }
        let shown = candidates.len().min(limit.unwrap_or(usize::MAX));
        outcome.notices = self.remarks(&candidates[..shown], request);
        let (sensitivity, counted) = search.sensitivity();
        outcome.sensitivity = sensitivity;
        outcome.not_whole("sensitivity", !counted);
        outcome.verdict = outcome.verdict();
        let rejections = rejections(&targets, &planned, request);
        if !outcome.satisfiable {
            explain(&mut search, &rejections, &mut outcome);
        }
        outcome.rejected = rejections.into_iter().map(rejected).collect();
        if search.deadline.ended_search() {
            outcome.notices.push(Notice::timed_out());
        }
        outcome
    }

    /// Every cell that the configuration of a plan touches in a release, whether it is valid there
    /// or not; none where the planner has no such release or backend.
    #[must_use]
    pub fn touched(
        &self,
        request: &Request,
        release: &Option<Release>,
        plan: &Plan,
    ) -> Vec<Arc<TouchedCell>> {
        let backends = vec![plan.backend.clone()];
        let here = Request { backends, releases: vec![release.clone()], ..request.clone() };
        let targets = self.targets(&here);
        targets.first().map_or_else(Vec::new, |target| touched(target, request, plan))
    }

    /// The graph of some conflicts of a request: which terms, in which cells, at which targets.
    #[must_use]
    pub fn conflict_graph(&self, request: &Request, conflicts: &[Vec<Term>]) -> ConflictGraph {
        ConflictGraph::new(&self.targets(request), request, conflicts)
    }

    /// An answer in which nothing has been found yet.
    fn nothing_yet(&self, request: &Request) -> Outcome {
        Outcome {
            schema: "dynamo-plan/plan/v1".to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            matrices: self.references(request),
            request: request.clone(),
            release_defaulted: false,
            newest: None,
            satisfiable: false,
            verdict: Verdict::RuledOut,
            complete: true,
            incomplete: Vec::new(),
            total: 0,
            plans: Vec::new(),
            rejected: Vec::new(),
            conflicts: Vec::new(),
            corrections: Vec::new(),
            unlocks: Vec::new(),
            closest: Vec::new(),
            sensitivity: Vec::new(),
            hints: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// One target with what a request adds to its cells.
    fn target<'m>(
        &'m self,
        (m, matrix): (usize, &'m Matrix),
        (b, backend): (usize, &'m Backend),
        request: &Request,
    ) -> Target<'m> {
        let index = self.cache.target((m, b, request.rules.clone()), || {
            let layout = self.cache.layout(m, || MatrixLayout::new(&self.catalog, matrix));
            let mut target = Target::with_layout(&self.catalog, matrix, backend, &layout);
            let counts = |set: &RuleSet| request.rules.contains(&set.id);
            for (set, rule) in self.rules(target.release(), &backend.id, counts) {
                if rule.facts().next().is_none() {
                    target.add_rule(set, rule, &[]);
                } else {
                    target.add_fact_rule(set, rule);
                }
            }
            target
        });
        let mut target = Target::of(&self.catalog, matrix, backend, index);
        for extra in platform_cells(&target, request) {
            target.add(extra);
        }
        if !request.facts.is_empty() {
            let facts = fact_terms(request);
            for FactRule { set, rule, .. } in Arc::clone(target.fact_rules()).iter() {
                if rule.facts().all(|fact| request.knows_fact(fact) == Some(true)) {
                    target.add_rule(set, rule, &facts);
                }
            }
        }
        target
    }

    /// Whether anything can be known of a release: nothing is of one that is newer than every known one,
    /// whatever a range says.
    pub(super) fn is_known(&self, release: Option<&Release>) -> bool {
        release
            .is_none_or(|release| self.newest_known.as_ref().is_none_or(|newest| release <= newest))
    }

    /// The rules about a backend of a release, of the chosen sets, each with the id of its set.
    pub(crate) fn rules<'r>(
        &'r self,
        release: Option<&'r Release>,
        backend: &'r str,
        chosen: impl Fn(&RuleSet) -> bool + 'r,
    ) -> impl Iterator<Item = (&'r str, &'r Rule)> {
        let is_known = self.is_known(release);
        let sets = self.rule_sets.iter().filter(move |&set| is_known && chosen(set));
        sets.flat_map(|set| set.rules.iter().map(|rule| (set.id.as_str(), rule)))
            .filter(move |(_, rule)| rule.applies_to(release, backend))
    }

    /// The rules about a backend in the first of the chosen matrices, each with the id of its set.
    #[must_use]
    pub fn every_rule(&self, backend: &str) -> Vec<(String, Rule)> {
        let release = self.matrices.first().and_then(|matrix| matrix.release.as_ref());
        let rules = self.rules(release, backend, |_| true);
        rules.map(|(set, rule)| (set.to_owned(), rule.clone())).collect()
    }

    /// The targets that a request allows.
    pub(crate) fn targets(&self, request: &Request) -> Vec<Target<'_>> {
        let mut targets = Vec::new();
        let chosen = |m: &&Matrix| request.releases.contains(&m.release);
        for (m, matrix) in self.matrices.iter().enumerate().filter(|(_, m)| chosen(m)) {
            for (b, backend) in matrix.backends.iter().enumerate() {
                if request.backends.contains(&backend.id) {
                    targets.push(self.target((m, matrix), (b, backend), request));
                }
            }
        }
        targets
    }
}

/// Finds why each target without a plan has none, the nearest to one first.
fn rejections<'p>(
    targets: &'p [Target<'p>],
    planned: &[bool],
    request: &'p Request,
) -> Vec<Rejection<'p>> {
    let out = targets.iter().zip(planned).filter(|(_, planned)| !**planned);
    let mut rejections: Vec<_> =
        out.map(|(target, _)| rejection(target, request, request.accept)).collect();
    rejections.sort_by(|a, b| {
        let newest_first = || b.target.release().cmp(&a.target.release());
        let by_backend = || a.target.backend().id.cmp(&b.target.backend().id);
        a.nearness.cmp(&b.nearness).then_with(newest_first).then_with(by_backend)
    });
    rejections
}

fn rejected(rejection: Rejection<'_>) -> Rejected {
    Rejected {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        blocking: rejection.blocking,
    }
}

/// Adds why there is no plan and what would help.
fn explain(search: &mut Search<'_>, rejections: &[Rejection<'_>], outcome: &mut Outcome) {
    let Cores { conflicts: (conflicts, complete), corrections: sets } = search.cores();
    outcome.not_whole("conflicts", !complete);
    outcome.conflicts = conflicts;
    let (corrections, complete) = search.corrections(&sets.sets);
    outcome.not_whole("corrections", !complete || !sets.complete);
    outcome.corrections = corrections;
    outcome.unlocks = rejections.iter().map(unlocks).collect();
    let most = search.effort.most_sets();
    outcome.not_whole("unlocks", outcome.unlocks.iter().any(|it| it.sets.len() > most));
    outcome.unlocks.iter_mut().for_each(|it| it.sets.truncate(most));
    if !search.deadline.ended_search() {
        outcome.notices.extend(Notice::more_than_listed(&outcome.incomplete));
    }
    outcome.closest = rejections.iter().map(closest).collect();
    outcome.hints = hints(&outcome.request, &outcome.sensitivity, &outcome.corrections);
    outcome.hints.extend(split_hint(&outcome.request, &outcome.conflicts));
}

fn unlocks(rejection: &Rejection<'_>) -> Unlocks {
    Unlocks {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        sets: rejection.unlock_sets(),
    }
}

fn closest(rejection: &Rejection<'_>) -> Closest {
    Closest {
        release: rejection.target.release().cloned(),
        backend: rejection.target.backend().id.clone(),
        blocking: rejection.nearest,
    }
}
