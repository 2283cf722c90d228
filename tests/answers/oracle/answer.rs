//! The answer to a request, by listing every feature set.

use std::sync::Arc;

use std::cmp::Reverse;

use dynamo_plan::matrix::{Level, Matrix, Rule, Term};
use dynamo_plan::plan::{
    Correction, Hint, Outcome, Plan, Score, Sensitivity, TouchedCell, Verdict,
};
use dynamo_plan::request::Request;

use super::ask::Ask;
use super::case::Case;
use super::cores::Cores;
use super::guard::State;
use super::random_request::ask_for;
use super::rejection::Obstacles;
use super::target::{Target, ValidSet, option_bit};
use super::universe::{Names, Set, Universe, singles};

/// The brute force over the chosen releases.
pub struct Oracle {
    pub universe: Universe,
    pub targets: Vec<Target>,
}

/// A valid configuration, not yet shown.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    pub target: &'a Target,
    pub features: Set,
    pub option: Option<usize>,
}

impl Oracle {
    /// The brute force over these matrices, all of them chosen.
    pub fn new(matrices: &[Matrix]) -> Self {
        Oracle::with_rules(matrices, &[], &ask_for(matrices, &[]))
    }

    /// The brute force for a case.
    pub fn of(case: &Case) -> Self {
        let asked = case.rule_sets.iter().filter(|set| case.request.rules.contains(&set.id));
        let rules = asked.flat_map(|set| set.rules.iter().map(|rule| (set.id.as_str(), rule)));
        Oracle::with_rules(&case.matrices, &rules.collect::<Vec<_>>(), &case.request)
    }

    fn with_rules(matrices: &[Matrix], rules: &[(&str, &Rule)], request: &Request) -> Self {
        let names = Names::of(&matrices.iter().collect::<Vec<_>>());
        let universe = Universe::of(&names).with_facts(&request.facts);
        let targets = matrices
            .iter()
            .flat_map(|matrix| matrix.backends.iter().map(move |backend| (matrix, backend)))
            .map(|(matrix, backend)| {
                let release = matrix.release.as_ref();
                let about = |(_, rule): &&(&str, &Rule)| rule.applies_to(release, &backend.id);
                let rules: Vec<_> = rules.iter().filter(about).copied().collect();
                Target::new(&names, &universe, matrix, backend, (&rules, &request.facts))
            })
            .collect();
        Oracle { universe, targets }
    }

    /// The answer to a request; its releases must be those of the matrices.
    pub fn answer(&self, request: &Request) -> Outcome {
        let ask = Ask::of(&self.universe, request);
        let targets = self.chosen(request);
        let plans = self.plans(&targets, &ask);
        let obstacles = Obstacles::find(&self.universe, &targets, &ask);
        let mut answer = from_fields!(Outcome {
            schema: "",
            tool: "",
            matrices: serde_json::json!([]),
            request: request.clone(),
            release_defaulted: false,
            newest: serde_json::json!(null),
            satisfiable: !plans.is_empty(),
            verdict: self.verdict(&targets, request),
            complete: true,
            incomplete: serde_json::json!([]),
            total: plans.len(),
            rejected: obstacles.rejected(),
            conflicts: serde_json::json!([]),
            unlocks: serde_json::json!([]),
            closest: serde_json::json!([]),
            hints: serde_json::json!([]),
            plans: plans,
            corrections: serde_json::json!([]),
            sensitivity: self.sensitivity(&targets, request),
            notices: serde_json::json!([]),
        });
        if !answer.satisfiable {
            let cores = Cores::of(&targets, &ask);
            answer.conflicts = cores.conflicts();
            answer.corrections = self.corrections(&cores, &targets, request);
            answer.unlocks = obstacles.unlocks();
            answer.closest = obstacles.closest();
            answer.hints = hints(request, &answer.sensitivity, &answer.corrections);
            answer.hints.extend(split(request, &cores));
        }
        answer
    }

    /// The targets that a request may choose from.
    pub fn chosen(&self, request: &Request) -> Vec<&Target> {
        let chosen = |target: &&Target| {
            request.backends.contains(&target.backend) && request.releases.contains(&target.release)
        };
        self.targets.iter().filter(chosen).collect()
    }

