//! A word where another release or another backend than the chosen ones would answer differently.

use std::sync::Arc;

use itertools::Itertools;

use crate::load::bundle;
use crate::matrix::{NoteKind, Release, slug};
use crate::plan::{Hint, Notice, Outcome, Plan, Planner, ShownNote, TouchedCell};
use crate::render::Origin;
use crate::request::{Names, Query, Request};

/// Adds notices to the answer: where nobody chose a release and the newest bundled one would give
/// another answer, and where there is no plan and other backends or releases have one.
pub(crate) fn add_notices(
    planner: &Planner,
    origin: &Origin,
    request: &Request,
    outcome: &mut Outcome,
) {
    outcome.release_defaulted = origin.is_default;
    outcome.newest = origin.newest.clone().filter(|_| origin.files.is_empty());
    if origin.is_default {
        outcome.notices.extend(notice(planner, request, outcome));
    }
    if !origin.files.is_empty() {
        outcome.notices.extend(bundled_rules(outcome));
    }
    if !outcome.satisfiable {
        if origin.files.is_empty() {
            outcome.notices.extend(release_for_driver(request, outcome));
        }
        outcome.notices.extend(other_backends(planner, request));
        if origin.files.is_empty() {
            outcome.hints.extend(fixed_release(planner, request, outcome));
        }
        if !origin.is_default && origin.files.is_empty() {
            outcome.notices.extend(other_release(planner, request, outcome));
        }
    }
}

/// Where the driver is in the way: the newest bundled release that it runs, on the backends that were
/// asked about, or the least driver that any of them needs.
fn release_for_driver(request: &Request, outcome: &Outcome) -> Option<Notice> {
    let driver = request.platform.driver?;
    let is_blocked =
        outcome.conflicts.iter().flatten().any(|term| term.id().starts_with("driver="));
    if !is_blocked {
        return None;
    }
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
                able.join(" and ")
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

/// The number of plans, and the best of them.
fn told(total: usize, best: &Plan) -> String {
    let (plans, best_of) = if total == 1 { ("plan", "") } else { ("plans", "the best ") };
    format!("{total} {plans}, {best_of}on {} and {}", best.backend, best.level)
}

/// Only the best plan there is worked out, and nothing at all where neither release has one.
fn notice(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Notice> {
    let newest = bundle::newest()?;
    let there =
        planner.for_matrices(vec![bundle::levels(&newest)?], bundle::rules_about(Some(&newest)));
    let asked = Request { releases: vec![Some(newest.clone())], ..request.clone() };
    let best =
        if outcome.satisfiable || there.is_satisfiable(&asked) { there.best(&asked) } else { None };
    let says = match &best {
        None if !outcome.satisfiable => return None,
        None => "no plan".to_owned(),
        Some((total, plan)) => {
            if *total == outcome.total && alike(plan, best_here(planner, request, outcome).as_ref())
            {
                return None;
            }
            told(*total, plan)
        }
    };
    let text = format!("On {newest}: {says} (--release latest).");
    Some(Notice { code: "newest-differs".to_owned(), text })
}

/// The first plan of the answer, which may show none of its plans.
fn best_here(planner: &Planner, request: &Request, outcome: &Outcome) -> Option<Plan> {
    outcome.plans.first().cloned().or_else(|| planner.best(request).map(|(_, plan)| plan))
}

/// Whether two plans say the same but for what the release alone decides.
fn alike(there: &Plan, here: Option<&Plan>) -> bool {
    let what = |plan: &Plan| {
        (plan.backend.clone(), plan.pattern.clone(), plan.features.clone(), plan.level)
    };
    here.is_some_and(|here| what(here) == what(there))
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
