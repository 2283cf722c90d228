//! Random matrices: groups, patterns, rules of any length, missing cells, notes and caveats.

use std::collections::BTreeMap;

use dynamo_plan::matrix::{
    Cell, Dimension, Level, Matrix, Note, NoteKind, Release, Rule, RuleSet, Term,
};

use itertools::Itertools;

use super::answer::Oracle;
use super::forge::{Cells, MatrixOutline, forge, serving_pattern, sorted, without_patterns};
use super::levels::Profile;
use super::rng::Rng;
use super::target::{Target, ValidSet};

const FEATURES: [&str; 7] = [
    "kv-aware-routing",
    "lora",
    "request-migration",
    "sla-based-planner",
    "speculative-decoding",
    "tool-calling",
    "zero-copy",
];
const DISAGGREGATED: &str = "disaggregated-serving";
const BACKENDS: [&str; 4] = ["vllm", "sglang", "trtllm", "engine-x"];

/// One or two releases of a random matrix in which no backend can do all that another can.
pub fn random_matrices(rng: &Rng) -> Vec<Matrix> {
    for _ in 0..50 {
        let matrices = any_matrices(rng);
        if none_dominates(&matrices) {
            return matrices;
        }
    }
    any_matrices(rng)
}

/// Whether every backend has a valid feature set that no other backend of its release has.
pub fn none_dominates(matrices: &[Matrix]) -> bool {
    let oracle = Oracle::new(matrices);
    let can_more = |a: &Target, b: &Target| {
        let other = b.valid(Level::Experimental);
        let has = |set: &ValidSet| other.iter().any(|it| it.features == set.features);
        !a.valid(Level::Experimental).iter().all(has)
    };
    let rivals = oracle.targets.iter().permutations(2).filter(|it| it[0].release == it[1].release);
    rivals.into_iter().all(|it| can_more(it[0], it[1]))
}

fn any_matrices(rng: &Rng) -> Vec<Matrix> {
    let mut outline = random_outline(rng);
    let profile = *rng.pick(&[Profile::KIND, Profile::MIXED, Profile::MIXED, Profile::HARSH]);
    let missing = *rng.pick(&[0, 0, 4, 15]);
    let count = rng.within(1, 4);
    let mut ids = rng.some(&BACKENDS, count);
    ids.sort_unstable_by_key(|id| id.len());
    if rng.percent(30) {
        let label = rng.percent(70).then(|| "0.9.1".to_owned());
        outline.release = label.clone();
        let whole = random_matrix(rng, &outline, &ids, profile, missing);
        let part = changed(rng, &whole, profile);
        let (older, newer) = if rng.percent(50) { (whole, part) } else { (part, whole) };
        return vec![labelled(older, label.as_deref()), labelled(newer, Some("0.10.0"))];
    }
    outline.release = rng.percent(80).then(|| "0.9.0".to_owned());
    vec![random_matrix(rng, &outline, &ids, profile, missing)]
}

fn labelled(mut matrix: Matrix, release: Option<&str>) -> Matrix {
    matrix.release = release.map(Release::new);
    matrix.provenance.source = format!("{}.md", release.unwrap_or("model"));
    matrix
}

fn random_outline(rng: &Rng) -> MatrixOutline {
    let count = rng.within(2, 5);
    let mut features: Vec<String> =
        rng.some(&FEATURES, count).into_iter().map(str::to_owned).collect();
    features.push(DISAGGREGATED.to_owned());
    let mut groups = Vec::new();
    if rng.percent(75) {
        groups.push(group(rng, "multimodal", &["image", "video", "audio"]));
    }
    if rng.percent(20) {
        groups.push(group(rng, "storage", &["disk", "net"]));
    }
    let when = groups.first().map_or(&features[0], |(id, _)| id).clone();
    let dimension =
        (groups.is_empty() == rng.percent(10)).then(|| random_dimension(rng, &when, &features));
    MatrixOutline { release: None, features, groups, dimension }
}

fn group(rng: &Rng, id: &str, variants: &[&str]) -> (String, Vec<String>) {
    let count = rng.within(2, variants.len());
    let variants = rng.some(variants, count);
    (id.to_owned(), variants.iter().map(|variant| format!("{id}-{variant}")).collect())
}

