//! The engine, the CUDA toolkits and the least driver of a backend at two releases.

use crate::matrix::{Backend, Platform, Release, UpgradeCode, UpgradeEffect};
use crate::plan::OneOrMany;

use super::draft::ItemDraft;
use super::scope::BackendScope;

/// The lines about what a backend pins, and whether a stated driver does.
pub(super) fn drafts(scope: &BackendScope<'_>, from: &Release, to: &Release) -> Vec<ItemDraft> {
    let ends = (scope.before.backend(&scope.backend), scope.after.backend(&scope.backend));
    let (Some(old), Some(new)) = ends else { return Vec::new() };
    let mut drafts = Vec::new();
    drafts.extend(changed(
        UpgradeCode::Engine,
        old.engine.clone(),
        new.engine.clone(),
        |was, is| format!("The engine is {is}, not {was}."),
    ));
    drafts.extend(changed(UpgradeCode::Cuda, cuda(old), cuda(new), |was, is| {
        format!("The images are built for CUDA {is}, not {was}.")
    }));
    drafts.extend(driver(scope, (old, from), (new, to)));
    let source = scope.after.matrix().map(|matrix| &matrix.provenance.source);
    for draft in &mut drafts {
        draft.item.source = OneOrMany(source.into_iter().cloned().collect());
        let urls = source.into_iter().map(|source| scope.after.matrix()?.url(source));
        draft.item.url = OneOrMany(urls.collect());
    }
    drafts
}

/// A line where two values are known and differ.
fn changed(
    code: UpgradeCode,
    was: Option<String>,
    is: Option<String>,
    text: impl Fn(&str, &str) -> String,
) -> Option<ItemDraft> {
    let (was, is) = was.zip(is).filter(|(was, is)| was != is)?;
    let mut draft = ItemDraft::new(code, text(&was, &is));
    (draft.item.from, draft.item.to) = (Some(was), Some(is));
    Some(draft)
}

/// `12.9, 13.0`, with a word for experimental ones.
fn cuda(backend: &Backend) -> Option<String> {
    let row = |platform: &Platform| match platform.experimental {
        true => format!("{} (experimental)", platform.cuda),
        false => platform.cuda.clone(),
    };
    let rows: Vec<String> = backend.platforms.iter().map(row).collect();
    (!rows.is_empty()).then(|| rows.join(", "))
}

/// The least driver that any toolkit of a backend takes.
fn least(backend: &Backend) -> Option<u32> {
    backend.platforms.iter().map(|platform| platform.min_driver).min()
}

/// A line about the least driver, where it changes or where the request states a driver.
fn driver(
    scope: &BackendScope<'_>,
    (old, from): (&Backend, &Release),
    (new, to): (&Backend, &Release),
) -> Option<ItemDraft> {
    let (was, is) = least(old).zip(least(new))?;
    let stated = scope.after.end.request.platform.driver;
    let text = match stated {
        Some(driver) if driver < is && driver < was => format!(
            "Driver {driver} is too old already: {from} needs {was} or newer, {to} needs {is} or newer."
        ),
        Some(driver) if driver < is => {
            format!("Driver {driver} is too old: {to} needs {is} or newer; {from} took {was}.")
        }
        Some(driver) if was == is => {
            format!("Driver {driver} still does: {is} or newer is enough.")
        }
        Some(driver) => {
            format!("Driver {driver} still does: {to} needs {is} or newer, {from} {was}.")
        }
        None if was == is => return None,
        None => format!("The driver must be {is} or newer; {from} took {was}."),
    };
    let mut draft = ItemDraft::new(UpgradeCode::Driver, text);
    (draft.item.from, draft.item.to) = (Some(was.to_string()), Some(is.to_string()));
    if stated.is_some_and(|driver| driver < is) {
        draft.fails(UpgradeEffect::Exit);
        draft.item.instead = Some(format!("driver {is} or newer"));
    }
    Some(draft)
}
