//! A target: one backend of one matrix, indexed so that it can say quickly which cells a
//! configuration touches.
//!
//! This is the meaning of the matrix without any solver: every plan is checked against it.

mod catalog;
mod compile;
mod layout;
mod pair_cells;
mod partial;
mod rejected_bits;
mod shown;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;

pub use catalog::{Atom, Catalog};
pub use layout::MatrixLayout;
use pair_cells::PairCells;
pub use partial::PartialConfiguration;
use rejected_bits::RejectedBits;
use shown::ShownCells;
pub use shown::{CellKind, OneOrMany, ShownNote, TouchedCell};

use crate::matrix::{Backend, Cell, Level, Matrix, Release, Rule, Term};

/// An atom that must be on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The atom.
    pub atom: Atom,
    /// Whether the atom must be off.
    pub negated: bool,
}

/// Everything that is on: a set of features, an option where the dimension applies, and the
/// platform facts that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Configuration {
    /// The features that are on.
    pub features: FixedBitSet,
    /// The chosen option.
    pub choice: Option<usize>,
    /// The facts that are asked for.
    pub facts: FixedBitSet,
}

/// A cell of a target: one that the matrix holds, or one that it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellRef {
    /// A cell of the backend.
    Given(usize),
    /// A cell that a rule or a platform fact adds.
    Extra(usize),
    /// The feature has no cell.
    NoFeature(usize),
    /// The two features or groups have no cell.
    NoPair(Atom, Atom),
    /// The option has no cell.
    NoChoice(usize),
}

/// A cell and the literals that must all hold for it to count.
#[derive(Clone, Debug)]
pub struct Conditional {
    /// The literals that must all hold.
    pub literals: Vec<Literal>,
    /// The cell.
    pub cell: CellRef,
}

/// A cell that counts beside those of the matrix: of a rule, or of a platform fact.
#[derive(Clone, Debug)]
pub struct ExtraCell {
    /// The cell as it is shown.
    pub cell: Cell,
    /// The literals that must all hold for it to count.
    pub literals: Vec<Literal>,
    /// What it is a cell of.
    pub origin: CellOrigin,
    /// The cell as answers show it, worked out when first shown.
    shown: OnceLock<Arc<TouchedCell>>,
}

/// What a cell beside those of the matrix is a cell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellOrigin {
    /// A platform fact.
    Platform,
    /// One rule or several of the same terms, with the matrix's cell of these terms where there is one.
    Rules {
        /// The id of the rule that set the level or the caveat; `None` where the matrix says as much.
        rule: Option<String>,
        /// The level that the matrix states, where it has a cell of these terms.
        stated: Option<Level>,
    },
}

/// A rule that counts where a request states its facts.
#[derive(Clone, Debug)]
pub struct FactRule {
    /// The id of its set.
    pub set: String,
    /// The rule.
    pub rule: Rule,
    /// Its terms without the facts.
    pub literals: Vec<Literal>,
}

/// An option of the dimension, as a target knows it.
#[derive(Clone, Debug)]
pub struct TargetChoice {
    /// The literals that hold with it by definition.
    pub requires: Vec<Literal>,
    /// The worker roles.
    pub roles: usize,
}

/// One backend of one matrix.
#[derive(Clone, Debug)]
pub struct Target<'m> {
    catalog: &'m Catalog,
    matrix: &'m Matrix,
    backend: &'m Backend,
    index: Arc<CellIndex>,
}

/// A backend's cells, each where it is found fast: all that is worked out of a target. Targets of
/// the same matrix, backend and rules can share it.
#[derive(Clone, Debug)]
pub struct CellIndex {
    layout: Arc<MatrixLayout>,
    features: Vec<CellRef>,
    pairs: PairCells,
    conditionals: Vec<Conditional>,
    extra: Vec<ExtraCell>,
    fact_rules: Arc<Vec<FactRule>>,
    /// The cells of the backend as answers show them.
    given_shown: ShownCells,
    /// What is refused at each accept level, worked out when first asked.
    rejected_bits: [OnceLock<Option<RejectedBits>>; Level::ACCEPTABLE.len()],
}

