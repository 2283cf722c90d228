//! Answers of release 0.9.0 that are known, typed by hand.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{ask, ask_for, bundled, count, planner};
use dynamo_plan::matrix::{Level, Term};
use dynamo_plan::plan::{Hint, Outcome, Plan};

fn answer(needs: &[&str]) -> Outcome {
    answer_at(needs, Level::Experimental)
}

fn answer_at(needs: &[&str], accept: Level) -> Outcome {
    let matrices = [bundled()];
    let mut request = ask_for(&matrices, needs);
    request.accept = accept;
    ask(&planner(&matrices), &request)
}

/// The plans in order, each as its backend and pattern.
fn targets(answer: &Outcome) -> Vec<String> {
    let target = |plan: &Plan| match &plan.pattern {
        Some(pattern) => format!("{} {pattern}", plan.backend),
        None => plan.backend.clone(),
    };
    answer.plans.iter().map(target).collect()
}

/// Experimental cells, cells with a caveat and headroom of every plan.
fn values(answer: &Outcome) -> Vec<(usize, usize, usize)> {
    let values = |plan: &Plan| (plan.score.experimental, plan.score.caveat, plan.score.headroom);
    answer.plans.iter().map(values).collect()
}

fn experimental(answer: &Outcome) -> Vec<usize> {
    answer.plans.iter().map(|plan| plan.score.experimental).collect()
}

/// The corrections as the id to drop and the number of plans.
fn corrections(answer: &Outcome) -> Vec<(Vec<String>, usize)> {
    let texts = |drop: &[Term]| drop.iter().map(Term::to_string).collect();
    answer.corrections.iter().map(|it| (texts(&it.drop), it.plans)).collect()
}

fn drops(list: &[(&str, usize)]) -> Vec<(Vec<String>, usize)> {
    list.iter().map(|(id, plans)| (vec![(*id).to_owned()], *plans)).collect()
}

#[test]
fn counts() {
    let matrix = bundled();
    let counts = |accept| {
        ["vllm", "trtllm", "sglang"]
            .map(|id| count(&matrix, matrix.backend(id).expect("a bundled backend"), accept))
    };
    assert_eq!(counts(Level::Supported), [(176, 224), (112, 112), (40, 40)]);
    assert_eq!(counts(Level::Experimental), [(480, 704), (224, 240), (192, 192)]);
    assert_eq!(counts(Level::NotApplicable), [(2304, 4096), (384, 448), (384, 384)]);
}

#[test]
fn speculative_decoding_with_routing() {
    let answer = answer(&["speculative-decoding", "kv-aware-routing"]);
    assert_eq!(targets(&answer), ["trtllm", "vllm", "sglang"]);
    assert_eq!(values(&answer)[..2], [(0, 0, 5), (0, 0, 5)]);
    assert_eq!(values(&answer)[2].0, 2);
}

#[test]
fn block_manager_with_migration() {
    let answer = answer(&["kv-block-manager", "request-migration"]);
    assert_eq!(targets(&answer), ["vllm", "trtllm", "sglang"]);
    assert_eq!(values(&answer)[..2], [(1, 0, 10), (1, 0, 7)]);
    assert_eq!(values(&answer)[2].0, 2);
}

#[test]
fn images_with_disaggregation() {
    let answer = answer(&["multimodal-image", "disaggregated-serving"]);
    let expected = ["vllm EP/D", "trtllm EP/D", "vllm E/P/D", "sglang E/P/D", "trtllm E/P/D"];
    assert_eq!(targets(&answer), expected);
    assert_eq!(experimental(&answer), [0, 0, 0, 0, 1]);
}

#[test]
fn images() {
    let answer = answer(&["multimodal-image"]);
    assert_eq!(targets(&answer), ["vllm EPD", "trtllm EPD", "vllm E/PD", "sglang E/PD"]);
}

#[test]
fn cancellation_with_routing() {
    let answer = answer(&["request-cancellation", "kv-aware-routing"]);
    assert_eq!(targets(&answer), ["vllm", "trtllm", "sglang"]);
    let flaws: Vec<_> = values(&answer).iter().map(|value| (value.0, value.1)).collect();
    assert_eq!(flaws, [(0, 0), (0, 1), (1, 0)]);
}

#[test]
fn a_planner_with_disaggregation_and_routing() {
    let answer = answer(&["disaggregated-serving", "kv-aware-routing", "sla-based-planner"]);
    assert_eq!(targets(&answer), ["sglang", "trtllm", "vllm"]);
    assert_eq!(values(&answer), [(0, 0, 4); 3]);
}

#[test]
fn adapters_with_tools() {
    assert_eq!(targets(&answer(&["lora", "tool-calling"])), ["vllm"]);
}

#[test]
fn images_with_routing() {
    let answer = answer(&["multimodal-image", "kv-aware-routing"]);
    assert!(!answer.satisfiable);
    assert_eq!(corrections(&answer), drops(&[("kv-aware-routing", 4), ("multimodal-image", 3)]));
    assert_eq!(answer.rejected.len(), 3);
    for target in &answer.rejected {
        let [cell] = target.blocking.as_slice() else { panic!("{target:?}") };
        assert_eq!(cell.terms, ["kv-aware-routing", "multimodal"].map(Term::on));
        assert_eq!(cell.level, Level::Unsupported);
        assert!(!cell.notes.is_empty(), "the footnote is the reason");
    }
}

#[test]
fn video_with_adapters() {
    let answer = answer(&["multimodal-video", "lora"]);
    assert!(!answer.satisfiable);
    assert_eq!(answer.conflicts, [["lora", "multimodal-video"].map(Term::on)]);
    assert_eq!(corrections(&answer), drops(&[("lora", 2), ("multimodal-video", 1)]));
    let plans: Vec<_> = answer.sensitivity.iter().map(|it| (it.accept, it.plans)).collect();
    assert_eq!(plans, [(Level::Undocumented, 0), (Level::NotApplicable, 2)]);
    let accept = Hint::Accept { value: Level::NotApplicable, plans: 2 };
    let drop = Hint::Drop { value: vec![Term::on("lora")], plans: 2 };
    let value = vec![vec!["lora".to_owned()], vec!["multimodal-video".to_owned()]];
    let split = Hint::Split { value, deployments: 2 };
    assert_eq!(answer.hints, [accept, drop, split]);
    let closest: Vec<_> = answer.closest.iter().map(|it| (&*it.backend, it.blocking)).collect();
    assert_eq!(closest, [("vllm", 1), ("trtllm", 3), ("sglang", 3)]);
    let vllm = &answer.unlocks[0].sets;
    assert_eq!((vllm.len(), vllm[0].len()), (1, 1));
    assert_eq!(vllm[0][0].terms, ["lora", "multimodal"].map(Term::on));
}

#[test]
fn video_with_adapters_at_one_s_own_risk() {
    let answer = answer_at(&["multimodal-video", "lora"], Level::NotApplicable);
    assert_eq!(targets(&answer), ["vllm EPD", "vllm E/PD"]);
    assert!(answer.plans.iter().all(|plan| plan.level == Level::NotApplicable));
}

#[test]
fn the_flagship_plan_is_as_documented() {
    let answer = answer(&["kv-aware-routing", "lora"]);
    let best = &answer.plans[0];
    assert_eq!((best.rank, &*best.backend, &best.pattern), (1, "vllm", &None));
    assert_eq!((best.level, best.score.headroom), (Level::Supported, 5));
    assert!(best.added.is_empty() && best.missed.is_empty());
}
