//! Legends: what the marks of a page mean.
//!
//! A legend is a list (`* ✅ : Supported`) or a line (`✅ Supported | 🚧 Experimental`). It counts from
//! where it stands to the end of the page, or of the tab that it is in; a later one adds to it. On
//! a page whose only legend comes below a table, that one counts.

use std::collections::HashMap;
use std::ops::Range;

use super::markdown::{Definitions, inline};
use super::outline::{Legend, PageTable};
use super::qualified::{self, MarkerLegend, keep_markers};
use super::words::{self, MarkMeaning};
use crate::load::problems::Problems;
use crate::load::text::{bounded, is_invisible};

/// The longest part of a legend; more is not read.
const LONGEST_PART: usize = 2_000;

/// The marks that a table's legend explains, by [`key`].
pub(super) type Marks = HashMap<String, MarkMeaning>;

/// The form of a mark by which it is looked up: lower case, without what has no width.
pub(super) fn key(mark: &str) -> String {
    mark.chars()
        .filter(|&c| !is_invisible(c) && !matches!(c, '\u{fe0e}' | '\u{fe0f}'))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The legends of a page, read.
pub(super) struct Legends {
    read: Vec<(Vec<Range<usize>>, LegendMarks)>,
}

/// What a legend explains.
#[derive(Clone, Default)]
pub(super) struct LegendMarks {
    /// The marks, by [`key`].
    pub(super) marks: Marks,
    /// The markers that may follow a mark.
    pub(super) markers: MarkerLegend,
}

impl Legends {
    /// Reads every legend.
    pub(super) fn new(text: &str, legends: &[Legend], problems: &mut Problems) -> Self {
        let read = legends
            .iter()
            .map(|legend| {
                let mut marks = LegendMarks::default();
                for part in &legend.parts {
                    read_part(text, part, &mut marks, problems);
                }
                (legend.tabs.clone(), marks)
            })
            .collect();
        Legends { read }
    }

    /// Collects the marks that count for a table.
    pub(super) fn of(&self, table: &PageTable) -> LegendMarks {
        let before = &self.read[..table.legends_before];
        let mut found = LegendMarks::default();
        for (tabs, legend) in before {
            if table.location.tabs.starts_with(tabs) {
                found.marks.extend(legend.marks.iter().map(|(mark, said)| (mark.clone(), *said)));
                let markers = legend.markers.iter();
                found.markers.extend(markers.map(|(marker, said)| (marker.clone(), said.clone())));
            }
        }
        if found.marks.is_empty()
            && let Some((_, first)) = self.read.iter().find(|(tabs, _)| tabs.is_empty())
        {
            found.clone_from(first);
        }
        found
    }
}

/// Reads the entries of a part: one of a list, or all of a line.
fn read_part(text: &str, part: &Range<usize>, found: &mut LegendMarks, problems: &mut Problems) {
    let markdown = keep_markers(bounded(&text[part.clone()], LONGEST_PART));
    let plain = inline(&markdown, text, &Definitions::default()).text;
    for entry in plain.split(['|', '·', '•', ';']).map(str::trim).filter(|e| !e.is_empty()) {
        // Else what lost its mark would explain the blank, and a damaged copy would be read as right.
        if entry.starts_with([':', '=']) {
            problems.warning(
                "unreadable-legend",
                part.clone(),
                format!("the legend entry `{entry}` has no mark"),
                "it is passed over; write the mark before it, or `(blank)` for a blank cell",
            );
            continue;
        }
        let marker = qualified::legend_entry(entry);
        let is_marker = marker.is_some();
        if let Some((mark, marker, words)) = marker {
            found.markers.insert(format!("{}{marker}", key(mark)), qualified::explanation(words));
            if !mark.is_empty() {
                continue;
            }
        }
        // What qualifies a mark may be a mark of its own as well: `† : Experimental`.
        match read_entry(entry) {
            Some((mark, meaning)) => {
                found.marks.insert(mark, meaning);
            }
            None if is_marker => {}
            None => problems.warning(
                "unreadable-legend",
                part.clone(),
                format!("the legend entry `{entry}` names no known level"),
                "the mark keeps its usual meaning; say supported, experimental, not applicable or \
                 not supported",
            ),
        }
    }
}

/// A mark and what it means: `✅ : Supported`, `N/A Same feature`, `(blank): not supported`.
fn read_entry(entry: &str) -> Option<(String, MarkMeaning)> {
    let (mark, words) = entry.split_once([' ', ':', '='])?;
    let mark = key(mark.trim_matches(['`', ':', '(', ')']));
    let mark = if matches!(mark.as_str(), "blank" | "empty") { String::new() } else { mark };
    let meaning = words::meaning(words)?;
    Some((mark, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Level;

    fn marks(line: &str) -> Marks {
        let mut found = LegendMarks::default();
        read_part(line, &(0..line.len()), &mut found, &mut Problems::of_page());
        found.marks
    }

    #[test]
    fn entries_are_read_in_every_form() {
        let found = marks(
            "<b>✓</b> Supported &nbsp;|&nbsp; ⚠️ : Limited (see notes) · — Not supported\n> ; \
             N/A Same feature | `?` Undocumented | (blank): Not supported",
        );
        let level = |mark: &str| found.get(mark).map(|meaning| meaning.level);
        assert_eq!(level("✓"), Some(Level::Supported));
        assert_eq!(level("⚠"), Some(Level::Experimental));
        assert_eq!(level("—"), Some(Level::Unsupported));
        assert_eq!(level("n/a"), Some(Level::NotApplicable));
        assert_eq!(level("?"), Some(Level::Undocumented));
        assert_eq!(level(""), Some(Level::Unsupported));
        assert_eq!(found.len(), 6);
    }
}
