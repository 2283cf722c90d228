//! Headroom by name: what could still be added to a plan, and what each addition costs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::rank::Candidate;
use super::search::{configuration, show};
use super::terms::{engine_query, terms};
use super::{Plan, Planner, TouchedCell};
use crate::engine::{Assumption, EngineQuery};
use crate::matrix::Level;
use crate::request::Request;
use crate::target::{Atom, CellRef, Configuration, Target};

/// A feature that could be added alone to a plan, and what that costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// The feature.
    pub feature: String,
    /// The serving pattern that goes with it, where that is another than the plan's.
    pub pattern: Option<String>,
    /// The worst level among the cells that the plan would touch besides.
    pub level: Level,
    /// Those of them that are not plainly supported.
    pub cells: Vec<Arc<TouchedCell>>,
}

impl Planner {
    /// Every listed feature that could be added alone to a plan of a request and leave a valid one,
    /// with any pattern: the cheapest first. As many as the plan's score counts.
    #[must_use]
    pub fn headroom(&self, request: &Request, plan: &Plan) -> Vec<Addition> {
        let (backends, releases) = (vec![plan.backend.clone()], vec![plan.release.clone()]);
        let here = Request { backends, releases, ..request.clone() };
        let targets = self.targets(&here);
        let Some(target) = targets.first() else { return Vec::new() };
        let mut query = engine_query(target, request, &terms(request), request.accept);
        query.assumptions.retain(|assumption| match assumption {
            Assumption::Literal(literal) => matches!(literal.atom, Atom::Fact(_)),
            _ => false,
        });
        let on = configuration(target, request, plan);
        let addable = target.listed().difference(&on.features);
        let mut additions: Vec<(Cost, Addition)> =
            addable.filter_map(|feature| addition(target, request, &query, &on, feature)).collect();
        additions.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.feature.cmp(&y.feature)));
        additions.into_iter().map(|(_, addition)| addition).collect()
    }
}

/// The number of cells that an addition touches besides at each level, from not-applicable to
/// experimental, and with a caveat.
type Cost = [usize; 4];

/// Prices the addition of a feature, with the best-ranked pattern that allows it.
fn addition(
    target: &Target<'_>,
    request: &Request,
    query: &EngineQuery,
    on: &Configuration,
    feature: usize,
) -> Option<(Cost, Addition)> {
    let mut features = on.features.clone();
    features.insert(feature);
    let more = query.deployments(target, features).into_iter();
    let more = more.map(|on| Candidate::new(target, on, query));
    // The plan's own pattern where it allows the feature: another one changes more than was asked.
    let best = more.min_by(|a, b| {
        (a.on.choice != on.choice).cmp(&(b.on.choice != on.choice)).then_with(|| a.compare(b))
    })?;
    let known = target.touched(on);
    let added = target.touched(&best.on).into_iter().filter(|cell| !known.contains(cell));
    let added: Vec<CellRef> = added.collect();
    let level = added.iter().map(|&cell| target.level(cell)).max().unwrap_or(Level::Supported);
    let at = |level| added.iter().filter(|&&cell| target.level(cell) == level).count();
    let caveats = added.iter().filter(|&&cell| target.caveat(cell)).count();
    let cost =
        [at(Level::NotApplicable), at(Level::Undocumented), at(Level::Experimental), caveats];
    let limited = |cell: &CellRef| target.level(*cell) > Level::Supported || target.caveat(*cell);
    let pattern = best.on.choice.filter(|_| best.on.choice != on.choice);
    Some((
        cost,
        Addition {
            feature: target.catalog().features()[feature].id.to_string(),
            pattern: pattern.and_then(|choice| target.choice_id(choice)).map(str::to_owned),
            level,
            cells: show(target, request, Some(&best.on), added.iter().copied().filter(limited)),
        },
    ))
}
