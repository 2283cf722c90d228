//! Every share that one deployment can serve, listed with how good its best plan is: where these are few enough.

use std::collections::HashSet;

use fixedbitset::FixedBitSet;

use super::super::Planner;
use super::super::ranker::Ranker;
use super::Unfinished;
use super::element::{Effect, Element};
use crate::engine::{Ranking, TableQuery};
use crate::matrix::Term;
use crate::request::Request;
use crate::solve::{Allowance, CoverColumn, ItemSet, MOST_COST, MOST_ITEMS, items_of};
use crate::target::Atom;

/// The most shares that are listed.
const MOST_SHARES: usize = 250_000;

/// What a plan is ranked by first, in order of weight: missed wants; cells that are not applicable, undocumented
/// or experimental; caveats.
type Stability = [u64; 5];

/// The shares that can be served. With a share, every part of it is listed.
pub(super) struct ShareList {
    shares: Vec<ListedShare>,
    sets: HashSet<ItemSet>,
}

struct ListedShare {
    elements: ItemSet,
    stability: Stability,
}

/// Lists shares by adding one element after the other.
struct ShareListing<'p> {
    ranker: Ranker<&'p Planner>,
    atoms: Vec<Atom>,
    ranking: Ranking,
    shares: Vec<ListedShare>,
}

/// Why shares are not listed.
enum Unlisted {
    /// They are too many, or a table cannot tell.
    Unknown,
    Unfinished(Unfinished),
}

impl ShareList {
    /// The elements of a share whose parts alone are too many to be listed.
    pub(super) const LARGEST: usize = 18;

    /// The shares of some elements with what is asked of every deployment; `None` where they are too many, or
    /// no table knows what is asked.
    pub(super) fn of(
        planner: &Planner,
        fixed: &Request,
        elements: &[Element],
        allowance: &mut Allowance,
    ) -> Result<Option<Self>, Unfinished> {
        let is_term = |element: &Element| element.effect == Effect::Term;
        if fixed.all || elements.len() > MOST_ITEMS || !elements.iter().all(is_term) {
            return Ok(None);
        }
        let Some(mut listing) = ShareListing::new(planner, fixed, elements) else {
            return Ok(None);
        };
        match listing.list(fixed, allowance) {
            Ok(()) => {
                let sets = listing.shares.iter().map(|share| share.elements).collect();
                Ok(Some(ShareList { shares: listing.shares, sets }))
            }
            Err(Unlisted::Unknown) => Ok(None),
            Err(Unlisted::Unfinished(unfinished)) => Err(unfinished),
        }
    }

    /// Whether one deployment can serve these elements.
    pub(super) fn serves(&self, set: ItemSet) -> bool {
        set == 0 || self.sets.contains(&set)
    }

    /// The shares within a set that hold each of some items whole or not at all, as far as it is in the set.
    fn within<'l>(
        &'l self,
        set: ItemSet,
        items: &'l [ItemSet],
    ) -> impl Iterator<Item = &'l ListedShare> {
        let whole = move |share: &&ListedShare| {
            items.iter().all(|item| {
                let shared = item & share.elements;
                shared == 0 || shared == item & set
            })
        };
        self.shares.iter().filter(move |share| share.elements & !set == 0).filter(whole)
    }

    /// Those shares as columns that cost nothing.
    pub(super) fn columns_within(&self, set: ItemSet, items: &[ItemSet]) -> Vec<CoverColumn> {
        let column = |share: &ListedShare| CoverColumn { items: share.elements, cost: 0 };
        self.within(set, items).map(column).collect()
    }

    /// All shares that keep items together as columns, whose costs are compared as the stability of the plans of
    /// so many shares is; `None` where the numbers are too large.
    pub(super) fn columns(&self, items: &[ItemSet], shares: usize) -> Option<Vec<CoverColumn>> {
        let weights = weights(&self.shares, shares)?;
        let cost = |stability: &Stability| {
            let parts = stability.iter().zip(weights).map(|(&value, weight)| value as i64 * weight);
            parts.sum()
        };
        let column = |share: &ListedShare| CoverColumn {
            items: share.elements,
            cost: cost(&share.stability),
        };
        Some(self.within(ItemSet::MAX, items).map(column).collect())
    }

    /// Every minimal set among some elements that no deployment can serve.
    pub(super) fn conflicts(&self, set: ItemSet) -> Vec<ItemSet> {
        let mut found = Vec::new();
        for share in self.within(set, &[]) {
            let last = ItemSet::BITS - share.elements.leading_zeros();
            // Each conflict is met once: with all of it but its last element.
            let later = set.checked_shr(last).unwrap_or(0).checked_shl(last).unwrap_or(0);
            for element in items_of(later) {
                let whole = share.elements | 1 << element;
                if !self.serves(whole) && items_of(whole).all(|it| self.serves(whole & !(1 << it)))
                {
                    found.push(whole);
                }
            }
        }
        found
    }
}

