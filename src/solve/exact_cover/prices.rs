//! Prices of a relaxation in, columns with what they cost beyond their items' prices out, as integers.

use super::relaxation::{self, ItemPrices, RelaxedColumn};
use super::{Allowance, CoverColumn, ItemSet, MOST_ITEMS, SearchEnd, items_of};

/// A column with what every cover that takes it costs at least beyond the best that the prices allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PricedColumn {
    /// Never below 0.
    pub(super) price: i64,
    pub(super) items: ItemSet,
}

/// Columns with prices, the lowest first. The cost of a cover of exactly so many columns is the base
/// plus the prices of its columns.
pub(super) struct PricedColumns {
    pub(super) base: i64,
    pub(super) columns: Vec<PricedColumn>,
}

/// How costs are put to a relaxation.
pub(super) struct Scale {
    /// The cost that is 1 there.
    pub(super) unit: i64,
    /// What it costs there to leave an item out.
    pub(super) missing: f64,
    /// No better prices are looked for where every cover costs more than this.
    pub(super) enough: f64,
}

/// Prices columns for covers of exactly so many of them.
///
pub(super) fn priced(
    columns: &[PricedColumn],
    items: ItemSet,
    most: usize,
    Scale { unit, missing, enough }: Scale,
    allowance: &mut Allowance,
) -> Result<PricedColumns, SearchEnd> {
    let relaxed = |column: &PricedColumn| RelaxedColumn {
        items: column.items,
        cost: column.price as f64 / unit as f64,
    };
    let relaxed: Vec<RelaxedColumn> = columns.iter().map(relaxed).collect();
    let prices = relaxation::prices(&relaxed, items, most, (missing, enough), allowance)?;
    let prices = rounded(&prices, unit, 2.0 * missing);
    let worth = |items: ItemSet| items_of(items).map(|item| prices[item]).sum::<i64>();
    let mut columns: Vec<PricedColumn> = columns
        .iter()
        .map(|it| PricedColumn { price: it.price - worth(it.items), items: it.items })
        .collect();
    // Each cover has as many columns, so that all prices may be raised by the same.
    let least = columns.iter().map(|column| column.price).min().unwrap_or(0).min(0);
    columns.iter_mut().for_each(|column| column.price -= least);
    columns.sort_unstable();
    Ok(PricedColumns { base: worth(items) + least * most as i64, columns })
}

/// Prices in parts of a unit, none beyond a bound, so that their sums are no overflow.
fn rounded(prices: &ItemPrices, unit: i64, most: f64) -> [i64; MOST_ITEMS] {
    prices.map(|price| (price.clamp(-most, most) * unit as f64).floor() as i64)
}

/// Weights of items, of which no column holds more than [`Weights::COLUMN`]: so many columns are needed as the
/// weights are worth.
#[derive(Clone, Debug)]
pub(super) struct Weights([i64; MOST_ITEMS]);

impl Weights {
    /// What a column holds at most.
    pub(super) const COLUMN: i64 = 1 << 20;

    pub(super) fn new(
        columns: &[CoverColumn],
        items: ItemSet,
        allowance: &mut Allowance,
    ) -> Result<Self, SearchEnd> {
        let relaxed = |it: &CoverColumn| RelaxedColumn { items: it.items, cost: 1.0 };
        let relaxed: Vec<RelaxedColumn> = columns.iter().map(relaxed).collect();
        let all = items.count_ones() as usize;
        let prices = relaxation::prices(&relaxed, items, all, (2.0, f64::INFINITY), allowance)?;
        let mut weights = Weights(rounded(&prices, Weights::COLUMN, 2.0).map(|it| it.max(0)));
        let heaviest = columns.iter().map(|column| weights.of(column.items)).max().unwrap_or(0);
        if heaviest > Weights::COLUMN {
            // No more than 128 times 2 columns is a weight, so that the product is no overflow.
            weights.0 = weights.0.map(|weight| weight * Weights::COLUMN / heaviest);
        }
        Ok(weights)
    }

    /// What some items weigh.
    pub(super) fn of(&self, items: ItemSet) -> i64 {
        items_of(items).map(|item| self.0[item]).sum()
    }

    /// How many columns some items need at least.
    pub(super) fn columns_for(&self, items: ItemSet) -> usize {
        usize::try_from(self.of(items).div_euclid(Weights::COLUMN)).unwrap_or(0)
            + usize::from(self.of(items).rem_euclid(Weights::COLUMN) > 0)
    }

    /// The heaviest items, as many as need more than so many columns.
    pub(super) fn heaviest_beyond(&self, items: ItemSet, columns: usize) -> ItemSet {
        let mut by_weight: Vec<usize> = items_of(items).collect();
        by_weight.sort_by_key(|&item| (-self.0[item], item));
        let mut heaviest = 0;
        for item in by_weight {
            if self.columns_for(heaviest) > columns {
                break;
            }
            heaviest |= 1 << item;
        }
        heaviest
    }

    /// What so many columns hold more than some items weigh.
    pub(super) fn slack(&self, items: ItemSet, columns: usize) -> i64 {
        columns as i64 * Weights::COLUMN - self.of(items)
    }

    /// Columns by how much more they could hold.
    pub(super) fn unused(&self, columns: &[CoverColumn]) -> Vec<PricedColumn> {
        let unused = |column: &CoverColumn| PricedColumn {
            price: Weights::COLUMN - self.of(column.items),
            items: column.items,
        };
        let mut columns: Vec<PricedColumn> = columns.iter().map(unused).collect();
        columns.sort_unstable();
        columns
    }
}
