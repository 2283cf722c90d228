//! Cells that contradict each other, say nothing, or are not there.

use std::collections::{BTreeSet, HashMap};

use super::subject::{About, Subject, is_plain, together};
use crate::load::Severity;
use crate::matrix::{Backend, Cell, Feature, Level, Note, NoteKind, Term};

pub(super) fn check(subject: &mut Subject<'_>) {
    for (at, backend) in subject.backends() {
        if subject.is_over() {
            return;
        }
        for cell in &backend.cells {
            unreachable(subject, at, backend, cell);
            footnote_only(subject, at, backend, cell);
        }
        let pairs = pairs_by_feature(backend);
        for feature in &subject.matrix().features {
            let pairs = pairs.get(&*feature.id).map_or(&[][..], Vec::as_slice);
            contradicted(subject, at, backend, feature, pairs);
        }
        missing(subject, at, backend);
    }
    without_pairs(subject);
    without_variants(subject);
}

/// A pair better than one of its features allows.
fn unreachable(subject: &mut Subject<'_>, at: usize, backend: &Backend, cell: &Cell) {
    let [_, _] = &cell.terms[..] else { return };
    if cell.level > Level::Experimental || !is_plain(cell) {
        return;
    }
    let blocking = cell.terms.iter().find_map(|term| {
        let level = subject.level(at, term.id())?;
        (level >= Level::NotApplicable).then_some((term, level))
    });
    let Some((term, level)) = blocking else { return };
    let message = format!(
        "{}: {} is {}, but {term} is {level}, so no configuration reaches this cell",
        backend.name,
        together(&cell.terms),
        cell.level
    );
    let help = format!("lower the pair, or fix the level of {term}");
    subject.find(
        Severity::Warning,
        "unreachable-cell",
        About::Cell(at, &cell.terms),
        message,
        &help,
    );
}

/// A cell without a level of its own, which its footnote has to tell.
fn footnote_only(subject: &mut Subject<'_>, at: usize, backend: &Backend, cell: &Cell) {
    let blank = cell.mark.as_ref().is_none_or(|mark| mark.is_empty());
    // Notes of other kinds, and those from an address, come from other documents than the page.
    let is_footnote = |note: &Note| {
        matches!(note.kind, NoteKind::Info | NoteKind::Limit)
            && !note.sources.iter().any(|source| source.starts_with("https://"))
    };
    let remark = cell.notes.iter().any(is_footnote);
    if !blank || !remark || cell.level != Level::Unsupported {
        return;
    }
    let message = format!(
        "{}: {} has a footnote and no mark, which reads as unsupported",
        backend.name,
        together(&cell.terms)
    );
    subject.find(
        Severity::Warning,
        "footnote-only",
        About::Cell(at, &cell.terms),
        message,
        "give the cell a mark as well",
    );
}

/// The pairs of each feature or group that do not block it.
fn pairs_by_feature(backend: &Backend) -> HashMap<&str, Vec<&Cell>> {
    let mut pairs: HashMap<&str, Vec<&Cell>> = HashMap::new();
    for cell in &backend.cells {
        if cell.terms.len() == 2 && is_plain(cell) && cell.level <= Level::Experimental {
            cell.terms.iter().for_each(|term| pairs.entry(term.id()).or_default().push(cell));
        }
    }
    pairs
}

/// A feature whose pairs all say another level than its own cell.
fn contradicted(
    subject: &mut Subject<'_>,
    at: usize,
    backend: &Backend,
    feature: &Feature,
    pairs: &[&Cell],
) {
    let own = [Term::on(&feature.id)];
    let Some(level) = subject.cell(at, &own).map(|cell| cell.level) else { return };
    if level > Level::Experimental || feature.group.is_some() {
        return;
    }
    let pairs: Vec<Level> = pairs
        .iter()
        .filter_map(|cell| {
            let other = cell.terms.iter().find(|term| **term != own[0])?;
            let fair = subject.level(at, other.id()) == Some(Level::Supported);
            fair.then_some(cell.level)
        })
        .collect();
    if pairs.len() < 2 || pairs.iter().any(|pair| *pair == level || *pair != pairs[0]) {
        return;
    }
    let message = format!(
        "{}: {} is {level}, but all its {} pairs with supported features are {}",
        backend.name,
        feature.id,
        pairs.len(),
        pairs[0]
    );
    subject.find(
        Severity::Warning,
        "feature-contradicts-pairs",
        About::Cell(at, &own),
        message,
        "make the feature and its pairs agree",
    );
}

