//! JSON Lines as bytes in, numbered lines of text out, for every file that holds an object a line.

use std::io::{self, BufRead, BufReader, Read};

use super::line_error::{LineError, LineLabel};
use super::request_line::RequestLine;
use crate::request::RequestError;

/// Longer lines are rejected, so that no line can fill the memory.
const LONGEST_LINE: u64 = 16 << 20;

/// The byte order mark that some editors write before the first line.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// The bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// The most bad lines that are named.
const MOST_NAMED: usize = 10;

/// Reads lines one by one. The byte order mark and the line breaks are no part of them.
pub(super) struct LineReader<R> {
    input: BufReader<R>,
    bytes: Vec<u8>,
    number: usize,
    /// Whether the rest of a line that is too long is still to be passed over.
    in_long_line: bool,
}

/// A line without a text, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadLine {
    /// The line is longer than 16 MiB.
    TooLong,
    /// The line is not UTF-8.
    NotUtf8,
}

impl BadLine {
    /// The code of the error.
    fn code(self) -> &'static str {
        match self {
            BadLine::TooLong => "line-too-long",
            BadLine::NotUtf8 => "invalid-json",
        }
    }

    /// The reason and the fix.
    fn message(self) -> &'static str {
        match self {
            BadLine::TooLong => "the line is longer than 16 MiB; split it",
            BadLine::NotUtf8 => "the line is not UTF-8; save it as UTF-8",
        }
    }
}

impl<R: Read> LineReader<R> {
    /// A reader at the start of some input.
    fn new(input: R) -> Self {
        let input = BufReader::with_capacity(CHUNK, input);
        LineReader { input, bytes: Vec::new(), number: 0, in_long_line: false }
    }

    /// Whether the next line is there without waiting for more input.
    fn is_ready(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    /// Gives the next line, blank ones too, with its number from 1; `None` at the end.
    ///
    /// # Errors
    ///
    /// Where the input cannot be read, or a line does not end for more than 1 GiB.
    fn next_line(&mut self) -> io::Result<Option<(usize, Result<&str, BadLine>)>> {
        if std::mem::take(&mut self.in_long_line) {
            self.skip_line()?;
        }
        self.bytes.clear();
        let mut start = self.input.by_ref().take(LONGEST_LINE);
        if start.read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.in_long_line =
            self.bytes.len() as u64 == LONGEST_LINE && self.bytes.last() != Some(&b'\n');
        let text = if self.in_long_line { Err(BadLine::TooLong) } else { self.text() };
        Ok(Some((self.number, text)))
    }

    fn text(&self) -> Result<&str, BadLine> {
        let mark = if self.number == 1 { BOM } else { &[] };
        let line = self.bytes.strip_prefix(mark).unwrap_or(&self.bytes);
        let text = std::str::from_utf8(line).map_err(|_| BadLine::NotUtf8)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        Ok(text.strip_suffix('\r').unwrap_or(text))
    }

    /// Goes on to the next line, which has to come some time.
    fn skip_line(&mut self) -> io::Result<()> {
        let most = 64 * LONGEST_LINE;
        let skipped = self.input.by_ref().take(most).skip_until(b'\n')?;
        if skipped as u64 == most {
            return Err(io::Error::other("a line does not end for more than 1 GiB"));
        }
        Ok(())
    }
}

/// Reads request lines one by one. Blank lines are passed over, and counted.
pub struct RequestReader<R> {
    lines: LineReader<R>,
}

impl<R: Read> RequestReader<R> {
    /// A reader at the start of some input.
    pub fn new(input: R) -> Self {
        RequestReader { lines: LineReader::new(input) }
    }

    /// Whether the next line is there without waiting for more input.
    pub fn is_ready(&self) -> bool {
        self.lines.is_ready()
    }

    /// Gives the next request, or why a line is none; `None` at the end.
    ///
    /// # Errors
    ///
    /// Where the input cannot be read, or a line does not end for more than 1 GiB.
    pub fn next_request(&mut self) -> io::Result<Option<Result<RequestLine, Box<LineError>>>> {
        while let Some((number, text)) = self.lines.next_line()? {
            match text {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Ok(Some(RequestLine::read(number, text))),
                Err(bad) => {
                    let label = LineLabel { number, ..LineLabel::default() };
                    let error = RequestError::new(bad.code(), None, bad.message());
                    return Ok(Some(Err(Box::new(LineError::new(label, error)))));
                }
            }
        }
        Ok(None)
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

    #[test]
    fn lines_are_numbered_and_a_bad_one_is_passed_over() {
        let long = "x".repeat(usize::try_from(LONGEST_LINE).unwrap() + 1);
        let input = ["\u{feff}a\r\n\n".as_bytes(), b"\xff\n", long.as_bytes(), b"\nb"].concat();
        let mut lines = LineReader::new(&input[..]);
        let mut read = Vec::new();
        while let Some((number, text)) = lines.next_line().unwrap() {
            read.push((number, text.map(str::to_owned)));
        }
        let text = |text: &str| Ok(text.to_owned());
        let [utf8, long] = [BadLine::NotUtf8, BadLine::TooLong].map(Err);
        assert_eq!(read, [(1, text("a")), (2, text("")), (3, utf8), (4, long), (5, text("b"))]);
    }
}
