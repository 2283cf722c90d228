//! Answers the questions of a file for a while and says how long one takes, for
//! `benches/peers/run.py`, which compares that with what other tools take.
//!
//! ```text
//! peers KIND GRID QUESTIONS SECONDS
//! ```
//!
//! `KIND` is `ranked`, `reasons`, `proved`, `wishes`, `split` or `maximal`; `GRID` is a grid of
//! `benches/peers/models.py`, or `bundled` for release 0.9.0 without rules. Printed as JSON: the
//! nanoseconds of CPU time that an answer takes, and the answers to compare.

#![allow(missing_docs)]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

#[path = "peers/grid.rs"]
mod grid;

use std::cell::RefCell;
use std::error::Error;
use std::time::{Duration, Instant};

use dynamo_plan::engine::{Engine, EngineQuery, Ranking, TableQuery, TableTerm, TermSets};
use dynamo_plan::plan::{CellDetail, Plan, Ranker, SplitRequest};
use dynamo_plan::target::{Catalog, Target};
use dynamo_plan::{Level, Matrix, Planner, Query, Request};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long the search for a split may take.
const LONGEST_SPLIT: Duration = Duration::from_secs(60);

/// A question as the file writes it.
#[derive(Deserialize)]
struct Question {
    need: Vec<String>,
    #[serde(default)]
    avoid: Vec<String>,
    #[serde(default)]
    want: Vec<Wish>,
}

/// A feature that should be on.
#[derive(Deserialize)]
struct Wish {
    feature: String,
    weight: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // `cargo bench` runs every bench without arguments; this one has something to do with them alone.
    let [kind, grid, questions, seconds] = arguments.as_slice() else {
        println!("peers: run by benches/peers/run.py");
        return Ok(());
    };
    let planner = match &**grid {
        "bundled" => Planner::bundled(),
        path => Planner::of_matrices(vec![grid::matrix(path)?]),
    };
    let lines = std::fs::read_to_string(questions)?;
    let requests =
        lines.lines().map(|line| request(&planner, line)).collect::<Result<Vec<_>, _>>()?;
    let seconds = Duration::from_secs_f64(seconds.parse()?);
    let measured = match &**kind {
        "ranked" => measure_ranked(&planner, &requests, seconds)?,
        "reasons" => measure_reasons(&planner, &requests, seconds)?,
        "proved" => measure(&requests, seconds, |request| proved(&planner, request), Value::clone),
        "wishes" => measure_wishes(&planner, &requests, seconds)?,
        "split" => measure(&requests, seconds, |request| split(&planner, request), Value::clone),
        "maximal" => {
            let matrix = &planner.matrices()[0];
            let catalog = Catalog::new([matrix]);
            let targets = targets(&catalog, matrix);
            measure(&requests, seconds, |_| maximal(&targets), |sets| maximal_shown(&targets, sets))
        }
        _ => return Err(format!("no kind is called {kind:?}").into()),
    };
    println!("{measured}");
    Ok(())
}

/// What a line asks, by the published tables alone.
fn request(planner: &Planner, line: &str) -> Result<Request, Box<dyn Error>> {
    let Question { need, avoid, want } = serde_json::from_str(line)?;
    let want = want.into_iter().map(|wish| (wish.feature, wish.weight)).collect();
    let query = Query { need, avoid, want, rules: Some(Vec::new()), ..Query::default() };
    Ok(planner.resolve(&query)?)
}

/// Measures how every plan of a request is ranked, as numbers: a peer is given numbers too.
fn measure_ranked(
    planner: &Planner,
    requests: &[Request],
    seconds: Duration,
) -> Result<Value, Box<dyn Error>> {
    let ranker = ranker(planner, requests)?;
    let asked = requests.iter().map(|request| Some((request, ranker.query(request)?)));
    let asked: Vec<(&Request, TableQuery)> =
        asked.collect::<Option<_>>().ok_or("not in a table")?;
    let ranking = RefCell::new(Ranking::default());
    let rank = |(_, query): &(&Request, TableQuery)| {
        let ranking = &mut *ranking.borrow_mut();
        ranker.rank(query, ranking).map(|()| ranking.columns().len())
    };
    let mut measured = measure(&asked, seconds, rank, |_| Value::Null);
    let shown = asked.iter().map(|(request, query)| {
        let ranking = &mut *ranking.borrow_mut();
        ranker.rank(query, ranking)?;
        let plans = (0..ranking.columns().len()).map(|it| ranker.plan(request, ranking, it));
        Some(ranked_shown(&plans.collect::<Vec<Plan>>()))
    });
    measured["answers"] = shown.collect::<Option<Value>>().ok_or("too much to try")?;
    Ok(measured)
}

/// Measures how the least weight of wishes that a plan misses is found: that of the best plan.
fn measure_wishes(
    planner: &Planner,
    requests: &[Request],
    seconds: Duration,
) -> Result<Value, Box<dyn Error>> {
    let ranker = ranker(planner, requests)?;
    let asked: Option<Vec<TableQuery>> = requests.iter().map(|it| ranker.query(it)).collect();
    let ranking = RefCell::new(Ranking::default());
    let least = |query: &TableQuery| {
        let ranking = &mut *ranking.borrow_mut();
        ranker.rank(query, ranking)?;
        ranking.columns().first().map(|best| best.missed)
    };
    Ok(measure(&asked.ok_or("not in a table")?, seconds, least, |least| json!(least)))
}

