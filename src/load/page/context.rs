//! The context that every part of the importer needs: the page, its names, its problems.

use std::ops::Range;

use super::markdown::{Definitions, inline};
use super::markers::bare_name;
use super::names::{NameLookup, PageName};
use crate::load::problems::Problems;
use crate::load::text::bounded;

/// The longest name; more is not read.
const LONGEST_NAME: usize = 400;
/// The longest beginning of a line whose characters are counted.
const LONGEST_LINE: usize = 16_000;

/// A page under way.
pub(super) struct PageContext<'a> {
    /// The name of the page, as the user gave it.
    pub(super) file: &'a str,
    /// The visible text; offsets are those of the page.
    pub(super) text: &'a str,
    pub(super) definitions: &'a Definitions,
    pub(super) names: NameLookup<'a>,
    pub(super) problems: &'a mut Problems,
    /// The offsets at which the page's lines begin.
    pub(super) lines: Vec<usize>,
}

impl PageContext<'_> {
    /// The place of an offset as a source: `page.md:12`.
    pub(super) fn source(&self, offset: usize) -> String {
        let line = self.lines.partition_point(|&start| start <= offset);
        format!("{}:{line}", self.file)
    }

    /// The place of an offset with its column, counted in characters: `page.md:12:30`. In a line
    /// of very many characters they are not counted.
    pub(super) fn position(&self, offset: usize) -> String {
        let source = self.source(offset);
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).map_or(0, |at| self.lines[at]);
        match self.text.get(start..offset) {
            Some(before) if before.len() <= LONGEST_LINE => {
                format!("{source}:{}", before.chars().count() + 1)
            }
            _ => source,
        }
    }

    /// A range as plain text, if it is short enough for a name.
    pub(super) fn plain(&self, range: &Range<usize>) -> String {
        inline(bounded(&self.text[range.clone()], LONGEST_NAME), self.text, self.definitions).text
    }

    /// The feature that a cell names; one that has no name is an error.
    pub(super) fn feature(&mut self, cell: &Range<usize>) -> Option<PageName> {
        let found = self.names.feature(bare_name(&self.plain(cell)));
        if found.is_none() {
            self.problems.error(
                "unreadable-cell",
                cell.clone(),
                "this cell should name a feature".to_owned(),
                "write the feature's name into it",
            );
        }
        found
    }

    /// Says that a name is not in the vocabulary.
    pub(super) fn warn_unknown(&mut self, what: &str, name: &PageName, span: &Range<usize>) {
        if !name.known {
            self.problems.warning(
                "unknown-name",
                span.clone(),
                format!("the {what} `{}` is not known from any release", name.printed),
                format!("it is read as `{}`; check the spelling", name.id),
            );
        }
    }
}

/// The offsets at which the lines of a text begin.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect()
}
