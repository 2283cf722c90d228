//! What no planner can say alone: that another backend or release has a plan, that rules come from the
//! bundle, that a name is also that of a fact.

use std::sync::Arc;

use itertools::Itertools;

use super::newest::{add_newest, told};
use crate::load::bundle;
use crate::matrix::{NoteKind, Release, slug};
use crate::plan::{Hint, Notice, Outcome, Planner, ShownNote, TouchedCell};
use crate::render::{Origin, words};
use crate::request::{Names, PlatformFacts, Query, Request};

/// Adds the notices of an answer: how the newest bundled release would answer where nobody chose one,
/// and where there is no plan and other backends or releases have one.
pub(crate) fn add_notices(
    planner: &Planner,
    origin: &Origin,
    request: &Request,
    outcome: &mut Outcome,
) {
    add_newest(planner, origin, request, outcome);
    if !origin.files.is_empty() {
        outcome.notices.extend(bundled_rules(outcome));
    }
    if !outcome.satisfiable {
        if origin.files.is_empty() {
            outcome.notices.extend(release_for_driver(request, outcome));
        }
        outcome.hints.extend(newer_driver(planner, request, outcome));
        outcome.notices.extend(other_backends(planner, request));
        if origin.files.is_empty() {
            outcome.hints.extend(fixed_release(planner, request, outcome));
        }
        if !origin.is_default && origin.files.is_empty() {
            outcome.notices.extend(other_release(planner, request, outcome));
        }
    }
}

/// Whether the stated driver is in the way of a plan.
fn is_blocked_by_driver(outcome: &Outcome) -> bool {
    outcome.conflicts.iter().flatten().any(|term| term.id().starts_with("driver="))
}

