//! How text is drawn on the streams of the program.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::builder::StyledStr;
use dynamo_plan::render::{Form, Style, sanitize_lines};

use crate::args::{AnswerFormat, When};
use crate::raw_words::value_of;

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// How to draw on a stream: coloured where wanted, as wide as the terminal. Without a terminal
/// nothing wraps unless `COLUMNS` says at what width, so that each line holds a whole fact.
pub(crate) fn style(when: When, stream: Stream) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = columns.filter(|&columns: &usize| columns > 0);
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let on_terminal = is_terminal(stream);
    let color = wants_color(when, on_terminal);
    Style {
        color,
        links: color && knows_links(stream),
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

/// Whether the stream is a terminal that makes addresses links (OSC 8), or `FORCE_HYPERLINK` says so.
fn knows_links(stream: Stream) -> bool {
    supports_hyperlinks::on(match stream {
        Stream::Stdout => supports_hyperlinks::Stream::Stdout,
        Stream::Stderr => supports_hyperlinks::Stream::Stderr,
    })
}

fn wants_color(when: When, on_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let forced =
        || std::env::var_os("CLICOLOR_FORCE").is_some_and(|it| !it.is_empty() && it != "0");
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => !set("NO_COLOR") && (forced() || on_terminal && !dumb()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_the_flag_before_anything_else() {
        assert!(wants_color(When::Always, false));
        assert!(!wants_color(When::Never, true));
        assert!(!wants_color(When::Auto, false));
    }
}
