//! The linear relaxation of an exact cover, solved by the revised simplex method over a growing pool of columns.
//!
//! Its prices are all that is used. They need not be the best ones: whoever rounds them proves what follows, so
//! that neither rounding errors nor an early end do harm.

use super::{Allowance, ItemSet, MOST_ITEMS, SearchEnd, items_of};

/// A price for each item.
pub(super) type ItemPrices = [f64; MOST_ITEMS];

/// The most columns that join the pool at once.
const MOST_JOINING: usize = 200;

/// What counts as zero in a pivot.
const TINY: f64 = 1e-9;

/// A column of a relaxation.
#[derive(Clone, Copy)]
pub(super) struct RelaxedColumn {
    pub(super) items: ItemSet,
    pub(super) cost: f64,
}

/// Columns with their items as lists, which are read many times.
#[derive(Default)]
struct Pool {
    /// The items of all columns, one after the other.
    members: Vec<u8>,
    /// The end of each column's items, and its cost.
    ends: Vec<(usize, f64)>,
}

impl Pool {
    fn add(&mut self, column: &RelaxedColumn) {
        self.members.extend(items_of(column.items).map(|item| item as u8));
        self.ends.push((self.members.len(), column.cost));
    }

    fn columns(&self) -> impl Iterator<Item = (&[u8], f64)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, cost)| {
            let items = &self.members[start..end];
            start = end;
            (items, cost)
        })
    }
}

/// A basis of the relaxation, with a row for each item and a last one for the number of columns.
pub(super) struct Relaxation<'c> {
    columns: &'c [RelaxedColumn],
    /// The most columns to take.
    most: f64,
    rows: Vec<usize>,
    row_of: [usize; MOST_ITEMS],
    /// The rows of the basis inverse, one after the other.
    inverse: Vec<f64>,
    /// The value and the cost of what each row's basic column is.
    values: Vec<f64>,
    costs: Vec<f64>,
    prices: ItemPrices,
    /// The price of taking one more column: never above 0.
    count_price: f64,
    /// No cost is told from one that is less by no more than this.
    tolerance: f64,
}

/// Prices under which no column costs less than its items are worth, nearly, at most so many columns being
/// taken; an item left out costs as much as `missing`. Prices that prove that every cover costs more than `enough`
/// need not be better.
pub(super) fn prices(
    columns: &[RelaxedColumn],
    items: ItemSet,
    most: usize,
    (missing, enough): (f64, f64),
    allowance: &mut Allowance,
) -> Result<ItemPrices, SearchEnd> {
    let mut relaxation = Relaxation::new(columns, items, most, missing);
    relaxation.solve(enough, allowance)?;
    Ok(relaxation.prices)
}

impl<'c> Relaxation<'c> {
    /// At first every item is left out.
    fn new(columns: &'c [RelaxedColumn], items: ItemSet, most: usize, missing: f64) -> Self {
        let rows: Vec<usize> = items_of(items).collect();
        let mut row_of = [0; MOST_ITEMS];
        rows.iter().enumerate().for_each(|(row, &item)| row_of[item] = row);
        let size = rows.len() + 1;
        let mut inverse = vec![0.0; size * size];
        (0..size).for_each(|row| inverse[row * size + row] = 1.0);
        let (mut values, mut costs) = (vec![1.0; size], vec![missing; size]);
        let most = most as f64;
        values[size - 1] = most;
        costs[size - 1] = 0.0;
        let tolerance = 1e-6 + 1e-9 * missing;
        let prices = [0.0; MOST_ITEMS];
        let mut relaxation = Relaxation {
            columns,
            most,
            rows,
            row_of,
            inverse,
            values,
            costs,
            prices,
            count_price: 0.0,
            tolerance,
        };
        relaxation.set_prices();
        relaxation
    }

    fn size(&self) -> usize {
        self.costs.len()
    }

    /// Pivots until no column is worth taking, the pool growing by those that are worth most.
    fn solve(&mut self, enough: f64, allowance: &mut Allowance) -> Result<(), SearchEnd> {
        // The cheapest columns are likely to be taken.
        let mut pool = Pool::default();
        self.columns.iter().take(MOST_JOINING).for_each(|column| pool.add(column));
        self.solve_over(&pool, allowance)?;
        self.set_prices();
        // Each round but the last adds columns that no earlier one had, and few rounds are enough.
        for _ in 0..self.size() {
            allowance.take(self.columns.len())?;
            let columns = self.columns;
            let gains = columns.iter().map(|column| (self.reduced_cost(column), column));
            let mut joining: Vec<_> = gains.filter(|(cost, _)| *cost < -self.tolerance).collect();
            let least = joining.iter().fold(0.0, |least: f64, (cost, _)| least.min(*cost));
            if joining.is_empty() || self.bound(least) > enough {
                break;
            }
            if joining.len() > MOST_JOINING {
                joining.select_nth_unstable_by(MOST_JOINING, |(a, x), (b, y)| {
                    a.total_cmp(b).then(x.items.cmp(&y.items))
                });
                joining.truncate(MOST_JOINING);
            }
            joining.into_iter().for_each(|(_, column)| pool.add(column));
            self.solve_over(&pool, allowance)?;
            self.set_prices();
        }
        Ok(())
    }

