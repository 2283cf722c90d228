//! One line of a file of requests: the JSON of a line in, a query out.

use std::time::Duration;

use serde::Deserialize;

use super::json_error::{json_error, nearest};
use super::line_error::{Id, LineError, LineLabel};
use super::line_values::{
    NameList, Object, WantEntry, check_json, driver, from_object, given, given_if_whole,
};
use crate::matrix::Level;
use crate::request::{PlatformFacts, Query, RequestError};

/// How many times a line may count.
const COUNTS: std::ops::RangeInclusive<u64> = 1..=1_000_000_000;

/// An example of a line, for messages.
pub(super) const HOW_TO_WRITE: &str =
    r#"write one object a line, such as {"name": "chat", "need": ["lora"]}"#;

/// One request of a file of them, as `batch`, `split --workloads` and `analyze --requests` read it.
///
/// What a line leaves out, or writes as `null`, is as the command says.
#[derive(Debug)]
pub struct RequestLine {
    /// Where it stands, and what it calls itself.
    pub(super) label: LineLabel,
    keys: LineKeys,
}

/// The keys of a line, as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LineKeys {
    #[serde(deserialize_with = "given")]
    id: Id,
    #[serde(deserialize_with = "given")]
    name: Id,
    need: Option<NameList>,
    want: Option<Vec<WantEntry>>,
    avoid: Option<NameList>,
    backends: Option<NameList>,
    backend: Option<NameList>,
    releases: Option<NameList>,
    release: Option<NameList>,
    accept: Option<String>,
    pattern: Option<String>,
    rules: Option<NameList>,
    rule: Option<NameList>,
    facts: Option<NameList>,
    fact: Option<NameList>,
    platform: Option<Object<Machine>>,
    #[serde(deserialize_with = "driver")]
    driver: Option<u32>,
    cuda: Option<String>,
    engine: Option<String>,
    all: Option<bool>,
    count: Option<u64>,
    weight: Option<u64>,
}

/// Platform facts, any of which may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Machine {
    #[serde(deserialize_with = "driver")]
    driver: Option<u32>,
    cuda: Option<String>,
    engine: Option<String>,
}

/// What a line calls itself, of which nothing else need be understood.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OnlyLabel {
    #[serde(deserialize_with = "given_if_whole")]
    id: Id,
    #[serde(deserialize_with = "given_if_whole")]
    name: Id,
}

impl RequestLine {
    /// Reads the line of this number, from 1.
    ///
    /// # Errors
    ///
    /// Where the text is no JSON object, has an unknown key or a value of another kind, or says
    /// something twice: by a key and its plural, or by `count` and `weight`.
    pub fn read(number: usize, text: &str) -> Result<Self, Box<LineError>> {
        match from_object::<LineKeys>(text) {
            Ok(mut keys) => {
                let (id, name) = (keys.id.take(), keys.name.take());
                let label = LineLabel { number, id, name };
                match keys.check() {
                    Ok(()) => Ok(RequestLine { label, keys }),
                    Err(error) => Err(Box::new(LineError::new(label, error))),
                }
            }
            Err(error) => {
                let is_json = check_json(text).is_ok();
                let code = if is_json { "invalid-request" } else { "invalid-json" };
                let OnlyLabel { id, name } = from_object(text).unwrap_or_default();
                let label = LineLabel { number, id, name };
                let (column, reason) = json_error(&error, HOW_TO_WRITE);
                let error = LineError::new(label, RequestError::new(code, None, reason));
                Err(Box::new(error.at_column(column)))
            }
        }
    }

