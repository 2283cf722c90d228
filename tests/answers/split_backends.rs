//! Which backends a split runs on: needs of which no two can share a deployment, so that there is one
//! split and many choices of plans, against every set of backends; and answers worked out by hand.
#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;
use std::path::Path;

use crate::oracle::{Rng, Seen, planner};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::plan::{Deployment, Split, SplitOutcome, SplitRequest};
use dynamo_plan::{Planner, Query};
use itertools::Itertools;

/// How many extra features there are.
const EXTRAS: usize = 3;

/// Marks, from bad to good.
const MARKS: [&str; 3] = ["", "🚧", "✅"];

/// Some needs and extra features on backends: no two needs go together.
struct Exclusive {
    needs: usize,
    backends: usize,
    /// Per backend and need, how good it is, from 0 to 2; the extra features are all good.
    need: Vec<Vec<usize>>,
    /// Per backend, need and extra feature, whether they go together.
    goes_with: Vec<Vec<Vec<bool>>>,
}

impl Exclusive {
    fn random(rng: &Rng, needs: usize, backends: usize, share: usize) -> Self {
        let mark = || if rng.percent(share) { rng.within(1, 2) } else { 0 };
        let need = || (0..needs).map(|_| mark()).collect();
        let extras = || (0..EXTRAS).map(|_| rng.percent(50)).collect();
        Exclusive {
            needs,
            backends,
            need: (0..backends).map(|_| need()).collect(),
            goes_with: (0..backends).map(|_| (0..needs).map(|_| extras()).collect()).collect(),
        }
    }

    /// The matrix as a model file says it.
    fn matrix(&self) -> Matrix {
        let names = (0..self.needs).map(|i| format!("Need {i}"));
        let names = names.chain((0..EXTRAS).map(|i| format!("Extra {i}"))).collect_vec();
        let row = |name: &str, cells: &[&str]| format!("| {name} | {} |\n", cells.join(" | "));
        let backends = (0..self.backends).map(|backend| format!("B{backend}")).collect_vec();
        let header = row("Feature", &backends.iter().map(String::as_str).collect_vec());
        let mut text = format!("format = \"dynamo-plan/model/v1\"\nfeatures = '''\n{header}");
        for (i, name) in names.iter().enumerate() {
            let mark = |of: &Vec<usize>| of.get(i).map_or("✅", |&mark| MARKS[mark]);
            text += &row(name, &self.need.iter().map(mark).collect_vec());
        }
        text += "'''\n[pairs]\n";
        for backend in 0..self.backends {
            let header = row("Feature", &names.iter().map(String::as_str).collect_vec());
            text += &format!("b{backend} = '''\n{header}");
            for (i, name) in names.iter().enumerate() {
                let cells = (0..names.len()).map(|j| self.pair(backend, i, j));
                text += &row(name, &cells.collect_vec());
            }
            text += "'''\n";
        }
        let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
        let path = Path::new("exclusive.toml");
        dynamo_plan::load::model(text.into(), path, &bundle::vocabulary(), &no_file).unwrap().matrix
    }

    /// The split of the needs; `None` where one of them cannot be had.
    fn split(&self) -> Option<SplitOutcome> {
        let planner = planner(&[self.matrix()]);
        let needs = (0..self.needs).map(|need| format!("need-{need}"));
        let request = planner.resolve(&Query::needing(needs)).unwrap();
        let all = (0..self.needs).all(|need| !self.best(need).is_empty());
        all.then(|| planner.split(&SplitRequest::of(request)))
    }

