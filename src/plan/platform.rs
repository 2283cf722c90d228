//! Platform facts as cells: which of a request's facts no row of a release satisfies together.
//!
//! A (release, backend) is in when one row of its CUDA table satisfies every fact that is asked
//! for. As a cell: a set of facts that no row satisfies is unsupported, and one that only
//! experimental rows satisfy is experimental.

use std::str::FromStr;

use itertools::Itertools;
use pep440_rs::{Operator, Version, VersionSpecifier};

use super::terms::platform_terms;
use crate::matrix::{Backend, Cell, Level, Note, NoteKind, Platform, Term};
use crate::request::{PlatformFacts, Request, engine_constraint};
use crate::target::{Atom, CellOrigin, ExtraCell, Literal, Target};

/// One row of a target: a CUDA toolkit with the engine that the release pins.
type PlatformRow<'p> = Option<&'p Platform>;

/// The cells that a request's platform facts add to a target.
pub(super) fn platform_cells(target: &Target<'_>, request: &Request) -> Vec<ExtraCell> {
    let facts = platform_terms(request);
    let sets = (1..=facts.len()).flat_map(|size| (0..facts.len()).combinations(size));
    let mut failing: Vec<Vec<usize>> = Vec::new();
    let mut cells = Vec::new();
    for set in sets {
        // Smaller sets come first: a cell of a failing one already rules the larger out.
        if failing.iter().any(|smaller| smaller.iter().all(|fact| set.contains(fact))) {
            continue;
        }
        let level = level_of(target, request, &facts, &set);
        let literals = set.iter().map(|&fact| asked(fact, false));
        let literals = match level {
            Level::Supported => continue,
            Level::Unsupported => literals.collect(),
            _ => literals.chain(all_but(&set, facts.len()).map(|fact| asked(fact, true))).collect(),
        };
        let terms = set.iter().map(|&fact| facts[fact].clone());
        let cell = cell(target, terms, level);
        cells.push(ExtraCell::new(cell, literals, CellOrigin::Platform));
        if level == Level::Unsupported {
            failing.push(set);
        }
    }
    cells
}

/// The rows of a backend that meet what is said of the driver and CUDA; every one where none does.
pub(super) fn allowed(backend: &Backend, asked: &PlatformFacts) -> Vec<Platform> {
    let meets = |row: &&Platform| {
        asked.driver.is_none_or(|driver| row.min_driver <= driver)
            && asked.cuda.as_ref().is_none_or(|cuda| row.has_cuda(cuda))
    };
    let rows: Vec<Platform> = backend.platforms.iter().filter(meets).cloned().collect();
    if rows.is_empty() { backend.platforms.clone() } else { rows }
}

fn asked(fact: usize, negated: bool) -> Literal {
    Literal { atom: Atom::Fact(fact), negated }
}

fn all_but(set: &[usize], facts: usize) -> impl Iterator<Item = usize> + '_ {
    (0..facts).filter(|fact| !set.contains(fact))
}

/// The best level at which the rows of a target satisfy some facts together.
fn level_of(target: &Target<'_>, request: &Request, facts: &[Term], set: &[usize]) -> Level {
    let backend = target.backend();
    let rows: Vec<PlatformRow<'_>> = if backend.platforms.is_empty() {
        vec![None]
    } else {
        backend.platforms.iter().map(Some).collect()
    };
    let satisfied = |row: &PlatformRow<'_>| {
        set.iter().all(|&fact| satisfies(backend, *row, &facts[fact], &request.platform))
    };
    let good = rows.into_iter().filter(satisfied);
    let experimental = |row: PlatformRow<'_>| row.is_some_and(|row| row.experimental);
    // `false` is less than `true`: one row that is not experimental is enough.
    match good.map(experimental).min() {
        None if set.iter().any(|&fact| !is_stated(backend, &facts[fact])) => Level::Undocumented,
        None => Level::Unsupported,
        Some(true) => Level::Experimental,
        Some(false) => Level::Supported,
    }
}

/// Whether a backend states anything that a fact could be held against.
fn is_stated(backend: &Backend, fact: &Term) -> bool {
    match fact.id().split_once('=') {
        Some(("driver" | "cuda", _)) => !backend.platforms.is_empty(),
        _ => backend.engine.is_some(),
    }
}

/// Whether a row satisfies one fact.
fn satisfies(backend: &Backend, row: PlatformRow<'_>, fact: &Term, asked: &PlatformFacts) -> bool {
    match fact.id().split_once('=').map(|(name, _)| name) {
        Some("driver") => row.zip(asked.driver).is_some_and(|(row, d)| row.min_driver <= d),
        Some("cuda") => row.zip(asked.cuda.as_ref()).is_some_and(|(row, c)| row.has_cuda(c)),
        _ => asked.engine.as_ref().is_some_and(|engine| pin_matches(backend, engine)),
    }
}

/// Whether the engine that a release pins is the one asked for, in an asked version. A pin that is
/// no version never matches.
fn pin_matches(backend: &Backend, engine: &str) -> bool {
    let Ok((name, wanted)) = engine_constraint(engine) else { return false };
    let pin = backend.engine.as_deref().and_then(|pin| Version::from_str(pin).ok());
    backend.id == name && pin.is_some_and(|pin| wanted.iter().all(|spec| admits(spec, &pin)))
}

/// Whether a version is one of those that a constraint means. Below a preview there are earlier
/// previews, which the crate leaves out together with those of a full version.
fn admits(spec: &VersionSpecifier, version: &Version) -> bool {
    if *spec.operator() == Operator::LessThan && spec.version().any_prerelease() {
        return version < spec.version();
    }
    spec.contains(version)
}

fn cell(target: &Target<'_>, terms: impl Iterator<Item = Term>, level: Level) -> Cell {
    let mut cell = Cell::new(terms, level, target.matrix().provenance.source.clone());
    cell.notes.push(Note::new(NoteKind::Requirement, describe(target), None));
    cell
}

/// Describes in one sentence what the release is built for.
fn describe(target: &Target<'_>) -> String {
    let backend = target.backend();
    let engine = backend.engine.as_ref().map(|pin| format!("engine {pin}"));
    let rows = backend.platforms.iter().map(|row| {
        let experimental = if row.experimental { ", experimental" } else { "" };
        format!("CUDA {} with driver {} or newer{experimental}", row.cuda, row.min_driver)
    });
    let stated = engine.into_iter().chain(rows).join("; ");
    if stated.is_empty() {
        match target.matrix().backends.iter().any(|other| !other.platforms.is_empty()) {
            true => format!("this matrix states no platforms for {}", backend.id),
            false => "this matrix states no platforms".to_owned(),
        }
    } else {
        format!("this release is built for: {stated}")
    }
}
