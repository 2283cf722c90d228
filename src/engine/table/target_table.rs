//! One target and an accept level in, its cells as bits out.

use super::bits::{BitRows, add, contains, insert, intersects, is_clear, ones};
use super::column_counts::counted_as;
use super::condition::Condition;
use crate::matrix::Level;
use crate::target::{Atom, CellRef, Literal, Target};

/// What a score counts of the touched cells: the not-applicable, the undocumented and the experimental
/// ones, and those with a caveat.
pub(super) const COUNTED: usize = 4;

/// The cells that are counted, by what they are counted as.
pub(super) type Counts = [u32; COUNTED];

/// The cells of a target as bits, at one accept level: what is rejected, and what a score counts.
///
/// Features are numbered as in the catalog, the facts that are asked for after them: a fact is like a
/// feature that nothing but a request switches on.
#[derive(Clone, Debug)]
pub struct TargetTable {
    /// The number of features, without facts.
    pub(super) features: usize,
    /// The number of features and facts.
    pub(super) bits: usize,
    pub(super) listed: Vec<u64>,
    /// The features that make the dimension apply; none without a dimension.
    pub(super) when: Vec<u64>,
    /// The variants of each group.
    pub(super) variants: BitRows,
    /// Per feature, the others with which its pair is rejected.
    pub(super) rejected_with: BitRows,
    /// Without an option, then with each.
    pub(super) columns: Vec<TableColumn>,
    /// Of the columns in which something is valid, the first of each kind: in others of it the same is valid.
    pub(super) kinds: Vec<usize>,
    /// Whether an option is chosen only where the request itself makes the dimension apply: no rejected
    /// cell asks for an option or for what makes it apply.
    pub(super) options_follow: bool,
}

/// A target with one of its options, or without one.
#[derive(Clone, Debug, Default)]
pub(super) struct TableColumn {
    pub(super) choice: Option<usize>,
    pub(super) roles: usize,
    /// Whether nothing is valid in it.
    pub(super) is_void: bool,
    /// The features that are rejected alone or must be off by definition.
    pub(super) rejected: Vec<u64>,
    /// The features that must be on by definition.
    pub(super) required: Vec<u64>,
    /// Sets of which one feature each must be on by definition.
    pub(super) required_any: Vec<Vec<u64>>,
    /// The features that a completion may switch on although they are not asked for.
    pub(super) forceable: Vec<u64>,
    /// When each further rejected cell counts.
    pub(super) rejecting: Vec<Condition>,
    /// When each further counted cell counts, and as what.
    pub(super) counting: Vec<(Condition, Counts)>,
    /// What is counted whatever is on.
    pub(super) base: Counts,
}

impl TableColumn {
    fn add_forceable(&mut self) {
        self.forceable.clone_from(&self.required);
        self.required_any.iter().for_each(|set| add(&mut self.forceable, set));
        let off = self.rejecting.iter().flat_map(|condition| &condition.off);
        off.for_each(|&feature| insert(&mut self.forceable, feature as usize));
    }

    /// Rejects what is rejected beside the features that must be on.
    fn close(&mut self, rejected_with: &BitRows) {
        let Self { required, rejected, .. } = self;
        ones(required).for_each(|feature| add(rejected, rejected_with.row(feature)));
        self.is_void |= intersects(&self.required, &self.rejected);
    }

    /// Whether the same features are valid in another column of its target.
    fn allows_as(&self, other: &Self) -> bool {
        self.rejected == other.rejected
            && self.required == other.required
            && self.required_any == other.required_any
            && self.rejecting == other.rejecting
    }

    /// Whether more than features and pairs decides what is valid in it.
    pub(super) fn needs_completion(&self) -> bool {
        !self.rejecting.is_empty() || !self.required_any.is_empty() || !is_clear(&self.required)
    }
}