/// Cells that a table of the backend should have.
fn missing(subject: &mut Subject<'_>, at: usize, backend: &Backend) {
    let mut wanted: Vec<Vec<Term>> = Vec::new();
    if backend.cells.iter().any(|cell| cell.terms.len() == 1) {
        let features = &subject.matrix().features;
        wanted.extend(features.iter().map(|feature| vec![Term::on(&feature.id)]));
    }
    let paired = paired(backend);
    let family = |id: &str| {
        let feature = subject.matrix().feature(id);
        feature.and_then(|feature| feature.group.clone()).unwrap_or_else(|| id.to_owned())
    };
    let families: Vec<String> = paired.iter().map(|id| family(id)).collect();
    if let Some(dimension) = &subject.matrix().dimension {
        wanted.extend(dimension.options.iter().map(|option| {
            let mut terms = vec![Term::on(&dimension.when), Term::on(dimension.term(option))];
            terms.sort();
            terms
        }));
    }
    wanted.retain(|terms| subject.cell(at, terms).is_none());
    wanted.iter().for_each(|terms| no_cell(subject, at, backend, terms));
    let terms: Vec<Term> = paired.iter().map(Term::on).collect();
    for i in 0..terms.len() {
        for j in i + 1..terms.len() {
            let pair = [terms[i].clone(), terms[j].clone()];
            if families[i] != families[j] && subject.cell(at, &pair).is_none() {
                no_cell(subject, at, backend, &pair);
            }
        }
    }
}

fn no_cell(subject: &mut Subject<'_>, at: usize, backend: &Backend, terms: &[Term]) {
    if subject.only_counts() {
        return;
    }
    let message = format!("{}: there is no cell for {}", backend.name, together(terms));
    subject.find(
        Severity::Warning,
        "missing-cell",
        About::Cell(at, terms),
        message,
        "it is read as undocumented; write the cell",
    );
}

/// The features and groups that a backend has pairs of.
fn paired(backend: &Backend) -> BTreeSet<&str> {
    let pairs = backend.cells.iter().filter(|cell| cell.terms.len() == 2 && is_plain(cell));
    pairs.flat_map(|cell| cell.terms.iter().map(Term::id)).collect()
}

/// Features that are in no table of pairs, although others are.
fn without_pairs(subject: &mut Subject<'_>) {
    let matrix = subject.matrix();
    let tables: Vec<(usize, BTreeSet<&str>)> =
        subject.backends().map(|(at, backend)| (at, paired(backend))).collect();
    for feature in &matrix.features {
        let ids = [Some(&*feature.id), feature.group.as_deref()];
        let out: Vec<usize> = tables
            .iter()
            .filter(|(_, paired)| !paired.is_empty())
            .filter(|(_, paired)| !ids.iter().flatten().any(|id| paired.contains(id)))
            .map(|(at, _)| *at)
            .collect();
        let Some(first) = out.first() else { continue };
        let names: Vec<&str> = out.iter().map(|at| &*matrix.backends[*at].name).collect();
        let message = format!("{} is in no table of pairs of {}", feature.id, names.join(", "));
        subject.find(
            Severity::Note,
            "feature-without-pairs",
            About::Cell(*first, &[Term::on(&feature.id)]),
            message,
            "its pairs are read as undocumented; add it to the tables",
        );
    }
}

/// Groups that no feature is a variant of.
fn without_variants(subject: &mut Subject<'_>) {
    if !subject.loaded.is_complete() {
        return;
    }
    let matrix = subject.matrix();
    for group in &matrix.groups {
        if !matrix.features.iter().any(|feature| feature.group.as_ref() == Some(&group.id)) {
            let message = format!("the group {} has no variants", group.id);
            let help = "list its variants as features, or remove it";
            subject.find(Severity::Warning, "group-without-variants", About::All, message, help);
        }
    }
}
