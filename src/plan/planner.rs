//! The planner: matrices and a request in, the whole answer out.

use std::sync::Arc;

use itertools::Itertools;

use super::cache::PlannerCache;
use super::lazy::Lazy;
use super::platform::platform_cells;
use super::terms::fact_terms;
use crate::matrix::deploy::DeploySettings;
use crate::matrix::{
    Backend, Dimension, Fact, Matrix, Recorded, Release, Rule, RuleSet, UnlistedTopic,
};
use crate::request::{Known, Query, Request, RequestError};
use crate::target::{Catalog, FactRule, MatrixLayout, Target};

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
    /// Whether everything goes to the solver.
    by_solver: bool,
    pub(super) cache: PlannerCache,
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
            by_solver: false,
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

    /// The same without any table of cells, for comparison: everything goes to the solver.
    #[doc(hidden)]
    #[must_use]
    pub fn by_solver(mut self) -> Self {
        self.by_solver = true;
        self
    }

    /// Whether everything goes to the solver.
    pub(crate) fn is_by_solver(&self) -> bool {
        self.by_solver
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
