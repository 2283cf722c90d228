//! Walks over the blocks of a page and puts its outline together.

use std::ops::Range;

use super::legends::LegendForm;
use super::markers::OpenPageNote;
use super::notes::OpenNotes;
use super::tables::TableAbove;
use super::{Location, Outline};
use crate::load::page::markdown::{LineForm, PageBlock, PageLine, blocks};
use crate::load::page::names::NameLookup;
use crate::load::problems::Problems;

/// The deepest nesting of tabs.
const MOST_TABS: usize = 32;
/// The most link definitions that are kept.
const MOST_DEFINITIONS: usize = 50_000;
/// The most labels above one table that are remembered.
const MOST_LABELS: usize = 4;

/// Reads the outline of visible text.
pub(in crate::load::page) fn outline(
    text: &str,
    names: &NameLookup<'_>,
    problems: &mut Problems,
) -> Outline {
    let mut builder = OutlineBuilder {
        text,
        names,
        problems,
        outline: Outline::default(),
        headings: Vec::new(),
        tabs: Vec::new(),
        labels: Vec::new(),
        notes: OpenNotes::default(),
        page_note: None,
        legend: None,
        below_table: false,
        above: None,
        cells: 0,
    };
    for block in blocks(text) {
        builder.block(&block);
    }
    builder.outline
}

/// An outline in the making, and what stands above the next block.
pub(super) struct OutlineBuilder<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a NameLookup<'a>,
    pub(super) problems: &'a mut Problems,
    pub(super) outline: Outline,
    headings: Vec<(usize, Range<usize>)>,
    pub(super) tabs: Vec<Range<usize>>,
    labels: Vec<Range<usize>>,
    pub(super) notes: OpenNotes,
    /// The footnote of the page that may go on.
    pub(super) page_note: Option<OpenPageNote>,
    /// The legend that is being read.
    pub(super) legend: Option<LegendForm>,
    /// Only blank lines came since the last table.
    pub(super) below_table: bool,
    /// The last table, as long as rows that are cut off from it may follow.
    pub(super) above: Option<TableAbove>,
    /// The number of cells that the tables have so far.
    pub(super) cells: usize,
}

impl OutlineBuilder<'_> {
    fn block(&mut self, block: &PageBlock<'_>) {
        match block {
            PageBlock::Blank => self.blank(),
            PageBlock::Heading { level, title, bare } => self.heading(*level, title, bare),
            PageBlock::TabOpens(title) if self.tabs.len() < MOST_TABS => {
                self.tabs.push(title.clone());
            }
            PageBlock::TabOpens(_) => {}
            PageBlock::TabCloses => self.close_tab(),
            PageBlock::Line(line) => self.line(line),
            PageBlock::Table(table) => self.table(table),
        }
    }

    fn blank(&mut self) {
        self.notes.going_on = false;
        self.blank_in_page_note();
        if matches!(self.legend, Some(LegendForm::Inline)) {
            self.legend = None;
        }
    }

    fn heading(&mut self, level: usize, title: &Range<usize>, bare: &Range<usize>) {
        self.above = None;
        self.below_table = false;
        self.page_note = None;
        let text = self.text[bare.clone()].to_lowercase();
        let notes = text.starts_with("notes") || text.starts_with("footnotes");
        self.notes = OpenNotes {
            list: self.notes.list.filter(|_| notes),
            open: notes,
            ..OpenNotes::default()
        };
        self.legend = None;
        if notes {
            return;
        }
        if text.starts_with("legend") {
            self.open_legend();
        }
        if level == 1 && self.outline.title.is_none() {
            self.outline.title = Some(title.clone());
        }
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, title.clone()));
        self.labels.clear();
    }

    /// Forgets what stood in the innermost tab: nothing in it counts after it.
    fn close_tab(&mut self) {
        if let Some(tab) = self.tabs.pop() {
            self.headings.retain(|(_, heading)| heading.start < tab.start);
        }
        self.labels.clear();
        self.notes = OpenNotes::default();
        self.page_note = None;
        self.legend = None;
    }

    fn line(&mut self, line: &PageLine) {
        self.cut_off(line);
        self.legend_line(line);
        // An open legend comes first: its entries may look like definitions and footnotes.
        if self.legend.is_some() {
            self.page_note = None;
        } else if !self.definition(line) && !self.page_note(line) {
            self.footnote(line);
        }
        self.below_table = false;
        if line.emphasised {
            self.labels.push(line.span.clone());
            let surplus = self.labels.len().saturating_sub(MOST_LABELS);
            self.labels.drain(..surplus);
        }
    }

    /// Reads a link definition, if the line is one; it ends a footnote.
    fn definition(&mut self, line: &PageLine) -> bool {
        let LineForm::Definition { label, target } = &line.form else { return false };
        self.notes.going_on = false;
        self.page_note = None;
        if self.outline.definitions.count() < MOST_DEFINITIONS {
            self.outline.definitions.define(&self.text[label.clone()], target.clone());
        }
        true
    }

    /// Whether a range is one of some words, in any case.
    pub(super) fn is_called(&self, name: &Range<usize>, words: &[&str]) -> bool {
        let name = &self.text[name.clone()];
        words.iter().any(|word| name.eq_ignore_ascii_case(word))
    }

    /// The location of the next table; the labels above it are used up.
    pub(super) fn location(&mut self) -> Location {
        Location {
            headings: self.headings.iter().map(|(_, title)| title.clone()).collect(),
            tabs: self.tabs.clone(),
            labels: std::mem::take(&mut self.labels),
        }
    }
}