/// The serving pattern, sometimes with other definitions.
fn random_dimension(rng: &Rng, when: &str, features: &[String]) -> Dimension {
    let mut dimension = serving_pattern(when);
    if rng.percent(20) {
        let others: Vec<_> = features.iter().filter(|id| *id != when).cloned().collect();
        for (number, option) in dimension.options.iter_mut().enumerate() {
            let count = if number == 0 { 0 } else { rng.within(0, 2) };
            let chosen = rng.some(&others, count);
            option.requires = sorted(chosen.into_iter().map(|id| signed(rng, &id, 50)));
        }
    }
    dimension
}

/// The term, negated in so many of a hundred cases.
fn signed(rng: &Rng, id: &str, negated: usize) -> Term {
    if rng.percent(negated) { Term::off(id) } else { Term::on(id) }
}

fn random_matrix(
    rng: &Rng,
    outline: &MatrixOutline,
    ids: &[&'static str],
    profile: Profile,
    missing: usize,
) -> Matrix {
    let cells = |number| {
        let mut cells = random_cells(rng, outline, profile, missing);
        // Not on the first backend, so that asking for nothing can be had.
        if number > 0 && rng.percent(5) {
            let needed = rng.some(&outline.all_features(), 2);
            cells.insert(sorted(needed.into_iter().map(Term::off)), Level::Unsupported);
        }
        cells
    };
    let backends = ids.iter().enumerate().map(|(number, &id)| (id, cells(number))).collect();
    let mut matrix = forge(outline, backends);
    for cell in matrix.backends.iter_mut().flat_map(|backend| &mut backend.cells) {
        annotate(rng, cell);
    }
    matrix
}

fn random_cells(rng: &Rng, outline: &MatrixOutline, profile: Profile, missing: usize) -> Cells {
    let mut cells = BTreeMap::new();
    for terms in outline.tables() {
        if rng.percent(missing) {
            continue;
        }
        let own = own_pairs(outline, &terms);
        if own.is_empty() || rng.percent(90) {
            cells.insert(terms, profile.level(rng));
        } else {
            for terms in own.into_iter().filter(|_| !rng.percent(missing)) {
                cells.insert(terms, profile.level(rng));
            }
        }
    }
    let rules = rng.within(0, 8);
    cells.extend((0..rules).filter_map(|_| random_rule(rng, outline)).map(|terms| {
        let level = if rng.percent(60) { Level::Unsupported } else { profile.level(rng) };
        (terms, level)
    }));
    cells
}

/// The pairs of a group's variants with a feature, in the place of the pair of the group.
fn own_pairs(outline: &MatrixOutline, terms: &[Term]) -> Vec<Vec<Term>> {
    let [a, b] = terms else { return Vec::new() };
    let pair = |group: &Term, other: &Term| {
        let found = outline.groups.iter().find(|(id, _)| id == group.id())?;
        outline.features.iter().any(|id| id == other.id()).then(|| {
            let pairs = found.1.iter().map(|id| sorted([Term::on(id.as_str()), other.clone()]));
            pairs.collect::<Vec<_>>()
        })
    };
    pair(a, b).or_else(|| pair(b, a)).unwrap_or_default()
}

/// The terms of a rule: one to five, some of them negated.
fn random_rule(rng: &Rng, outline: &MatrixOutline) -> Option<Vec<Term>> {
    let mut ids = outline.all_features();
    ids.extend(outline.groups.iter().map(|(id, _)| id.clone()));
    let options = outline
        .dimension
        .iter()
        .flat_map(|dimension| dimension.options.iter().map(|option| dimension.term(option)));
    ids.extend(options);
    let length = *rng.pick(&[1, 2, 2, 3, 3, 4, 5]);
    let chosen = rng.some(&ids, length);
    let terms = sorted(chosen.into_iter().map(|id| signed(rng, &id, 30)));
    let negative = terms.iter().all(Term::is_negated);
    (!negative && !belongs_to_a_table(outline, &terms)).then_some(terms)
}

/// The levels of rules; one that works documents what the tables leave out.
const LEVELS_OF_RULES: [Level; 4] =
    [Level::Supported, Level::Experimental, Level::NotApplicable, Level::Unsupported];

/// The facts that rules name.
pub const FACTS: [&str; 2] = ["moe", "multi-node"];

/// A set of rules about some backends and releases, of the features of all matrices.
pub fn random_rules(rng: &Rng, matrices: &[Matrix]) -> RuleSet {
    let ids: Vec<String> = matrices.iter().flat_map(known_ids).sorted().dedup().collect();
    let rule = |number| {
        let length = rng.within(1, 4);
        let terms = rng.some(&ids, length).into_iter().map(|id| signed(rng, &id, 35));
        let facts = rng.some(&FACTS, *rng.pick(&[0, 0, 0, 1, 1, 2]));
        let terms = terms.chain(facts.into_iter().map(Term::of_fact));
        let releases = *rng.pick(&[None, None, Some(">=0.10.0"), Some("<0.10.0")]);
        Rule {
            id: format!("rule-{number}"),
            backends: if rng.percent(50) {
                Vec::new()
            } else {
                vec![rng.pick(&BACKENDS).to_string()]
            },
            terms: sorted(terms),
            level: *rng.pick(&LEVELS_OF_RULES),
            caveat: rng.percent(20),
            releases: releases.iter().map(|it| it.parse().unwrap()).collect(),
            reason: "because".into(),
            workaround: None,
            fixed_in: None,
            sources: vec![format!("rules.md#{number}")],
            repository: None,
        }
    };
    let rules = (0..6).map(rule).filter(|rule| !rule.terms.iter().all(Term::is_negated));
    RuleSet { id: "random".to_owned(), summary: "".into(), rules: rules.collect() }
}

/// Whether a cell of these terms would be one of the tables, or a pair of one slot with itself or
/// of parts of two groups.
fn belongs_to_a_table(outline: &MatrixOutline, terms: &[Term]) -> bool {
    let grouped = |term: &Term| {
        outline
            .groups
            .iter()
            .any(|(id, variants)| id == term.id() || variants.iter().any(|it| it == term.id()))
    };
    let plain = terms.iter().all(|term| !term.is_negated());
    plain
        && (outline.tables().iter().any(|it| it == terms)
            || terms.len() == 2 && terms.iter().all(grouped))
}

/// Adds caveats and notes here and there.
fn annotate(rng: &Rng, cell: &mut Cell) {
    cell.caveat = cell.level <= Level::Experimental && rng.percent(12);
    if rng.percent(12) {
        let kind = *rng.pick(&[NoteKind::Requirement, NoteKind::Limit, NoteKind::Info]);
        let source = rng.percent(50).then(|| "notes.md".to_owned());
        cell.notes.push(Note::new(kind, format!("see {}", cell.source), source));
    }
}

/// Another release: other levels here and there, some features or a backend gone.
fn changed(rng: &Rng, whole: &Matrix, profile: Profile) -> Matrix {
    let mut part = whole.clone();
    if part.backends.len() > 1 && rng.percent(20) {
        part.backends.pop();
    }
    if rng.percent(15) {
        part = without_patterns(part);
    }
    if rng.percent(10) && part.dimension.is_none() && !part.groups.is_empty() {
        let group = part.groups.remove(0);
        part.features.retain(|feature| feature.group.as_deref() != Some(&group.id));
    } else if rng.percent(70) {
        drop_a_feature(rng, &mut part);
    }
    let known = known_ids(&part);
    for backend in &mut part.backends {
        backend
            .cells
            .retain(|cell| cell.terms.iter().all(|term| known.contains(&term.id().to_owned())));
        for cell in backend.cells.iter_mut().filter(|_| rng.percent(15)) {
            cell.level = profile.level(rng);
            cell.caveat &= cell.level <= Level::Experimental;
        }
    }
    part
}

/// Drops a feature without a group that the dimension does not speak of.
fn drop_a_feature(rng: &Rng, matrix: &mut Matrix) {
    let bound = |id: &str| {
        matrix.dimension.as_ref().is_some_and(|it| {
            it.when == id || it.options.iter().any(|o| o.requires.iter().any(|t| t.id() == id))
        })
    };
    let free: Vec<String> = matrix
        .features
        .iter()
        .filter(|feature| feature.group.is_none() && !bound(&feature.id))
        .map(|feature| feature.id.to_string())
        .collect();
    if !free.is_empty() {
        let gone = rng.pick(&free).clone();
        matrix.features.retain(|feature| feature.id != gone);
    }
}

fn known_ids(matrix: &Matrix) -> Vec<String> {
    let features = matrix.features.iter().map(|feature| feature.id.to_string());
    let groups = matrix.groups.iter().map(|group| group.id.to_string());
    let options = matrix
        .dimension
        .iter()
        .flat_map(|dimension| dimension.options.iter().map(|option| dimension.term(option)));
    features.chain(groups).chain(options).collect()
}
