//! Fixed configurations: the planner judges them as the brute force does, which looks the cells up.
#![allow(clippy::unwrap_used)]

use dynamo_plan::Planner;
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Level, Release, Term};
use dynamo_plan::plan::{FixedConfiguration, Judgement};

use crate::oracle::{Case, Rng, check, planner, random_matrices};

fn fixed(release: &str, backend: &str, on: &[&str]) -> FixedConfiguration {
    FixedConfiguration {
        release: Release::new(release),
        backend: backend.to_owned(),
        on: on.iter().map(|id| (*id).to_owned()).collect(),
        open: Vec::new(),
        pattern: None,
        facts: Vec::new(),
        rules: vec!["deployability".to_owned(), "known-issues".to_owned()],
        accept: Level::Experimental,
    }
}

fn judged(fixed: &FixedConfiguration) -> Judgement {
    Planner::of_matrices(bundle::matrix(&fixed.release).into_iter().collect()).judge(fixed).unwrap()
}

#[test]
fn what_is_on_is_judged_alone() {
    let works = judged(&fixed("0.9.0", "vllm", &["lora", "kv-aware-routing"]));
    assert!(works.outcome.satisfiable && works.outcome.total == 1);
    assert_eq!(works.outcome.plans[0].features, ["kv-aware-routing", "lora"]);
    assert_eq!(works.cells.len(), 3);
    let clashes = judged(&fixed("0.9.0", "vllm", &["lora", "multimodal-video"]));
    assert_eq!(clashes.outcome.conflicts, [[Term::on("lora"), Term::on("multimodal-video")]]);
    let level = |cell: &dynamo_plan::plan::TouchedCell| cell.level;
    assert!(clashes.cells.iter().any(|cell| level(cell) == Level::NotApplicable));
    assert!(clashes.cells.iter().any(|cell| level(cell) <= Level::Experimental));
}

#[test]
fn a_companion_that_is_missing_is_named() {
    let alone = judged(&fixed("0.9.0", "vllm", &["sla-based-planner"]));
    let terms = [Term::on("+disaggregated-serving"), Term::on("sla-based-planner")];
    assert_eq!(alone.outcome.conflicts, [terms]);
    let drops: Vec<_> = alone.outcome.corrections.iter().map(|it| it.drop.clone()).collect();
    assert_eq!(drops, [[Term::on("+disaggregated-serving")], [Term::on("sla-based-planner")]]);
    let mut open = fixed("0.9.0", "vllm", &["sla-based-planner"]);
    open.open.push("disaggregated-serving".to_owned());
    assert!(judged(&open).outcome.satisfiable, "nobody knows whether it is missing");
}

#[test]
fn a_group_is_met_by_its_best_variant_and_a_pattern_is_as_it_is() {
    let any = judged(&fixed("0.9.0", "vllm", &["multimodal"]));
    assert_eq!(any.outcome.plans[0].features, ["multimodal-image"]);
    let mut decoded = fixed("0.9.0", "vllm", &["multimodal"]);
    decoded.pattern = Some("E/P/D".to_owned());
    let conflicts = judged(&decoded).outcome.conflicts;
    assert!(
        conflicts.iter().flatten().any(|term| term.id() == "+disaggregated-serving"),
        "{conflicts:?}"
    );
    decoded.on.push("disaggregated-serving".to_owned());
    assert_eq!(judged(&decoded).outcome.plans[0].pattern.as_deref(), Some("E/P/D"));
}

#[test]
fn what_has_no_row_is_left_out_and_named() {
    let judged = judged(&fixed("1.0.1", "vllm", &["lora", "gpu-memory-service"]));
    assert_eq!(judged.without_row, ["gpu-memory-service"]);
    assert_eq!(judged.outcome.request.need, ["lora"]);
    let unknown = fixed("9.9.9", "vllm", &["lora"]);
    assert!(Planner::bundled().judge(&unknown).is_none());
}

#[test]
fn random_configurations_are_judged_as_by_the_brute_force() {
    let (mut works, mut fails, mut missing) = (0, 0, 0);
    for seed in 0..300 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let matrix = rng.pick(&matrices).clone();
        let Some(release) = matrix.release.clone() else { continue };
        let ids: Vec<&str> = matrix.features.iter().map(|it| it.id.as_str()).collect();
        let patterns = matrix.dimension.iter().flat_map(|it| &it.options).map(|it| it.id.clone());
        let patterns: Vec<String> = patterns.collect();
        let fixed = FixedConfiguration {
            release,
            backend: rng.pick(&matrix.backends).id.clone(),
            on: rng.some(&ids, rng.below(4)).into_iter().map(str::to_owned).collect(),
            open: rng.some(&ids, rng.below(2)).into_iter().map(str::to_owned).collect(),
            pattern: (!patterns.is_empty() && rng.percent(30)).then(|| rng.pick(&patterns).clone()),
            facts: Vec::new(),
            rules: Vec::new(),
            accept: *rng.pick(&[Level::Supported, Level::Experimental, Level::NotApplicable]),
        };
        let judgement = planner(std::slice::from_ref(&matrix)).judge(&fixed).unwrap();
        let case = Case::new(vec![matrix], judgement.outcome.request.clone());
        let expected = check(seed, &case);
        assert_eq!(judgement.outcome.satisfiable, expected.satisfiable, "seed {seed}");
        assert_eq!(judgement.outcome.conflicts.len(), expected.conflicts.len(), "seed {seed}");
        let renamed = expected.conflicts.iter().flatten().filter(|term| term.is_negated()).count();
        let plus = judgement.outcome.conflicts.iter().flatten();
        assert_eq!(plus.filter(|term| term.id().starts_with('+')).count(), renamed, "seed {seed}");
        let blocks = |it: &std::sync::Arc<dynamo_plan::plan::TouchedCell>| it.level > fixed.accept;
        if expected.satisfiable {
            assert!(!judgement.cells.iter().any(blocks), "seed {seed}");
            works += 1;
        } else {
            assert!(
                judgement.cells.is_empty() || judgement.cells.iter().any(blocks),
                "seed {seed}"
            );
            fails += 1;
        }
        missing += usize::from(renamed > 0);
    }
    assert!(works > 50 && fails > 50 && missing > 3, "{works} {fails} {missing}");
}
