//! The legends of a page, line by line.

use std::ops::Range;

use super::builder::OutlineBuilder;
use super::{Legend, MOST_TABLES};
use crate::load::page::markdown::{Label, LineForm, PageLine};

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
            LineForm::Item(item) => self.legend_part(&line.span, Some(item)),
            _ => self.legend_part(&line.span, None),
        }
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
