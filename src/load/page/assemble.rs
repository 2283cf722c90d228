//! From a draft to a matrix: features, groups, backends.

use crate::load::{Origins, placed_cells};
use crate::matrix::{Backend, Feature, Group, Matrix, Provenance, Release};

use super::context::PageContext;
use super::draft::Draft;
use super::names::PageName;

/// Makes the matrix that a draft describes, and says where its cells were written.
pub(super) fn assemble(
    draft: Draft,
    release: Option<Release>,
    provenance: Provenance,
    context: &PageContext<'_>,
) -> (Matrix, Origins) {
    let vocabulary = context.names.vocabulary;
    let (features, groups) = features(&draft, context);
    let (mut backends, cells): (Vec<Backend>, Vec<_>) = draft
        .backends
        .into_iter()
        .map(|backend| {
            let known = vocabulary.backends.iter().find(|known| known.id == backend.name.id);
            backend.finish(known.map(|known| known.aliases.clone()).unwrap_or_default())
        })
        .unzip();
    let origins = placed_cells::deal_out(cells, &mut backends);
    let dimension = draft.has_patterns.then(|| vocabulary.dimension.clone());
    let matrix =
        Matrix { release, released: None, provenance, features, groups, dimension, backends };
    (matrix, origins)
}

/// The features that the page lists, and the groups that some of them are variants of.
fn features(draft: &Draft, context: &PageContext<'_>) -> (Vec<Feature>, Vec<Group>) {
    let mut features: Vec<Feature> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for name in &draft.listed {
        let group = group_of(name, draft, context);
        if let Some(group) = &group
            && !groups.iter().any(|known| known.id == group.id)
        {
            groups.push(group.clone());
        }
        features.push(feature(name, group.map(|group| group.id), context));
    }
    for name in &draft.paired {
        if !groups.iter().any(|group| group.id == name.id)
            && !draft.listed.iter().any(|listed| listed.id == name.id)
        {
            features.push(feature(name, None, context));
        }
    }
    (features, groups)
}

fn feature(name: &PageName, group: Option<String>, context: &PageContext<'_>) -> Feature {
    let known = context.names.vocabulary.features.iter().find(|known| known.id == name.id);
    let aliases = known.map(|known| known.aliases.clone()).unwrap_or_default();
    Feature { id: name.id.clone(), name: name.printed.clone(), group, aliases }
}

/// The group of a feature: of `X (Y)` it is `X` where the pair tables have a row `X`, else the
/// vocabulary says.
fn group_of(name: &PageName, draft: &Draft, context: &PageContext<'_>) -> Option<Group> {
    let vocabulary = context.names.vocabulary;
    let listed = |id: &str| draft.listed.iter().any(|listed| listed.id == id);
    let of_name = name
        .printed
        .split_once(" (")
        .filter(|(_, variant)| variant.ends_with(')'))
        .and_then(|(base, _)| context.names.feature(base))
        .and_then(|base| draft.paired.iter().find(|paired| paired.id == base.id))
        .map(|paired| (paired.id.clone(), paired.printed.clone()));
    let of_vocabulary = || {
        let feature = vocabulary.features.iter().find(|feature| feature.id == name.id)?;
        let group =
            vocabulary.groups.iter().find(|group| Some(&group.id) == feature.group.as_ref())?;
        Some((group.id.clone(), group.name.clone()))
    };
    let (id, name) = of_name.or_else(of_vocabulary).filter(|(id, _)| !listed(id))?;
    let known = vocabulary.groups.iter().find(|group| group.id == id);
    let aliases = known.map(|known| known.aliases.clone()).unwrap_or_default();
    Some(Group { id, name, aliases })
}
