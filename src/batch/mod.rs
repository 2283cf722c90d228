//! Many requests, a line each: JSON Lines in, JSON Lines out.
//!
//! A [`Batch`] answers one line at a time and keeps only what the next lines can use again: a
//! planner per choice of releases, with what that has compiled. A line that cannot be understood is
//! answered with an error, and the next one is none the worse for it.

mod answer;
mod fields;
mod json_error;
mod line;
mod line_error;
mod lines;

use std::collections::HashMap;
use std::rc::Rc;

use crate::plan::Planner;
use crate::request::Request;
use crate::request::RequestError;

pub use fields::{Field, Fields};
pub use json_error::json_error_text;
pub use line::from_object;
pub use lines::{BadLine, BadLines, LineReader};

use answer::Answer;
use line::Line;
use line_error::LineError;

/// The most choices of releases that planners are kept for.
const MOST_PLANNERS: usize = 64;

/// Gives the planner for some words that choose releases; none stand for the default.
type OpenPlanner<'o> = Box<dyn FnMut(&[String]) -> Result<Planner, RequestError> + 'o>;

/// Answers requests, a line each.
///
/// ```
/// use dynamo_plan::Planner;
/// use dynamo_plan::batch::{Batch, Fields};
///
/// let mut batch = Batch::new(Fields::default(), |_| Ok(Planner::bundled()));
/// let mut out = Vec::new();
/// assert!(batch.answer(r#"{"id": 1, "need": ["lora", "video"]}"#, &mut out));
/// assert_eq!(out, b"{\"id\":1,\"satisfiable\":false,\"total\":0,\"plans\":[]}\n");
/// ```
pub struct Batch<'o> {
    open: OpenPlanner<'o>,
    planners: HashMap<Vec<String>, Rc<Planner>>,
    fields: Fields,
    limit: Option<usize>,
    /// The rule sets of lines that choose none; all where `None`.
    rules: Option<Vec<String>>,
}

impl<'o> Batch<'o> {
    /// A batch whose answers hold these fields. Planners are opened by the words that a line
    /// chooses releases with.
    pub fn new(
        fields: Fields,
        open: impl FnMut(&[String]) -> Result<Planner, RequestError> + 'o,
    ) -> Self {
        Batch { open: Box::new(open), planners: HashMap::new(), fields, limit: None, rules: None }
    }

    /// Sets the most plans of an answer.
    #[must_use]
    pub fn with_limit(mut self, limit: Option<usize>) -> Self {
        self.limit = limit;
        self
    }

    /// The same, with these rule sets for lines that choose none.
    #[must_use]
    pub fn with_rules(mut self, rules: Vec<String>) -> Self {
        self.rules = Some(rules);
        self
    }

    /// Adds the answer to a line, or why there is none, with a line break; gives whether the line was
    /// understood.
    pub fn answer(&mut self, line: &str, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let error = match line::read(line) {
            Ok(line) => match self.answer_line(line, out) {
                Ok(()) => return true,
                Err(error) => error,
            },
            Err(error) => error,
        };
        out.truncate(start);
        error.write(out);
        false
    }

    /// Adds an error instead of an answer, such as for a line that cannot be read.
    pub fn write_error(&self, code: &str, message: &str, out: &mut Vec<u8>) {
        let error = RequestError::new(code, None, message);
        LineError::new(None, error).write(out);
    }

    fn answer_line(&mut self, mut line: Line, out: &mut Vec<u8>) -> Result<(), Box<LineError>> {
        let id = std::mem::take(&mut line.id);
        let releases = std::mem::take(&mut line.release);
        let understood = line.query().and_then(|mut query| {
            query.rules = query.rules.or_else(|| self.rules.clone());
            let planner = self.planner(releases)?;
            let request = planner.resolve(&query)?;
            Ok((planner, request))
        });
        let (planner, request): (Rc<Planner>, Request) = match understood {
            Ok(understood) => understood,
            Err(error) => return Err(Box::new(LineError::new(id, error))),
        };
        Answer::new(&planner, request, self.fields, self.limit).write(&id, out);
        Ok(())
    }

    fn planner(&mut self, releases: Vec<String>) -> Result<Rc<Planner>, RequestError> {
        if let Some(planner) = self.planners.get(&releases) {
            return Ok(Rc::clone(planner));
        }
        let planner = Rc::new((self.open)(&releases)?);
        if self.planners.len() >= MOST_PLANNERS {
            self.planners.clear();
        }
        self.planners.insert(releases, Rc::clone(&planner));
        Ok(planner)
    }
}
