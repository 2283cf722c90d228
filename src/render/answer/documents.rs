//! The sources of cells: mostly sections of one document, which then need not be named with each.

use std::sync::Arc;

use crate::plan::TouchedCell;
use crate::render::page::style::Tone;
use crate::render::page::text::Text;

/// A source without the section: `docs/page.md` of `docs/page.md#1-vllm-backend`.
fn document(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

/// A document that cells were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellDocument<'c> {
    name: &'c str,
    url: Option<&'c str>,
}

impl<'c> CellDocument<'c> {
    fn of(cell: &'c TouchedCell) -> Self {
        CellDocument { name: document(&cell.source), url: cell.url.as_deref().map(document) }
    }
}

/// The document that most of the cells were read from, where it is that of several.
pub(super) fn usual<'c>(
    cells: impl Iterator<Item = &'c Arc<TouchedCell>>,
) -> Option<CellDocument<'c>> {
    let mut documents: Vec<CellDocument<'_>> = cells.map(|cell| CellDocument::of(cell)).collect();
    documents.sort_unstable();
    let most = documents.chunk_by(|a, b| a.name == b.name).max_by_key(|uses| uses.len())?;
    (most.len() > 1).then(|| most[0])
}

/// Whether a cell was read from the usual document.
pub(super) fn is_usual(cell: &TouchedCell, usual: Option<CellDocument<'_>>) -> bool {
    usual.is_some_and(|usual| usual.name == document(&cell.source))
}

/// A cell's source; of the usual document the section alone, where there is one.
pub(super) fn short(cell: &TouchedCell, usual: Option<CellDocument<'_>>) -> Text {
    let section = cell.source.get(document(&cell.source).len()..).unwrap_or_default();
    let is_section = is_usual(cell, usual) && !section.is_empty();
    let text = if is_section { section } else { &cell.source };
    Text::new().linked(Tone::Faint, text, cell.url.as_deref())
}

/// The sentence that names the usual document.
pub(super) fn legend(usual: Option<CellDocument<'_>>) -> Text {
    match usual {
        Some(CellDocument { name, url }) => Text::of(Tone::Faint, "Read from ")
            .linked(Tone::Faint, name, url)
            .with(Tone::Faint, ", unless said otherwise."),
        None => Text::new(),
    }
}
