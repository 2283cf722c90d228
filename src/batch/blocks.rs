//! JSON Lines as bytes in, blocks of whole lines out, for every file that holds an object a line.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

/// Longer lines are rejected, so that no line can fill the memory.
pub(super) const LONGEST_LINE: usize = 16 << 20;

/// The byte order mark that some editors write before the first line.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// The bytes that are read at once.
const READ: usize = 128 << 10;

/// Reads whole lines, as many at once as are there.
pub(super) struct LineBlockReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer is read and not yet in a block.
    pending: Range<usize>,
    /// How much of that is known to hold no line break.
    searched: usize,
    /// The number of the next line.
    number: usize,
    /// Whether the rest of a line that is too long is still to be passed over.
    in_long_line: bool,
}

/// Some whole lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct LineBlock {
    bytes: Vec<u8>,
    /// Where the next line begins, and its number.
    next: usize,
    number: usize,
    /// Whether it holds only the start of a line that is too long.
    is_cut: bool,
}

/// A line as it is in its file, without the line break.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawLine<'b> {
    /// From 1.
    pub(super) number: usize,
    /// The byte order mark is no part of it.
    pub(super) bytes: &'b [u8],
    is_cut: bool,
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
    pub(super) fn code(self) -> &'static str {
        match self {
            BadLine::TooLong => "line-too-long",
            BadLine::NotUtf8 => "invalid-json",
        }
    }

    /// The reason and the fix.
    pub(super) fn message(self) -> &'static str {
        match self {
            BadLine::TooLong => "the line is longer than 16 MiB; split it",
            BadLine::NotUtf8 => "the line is not UTF-8; save it as UTF-8",
        }
    }
}

impl LineBlock {
    /// Gives the next line, blank ones too.
    pub(super) fn next_line(&mut self) -> Option<RawLine<'_>> {
        let rest = self.bytes.get(self.next..).filter(|rest| !rest.is_empty())?;
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let bytes = &rest[..end];
        let number = self.number;
        self.next += end + 1;
        self.number += 1;
        let bytes = if number == 1 { bytes.strip_prefix(BOM).unwrap_or(bytes) } else { bytes };
        Some(RawLine { number, bytes, is_cut: self.is_cut })
    }
}

impl<'b> RawLine<'b> {
    pub(super) fn is_too_long(&self) -> bool {
        self.is_cut || self.bytes.len() >= LONGEST_LINE
    }

    /// The text of the line.
    pub(super) fn text(&self) -> Result<&'b str, BadLine> {
        if self.is_too_long() {
            return Err(BadLine::TooLong);
        }
        let text = std::str::from_utf8(self.bytes).map_err(|_| BadLine::NotUtf8)?;
        Ok(text.strip_suffix('\r').unwrap_or(text))
    }
}

impl<R: Read> LineBlockReader<R> {
    /// A reader at the start of some input.
    pub(super) fn new(input: R) -> Self {
        let buffer = vec![0; READ];
        LineBlockReader {
            input,
            buffer,
            pending: 0..0,
            searched: 0,
            number: 1,
            in_long_line: false,
        }
    }

    /// Puts the next lines into a block instead of those there: about so many bytes of them at most, but one
    /// line at least. It waits for more input only where no whole line is there. Gives whether there are any.
    ///
    /// # Errors
    ///
    /// Where the input cannot be read, or a line does not end for more than 1 GiB.
    pub(super) fn next_block(&mut self, most: usize, block: &mut LineBlock) -> io::Result<bool> {
        if std::mem::take(&mut self.in_long_line) {
            self.skip_line()?;
        }
        let length = loop {
            if let Some(length) = self.whole_lines(most) {
                break length;
            }
            if self.pending.len() >= LONGEST_LINE {
                self.in_long_line = true;
                break LONGEST_LINE;
            }
            if self.fill()? == 0 {
                break self.pending.len();
            }
        };
        let lines = self.pending.start..self.pending.start + length;
        block.bytes.clear();
        block.bytes.extend_from_slice(&self.buffer[lines]);
        (block.next, block.number, block.is_cut) = (0, self.number, self.in_long_line);
        self.pass(length);
        self.number += memchr_iter(b'\n', &block.bytes).count();
        self.number += usize::from(block.bytes.last().is_some_and(|&last| last != b'\n'));
        Ok(length > 0)
    }

