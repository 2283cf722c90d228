//! The counted cells of every column as rows of bits, so that a set of features is scored in all of its columns
//! at once.

use super::bits::{self, BitRows, contains, insert, ones};
use super::target_table::{COUNTED, Counts, TableColumn};
use crate::matrix::Level;
use crate::target::{CellRef, Target};

/// What is counted of the cells of features and of pairs of slots, as what: per feature or pair, the columns in
/// which it is.
#[derive(Clone, Debug)]
pub(super) struct ColumnCounts {
    /// The slot of each feature, where slots are numbered otherwise than features.
    slot_of: Option<Vec<u32>>,
    features: usize,
    slots: usize,
    columns: usize,
    /// Per feature; more than one layer where several cells of one feature count in one column.
    single: [Vec<BitRows>; COUNTED],
    /// Per pair of slots. None where there are none.
    pairs: [Option<BitRows>; COUNTED],
    /// What else is counted in each column.
    rest: Vec<RestOfColumn>,
}

/// What is counted in one column beside the cells of features and pairs.
#[derive(Clone, Debug, Default)]
struct RestOfColumn {
    /// What is counted whatever is on.
    base: Counts,
    /// Further cells, and what they are counted as.
    conditions: Vec<(super::condition::Condition, Counts)>,
}

/// The counts of many columns, worked in for one set of features after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct CountScratch {
    features: Vec<usize>,
    slots: Vec<usize>,
    slots_on: Vec<u64>,
    counters: [WordCounters; COUNTED],
}

/// The most binary digits of a counter: more cells than a model may hold.
const DIGITS: usize = 32;

/// A counter for each bit of a word, the lowest binary digits of all of them first.
#[derive(Clone, Debug, Default)]
struct WordCounters {
    digits: [u64; DIGITS],
    /// The digits of which some may be set.
    used: usize,
}

impl WordCounters {
    fn clear(&mut self) {
        self.digits[..self.used].fill(0);
        self.used = 0;
    }

    /// Counts one more in each of these bits.
    fn add(&mut self, mut carry: u64) {
        let mut place = 0;
        while carry != 0 && place < DIGITS {
            let digit = &mut self.digits[place];
            (*digit, carry) = (*digit ^ carry, *digit & carry);
            place += 1;
            self.used = self.used.max(place);
        }
    }

    /// The counter of a bit.
    fn get(&self, bit: usize) -> u32 {
        let digits = self.digits[..self.used].iter().enumerate();
        digits.map(|(i, digit)| ((digit >> bit & 1) as u32) << i).sum()
    }
}

impl ColumnCounts {
    /// Columns of a catalog with so many features and facts, in which nothing is counted yet.
    pub(super) fn new(target: Option<&Target<'_>>, columns: usize) -> Self {
        let features = target.map_or(0, |target| target.catalog().features().len());
        let slot_of = (0..features).map(|f| target.map_or(0, |it| it.slot_of(f) as u32));
        let slot_of: Vec<u32> = slot_of.collect();
        let is_identity = slot_of.iter().enumerate().all(|(f, &slot)| f == slot as usize);
        ColumnCounts {
            slot_of: (!is_identity).then_some(slot_of),
            features,
            slots: target.map_or(0, |target| target.slots().len()),
            columns,
            single: Default::default(),
            pairs: Default::default(),
            rest: vec![RestOfColumn::default(); columns],
        }
    }

    /// Takes in what is counted of the cells of a target, which has these columns.
    pub(super) fn add_target(
        &mut self,
        target: &Target<'_>,
        accept: Level,
        first: usize,
        end: usize,
    ) {
        for feature in 0..self.features {
            let cell = target.feature_cell(feature);
            if target.level(cell) <= accept {
                for kind in counted_as(target, cell) {
                    (first..end).for_each(|column| self.add_single(kind, feature, column));
                }
            }
        }
        for high in 0..self.slots {
            for low in 0..high {
                let Some(cell) = target.pair_cell(low, high) else { continue };
                if target.level(cell) > accept {
                    continue;
                }
                for kind in counted_as(target, cell) {
                    let pairs = bits::pairs(self.slots);
                    let rows =
                        self.pairs[kind].get_or_insert_with(|| BitRows::new(pairs, self.columns));
                    let row = rows.row_mut(bits::pair(low, high));
                    (first..end).for_each(|column| insert(row, column));
                }
            }
        }
    }