    fn pair(&self, backend: usize, row: usize, column: usize) -> &'static str {
        match (row, column) {
            _ if row <= column => {
                if row == column {
                    "—"
                } else {
                    ""
                }
            }
            _ if row < self.needs => "❌",
            _ if column >= self.needs => "✅",
            _ if self.goes_with[backend][column][row - self.needs] => "✅",
            _ => "❌",
        }
    }

    /// The backends that serve a need best, each with the headroom of its plan.
    fn best(&self, need: usize) -> Vec<(usize, usize)> {
        let mark = |backend: usize| self.need[backend][need];
        let best = (0..self.backends).map(mark).max().unwrap();
        let free = |backend: usize| self.goes_with[backend][need].iter().filter(|it| **it).count();
        let best = (0..self.backends).filter(|&backend| best > 0 && mark(backend) == best);
        best.map(|backend| (backend, free(backend))).collect()
    }

    /// The backend of each need: of all sets of fewest backends, the best.
    fn backends(&self) -> Vec<usize> {
        let best = (0..self.needs).map(|need| self.best(need)).collect_vec();
        let choice = |set: u32| -> Option<Vec<(usize, usize)>> {
            let first = |places: &Vec<(usize, usize)>| {
                let here = places.iter().filter(|(backend, _)| set >> backend & 1 == 1).copied();
                here.min_by_key(|&(backend, headroom)| (Reverse(headroom), backend))
            };
            best.iter().map(first).collect()
        };
        let sets =
            (0..1 << self.backends).filter_map(|set: u32| Some((set.count_ones(), choice(set)?)));
        let best = sets.min_by_key(|(count, choice)| {
            let headroom: usize = choice.iter().map(|(_, headroom)| headroom).sum();
            (*count, Reverse(headroom), choice.iter().map(|(backend, _)| *backend).collect_vec())
        });
        best.unwrap().1.into_iter().map(|(backend, _)| backend).collect()
    }
}

#[test]
fn the_fewest_backends_serve_needs_that_exclude_each_other() {
    let mut seen = Seen::default();
    for seed in 0..150 {
        let rng = Rng::new(seed);
        let random = Exclusive::random(&rng, 7, 8, rng.within(20, 70));
        let Some(outcome) = random.split() else { continue };
        assert_eq!((outcome.total, outcome.deployments()), (1, 7), "seed {seed}");
        let split = &outcome.splits[0];
        let expected = random.backends();
        let named = expected.iter().map(|backend| format!("b{backend}")).collect_vec();
        assert_eq!(run_on(split), named, "seed {seed}");
        assert_eq!(split.score.backends, expected.iter().unique().count());
        for (need, deployment) in split.deployments.iter().enumerate() {
            let best = random.best(need).into_iter().map(|(backend, _)| format!("b{backend}"));
            let others = best.filter(|backend| *backend != deployment.plan.backend).collect_vec();
            assert_eq!(alternatives(deployment), others, "seed {seed}");
        }
        seen.add("one", split.score.backends == 1);
        seen.add("two", split.score.backends == 2);
        seen.add("three", split.score.backends == 3);
        seen.add("more", split.score.backends > 3);
        let first =
            |need| random.best(need).into_iter().min_by_key(|&(it, free)| (Reverse(free), it));
        let alone = (0..7).filter_map(first).map(|(backend, _)| backend).unique().count();
        seen.add("fewer than each alone", split.score.backends < alone);
    }
    for (kind, least) in [("two", 10), ("three", 30), ("more", 30), ("fewer than each alone", 50)] {
        seen.assert(kind, least);
    }
}

/// A dozen shares on as many places as three backends of 18 releases are: no more of them than it takes
/// to choose, again and again, the one that serves most.
#[test]
fn a_dozen_needs_on_many_backends() {
    for (seed, share) in [10, 15, 20, 30, 40].into_iter().enumerate() {
        let random = Exclusive::random(&Rng::new(seed as u64), 12, 54, share);
        let split = random.split().unwrap().splits.remove(0);
        let mut left = (0..12).collect_vec();
        let mut greedy = 0;
        while !left.is_empty() {
            let serves = |backend: usize, need: usize| {
                random.best(need).iter().any(|(other, _)| *other == backend)
            };
            let count = |&it: &usize| left.iter().filter(|&&need| serves(it, need)).count();
            let most = (0..54).max_by_key(count).unwrap();
            left.retain(|&need| !serves(most, need));
            greedy += 1;
        }
        assert!(split.score.backends <= greedy, "{greedy}: {:?}", split.score);
        assert_eq!(run_on(&split).into_iter().unique().count(), split.score.backends);
    }
}

