//! Lines in, the requests that they mean out, each with the planner for the releases that it chooses.

use std::collections::HashMap;
use std::io::{self, Read};
use std::rc::Rc;

use super::in_keys::in_keys;
use super::line_error::LineError;
use super::lines::{BadLines, RequestReader};
use super::request_line::{HOW_TO_WRITE, RequestLine};
use crate::plan::Planner;
use crate::request::{Query, Request, RequestError};

/// The most choices of releases that planners are kept for.
const MOST_PLANNERS: usize = 64;

/// Files up to this size are read where every line is needed before there is an answer.
const MOST_BYTES: u64 = 64 << 20;

/// Gives the planner for some words that choose releases; none stand for the default.
type OpenPlanner<'o> = Box<dyn FnMut(&[String]) -> Result<Planner, RequestError> + 'o>;

/// Says more of why a request cannot be understood.
type Explain = fn(RequestError) -> RequestError;

/// Understands request lines, keeping a planner per choice of releases.
pub struct Resolver<'o> {
    open: OpenPlanner<'o>,
    planners: HashMap<Vec<String>, Rc<Planner>>,
    defaults: Query,
    explain: Explain,
}

/// A line that was understood.
#[derive(Debug)]
pub struct ResolvedLine {
    /// The line as it was read.
    pub line: RequestLine,
    /// Answers it: its matrices are the releases that the line chooses.
    pub planner: Rc<Planner>,
    /// What it asks.
    pub request: Request,
}

impl<'o> Resolver<'o> {
    /// A resolver that opens planners by the words that a line chooses releases with.
    pub fn new(open: impl FnMut(&[String]) -> Result<Planner, RequestError> + 'o) -> Self {
        Resolver {
            open: Box::new(open),
            planners: HashMap::new(),
            defaults: Query::default(),
            explain: |error| error,
        }
    }

    /// The same, taking what lines leave out from this query.
    #[must_use]
    pub fn with_defaults(mut self, defaults: Query) -> Self {
        self.defaults = defaults;
        self
    }

    /// What lines leave out is as in this query.
    pub(super) fn defaults(&self) -> &Query {
        &self.defaults
    }

    /// The same, saying more of each error.
    #[must_use]
    pub fn explaining(mut self, explain: Explain) -> Self {
        self.explain = explain;
        self
    }

    /// Understands a line.
    ///
    /// # Errors
    ///
    /// Where it asks for nothing, contradicts itself, or names what the chosen releases do not know.
    pub fn resolve(&mut self, line: RequestLine) -> Result<ResolvedLine, Box<LineError>> {
        match self.understand(&line) {
            Ok((planner, request)) => Ok(ResolvedLine { line, planner, request }),
            Err(error) => Err(Box::new(LineError::new(line.label, in_keys((self.explain)(error))))),
        }
    }

    fn understand(&mut self, line: &RequestLine) -> Result<(Rc<Planner>, Request), RequestError> {
        let query = line.query(&self.defaults)?;
        let planner = self.planner(line.releases().unwrap_or_default())?;
        let request = match planner.resolve(&query) {
            // A pattern for all lines is for those that it can be about.
            Err(error) if error.code == NO_MULTIMODAL && !line.has_pattern() => {
                planner.resolve(&Query { pattern: None, ..query })?
            }
            resolved => resolved?,
        };
        Ok((planner, request))
    }

    fn planner(&mut self, releases: &[String]) -> Result<Rc<Planner>, RequestError> {
        if let Some(planner) = self.planners.get(releases) {
            return Ok(Rc::clone(planner));
        }
        let planner = Rc::new((self.open)(releases)?);
        if self.planners.len() >= MOST_PLANNERS {
            self.planners.clear();
        }
        self.planners.insert(releases.to_owned(), Rc::clone(&planner));
        Ok(planner)
    }

    /// Reads and understands every line of a file.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, is larger than 64 MiB or holds no line, or where lines are bad: the
    /// first of these are named.
    pub fn resolve_file(
        &mut self,
        input: impl Read,
        file: &str,
    ) -> Result<Vec<ResolvedLine>, RequestError> {
        let unreadable = |error: &dyn std::fmt::Display| {
            RequestError::new("unreadable-file", Some(file), format!("{file}: {error}"))
        };
        let mut reader = RequestReader::new(Limited { input, left: MOST_BYTES });
        let (mut lines, mut bad) = (Vec::new(), BadLines::default());
        while let Some(line) = reader.next_request().map_err(|error| unreadable(&error))? {
            match line.and_then(|line| self.resolve(line)) {
                Err(error) => bad.add(&error, file),
                // One bad line is enough to reject the file, so that good ones are of no more use.
                Ok(_) if !bad.is_empty() => {}
                Ok(line) => lines.push(line),
            }
        }
        if let Some(error) = bad.error() {
            return Err(error);
        }
        if lines.is_empty() {
            let message = format!("{file} holds no request; {HOW_TO_WRITE}");
            return Err(RequestError::new("no-requests", Some(file), message));
        }
        Ok(lines)
    }
}

/// The code of a pattern where nothing multimodal is asked for.
const NO_MULTIMODAL: &str = "pattern-without-multimodal";

/// Input that is an error where it is longer than it may be.
struct Limited<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(io::Error::other("larger than 64 MiB; split it")),
        }
    }
}