/// Where the driver is in the way: the least newer one with which there is a plan.
fn newer_driver(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Hint> {
    let driver = request.platform.driver.filter(|_| is_blocked_by_driver(outcome))?;
    let chosen = planner.matrices().iter().filter(|m| request.releases.contains(&m.release));
    let backends = chosen.flat_map(|matrix| &matrix.backends);
    let asked = backends.filter(|backend| request.backends.contains(&backend.id));
    let built_for = asked.flat_map(|backend| &backend.platforms).map(|row| row.min_driver);
    built_for.filter(|least| *least > driver).sorted().dedup().find_map(|value| {
        let platform = PlatformFacts { driver: Some(value), ..request.platform.clone() };
        let (plans, _) = planner.best(&Request { platform, ..request.clone() })?;
        Some(Hint::Driver { value, plans })
    })
}

/// Where the driver is in the way: the newest bundled release that it runs, on the backends that were
/// asked about, or the least driver that any of them needs.
fn release_for_driver(request: &Request, outcome: &Outcome) -> Option<Notice> {
    let driver = request.platform.driver.filter(|_| is_blocked_by_driver(outcome))?;
    let mut least: Option<u32> = None;
    for matrix in bundle::releases().rev().filter_map(|release| bundle::levels(&release)) {
        let asked = matrix.backends.iter().filter(|it| request.backends.contains(&it.id));
        let rows =
            asked.flat_map(|it| it.platforms.iter().map(move |row| (&it.id, row.min_driver)));
        let rows: Vec<(&String, u32)> = rows.collect();
        let mut able: Vec<&str> =
            rows.iter().filter(|(_, min)| *min <= driver).map(|(id, _)| id.as_str()).collect();
        able.dedup();
        if let (Some(release), false) = (&matrix.release, able.is_empty()) {
            let text = format!(
                "The newest release that driver {driver} runs is {release}, on {}.",
                words::names(&able, " and ")
            );
            return Some(Notice { code: "release-for-driver".to_owned(), text });
        }
        least = rows.into_iter().map(|(_, min)| min).chain(least).min();
    }
    let text = format!(
        "No bundled release runs on driver {driver}; the least that any of them needs is {}.",
        least?
    );
    Some(Notice { code: "release-for-driver".to_owned(), text })
}

/// A plan on the backends that were left out.
fn other_backends(planner: &Planner, request: &Request) -> Option<Notice> {
    let chosen = planner.matrices().iter().filter(|m| request.releases.contains(&m.release));
    let mut backends: Vec<String> =
        chosen.flat_map(|m| m.backends.iter().map(|backend| backend.id.clone())).collect();
    backends.sort_unstable();
    backends.dedup();
    if backends == request.backends {
        return None;
    }
    let (total, plan) = planner.best(&Request { backends, ..request.clone() })?;
    let text = format!("Without --backend, this request has {}.", told(total, &plan));
    Some(Notice { code: "other-backends".to_owned(), text })
}

/// A plan in the newest of the bundled releases that were left out and have one.
fn other_release(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Notice> {
    let others = bundle::releases().rev().filter(|r| !request.releases.contains(&Some(r.clone())));
    others.filter_map(|release| bundle::levels(&release)).find_map(|matrix| {
        let asked = Request { releases: vec![matrix.release.clone()], ..request.clone() };
        let rules = bundle::rules_about(matrix.release.as_ref());
        let release = matrix.release.clone()?;
        let there = planner.for_matrices(vec![matrix], rules);
        let (total, plan) = there.best(&asked)?;
        let says = told(total, &plan);
        let unproved = match unfixed_issue(outcome) {
            Some(rule) => format!(" No release is stated to fix {rule}, which blocks it here."),
            None => String::new(),
        };
        let text = format!("With --release {release}, this request has {says}.{unproved}");
        Some(Notice { code: "other-release".to_owned(), text })
    })
}

/// A known issue that blocks, of which no fix is stated.
fn unfixed_issue(outcome: &Outcome) -> Option<&str> {
    let mut blocking = outcome.rejected.iter().flat_map(|target| &target.blocking);
    let is_unfixed =
        |note: &ShownNote| note.kind == NoteKind::KnownIssue && note.fixed_in.is_none();
    blocking.find_map(|cell| {
        let rule = cell.rule.as_deref()?;
        cell.notes.iter().any(is_unfixed).then_some(rule)
    })
}

/// Where rules or notes of the bundle are shown with matrices that were read from files.
fn bundled_rules(outcome: &Outcome) -> Option<Notice> {
    let blocking = outcome.rejected.iter().flat_map(|target| &target.blocking);
    let mut cells = outcome.plans.iter().flat_map(|plan| &plan.cells).chain(blocking);
    let waits = outcome.plans.iter().any(|plan| !plan.conditional.is_empty());
    let is_bundled = |note: &ShownNote| {
        matches!(note.kind, NoteKind::Requirement | NoteKind::KnownIssue | NoteKind::Deprecated)
    };
    let adds = |cell: &Arc<TouchedCell>| cell.rule.is_some() || cell.notes.iter().any(is_bundled);
    (waits || cells.any(adds)).then(|| Notice {
        code: "bundled-rules".to_owned(),
        text: "Rules, facts, requirements and known issues come with the program, by the number of the \
               release, and not from the files; --tables-only leaves the rules out."
            .to_owned(),
    })
}

/// The first later release with a plan that is stated to fix what blocks.
fn fixed_release(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Hint> {
    let blocking = outcome.rejected.iter().flat_map(|target| &target.blocking);
    let notes = blocking.filter(|cell| cell.rule.is_some()).flat_map(|cell| &cell.notes);
    let fixed = notes.filter_map(|note| note.fixed_in.as_deref()).map(Release::new).min()?;
    let newest = request.releases.iter().flatten().max()?.clone();
    let later = bundle::releases().filter(|release| *release >= fixed && *release > newest);
    later.filter_map(|release| bundle::levels(&release)).find_map(|matrix| {
        let value = matrix.release.clone()?;
        let asked = Request { releases: vec![matrix.release.clone()], ..request.clone() };
        let rules = bundle::rules_about(matrix.release.as_ref());
        let there = planner.for_matrices(vec![matrix], rules);
        let (plans, _) = there.best(&asked)?;
        Some(Hint::Release { value, plans })
    })
}

/// Where a need or want was written by the name of a fact: what it was taken for, and how to state the
/// fact.
pub(crate) fn offered_facts(planner: &Planner, query: &Query, request: &Request) -> Vec<Notice> {
    // Only the name of a fact that is about a feature can be taken for one.
    let names = Names::of_facts(planner.facts().iter().filter(|fact| fact.feature.is_some()));
    let named = |name: &String| {
        let id = names.meant_by(name).into_iter().exactly_one().ok()?;
        let fact = planner.facts().iter().find(|fact| fact.id == id)?;
        let feature = fact.feature.as_ref().filter(|_| request.knows_fact(&fact.id).is_none())?;
        let text = format!(
            "{} is read as {feature}; --fact {} states that it is {}, so that what is known of it \
             counts.",
            slug(name),
            fact.id,
            fact.name
        );
        Some(Notice { code: "fact-offered".to_owned(), text })
    };
    let wants = query.want.iter().map(|(name, _)| name);
    query.need.iter().chain(wants).filter_map(named).collect()
}
