//! Why there is no answer, as text for people or one JSON object for programs.

use std::ffi::OsString;
use std::fmt::Write;
use std::io;
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use dynamo_plan::RequestError;
use dynamo_plan::load::LoadError;
use dynamo_plan::plan::with_listing_release;
use dynamo_plan::render::matrix::DiagnosticView;
use dynamo_plan::render::{self, Style, shorten_message, shorten_name};
use serde::Serialize;

use crate::args::When;
use crate::terminal::{self, Stream};

/// Why there is no answer: the reason, the position and the fix.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Usage(Box<clap::Error>),
    /// The request cannot be understood.
    Request(RequestError),
    /// A file cannot be used.
    Load(LoadError),
}

/// The JSON of a failure.
#[derive(Serialize)]
struct Fault<'f> {
    code: String,
    message: String,
    at: Option<String>,
    suggestions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<DiagnosticView<'f>>,
}

impl Failure {
    /// The same, with the release to choose where the bundled ones were asked and another one lists
    /// the feature.
    pub(crate) fn with_release(self) -> Self {
        if let Failure::Request(error) = self {
            return Failure::Request(with_listing_release(error));
        }
        self
    }

    /// The failure as what is wrong with a request, where that is one of several.
    pub(crate) fn into_request_error(self) -> RequestError {
        match self {
            Failure::Request(error) => error,
            failure => RequestError::new("unreadable-matrix", None, failure.summary()),
        }
    }

    /// The failure for people.
    pub(crate) fn to_text(&self, words: &[OsString]) -> String {
        match self {
            Failure::Usage(error) => {
                let text = terminal::styled(&error.render(), Stream::Stderr, words);
                shorten_message(&text, &repeated(error))
            }
            Failure::Load(LoadError::Invalid { reports }) => {
                let style = terminal::style(When::Auto, Stream::Stderr);
                let drawn: String = reports
                    .iter()
                    .map(|report| render::report(report, &style, usize::MAX))
                    .collect();
                // One problem is drawn with all that could be said of it again.
                match reports.iter().flat_map(|report| &report.diagnostics).count() {
                    1 => drawn.trim_end().to_owned() + "\n",
                    _ => drawn + &headline("error", &self.summary(), style),
                }
            }
            _ => headline("error", &self.summary(), terminal::style(When::Auto, Stream::Stderr)),
        }
    }

    /// The failure in words.
    pub(crate) fn summary(&self) -> String {
        match self {
            Failure::Usage(error) => shorten_message(&error.to_string(), &repeated(error)),
            Failure::Request(error) => shorten_message(&error.message, error.at.as_slice()),
            Failure::Load(error) => {
                let file = error.at().map(|(file, _)| file);
                shorten_message(&error.to_string(), file.as_slice())
            }
        }
    }

    /// The failure as one JSON object on a line.
    pub(crate) fn to_json(&self) -> String {
        let text = serde_json::to_string(&self.fault().shortened()).unwrap_or_default();
        render::sanitize_json(&text).into_owned() + "\n"
    }

    fn fault(&self) -> Fault<'_> {
        match self {
            Failure::Usage(error) => usage_fault(error),
            Failure::Request(error) => Fault {
                code: error.code.clone(),
                message: error.message.clone(),
                at: error.at.clone(),
                suggestions: error.suggestions.clone(),
                problems: Vec::new(),
            },
            Failure::Load(error) => load_fault(error),
        }
    }
}

impl Fault<'_> {
    /// The same without the middle of each long name.
    fn shortened(mut self) -> Self {
        self.message = shorten_message(&self.message, self.at.as_slice());
        self.at = self.at.as_deref().map(shorten_name);
        self.suggestions.iter_mut().for_each(|offer| *offer = shorten_name(offer));
        self
    }
}

/// A file cannot be written.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let file = path.display().to_string();
    let message = format!("cannot write `{file}`: {error}; check the folder and the permissions");
    RequestError::new("unwritable-file", Some(&file), message).into()
}

/// A message after its coloured word.
pub(crate) fn headline(word: &str, message: &str, style: Style) -> String {
    let message = render::sanitize_lines(message);
    if style.color {
        format!("\x1b[1;31m{word}\x1b[0m: {message}\n")
    } else {
        format!("{word}: {message}\n")
    }
}

fn fault(code: &str, message: String) -> Fault<'static> {
    let (code, at) = (code.to_owned(), None);
    Fault { code, message, at, suggestions: Vec::new(), problems: Vec::new() }
}

/// What the argument parser found, without its usage lines.
fn usage_fault(error: &clap::Error) -> Fault<'static> {
    let text = error.render().to_string();
    let message = text.split("\n\n").next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message).trim().to_owned();
    let offers =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    Fault {
        at: repeated(error).into_iter().next(),
        suggestions: offers.into_iter().flat_map(|kind| strings(error, kind)).collect(),
        ..fault(&kebab(&format!("{:?}", error.kind())), message)
    }
}

/// What the argument parser repeats of the command line, the most telling first.
fn repeated(error: &clap::Error) -> Vec<String> {
    let kinds =
        [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    kinds.into_iter().flat_map(|kind| strings(error, kind)).collect()
}

/// The words of a parser error's context.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// `UnknownArgument` as `unknown-argument`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase());
    }
    kebab
}

fn load_fault(error: &LoadError) -> Fault<'_> {
    let at = error.at().map(|(file, position)| {
        let mut at = file.to_owned();
        if let Some(position) = position {
            let _ = write!(at, ":{position}");
        }
        at
    });
    let mut fault = Fault { at, ..fault(error.code(), error.to_string()) };
    if let LoadError::Invalid { reports } = error {
        for report in reports {
            let shown = report.diagnostics.iter().take(render::most_shown(report));
            fault.problems.extend(shown.map(|found| DiagnosticView::new(report, found)));
        }
    }
    fault
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Failure::Usage(Box::new(error))
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Failure::Request(error)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure::Load(error)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn parser_kinds_become_codes() {
        assert_eq!(super::kebab("UnknownArgument"), "unknown-argument");
    }
}
