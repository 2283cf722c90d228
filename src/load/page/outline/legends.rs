//! The legends of a page, line by line.

use std::ops::Range;

use super::builder::OutlineBuilder;
use super::{Legend, MOST_TABLES};
use crate::load::page::markdown::{Label, LineForm, PageLine};
use crate::load::page::words;
use crate::load::text::bounded;

/// The longest beginning of a line that is looked at.
const LONGEST_ENTRY: usize = 300;

/// The form of the legend that is being read.
pub(super) enum LegendForm {
    /// Nothing of it was read yet.
    Undecided,
    /// A list with an entry to a line.
    List,
    /// Lines of text, down to the next empty one.
    Inline,
}

impl OutlineBuilder<'_> {
    /// Opens a legend, of which nothing was read yet.
    pub(super) fn open_legend(&mut self) {
        if self.outline.legends.len() < MOST_TABLES {
            let tabs = self.tabs.clone();
            self.outline.legends.push(Legend { parts: Vec::new(), tabs });
            self.legend = Some(LegendForm::Undecided);
        }
    }

    /// Reads a line of a legend, or the beginning of one.
    pub(super) fn legend_line(&mut self, line: &PageLine) {
        match &line.form {
            LineForm::Words(Label { name, rest, item }) if self.is_called(name, &["legend"]) => {
                self.open_legend();
                if !rest.is_empty() {
                    self.legend_part(rest, item.as_ref());
                }
            }
            LineForm::Words(_) if introduces_marks(&self.text[line.span.clone()]) => {
                self.open_legend();
                // What follows is a list; a paragraph is no part of it.
                self.legend = self.legend.take().map(|_| LegendForm::List);
            }
            LineForm::Words(_) if self.legend.is_none() && self.late_legend(line).is_some() => {
                self.open_legend();
                if let Some(part) = self.late_legend(line) {
                    self.legend_part(&part, None);
                }
            }
            LineForm::Item(item) => {
                if self.legend.is_none() && self.below_table && self.explains_mark(item) {
                    self.open_legend();
                }
                self.legend_part(&line.span, Some(item));
            }
            _ => self.legend_part(&line.span, None),
        }
    }

    /// The legend that opens in the middle of a line: `… engine. **Legend:** ✅ works`.
    fn late_legend(&self, line: &PageLine) -> Option<Range<usize>> {
        let text = &self.text[line.span.clone()];
        let start = text.find(" **Legend:** ")? + " **Legend:** ".len();
        Some(line.span.start + start..line.span.end)
    }

    /// Whether an entry of a list right below a table explains a mark by name: `🟢 Works: …`.
    fn explains_mark(&self, item: &Range<usize>) -> bool {
        let entry = bounded(&self.text[item.clone()], LONGEST_ENTRY);
        let Some((mark, words)) = entry.split_once(' ') else { return false };
        let symbol = !mark.is_ascii() && !mark.contains(char::is_alphanumeric);
        let name = words.split_once(':').map(|(name, _)| name);
        symbol && name.is_some_and(|name| words::meaning(name).is_some())
    }

    /// Adds a part of a line, or the list entry that it is, to the legend that is being read, or
    /// ends it.
    fn legend_part(&mut self, part: &Range<usize>, item: Option<&Range<usize>>) {
        let Some(legend) = self.outline.legends.last_mut() else { return };
        match (self.legend.take(), item) {
            (Some(LegendForm::Undecided | LegendForm::List), Some(item)) => {
                self.legend = Some(LegendForm::List);
                if legend.parts.len() < MOST_TABLES {
                    legend.parts.push(item.clone());
                }
            }
            (Some(LegendForm::Undecided), None) => {
                legend.parts.push(part.clone());
                self.legend = Some(LegendForm::Inline);
            }
            (Some(LegendForm::Inline), None) => {
                if let Some(last) = legend.parts.last_mut() {
                    last.end = part.end;
                }
                self.legend = Some(LegendForm::Inline);
            }
            _ => {}
        }
    }
}

/// Whether a line announces a list of marks: `The symbols mean:`.
fn introduces_marks(line: &str) -> bool {
    let line = bounded(line, LONGEST_ENTRY);
    let words = line.strip_suffix(':').filter(|line| !line.contains('|'));
    words.is_some_and(|words| {
        let mut words = words.split_whitespace();
        words.any(|word| {
            matches!(word.to_lowercase().as_str(), "symbols" | "marks" | "icons" | "emojis")
        })
    })
}
