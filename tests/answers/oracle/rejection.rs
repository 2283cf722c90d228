//! Why a target has no plan: its minimal configurations, and the cells that block them.

use std::sync::Arc;

use std::cmp::Reverse;

use dynamo_plan::matrix::{Level, Release, Term};
use dynamo_plan::plan::{CellKind, Closest, Rejected, ShownNote, TouchedCell, UnlockCell, Unlocks};

use super::answer::configurations;
use super::ask::Ask;
use super::forge::sorted;
use super::guard::State;
use super::target::{OptionFact, Target, option_bit};
use super::universe::{Set, Universe, singles};

/// The targets without a plan, nearest first.
pub struct Obstacles {
    targets: Vec<Obstacle>,
}

/// A target without a plan.
struct Obstacle {
    release: Option<Release>,
    backend: String,
    blocking: Vec<TouchedCell>,
    sets: Vec<Vec<UnlockCell>>,
    /// The nearest minimal configuration; none where a definition leaves none.
    nearest: Option<Distance>,
}

/// A minimal configuration: the smallest that the definitions allow, and the cells that it touches.
struct MinimalConfiguration {
    touched: Vec<TouchedCell>,
    blocking: Vec<TouchedCell>,
    roles: usize,
}

/// What minimal configurations are compared by, nearest first: blocking cells, then touched cells of
/// every level from the worst, cells with a caveat, roles.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    blocking: usize,
    unsupported: usize,
    not_applicable: usize,
    undocumented: usize,
    experimental: usize,
    caveat: usize,
    roles: usize,
}

impl Obstacles {
    pub fn find(universe: &Universe, targets: &[&Target], ask: &Ask) -> Self {
        let mut found: Vec<Obstacle> = targets
            .iter()
            .filter(|target| configurations(target, ask).is_empty())
            .map(|target| Obstacle::of(universe, target, ask))
            .collect();
        found.sort_by_key(|it| {
            (it.nearest.is_none(), it.nearest, Reverse(it.release.clone()), it.backend.clone())
        });
        Obstacles { targets: found }
    }

    pub fn rejected(&self) -> Vec<Rejected> {
        let rejected = self.targets.iter().map(|it| Rejected {
            release: it.release.clone(),
            backend: it.backend.clone(),
            blocking: it.blocking.iter().cloned().map(Arc::new).collect::<Vec<_>>(),
        });
        rejected.collect()
    }

    pub fn unlocks(&self) -> Vec<Unlocks> {
        let unlocks = self.targets.iter().map(|it| Unlocks {
            release: it.release.clone(),
            backend: it.backend.clone(),
            sets: it.sets.clone(),
        });
        unlocks.collect()
    }

    pub fn closest(&self) -> Vec<Closest> {
        let closest = self.targets.iter().map(|it| Closest {
            release: it.release.clone(),
            backend: it.backend.clone(),
            blocking: it.nearest.map_or(it.blocking.len(), |nearest| nearest.blocking),
        });
        closest.collect()
    }
}

impl Obstacle {
    fn of(universe: &Universe, target: &Target, ask: &Ask) -> Self {
        let minimal = minimal_configurations(universe, target, ask);
        let blocking = if minimal.is_empty() {
            contradiction(universe, target, ask)
        } else {
            blocking(&minimal)
        };
        Obstacle {
            release: target.release.clone(),
            backend: target.backend.clone(),
            blocking,
            sets: unlocking_sets(&minimal),
            nearest: minimal.iter().map(MinimalConfiguration::distance).min(),
        }
    }
}

impl MinimalConfiguration {
    fn of(target: &Target, state: State, accept: Level) -> Self {
        let touched: Vec<TouchedCell> = target.touched(state).cloned().collect();
        let blocking = touched.iter().filter(|cell| cell.level > accept).cloned().collect();
        let roles = target.option(state.option).map_or(0, |fact| fact.roles);
        MinimalConfiguration { touched, blocking, roles }
    }

