//! Where cells were read: mostly sections of one document, which then need not be named with each.

use std::collections::BTreeMap;

use crate::plan::TouchedCell;

/// A source without the section: `docs/page.md` of `docs/page.md#1-vllm-backend`.
fn document(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

/// The document that most of the cells were read from, where it is that of several.
pub(super) fn usual<'c>(cells: impl Iterator<Item = &'c TouchedCell>) -> Option<&'c str> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells {
        *uses.entry(document(&cell.source)).or_default() += 1;
    }
    let most = uses.into_iter().max_by_key(|&(_, count)| count)?;
    (most.1 > 1).then_some(most.0)
}

/// Whether a cell was read from the usual document.
pub(super) fn is_usual(cell: &TouchedCell, usual: Option<&str>) -> bool {
    usual == Some(document(&cell.source))
}

/// A cell's source; of the usual document the section alone, where there is one.
pub(super) fn short<'c>(cell: &'c TouchedCell, usual: Option<&str>) -> &'c str {
    let section = cell.source.get(document(&cell.source).len()..).unwrap_or_default();
    if is_usual(cell, usual) && !section.is_empty() { section } else { &cell.source }
}

/// The sentence that names the usual document.
pub(super) fn legend(usual: Option<&str>) -> String {
    usual.map_or_else(String::new, |name| format!("Read from {name}, unless said otherwise."))
}
