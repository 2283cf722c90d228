//! Where the program prints: the answer on stdout, everything else on stderr, each in one write.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::builder::StyledStr;
use dynamo_plan::RequestError;
use dynamo_plan::render::{Form, Style, sanitize_lines};

use crate::args::{AnswerFormat, When};
use crate::error::Failure;
use crate::exit::{Answer, Status};

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Prints an answer. Where nobody reads it to its end, as in `| head`, that is no failure.
pub(crate) fn write_answer(answer: &Answer, words: &[OsString]) -> Status {
    warn(&answer.remarks);
    match print(&mut io::stdout().lock(), &answer.text) {
        Ok(()) => answer.status,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => answer.status,
        Err(error) => {
            let message = format!("cannot write the answer: {error}");
            report_error(RequestError::new("unwritable-answer", None, message).into(), words)
        }
    }
}

/// Prints why there is no answer: as JSON where the answer would have been JSON.
pub(crate) fn report_error(failure: Failure, words: &[OsString]) -> Status {
    let names_files = value_of(words, "--matrix", Some("-m")).is_some();
    let failure = if names_files { failure } else { failure.with_release() };
    let text = if asks_for_json(words) { failure.to_json() } else { failure.to_text(words) };
    warn(&text);
    Status::Wrong
}

/// Says on stderr how far the work is.
pub(crate) fn progress(known: &str) {
    warn(&format!("still working: {known}; --timeout SECONDS stops with the best so far\n"));
}

/// Prints on stderr. Where that fails there is nobody left to tell.
fn warn(text: &str) {
    let _ = print(&mut io::stderr().lock(), text);
}

fn print(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// How to draw on a stream: coloured where wanted, as wide as the terminal. Without a terminal
/// nothing wraps unless `COLUMNS` says at what width, so that each line holds a whole fact.
pub(crate) fn style(when: When, stream: Stream) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = columns.filter(|&columns: &usize| columns > 0);
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let on_terminal = is_terminal(stream);
    Style {
        color: wants_color(when, on_terminal),
        width: columns.or_else(|| if on_terminal { terminal().or(Some(80)) } else { None }),
    }
}

/// The form that was asked for, drawn for stdout.
pub(crate) fn form(format: AnswerFormat, when: When) -> Form {
    match format {
        AnswerFormat::Table => Form::Terminal(style(when, Stream::Stdout)),
        AnswerFormat::Markdown => Form::Markdown,
        AnswerFormat::Json => Form::Json,
    }
}

fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Stdout => io::stdout().is_terminal(),
        Stream::Stderr => io::stderr().is_terminal(),
    }
}

fn wants_color(when: When, on_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => on_terminal && !set("NO_COLOR") && !dumb(),
    }
}

/// Text of the argument parser, coloured as `--color` says.
pub(crate) fn styled(text: &StyledStr, stream: Stream, words: &[OsString]) -> String {
    let when = match value_of(words, "--color", None) {
        Some("always") => When::Always,
        Some("never") => When::Never,
        _ => When::Auto,
    };
    let coloured = text.ansi().to_string();
    let plain = sanitize_lines(&text.to_string());
    // The parser repeats words as they are: what steers a terminal must be of its own making.
    let own = words.iter().all(|word| {
        let word = word.to_string_lossy();
        sanitize_lines(&word) == word
    });
    if own && wants_color(when, is_terminal(stream)) { coloured } else { plain }
}

/// Whether the words ask for JSON, even where they cannot be parsed. A batch answers in nothing else.
fn asks_for_json(words: &[OsString]) -> bool {
    let format = value_of(words, "--format", Some("-f"));
    format.is_some_and(|format| format.eq_ignore_ascii_case("json"))
        || words.first().is_some_and(|word| word == "batch")
}

/// The last value of a flag in words that may not parse.
fn value_of<'w>(words: &'w [OsString], long: &str, short: Option<&str>) -> Option<&'w str> {
    let mut value = None;
    let mut words = words.iter().map(|word| word.to_str().unwrap_or_default());
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        if word == long || Some(word) == short {
            value = words.next();
        } else if let Some(rest) = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('=')) {
            value = Some(rest);
        } else if let Some(rest) = short.and_then(|short| after_short(word, short)) {
            value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest.strip_prefix('=').unwrap_or(rest))
            };
        }
    }
    value
}

/// Short flags that take no value, which may stand before another one in the same word.
const SWITCHES: [char; 3] = ['q', 'h', 'V'];

/// What follows a short flag in a word, such as `json` in `-fjson` and `-qfjson`.
fn after_short<'w>(word: &'w str, short: &str) -> Option<&'w str> {
    let letters = word.strip_prefix('-')?.trim_start_matches(SWITCHES);
    letters.strip_prefix(short.strip_prefix('-')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_in_every_spelling() {
        let asks = |line: &str| {
            let words: Vec<OsString> = line.split(' ').skip(1).map(OsString::from).collect();
            asks_for_json(&words)
        };
        for line in [
            "p --format json",
            "p --format=json",
            "p -f json",
            "p -fjson",
            "p x -f=JSON --no",
            "p -qf json",
            "p -qfjson",
            "p -qf=json",
        ] {
            assert!(asks(line), "{line}");
        }
        for line in [
            "p",
            "p --format",
            "p --format table",
            "p -- --format json",
            "p -nfjson",
            "p --qfjson",
            "p --format json -f table",
        ] {
            assert!(!asks(line), "{line}");
        }
    }

    #[test]
    fn colour_follows_the_flag_before_anything_else() {
        assert!(wants_color(When::Always, false));
        assert!(!wants_color(When::Never, true));
        assert!(!wants_color(When::Auto, false));
    }
}
