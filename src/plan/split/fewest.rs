//! The fewest shares: colouring with as many colours as are proved to be needed, and one more where
//! that fails.
//!
//! A colour is a deployment, and its kind is the target that it is on. What fails where is found as
//! it matters: a colouring is proposed, its shares are put to the family, and what fails is
//! forbidden from then on.

use fixedbitset::FixedBitSet;

use super::DeadlinePassed;
use super::family::Family;
use crate::solve::Colouring;

/// Items in the order in which they are shared out: those that conflict pairwise first.
pub(super) struct Ordered {
    pub(super) items: Vec<FixedBitSet>,
    /// The number of items at the front that conflict pairwise.
    pub(super) clique: usize,
}

impl Ordered {
    /// Puts many items first that conflict pairwise, and of the others those that conflict most.
    pub(super) fn new(
        family: &mut Family<'_>,
        items: &[FixedBitSet],
    ) -> Result<Self, DeadlinePassed> {
        let mut conflicts = vec![FixedBitSet::with_capacity(items.len()); items.len()];
        for (i, item) in items.iter().enumerate() {
            for (j, other) in items[..i].iter().enumerate() {
                if !family.serves(&(item | other))? {
                    conflicts[i].insert(j);
                    conflicts[j].insert(i);
                }
            }
        }
        let degree = |item: usize| conflicts[item].count_ones(..);
        let mut by_degree: Vec<usize> = (0..items.len()).collect();
        by_degree.sort_by_key(|&item| (usize::MAX - degree(item), item));
        let cliques = by_degree.iter().map(|&start| clique(start, &by_degree, &conflicts));
        // `max_by_key` gives the last of the largest: reversed, the first.
        let mut order = cliques.rev().max_by_key(Vec::len).unwrap_or_default();
        let clique = order.len();
        let others = by_degree.iter().filter(|item| !order.contains(item));
        order.extend(others.copied().collect::<Vec<_>>());
        let items = order.iter().map(|&item| items[item].clone()).collect();
        Ok(Ordered { items, clique })
    }

    /// Shares found by putting each item where it first fits.
    pub(super) fn first_fit(
        &self,
        family: &mut Family<'_>,
    ) -> Result<Vec<FixedBitSet>, DeadlinePassed> {
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

    /// Everything in so many shares; `None` where they are too few.
    pub(super) fn coloured_with(
        &self,
        family: &mut Family<'_>,
        colours: usize,
    ) -> Result<Option<Vec<FixedBitSet>>, DeadlinePassed> {
        let all = family.everything();
        let mut colouring = self.colouring(family, colours);
        let shares = coloured(family, &mut colouring, &all)?;
        Ok(shares.map(|shares| shares.into_iter().filter(|share| !share.is_clear()).collect()))
    }

    /// The colouring problem with so many colours.
    pub(super) fn colouring(&self, family: &Family<'_>, colours: usize) -> Colouring {
        Colouring::new(&self.items, family.elements.len(), colours, family.targets())
    }
}

/// The bounds of the fewest shares.
pub(super) struct Bounds {
    /// So many are needed.
    pub(super) lower: usize,
    /// So many are enough.
    upper: usize,
    from_above: bool,
}

impl Bounds {
    pub(super) fn new(lower: usize, upper: usize) -> Self {
        Bounds { lower, upper, from_above: true }
    }

    /// The number to try next: by turns one less than is enough and the least that is not ruled
    /// out, so that both bounds are near when a deadline passes. `None` where they meet.
    pub(super) fn next(&mut self) -> Option<usize> {
        self.from_above = !self.from_above;
        let next = if self.from_above { self.upper - 1 } else { self.lower };
        (self.lower < self.upper).then_some(next)
    }

    /// Takes up what trying a number of shares gave.
    pub(super) fn learn(&mut self, tried: usize, shares: Option<&[FixedBitSet]>) {
        match shares {
            Some(shares) => self.upper = shares.len(),
            None => self.lower = tried + 1,
        }
    }
}

/// Items that conflict pairwise, from one on, trying the others in this order.
fn clique(start: usize, order: &[usize], conflicts: &[FixedBitSet]) -> Vec<usize> {
    let mut clique = vec![start];
    for &item in order {
        if clique.iter().all(|&member| conflicts[member].contains(item)) {
            clique.push(item);
        }
    }
    clique
}

/// The selected elements in shares that can be served, no more than there are colours; `None` where
/// there are none.
pub(super) fn coloured(
    family: &mut Family<'_>,
    colouring: &mut Colouring,
    selected: &FixedBitSet,
) -> Result<Option<Vec<FixedBitSet>>, DeadlinePassed> {
    loop {
        for site in 0..family.targets() {
            // Conflicts are only ever added, so those after the forbidden ones are new.
            for conflict in &family.conflicts_at(site)[colouring.forbidden(site)..] {
                colouring.forbid(site, conflict);
            }
        }
        family.clock().check()?;
        let Some(shares) = colouring.solve(selected) else { return Ok(None) };
        // All shares, also after one that fails: each that does adds a conflict to be forbidden.
        let mut served = true;
        for share in &shares {
            served &= family.serves(share)?;
        }
        if served {
            return Ok(Some(shares));
        }
    }
}
