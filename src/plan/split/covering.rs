//! Whether sets of needs can be shared out among so many deployments, where every share is listed.

use super::Unfinished;
use super::share_list::ShareList;
use crate::solve::{Allowance, ExactCover, ItemSet};

/// Sets of elements that can be shared out, and such that cannot, as far as they are known.
pub(super) struct Covering<'l> {
    list: &'l ShareList,
    /// The elements that stay together.
    items: &'l [ItemSet],
    /// The most shares.
    most: usize,
    allowance: Allowance,
    /// Large sets that can be shared out.
    shared: Vec<ItemSet>,
}

impl<'l> Covering<'l> {
    pub(super) fn new(
        list: &'l ShareList,
        items: &'l [ItemSet],
        most: usize,
        allowance: Allowance,
    ) -> Self {
        Covering { list, items, most, allowance, shared: Vec::new() }
    }

    /// A part of a set that cannot be shared out; `None` where all of it can.
    pub(super) fn failing(&mut self, set: ItemSet) -> Result<Option<ItemSet>, Unfinished> {
        if set == 0 || self.shared.iter().any(|shared| set & !shared == 0) {
            return Ok(None);
        }
        let columns = self.list.columns_within(set, self.items);
        self.allowance.take(columns.len())?;
        let cover = ExactCover::new(columns, set, &mut self.allowance)?;
        if cover.at_least() > self.most {
            // With some of what stays together left out, other shares can be served.
            let is_free = self.items.iter().all(|item| (item & set).count_ones() <= 1);
            return Ok(Some(if is_free { cover.heaviest_beyond(self.most) } else { set }));
        }
        let Some(shares) = cover.cover_with(self.most, &mut self.allowance)? else {
            return Ok(Some(set));
        };
        self.shared.push(self.grown(set, shares));
        Ok(None)
    }

    /// A set with what else fits in its shares.
    fn grown(&self, set: ItemSet, mut shares: Vec<ItemSet>) -> ItemSet {
        let mut grown = set;
        for &item in self.items.iter().filter(|&&item| item & set == 0) {
            if let Some(share) = shares.iter_mut().find(|share| self.list.serves(**share | item)) {
                *share |= item;
                grown |= item;
            }
        }
        grown
    }
}
