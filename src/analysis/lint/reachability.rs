//! Features that no configuration can have, and rules that no configuration can break.

use std::collections::BTreeSet;

use super::subject::{About, Subject, is_plain, together};
use crate::analysis::diff::{counted, everything};
use crate::load::Severity;
use crate::matrix::{Backend, Cell, Feature, Level, Matrix, RuleSet, Term};
use crate::plan::{CellDetail, Planner};
use crate::request::Request;

/// The most features and rules of one document that are tried out: each takes a solver.
const MOST_TRIED: usize = 500;

/// The most cells that are compiled to try rules out: each rule takes all cells of its backend but
/// one.
const MOST_COMPILED: usize = 500_000;

pub(super) fn check(subject: &mut Subject<'_>, rule_sets: &[RuleSet]) {
    nowhere(subject);
    dead(subject);
    dead_by_rules(subject, rule_sets);
    idle_cells(subject);
    idle_rules(subject, rule_sets);
}

/// Features that every backend rejects.
fn nowhere(subject: &mut Subject<'_>) {
    let matrix = subject.matrix();
    for feature in &matrix.features {
        if subject.is_over() {
            return;
        }
        let mut levels = subject.backends().map(|(at, _)| subject.level(at, &feature.id));
        if levels.all(|level| level.is_some_and(|level| level > Level::Experimental)) {
            let message = format!("no backend supports {}", feature.id);
            let help = "nothing can be planned with it";
            subject.find(Severity::Note, "dead-feature", About::All, message, help);
        }
    }
}

/// Features that a backend claims to support, but that are in no valid configuration of it. Alone,
/// a feature touches nothing but its own cell and rules, so only these can block it.
fn dead(subject: &mut Subject<'_>) {
    let matrix = subject.matrix();
    for (at, backend) in subject.backends() {
        let Some(suspects) = Suspects::of(matrix, backend) else { continue };
        let claimed = matrix.features.iter().filter(|feature| {
            let level = || subject.level(at, &feature.id);
            suspects.contain(feature) && level().is_some_and(|level| level <= Level::Experimental)
        });
        let claimed: Vec<&str> = claimed.take(MOST_TRIED).map(|f| &*f.id).collect();
        let mut planner = None;
        for id in claimed {
            if subject.is_over() {
                return;
            }
            let planner = planner.get_or_insert_with(|| alone(matrix, backend.clone()));
            let need = vec![id.to_owned()];
            let request = everything(planner, &backend.id, need, Level::Experimental);
            if !planner.is_satisfiable(&request) {
                subject.find(
                    Severity::Warning,
                    "dead-feature",
                    About::Cell(at, &[Term::on(id)]),
                    format!("{}: {id} is in no valid configuration", backend.name),
                    "some rule or serving pattern always refuses it; fix these or the feature",
                );
            }
        }
    }
}

/// The features of a backend that its rule cells may keep out of every configuration.
struct Suspects<'m> {
    /// Those that rule cells name as being on, and groups of such; `None` where every feature is one.
    named: Option<BTreeSet<&'m str>>,
}

impl<'m> Suspects<'m> {
    /// `None` where the backend has no rule cells.
    fn of(matrix: &'m Matrix, backend: &'m Backend) -> Option<Self> {
        let is_on = |term: &&Term| !term.is_negated() && !term.id().contains('=');
        let mut rules = backend.cells.iter().filter(|cell| !is_plain(cell)).peekable();
        rules.peek()?;
        // A choice that has to be made may switch others on.
        let mut named: BTreeSet<&str> =
            matrix.dimension.iter().map(|dimension| &*dimension.when).collect();
        for cell in rules {
            let on: Vec<&str> = cell.terms.iter().filter(is_on).map(Term::id).collect();
            // A cell that holds with nothing on may make every feature need others.
            if on.is_empty() {
                return Some(Suspects { named: None });
            }
            named.extend(on);
        }
        Some(Suspects { named: Some(named) })
    }

    fn contain(&self, feature: &Feature) -> bool {
        let Some(named) = &self.named else { return true };
        let ids = [Some(&*feature.id), feature.group.as_deref()];
        ids.into_iter().flatten().any(|id| named.contains(id))
    }
}

/// Features that a backend claims to support and that only the rules keep out of every configuration
/// of it.
fn dead_by_rules(subject: &mut Subject<'_>, rule_sets: &[RuleSet]) {
    let matrix = subject.matrix();
    let release = matrix.release.as_ref();
    for (at, backend) in subject.backends() {
        let rules = rule_sets.iter().flat_map(|set| &set.rules);
        let refuse = rules.filter(|rule| {
            rule.applies_to(release, &backend.id)
                && rule.level > Level::Experimental
                && rule.facts().next().is_none()
        });
        let named: BTreeSet<&str> = refuse.flat_map(|rule| &rule.terms).map(Term::id).collect();
        // Alone, a feature breaks only rules that name it or the group that it is of.
        let features = matrix.features.iter().filter(|feature| {
            named.contains(&*feature.id)
                || feature.group.as_deref().is_some_and(|group| named.contains(group))
        });
        let mut planners = None;
        for feature in features.take(MOST_TRIED) {
            if subject.is_over() {
                return;
            }
            let (plain, ruled) = planners.get_or_insert_with(|| {
                let plain = alone(matrix, backend.clone());
                (plain.clone(), plain.with_rules(rule_sets.to_vec()))
            });
            let need = vec![feature.id.clone()];
            let request = everything(plain, &backend.id, need, Level::Experimental);
            if !plain.is_satisfiable(&request) {
                continue;
            }
            let request = counted(ruled, request);
            let outcome = ruled.answer_without_runs(&request, CellDetail::Notable, None);
            if !outcome.satisfiable {
                let blocking = outcome.rejected.iter().flat_map(|target| &target.blocking);
                let rules: BTreeSet<&str> = blocking.filter_map(|c| c.rule.as_deref()).collect();
                let rules = rules.into_iter().collect::<Vec<_>>().join(", ");
                subject.find(
                    Severity::Note,
                    "dead-feature",
                    About::Cell(at, &[Term::on(&feature.id)]),
                    format!("{}: {} is refused by rules: {rules}", backend.name, feature.id),
                    "the table alone says that it works; `dynamo-plan list rules` has the reasons",
                );
            }
        }
    }
}

