//! Requests with a planted conflict that no single backend shows: each backend fails for another
//! part of it.

use dynamo_plan::matrix::{Level, Term};

use super::case::Case;
use super::forge::{Cells, MatrixOutline, forge, serving_pattern, sorted};
use super::random_request::ask_for;
use super::rng::Rng;

const FEATURES: [&str; 7] =
    ["disaggregated-serving", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];
const BACKENDS: [&str; 4] = ["north", "south", "east", "west"];

/// A request with a minimal conflict of so many terms, needs and avoids, over several backends.
pub fn planted(rng: &Rng, size: usize) -> Case {
    let features = rng.some(&FEATURES[1..], size);
    let terms = features.into_iter().enumerate().map(|(number, id)| {
        // Some are never avoided: every cell needs a positive term.
        if number + 2 < size && rng.percent(40) { Term::off(id) } else { Term::on(id) }
    });
    plant(rng, &sorted(terms), None)
}

/// The same, with the need of a group and a pattern among the terms.
pub fn planted_pattern(rng: &Rng, size: usize) -> Case {
    let features = rng.some(&FEATURES[1..], size - 2);
    let pattern = *rng.pick(&["EPD", "E/PD", "EP/D", "E/P/D"]);
    let mut terms: Vec<Term> = features.into_iter().map(Term::on).collect();
    terms.extend([Term::on("multimodal"), Term::on(format!("pattern={pattern}"))]);
    plant(rng, &sorted(terms), Some(pattern))
}

fn plant(rng: &Rng, terms: &[Term], pattern: Option<&str>) -> Case {
    let outline = MatrixOutline {
        release: Some("0.9.0".to_owned()),
        features: FEATURES.map(str::to_owned).to_vec(),
        groups: vec![(
            "multimodal".to_owned(),
            ["multimodal-image", "multimodal-video"].map(str::to_owned).to_vec(),
        )],
        dimension: Some(serving_pattern("multimodal")),
    };
    let count = rng.within(2, BACKENDS.len());
    let blocks = blocks(rng, terms, count);
    let backends = BACKENDS
        .into_iter()
        .zip(&blocks)
        .map(|(id, block)| (id, cells(rng, &outline, block, terms)))
        .collect();
    let matrices = vec![forge(&outline, backends)];
    let mut request = ask_for(&matrices, &[]);
    for term in terms.iter().filter(|term| !term.id().starts_with("pattern=")) {
        let list = if term.is_negated() { &mut request.avoid } else { &mut request.need };
        list.push(term.id().to_owned());
    }
    request.pattern = pattern.map(str::to_owned);
    if rng.percent(30) {
        request.need.push("disaggregated-serving".to_owned());
        request.need.sort();
    }
    Case::new(matrices, request)
}

/// The terms, spread over the backends: each term is in the block of one backend at least, and
/// every block has a term that is not negated, the group where the pattern is.
fn blocks(rng: &Rng, terms: &[Term], count: usize) -> Vec<Vec<Term>> {
    loop {
        let mut blocks = vec![Vec::new(); count];
        for term in terms {
            let owner = rng.below(count);
            for (number, block) in blocks.iter_mut().enumerate() {
                if number == owner || rng.percent(15) {
                    block.push(term.clone());
                }
            }
        }
        for block in &mut blocks {
            if block.iter().any(|term| term.id().starts_with("pattern=")) {
                *block = sorted(block.drain(..).chain([Term::on("multimodal")]));
            }
        }
        let positive = |block: &Vec<Term>| block.iter().any(|term| !term.is_negated());
        if blocks.iter().all(|block| positive(block) && block.len() < terms.len()) {
            return blocks;
        }
    }
}

/// A backend on which all is well but the block, and some cells that the terms do not touch.
fn cells(rng: &Rng, outline: &MatrixOutline, block: &[Term], terms: &[Term]) -> Cells {
    let mut cells: Cells = outline.tables().into_iter().map(|it| (it, Level::Supported)).collect();
    for (cell, level) in &mut cells {
        if rng.percent(15) {
            *level = Level::Experimental;
        }
        if cell.iter().any(|term| FEATURES.contains(&term.id()) && !terms.contains(term))
            && rng.percent(20)
        {
            *level = *rng.pick(&[Level::NotApplicable, Level::Unsupported]);
        }
    }
    cells.insert(block.to_vec(), Level::Unsupported);
    cells
}
