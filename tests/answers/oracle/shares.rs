//! Shares of needs or of workloads, by listing every partition and every choice of plans.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::plan::{Alternative, Plan, Score, SplitScore};
use dynamo_plan::request::Request;

use itertools::Itertools;

use super::answer::Oracle;

/// A set of ids.
pub type Ids = BTreeSet<String>;

/// The patterns in the order in which equal plans are listed.
const PATTERNS: [&str; 4] = ["EPD", "E/PD", "EP/D", "E/P/D"];

/// What a share is served by.
pub struct Served {
    pub plan: Plan,
    pub alternatives: Vec<Alternative>,
}

/// The plans of every share, by the brute force.
pub struct Shares {
    oracle: Oracle,
    known: BTreeMap<String, Vec<Plan>>,
    request: Request,
}

impl Shares {
    /// The brute force over these matrices for the needs and avoids of shares of a request.
    pub fn new(matrices: &[Matrix], request: &Request) -> Self {
        let request = request.clone();
        Shares { oracle: Oracle::new(matrices), known: BTreeMap::new(), request }
    }

    /// The plans for these needs and avoids beside those of the request that are best in wants, levels
    /// and caveats.
    pub fn plans(&mut self, need: &Ids, avoid: &Ids) -> &[Plan] {
        let mut avoid = avoid.clone();
        avoid.extend(self.request.avoid.iter().cloned());
        let need = need.iter().cloned().collect();
        let avoid = avoid.into_iter().collect();
        self.plans_for(&Request { need, avoid, ..self.request.clone() })
    }

    /// The plans for a request that are best in wants, levels and caveats.
    pub fn plans_for(&mut self, request: &Request) -> &[Plan] {
        let oracle = &self.oracle;
        let found = || {
            let mut plans = oracle.answer(request).plans;
            let best = plans.iter().map(|plan| first_criteria(&plan.score)).min();
            plans.retain(|plan| Some(first_criteria(&plan.score)) == best);
            plans
        };
        self.known.entry(format!("{request:?}")).or_insert_with(found)
    }

    /// Whether one deployment can serve a share.
    pub fn can(&mut self, need: &Ids, avoid: &Ids) -> bool {
        !self.plans(need, avoid).is_empty()
    }
}

/// The best choice of a plan of each list, counted so many times, and what it sums up to; `None` where
/// there are too many to list.
pub fn best_choice(plans: &[(Vec<Plan>, u64)]) -> Option<(Vec<Served>, SplitScore)> {
    const MOST: usize = 20_000;
    if plans.iter().map(|(plans, _)| plans.len()).product::<usize>() > MOST {
        return None;
    }
    let choices = plans.iter().map(|(plans, _)| plans).multi_cartesian_product();
    let scored = choices.map(|choice| (score(plans, &choice), choice));
    let best = scored.min_by(|(a, x), (b, y)| {
        let listed = |choice: &[&Plan]| choice.iter().map(|plan| listing(plan)).collect_vec();
        rank(a).cmp(&rank(b)).then_with(|| listed(x).cmp(&listed(y)))
    });
    let (score, choice) = best?;
    let served = choice.iter().zip(plans).map(|(plan, (plans, _))| Served {
        plan: (*plan).clone(),
        alternatives: alternatives(plans, plan),
    });
    Some((served.collect(), score))
}

/// The order of splits, without that of equal ones.
pub fn rank(score: &SplitScore) -> impl Ord + use<> {
    let levels = [score.not_applicable, score.undocumented, score.experimental];
    let first = (score.missed_weight, levels, score.caveat);
    (first, score.backends, score.roles, Reverse(score.headroom))
}

/// Every partition of so many items into non-empty parts.
pub fn partitions(items: usize) -> Vec<Vec<Vec<usize>>> {
    let Some(last) = items.checked_sub(1) else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for smaller in partitions(last) {
        for part in 0..smaller.len() {
            let mut larger = smaller.clone();
            larger[part].push(last);
            all.push(larger);
        }
        let mut larger = smaller;
        larger.push(vec![last]);
        all.push(larger);
    }
    all
}

fn first_criteria(score: &Score) -> impl Ord + use<> {
    let levels = [score.not_applicable, score.undocumented, score.experimental];
    (score.missed_weight, levels, score.caveat)
}

fn score(plans: &[(Vec<Plan>, u64)], choice: &[&Plan]) -> SplitScore {
    let sum = |value: fn(&Score) -> u64| -> u64 {
        choice.iter().zip(plans).map(|(plan, (_, count))| count * value(&plan.score)).sum()
    };
    from_fields!(SplitScore {
        missed_weight: sum(|score| score.missed_weight),
        not_applicable: sum(|score| score.not_applicable as u64),
        undocumented: sum(|score| score.undocumented as u64),
        experimental: sum(|score| score.experimental as u64),
        caveat: sum(|score| score.caveat as u64),
        backends: choice.iter().map(|plan| place(plan)).unique().count(),
        roles: sum(|score| score.roles as u64),
        headroom: sum(|score| score.headroom as u64),
    })
}

fn place(plan: &Plan) -> (Reverse<Option<Release>>, String) {
    (Reverse(plan.release.clone()), plan.backend.clone())
}

/// How plans with equal scores are listed.
fn listing(plan: &Plan) -> impl Ord + use<> {
    let pattern = plan.pattern.as_ref();
    let pattern = pattern.map(|id| PATTERNS.iter().position(|known| known == id));
    (place(plan), plan.features.len(), plan.features.clone(), pattern)
}

fn alternatives(plans: &[Plan], chosen: &Plan) -> Vec<Alternative> {
    let places = plans.iter().map(place).filter(|it| *it != place(chosen)).sorted().dedup();
    let shown = |(Reverse(release), backend): (Reverse<Option<Release>>, String)| {
        from_fields!(Alternative { release: release, backend: backend })
    };
    places.map(shown).collect()
}