fn run_on(split: &Split) -> Vec<&str> {
    split.deployments.iter().map(|deployment| &*deployment.plan.backend).collect()
}

fn alternatives(deployment: &Deployment) -> Vec<&str> {
    deployment.alternatives.iter().map(|place| &*place.backend).collect()
}

/// On 1.4.0 no two of these go together, only vLLM has LoRA, and SGLang's speculative decoding is
/// experimental.
#[test]
fn one_backend_where_it_serves_all_as_well() {
    let outcome = split("1.4.0", &["planner", "spec-decode", "lora"]);
    assert_eq!(outcome.total, 1);
    let [split] = &*outcome.splits else { panic!("{outcome:#?}") };
    assert_eq!(shares(split), ["lora", "sla-based-planner", "speculative-decoding"]);
    assert_eq!(run_on(split), ["vllm", "vllm", "vllm"]);
    assert_eq!((split.score.backends, split.score.experimental, split.score.caveat), (1, 0, 0));
    let alternatives = split.deployments.iter().map(alternatives).collect_vec();
    assert_eq!(alternatives, [vec![], vec!["sglang", "trtllm"], vec!["trtllm"]]);
}

/// On 0.9.0 LoRA and the planner do not go together. Request migration goes with either, on vLLM as an
/// experiment: with the planner it is supported on SGLang, and that is worth a second backend.
#[test]
fn better_cells_before_fewer_backends() {
    let outcome = split("0.9.0", &["planner", "migration", "lora"]);
    assert_eq!((outcome.total, outcome.deployments()), (2, 2));
    let [best, second] = &*outcome.splits else { panic!("{outcome:#?}") };
    assert_eq!(shares(best), ["request-migration sla-based-planner", "lora"]);
    assert_eq!(run_on(best), ["sglang", "vllm"]);
    assert_eq!((best.score.experimental, best.score.backends), (0, 2));
    assert!(best.deployments.iter().all(|deployment| deployment.alternatives.is_empty()));
    assert_eq!(shares(second), ["lora request-migration", "sla-based-planner"]);
    assert_eq!(run_on(second), ["vllm", "vllm"]);
    assert_eq!((second.score.experimental, second.score.backends), (1, 1));
    assert_eq!(alternatives(&second.deployments[1]), ["sglang", "trtllm"]);
}

/// Both run on the newer release, so that one backend of one release runs.
#[test]
fn one_release_where_it_serves_all_as_well() {
    let outcome = split("0.9.0,1.4.0", &["video", "lora"]);
    let [split] = &*outcome.splits else { panic!("{outcome:#?}") };
    let places = |deployment: &Deployment| {
        let others = deployment.alternatives.iter().map(|it| (&it.backend, &it.release));
        let own = (&deployment.plan.backend, &deployment.plan.release);
        let named = |(backend, release): (&String, &Option<Release>)| {
            format!("{backend} {}", release.as_ref().unwrap())
        };
        [own].into_iter().chain(others).map(named).collect_vec()
    };
    let places = split.deployments.iter().map(places).collect_vec();
    assert_eq!(places[0], ["vllm 1.4.0", "vllm 0.9.0"]);
    assert_eq!(places[1], ["vllm 1.4.0", "sglang 1.4.0", "vllm 0.9.0"]);
    assert_eq!(split.score.backends, 1);
}

fn split(releases: &str, needs: &[&str]) -> SplitOutcome {
    let releases = releases.split(',').map(|label| bundle::matrix(&Release::new(label)).unwrap());
    let planner = Planner::of_matrices(releases.collect());
    let request = planner.resolve(&Query::needing(needs.iter().copied())).unwrap();
    planner.split(&SplitRequest::of(request))
}

fn shares(split: &Split) -> Vec<String> {
    split.deployments.iter().map(|deployment| deployment.share.join(" ")).collect()
}
