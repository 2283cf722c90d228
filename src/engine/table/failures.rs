//! The terms of a request in, what fails in each column out.
//!
//! In one column, with one variant for each group, terms fail for what they switch on: a feature that is
//! rejected, a pair of them, or a further cell. Where features and pairs decide, that is told for many columns at
//! once.

use smallvec::SmallVec;

use super::bits::{self, contains, insert, intersects, is_clear, ones};
use super::column_table::ColumnTable;
use super::condition::Condition;
use super::target_table::{TableColumn, TargetTable};
use super::term::{MOST_TERMS, TableTerm};

/// The most combinations of variants that are looked at in one column, and of terms for one cell.
const MOST_COMBINED: usize = 1_000;

/// What fails in one column, with one choice of variants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    /// Sets of terms that fail, all minimal ones among them.
    pub(super) sets: SmallVec<[u64; 16]>,
    /// Terms of which one must be kept; none where that is no matter. Without a term that makes the dimension
    /// apply, a column with an option is no case of its own: what can be met there can be met without one.
    pub(super) keep_any: u64,
}

impl ColumnTable {
    /// What fails in each column; `None` where that cannot be told.
    pub(super) fn failures(&self, terms: &[TableTerm], columns: &[u64]) -> Option<Vec<Failures>> {
        if terms.len() > MOST_TERMS {
            return None;
        }
        let mut columns = columns.to_vec();
        bits::keep(&mut columns, self.live());
        // Where no term makes an option apply, it is no case of its own.
        let members: Vec<usize> = terms.iter().flat_map(|term| self.members(term)).collect();
        self.keep_opened(&members, &mut columns);
        let mut settled = columns.clone();
        self.keep_settled(&members, &mut settled);
        bits::remove(&mut columns, &settled);
        let choices = self.variant_choices(terms)?;
        let mut collector = Collector { table: self, terms, found: Vec::new() };
        for choice in &choices {
            collector.add_settled(&settled, choice);
            for column in ones(&columns) {
                collector.add_column(column, choice)?;
            }
        }
        Some(collector.found)
    }

    /// The one column that some terms are about, where features and pairs decide there; `None` where it is not one,
    /// or terms name groups.
    pub(super) fn only_settled(&self, terms: &[TableTerm], columns: &[u64]) -> Option<usize> {
        if terms.iter().any(|term| matches!(term, TableTerm::Group(_))) {
            return None;
        }
        let mut columns = columns.to_vec();
        bits::keep(&mut columns, self.live());
        let members: Vec<usize> = terms.iter().flat_map(|term| self.members(term)).collect();
        self.keep_opened(&members, &mut columns);
        let is_one = bits::count(&columns) == 1;
        self.keep_settled(&members, &mut columns);
        bits::remove(&mut columns, self.following());
        bits::first(&columns).filter(|_| is_one)
    }

    /// Every choice of a variant for each group among the terms; `None` where they are too many.
    fn variant_choices(&self, terms: &[TableTerm]) -> Option<Vec<Vec<Option<usize>>>> {
        let mut choices = vec![vec![None; terms.len()]];
        for (i, term) in terms.iter().enumerate() {
            let TableTerm::Group(group) = term else { continue };
            let variants: Vec<usize> = self.variants(*group).collect();
            if variants.is_empty() {
                continue;
            }
            if choices.len() * variants.len() > MOST_COMBINED {
                return None;
            }
            let with = |(choice, variant): (&Vec<Option<usize>>, usize)| {
                let mut choice = choice.clone();
                choice[i] = Some(variant);
                choice
            };
            let pairs = choices.iter().flat_map(|it| variants.iter().map(move |&v| (it, v)));
            choices = pairs.map(with).collect();
        }
        Some(choices)
    }

    /// The features that may be on for a term's sake.
    fn members(&self, term: &TableTerm) -> Vec<usize> {
        match term {
            TableTerm::On(feature) => vec![*feature],
            TableTerm::Group(group) => self.variants(*group).collect(),
            TableTerm::Off(_) | TableTerm::NotIn(_) => Vec::new(),
        }
    }
}

/// Collects the failures of columns.
struct Collector<'t> {
    table: &'t ColumnTable,
    terms: &'t [TableTerm],
    found: Vec<Failures>,
}

