//! Every valid plan, found best first: any number of them is the beginning of all, and all are counted.

use std::ops::ControlFlow;

use crate::oracle::{Case, Rng, planner, random_matrices, random_request, random_rules};
use dynamo_plan::Planner;
use dynamo_plan::plan::{CellDetail, Effort, Plan};
use dynamo_plan::request::Request;

#[test]
fn any_number_of_plans_is_the_beginning_of_all() {
    let (mut several, mut wants) = (0, 0);
    for seed in 0..150 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let mut case = Case::new(matrices.clone(), random_request(&rng, &matrices));
        if rng.percent(40) {
            case.rule_sets.push(random_rules(&rng, &matrices));
            case.request.rules.push("random".to_owned());
        }
        case.request.all = true;
        let planner = planner(&case.matrices).with_rules(case.rule_sets.clone());
        let (total, all) = planner.plans(&case.request, CellDetail::None, None);
        assert_eq!(total, all.len(), "seed {seed}");
        for limit in [1, 2, 3, 10] {
            let (counted, some) = planner.plans(&case.request, CellDetail::None, Some(limit));
            assert_eq!(counted, total, "seed {seed}, limit {limit}");
            assert_eq!(some, all[..limit.min(total)], "seed {seed}, limit {limit}");
        }
        assert_eq!(bare(streamed(&planner, &case.request)), bare(all), "seed {seed}");
        several += usize::from(total > 10);
        wants += usize::from(total > 1 && !case.request.want.is_empty());
    }
    assert!(several > 20 && wants > 5, "{several} with several plans, {wants} with wants");
}

fn streamed(planner: &Planner, request: &Request) -> Vec<Plan> {
    let mut plans = Vec::new();
    let streamed =
        planner.stream_plans(request, CellDetail::None, Effort::default(), &mut |plan| {
            plans.push(plan);
            ControlFlow::Continue(())
        });
    assert!(streamed.whole);
    assert_eq!(streamed.shown, plans.len());
    plans
}

/// Without what only a full answer works out.
fn bare(mut plans: Vec<Plan>) -> Vec<Plan> {
    for plan in &mut plans {
        plan.run = None;
        plan.engine = None;
        plan.platforms.clear();
    }
    plans
}
