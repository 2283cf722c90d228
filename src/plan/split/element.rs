//! What is shared out: the terms of a request, and what else narrows where a share can go.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use crate::matrix::{Level, Term};
use crate::request::Want;

/// One thing that a share asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Element {
    /// Names it, in conflicts too.
    pub(super) term: Term,
    pub(super) effect: Effect,
}

/// What an element asks for. Each narrows what can be served, so that with a set of elements every
/// smaller one can be served too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Effect {
    /// That its term holds.
    Term,
    /// To be on none of these targets, by their numbers.
    NotOn(Vec<usize>),
    /// To rest on nothing worse.
    Accept(Level),
    /// To meet a want, at the cost of missing it.
    Want(u64),
}

impl Element {
    /// An element that asks for its term.
    pub(super) fn of(term: Term) -> Self {
        Element { term, effect: Effect::Term }
    }

    /// Asks to rest on nothing worse than a level.
    pub(super) fn accept(level: Level) -> Self {
        let term = Term::on(format!("accept={level}"));
        Element { term, effect: Effect::Accept(level) }
    }

    /// Asks to meet a want.
    pub(super) fn want(want: &Want) -> Self {
        let term = Term::on(format!("want={}", want.feature));
        Element { term, effect: Effect::Want(want.weight) }
    }

    /// The term, where the element asks for it.
    pub(super) fn as_term(&self) -> Option<&Term> {
        (self.effect == Effect::Term).then_some(&self.term)
    }

    /// Whether the element keeps a share off a target.
    pub(super) fn is_kept_off(&self, target: usize) -> bool {
        matches!(&self.effect, Effect::NotOn(targets) if targets.contains(&target))
    }
}

/// The worst level that a set of elements may rest on, where nothing else allows less.
pub(super) fn accept(elements: &[Element], set: &FixedBitSet, worst: Level) -> Level {
    let levels = set.ones().filter_map(|element| match elements[element].effect {
        Effect::Accept(level) => Some(level),
        _ => None,
    });
    levels.fold(worst, Level::min)
}

/// The wants of a set of elements with those of every share: of each feature the heaviest.
pub(super) fn wants(elements: &[Element], set: &FixedBitSet, every: &[Want]) -> Vec<Want> {
    let mut wants: BTreeMap<&str, u64> = BTreeMap::new();
    let own = set.ones().filter_map(|element| match &elements[element] {
        Element { term, effect: Effect::Want(weight) } => Some((wanted(term), *weight)),
        _ => None,
    });
    for (feature, weight) in every.iter().map(|want| (&*want.feature, want.weight)).chain(own) {
        let heaviest = wants.entry(feature).or_insert(weight);
        *heaviest = (*heaviest).max(weight);
    }
    let want = |(feature, weight): (&str, u64)| Want { feature: feature.to_owned(), weight };
    wants.into_iter().map(want).collect()
}

/// The feature of a want's term.
fn wanted(term: &Term) -> &str {
    term.id().strip_prefix("want=").unwrap_or_else(|| term.id())
}