    /// The ranked plans.
    fn plans(&self, targets: &[&Target], ask: &Ask) -> Vec<Plan> {
        let ranked = self.ranked(targets, ask);
        let decided = |found: &Found<'_>| {
            let score = self.score(ask, *found);
            let levels = (score.not_applicable, score.undocumented, score.experimental);
            let fewer = (score.missed_weight, levels, score.caveat, score.roles);
            (fewer, Reverse(score.headroom), Reverse(found.target.release.clone()))
        };
        let keys: Vec<_> = ranked.iter().map(decided).collect();
        let standing = |key| 1 + keys.iter().filter(|other| *other < key).count();
        let plans = ranked.iter().zip(&keys).zip(1..);
        plans.map(|((found, key), rank)| self.plan(ask, *found, rank, standing(key))).collect()
    }

    /// The answer in a word.
    fn verdict(&self, targets: &[&Target], request: &Request) -> Verdict {
        let any = |accept| {
            let ask = Ask::of(&self.universe, &Request { accept, ..request.clone() });
            targets.iter().any(|target| !configurations(target, &ask).is_empty())
        };
        match (any(request.accept), any(request.accept.max(Level::NotApplicable))) {
            (true, _) => Verdict::Plan,
            (false, true) => Verdict::Unclaimed,
            (false, false) => Verdict::RuledOut,
        }
    }

    /// The configurations that answer a request, best first.
    fn ranked<'a>(&self, targets: &[&'a Target], ask: &Ask) -> Vec<Found<'a>> {
        let mut found: Vec<_> =
            targets.iter().flat_map(|target| configurations(target, ask)).collect();
        found.sort_by_cached_key(|found| self.rank_key(ask, *found));
        found
    }

    /// How many valid sets of listed features a target has, and how many configurations of them.
    pub fn count(&self, target: &Target, accept: Level) -> (usize, usize) {
        let listed = target.valid(accept).iter().filter(|set| set.features & !target.listed == 0);
        listed.fold((0, 0), |(sets, configurations), set| {
            (sets + 1, configurations + set.options.count_ones() as usize)
        })
    }

    fn sensitivity(&self, targets: &[&Target], request: &Request) -> Vec<Sensitivity> {
        let plans = |accept| {
            let ask = Ask::of(&self.universe, &Request { accept, ..request.clone() });
            targets.iter().map(|target| configurations(target, &ask).len()).sum::<usize>()
        };
        let worse = request.accept.worse();
        worse
            .map(|accept| from_fields!(Sensitivity { accept: accept, plans: plans(accept) }))
            .collect()
    }

    fn corrections(
        &self,
        cores: &Cores,
        targets: &[&Target],
        request: &Request,
    ) -> Vec<Correction> {
        let corrections = cores.corrections().into_iter().map(|drop| {
            let ask = Ask::of(&self.universe, &without(request, &drop));
            let ranked = self.ranked(targets, &ask);
            from_fields!(Correction {
                drop: drop,
                plans: ranked.len(),
                best: self.plan(&ask, ranked[0], 1, 1)
            })
        });
        corrections.collect()
    }

    fn plan(&self, ask: &Ask, found: Found<'_>, rank: usize, standing: usize) -> Plan {
        let touched = self.touched(found);
        let needed = |id: &String| ask.needs.iter().any(|(need, _)| need == id);
        let features = self.universe.ids(found.features & !self.universe.facts());
        let missed = ask.wants.iter().filter(|(_, set, _)| found.features & set == 0);
        from_fields!(Plan {
            rank: rank,
            standing: standing,
            release: found.target.release.clone(),
            engine: None::<String>,
            platforms: Vec::<String>::new(),
            backend: found.target.backend.clone(),
            pattern: found.target.option(found.option).map(|fact| fact.id.clone()),
            added: features.iter().filter(|id| !needed(id)).cloned().collect::<Vec<String>>(),
            features: features,
            missed: missed.map(|(id, ..)| id.clone()).collect::<Vec<String>>(),
            level: touched.iter().map(|cell| cell.level).max().unwrap_or(Level::Supported),
            score: self.score(ask, found),
            cells: touched
                .into_iter()
                .filter(|cell| !is_plain(cell))
                .map(|cell| Arc::new(cell.clone()))
                .collect::<Vec<Arc<TouchedCell>>>(),
            conditional: found.target.conditional(self.state(found)),
            run: None::<String>,
        })
    }

    fn touched<'a>(&self, found: Found<'a>) -> Vec<&'a TouchedCell> {
        found.target.touched(self.state(found)).collect()
    }

    fn state(&self, found: Found<'_>) -> State {
        State::of(&self.universe, found.features, found.option)
    }

    fn score(&self, ask: &Ask, found: Found<'_>) -> Score {
        let touched = self.touched(found);
        let count = |level| touched.iter().filter(|cell| cell.level == level).count();
        Score {
            missed_weight: ask.missed_weight(found.features),
            not_applicable: count(Level::NotApplicable),
            undocumented: count(Level::Undocumented),
            experimental: count(Level::Experimental),
            caveat: touched.iter().filter(|cell| cell.caveat).count(),
            roles: found.target.option(found.option).map_or(0, |fact| fact.roles),
            headroom: headroom(ask, found),
        }
    }

    /// What plans are compared by, best first.
    fn rank_key(&self, ask: &Ask, found: Found<'_>) -> impl Ord + use<> {
        let score = self.score(ask, found);
        (
            (score.missed_weight, score.not_applicable, score.undocumented, score.experimental),
            (score.caveat, score.roles, Reverse(score.headroom)),
            (Reverse(found.target.release.clone()), found.target.backend.clone()),
            (found.features.count_ones(), self.universe.ids(found.features), found.option),
        )
    }
}