/// Measures how every minimal conflict and correction of a request is found, as numbers.
fn measure_reasons(
    planner: &Planner,
    requests: &[Request],
    seconds: Duration,
) -> Result<Value, Box<dyn Error>> {
    let ranker = ranker(planner, requests)?;
    let asked = requests.iter().map(|request| Some((request, ranker.terms(request)?)));
    let asked: Vec<(&Request, Vec<TableTerm>)> =
        asked.collect::<Option<_>>().ok_or("not in a table")?;
    let find = |(_, terms): &(&Request, Vec<TableTerm>)| ranker.term_sets(terms).ok();
    let mut measured = measure(&asked, seconds, find, |_| Value::Null);
    let shown = asked.iter().map(|(request, terms)| {
        let TermSets { corrections, conflicts } = ranker.term_sets(terms).ok()?;
        let ids = |set: &u64| -> Value {
            let ids = request.need.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1);
            ids.map(|(_, id)| id.clone()).collect()
        };
        let named = |sets: &[u64]| -> Value { sets.iter().map(ids).collect() };
        Some(json!([named(&conflicts?), named(&corrections)]))
    });
    measured["answers"] = shown.collect::<Option<Value>>().ok_or("more than a table knows")?;
    Ok(measured)
}

fn ranker<'p>(
    planner: &'p Planner,
    requests: &[Request],
) -> Result<Ranker<&'p Planner>, Box<dyn Error>> {
    let first = requests.first().ok_or("no question")?;
    Ok(Ranker::new(planner, first).ok_or("too wide for a table")?)
}

/// The same conflicts and corrections in an answer: named, each conflict proved, each correction with its
/// best plan.
fn proved(planner: &Planner, request: &Request) -> Value {
    let outcome = planner.answer_without_runs(request, CellDetail::None, Some(1));
    let corrections: Vec<_> = outcome.corrections.iter().map(|it| &it.drop).collect();
    json!([outcome.conflicts, corrections])
}

/// The fewest deployments, what the best of their plans sum up to, and whether it is proved that fewer are not
/// enough and that no other split is better.
fn split(planner: &Planner, request: &Request) -> Value {
    let deadline = Some(Instant::now() + LONGEST_SPLIT);
    let asked = SplitRequest { limit: Some(1), deadline, ..SplitRequest::of(request.clone()) };
    let outcome = planner.split(&asked);
    let score = outcome.splits.first().map(|split| split.score).unwrap_or_default();
    let proved = !outcome.lacks("lower_bound") && !outcome.lacks("splits");
    json!([outcome.deployments(), score.experimental, score.caveat, proved])
}

fn targets<'m>(catalog: &'m Catalog, matrix: &'m Matrix) -> Vec<Target<'m>> {
    matrix.backends.iter().map(|backend| Target::new(catalog, matrix, backend)).collect()
}

/// Every largest set of features, of each backend.
fn maximal(targets: &[Target<'_>]) -> Vec<Vec<u64>> {
    let accept = Level::Experimental;
    let query = EngineQuery { assumptions: Vec::new(), wants: Vec::new(), accept };
    let of_target = |target: &Target<'_>| {
        let sets = Engine::new(target, target.listed().clone()).maximal(&query, usize::MAX).sets;
        sets.iter().map(|set| set.ones().fold(0, |bits, feature| bits | 1 << feature)).collect()
    };
    targets.iter().map(of_target).collect()
}

/// Plans as they are compared.
fn ranked_shown(plans: &[Plan]) -> Value {
    let shown = plans.iter().map(|plan| {
        let score = plan.score;
        let score = [score.experimental, score.caveat, score.roles, score.headroom];
        json!([plan.backend, plan.pattern, plan.features, score])
    });
    shown.collect()
}

/// Sets as they are compared: per backend, how many, and a sum over them in any order.
fn maximal_shown(targets: &[Target<'_>], sets: &[Vec<u64>]) -> Value {
    let sum = |sets: &Vec<u64>| {
        sets.iter().fold(0_u64, |sum, set| sum.wrapping_add(set.wrapping_mul(*set)))
    };
    let shown = targets.iter().zip(sets);
    shown.map(|(target, sets)| json!([target.backend().id, sets.len(), sum(sets)])).collect()
}

/// Answers all requests once, and then as often as there is time for.
fn measure<Q, A>(
    requests: &[Q],
    seconds: Duration,
    answer: impl Fn(&Q) -> A,
    show: impl Fn(&A) -> Value,
) -> Value {
    let (first, answers) = timed(|| requests.iter().map(&answer).collect::<Vec<A>>());
    let (mut spent, mut passes) = (Duration::ZERO, 0_u32);
    // A first pass that takes long enough needs no warm-up.
    if first >= seconds {
        (spent, passes) = (first, 1);
    }
    while spent < seconds {
        let (pass, ()) = timed(|| {
            for request in requests {
                std::hint::black_box(answer(request));
            }
        });
        spent += pass;
        passes += 1;
    }
    let answered = f64::from(passes.max(1)) * requests.len() as f64;
    let answers: Vec<Value> = answers.iter().map(show).collect();
    json!({ "nanoseconds": spent.as_secs_f64() * 1e9 / answered, "answers": answers })
}

/// The time that something takes: of the processor where the system tells it, else by the clock.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let (clock, start) = (Instant::now(), processor_time());
    let made = work();
    let spent = start.and_then(|start| Some(processor_time()?.saturating_sub(start)));
    (spent.unwrap_or_else(|| clock.elapsed()), made)
}

/// The processor time of this thread so far, as Linux tells it.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = stat.split(' ').next()?.parse().ok()?;
    (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
}
