//! Files of requests: JSON Lines in, resolved requests with their weights out.

use std::io;
use std::path::Path;

use dynamo_plan::analysis::survey::Valued;
use dynamo_plan::batch::{BadLine, LineReader, from_object, json_error_text};
use dynamo_plan::load;
use dynamo_plan::{Planner, Query, RequestError};
use serde::Deserialize;

use crate::error::Failure;

/// One line as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(rename = "id", default)]
    _id: serde::de::IgnoredAny,
    #[serde(default)]
    need: Vec<String>,
    #[serde(default)]
    avoid: Vec<String>,
    #[serde(default)]
    backends: Vec<String>,
    pattern: Option<String>,
    #[serde(alias = "count")]
    weight: Option<u64>,
}

/// Reads the requests of a file, each otherwise as this query asks.
pub(crate) fn read(file: &Path, planner: &Planner, like: &Query) -> Result<Vec<Valued>, Failure> {
    let bytes = load::read_bytes(file)?;
    let mut lines = LineReader::new(&bytes[..]);
    let mut requests = Vec::new();
    while let Some((number, text)) = lines.next_line().map_err(|error| unreadable(file, &error))? {
        let text = text.map_err(|bad| rejected(file, bad))?;
        if !text.trim().is_empty() {
            requests.push(valued(text, planner, like).map_err(|error| at(file, number, error))?);
        }
    }
    Ok(requests)
}

fn unreadable(file: &Path, error: &io::Error) -> RequestError {
    let name = file.display().to_string();
    RequestError::new("unreadable-file", Some(&name), format!("{name}: {error}"))
}

fn rejected(file: &Path, bad: BadLine) -> RequestError {
    let name = file.display().to_string();
    match bad {
        BadLine::NotUtf8 => {
            RequestError::new("not-text", Some(&name), format!("{name} is not UTF-8 text"))
        }
        BadLine::TooLong => {
            RequestError::new(bad.code(), Some(&name), format!("{name}: {}", bad.message()))
        }
    }
}

fn valued(line: &str, planner: &Planner, like: &Query) -> Result<Valued, RequestError> {
    let line: Line = from_object(line).map_err(|error| {
        let how_to_write = r#"write one object a line, such as {"need": ["lora"], "weight": 3}"#;
        let message = format!("not a request: {}", json_error_text(&error, how_to_write));
        RequestError::new("invalid-request", None, message)
    })?;
    let backends =
        if line.backends.is_empty() { like.backends.clone() } else { line.backends.clone() };
    let query = Query {
        need: line.need,
        avoid: line.avoid,
        pattern: line.pattern,
        backends,
        all: false,
        ..like.clone()
    };
    let request = planner.resolve(&query)?;
    match line.weight.unwrap_or(1) {
        weight @ 1..=1_000_000_000 => Ok(Valued { request, weight }),
        weight => {
            let message =
                format!("the weight is {weight}; a weight is a whole number from 1 to 1000000000");
            Err(RequestError::new("invalid-weight", None, message))
        }
    }
}

/// The same error with the line that it is in.
fn at(file: &Path, line: usize, error: RequestError) -> Failure {
    let at = format!("{}:{line}", file.display());
    let message = format!("{at}: {}", error.message);
    RequestError { message, at: Some(at), ..error }.into()
}