impl Collector<'_> {
    /// Takes in the columns in which features, pairs and single features that a definition requires decide, all
    /// at once.
    fn add_settled(&mut self, settled: &[u64], variants: &[Option<usize>]) {
        let ColumnTable { required, .. } = self.table;
        let mut found = FailuresByColumn::new(settled);
        let member = |term: usize| match self.terms[term] {
            TableTerm::On(feature) => Some(feature),
            _ => variants[term],
        };
        for (i, term) in self.terms.iter().enumerate() {
            let own = member(i);
            match term {
                TableTerm::NotIn(not) => found.add(not, 1 << i),
                TableTerm::Off(off) => {
                    let required = required.iter().filter(|(feature, _)| contains(off, *feature));
                    required.for_each(|(_, columns)| found.add(columns, 1 << i));
                }
                TableTerm::On(_) | TableTerm::Group(_) => match own {
                    Some(feature) => {
                        found.add(self.table.rejecting(feature), 1 << i);
                        found.open(self.table.opening(feature), 1 << i);
                    }
                    None => found.add(settled, 1 << i),
                },
            }
            for (j, other) in self.terms[..i].iter().enumerate() {
                match (own, member(j), term, other) {
                    (Some(a), Some(b), ..) if a != b => {
                        found.add(self.table.rejecting_pair(a, b), 1 << i | 1 << j);
                    }
                    (Some(on), None, _, TableTerm::Off(off))
                    | (None, Some(on), TableTerm::Off(off), _)
                        if contains(off, on) =>
                    {
                        found.add(settled, 1 << i | 1 << j);
                    }
                    _ => {}
                }
            }
        }
        // A column with an option is no case without a term that makes it apply.
        let follows = |&(column, _): &(usize, Failures)| contains(self.table.following(), column);
        let is_case = |it: &(usize, Failures)| it.1.keep_any != 0 || !follows(it);
        self.found.extend(found.found.into_iter().filter(is_case).map(|(_, failures)| failures));
    }

    /// Takes in one column; `None` where it cannot be told.
    fn add_column(&mut self, number: usize, variants: &[Option<usize>]) -> Option<()> {
        let (target, column) = self.table.columns[number];
        let table = &self.table.targets[target as usize];
        let column = &table.columns[column as usize];
        let view = ColumnView::new(table, column, number, self.terms, variants)?;
        self.found.extend(view.failures()?);
        Some(())
    }
}

/// The failures of some columns, found for many of them at once.
struct FailuresByColumn<'c> {
    columns: &'c [u64],
    /// Each column with its failures, ascending.
    found: Vec<(usize, Failures)>,
    /// Per word of `columns`, the place of its first column.
    places: SmallVec<[usize; 4]>,
}

impl<'c> FailuresByColumn<'c> {
    fn new(columns: &'c [u64]) -> Self {
        let found = ones(columns).map(|column| (column, Failures::default())).collect();
        let mut before = 0;
        let places = columns.iter().map(|word| {
            let place = before;
            before += word.count_ones() as usize;
            place
        });
        FailuresByColumn { columns, found, places: places.collect() }
    }

    /// The failures in each of these columns.
    fn each(&mut self, columns: &[u64], mut change: impl FnMut(&mut Failures)) {
        for (word, (some, all)) in columns.iter().zip(self.columns).enumerate() {
            for bit in ones(&[some & all]) {
                let before = all & ((1 << bit) - 1);
                change(&mut self.found[self.places[word] + before.count_ones() as usize].1);
            }
        }
    }

    /// Terms fail in these columns.
    fn add(&mut self, columns: &[u64], terms: u64) {
        self.each(columns, |failures| failures.sets.push(terms));
    }

    /// A term makes these columns apply.
    fn open(&mut self, columns: &[u64], term: u64) {
        self.each(columns, |failures| failures.keep_any |= term);
    }
}

/// One column with one variant for each group: what each term switches on there.
struct ColumnView<'t> {
    table: &'t TargetTable,
    column: &'t TableColumn,
    number: usize,
    terms: &'t [TableTerm],
    /// What each term switches on, with all that it asks for; nothing for terms that switch nothing on.
    on: Vec<Vec<u64>>,
    /// What is on whatever is asked for.
    required: Vec<u64>,
}

impl<'t> ColumnView<'t> {
    /// `None` where it cannot be told what the terms switch on.
    fn new(
        table: &'t TargetTable,
        column: &'t TableColumn,
        number: usize,
        terms: &'t [TableTerm],
        variants: &[Option<usize>],
    ) -> Option<Self> {
        let is_about_when = |set: &Vec<u64>| *set == table.when;
        let follows = table.options_follow && column.required_any.iter().all(is_about_when);
        if column.choice.is_some() && !follows {
            return None;
        }
        let own = |(term, variant): (&TableTerm, &Option<usize>)| {
            let mut on = table.no_features();
            if let (TableTerm::On(feature), _) | (_, Some(feature)) = (term, variant) {
                insert(&mut on, *feature);
            }
            on
        };
        let on = terms.iter().zip(variants).map(own).collect();
        let required = column.required.clone();
        let mut view = ColumnView { table, column, number, terms, on, required };
        view.close()?;
        Some(view)
    }

