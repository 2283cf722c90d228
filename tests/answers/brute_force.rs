//! The brute force itself: it gives the sums and counts that are known of release 0.9.0, and
//! notices when a cell changes.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::oracle::{
    Case, Oracle, Probe, Rng, Seen, Sums, ask_for, bundled, random_matrices, random_request,
    without_patterns,
};
use dynamo_plan::matrix::{Level, Matrix, Term};

#[test]
fn sums_without_patterns() {
    let matrix = without_patterns(bundled());
    assert_eq!(sums(&matrix, Level::Supported), (195, 17, 18_432, 11_732));
    assert_eq!(sums(&matrix, Level::Experimental), (479, 15, 15_360, 9_536));
    assert_eq!(sums(&matrix, Level::Undocumented), (479, 15, 15_360, 9_536));
    assert_eq!(sums(&matrix, Level::NotApplicable), (2_303, 3, 3_072, 3_584));
}

#[test]
fn counts_with_patterns() {
    let oracle = Oracle::new(&[bundled()]);
    let counts = |accept| {
        ["vllm", "trtllm", "sglang"].map(|id| {
            let target = oracle.targets.iter().find(|target| target.backend == id).expect(id);
            oracle.count(target, accept)
        })
    };
    assert_eq!(counts(Level::Supported), [(176, 224), (112, 112), (40, 40)]);
    assert_eq!(counts(Level::Experimental), [(480, 704), (224, 240), (192, 192)]);
    assert_eq!(counts(Level::Undocumented), [(480, 704), (224, 240), (192, 192)]);
    assert_eq!(counts(Level::NotApplicable), [(2304, 4096), (384, 448), (384, 384)]);
}

#[test]
fn a_changed_level_changes_the_sums() {
    let mut matrix = without_patterns(bundled());
    let backend = matrix.backends.iter_mut().find(|backend| backend.id == "vllm").expect("vllm");
    let pair = ["lora", "tool-calling"].map(Term::on);
    let cell = backend.cells.iter_mut().find(|cell| *cell.terms == pair).expect("the pair");
    cell.level = Level::Unsupported;
    assert_ne!(sums(&matrix, Level::Experimental), (479, 15, 15_360, 9_536));
}

#[test]
fn a_missing_pair_is_undocumented() {
    let mut matrix = without_patterns(bundled());
    for backend in &mut matrix.backends {
        backend.cells.retain(|cell| *cell.terms != ["lora", "tool-calling"].map(Term::on));
    }
    let oracle = Oracle::new(std::slice::from_ref(&matrix));
    let mut request = ask_for(std::slice::from_ref(&matrix), &["lora", "tool-calling"]);
    assert_eq!(oracle.answer(&request).total, 0);
    request.accept = Level::Undocumented;
    assert_eq!(oracle.answer(&request).plans[0].score.undocumented, 1);
}

/// The two ways to find out whether a request can be had, listing and searching, agree.
#[test]
fn the_search_agrees_with_the_listing() {
    let mut seen = Seen::default();
    for seed in 0..300 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng)[..1].to_vec();
        let request = random_request(&rng, &matrices);
        let case = Case::new(matrices, request);
        let answer = Oracle::of(&case).answer(&case.request);
        assert_eq!(can(&case), answer.satisfiable, "seed {seed}");
        seen.add_case(&case, &answer);
    }
    seen.assert("a plan", 60);
    seen.assert("no plan", 60);
}

fn can(case: &Case) -> bool {
    let request = &case.request;
    let needs = request.need.iter().map(Term::on);
    let avoids = request.avoid.iter().map(Term::off);
    let pattern = request.pattern.iter().map(|id| Term::on(format!("pattern={id}")));
    let terms: Vec<Term> = needs.chain(avoids).chain(pattern).collect();
    let matrix = &case.matrices[0];
    let mut chosen =
        matrix.backends.iter().filter(|backend| request.backends.contains(&backend.id));
    chosen.any(|backend| Probe::new(matrix, backend, request.accept).can(&terms))
}

fn sums(matrix: &Matrix, accept: Level) -> (usize, usize, usize, usize) {
    let matrices = std::slice::from_ref(matrix);
    let oracle = Oracle::new(matrices);
    let mut sums = Sums::default();
    for needs in oracle.universe.every_request() {
        let mut request = ask_for(matrices, &needs);
        request.accept = accept;
        sums += &oracle.answer(&request);
    }
    sums.row()
}
