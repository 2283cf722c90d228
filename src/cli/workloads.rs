//! Workloads from a file of JSON Lines, and what they mean.

use std::collections::HashMap;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use dynamo_plan::batch::{BadLine, BadLines, LineReader, from_object, json_error_text};
use dynamo_plan::plan::Workload;
use dynamo_plan::{Planner, Query, Request, RequestError};
use serde::Deserialize;

use crate::error::Failure;

/// Input files up to this size are read.
const MOST_BYTES: u64 = 64 << 20;

/// How many times a workload may count.
const COUNTS: RangeInclusive<u64> = 1..=1_000_000_000;

/// One line, and where it stands.
pub(crate) struct Line {
    at: String,
    written: Written,
}

/// A workload as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    need: Vec<String>,
    #[serde(default)]
    avoid: Vec<String>,
    #[serde(alias = "weight")]
    count: Option<u64>,
}

/// The workloads of a file; `-` is stdin.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>, Failure> {
    let shown =
        if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let unreadable = |error: String| {
        RequestError::new("unreadable-file", Some(&shown), format!("{shown}: {error}"))
    };
    let bytes = bytes(path).map_err(unreadable)?;
    let mut read = LineReader::new(&bytes[..]);
    let (mut lines, mut bad) = (Vec::new(), BadLines::default());
    while let Some((number, text)) =
        read.next_line().map_err(|error| unreadable(error.to_string()))?
    {
        let text = text.map_err(|bad| unreadable(rejected(bad).to_owned()))?;
        let at = || format!("{shown}:{number}");
        match from_object(text) {
            _ if text.trim().is_empty() => {}
            Ok(Written { count: Some(count), .. }) if !COUNTS.contains(&count) => bad.add(|| {
                (at(), format!("the count is {count}; write a whole number from 1 to 1000000000"))
            }),
            // One bad line is enough to reject the file, so that good ones are of no more use.
            Ok(_) if !bad.is_empty() => {}
            Ok(written) => lines.push(Line { at: at(), written }),
            Err(error) => bad.add(|| (at(), json_error_text(&error, HOW_TO_WRITE))),
        }
    }
    if !bad.is_empty() {
        return Err(bad.error("invalid-line").into());
    }
    if lines.is_empty() {
        let message = format!("{shown} holds no workload; {HOW_TO_WRITE}");
        return Err(RequestError::new("no-workloads", Some(&shown), message).into());
    }
    Ok(lines)
}

const HOW_TO_WRITE: &str =
    r#"write one JSON object a line, such as {"name": "chat", "need": ["lora", "tools"]}"#;

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let opened: Result<Box<dyn Read>, std::io::Error> = if path == Path::new("-") {
        Ok(Box::new(std::io::stdin().lock()))
    } else {
        std::fs::File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
    };
    let mut reader = opened.map_err(|error| error.to_string())?.take(MOST_BYTES + 1);
    reader.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("larger than 64 MiB; split it".to_owned());
    }
    Ok(bytes)
}

/// The reason for which a line, and with it the file, has no text.
fn rejected(bad: BadLine) -> &'static str {
    match bad {
        BadLine::NotUtf8 => "not UTF-8; save it as UTF-8",
        BadLine::TooLong => bad.message(),
    }
}

/// What a workload means, or why it means nothing.
type Understood = Result<Request, RequestError>;

/// What is asked of every class, and of each workload.
pub(crate) fn resolve(
    planner: &Planner,
    query: &Query,
    every: &[String],
    lines: &[Line],
) -> Result<(Request, Vec<Workload>), Failure> {
    let mut known: HashMap<(&[String], &[String]), Understood> = HashMap::new();
    let (mut workloads, mut bad) = (Vec::new(), BadLines::default());
    let mut code = None;
    for Line { at, written } in lines {
        let found = known.entry((&written.need, &written.avoid)).or_insert_with(|| {
            let mut one = Query { need: written.need.clone(), ..query.clone() };
            one.pattern = None;
            one.need.extend(every.iter().cloned());
            one.avoid.extend(written.avoid.iter().cloned());
            planner.resolve(&one)
        });
        match found {
            Ok(Request { need, avoid, .. }) => workloads.push(Workload {
                name: written.name.clone(),
                need: need.clone(),
                avoid: avoid.clone(),
                count: written.count.unwrap_or(1),
            }),
            Err(error) => {
                code.get_or_insert_with(|| error.code.clone());
                bad.add(|| (at.clone(), error.message.clone()));
            }
        }
    }
    if let Some(code) = code {
        return Err(bad.error(&code).into());
    }
    let mut whole = query.clone();
    whole.need = workloads.iter().flat_map(|workload| workload.need.clone()).collect();
    whole.need.sort_unstable();
    whole.need.dedup();
    let mut request = planner.resolve(&whole)?;
    request.need = if every.is_empty() {
        Vec::new()
    } else {
        planner.resolve(&Query::needing(every.iter().cloned()))?.need
    };
    Ok((request, workloads))
}