    fn distance(&self) -> Distance {
        let count = |level| self.touched.iter().filter(|cell| cell.level == level).count();
        Distance {
            blocking: self.blocking.len(),
            unsupported: count(Level::Unsupported),
            not_applicable: count(Level::NotApplicable),
            undocumented: count(Level::Undocumented),
            experimental: count(Level::Experimental),
            caveat: self.touched.iter().filter(|cell| cell.caveat).count(),
            roles: self.roles,
        }
    }
}

/// Every minimal configuration: for each allowed option and each variant of a needed group, the
/// needs, the variant and what the option means.
fn minimal_configurations(
    universe: &Universe,
    target: &Target,
    ask: &Ask,
) -> Vec<MinimalConfiguration> {
    let mut states: Vec<State> = Vec::new();
    // Features, with the option that a rule asked for a companion in.
    let mut open: Vec<(Set, Option<usize>)> =
        with_variants(ask).into_iter().map(|features| (features, None)).collect();
    let mut tried: Vec<(Set, Option<usize>)> = Vec::new();
    while let Some((features, option)) = open.pop() {
        if tried.contains(&(features, option)) {
            continue;
        }
        tried.push((features, option));
        for state in with_options(universe, target, ask, features) {
            if option.is_some() && state.option != option {
                continue;
            }
            if !states.contains(&state) {
                states.push(state);
            }
            let asked = target.companions(state, ask.accept);
            let asked = asked.into_iter().filter(|one| one & ask.avoided == 0);
            // What the option means is added again with the option, and only with it.
            open.extend(asked.map(|one| (features | one, state.option)));
        }
    }
    let minimal = states.into_iter();
    minimal.map(|state| MinimalConfiguration::of(target, state, ask.accept)).collect()
}

/// Some features with each allowed option and what it means, as far as the definitions allow.
fn with_options(universe: &Universe, target: &Target, ask: &Ask, features: Set) -> Vec<State> {
    let mut states = Vec::new();
    for option in target.options().filter(|it| ask.allowed_options(target) & option_bit(*it) != 0) {
        let meant = target.option(option).map_or(0, |fact| fact.definition.features_on());
        let state = State::of(universe, features | meant, option);
        let asked = State::of(universe, features, None);
        if target.is_defined(state)
            && state.features & ask.avoided == 0
            && applies(target, asked) == option.is_some()
        {
            states.push(state);
        }
    }
    states
}

/// The needed features, with each choice of a variant for the needed groups that have none.
fn with_variants(ask: &Ask) -> Vec<Set> {
    let mut sets = vec![ask.named];
    for (_, variants) in ask.needs.iter().filter(|(_, set)| ask.named & set == 0) {
        let choices = variants & !ask.avoided;
        sets = sets.iter().flat_map(|set| singles(choices).map(move |one| set | one)).collect();
    }
    sets
}

fn applies(target: &Target, state: State) -> bool {
    target.choice.as_ref().is_some_and(|choice| choice.when.holds(state))
}

/// The blocking cells common to all minimal configurations or, where none is stopped by these alone,
/// those of every one.
fn blocking(minimal: &[MinimalConfiguration]) -> Vec<TouchedCell> {
    let everywhere = |cell: &&TouchedCell| minimal.iter().all(|it| it.blocking.contains(cell));
    let common: Vec<_> = minimal[0].blocking.iter().filter(everywhere).cloned().collect();
    if minimal.iter().any(|it| it.blocking == common) {
        return common;
    }
    let mut all: Vec<TouchedCell> = Vec::new();
    for cell in minimal.iter().flat_map(|minimal| &minimal.blocking) {
        if !all.contains(cell) {
            all.push(cell.clone());
        }
    }
    in_listing_order(&mut all);
    all
}

