//! A matrix of many features on one backend, the same on every machine.

use dynamo_plan::matrix::{Backend, Cell, Feature, Level, Matrix, Provenance, Term};

/// So many features, of whose pairs so many of a hundred are unsupported and as many experimental.
pub(crate) fn matrix(features: usize, unsupported: u64) -> Matrix {
    let mut state = 1_u64;
    let mut percent = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 100
    };
    let mut level = || match percent() {
        p if p < unsupported => Level::Unsupported,
        p if p < 2 * unsupported => Level::Experimental,
        _ => Level::Supported,
    };
    let ids: Vec<String> = (0..features).map(|number| format!("feature-{number:03}")).collect();
    let mut cells: Vec<Cell> =
        ids.iter().map(|id| Cell::new([Term::on(id)], Level::Supported, "")).collect();
    for (i, a) in ids.iter().enumerate() {
        for b in &ids[i + 1..] {
            cells.push(Cell::new([Term::on(a), Term::on(b)], level(), ""));
        }
    }
    cells.sort_by(Cell::listing_order);
    let feature = |id: &String| Feature {
        id: id.clone(),
        name: id.clone(),
        group: None,
        aliases: Vec::new(),
    };
    Matrix {
        released: None,
        release: None,
        provenance: Provenance::default(),
        features: ids.iter().map(feature).collect(),
        groups: Vec::new(),
        dimension: None,
        backends: vec![Backend {
            id: "one".to_owned(),
            name: "One".into(),
            aliases: Vec::new(),
            cells: cells.into(),
            notes: Vec::new(),
            engine: None,
            platforms: Vec::new(),
        }],
    }
}