/// Cells beyond features and pairs whose terms never hold together.
fn idle_cells(subject: &mut Subject<'_>) {
    for (at, backend) in subject.backends() {
        let most = MOST_TRIED.min(MOST_COMPILED / backend.cells.len().max(1));
        let rules = backend.cells.iter().filter(|cell| !is_plain(cell)).take(most);
        for cell in rules {
            if subject.is_over() {
                return;
            }
            if !is_refused(subject, at, &cell.terms)
                && can_hold(subject.matrix(), backend, &cell.terms, Some(cell))
            {
                continue;
            }
            let message = format!(
                "{}: the terms of {} never hold together, so this cell counts for nothing",
                backend.name,
                together(&cell.terms)
            );
            subject.find(
                Severity::Warning,
                "rule-never-fires",
                About::Cell(at, &cell.terms),
                message,
                "remove it, or fix the cells that are in the way",
            );
        }
    }
}

/// Rules of a set that are about this release and its features, and whose terms never hold
/// together.
fn idle_rules(subject: &mut Subject<'_>, rule_sets: &[RuleSet]) {
    let matrix = subject.matrix();
    for (set, rule) in rule_sets.iter().flat_map(|set| set.rules.iter().map(move |r| (set, r))) {
        let release = matrix.release.as_ref();
        let about = |(_, backend): &(usize, &Backend)| rule.applies_to(release, &backend.id);
        let mut about = subject.backends().filter(about).peekable();
        if subject.is_over() {
            return;
        }
        let listed = rule.terms.iter().all(|term| is_listed(matrix, term));
        if !listed
            || about.peek().is_none()
            || about.any(|(at, backend)| {
                !is_refused(subject, at, &rule.terms)
                    && can_hold(matrix, backend, &rule.terms, None)
            })
        {
            continue;
        }
        let message = format!(
            "the rule {} of {} never fires: {} never hold together",
            rule.id,
            set.id,
            together(&rule.terms)
        );
        let help = "nothing is wrong with the plans; the rule may be out of date";
        subject.find(Severity::Note, "rule-never-fires", About::All, message, help);
    }
}

/// A planner of a matrix with this backend alone: the others would only be compiled for nothing, as would a
/// table of all its pairs for a few questions.
fn alone(matrix: &Matrix, backend: Backend) -> Planner {
    Planner::of_matrices(vec![Matrix {
        release: matrix.release.clone(),
        released: matrix.released.clone(),
        provenance: matrix.provenance.clone(),
        features: matrix.features.clone(),
        groups: matrix.groups.clone(),
        dimension: matrix.dimension.clone(),
        backends: vec![backend],
    }])
    .by_solver()
}

/// Whether a matrix knows what a term is about. Options are left to the dimension.
fn is_listed(matrix: &Matrix, term: &Term) -> bool {
    let id = term.id();
    let is_group = || matrix.groups.iter().any(|group| group.id == id);
    id.contains('=') || matrix.feature(id).is_some() || is_group()
}

/// Whether a term is a feature that the backend rejects by itself: then the terms never hold, which need
/// not be searched.
fn is_refused(subject: &Subject<'_>, at: usize, terms: &[Term]) -> bool {
    let mut on = terms.iter().filter(|term| !term.is_negated() && !term.id().contains('='));
    on.any(|term| subject.level(at, term.id()).is_some_and(|level| level > Level::NotApplicable))
}

/// Whether some configuration in which the terms hold is blocked by no other cell.
fn can_hold(matrix: &Matrix, backend: &Backend, terms: &[Term], without: Option<&Cell>) -> bool {
    // Nothing of a matrix keeps a fact from holding.
    let terms = terms.iter().filter(|term| term.fact().is_none());
    let (options, named): (Vec<&Term>, Vec<&Term>) =
        terms.partition(|term| term.id().contains('='));
    if named.iter().any(|term| !is_listed(matrix, term))
        || options.iter().any(|term| term.is_negated())
    {
        // Options that must not be chosen are left to the solver of a real request.
        return options.iter().any(|term| term.is_negated());
    }
    let mut cells = backend.cells.clone();
    cells.retain(|cell| without.is_none_or(|without| cell.terms != without.terms));
    let planner = alone(matrix, Backend { cells, ..backend.clone() });
    let ids = |off: bool| {
        let terms = named.iter().filter(move |term| term.is_negated() == off);
        terms.map(|term| term.id().to_owned()).collect::<Vec<_>>()
    };
    let mut need = ids(false);
    if !options.is_empty() {
        need.extend(matrix.dimension.iter().map(|dimension| dimension.when.clone()));
        need.sort();
        need.dedup();
    }
    let request = Request {
        avoid: ids(true),
        pattern: options.first().and_then(|term| Some(term.id().split_once('=')?.1.to_owned())),
        ..everything(&planner, &backend.id, need, Level::NotApplicable)
    };
    options.len() < 2 && planner.is_satisfiable(&request)
}
