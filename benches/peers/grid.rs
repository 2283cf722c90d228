//! A grid of `benches/peers/models.py` as a matrix: without the text of a model file, and so
//! without the limit of its cells.

use std::error::Error;

use dynamo_plan::matrix::{Backend, Cell, Feature, Level, Matrix, Provenance, Release, Term};
use serde::Deserialize;

/// A grid without groups.
#[derive(Deserialize)]
struct Grid {
    features: Vec<String>,
    backends: Vec<Rows>,
}

/// One backend of a grid.
#[derive(Deserialize)]
struct Rows {
    id: String,
    /// A character for each feature alone.
    own: String,
    /// Per feature, a character for each pair with those before it.
    pairs: Vec<String>,
}

/// Reads a grid.
///
/// # Errors
///
/// Where the file cannot be read or is none.
pub(crate) fn matrix(path: &str) -> Result<Matrix, Box<dyn Error>> {
    let grid: Grid = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let features = grid.features.iter().map(|id| Feature {
        id: id.clone(),
        name: id.clone(),
        group: None,
        aliases: Vec::new(),
    });
    Ok(Matrix {
        released: None,
        release: Some(Release::new("1.0.0")),
        provenance: Provenance::default(),
        features: features.collect(),
        groups: Vec::new(),
        dimension: None,
        backends: grid.backends.iter().map(|rows| backend(&grid.features, rows)).collect(),
    })
}

fn backend(features: &[String], rows: &Rows) -> Backend {
    let own = features.iter().zip(rows.own.chars());
    let own = own.map(|(id, mark)| cell([Term::on(id)], mark));
    let pairs = features.iter().zip(&rows.pairs).flat_map(|(a, row)| {
        let row = features.iter().zip(row.chars());
        row.map(move |(b, mark)| cell([Term::on(a), Term::on(b)], mark))
    });
    let mut cells: Vec<Cell> = own.chain(pairs).collect();
    cells.sort_by(Cell::listing_order);
    Backend {
        id: rows.id.clone(),
        name: rows.id.clone(),
        aliases: Vec::new(),
        cells: cells.into(),
        notes: Vec::new(),
        engine: None,
        platforms: Vec::new(),
    }
}

fn cell<const TERMS: usize>(terms: [Term; TERMS], mark: char) -> Cell {
    let level = match mark.to_ascii_lowercase() {
        's' => Level::Supported,
        'e' => Level::Experimental,
        'u' => Level::Undocumented,
        'n' => Level::NotApplicable,
        _ => Level::Unsupported,
    };
    Cell { caveat: mark.is_ascii_uppercase(), ..Cell::new(terms, level, "") }
}