    /// Adds what rejected cells with a negated term ask for; `None` where it takes several terms to ask for
    /// something, or one of several things would do.
    fn close(&mut self) -> Option<()> {
        let asking = || self.column.rejecting.iter().filter(|it| !it.off.is_empty());
        loop {
            let mut changed = false;
            for condition in asking() {
                let parts = self.open_parts(condition);
                let by_all = parts.iter().all(|part| !self.terms_on(part).is_empty());
                if !by_all {
                    continue;
                }
                match (&parts[..], &condition.off[..]) {
                    (_, &[fact]) if fact as usize >= self.table.features => return None,
                    ([], &[feature]) => changed |= put(&mut self.required, feature),
                    ([part], &[feature]) => {
                        for term in self.terms_on(part) {
                            changed |= put(&mut self.on[term], feature);
                        }
                    }
                    _ => return None,
                }
            }
            if !changed {
                return Some(());
            }
        }
    }

    /// What must be on for a cell to count, as sets of which one feature each is enough, without what is on
    /// anyway.
    fn open_parts(&self, condition: &Condition) -> Vec<Vec<u64>> {
        let feature = |&feature: &u32| {
            let mut set = self.table.no_features();
            insert(&mut set, feature as usize);
            set
        };
        let variants = |&group: &u32| self.table.variants.row(group as usize).to_vec();
        let parts = condition.on.iter().map(feature).chain(condition.groups.iter().map(variants));
        parts.filter(|part| !intersects(part, &self.required)).collect()
    }

    /// The terms that switch on one of these features.
    fn terms_on(&self, features: &[u64]) -> Vec<usize> {
        (0..self.terms.len()).filter(|&term| intersects(&self.on[term], features)).collect()
    }

    /// What fails; nothing where the column is void whatever is kept, and `None` where it cannot be told.
    fn failures(&self) -> Option<Option<Failures>> {
        let mut sets = SmallVec::new();
        if self.rejects(&self.required, &self.required) {
            return Some(None);
        }
        for i in 0..self.terms.len() {
            if self.fails_alone(i) {
                sets.push(1 << i);
            }
            sets.extend((0..i).filter(|&j| self.fail_together(i, j)).map(|j| 1 << i | 1 << j));
        }
        for condition in self.column.rejecting.iter().filter(|it| it.off.is_empty()) {
            sets.extend(self.terms_of(condition)?);
        }
        if sets.contains(&0) {
            return Some(None);
        }
        let mut keep_any = 0;
        if !self.column.required_any.is_empty() {
            keep_any = self.terms_on(&self.table.when).into_iter().fold(0, |all, it| all | 1 << it);
            if keep_any == 0 {
                return Some(None);
            }
        }
        Some(Some(Failures { sets, keep_any }))
    }

    /// Whether features are rejected alone or beside others.
    fn rejects(&self, features: &[u64], others: &[u64]) -> bool {
        let rejects = |feature| intersects(self.table.rejected_with.row(feature), others);
        intersects(features, &self.column.rejected) || ones(features).any(rejects)
    }

    fn fails_alone(&self, term: usize) -> bool {
        let on = &self.on[term];
        match &self.terms[term] {
            TableTerm::Group(_) if is_clear(on) => true,
            TableTerm::On(_) | TableTerm::Group(_) => {
                self.rejects(on, on) || self.rejects(on, &self.required)
            }
            TableTerm::Off(off) => intersects(off, &self.required),
            TableTerm::NotIn(not) => contains(not, self.number),
        }
    }

    fn fail_together(&self, a: usize, b: usize) -> bool {
        match (&self.terms[a], &self.terms[b]) {
            (TableTerm::Off(off), _) => intersects(off, &self.on[b]),
            (_, TableTerm::Off(off)) => intersects(off, &self.on[a]),
            _ => {
                let rejects = |it| intersects(self.table.rejected_with.row(it), &self.on[b]);
                ones(&self.on[a]).any(rejects)
            }
        }
    }

    /// The sets of terms that switch on all of a cell; `None` where they are too many.
    fn terms_of(&self, condition: &Condition) -> Option<Vec<u64>> {
        let mut sets = vec![0_u64];
        for part in self.open_parts(condition) {
            let by = self.terms_on(&part);
            if sets.len() * by.len() > MOST_COMBINED {
                return None;
            }
            sets = sets.iter().flat_map(|set| by.iter().map(move |term| set | 1 << term)).collect();
        }
        Some(sets)
    }
}

/// Adds a feature; whether it is new.
fn put(set: &mut [u64], feature: u32) -> bool {
    let is_new = !contains(set, feature as usize);
    insert(set, feature as usize);
    is_new
}
