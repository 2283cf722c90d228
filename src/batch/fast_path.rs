//! A plain line in, its answer out, without any value between: names become numbers, the table of cells ranks
//! them, and the answer is put together from JSON that is written already.
//!
//! What it does not know goes the ordinary way, by serde and [`Request`]s, and so does every line that is an
//! error. Both ways give the same bytes.

use std::collections::HashMap;
use std::rc::Rc;

use super::fragments::{Fragments, RankedAnswer};
use super::line_setting::{Asked, LineSetting};
use super::numbered_names::NumberedNames;
use super::plain_line::PlainLine;
use super::{Field, Fields};
use crate::engine::Ranking;
use crate::plan::Planner;
use crate::request::{Query, Request};

/// The most settings that are kept, the most planners and tables of these, and the most bytes that tell one.
/// Lines of further ones go the ordinary way.
const MOST_SETTINGS: usize = 256;
const MOST_PLANNERS: usize = 64;
const MOST_TABLES: usize = 32;
const LONGEST_SHARED: usize = 1 << 10;

/// Answers plain lines.
#[derive(Default)]
pub(super) struct FastPath {
    name_lists: Vec<NumberedNames>,
    settings: Vec<(LineSetting, Fragments)>,
    /// What the tables of the settings depend on: the planner, by number, and requests without the rest.
    tables: Vec<(usize, Request)>,
    /// The settings by what their lines share, as it is written.
    known: HashMap<Vec<u8>, usize>,
    /// The one of the line before.
    last: Option<usize>,
    last_shared: Vec<u8>,
    line: PlainLine,
    /// Whether the line is plain but its setting is not known.
    is_new: bool,
    asked: Asked,
    ranking: Ranking,
    answered: usize,
}

impl FastPath {
    /// Adds the answer to a line, with a line break; `None` where it has to go the ordinary way.
    pub(super) fn answer(
        &mut self,
        (number, text): (usize, &[u8]),
        (fields, limit): (Fields, Option<usize>),
        out: &mut Vec<u8>,
    ) -> Option<()> {
        self.is_new = false;
        self.line.read(text)?;
        let setting = self.setting()?;
        let (setting, fragments) = &mut self.settings[setting];
        let names = &mut self.name_lists[setting.names];
        setting.ask(&self.line, text, names, &mut self.asked)?;
        let total = if fields.has(Field::Plans) {
            setting.ranker.rank(&setting.query, &mut self.ranking)?;
            self.ranking.columns().len()
        } else {
            setting.ranker.count(&setting.query, &mut self.ranking)?
        };
        let answer = RankedAnswer {
            total,
            number,
            text,
            line: &self.line,
            asked: &self.asked,
            names,
            ranker: &setting.ranker,
            ranking: &self.ranking,
        };
        answer.write(fields, limit, fragments, out);
        self.answered += 1;
        Some(())
    }

    /// How many lines it has answered.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// The setting of the line that was read.
    fn setting(&mut self) -> Option<usize> {
        let shared = &self.line.shared;
        if self.last.is_some() && *shared == self.last_shared {
            return self.last;
        }
        let known = self.known.get(shared).copied();
        self.is_new = known.is_none();
        if known.is_some() {
            self.last = known;
            self.last_shared.clone_from(shared);
        }
        known
    }

    /// Learns the setting of the line before, which means this request; what it leaves out is as in `defaults`.
    pub(super) fn learn(&mut self, planner: &Rc<Planner>, request: &Request, defaults: &Query) {
        let is_new = std::mem::take(&mut self.is_new) && self.line.shared.len() <= LONGEST_SHARED;
        if is_new && self.settings.len() < MOST_SETTINGS {
            let _ = self.add_setting(planner, request, defaults);
        }
    }

    fn add_setting(
        &mut self,
        planner: &Rc<Planner>,
        request: &Request,
        defaults: &Query,
    ) -> Option<()> {
        let known = self.name_lists.iter().position(|it| Rc::ptr_eq(&it.planner, planner));
        let number = known.unwrap_or(self.name_lists.len());
        if known.is_none() {
            (self.name_lists.len() < MOST_PLANNERS).then_some(())?;
            self.name_lists.push(NumberedNames::new(Rc::clone(planner)));
        }
        let table = (number, what_a_table_needs(request));
        if !self.tables.contains(&table) {
            (self.tables.len() < MOST_TABLES).then_some(())?;
            self.tables.push(table);
        }
        let setting = LineSetting::new(number, &mut self.name_lists[number], request, defaults)?;
        self.known.insert(self.line.shared.clone(), self.settings.len());
        self.settings.push((setting, Fragments::default()));
        Some(())
    }
}

/// A request without what its table does not depend on.
fn what_a_table_needs(request: &Request) -> Request {
    Request {
        need: Vec::new(),
        want: Vec::new(),
        avoid: Vec::new(),
        backends: Vec::new(),
        releases: Vec::new(),
        pattern: None,
        ..request.clone()
    }
}
