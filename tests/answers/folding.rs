//! Rows of the ranked table: plans that differ in nothing but their releases are one row, which stands
//! where the best of them stands. Held against a grouping of the plans of the JSON.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use dynamo_plan::load::bundle;
use dynamo_plan::plan::Plan;
use dynamo_plan::render::{Form, answer::View};
use dynamo_plan::{Planner, Query, plan_as_text};

use crate::oracle::Rng;

/// What a row says: standing with its `=`, backend, pattern, level, and its releases.
type Row = (String, String, String, String, BTreeSet<String>);

#[test]
fn rows_stand_where_the_best_of_their_plans_stands() {
    let matrices: Vec<_> = bundle::releases().filter_map(|it| bundle::matrix(&it)).collect();
    let releases: Vec<String> =
        matrices.iter().map(|it| it.release.as_ref().unwrap().to_string()).collect();
    let planner = Planner::of_matrices(matrices);
    let features: Vec<String> =
        planner.catalog().features().iter().map(|it| it.id.clone()).collect();
    let (mut folded, mut gaps, mut shared) = (0, 0, 0);
    for seed in 0..150 {
        let rng = Rng::new(seed);
        let names: Vec<&str> = features.iter().map(String::as_str).collect();
        let need: Vec<String> =
            rng.some(&names, rng.within(1, 3)).into_iter().map(str::to_owned).collect();
        let query = Query { need, ..Query::default() };
        let view = View { limit: None, ..View::default() };
        let (outcome, text) = plan_as_text(&planner, &query, &view, Form::Markdown).unwrap();
        if !outcome.satisfiable {
            continue;
        }
        assert_eq!(outcome.plans.len(), outcome.total);
        let expected = grouped(&outcome.plans);
        assert_eq!(rows(&text, &releases), expected, "seed {seed}\n{text}");
        folded += expected.iter().filter(|row| row.4.len() > 1).count();
        gaps += expected.iter().filter(|row| has_gap(&row.4, &releases)).count();
        shared += expected.iter().filter(|row| row.0.starts_with('=')).count();
    }
    assert!(folded > 100 && gaps > 10 && shared > 20, "{folded} {gaps} {shared}");
}

/// The rows by the plans: for each plan that differs from all before it, with those after it that do not.
fn grouped(plans: &[Plan]) -> Vec<Row> {
    let alike = |a: &Plan, b: &Plan| {
        (&a.backend, &a.pattern, &a.features) == (&b.backend, &b.pattern, &b.features)
            && (a.score, a.level) == (b.score, b.level)
    };
    let is_first = |at: &usize| !plans[..*at].iter().any(|plan| alike(plan, &plans[*at]));
    let firsts: Vec<&Plan> = (0..plans.len()).filter(is_first).map(|at| &plans[at]).collect();
    let row = |first: &&Plan| {
        let better = plans.iter().take_while(|plan| is_better(plan, first)).count();
        let others = firsts.iter().filter(|other| other.standing == first.standing).count();
        let equal = if others > 1 { "=" } else { "" };
        let own = plans.iter().filter(|plan| alike(plan, first));
        let releases = own.map(|plan| plan.release.as_ref().unwrap().to_string()).collect();
        let pattern = first.pattern.clone().unwrap_or_default();
        let level = first.level.id().to_owned();
        (format!("{equal}{}", better + 1), first.backend.clone(), pattern, level, releases)
    };
    firsts.iter().map(row).collect()
}

/// Whether a plan is strictly better than another, by the criteria that decide.
fn is_better(plan: &Plan, than: &Plan) -> bool {
    let key = |plan: &Plan| {
        let score = &plan.score;
        let cells = [score.not_applicable, score.undocumented, score.experimental, score.caveat];
        (score.missed_weight, cells, score.roles, std::cmp::Reverse(score.headroom))
    };
    key(plan) < key(than) || (key(plan) == key(than) && plan.release > than.release)
}

/// The rows that a page shows, with the spans of releases written out.
fn rows(page: &str, releases: &[String]) -> Vec<Row> {
    let lines = page.lines().skip_while(|line| !line.starts_with("| # |"));
    let mut lines = lines.take_while(|line| line.starts_with('|')).map(cells);
    let header = lines.next().unwrap();
    let column = |title: &str| header.iter().position(|cell| cell == title);
    let at = |cells: &[String], title| column(title).map_or_else(String::new, |i| cells[i].clone());
    let row = |cells: Vec<String>| {
        let level = at(&cells, "stability").split(' ').next_back().unwrap().to_owned();
        let span =
            at(&cells, "release").split(", ").flat_map(|it| written_out(it, releases)).collect();
        (at(&cells, "#"), at(&cells, "backend"), at(&cells, "pattern"), level, span)
    };
    lines.skip(1).map(row).collect()
}

fn cells(line: &str) -> Vec<String> {
    let cells = line.trim_matches('|').split(" | ");
    cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
}

/// The releases of `1.2.0–1.3.1` or of `1.2.0`.
fn written_out(span: &str, releases: &[String]) -> Vec<String> {
    let (start, end) = span.split_once('–').unwrap_or((span, span));
    let place = |label: &str| releases.iter().position(|it| it == label).unwrap();
    releases[place(start)..=place(end)].to_vec()
}

fn has_gap(some: &BTreeSet<String>, releases: &[String]) -> bool {
    let places: Vec<usize> = (0..releases.len()).filter(|i| some.contains(&releases[*i])).collect();
    places.last().is_some_and(|last| last - places[0] + 1 > places.len())
}