impl<'p> ShareListing<'p> {
    fn new(planner: &'p Planner, fixed: &Request, elements: &[Element]) -> Option<Self> {
        let ranker = Ranker::new(planner, fixed)?;
        let atom = |term: &Term| match planner.catalog().atom(term.id())? {
            atom @ (Atom::Feature(_) | Atom::Group(_)) => Some(atom),
            Atom::Choice(_) | Atom::Fact(_) => None,
        };
        let atoms = elements.iter().map(|element| atom(&element.term)).collect::<Option<_>>()?;
        Some(ShareListing { ranker, atoms, ranking: Ranking::default(), shares: Vec::new() })
    }

    fn list(&mut self, fixed: &Request, allowance: &mut Allowance) -> Result<(), Unlisted> {
        let query = self.ranker.query(fixed).ok_or(Unlisted::Unknown)?;
        let all: Vec<usize> = (0..self.atoms.len()).collect();
        self.extend(0, &query, &all, allowance)
    }

    /// Adds each share of these elements and one of the candidates, and larger ones. With what cannot be added
    /// now, no larger one can be served either.
    fn extend(
        &mut self,
        elements: ItemSet,
        query: &TableQuery,
        candidates: &[usize],
        allowance: &mut Allowance,
    ) -> Result<(), Unlisted> {
        allowance.take(1 + candidates.len()).map_err(|it| Unlisted::Unfinished(it.into()))?;
        let mut served = Vec::new();
        for &element in candidates {
            let mut query = query.clone();
            match self.atoms[element] {
                Atom::Feature(feature) => query.require(feature),
                Atom::Group(group) => query.require_group(group),
                Atom::Choice(_) | Atom::Fact(_) => return Err(Unlisted::Unknown),
            }
            self.ranker.rank(&query, &mut self.ranking).ok_or(Unlisted::Unknown)?;
            let Some(best) = self.ranking.columns().first() else { continue };
            let [not_applicable, undocumented, experimental, caveat] = best.counts.map(u64::from);
            self.shares.push(ListedShare {
                elements: elements | 1 << element,
                stability: [best.missed, not_applicable, undocumented, experimental, caveat],
            });
            served.push((element, query));
        }
        if self.shares.len() > MOST_SHARES {
            return Err(Unlisted::Unknown);
        }
        let later: Vec<usize> = served.iter().map(|(element, _)| *element).collect();
        for (position, (element, query)) in served.iter().enumerate() {
            self.extend(elements | 1 << element, query, &later[position + 1..], allowance)?;
        }
        Ok(())
    }
}

/// What each number of a stability weighs, so that no sum of so many shares outweighs one of the number before;
/// `None` where a share's cost would be too large.
fn weights(shares: &[ListedShare], count: usize) -> Option<[i64; 5]> {
    let mut weights = [0; 5];
    let mut weight: i64 = 1;
    for part in (0..weights.len()).rev() {
        let most = shares.iter().map(|share| share.stability[part]).max().unwrap_or(0);
        let most = i64::try_from(most).ok()?;
        weights[part] = weight;
        weight = weight.checked_mul(most.checked_mul(count as i64)?.checked_add(1)?)?;
    }
    (weight <= MOST_COST).then_some(weights)
}

/// A set of elements as bits.
pub(super) fn bits(set: &FixedBitSet) -> ItemSet {
    set.ones().fold(0, |bits, element| bits | 1 << element)
}

/// Bits as a set of so many elements.
pub(super) fn set_of(bits: ItemSet, elements: usize) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(elements);
    set.extend(items_of(bits));
    set
}
