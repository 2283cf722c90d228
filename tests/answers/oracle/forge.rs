//! Matrices made by hand.

use std::collections::BTreeMap;

use dynamo_plan::matrix::{
    Backend, Cell, Choice, Dimension, Feature, Group, Level, Matrix, Provenance, Release, Term,
};

/// The terms of a cell, sorted, and its level.
pub type Cells = BTreeMap<Vec<Term>, Level>;

/// The features of a matrix to make.
#[derive(Clone, Debug, Default)]
pub struct MatrixOutline {
    pub release: Option<String>,
    /// The features without a group.
    pub features: Vec<String>,
    /// The groups with their variants.
    pub groups: Vec<(String, Vec<String>)>,
    pub dimension: Option<Dimension>,
}

impl MatrixOutline {
    /// The slots of the pair tables.
    pub fn slots(&self) -> Vec<String> {
        let groups = self.groups.iter().map(|(id, _)| id);
        self.features.iter().chain(groups).cloned().collect()
    }

    /// Every feature that is a row of the feature table.
    pub fn all_features(&self) -> Vec<String> {
        let variants = self.groups.iter().flat_map(|(_, variants)| variants);
        self.features.iter().chain(variants).cloned().collect()
    }

    /// The terms of every cell that a complete matrix has.
    pub fn tables(&self) -> Vec<Vec<Term>> {
        let features = self.all_features().into_iter().map(|id| vec![Term::on(id)]);
        let slots = self.slots();
        let pairs = slots.iter().enumerate().flat_map(|(i, a)| {
            slots[i + 1..].iter().map(|b| sorted([Term::on(a.as_str()), Term::on(b.as_str())]))
        });
        let options = self.dimension.iter().flat_map(|dimension| {
            let terms =
                |option| [Term::on(dimension.when.as_str()), Term::on(dimension.term(option))];
            dimension.options.iter().map(move |option| sorted(terms(option)))
        });
        features.chain(pairs).chain(options).collect()
    }
}

/// The terms in the order of a cell.
pub fn sorted(terms: impl IntoIterator<Item = Term>) -> Vec<Term> {
    let mut terms: Vec<Term> = terms.into_iter().collect();
    terms.sort();
    terms.dedup();
    terms
}

/// A matrix with these backends.
pub fn forge(outline: &MatrixOutline, backends: Vec<(&str, Cells)>) -> Matrix {
    let target = outline.release.as_deref().unwrap_or("model");
    let backends = backends.into_iter().map(|(id, cells)| {
        let source = |number| format!("{target}/{id}.md#{number}");
        let mut cells: Vec<Cell> = cells
            .into_iter()
            .enumerate()
            .map(|(number, (terms, level))| Cell::new(terms, level, source(number)))
            .collect();
        cells.sort_by(Cell::listing_order);
        backend(id, cells)
    });
    Matrix {
        release: outline.release.as_deref().map(Release::new),
        released: None,
        provenance: Provenance { source: format!("{target}.md"), ..Provenance::default() },
        features: features(outline),
        groups: outline.groups.iter().map(|(id, _)| group(id)).collect(),
        dimension: outline.dimension.clone(),
        backends: backends.collect(),
    }
}

/// The four serving patterns of a group or feature.
pub fn serving_pattern(when: &str) -> Dimension {
    let disaggregated = "disaggregated-serving";
    let (on, off) = (Term::on(disaggregated), Term::off(disaggregated));
    let options = [("EPD", 1, &off), ("E/PD", 2, &off), ("EP/D", 2, &on), ("E/P/D", 3, &on)];
    let options = options.map(|(id, roles, requires)| Choice {
        id: id.to_owned(),
        roles,
        requires: vec![requires.clone()],
        summary: "".into(),
    });
    Dimension {
        id: "pattern".to_owned(),
        name: "Serving pattern".into(),
        when: when.to_owned(),
        options: options.to_vec(),
    }
}

/// The matrix without its dimension and the cells that speak of it.
pub fn without_patterns(mut matrix: Matrix) -> Matrix {
    let Some(dimension) = matrix.dimension.take() else { return matrix };
    let terms: Vec<String> = dimension.options.iter().map(|it| dimension.term(it)).collect();
    for backend in &mut matrix.backends {
        backend
            .cells
            .retain(|cell| !cell.terms.iter().any(|it| terms.iter().any(|t| t == it.id())));
    }
    matrix
}

fn features(outline: &MatrixOutline) -> Vec<Feature> {
    let alone = outline.features.iter().map(|id| (id, None));
    let variants = outline
        .groups
        .iter()
        .flat_map(|(group, variants)| variants.iter().map(move |id| (id, Some(group.clone()))));
    let feature = |(id, group): (&String, _)| Feature {
        id: id.clone(),
        name: id.clone(),
        group,
        aliases: Vec::new(),
    };
    alone.chain(variants).map(feature).collect()
}

fn group(id: &str) -> Group {
    Group { id: id.to_owned(), name: id.to_owned(), aliases: Vec::new() }
}

fn backend(id: &str, cells: Vec<Cell>) -> Backend {
    Backend {
        id: id.to_owned(),
        name: id.to_owned(),
        aliases: Vec::new(),
        cells: cells.into(),
        notes: Vec::new(),
        engine: None,
        platforms: Vec::new(),
    }
}
