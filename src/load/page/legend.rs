//! Legends: what the marks of a page mean.
//!
//! A legend is a list (`* ✅ : Supported`) or a line (`✅ Supported | 🚧 Experimental`). It counts from
//! where it stands to the end of the page, or of the tab that it is in; a later one adds to it. On
//! a page whose only legend comes below a table, that one counts.

use std::collections::HashMap;
use std::ops::Range;

use super::markdown::{Definitions, inline};
use super::markers::{keep_markers, legend_entry};
use super::outline::{Legend, PageTable};
use super::reading::{MarkRemark, remark};
use super::words::{self, MarkMeaning};
use crate::load::problems::Problems;
use crate::load::text::{bounded, is_invisible};
use crate::matrix::{Note, NoteKind};

/// The longest part of a legend; more is not read.
const LONGEST_PART: usize = 2_000;
/// The characters between the entries of a line.
const SEPARATORS: [char; 4] = ['|', '·', '•', ';'];

/// What a table's legend says that marks mean, by [`key`]. Markers are among them, alone (`*`) and
/// with a mark before them (`✅*`), where the legend names a level for them.
pub(super) type Marks = HashMap<String, MarkMeaning>;
/// What a legend says of markers, by marker (`*`) or by mark and marker (`✅*`).
type LegendNotes = HashMap<String, Note>;

/// The form of a mark by which it is looked up: lower case, without what has no width.
pub(super) fn key(mark: &str) -> String {
    mark.chars()
        .filter(|&c| !is_invisible(c) && !matches!(c, '\u{fe0e}' | '\u{fe0f}'))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The key of a mark together with the marker after it.
pub(super) fn marked_key(mark: &str, label: &str) -> String {
    format!("{}{label}", key(mark))
}

/// The legends of a page, read.
pub(super) struct Legends {
    read: Vec<(Vec<Range<usize>>, LegendMarks)>,
    /// The first words of any legend about each marker.
    anywhere: LegendNotes,
}

/// What a legend explains.
#[derive(Clone, Default)]
pub(super) struct LegendMarks {
    pub(super) marks: Marks,
    pub(super) notes: LegendNotes,
}

impl LegendMarks {
    fn extend(&mut self, other: &LegendMarks) {
        self.marks.extend(other.marks.iter().map(|(mark, meaning)| (mark.clone(), *meaning)));
        self.notes.extend(other.notes.iter().map(|(marker, note)| (marker.clone(), note.clone())));
    }
}

impl Legends {
    /// Reads every legend.
    pub(super) fn new(text: &str, legends: &[Legend], problems: &mut Problems) -> Self {
        let mut read = Vec::with_capacity(legends.len());
        let mut anywhere = LegendNotes::new();
        for legend in legends {
            let mut found = LegendMarks::default();
            for part in &legend.parts {
                read_part(text, part, &mut found, problems);
            }
            for (marker, note) in &found.notes {
                anywhere.entry(marker.clone()).or_insert_with(|| note.clone());
            }
            read.push((legend.tabs.clone(), found));
        }
        Legends { read, anywhere }
    }

    /// Collects what counts for a table.
    pub(super) fn of(&self, table: &PageTable) -> LegendMarks {
        let before = &self.read[..table.legends_before];
        let mut found = LegendMarks::default();
        for (tabs, legend) in before {
            if table.location.tabs.starts_with(tabs) {
                found.extend(legend);
            }
        }
        if found.marks.is_empty()
            && let Some((_, first)) = self.read.iter().find(|(tabs, _)| tabs.is_empty())
        {
            found.clone_from(first);
        }
        found
    }

    /// The first words of any legend about a marker.
    pub(super) fn note_anywhere(&self, marker: &str) -> Option<&Note> {
        self.anywhere.get(marker)
    }
}

/// Reads the entries of a part: one of a list, or all of a line.
fn read_part(text: &str, part: &Range<usize>, found: &mut LegendMarks, problems: &mut Problems) {
    let markdown = keep_markers(bounded(&text[part.clone()], LONGEST_PART));
    let read = inline(&markdown, text, &Definitions::default());
    let entries: Vec<Range<usize>> = entries(&read.text).collect();
    // In a line of several entries, nothing tells whose link it is.
    let link = read.link.as_deref().filter(|_| entries.len() == 1);
    for range in entries {
        let within = |it: &&Range<usize>| range.start <= it.start && it.end <= range.end;
        let shifted = |it: &Range<usize>| it.start - range.start..it.end - range.start;
        let raised: Vec<Range<usize>> = read.raised.iter().filter(within).map(shifted).collect();
        let entry = &read.text[range.clone()];
        let warn = |message: String, help| {
            problems.warning("unreadable-legend", part.clone(), message, help);
        };
        if entry.starts_with([':', '=']) {
            // Else what lost its mark would explain the blank, and a damaged copy would be read as
            // right.
            let help = "it is passed over; write the mark before it, or `(blank)` for a blank cell";
            warn(format!("the legend entry `{entry}` has no mark"), help);
        } else if let Some((mark, label, words)) = legend_entry(entry, &raised) {
            let marker = marked_key(mark, &label);
            let MarkRemark { text, source } = remark(words, link);
            found.notes.insert(marker.clone(), Note::new(NoteKind::Info, text, source));
            found.marks.extend(words::meaning(words).map(|meaning| (marker, meaning)));
        } else if let Some((mark, meaning)) = read_entry(entry) {
            found.marks.extend(named_mark(entry).map(|named| (named, meaning)));
            found.marks.insert(mark, meaning);
        } else {
            let help = "the mark keeps its usual meaning; say supported, experimental, not \
                        applicable or not supported";
            warn(format!("the legend entry `{entry}` names no known level"), help);
        }
    }
}

/// The entries of a line, without the blanks around them.
fn entries(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    line.split_inclusive(SEPARATORS).filter_map(move |entry| {
        let start = end;
        end += entry.len();
        let entry = entry.trim_end_matches(SEPARATORS);
        let blanks = entry.len() - entry.trim_start().len();
        let length = entry.trim().len();
        (length > 0).then(|| start + blanks..start + blanks + length)
    })
}

/// A mark and what it means: `✅ : Supported`, `N/A Same feature`, `(blank): not supported`.
fn read_entry(entry: &str) -> Option<(String, MarkMeaning)> {
    let (mark, words) = entry.split_once([' ', ':', '='])?;
    let mark = key(mark.trim_matches(['`', ':', '(', ')']));
    let mark = if matches!(mark.as_str(), "blank" | "empty") { String::new() } else { mark };
    let meaning = words::meaning(words)?;
    Some((mark, meaning))
}

/// The mark together with its name, as cells may print it: of `🟢 Works: on all GPUs` it is
/// `🟢 works`.
fn named_mark(entry: &str) -> Option<String> {
    let (named, _) = entry.split_once(':')?;
    let (_, name) = named.split_once(' ')?;
    (!name.trim().is_empty()).then(|| key(named))
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