    /// The length of the whole lines that are there, as far as they are wanted.
    fn whole_lines(&mut self, most: usize) -> Option<usize> {
        let pending = &self.buffer[self.pending.clone()];
        let wanted = &pending[..pending.len().min(most)];
        let within = memrchr(b'\n', &wanted[self.searched.min(wanted.len())..]);
        let last = within.map(|at| at + self.searched).or_else(|| {
            let searched = self.searched.max(wanted.len());
            memchr(b'\n', &pending[searched..]).map(|at| at + searched)
        });
        self.searched = if last.is_some() { 0 } else { pending.len() };
        last.map(|at| at + 1)
    }

    /// Takes the first of the pending bytes as done with.
    fn pass(&mut self, length: usize) {
        self.pending.start += length;
        self.searched = 0;
    }

    /// Reads more, and gives how much; 0 at the end.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.pending.clone(), 0);
        self.pending = 0..self.pending.len();
        let end = self.pending.end;
        if self.buffer.len() < end + READ {
            self.buffer.resize(end + READ.max(end), 0);
        }
        loop {
            match self.input.read(&mut self.buffer[end..]) {
                Ok(read) => {
                    self.pending.end += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes on to the next line, which has to come some time.
    fn skip_line(&mut self) -> io::Result<()> {
        let mut skipped = 0;
        loop {
            let pending = &self.buffer[self.pending.clone()];
            if let Some(at) = memchr(b'\n', pending) {
                self.pass(at + 1);
                return Ok(());
            }
            skipped += pending.len();
            if skipped >= 64 * LONGEST_LINE {
                return Err(io::Error::other("a line does not end for more than 1 GiB"));
            }
            self.pass(pending.len());
            if self.fill()? == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time.
    struct Slowly<'b>(&'b [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            let most = bytes.len().min(7);
            self.0.read(&mut bytes[..most])
        }
    }

    type Lines = Vec<(usize, Result<String, BadLine>)>;

    fn lines(input: impl Read, most: usize) -> Lines {
        let (mut reader, mut block) = (LineBlockReader::new(input), LineBlock::default());
        let mut read = Vec::new();
        while reader.next_block(most, &mut block).unwrap() {
            while let Some(line) = block.next_line() {
                read.push((line.number, line.text().map(str::to_owned)));
            }
        }
        read
    }

    #[test]
    fn lines_are_numbered_and_a_bad_one_is_passed_over() {
        let long = "x".repeat(LONGEST_LINE + 1);
        let input = ["\u{feff}a\r\n\n".as_bytes(), b"\xff\n", long.as_bytes(), b"\nb"].concat();
        let text = |text: &str| Ok(text.to_owned());
        let [utf8, too_long] = [BadLine::NotUtf8, BadLine::TooLong].map(Err);
        let wanted = [(1, text("a")), (2, text("")), (3, utf8), (4, too_long), (5, text("b"))];
        for most in [1, 5, 1 << 10, 1 << 30] {
            assert_eq!(lines(&input[..], most), wanted, "{most}");
        }
    }

    #[test]
    fn the_longest_line_is_read_and_one_byte_more_is_too_long() {
        for (length, ending, is_read) in
            [(LONGEST_LINE - 1, "\n", true), (LONGEST_LINE, "\n", false), (LONGEST_LINE, "", false)]
        {
            let input = "x".repeat(length) + ending;
            let read = lines(input.as_bytes(), 1 << 10);
            assert_eq!(read.len(), 1, "{length}");
            assert_eq!(read[0].1.is_ok(), is_read, "{length} {ending:?}");
        }
    }

    #[test]
    fn blocks_of_any_size_hold_the_same_lines() {
        let input = b"one\n\ntwo and three\n  \nfour\r\n\nfive is the last of them";
        let wanted = lines(&input[..], 1 << 10);
        assert_eq!(wanted.len(), 7);
        for most in 0..input.len() + 2 {
            assert_eq!(lines(&input[..], most), wanted, "{most}");
            assert_eq!(lines(Slowly(input), most), wanted, "{most}, slowly");
        }
    }
}
