//! The sources of cells: mostly sections of one document, which then need not be named with each.

use std::sync::Arc;

use crate::plan::TouchedCell;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;

/// A source without the section: `docs/page.md` of `docs/page.md#1-vllm-backend`.
fn document(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

/// The document that most of the cells were read from, where it is that of several.
pub(super) fn usual<'c>(cells: impl Iterator<Item = &'c Arc<TouchedCell>>) -> Option<&'c str> {
    let mut documents: Vec<&str> = cells.map(|cell| document(&cell.source)).collect();
    documents.sort_unstable();
    let most = documents.chunk_by(|a, b| a == b).max_by_key(|uses| uses.len())?;
    (most.len() > 1).then_some(most[0])
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
pub(super) fn legend(usual: Option<&str>) -> Text {
    match usual {
        Some(name) => {
            Text::of(Tone::Faint, "Read from ").more(name).more(", unless said otherwise.")
        }
        None => Text::new(),
    }
}
