//! Random and planted matrices: the planner answers as the brute force does.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{
    Case, FACTS, Oracle, Rng, Seen, Terms, ask, check, count, none_dominates, planner_of, planted,
    planted_pattern, random_matrices, random_request, random_rules,
};
use dynamo_plan::Planner;
use dynamo_plan::engine::Ranking;
use dynamo_plan::matrix::{Level, Matrix, Term};
use dynamo_plan::plan::{CellDetail, Outcome, Ranker};
use dynamo_plan::request::Request;
use itertools::Itertools;

#[test]
fn random_requests_of_random_matrices() {
    let mut seen = Seen::default();
    for seed in 0..500 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        seen.add("a backend that another dominates", !none_dominates(&matrices));
        for _ in 0..4 {
            let case = random_case(&rng, &matrices);
            let answer = check(seed, &case);
            seen.add_case(&case, &answer);
        }
    }
    for (kind, least) in OCCUR {
        seen.assert(kind, least);
    }
}

/// The table of cells as bits and the solver give the same bytes.
#[test]
fn tables_and_solver_answer_alike() {
    let (mut ranked, mut told) = (0, 0);
    for seed in 1_000..1_400 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let case = random_case(&rng, &matrices);
        let planner = planner_of(&case);
        let by_solver = planner.clone().by_solver();
        assert!(Ranker::new(&by_solver, &case.request).is_none());
        let ranker = Ranker::new(&planner, &case.request).unwrap();
        let query = ranker.query(&case.request).unwrap();
        ranked += usize::from(ranker.rank(&query, &mut Ranking::default()).is_some());
        told += usize::from(ranker.term_sets(&ranker.terms(&case.request).unwrap()).is_ok());
        let json = |planner: &Planner| {
            let bare = planner.plans(&case.request, CellDetail::None, None);
            serde_json::to_string(&(ask(planner, &case.request), bare)).unwrap()
        };
        assert_eq!(json(&planner), json(&by_solver), "seed {seed}: {:?}", case.request);
        assert_eq!(
            planner.conflicts(&case.request),
            by_solver.conflicts(&case.request),
            "seed {seed}: {:?}",
            case.request
        );
        // All features on one backend: where features and pairs decide, that has a way of its own.
        for backend in &case.matrices[0].backends {
            let features = case.matrices[0].features.iter();
            let one = Request {
                need: features.map(|feature| feature.id.to_string()).sorted().collect(),
                backends: vec![backend.id.clone()],
                releases: vec![case.matrices[0].release.clone()],
                avoid: Vec::new(),
                want: Vec::new(),
                all: false,
                ..case.request.clone()
            };
            assert_eq!(planner.conflicts(&one), by_solver.conflicts(&one), "seed {seed}: {one:?}");
        }
    }
    // Were the solver asked in either case, there would be nothing to compare.
    assert!(ranked == 400 && told > 100, "{ranked} ranked and {told} told of 400");
}

/// A request, in a fifth of the cases with rules that count or not.
fn random_case(rng: &Rng, matrices: &[Matrix]) -> Case {
    let mut case = Case::new(matrices.to_vec(), random_request(rng, matrices));
    if rng.percent(30) {
        case.rule_sets.push(random_rules(rng, matrices));
        case.request.rules.extend(rng.percent(80).then(|| "random".to_owned()));
        let stated = rng.some(&FACTS, *rng.pick(&[0, 1, 1, 2]));
        case.request.facts = stated
            .into_iter()
            .map(|fact| if rng.percent(25) { format!("!{fact}") } else { fact.to_string() })
            .collect();
        case.request.facts.sort();
    }
    case
}

/// What must occur among the random cases, and how often at least.
const OCCUR: [(&str, usize); 37] = [
    ("a plan", 500),
    ("no plan", 500),
    ("some targets in, some out", 200),
    ("three targets or more", 500),
    ("two releases", 300),
    ("a matrix without patterns", 300),
    ("needs a group", 200),
    ("avoids", 500),
    ("avoids a group", 50),
    ("wants", 300),
    ("a pattern", 150),
    ("everything", 150),
    ("rules that count", 150),
    ("a stated fact", 50),
    ("a denied fact", 20),
    ("a rule that changes a level", 20),
    ("a rule that waits for a fact", 10),
    ("a conflict with a fact", 5),
    ("an addition", 300),
    ("a missed want", 50),
    ("a plan with a pattern", 300),
    ("headroom", 300),
    ("a missing cell", 50),
    ("a rule", 30),
    ("a negated term", 30),
    ("a caveat", 200),
    ("a conflict of one term", 400),
    ("a conflict of two terms", 300),
    ("a conflict of three terms", 60),
    ("several conflicts", 300),
    ("a conflict with an avoid", 20),
    ("a conflict with a pattern", 20),
    ("a correction of two terms", 300),
    ("an unlock of several cells", 300),
    ("several unlocks", 100),
    ("only a definition", 20),
    ("more plans at a worse level", 300),
];

#[test]
fn counts_of_random_matrices() {
    for seed in 0..100 {
        let matrices = random_matrices(&Rng::new(seed));
        let matrix = &matrices[0];
        let oracle = Oracle::new(&matrices[..1]);
        for (backend, target) in matrix.backends.iter().zip(&oracle.targets) {
            for accept in Level::ACCEPTABLE {
                let found = count(matrix, backend, accept);
                assert_eq!(found, oracle.count(target, accept), "{seed} {} {accept}", backend.id);
            }
        }
    }
}

#[test]
fn planted_conflicts_of_three_terms() {
    planted_conflicts(3);
}

#[test]
fn planted_conflicts_of_four_terms() {
    planted_conflicts(4);
}

#[test]
fn planted_conflicts_of_five_terms() {
    planted_conflicts(5);
}

fn planted_conflicts(size: usize) {
    let mut seen = Seen::default();
    for seed in 0..200 {
        let rng = Rng::new(seed);
        let pattern = seed % 3 == 0;
        let case = if pattern { planted_pattern(&rng, size) } else { planted(&rng, size) };
        let answer = check(seed, &case);
        let found: Vec<&Terms> =
            answer.conflicts.iter().filter(|conflict| conflict.len() == size).collect();
        seen.add("the size", !found.is_empty());
        seen.add("spread", found.iter().any(|conflict| is_spread(&case, conflict)));
        let all = || found.iter().flat_map(|conflict| conflict.iter());
        seen.add("with an avoid", all().any(Term::is_negated));
        seen.add("with a pattern", all().any(|term| term.id().starts_with("pattern=")));
    }
    seen.assert("the size", 80);
    seen.assert("spread", 70);
    seen.assert("with an avoid", 15);
    seen.assert("with a pattern", 15);
}

/// Whether no single backend has this conflict: each fails for a smaller one.
fn is_spread(case: &Case, conflict: &Terms) -> bool {
    let oracle = Oracle::of(case);
    case.request.backends.iter().all(|backend| {
        let request = Request { backends: vec![backend.clone()], ..case.request.clone() };
        let answer: Outcome = oracle.answer(&request);
        !answer.conflicts.contains(conflict)
    })
}