    /// Pivots until no column of the pool is worth taking; no longer than that takes as a rule.
    fn solve_over(&mut self, pool: &Pool, allowance: &mut Allowance) -> Result<(), SearchEnd> {
        let mut entries = vec![0.0; self.size()];
        for _ in 0..20 * self.size() {
            allowance.take(pool.members.len() + self.size() * self.size() / 2)?;
            let mut least = (-self.tolerance, None);
            for (items, cost) in pool.columns() {
                let worth: f64 = items.iter().map(|&item| self.prices[usize::from(item)]).sum();
                let reduced = cost - worth - self.count_price;
                if reduced < least.0 {
                    least = (reduced, Some((items, cost)));
                }
            }
            let (reduced, Some(column)) = least else { break };
            if !self.enter(column, reduced, &mut entries) {
                break;
            }
        }
        Ok(())
    }

    /// What every cover costs at least, where no column costs less beyond its items' prices.
    fn bound(&self, least: f64) -> f64 {
        let worth: f64 = self.rows.iter().map(|&item| self.prices[item]).sum();
        worth + (self.count_price + least) * self.most
    }

    /// What a column costs more than its items are worth.
    fn reduced_cost(&self, column: &RelaxedColumn) -> f64 {
        let worth: f64 = items_of(column.items).map(|item| self.prices[item]).sum();
        column.cost - worth - self.count_price
    }

    /// Takes a column into the basis; `false` where it fits nowhere.
    fn enter(
        &mut self,
        (items, cost): (&[u8], f64),
        reduced_cost: f64,
        entries: &mut [f64],
    ) -> bool {
        let size = self.size();
        for (entry, row) in entries.iter_mut().zip(self.inverse.chunks_exact(size)) {
            let items = items.iter().map(|&item| row[self.row_of[usize::from(item)]]);
            *entry = items.sum::<f64>() + row[size - 1];
        }
        let Some(leaving) = self.leaving(entries) else { return false };
        let pivot = entries[leaving];
        let start = leaving * size;
        self.inverse[start..start + size].iter_mut().for_each(|it| *it /= pivot);
        let pivot_row = self.inverse[start..start + size].to_vec();
        let step = self.values[leaving] / pivot;
        for (row, &entry) in entries.iter().enumerate() {
            if row != leaving && entry.abs() > TINY {
                let others = &mut self.inverse[row * size..(row + 1) * size];
                others.iter_mut().zip(&pivot_row).for_each(|(it, by)| *it -= entry * by);
                self.values[row] = (self.values[row] - step * entry).max(0.0);
            }
        }
        self.values[leaving] = step;
        self.costs[leaving] = cost;
        for (&item, by) in self.rows.iter().zip(&pivot_row) {
            self.prices[item] += reduced_cost * by;
        }
        self.count_price += reduced_cost * pivot_row[size - 1];
        true
    }

    /// The row that reaches zero first; of several, that of the largest entry.
    fn leaving(&self, entries: &[f64]) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for (row, &entry) in entries.iter().enumerate().filter(|(_, entry)| **entry > TINY) {
            let ratio = self.values[row] / entry;
            let is_better = best.is_none_or(|(least, of)| {
                ratio < least - TINY || (ratio < least + TINY && entry > entries[of])
            });
            if is_better {
                best = Some((ratio, row));
            }
        }
        best.map(|(_, row)| row)
    }

    /// Works the prices out anew, free of what pivots added up.
    fn set_prices(&mut self) {
        let size = self.size();
        let mut sums = vec![0.0; size];
        for (cost, row) in self.costs.iter().zip(self.inverse.chunks_exact(size)) {
            sums.iter_mut().zip(row).for_each(|(sum, it)| *sum += cost * it);
        }
        self.rows.iter().zip(&sums).for_each(|(&item, &sum)| self.prices[item] = sum);
        self.count_price = sums[size - 1];
    }
}