impl TargetTable {
    /// Compiles a target at an accept level, for requests that ask for so many facts at most.
    #[must_use]
    pub fn new(target: &Target<'_>, accept: Level, facts: usize) -> Self {
        let catalog = target.catalog();
        let features = catalog.features().len();
        let bits = features + facts;
        let mut listed = vec![0; super::bits::words(bits)];
        target.listed().ones().for_each(|feature| insert(&mut listed, feature));
        let mut variants = BitRows::new(catalog.groups().len(), bits);
        for group in 0..catalog.groups().len() {
            catalog.variants(group).ones().for_each(|f| insert(variants.row_mut(group), f));
        }
        let mut table = TargetTable {
            features,
            bits,
            listed,
            when: vec![0; super::bits::words(bits)],
            variants,
            rejected_with: BitRows::new(bits, bits),
            columns: Vec::new(),
            kinds: Vec::new(),
            options_follow: true,
        };
        if let Some(when) = target.when() {
            table.when = table.set_of(target, when);
        }
        table.add_columns(target);
        table.add_features(target, accept);
        table.add_pairs(target, accept);
        for conditional in target.conditionals() {
            table.add_conditional(target, accept, &conditional.literals, conditional.cell);
        }
        for column in &mut table.columns {
            column.add_forceable();
            column.close(&table.rejected_with);
        }
        for (number, column) in table.columns.iter().enumerate().filter(|(_, it)| !it.is_void) {
            if !table.kinds.iter().any(|&kind| table.columns[kind].allows_as(column)) {
                table.kinds.push(number);
            }
        }
        table
    }

    /// A set without members.
    pub(super) fn no_features(&self) -> Vec<u64> {
        vec![0; super::bits::words(self.bits)]
    }

    /// The features of an atom.
    fn set_of(&self, target: &Target<'_>, atom: Atom) -> Vec<u64> {
        let mut set = self.no_features();
        target.catalog().features_of(atom).ones().for_each(|feature| insert(&mut set, feature));
        set
    }

    /// The columns with what the definitions say of them.
    fn add_columns(&mut self, target: &Target<'_>) {
        let empty = self.no_features();
        let without = TableColumn {
            rejected: self.when.clone(),
            required: empty.clone(),
            ..TableColumn::default()
        };
        self.columns.push(without);
        let Some(when) = target.when() else { return };
        for (choice, option) in target.choices().iter().enumerate() {
            let mut column = TableColumn {
                choice: Some(choice),
                roles: option.roles,
                rejected: empty.clone(),
                required: empty.clone(),
                ..TableColumn::default()
            };
            let applies = Literal { atom: when, negated: false };
            for literal in std::iter::once(&applies).chain(&option.requires) {
                let set = self.set_of(target, literal.atom);
                match (literal.atom, literal.negated) {
                    (Atom::Feature(_) | Atom::Group(_), true) => add(&mut column.rejected, &set),
                    (Atom::Feature(_), false) => add(&mut column.required, &set),
                    (Atom::Group(_), false) => column.required_any.push(set),
                    (Atom::Choice(other), negated) => {
                        column.is_void |= (other == choice) == negated;
                    }
                    (Atom::Fact(_), negated) => column.is_void |= !negated,
                }
            }
            column.is_void |= intersects(&column.required, &column.rejected);
            self.columns.push(column);
        }
    }

    fn add_features(&mut self, target: &Target<'_>, accept: Level) {
        for feature in 0..self.features {
            let cell = target.feature_cell(feature);
            if target.level(cell) > accept {
                self.columns.iter_mut().for_each(|it| insert(&mut it.rejected, feature));
            }
        }
    }

    fn add_pairs(&mut self, target: &Target<'_>, accept: Level) {
        let members: Vec<Vec<usize>> = target
            .slots()
            .iter()
            .map(|&slot| target.catalog().features_of(slot).ones().collect())
            .collect();
        for high in 0..members.len() {
            for low in 0..high {
                let cell = target.pair_cell(low, high);
                if cell.is_none_or(|cell| target.level(cell) <= accept) {
                    continue;
                }
                for &a in &members[low] {
                    members[high].iter().for_each(|&b| self.reject_pair(a, b));
                }
            }
        }
    }

    fn reject_pair(&mut self, a: usize, b: usize) {
        insert(self.rejected_with.row_mut(a), b);
        insert(self.rejected_with.row_mut(b), a);
    }

