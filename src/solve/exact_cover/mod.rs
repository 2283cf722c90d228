//! Exact covers: some of many columns, so that each item is in exactly one of them.
//!
//! The prices of a linear relaxation ([`relaxation`]) say of each column how much worse every cover is that takes it
//! ([`prices`]); a search ([`search`]) takes columns as long as that stays within what the best known cover costs.
//! Only the prices are floating-point numbers: they are rounded to integers, and what is pruned by these is
//! proved.

mod best;
mod prices;
mod relaxation;
mod search;

use self::prices::{PricedColumn, Weights};
use self::search::CoverSearch;
use super::{Allowance, SearchEnd};

pub use self::best::BestCovers;

/// Items as bits.
pub type ItemSet = u128;

/// The most items of an [`ItemSet`].
pub const MOST_ITEMS: usize = ItemSet::BITS as usize;

/// The largest cost of a column.
pub const MOST_COST: i64 = 1 << 44;

/// Items that can be taken together, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverColumn {
    /// The items; at least one.
    pub items: ItemSet,
    /// What they cost: from 0 to [`MOST_COST`].
    pub cost: i64,
}

/// Items to cover, with the columns that do it. Each item has a column of its own.
#[derive(Clone, Debug)]
pub struct ExactCover {
    columns: Vec<CoverColumn>,
    items: ItemSet,
    weights: Weights,
    /// The columns by how much weight they leave unused.
    by_weight: Vec<PricedColumn>,
}

impl ExactCover {
    /// Weighs the items.
    ///
    /// # Errors
    ///
    /// Where the allowance does not reach.
    pub fn new(
        columns: Vec<CoverColumn>,
        items: ItemSet,
        allowance: &mut Allowance,
    ) -> Result<Self, SearchEnd> {
        let weights = Weights::new(&columns, items, allowance)?;
        let by_weight = weights.unused(&columns);
        Ok(ExactCover { columns, items, weights, by_weight })
    }

    /// So many columns are needed at least.
    #[must_use]
    pub fn at_least(&self) -> usize {
        self.weights.columns_for(self.items)
    }

    /// Few items that need more than so many columns, where all of them are known to.
    #[must_use]
    pub fn heaviest_beyond(&self, columns: usize) -> ItemSet {
        self.weights.heaviest_beyond(self.items, columns)
    }

    /// A cover of at most so many columns; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where the allowance does not reach.
    pub fn cover_with(
        &self,
        most: usize,
        allowance: &mut Allowance,
    ) -> Result<Option<Vec<ItemSet>>, SearchEnd> {
        let mut cover = None;
        let mut found = |_, chosen: &[ItemSet]| {
            cover = Some(chosen.to_vec());
            -1
        };
        let slack = self.weights.slack(self.items, most);
        let search = CoverSearch::new(&self.weights, slack, allowance);
        search.run(&self.by_weight, self.items, most, &mut found)?;
        Ok(cover)
    }

    /// Shows every cover of so many columns, which are the fewest.
    ///
    /// # Errors
    ///
    /// Where the allowance does not reach.
    pub fn each(
        &self,
        most: usize,
        allowance: &mut Allowance,
        found: &mut dyn FnMut(&[ItemSet]),
    ) -> Result<(), SearchEnd> {
        // Each of these covers leaves exactly so much weight unused.
        let slack = self.weights.slack(self.items, most);
        let search = CoverSearch::new(&self.weights, slack, allowance);
        search.run(&self.by_weight, self.items, most, &mut |_, chosen| {
            found(chosen);
            slack
        })
    }
}

/// The numbers of a set's items, ascending.
pub fn items_of(set: ItemSet) -> impl Iterator<Item = usize> {
    let mut rest = set;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let item = rest.trailing_zeros() as usize;
            // Clears the lowest bit.
            rest &= rest - 1;
            item
        })
    })
}
