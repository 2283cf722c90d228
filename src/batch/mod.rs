//! Many requests, a line each: JSON Lines in, JSON Lines out.
//!
//! A [`RequestReader`] reads lines, a [`Resolver`] understands them and keeps only what the next lines can
//! use again: a planner per choice of releases, with what that has compiled. A [`Batch`] answers one line
//! at a time; one that cannot be understood is answered with an error, and the next one is none the worse
//! for it. Commands that need every line before they answer reject a file with bad ones.

mod answer;
mod fields;
mod json_error;
mod line_error;
mod line_values;
mod lines;
mod request_line;
mod resolver;

use crate::plan::Planner;
use crate::request::{Query, RequestError};

pub use fields::{Field, Fields};
pub use line_error::LineError;
pub use lines::RequestReader;
pub use request_line::RequestLine;
pub use resolver::{ResolvedLine, Resolver};

use answer::Answer;

/// Answers requests, a line each.
///
/// ```
/// use dynamo_plan::Planner;
/// use dynamo_plan::batch::{Batch, Fields};
///
/// let mut batch = Batch::new(Fields::default(), |_| Ok(Planner::bundled()));
/// let mut out = Vec::new();
/// assert!(batch.answer(3, r#"{"id": 1, "need": ["lora", "video"]}"#, &mut out));
/// assert_eq!(out, b"{\"id\":1,\"line\":3,\"satisfiable\":false,\"total\":0,\"plans\":[]}\n");
/// ```
pub struct Batch<'o> {
    resolver: Resolver<'o>,
    fields: Fields,
    limit: Option<usize>,
    /// What the input is called in messages.
    input: String,
}

impl<'o> Batch<'o> {
    /// A batch whose answers hold these fields. Planners are opened by the words that a line
    /// chooses releases with.
    pub fn new(
        fields: Fields,
        open: impl FnMut(&[String]) -> Result<Planner, RequestError> + 'o,
    ) -> Self {
        Batch::of(Resolver::new(open), fields)
    }

    /// A batch of the lines that a resolver understands.
    #[must_use]
    pub fn of(resolver: Resolver<'o>, fields: Fields) -> Self {
        Batch { resolver, fields, limit: None, input: "stdin".to_owned() }
    }

    /// Sets the most plans of an answer.
    #[must_use]
    pub fn with_limit(mut self, limit: Option<usize>) -> Self {
        self.limit = limit;
        self
    }

    /// The same, taking what lines leave out from this query.
    #[must_use]
    pub fn with_defaults(mut self, defaults: Query) -> Self {
        self.resolver = self.resolver.with_defaults(defaults);
        self
    }

    /// The same, with the name of the file that the lines are from.
    #[must_use]
    pub fn with_input(mut self, file: &str) -> Self {
        file.clone_into(&mut self.input);
        self
    }

    /// Adds the answer to the line of this number, or why there is none, with a line break; gives
    /// whether the line was understood.
    pub fn answer(&mut self, number: usize, line: &str, out: &mut Vec<u8>) -> bool {
        self.answer_line(RequestLine::read(number, line), out)
    }

    /// The same for what was read of a line.
    pub fn answer_line(
        &mut self,
        line: Result<RequestLine, Box<LineError>>,
        out: &mut Vec<u8>,
    ) -> bool {
        match line.and_then(|line| self.resolver.resolve(line)) {
            Ok(ResolvedLine { line, planner, request }) => {
                Answer::new(&planner, request, self.fields, self.limit).write(&line.label, out);
                true
            }
            Err(error) => {
                error.write(&self.input, out);
                false
            }
        }
    }
}
