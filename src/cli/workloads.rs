//! Workloads from a file of JSON Lines, and what they mean.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use dynamo_plan::batch::from_object;
use dynamo_plan::plan::Workload;
use dynamo_plan::{Planner, Query, Request, RequestError};
use serde::Deserialize;

use crate::error::Failure;

/// Input files up to this size are read.
const MOST_BYTES: u64 = 64 << 20;

/// The byte order mark that some editors write before the first line.
pub(crate) const BOM: char = '\u{feff}';

/// The most bad lines that are named.
const MOST_NAMED: usize = 10;

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
}

/// The workloads of a file; `-` is stdin.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>, Failure> {
    let shown =
        if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let text = text(path).map_err(|error| {
        RequestError::new("unreadable-file", Some(&shown), format!("{shown}: {error}"))
    })?;
    let (mut lines, mut bad) = (Vec::new(), Bad::default());
    for (number, line) in
        text.trim_start_matches(BOM).lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
    {
        let at = || format!("{shown}:{}", number + 1);
        match from_object(line) {
            // One bad line is enough to refuse the file, so that good ones are of no more use.
            Ok(_) if bad.found > 0 => {}
            Ok(written) => lines.push(Line { at: at(), written }),
            Err(error) => bad.add(|| (at(), reason(&error))),
        }
    }
    if bad.found > 0 {
        return Err(bad.refusal("invalid-line").into());
    }
    if lines.is_empty() {
        let message = format!("{shown} holds no workload; {HOW_TO_WRITE}");
        return Err(RequestError::new("no-workloads", Some(&shown), message).into());
    }
    Ok(lines)
}

const HOW_TO_WRITE: &str =
    r#"write one JSON object a line, such as {"name": "chat", "need": ["lora", "tools"]}"#;

fn text(path: &Path) -> Result<String, String> {
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
    String::from_utf8(bytes).map_err(|_| "not UTF-8; save it as UTF-8".to_owned())
}

/// A parser error without the line number, which is always 1.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("column {}: {text}; {HOW_TO_WRITE}", error.column())
}

/// Bad lines: those that are named, each with its reason, and how many there are.
#[derive(Default)]
struct Bad {
    named: Vec<(String, String)>,
    found: usize,
}

impl Bad {
    /// Counts a bad line, and words it only where it is named.
    fn add(&mut self, worded: impl FnOnce() -> (String, String)) {
        self.found += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(worded());
        }
    }

    /// All bad lines in one error, at the position of the first.
    fn refusal(&self, code: &str) -> RequestError {
        let named = self.named.iter().map(|(at, reason)| format!("{at}: {reason}"));
        let mut message = named.collect::<Vec<_>>().join("\n");
        if self.found > self.named.len() {
            message += &format!("\nand {} more bad lines", self.found - self.named.len());
        }
        RequestError::new(code, self.named.first().map(|(at, _)| at.as_str()), message)
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
    let (mut workloads, mut bad) = (Vec::new(), Bad::default());
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
            }),
            Err(error) => {
                code.get_or_insert_with(|| error.code.clone());
                bad.add(|| (at.clone(), error.message.clone()));
            }
        }
    }
    if let Some(code) = code {
        return Err(bad.refusal(&code).into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_bad_lines_are_worded_than_are_named() {
        let (mut bad, mut worded) = (Bad::default(), 0);
        for line in 1..=1000 {
            bad.add(|| {
                worded += 1;
                (format!("f:{line}"), "bad".to_owned())
            });
        }
        assert_eq!(worded, MOST_NAMED);
        let error = bad.refusal("invalid-line");
        assert_eq!(error.at.as_deref(), Some("f:1"));
        assert!(error.message.ends_with("f:10: bad\nand 990 more bad lines"), "{error}");
    }
}