    /// The number of the line, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.label.number
    }

    /// What the line is called where it is listed: its name, or else its id, or else its number.
    #[must_use]
    pub fn title(&self) -> String {
        self.label.title()
    }

    /// How many times the request counts, at least 1.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.keys.count.or(self.keys.weight).unwrap_or(1)
    }

    /// The words that choose its releases; `None` where the line chooses none.
    #[must_use]
    pub fn releases(&self) -> Option<&[String]> {
        let LineKeys { releases, release, .. } = &self.keys;
        releases.as_ref().or(release.as_ref()).map(|NameList(words)| &words[..])
    }

    /// The error of a line that takes longer than this.
    #[must_use]
    pub fn timed_out(&self, budget: Duration) -> LineError {
        let seconds = budget.as_secs_f64();
        let message = format!(
            "no answer within {seconds} s; ask for less, or give each line longer with --timeout"
        );
        LineError::new(self.label.clone(), RequestError::new("timeout", None, message))
    }

    /// Whether the line itself asks for a serving pattern.
    pub(super) fn has_pattern(&self) -> bool {
        self.keys.pattern.is_some()
    }

    /// The query of the line. What it leaves out is as in `defaults`.
    ///
    /// # Errors
    ///
    /// Where the line accepts what is no level, or what cannot be accepted.
    pub fn query(&self, defaults: &Query) -> Result<Query, RequestError> {
        let keys = &self.keys;
        let platform = keys.platform.as_ref().map(|Object(machine)| machine);
        let wants = keys.want.as_ref().map(|wants| {
            wants.iter().map(|WantEntry(feature, weight)| (feature.clone(), *weight)).collect()
        });
        Ok(Query {
            need: names([&keys.need]).unwrap_or_else(|| defaults.need.clone()),
            want: wants.unwrap_or_else(|| defaults.want.clone()),
            avoid: names([&keys.avoid]).unwrap_or_else(|| defaults.avoid.clone()),
            backends: names([&keys.backends, &keys.backend])
                .unwrap_or_else(|| defaults.backends.clone()),
            pattern: keys.pattern.clone().or_else(|| defaults.pattern.clone()),
            accept: keys.accept.as_deref().map_or(Ok(defaults.accept), accept)?,
            rules: names([&keys.rules, &keys.rule]).or_else(|| defaults.rules.clone()),
            facts: names([&keys.facts, &keys.fact]).unwrap_or_else(|| defaults.facts.clone()),
            platform: PlatformFacts {
                driver: platform
                    .and_then(|machine| machine.driver)
                    .or(keys.driver)
                    .or(defaults.platform.driver),
                cuda: first([
                    platform.and_then(|machine| machine.cuda.as_ref()),
                    keys.cuda.as_ref(),
                    defaults.platform.cuda.as_ref(),
                ]),
                engine: first([
                    platform.and_then(|machine| machine.engine.as_ref()),
                    keys.engine.as_ref(),
                    defaults.platform.engine.as_ref(),
                ]),
            },
            all: keys.all.unwrap_or(defaults.all),
        })
    }
}

impl LineKeys {
    /// Rejects what is said twice, and a count out of range.
    fn check(&self) -> Result<(), RequestError> {
        let platform = self.platform.is_some();
        let twice = [
            ("backend", self.backend.is_some(), "backends", self.backends.is_some()),
            ("release", self.release.is_some(), "releases", self.releases.is_some()),
            ("rule", self.rule.is_some(), "rules", self.rules.is_some()),
            ("fact", self.fact.is_some(), "facts", self.facts.is_some()),
            ("driver", self.driver.is_some(), "platform", platform),
            ("cuda", self.cuda.is_some(), "platform", platform),
            ("engine", self.engine.is_some(), "platform", platform),
            ("weight", self.weight.is_some(), "count", self.count.is_some()),
        ];
        let invalid = |message| Err(RequestError::new("invalid-request", None, message));
        if let Some((one, _, other, _)) = twice.iter().find(|(_, one, _, other)| *one && *other) {
            return invalid(format!("`{one}` stands beside `{other}`; write one of the two"));
        }
        match self.count.or(self.weight) {
            Some(count) if !COUNTS.contains(&count) => {
                let key = if self.count.is_some() { "count" } else { "weight" };
                invalid(format!(
                    "the {key} is {count}; write a whole number from {} to {}",
                    COUNTS.start(),
                    COUNTS.end()
                ))
            }
            _ => Ok(()),
        }
    }
}

/// The names of the first of some keys that is there.
fn names<const N: usize>(keys: [&Option<NameList>; N]) -> Option<Vec<String>> {
    keys.into_iter().flatten().next().map(|NameList(names)| names.clone())
}

fn first<const N: usize>(texts: [Option<&String>; N]) -> Option<String> {
    texts.into_iter().flatten().next().cloned()
}

fn accept(text: &str) -> Result<Level, RequestError> {
    match text.parse() {
        Ok(level) if level != Level::Unsupported => Ok(level),
        _ => {
            let ids: Vec<String> =
                Level::ACCEPTABLE.iter().map(|level| level.id().to_owned()).collect();
            let help = match nearest(text, ids.iter().map(String::as_str)).first() {
                Some(near) => format!("did you mean {near}?"),
                None => format!("write one of {}", ids.join(", ")),
            };
            let message = format!("{text:?} cannot be accepted; {help}");
            Err(RequestError::new("invalid-accept", Some(text), message).with_suggestions(ids))
        }
    }
}
