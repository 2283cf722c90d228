//! The fewest shares: colouring with as many colours as are proved to be needed, and one more where
//! that fails.
//!
//! Conflicts are found as they matter: a colouring is proposed, its shares are put to the family,
//! and what fails is forbidden from then on.

use fixedbitset::FixedBitSet;

use super::Late;
use super::family::Family;
use crate::solve::Colouring;

/// Items in the order in which they are shared out: those that clash pairwise first.
pub(super) struct Ordered {
    pub(super) items: Vec<FixedBitSet>,
    /// How many items at the front clash pairwise.
    pub(super) clique: usize,
}

impl Ordered {
    /// Puts a large set of pairwise clashing items first, and of the others those that clash most.
    pub(super) fn new(family: &mut Family<'_>, items: &[FixedBitSet]) -> Result<Self, Late> {
        let mut clashes = vec![FixedBitSet::with_capacity(items.len()); items.len()];
        for (i, item) in items.iter().enumerate() {
            for (j, other) in items[..i].iter().enumerate() {
                if !family.serves(&(item | other))? {
                    clashes[i].insert(j);
                    clashes[j].insert(i);
                }
            }
        }
        let degree = |item: usize| clashes[item].count_ones(..);
        let mut by_degree: Vec<usize> = (0..items.len()).collect();
        by_degree.sort_by_key(|&item| (usize::MAX - degree(item), item));
        let cliques = by_degree.iter().map(|&start| clique(start, &by_degree, &clashes));
        let mut order = cliques.rev().max_by_key(Vec::len).unwrap_or_default();
        let clique = order.len();
        let others = by_degree.iter().filter(|item| !order.contains(item));
        order.extend(others.copied().collect::<Vec<_>>());
        let items = order.iter().map(|&item| items[item].clone()).collect();
        Ok(Ordered { items, clique })
    }

    /// Shares found by putting each item where it first fits.
    pub(super) fn first_fit(&self, family: &mut Family<'_>) -> Result<Vec<FixedBitSet>, Late> {
        let mut shares: Vec<FixedBitSet> = Vec::new();
        'items: for item in &self.items {
            for share in &mut shares {
                let more = &*share | item;
                if family.serves(&more)? {
                    *share = more;
                    continue 'items;
                }
            }
            shares.push(item.clone());
        }
        Ok(shares)
    }

    /// The colouring problem with so many colours.
    pub(super) fn colouring(&self, family: &Family<'_>, colours: usize) -> Colouring {
        Colouring::new(&self.items, family.elements.len(), colours)
    }
}

/// Items that clash pairwise, from one on, trying the others in this order.
fn clique(start: usize, order: &[usize], clashes: &[FixedBitSet]) -> Vec<usize> {
    let mut clique = vec![start];
    for &item in order {
        if clique.iter().all(|&member| clashes[member].contains(item)) {
            clique.push(item);
        }
    }
    clique
}

/// The selected elements in shares that can be served, no more than there are colours; `None` where
/// there is no such way.
pub(super) fn coloured(
    family: &mut Family<'_>,
    colouring: &mut Colouring,
    selected: &FixedBitSet,
) -> Result<Option<Vec<FixedBitSet>>, Late> {
    loop {
        for conflict in &family.conflicts()[colouring.forbidden()..] {
            colouring.forbid(conflict);
        }
        family.clock().check()?;
        let Some(shares) = colouring.solve(selected) else { return Ok(None) };
        let mut served = true;
        for share in &shares {
            served &= family.serves(share)?;
        }
        if served {
            return Ok(Some(shares));
        }
    }
}
