//! Matrices with too many features to list their subsets: 150 features, eight backends, rules of
//! three terms, and a request with 20 needs.

use dynamo_plan::matrix::{Level, Matrix, Term};

use super::case::Case;
use super::forge::{Cells, MatrixOutline, forge, serving_pattern, sorted};
use super::levels::Profile;
use super::random_request::ask_for;
use super::rng::Rng;

const FEATURES: usize = 150;
const NEEDS: usize = 20;
const BACKENDS: [&str; 8] = ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"];

/// What is hard about a large matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// One backend has a plan.
    Satisfiable,
    /// Every backend fails for one rule.
    OneRuleEach,
    /// Every backend fails for several rules, so that there are hundreds of minimal conflicts.
    ManyConflicts,
    /// Every backend fails for rules of the needs in plenty.
    Dense,
    /// Almost any few needs fail somewhere: thousands of minimal conflicts.
    Crowded,
    /// With a group, its pattern and rules with negated terms.
    Patterns,
    /// No pair table at all, and a request that accepts that.
    NoPairs,
}

impl Flavour {
    /// How many rules of three needs a backend fails for.
    fn rules(self, backend: usize) -> usize {
        match self {
            Flavour::Satisfiable => usize::from(backend != 4),
            Flavour::OneRuleEach => 1,
            Flavour::ManyConflicts | Flavour::NoPairs => 5 + backend % 2,
            Flavour::Dense => 12,
            Flavour::Crowded => 40,
            Flavour::Patterns => 3,
        }
    }

    fn accept(self) -> Level {
        if self == Flavour::NoPairs { Level::Undocumented } else { Level::Experimental }
    }
}

/// A large matrix and a request with many needs.
pub fn large(flavour: Flavour, seed: u64) -> Case {
    let rng = Rng::new(seed);
    let outline = outline(flavour);
    let mut needs = rng.some(&outline.features[1..], NEEDS);
    if flavour == Flavour::Patterns {
        needs[0] = "multimodal".to_owned();
    }
    let cells = |(number, id)| (id, cells(&rng, &outline, flavour, &needs, number));
    let backends = BACKENDS.into_iter().enumerate().map(cells).collect();
    let matrices = vec![forge(&outline, backends)];
    let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
    let mut request = ask_for(&matrices, &needs);
    request.accept = flavour.accept();
    request.pattern = (flavour == Flavour::Patterns).then(|| "EP/D".to_owned());
    Case::new(matrices, request)
}

fn outline(flavour: Flavour) -> MatrixOutline {
    let variants = ["multimodal-audio", "multimodal-image", "multimodal-video"];
    let group = ("multimodal".to_owned(), variants.map(str::to_owned).to_vec());
    let patterns = flavour == Flavour::Patterns;
    let alone = FEATURES - if patterns { 1 + variants.len() } else { 1 };
    let mut features = vec!["disaggregated-serving".to_owned()];
    features.extend((0..alone).map(|number| format!("feature-{number:03}")));
    MatrixOutline {
        release: Some("0.9.0".to_owned()),
        features,
        groups: if patterns { vec![group] } else { Vec::new() },
        dimension: patterns.then(|| serving_pattern("multimodal")),
    }
}

fn cells(
    rng: &Rng,
    outline: &MatrixOutline,
    flavour: Flavour,
    needs: &[String],
    backend: usize,
) -> Cells {
    let mut cells = Cells::new();
    for terms in outline.tables() {
        let pair = terms.len() == 2 && terms.iter().all(|term| !term.id().starts_with("pattern="));
        let asked = terms.iter().all(|term| is_asked(needs, term));
        let level = if asked { Level::Supported } else { Profile::KIND.level(rng) };
        if !(pair && flavour == Flavour::NoPairs) {
            cells.insert(terms, level);
        }
    }
    for _ in 0..300 {
        let terms = three(rng, &outline.features);
        if !terms.iter().all(|term| is_asked(needs, term)) {
            cells.insert(terms, Level::Unsupported);
        }
    }
    for _ in 0..flavour.rules(backend) {
        let mut terms = three(rng, needs);
        if flavour == Flavour::Patterns && rng.percent(40) {
            terms.push(Term::off(rng.pick(&outline.features[1..]).as_str()));
        }
        cells.insert(sorted(terms), Level::Unsupported);
    }
    cells
}

/// Whether a cell of these terms is touched by the needs alone.
fn is_asked(needs: &[String], term: &Term) -> bool {
    let id = term.id();
    id == "disaggregated-serving"
        || id.starts_with("multimodal")
        || id.starts_with("pattern=")
        || needs.iter().any(|need| need == id)
}

fn three(rng: &Rng, ids: &[String]) -> Vec<Term> {
    sorted(rng.some(ids, 3).into_iter().map(Term::on))
}

/// A matrix of five backends and 40 features, any of which one backend or another rejects a fifth of
/// all pairs.
pub fn forty(seed: u64) -> Vec<Matrix> {
    dense(seed, 40, 35, 0)
}

/// A matrix of five backends and so many features, of which each backend rejects so many of a hundred pairs, and so
/// many of the others are experimental.
pub fn dense(seed: u64, features: usize, rejected: usize, experimental: usize) -> Vec<Matrix> {
    let rng = Rng::new(seed);
    let features = (0..features).map(|number| format!("feature-{number:02}")).collect();
    let outline = MatrixOutline { release: None, features, groups: Vec::new(), dimension: None };
    let cells = |_| -> Cells {
        let level = |terms: &Vec<Term>| match (terms.len(), rng.percent(rejected)) {
            (2, true) => Level::Unsupported,
            (1, true) => Profile::KIND.level(&rng),
            (2, false) if experimental > 0 && rng.percent(experimental) => Level::Experimental,
            _ => Level::Supported,
        };
        let tables = outline.tables().into_iter();
        tables
            .map(|terms| {
                let level = level(&terms);
                (terms, level)
            })
            .collect()
    };
    let backends = BACKENDS[..5].iter().map(|&id| (id, cells(id))).collect();
    vec![forge(&outline, backends)]
}
