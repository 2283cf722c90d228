//! The cheapest exact covers of the fewest columns, with a proof that none is missing.

use super::prices::{PricedColumn, PricedColumns, Scale, priced};
use super::search::CoverSearch;
use super::{Allowance, CoverColumn, ExactCover, ItemSet, MOST_COST, SearchEnd};

/// The cheapest covers that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BestCovers {
    /// The covers, the cheapest first.
    pub covers: Vec<Vec<ItemSet>>,
    /// Whether none costs less than the first.
    pub is_first_proved: bool,
    /// Whether none is missing that costs no more than the last one that is wanted.
    pub is_whole: bool,
    /// Why the search ended early, where it did.
    pub ended: Option<SearchEnd>,
}

/// A cover, its columns sorted, after what it costs.
type CostedCover = (i64, Vec<ItemSet>);

/// Covers within a limit that falls as enough are found.
struct CheapestCovers {
    /// By what they cost.
    covers: Vec<CostedCover>,
    wanted: usize,
    /// The most to hold.
    most: usize,
    /// A cost of which covers were left out.
    cut: Option<i64>,
}

impl CheapestCovers {
    /// Takes up a cover that costs no more than a limit; gives what further ones may cost.
    fn take(&mut self, cost: i64, cover: &[ItemSet], limit: i64) -> i64 {
        let at = self.covers.partition_point(|(other, _)| *other <= cost);
        let mut cover = cover.to_vec();
        cover.sort_unstable();
        self.covers.insert(at, (cost, cover));
        let Some(&(last, _)) = self.covers.get(self.wanted - 1) else { return limit };
        let kept = self.covers.partition_point(|(cost, _)| *cost <= last);
        self.covers.truncate(kept);
        // What was left out does not matter once enough is found that costs less.
        self.cut = self.cut.filter(|&cut| cut == last);
        if self.covers.len() > self.most {
            self.cut = Some(last);
        }
        last - i64::from(self.cut.is_some())
    }
}

impl ExactCover {
    /// The cheapest covers of exactly so many columns, which are the fewest: as many as are wanted, at least
    /// one, and all that cost no more than these, unless there are more than `most`. Where so many are known to
    /// cost no more than `known`, this spares the search some tries.
    #[must_use]
    pub fn best(
        &self,
        columns: usize,
        (wanted, most): (usize, usize),
        known: Option<i64>,
        allowance: &mut Allowance,
    ) -> BestCovers {
        let mut best = BestCovers::default();
        let mut covers = Vec::new();
        let wanted = (wanted.max(1), most.max(1));
        let ended = self.deepen(columns, wanted, known, allowance, &mut best, &mut covers);
        best.ended = ended.err();
        covers.sort();
        covers.dedup();
        best.covers = covers.into_iter().map(|(_, cover)| cover).collect();
        best
    }

    /// Searches within a limit that grows until enough covers are known.
    fn deepen(
        &self,
        columns: usize,
        (wanted, most): (usize, usize),
        known: Option<i64>,
        allowance: &mut Allowance,
        best: &mut BestCovers,
        covers: &mut Vec<CostedCover>,
    ) -> Result<(), SearchEnd> {
        let unit = unit(&self.columns);
        let priced = self.priced(columns, unit, allowance)?;
        let dearest = priced.columns.last().map_or(0, |column| column.price);
        let all = dearest.saturating_mul(columns as i64);
        let enough = known.map_or(all, |cost| all.min(cost * unit - priced.base));
        let mut limit = unit.min(enough);
        loop {
            let mut cheapest = CheapestCovers { covers: Vec::new(), wanted, most, cut: None };
            let search = CoverSearch::new(&self.weights, limit, allowance).with_unit(unit);
            let ended = search.run(&priced.columns, self.items, columns, &mut |cost, cover| {
                cheapest.take(cost, cover, limit)
            });
            // What an earlier search found is found again, but by one that ends early.
            if ended.is_ok() {
                covers.clear();
            }
            covers.append(&mut cheapest.covers);
            ended?;
            best.is_first_proved = !covers.is_empty();
            if covers.len() >= wanted || limit >= enough {
                best.is_whole = cheapest.cut.is_none();
                return Ok(());
            }
            limit = limit.saturating_add(limit / 2 + 1).min(enough);
        }
    }

    fn priced(
        &self,
        columns: usize,
        unit: i64,
        allowance: &mut Allowance,
    ) -> Result<PricedColumns, SearchEnd> {
        let scaled =
            |column: &CoverColumn| PricedColumn { price: column.cost * unit, items: column.items };
        let scaled: Vec<PricedColumn> = self.columns.iter().map(scaled).collect();
        let dearest = self.columns.iter().map(|column| column.cost).max().unwrap_or(0);
        let missing = 10.0 * (dearest + 1) as f64;
        let scale = Scale { unit, missing, enough: f64::INFINITY };
        priced(&scaled, self.items, columns, scale, allowance)
    }
}

/// As many parts of a cost as leave room for sums of prices.
fn unit(columns: &[CoverColumn]) -> i64 {
    let dearest = columns.iter().map(|column| column.cost).max().unwrap_or(0);
    // Prices are up to 20 times the dearest column, and 128 items are summed up.
    let parts = MOST_COST / (dearest + 1);
    1 << parts.max(1).ilog2().min(20)
}