    /// Takes in what else is counted in a column.
    pub(super) fn add_column(&mut self, number: usize, column: &mut TableColumn) {
        self.rest[number].base = column.base;
        for (condition, counts) in std::mem::take(&mut column.counting) {
            match condition.only_feature().filter(|&feature| feature < self.features) {
                Some(feature) => {
                    for (kind, &count) in counts.iter().enumerate() {
                        (0..count).for_each(|_| self.add_single(kind, feature, number));
                    }
                }
                None => self.rest[number].conditions.push((condition, counts)),
            }
        }
    }

    fn add_single(&mut self, kind: usize, feature: usize, column: usize) {
        let layers = &mut self.single[kind];
        let is_free = |layer: &BitRows| !contains(layer.row(feature), column);
        let layer = layers.iter().position(is_free).unwrap_or_else(|| {
            layers.push(BitRows::new(self.features, self.columns));
            layers.len() - 1
        });
        insert(layers[layer].row_mut(feature), column);
    }

    /// Makes ready to count what a set of features touches.
    pub(super) fn begin(&self, on: &[u64], scratch: &mut CountScratch) {
        let CountScratch { features, slots, slots_on, .. } = scratch;
        features.clear();
        features.extend(ones(on).take_while(|&it| it < self.features));
        slots.clear();
        match &self.slot_of {
            None => slots.extend_from_slice(features),
            Some(slot_of) => {
                slots_on.clear();
                slots_on.resize(bits::words(self.slots), 0);
                features.iter().for_each(|&it| insert(slots_on, slot_of[it] as usize));
                slots.extend(ones(slots_on));
            }
        }
    }

    /// Counts what the set that was begun with touches in these columns of one word.
    pub(super) fn count(&self, word: usize, columns: u64, scratch: &mut CountScratch) {
        let CountScratch { features, slots, counters, .. } = scratch;
        for (kind, counters) in counters.iter_mut().enumerate() {
            counters.clear();
            for layer in &self.single[kind] {
                features.iter().for_each(|&it| counters.add(layer.word(it, word) & columns));
            }
            let Some(pairs) = &self.pairs[kind] else { continue };
            for (i, &high) in slots.iter().enumerate() {
                let row = bits::pair(0, high);
                let lower = slots[..i].iter();
                lower.for_each(|&low| counters.add(pairs.word(row + low, word) & columns));
            }
        }
    }

    /// What a set of features touches in a column of the word that was counted last.
    pub(super) fn counts(
        &self,
        on: &[u64],
        column: usize,
        variants: &BitRows,
        scratch: &CountScratch,
    ) -> Counts {
        let rest = &self.rest[column];
        let mut counts = rest.base;
        for (count, counters) in counts.iter_mut().zip(&scratch.counters) {
            *count += counters.get(column % u64::BITS as usize);
        }
        for (condition, more) in &rest.conditions {
            if condition.holds(on, variants) {
                counts.iter_mut().zip(more).for_each(|(all, one)| *all += one);
            }
        }
        counts
    }
}

/// What an accepted cell is counted as.
pub(super) fn counted_as(target: &Target<'_>, cell: CellRef) -> impl Iterator<Item = usize> {
    let level = match target.level(cell) {
        Level::NotApplicable => Some(0),
        Level::Undocumented => Some(1),
        Level::Experimental => Some(2),
        _ => None,
    };
    level.into_iter().chain(target.caveat(cell).then_some(3))
}
