//! One backend of one release: every configuration of it with the worst level that it rests on.

use dynamo_plan::matrix::{Backend, Cell, Level, Matrix, Release, Rule, Term, source_url};
use dynamo_plan::plan::{ConditionalRule, ShownNote, TouchedCell};

use super::guard::{Guard, State};
use super::missing::missing_cells;
use super::universe::{Names, Set, Universe};

/// A backend of a release.
pub struct Target {
    pub release: Option<Release>,
    pub backend: String,
    pub source: String,
    /// The features that the release lists.
    pub listed: Set,
    /// The choice of an option, where the matrix has one.
    pub choice: Option<OptionChoice>,
    cells: Vec<(Guard, TargetCell)>,
    /// The rules that wait for facts which the request leaves open.
    conditional: Vec<(Guard, ConditionalRule)>,
    /// For each acceptable level, the valid feature sets, smallest first.
    valid: Vec<Vec<ValidSet>>,
    /// For each acceptable level, whether each feature set is valid.
    is_valid: Vec<Vec<bool>>,
}

fn conditional(rule: &Rule, open: Vec<String>, matrix: &Matrix) -> ConditionalRule {
    let mut provenance = matrix.provenance.clone();
    provenance.repository = rule.repository.clone().or(provenance.repository);
    let url = |source: &String| source_url(source, &provenance, matrix.release.as_ref());
    let urls: Vec<String> = rule.sources.iter().filter_map(url).collect();
    from_fields!(ConditionalRule {
        rule: rule.id,
        facts: open,
        level: rule.level,
        caveat: rule.caveat,
        text: rule.reason,
        workaround: rule.workaround,
        fixed_in: rule.fixed_in,
        source: one_or_many(&rule.sources),
        url: one_or_many(&urls),
    })
}

/// Texts as answers write them.
fn one_or_many(texts: &[String]) -> serde_json::Value {
    match texts {
        [] => serde_json::Value::Null,
        [one] => one.as_str().into(),
        several => several.into(),
    }
}

/// A cell of a target.
struct TargetCell {
    cell: TouchedCell,
    /// The level that the matrix states.
    stated: Option<Level>,
    /// Whether a rule counts in it.
    is_ruled: bool,
}

impl TargetCell {
    fn given(cell: &Cell, matrix: &Matrix) -> Self {
        let stated = Some(cell.level);
        TargetCell { cell: TouchedCell::of(cell, (None, None), matrix), stated, is_ruled: false }
    }

    /// A rule where the matrix has no cell of its terms.
    fn ruled(set: &str, rule: &Rule, matrix: &Matrix) -> Self {
        let mut cell = Cell::new(rule.terms.clone(), rule.level, rule.sources[0].clone());
        cell.caveat = rule.caveat;
        cell.notes.push(rule.note(set));
        let mut cell = TouchedCell::of(&cell, (None, None), matrix);
        cell.rule = Some(rule.id.clone());
        TargetCell { cell, stated: None, is_ruled: true }
    }

    /// Adds a rule of the cell's terms: the worse level and any caveat count.
    fn add(&mut self, set: &str, rule: &Rule, matrix: &Matrix) {
        let cell = &mut self.cell;
        let is_first_caveat = rule.caveat && !cell.caveat && cell.rule.is_none();
        if rule.level > cell.level || is_first_caveat {
            cell.rule = Some(rule.id.clone());
        }
        cell.level = cell.level.max(rule.level);
        cell.published = self.stated.filter(|stated| *stated != cell.level);
        cell.caveat |= rule.caveat;
        cell.notes.push(ShownNote::of(&rule.note(set), matrix));
        self.is_ruled = true;
    }
}

/// A feature set that is valid in some configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidSet {
    pub features: Set,
    /// The valid configurations: bit 0 is the one without an option, bit n + 1 that with option n.
    pub options: u32,
}

/// The dimension, ready to be asked.
pub struct OptionChoice {
    pub when: Guard,
    pub options: Vec<OptionFact>,
}

/// One option.
pub struct OptionFact {
    pub id: String,
    pub term: String,
    pub roles: usize,
    pub requires: Vec<Term>,
    pub definition: Guard,
}

/// The bit of an option in [`ValidSet::options`].
pub fn option_bit(option: Option<usize>) -> u32 {
    1 << option.map_or(0, |number| number + 1)
}