/// The request without these of its terms.
fn without(request: &Request, drop: &[Term]) -> Request {
    let mut left = request.clone();
    for term in drop {
        let list = if term.is_negated() { &mut left.avoid } else { &mut left.need };
        list.retain(|id| id != term.id());
        left.facts.retain(|fact| term.fact() != Some(fact));
    }
    left.pattern.take_if(|id| drop.iter().any(|term| term.id() == format!("pattern={id}")));
    left
}

/// The configurations of a target that answer a request, in no order.
pub fn configurations<'a>(target: &'a Target, ask: &Ask) -> Vec<Found<'a>> {
    let options = ask.allowed_options(target);
    let allowed = |set: &ValidSet| ValidSet { options: set.options & options, ..*set };
    let admitted = target.valid(ask.accept).iter().filter(|set| ask.admits(set.features));
    let mut sets: Vec<_> = admitted.map(allowed).filter(|set| set.options != 0).collect();
    if !ask.all {
        let least = sets.iter().map(|set| ask.missed_weight(set.features)).min();
        sets.retain(|set| Some(ask.missed_weight(set.features)) == least);
        sets = minimal(&sets);
    }
    let options = |set: ValidSet| {
        target
            .options()
            .filter(move |option| set.options & option_bit(*option) != 0)
            .map(move |option| Found { target, features: set.features, option })
    };
    sets.into_iter().flat_map(options).collect()
}

/// The inclusion-minimal of feature sets that are ordered by size.
fn minimal(sets: &[ValidSet]) -> Vec<ValidSet> {
    let mut kept: Vec<ValidSet> = Vec::new();
    for set in sets {
        if !kept.iter().any(|small| small.features & set.features == small.features) {
            kept.push(*set);
        }
    }
    kept
}

/// How many listed features could each be added alone and leave a valid plan in some pattern.
fn headroom(ask: &Ask, found: Found<'_>) -> usize {
    let larger = |feature: &Set| found.target.is_valid(ask.accept, found.features | feature);
    singles(found.target.listed & !found.features).filter(larger).count()
}

fn is_plain(cell: &TouchedCell) -> bool {
    cell.level == Level::Supported && !cell.caveat && cell.notes.is_empty()
}

/// The first split into the fewest shares: needs in order, each in the first share that leaves a split
/// for the others.
fn split(request: &Request, cores: &Cores) -> Option<Hint> {
    if request.all {
        return None;
    }
    let needed = |term: &&Term| request.need.iter().any(|id| **term == Term::on(id));
    let fixed: Vec<Term> = cores.terms().iter().filter(|term| !needed(term)).cloned().collect();
    let can = |share: &[Term]| cores.can_have(&[share, &fixed].concat());
    let needs: Vec<Term> = request.need.iter().map(Term::on).collect();
    let alone = |need: &Term| can(std::slice::from_ref(need));
    let value = if needs.iter().all(alone) {
        (2..=needs.len()).find_map(|most| shared(&needs, most, Vec::new(), &can))?
    } else {
        return None;
    };
    let ids = |share: Vec<Term>| share.iter().map(|term| term.id().to_owned()).collect();
    Some(Hint::Split { deployments: value.len(), value: value.into_iter().map(ids).collect() })
}

/// The first way to put needs into at most so many shares, some of which are filled already.
fn shared(
    needs: &[Term],
    most: usize,
    shares: Vec<Vec<Term>>,
    can: &dyn Fn(&[Term]) -> bool,
) -> Option<Vec<Vec<Term>>> {
    let Some((need, rest)) = needs.split_first() else { return Some(shares) };
    let choices = (shares.len() + 1).min(most);
    (0..choices).find_map(|share| {
        let mut shares = shares.clone();
        if share == shares.len() {
            shares.push(Vec::new());
        }
        shares[share].push(need.clone());
        can(&shares[share]).then(|| shared(rest, most, shares, can)).flatten()
    })
}

fn hints(request: &Request, sensitivity: &[Sensitivity], corrections: &[Correction]) -> Vec<Hint> {
    let left = |drop: &[Term]| {
        let kept = |id: &String, off: bool| {
            !drop.iter().any(|term| term.id() == id && term.is_negated() == off)
        };
        request.all
            || !request.want.is_empty()
            || request.need.iter().any(|id| kept(id, false))
            || request.avoid.iter().any(|id| kept(id, true))
    };
    let accept = sensitivity.iter().find(|row| row.plans > 0);
    let accept = accept.map(|row| Hint::Accept { value: row.accept, plans: row.plans });
    let drop = corrections
        .iter()
        .min_by_key(|it| (!left(&it.drop), it.drop.len(), Reverse(it.plans), &it.drop))
        .map(|it| Hint::Drop { value: it.drop.clone(), plans: it.plans });
    accept.into_iter().chain(drop).collect()
}
