//! The terms of a request, and the assumptions that they are about a target.

use fixedbitset::FixedBitSet;

use crate::engine::{Assumption, EngineQuery};
use crate::matrix::{Level, Term};
use crate::request::{PlatformFacts, Request, Want};
use crate::target::{Atom, Catalog, Literal, Target};

/// The terms that conflicts and corrections are made of, sorted: needs, avoids as `!id`, a pattern,
/// platform facts, and stated facts.
#[must_use]
pub(crate) fn terms(request: &Request) -> Vec<Term> {
    let needs = request.need.iter().map(Term::on);
    let avoids = request.avoid.iter().map(Term::off);
    let pattern = request.pattern.iter().map(|pattern| Term::on(format!("pattern={pattern}")));
    let facts = fact_terms(request);
    let mut terms: Vec<Term> = needs.chain(avoids).chain(pattern).chain(facts).collect();
    terms.sort();
    terms.dedup();
    terms
}

/// The platform facts that a request asks for and the facts that it states, in the order of their
/// numbers.
#[must_use]
pub(super) fn fact_terms(request: &Request) -> Vec<Term> {
    let mut terms = platform_terms(request);
    terms.extend(request.stated_facts().map(Term::of_fact));
    terms
}

/// The platform facts that a request asks for, which are numbered first.
#[must_use]
pub(super) fn platform_terms(request: &Request) -> Vec<Term> {
    let PlatformFacts { driver, cuda, engine } = &request.platform;
    let cuda = cuda.as_ref().map(|cuda| format!("cuda={cuda}"));
    let driver = driver.as_ref().map(|driver| format!("driver={driver}"));
    let engine = engine.as_ref().map(|engine| format!("engine={engine}"));
    cuda.into_iter().chain(driver).chain(engine).map(Term::on).collect()
}

/// The set of all platform facts that a request asks for and of the facts that it states.
#[must_use]
pub(super) fn facts(request: &Request) -> FixedBitSet {
    let mut facts = FixedBitSet::new();
    (0..fact_terms(request).len()).for_each(|fact| facts.grow_and_insert(fact));
    facts
}

/// The assumption that a term is about a target.
fn assumption(target: &Target<'_>, term: &Term, request: &Request) -> Assumption {
    let literal = |atom, negated| Assumption::Literal(Literal { atom, negated });
    if let Some(pattern) = term.id().strip_prefix("pattern=") {
        return match (target.choice(pattern), target.when()) {
            (Some(choice), _) => Assumption::Choice(choice),
            (None, Some(when)) => literal(when, true),
            (None, None) => Assumption::Met,
        };
    }
    if term.id().contains('=')
        && let Some(fact) = fact_terms(request).iter().position(|known| known == term)
    {
        return literal(Atom::Fact(fact), false);
    }
    target
        .catalog()
        .atom(term.id())
        .map_or(Assumption::Met, |atom| literal(atom, term.is_negated()))
}

/// The query that some of a request's terms put to a target, at an accept level.
#[must_use]
pub(crate) fn engine_query(
    target: &Target<'_>,
    request: &Request,
    terms: &[Term],
    accept: Level,
) -> EngineQuery {
    EngineQuery {
        assumptions: terms.iter().map(|term| assumption(target, term, request)).collect(),
        wants: wants(target.catalog(), &request.want),
        accept,
    }
}

/// The same of each of some targets.
#[must_use]
pub(super) fn engine_queries(
    targets: &[Target<'_>],
    request: &Request,
    terms: &[Term],
    accept: Level,
) -> Vec<EngineQuery> {
    let Some(first) = targets.first() else { return Vec::new() };
    let shared = engine_query(first, request, terms, accept);
    // Only an option means another thing at another target.
    let own: Vec<usize> =
        (0..terms.len()).filter(|&term| terms[term].id().starts_with("pattern=")).collect();
    let query = |target: &Target<'_>| {
        let mut query = shared.clone();
        own.iter().for_each(|&it| query.assumptions[it] = assumption(target, &terms[it], request));
        query
    };
    targets.iter().map(query).collect()
}

/// The literals of some wants, each with what missing it costs.
pub(super) fn wants(catalog: &Catalog, wants: &[Want]) -> Vec<(Literal, u64)> {
    let literal = |atom| Literal { atom, negated: false };
    let wants = wants.iter();
    wants.filter_map(|want| Some((literal(catalog.atom(&want.feature)?), want.weight))).collect()
}