impl Target {
    pub fn new(
        names: &Names,
        universe: &Universe,
        matrix: &Matrix,
        backend: &Backend,
        (rules, facts): (&[(&str, &Rule)], &[String]),
    ) -> Self {
        let is_stated = |fact: &str| facts.iter().any(|known| known == fact);
        let is_denied = |fact: &str| facts.iter().any(|known| *known == format!("!{fact}"));
        let given = backend.cells.iter().map(|cell| TargetCell::given(cell, matrix));
        let mut cells: Vec<TargetCell> = given.collect();
        let counting = rules.iter().filter(|(_, rule)| rule.facts().all(is_stated));
        for (set, rule) in counting {
            match cells.iter_mut().find(|known| known.cell.terms == rule.terms) {
                Some(known) => known.add(set, rule, matrix),
                None => cells.push(TargetCell::ruled(set, rule, matrix)),
            }
        }
        for missing in missing_cells(names, matrix, backend) {
            if !cells.iter().any(|known| known.cell.terms == missing.terms) {
                cells.push(TargetCell::given(&missing, matrix));
            }
        }
        cells.sort_by(|a, b| {
            let key = |it: &TargetCell| (it.cell.terms.len(), it.cell.terms.clone());
            key(a).cmp(&key(b))
        });
        let guard = |terms: &[Term]| Guard::of(terms, universe, matrix.dimension.as_ref());
        let mut target = Target {
            release: matrix.release.clone(),
            backend: backend.id.clone(),
            source: matrix.provenance.source.clone(),
            listed: matrix
                .features
                .iter()
                .filter_map(|feature| universe.feature(&feature.id))
                .fold(0, |all, bit| all | bit),
            choice: choice(matrix, guard),
            cells: cells.into_iter().map(|cell| (guard(&cell.cell.terms), cell)).collect(),
            conditional: rules
                .iter()
                .filter(|(_, rule)| !rule.facts().all(is_stated) && !rule.facts().any(is_denied))
                .map(|(_, rule)| {
                    let others: Vec<Term> =
                        rule.terms.iter().filter(|t| t.fact().is_none()).cloned().collect();
                    let open = rule.facts().filter(|fact| !is_stated(fact)).map(str::to_owned);
                    (guard(&others), conditional(rule, open.collect(), matrix))
                })
                .collect(),
            valid: Vec::new(),
            is_valid: Vec::new(),
        };
        target.valid = target.list_valid(universe);
        target.is_valid = target.valid.iter().map(|sets| marked(universe, sets)).collect();
        target
    }

    /// The cells that a state touches, in listing order.
    pub fn touched(&self, state: State) -> impl Iterator<Item = &TouchedCell> {
        let held = self.cells.iter().filter(move |(guard, _)| guard.holds(state));
        held.map(|(_, cell)| &cell.cell)
    }

    /// The rules that would count in a state if more facts were stated, by id.
    pub fn conditional(&self, state: State) -> Vec<ConditionalRule> {
        let held = self.conditional.iter().filter(|(guard, _)| guard.holds(state));
        let mut held: Vec<_> = held.map(|(_, rule)| rule.clone()).collect();
        held.sort_by(|a, b| a.rule.cmp(&b.rule));
        held
    }

    /// The features that are off in a state and that a blocking rule asks for.
    pub fn companions(&self, state: State, accept: Level) -> Vec<Set> {
        let held = self
            .cells
            .iter()
            .filter(|(guard, it)| it.is_ruled && it.cell.level > accept && guard.holds(state));
        let asked = held.filter_map(|(guard, _)| guard.only_off());
        asked.collect()
    }

    /// Whether a state chooses an option exactly where it should, and as the option is defined.
    pub fn is_defined(&self, state: State) -> bool {
        let applies = self.choice.as_ref().filter(|choice| choice.when.holds(state));
        match (applies, state.option) {
            (Some(choice), Some(number)) => choice.options[number].definition.holds(state),
            (None, None) => true,
            _ => false,
        }
    }

    /// Every option and none.
    pub fn options(&self) -> impl Iterator<Item = Option<usize>> + use<> {
        let count = self.choice.as_ref().map_or(0, |choice| choice.options.len());
        std::iter::once(None).chain((0..count).map(Some))
    }

    pub fn option(&self, number: Option<usize>) -> Option<&OptionFact> {
        number
            .map(|number| &self.choice.as_ref().expect("an option has a dimension").options[number])
    }

    /// The valid feature sets when this level is accepted, smallest first.
    pub fn valid(&self, accept: Level) -> &[ValidSet] {
        &self.valid[row(accept)]
    }

    /// Whether a feature set is valid in some configuration when this level is accepted.
    pub fn is_valid(&self, accept: Level, features: Set) -> bool {
        self.is_valid[row(accept)][features as usize]
    }

    fn list_valid(&self, universe: &Universe) -> Vec<Vec<ValidSet>> {
        let mut subsets: Vec<Set> = (0..universe.subsets()).collect();
        subsets.sort_by_key(|set| set.count_ones());
        let mut valid = vec![Vec::new(); Level::ACCEPTABLE.len()];
        for features in subsets {
            let worst: Vec<_> = self
                .options()
                .map(|option| State::of(universe, features, option))
                .filter(|&state| self.is_defined(state))
                .map(|state| (option_bit(state.option), self.worst(state)))
                .collect();
            for (row, accept) in Level::ACCEPTABLE.into_iter().enumerate() {
                let options = worst
                    .iter()
                    .filter(|(_, level)| *level <= accept)
                    .fold(0, |all, (bit, _)| all | bit);
                if options != 0 {
                    valid[row].push(ValidSet { features, options });
                }
            }
        }
        valid
    }

    fn worst(&self, state: State) -> Level {
        self.touched(state).map(|cell| cell.level).max().unwrap_or(Level::Supported)
    }
}

fn row(accept: Level) -> usize {
    let row = Level::ACCEPTABLE.iter().position(|&level| level == accept);
    row.expect("unsupported is never accepted")
}

fn marked(universe: &Universe, sets: &[ValidSet]) -> Vec<bool> {
    let mut marked = vec![false; universe.subsets() as usize];
    for set in sets {
        marked[set.features as usize] = true;
    }
    marked
}

fn choice(matrix: &Matrix, guard: impl Fn(&[Term]) -> Guard) -> Option<OptionChoice> {
    let dimension = matrix.dimension.as_ref()?;
    let options = dimension.options.iter().map(|option| OptionFact {
        id: option.id.clone(),
        term: dimension.term(option),
        roles: usize::from(option.roles),
        requires: option.requires.clone(),
        definition: guard(&option.requires),
    });
    let when = guard(&[Term::on(dimension.when.clone())]);
    Some(OptionChoice { when, options: options.collect() })
}
