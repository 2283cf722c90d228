//! Blocks of lines in, the requests on them out.

use std::io::{self, Read};

use super::blocks::{LineBlock, LineBlockReader, RawLine};
use super::line_error::{LineError, LineLabel};
use super::request_line::RequestLine;
use crate::request::RequestError;

/// The bytes of lines that are taken at once.
const CHUNK: usize = 64 << 10;

/// The most bad lines that are named.
const MOST_NAMED: usize = 10;

impl RawLine<'_> {
    /// Reads the request, or why the line is none; `None` of a blank line.
    pub(super) fn request(&self) -> Option<Result<RequestLine, Box<LineError>>> {
        match self.text() {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(RequestLine::read(self.number, text)),
            Err(bad) => {
                let label = LineLabel { number: self.number, ..LineLabel::default() };
                let error = RequestError::new(bad.code(), None, bad.message());
                Some(Err(Box::new(LineError::new(label, error))))
            }
        }
    }
}

/// Reads request lines one by one. Blank lines are passed over, and counted.
pub struct RequestReader<R> {
    blocks: LineBlockReader<R>,
    block: LineBlock,
}

impl<R: Read> RequestReader<R> {
    /// A reader at the start of some input.
    pub fn new(input: R) -> Self {
        RequestReader { blocks: LineBlockReader::new(input), block: LineBlock::default() }
    }

    /// Gives the next request, or why a line is none; `None` at the end.
    ///
    /// # Errors
    ///
    /// Where the input cannot be read, or a line does not end for more than 1 GiB.
    pub fn next_request(&mut self) -> io::Result<Option<Result<RequestLine, Box<LineError>>>> {
        loop {
            while let Some(line) = self.block.next_line() {
                if let Some(request) = line.request() {
                    return Ok(Some(request));
                }
            }
            if !self.blocks.next_block(CHUNK, &mut self.block)? {
                return Ok(None);
            }
        }
    }
}

/// Bad lines of a file: those that are named, and how many there are.
#[derive(Default)]
pub(super) struct BadLines {
    named: Vec<RequestError>,
    found: usize,
}

impl BadLines {
    /// Counts a bad line, and words it only where it is named.
    pub(super) fn add(&mut self, error: &LineError, file: &str) {
        self.found += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(error.of_file(file));
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.found == 0
    }

    /// All bad lines in one error, which is otherwise the first; `None` where there are none.
    pub(super) fn error(self) -> Option<RequestError> {
        let named: Vec<&str> = self.named.iter().map(|error| &*error.message).collect();
        let mut message = named.join("\n");
        if self.found > self.named.len() {
            message += &format!("\nand {} more bad lines", self.found - self.named.len());
        }
        self.named.into_iter().next().map(|first| RequestError { message, ..first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bad_lines_are_named_and_the_others_counted() {
        let mut bad = BadLines::default();
        for number in 1..=1000 {
            let label = LineLabel { number, ..LineLabel::default() };
            bad.add(&LineError::new(label, RequestError::new("bad", None, "bad")), "f");
        }
        let error = bad.error().unwrap();
        assert_eq!(error.at.as_deref(), Some("f:1"));
        assert!(error.message.ends_with("f:10: bad\nand 990 more bad lines"), "{error}");
    }
}