/// Every distinct set of fewest blocking cells.
fn unlocking_sets(minimal: &[MinimalConfiguration]) -> Vec<Vec<UnlockCell>> {
    let fewest = minimal.iter().map(|it| it.blocking.len()).min();
    let cell = |cell: &TouchedCell| UnlockCell {
        terms: cell.terms.clone(),
        level: cell.level,
        rule: cell.rule.clone(),
        published: cell.published,
        url: cell.url.clone(),
    };
    let mut sets: Vec<Vec<UnlockCell>> = minimal
        .iter()
        .filter(|minimal| Some(minimal.blocking.len()) == fewest)
        .map(|it| it.blocking.iter().map(cell).collect())
        .collect();
    sets.sort_by_cached_key(|set| {
        set.iter().map(|cell| (cell.terms.len(), cell.terms.clone())).collect::<Vec<_>>()
    });
    sets.dedup();
    sets
}

/// What blocks where a definition leaves no minimal configuration: the blocking cells that the needs
/// touch without a pattern, and a cell for each definition that the request breaks.
fn contradiction(universe: &Universe, target: &Target, ask: &Ask) -> Vec<TouchedCell> {
    let state = asked_state(universe, ask);
    let mut cells: Vec<TouchedCell> =
        target.touched(state).filter(|cell| cell.level > ask.accept).cloned().collect();
    let mut definitions = empty_groups(universe, ask);
    definitions.extend(broken_option(target, ask, state));
    assert!(
        !definitions.is_empty(),
        "no minimal configuration, and no definition that the request breaks"
    );
    cells.extend(definitions.into_iter().map(|terms| definition(target, terms)));
    in_listing_order(&mut cells);
    cells
}

/// The needs alone: a needed group is on, its variants are not.
fn asked_state(universe: &Universe, ask: &Ask) -> State {
    let mut state = State::of(universe, ask.named, None);
    for group in ask.needs.iter().filter_map(|(id, _)| universe.group(id)) {
        state.groups |= 1 << group;
    }
    state
}

/// The needed groups of which every variant is avoided.
fn empty_groups(universe: &Universe, ask: &Ask) -> Vec<Vec<Term>> {
    let empty = ask.needs.iter().filter(|(_, variants)| variants & !ask.avoided == 0);
    let terms = empty.map(|(id, variants)| {
        let mut terms: Vec<Term> = universe.ids(*variants).into_iter().map(Term::off).collect();
        terms.push(Term::on(id));
        terms
    });
    terms.collect()
}

/// The requested pattern with each need or avoid that its definition excludes.
fn broken_option(target: &Target, ask: &Ask, state: State) -> Vec<Vec<Term>> {
    let options = target.choice.as_ref().filter(|choice| choice.when.holds(state));
    let requested = options
        .and_then(|it| it.options.iter().find(|fact| Some(&fact.id) == ask.pattern.as_ref()));
    let broken = |fact: &OptionFact| {
        let against = fact.requires.iter().filter_map(|means| opposed(ask, means));
        against.map(|term| sorted([term, Term::on(&fact.term)])).collect()
    };
    requested.map(broken).unwrap_or_default()
}

/// The term of the request that says the opposite.
fn opposed(ask: &Ask, means: &Term) -> Option<Term> {
    let (list, opposite): (_, fn(&str) -> Term) = if means.is_negated() {
        (&ask.needs, |id| Term::on(id))
    } else {
        (&ask.avoids, |id| Term::off(id))
    };
    list.iter().find(|(id, _)| id == means.id()).map(|(id, _)| opposite(id))
}

fn definition(target: &Target, terms: Vec<Term>) -> TouchedCell {
    let text = "by definition".to_owned();
    TouchedCell {
        kind: CellKind::Cell,
        terms,
        level: Level::Unsupported,
        caveat: false,
        rule: None,
        published: None,
        notes: vec![from_fields!(ShownNote {
            kind: "info",
            text: text,
            when: serde_json::json!([]),
            workaround: None::<String>,
            fixed_in: None::<String>,
            source: None::<String>,
            url: None::<String>,
        })],
        source: target.source.clone(),
        url: None,
    }
}

fn in_listing_order(cells: &mut [TouchedCell]) {
    cells.sort_by(|a, b| (a.terms.len(), &a.terms).cmp(&(b.terms.len(), &b.terms)));
}