impl<'m> Target<'m> {
    /// The catalog that numbers the features.
    #[must_use]
    pub fn catalog(&self) -> &'m Catalog {
        self.catalog
    }

    /// The matrix.
    #[must_use]
    pub fn matrix(&self) -> &'m Matrix {
        self.matrix
    }

    /// The backend.
    #[must_use]
    pub fn backend(&self) -> &'m Backend {
        self.backend
    }

    /// The release.
    #[must_use]
    pub fn release(&self) -> Option<&'m Release> {
        self.matrix.release.as_ref()
    }

    /// The features that this matrix lists, of all that the catalog knows.
    #[must_use]
    pub fn listed(&self) -> &FixedBitSet {
        &self.index.layout.listed
    }

    /// The atom that must be on for an option to be chosen; `None` without a dimension.
    #[must_use]
    pub fn when(&self) -> Option<Atom> {
        self.index.layout.when
    }

    /// The options of the dimension.
    #[must_use]
    pub fn choices(&self) -> &[TargetChoice] {
        &self.index.layout.choices
    }

    /// The number of the option with this id.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<usize> {
        let dimension = self.matrix.dimension.as_ref()?;
        dimension.options.iter().position(|option| option.id == id)
    }

    /// The id of an option.
    #[must_use]
    pub fn choice_id(&self, choice: usize) -> Option<&'m str> {
        Some(self.matrix.dimension.as_ref()?.options.get(choice)?.id.as_str())
    }

    /// The slots of the pair table, each a feature of no group, or a group.
    #[must_use]
    pub fn slots(&self) -> &[Atom] {
        &self.index.layout.slots
    }

    /// The slot that a feature has in the pair table: its own, or its group's.
    #[must_use]
    pub fn slot_of(&self, feature: usize) -> usize {
        self.index.layout.slot_of[feature]
    }

    /// The cell of a feature.
    #[must_use]
    pub fn feature_cell(&self, feature: usize) -> CellRef {
        self.index.features[feature]
    }

    /// The cell of two different slots.
    #[must_use]
    pub fn pair_cell(&self, a: usize, b: usize) -> Option<CellRef> {
        self.index.pairs.get(&self.index.layout.slots, a, b)
    }

    /// Every cell that is neither of one feature nor of two slots.
    #[must_use]
    pub fn conditionals(&self) -> &[Conditional] {
        &self.index.conditionals
    }

    /// The rules that count where a request states their facts.
    #[must_use]
    pub fn fact_rules(&self) -> &Arc<Vec<FactRule>> {
        &self.index.fact_rules
    }

    /// The level of a cell.
    #[must_use]
    pub fn level(&self, cell: CellRef) -> Level {
        match cell {
            CellRef::Given(i) => self.backend.cells[i].level,
            CellRef::Extra(i) => self.index.extra[i].cell.level,
            _ => Level::Undocumented,
        }
    }

    /// Whether a cell carries a caveat.
    #[must_use]
    pub fn caveat(&self, cell: CellRef) -> bool {
        match cell {
            CellRef::Given(i) => self.backend.cells[i].caveat,
            CellRef::Extra(i) => self.index.extra[i].cell.caveat,
            _ => false,
        }
    }

    /// Whether a cell is a platform fact.
    #[must_use]
    pub fn is_platform(&self, cell: CellRef) -> bool {
        matches!(cell, CellRef::Extra(i) if self.index.extra[i].origin == CellOrigin::Platform)
    }

    /// Whether a rule counts in a cell.
    #[must_use]
    pub fn is_rule(&self, cell: CellRef) -> bool {
        matches!(cell, CellRef::Extra(_)) && !self.is_platform(cell)
    }

    /// The rule that set the level or caveat of a cell, and the level that the matrix states, where the
    /// rule changed it.
    #[must_use]
    pub fn rule(&self, cell: CellRef) -> (Option<&str>, Option<Level>) {
        let CellRef::Extra(i) = cell else { return (None, None) };
        match &self.index.extra[i].origin {
            CellOrigin::Rules { rule, stated } => {
                let level = self.index.extra[i].cell.level;
                (rule.as_deref(), stated.filter(|stated| *stated != level))
            }
            CellOrigin::Platform => (None, None),
        }
    }

    /// The cell as it is shown; a missing one is undocumented by the matrix as a whole.
    #[must_use]
    pub fn cell(&self, cell: CellRef) -> Cow<'_, Cell> {
        let terms = match cell {
            CellRef::Given(i) => return Cow::Borrowed(&self.backend.cells[i]),
            CellRef::Extra(i) => return Cow::Borrowed(&self.index.extra[i].cell),
            CellRef::NoFeature(feature) => vec![self.term(Atom::Feature(feature))],
            CellRef::NoPair(a, b) => vec![self.term(a), self.term(b)],
            CellRef::NoChoice(choice) => {
                let when = self.index.layout.when.map(|atom| self.term(atom));
                when.into_iter().chain([self.term(Atom::Choice(choice))]).collect()
            }
        };
        let source = self.matrix.provenance.source.clone();
        Cow::Owned(Cell::new(terms, Level::Undocumented, source))
    }

    /// The term that holds when an atom is on.
    fn term(&self, atom: Atom) -> Term {
        let id = match atom {
            Atom::Feature(i) => self.catalog.features()[i].id.clone(),
            Atom::Group(i) => self.catalog.groups()[i].id.clone(),
            Atom::Choice(i) => self.choice_term(i),
            Atom::Fact(i) => format!("fact {i}"),
        };
        Term::on(id)
    }

    fn choice_term(&self, choice: usize) -> String {
        let dimension = self.matrix.dimension.as_ref();
        dimension.map(|d| d.term(&d.options[choice])).unwrap_or_default()
    }

    /// Whether an atom is on in a configuration.
    #[must_use]
    pub fn is_on(&self, atom: Atom, on: &Configuration) -> bool {
        match atom {
            Atom::Feature(feature) => on.features.contains(feature),
            Atom::Group(group) => !on.features.is_disjoint(self.catalog.variants(group)),
            Atom::Choice(choice) => on.choice == Some(choice),
            Atom::Fact(fact) => on.facts.contains(fact),
        }
    }

    /// Whether a literal holds in a configuration.
    #[must_use]
    pub fn holds(&self, literal: Literal, on: &Configuration) -> bool {
        self.is_on(literal.atom, on) != literal.negated
    }

    /// Every cell that a configuration touches: whose terms all hold.
    #[must_use]
    pub fn touched(&self, on: &Configuration) -> Vec<CellRef> {
        let features = on.features.ones().map(|f| self.index.features[f]);
        let conditionals = self.index.conditionals.iter().filter(|c| self.applies(c, on));
        let slots = self.slots_on(&on.features);
        let pairs = (0..slots.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let pairs = pairs.filter_map(|(i, j)| self.pair_cell(slots[i], slots[j]));
        features.chain(pairs).chain(conditionals.map(|c| c.cell)).collect()
    }

    fn applies(&self, conditional: &Conditional, on: &Configuration) -> bool {
        conditional.literals.iter().all(|&literal| self.holds(literal, on))
    }

    /// The slots that are on with these features, each once, in order.
    #[must_use]
    pub fn slots_on(&self, features: &FixedBitSet) -> Vec<usize> {
        let mut slots: Vec<usize> = features.ones().map(|f| self.index.layout.slot_of[f]).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Whether a cell that is touched wherever these literals hold is worse than an accept level: one of a
    /// feature, of a pair, or whose literals are all among these. Where none is, they may exclude each other
    /// all the same.
    #[must_use]
    pub fn rejects_together(&self, literals: &[Literal], accept: Level) -> bool {
        let rejects = |cell| self.level(cell) > accept;
        let on = literals.iter().filter(|literal| !literal.negated).map(|literal| literal.atom);
        let slot = |atom: Atom| match atom {
            Atom::Feature(feature) => Some(self.slot_of(feature)),
            Atom::Group(_) => self.slots().iter().position(|&slot| slot == atom),
            Atom::Choice(_) | Atom::Fact(_) => None,
        };
        for (i, atom) in on.clone().enumerate() {
            if matches!(atom, Atom::Feature(feature) if rejects(self.feature_cell(feature))) {
                return true;
            }
            let Some(a) = slot(atom) else { continue };
            let mut others = on.clone().take(i).filter_map(slot).filter(|&b| b != a);
            if others.any(|b| self.pair_cell(a, b).is_some_and(rejects)) {
                return true;
            }
        }
        let mut conditionals = self.conditionals().iter().filter(|it| rejects(it.cell));
        conditionals.any(|it| it.literals.iter().all(|literal| literals.contains(literal)))
    }

    /// Whether a configuration is what the definitions allow and touches only cells at an accepted
    /// level.
    #[must_use]
    pub fn admits(&self, on: &Configuration, accept: Level) -> bool {
        if !self.is_defined(on) {
            return false;
        }
        // The bits rule most configurations out without a look at any cell.
        match self.rejected_bits(accept) {
            Some(rejected) => {
                rejected.allow(self, on.features.ones()) && !self.any_applies(rejected, on)
            }
            None => self.touched(on).into_iter().all(|cell| self.level(cell) <= accept),
        }
    }

    /// Whether an option is chosen exactly when the dimension applies, with all that it requires.
    #[must_use]
    pub fn is_defined(&self, on: &Configuration) -> bool {
        let applies = self.index.layout.when.is_some_and(|when| self.is_on(when, on));
        let Some(choice) = on.choice else { return !applies };
        let mut requires = self.index.layout.choices[choice].requires.iter();
        applies && requires.all(|&literal| self.holds(literal, on))
    }

    /// Counts the listed features that could each be added alone to a valid configuration and leave
    /// a valid one, with any option.
    #[must_use]
    pub fn headroom(&self, on: &Configuration, accept: Level) -> usize {
        let mut with = on.clone();
        let others = self.index.layout.listed.difference(&on.features);
        others.filter(|&f| self.extends(on, &mut with, f, accept)).count()
    }

    /// The cells that are rejected at an accept level; `None` where that is not at hand.
    fn rejected_bits(&self, accept: Level) -> Option<&RejectedBits> {
        let level = Level::ACCEPTABLE.iter().position(|&level| level == accept)?;
        self.index.rejected_bits[level].get_or_init(|| RejectedBits::new(self, accept)).as_ref()
    }

    /// Whether a rejected conditional cell is touched.
    fn any_applies(&self, rejected: &RejectedBits, on: &Configuration) -> bool {
        let mut conditionals = rejected.conditionals.iter();
        conditionals.any(|&conditional| self.applies(&self.index.conditionals[conditional], on))
    }

    /// Whether no cell of one feature or of two slots rejects these features: what is always the
    /// case where that is not known at once.
    #[must_use]
    pub fn may_admit(&self, features: &FixedBitSet, accept: Level) -> bool {
        self.rejected_bits(accept).is_none_or(|rejected| rejected.allow(self, features.ones()))
    }

    /// Whether a feature can be added to others as far as its own cell and its pairs go.
    fn fits_beside(&self, others: &FixedBitSet, feature: usize, accept: Level) -> bool {
        if let Some(rejected) = self.rejected_bits(accept) {
            return rejected.allow_with(self, feature, others.ones());
        }
        let accepted = |cell: CellRef| self.level(cell) <= accept;
        let slot = self.slot_of(feature);
        let mut others = others.ones().map(|f| self.slot_of(f)).filter(|&other| other != slot);
        accepted(self.feature_cell(feature))
            && others.all(|other| self.pair_cell(slot, other).is_none_or(accepted))
    }

    /// Whether a valid configuration stays valid, with some option, when one feature is added. Only
    /// cells that the addition can touch are looked at. `with` is the same configuration, with any
    /// option, and is left so.
    fn extends(
        &self,
        on: &Configuration,
        with: &mut Configuration,
        feature: usize,
        accept: Level,
    ) -> bool {
        if !self.fits_beside(&on.features, feature, accept) {
            return false;
        }
        let accepted = |cell: CellRef| self.level(cell) <= accept;
        let rejected = self.rejected_bits(accept);
        with.features.insert(feature);
        let fits = std::iter::once(None).chain((0..self.choices().len()).map(Some)).any(|choice| {
            with.choice = choice;
            self.is_defined(with)
                && match rejected {
                    Some(rejected) => !self.any_applies(rejected, with),
                    None => {
                        let mut conditionals = self.index.conditionals.iter();
                        conditionals.all(|c| accepted(c.cell) || !self.applies(c, with))
                    }
                }
        });
        with.features.remove(feature);
        fits
    }
}
