//! The search for exact covers within a cost: depth first over the columns of the item that the fewest can
//! cover.

use super::prices::{PricedColumn, Scale, Weights, priced};
use super::{Allowance, ItemSet, MOST_ITEMS, SearchEnd, items_of};

/// Where more columns than this are left, a relaxation of its own costs less than to search on.
const RELAXED_FROM: usize = 300;

/// Where more columns than this are left for the last two, the second is looked up.
const SORTED_FROM: usize = 64;

/// Takes up a cover and what it costs; gives what further ones may cost at most. No price is below 0, so that
/// nothing costs less than that.
pub(super) type TakeCover<'f> = dyn FnMut(i64, &[ItemSet]) -> i64 + 'f;

/// A search for covers whose prices sum up to no more than a limit.
pub(super) struct CoverSearch<'s> {
    weights: &'s Weights,
    limit: i64,
    /// The price that is 1 in a relaxation.
    unit: i64,
    allowance: &'s mut Allowance,
    chosen: Vec<ItemSet>,
}

impl<'s> CoverSearch<'s> {
    pub(super) fn new(weights: &'s Weights, limit: i64, allowance: &'s mut Allowance) -> Self {
        let unit = Weights::COLUMN;
        CoverSearch { weights, limit, unit, allowance, chosen: Vec::new() }
    }

    /// The same, with another price as 1.
    pub(super) fn with_unit(self, unit: i64) -> Self {
        CoverSearch { unit, ..self }
    }

    /// Shows each cover of these items by at most so many of these columns, which are sorted by price.
    pub(super) fn run(
        mut self,
        columns: &[PricedColumn],
        items: ItemSet,
        most: usize,
        found: &mut TakeCover<'_>,
    ) -> Result<(), SearchEnd> {
        let affordable = columns.partition_point(|column| column.price <= self.limit);
        self.descend(&columns[..affordable], items, most, 0, found)
    }

    /// Covers what is left. All columns are within it, and each alone is within the limit.
    fn descend(
        &mut self,
        columns: &[PricedColumn],
        left: ItemSet,
        most: usize,
        spent: i64,
        found: &mut TakeCover<'_>,
    ) -> Result<(), SearchEnd> {
        if left == 0 {
            self.show(spent, found);
            return Ok(());
        }
        self.allowance.take(1 + columns.len())?;
        if most == 0 || self.weights.columns_for(left) > most {
            return Ok(());
        }
        if most == 1 {
            return self.take_last(columns, left, spent, found);
        }
        if columns.len() <= RELAXED_FROM || most == 2 {
            return self.branch(columns, left, most, spent, found);
        }
        let room = (self.limit - spent) as f64 / self.unit as f64;
        let scale = Scale { unit: self.unit, missing: 10.0 + 2.0 * room, enough: room + 0.01 };
        let mut priced = priced(columns, left, most, scale, self.allowance)?;
        if priced.base <= 0 {
            return self.branch(columns, left, most, spent, found);
        }
        // The base is what every way to cover the rest costs.
        let spent = spent + priced.base;
        let affordable = priced.columns.partition_point(|it| spent + it.price <= self.limit);
        priced.columns.truncate(affordable);
        self.branch(&priced.columns, left, most, spent, found)
    }

    /// Tries each column of the item that the fewest have, the lowest price first.
    fn branch(
        &mut self,
        columns: &[PricedColumn],
        left: ItemSet,
        most: usize,
        spent: i64,
        found: &mut TakeCover<'_>,
    ) -> Result<(), SearchEnd> {
        let Some(item) = scarcest(columns, left) else { return Ok(()) };
        if most == 2 && columns.len() > SORTED_FROM {
            return self.take_two(columns, item, left, spent, found);
        }
        let mut rest = Vec::with_capacity(columns.len());
        for column in columns.iter().filter(|column| column.items >> item & 1 == 1) {
            let spent = spent + column.price;
            // The limit falls while covers are found.
            if spent > self.limit {
                break;
            }
            let uncovered = left & !column.items;
            let affordable = columns.iter().take_while(|other| spent + other.price <= self.limit);
            rest.clear();
            rest.extend(affordable.filter(|other| other.items & !uncovered == 0));
            self.chosen.push(column.items);
            self.descend(&rest, uncovered, most - 1, spent, found)?;
            self.chosen.pop();
        }
        Ok(())
    }

    /// Takes each column of an item with the one that covers all that it leaves.
    fn take_two(
        &mut self,
        columns: &[PricedColumn],
        item: usize,
        left: ItemSet,
        spent: i64,
        found: &mut TakeCover<'_>,
    ) -> Result<(), SearchEnd> {
        let (with, mut without): (Vec<PricedColumn>, Vec<PricedColumn>) =
            columns.iter().partition(|column| column.items >> item & 1 == 1);
        without.sort_unstable_by_key(|column| column.items);
        for first in with {
            let uncovered = left & !first.items;
            self.allowance.take(1)?;
            let last = without.binary_search_by_key(&uncovered, |column| column.items);
            let others = last.map_or(&[][..], |at| &without[at..=at]);
            self.chosen.push(first.items);
            self.descend(others, uncovered, 1, spent + first.price, found)?;
            self.chosen.pop();
        }
        Ok(())
    }

    /// Takes the column that covers all that is left.
    fn take_last(
        &mut self,
        columns: &[PricedColumn],
        left: ItemSet,
        spent: i64,
        found: &mut TakeCover<'_>,
    ) -> Result<(), SearchEnd> {
        if let Some(last) = columns.iter().find(|column| column.items == left) {
            self.chosen.push(last.items);
            self.show(spent + last.price, found);
            self.chosen.pop();
        }
        Ok(())
    }

    fn show(&mut self, spent: i64, found: &mut TakeCover<'_>) {
        if spent <= self.limit {
            self.limit = found(spent, &self.chosen);
        }
    }
}

/// The item that the fewest columns have; `None` where one is in none.
fn scarcest(columns: &[PricedColumn], left: ItemSet) -> Option<usize> {
    let mut counts = [0_u32; MOST_ITEMS];
    for column in columns {
        items_of(column.items).for_each(|item| counts[item] += 1);
    }
    let scarcest = items_of(left).min_by_key(|&item| counts[item]);
    scarcest.filter(|&item| counts[item] > 0)
}