    /// Adds a cell of other terms to each column where it can count.
    fn add_conditional(
        &mut self,
        target: &Target<'_>,
        accept: Level,
        literals: &[Literal],
        cell: CellRef,
    ) {
        let is_rejected = target.level(cell) > accept;
        let mut counts = Counts::default();
        if !is_rejected {
            counted_as(target, cell).for_each(|kind| counts[kind] += 1);
            if counts == Counts::default() {
                return;
            }
        } else if let [
            Literal { atom: Atom::Feature(a), negated: false },
            Literal { atom: Atom::Feature(b), negated: false },
        ] = *literals
            && a != b
        {
            self.reject_pair(a, b);
            return;
        } else if self.asks_for_option(target, literals) {
            self.options_follow = false;
        }
        // Where no option is named, it is the same with each of them.
        let is_by_option = literals.iter().any(|literal| matches!(literal.atom, Atom::Choice(_)));
        let mut with_option: Option<Option<Condition>> = None;
        for number in 0..self.columns.len() {
            let choice = self.columns[number].choice;
            let condition = if choice.is_some() && !is_by_option {
                let work_out = || self.condition(target, choice, literals);
                with_option.get_or_insert_with(work_out).clone()
            } else {
                self.condition(target, choice, literals)
            };
            let Some(condition) = condition else { continue };
            let column = &mut self.columns[number];
            match (is_rejected, &condition.on[..], condition.is_empty()) {
                (true, _, true) => column.is_void = true,
                (false, _, true) => {
                    column.base.iter_mut().zip(counts).for_each(|(all, one)| *all += one);
                }
                (true, &[feature], _)
                    if condition.groups.is_empty() && condition.off.is_empty() =>
                {
                    insert(&mut column.rejected, feature as usize);
                }
                (true, &[], _) if condition.off.is_empty() && condition.groups.len() == 1 => {
                    add(&mut column.rejected, self.variants.row(condition.groups[0] as usize));
                }
                (true, _, _) => column.rejecting.push(condition),
                (false, _, _) => column.counting.push((condition, counts)),
            }
        }
    }

    /// Whether a cell counts where an option, or what makes one necessary, is missing.
    fn asks_for_option(&self, target: &Target<'_>, literals: &[Literal]) -> bool {
        if is_clear(&self.when) {
            return false;
        }
        literals.iter().filter(|literal| literal.negated).any(|literal| {
            matches!(literal.atom, Atom::Choice(_))
                || intersects(&self.set_of(target, literal.atom), &self.when)
        })
    }

    /// When a cell of some literals counts in a column; `None` where it never does.
    fn condition(
        &self,
        target: &Target<'_>,
        choice: Option<usize>,
        literals: &[Literal],
    ) -> Option<Condition> {
        let mut condition = Condition::default();
        for &Literal { atom, negated } in literals {
            // What a column settles is left out of the condition.
            let settled = match atom {
                Atom::Choice(wanted) => Some(choice == Some(wanted)),
                _ if target.when() == Some(atom) => Some(choice.is_some()),
                Atom::Feature(f) if choice.is_none() && contains(&self.when, f) => Some(false),
                Atom::Fact(fact) if self.features + fact >= self.bits => Some(false),
                _ => None,
            };
            match (settled, atom, negated) {
                (Some(holds), _, _) if holds == negated => return None,
                (Some(_), _, _) => {}
                (None, Atom::Group(group), false) => condition.groups.push(group as u32),
                (None, Atom::Fact(fact), false) => {
                    condition.on.push((self.features + fact) as u32);
                }
                (None, Atom::Fact(fact), true) => condition.off.push((self.features + fact) as u32),
                (None, Atom::Feature(feature), false) => condition.on.push(feature as u32),
                (None, atom, true) => {
                    let features = target.catalog().features_of(atom);
                    condition.off.extend(features.ones().map(|feature| feature as u32));
                }
                (None, Atom::Choice(_), false) => {}
            }
        }
        for list in [&mut condition.on, &mut condition.groups, &mut condition.off] {
            list.sort_unstable();
            list.dedup();
        }
        let excluded = condition.on.iter().any(|feature| condition.off.contains(feature));
        (!excluded).then_some(condition)
    }
}
