//! Many requests, a line each: JSON Lines in, JSON Lines out.
//!
//! A [`RequestReader`] reads lines, a [`Resolver`] understands them and keeps only what the next lines can
//! use again: a planner per choice of releases, with what that has compiled. A [`Batch`] answers one line
//! at a time; one that cannot be understood is answered with an error, and the next one is none the worse
//! for it. [`answer_stream`] answers a whole input. Commands that need every line before they answer reject a
//! file with bad ones.
//!
//! Most lines are plain: no escapes, no surprises. These take a fast path without any value between the bytes
//! that come in and those that go out; all others go through serde, and so does whatever is an error.

mod answer;
mod blocks;
mod fast_path;
mod fields;
mod fragments;
mod in_keys;
mod json_error;
mod line_error;
mod line_setting;
mod line_values;
mod lines;
mod numbered_names;
mod plain_line;
mod request_line;
mod resolver;
mod stream;

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::plan::{Effort, Planner};
use crate::request::{Query, Request, RequestError};

pub use fields::{Field, Fields};
pub use line_error::LineError;
pub use lines::RequestReader;
pub use request_line::RequestLine;
pub use resolver::{ResolvedLine, Resolver};
pub use stream::{StreamError, answer_stream, answer_stream_on};

use answer::Answer;
use blocks::RawLine;
use fast_path::FastPath;
use fragments::RankedAnswer;

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
    /// Answers plain lines; `None` where the fields ask for more than it knows.
    fast: Option<FastPath>,
    fields: Fields,
    limit: Option<usize>,
    /// The most time that a line gets.
    budget: Option<Duration>,
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
        let fast = RankedAnswer::knows(fields).then(FastPath::default);
        Batch { resolver, fast, fields, limit: None, budget: None, input: "stdin".to_owned() }
    }

    /// The same without the fast path, for comparison: serde reads and writes everything.
    #[doc(hidden)]
    #[must_use]
    pub fn by_serde(mut self) -> Self {
        self.fast = None;
        self
    }

    /// Sets the most plans of an answer.
    #[must_use]
    pub fn with_limit(mut self, limit: Option<usize>) -> Self {
        self.limit = limit;
        self
    }

    /// The same, answering a line that takes longer than this with an error.
    #[must_use]
    pub fn with_budget(mut self, budget: Option<Duration>) -> Self {
        self.budget = budget;
        self
    }

    /// The same, taking what lines leave out from this query.
    #[must_use]
    pub fn with_defaults(mut self, defaults: Query) -> Self {
        self.resolver = self.resolver.with_defaults(defaults);
        self.fast = self.fast.map(|_| FastPath::default());
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
        self.answer_fast(number, line.as_bytes(), out).is_some()
            || self.answer_line(RequestLine::read(number, line), out)
    }

    /// The same for a line as it is in its file. A blank one has no answer, and is as good as understood.
    fn answer_raw(&mut self, line: &RawLine<'_>, out: &mut Vec<u8>) -> bool {
        !line.is_too_long() && self.answer_fast(line.number, line.bytes, out).is_some()
            || line.request().is_none_or(|line| self.answer_line(line, out))
    }

    /// How many lines the fast path has answered.
    #[doc(hidden)]
    #[must_use]
    pub fn fast_answers(&self) -> usize {
        self.fast.as_ref().map_or(0, FastPath::answered)
    }

    fn answer_fast(&mut self, number: usize, line: &[u8], out: &mut Vec<u8>) -> Option<()> {
        self.fast.as_mut()?.answer((number, line), (self.fields, self.limit), out)
    }

    /// The same for what was read of a line.
    fn answer_line(
        &mut self,
        line: Result<RequestLine, Box<LineError>>,
        out: &mut Vec<u8>,
    ) -> bool {
        let deadline = self.budget.and_then(|budget| Instant::now().checked_add(budget));
        let effort = Effort { deadline, ..Effort::default() };
        match line.and_then(|line| self.resolver.resolve(line)) {
            Ok(ResolvedLine { line, planner, request }) => {
                self.learn(&line, &planner, &request);
                let answer = Answer::new(&planner, request, self.fields, self.limit, effort);
                match &answer {
                    Some(answer) => answer.write(&line.label, out),
                    None => line.timed_out(self.budget.unwrap_or_default()).write(&self.input, out),
                }
                answer.is_some()
            }
            Err(error) => {
                error.write(&self.input, out);
                false
            }
        }
    }

    /// Lets the fast path know what the line means that it left out.
    fn learn(&mut self, line: &RequestLine, planner: &Rc<Planner>, request: &Request) {
        let Some(fast) = &mut self.fast else { return };
        let defaults = self.resolver.defaults();
        let has_pattern = line.has_pattern() || defaults.pattern.is_some();
        // A default pattern that is not for this line may be for the next one.
        if has_pattern == request.pattern.is_some() {
            fast.learn(planner, request, defaults);
        }
    }
}
