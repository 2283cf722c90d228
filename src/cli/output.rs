//! Where the program prints: the answer on stdout, everything else on stderr, each in one write.

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use dynamo_plan::RequestError;

use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::misplaced_word;
use crate::raw_words::{asks_for_json, value_of};

/// The code of an answer that stdout does not take.
pub(crate) const UNWRITABLE_ANSWER: &str = "unwritable-answer";

/// Whether a part of an answer was written.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// Stdout for an answer that is written part by part: on a terminal each line as it comes.
pub(crate) struct AnswerStream(Box<dyn Write>);

impl AnswerStream {
    pub(crate) fn new() -> Self {
        let stdout = io::stdout().lock();
        AnswerStream(match stdout.is_terminal() {
            true => Box::new(stdout),
            false => Box::new(BufWriter::new(stdout)),
        })
    }

    /// Whether a part of an answer was written.
    pub(crate) fn has_begun() -> bool {
        HAS_BEGUN.load(Ordering::Relaxed)
    }
}

impl Write for AnswerStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        HAS_BEGUN.store(true, Ordering::Relaxed);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Prints an answer. Where nobody reads it to its end, as in `| head`, that is no failure.
pub(crate) fn write_answer(answer: &Answer, words: &[OsString]) -> Status {
    warn(&answer.remarks);
    // Work that was left behind may still hold stdout.
    if answer.text.is_empty() {
        return answer.status;
    }
    match print(&mut io::stdout().lock(), &answer.text) {
        Ok(()) => answer.status,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => answer.status,
        Err(error) => {
            let message = format!("cannot write the answer: {error}");
            report_error(RequestError::new(UNWRITABLE_ANSWER, None, message).into(), words)
        }
    }
}

/// Prints why there is no answer: as JSON where the answer would have been JSON.
pub(crate) fn report_error(failure: Failure, words: &[OsString]) -> Status {
    let names_files = value_of(words, "--matrix", Some("-m")).is_some();
    let failure = if names_files { failure } else { failure.with_release() };
    let failure = misplaced_word::with_meaning(failure, words);
    let as_json = asks_for_json(words) || is_of_json_lines(&failure, words);
    warn(&if as_json { failure.to_json() } else { failure.to_text(words) });
    Status::Wrong
}

/// Whether the answers of a batch, which are JSON without being asked for, cannot be written.
fn is_of_json_lines(failure: &Failure, words: &[OsString]) -> bool {
    let unwritable = matches!(failure, Failure::Request(error) if error.code == UNWRITABLE_ANSWER);
    unwritable && words.first().is_some_and(|word| word == "batch")
}

/// Says on stderr how far the work is.
pub(crate) fn progress(known: &str) {
    warn(&format!("still working: {known}; --timeout SECONDS stops with the best so far\n"));
}

/// Says something on stderr before there is an answer.
pub(crate) fn remark(line: &str) {
    warn(&format!("{line}\n"));
}

/// Prints on stderr. Where that fails there is nobody left to tell.
fn warn(text: &str) {
    let _ = print(&mut io::stderr().lock(), text);
}

fn print(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
