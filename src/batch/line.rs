//! One line as it is written.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json_error::{json_error_text, nearest};
use super::line_error::{Id, LineError};
use crate::matrix::Level;
use crate::request::Query;
use crate::request::{PlatformFacts, RequestError};

/// One request, as it is written. All but what asks may be absent or `null`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    #[serde(default, deserialize_with = "id")]
    pub(super) id: Id,
    #[serde(default, deserialize_with = "list")]
    need: Vec<String>,
    #[serde(default, deserialize_with = "wants")]
    want: Vec<(String, u64)>,
    #[serde(default, deserialize_with = "list")]
    avoid: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    backends: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    pub(super) release: Vec<String>,
    #[serde(default)]
    accept: Option<String>,
    #[serde(default)]
    pattern: Option<String>,
    #[serde(default)]
    all: Option<bool>,
    #[serde(default)]
    rules: Option<NameList>,
    #[serde(default, deserialize_with = "list")]
    facts: Vec<String>,
    #[serde(default)]
    platform: Option<Object<Machine>>,
}

/// A list of names, of which none differs from one that is left out.
#[derive(Debug, Deserialize)]
struct NameList(#[serde(deserialize_with = "list")] Vec<String>);

/// Platform facts, any of which may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Machine {
    #[serde(default, deserialize_with = "driver")]
    driver: Option<u32>,
    #[serde(default)]
    cuda: Option<String>,
    #[serde(default)]
    engine: Option<String>,
}

/// The id of a line of which nothing else need be understood.
#[derive(Deserialize)]
struct OnlyId {
    #[serde(default, deserialize_with = "id")]
    id: Id,
}

const HOW_TO_WRITE: &str = r#"write one object a line, such as {"id": 1, "need": ["lora"]}"#;

/// Understands the JSON of a line.
pub(super) fn read(text: &str) -> Result<Line, Box<LineError>> {
    from_object(text).map_err(|error| {
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        let code = if is_json { "invalid-request" } else { "invalid-json" };
        let id = from_object(text).ok().and_then(|OnlyId { id }| id);
        let message = json_error_text(&error, HOW_TO_WRITE);
        let error = RequestError::new(code, None, message);
        Box::new(LineError::new(id, error))
    })
}

/// Reads an object from JSON. What serde derives would take a list by position too.
///
/// # Errors
///
/// Where the text is no JSON, no object, or none that means a `T`.
pub fn from_object<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).map(|Object(read)| read)
}

/// A value that only a JSON object means.
#[derive(Debug)]
struct Object<T>(T);

impl<'d, T: Deserialize<'d>> Deserialize<'d> for Object<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<T>(PhantomData<T>);
        impl<'d, T: Deserialize<'d>> Visitor<'d> for Keys<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'d>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Keys(PhantomData))
    }
}

impl Line {
    /// The query of the line.
    pub(super) fn query(self) -> Result<Query, RequestError> {
        let machine = self.platform.map(|Object(machine)| machine).unwrap_or_default();
        Ok(Query {
            need: self.need,
            want: self.want,
            avoid: self.avoid,
            backends: self.backends,
            pattern: self.pattern,
            accept: self.accept.map_or(Ok(Level::Experimental), |level| accept(&level))?,
            rules: self.rules.map(|NameList(names)| names),
            facts: self.facts,
            platform: PlatformFacts {
                driver: machine.driver,
                cuda: machine.cuda,
                engine: machine.engine,
            },
            all: self.all.unwrap_or(false),
        })
    }
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

/// Reads an id to be given back on one line.
fn id<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Id, D::Error> {
    match Id::deserialize(deserializer)? {
        // In JSON a bare line break is white space: a text holds it escaped.
        Some(raw) if raw.get().contains(['\n', '\r']) => {
            let line = raw.get().replace(['\n', '\r'], " ");
            RawValue::from_string(line).map(Some).map_err(de::Error::custom)
        }
        id => Ok(id),
    }
}

/// Reads the version of a driver, whose first number counts: `580`, `580.126` or `"580.126.09"`.
fn driver<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(raw) = Id::deserialize(deserializer)? else { return Ok(None) };
    let text = raw.get();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let major = text.trim().split('.').next().unwrap_or_default();
    major.parse().map(Some).map_err(|_| {
        de::Error::custom(format!("{} is no driver version; write one like 575", raw.get()))
    })
}

/// Reads a list of strings, one string, or nothing.
fn list<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct List;
    impl<'d> Visitor<'d> for List {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of strings")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_str<E>(self, one: &str) -> Result<Self::Value, E> {
            Ok(vec![one.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'d>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push(item);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_any(List)
}

/// Reads wants: names with or without `=WEIGHT`, or objects of both.
fn wants<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<(String, u64)>, D::Error> {
    let wants: Option<Vec<WantEntry>> = Deserialize::deserialize(deserializer)?;
    Ok(wants
        .unwrap_or_default()
        .into_iter()
        .map(|WantEntry(feature, weight)| (feature, weight))
        .collect())
}

/// One want, as it is written.
struct WantEntry(String, u64);

impl<'d> Deserialize<'d> for WantEntry {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'d> Visitor<'d> for Either {
            type Value = WantEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a want such as \"lora=3\" or {\"feature\": \"lora\", \"weight\": 3}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WantEntry, E> {
                let Some((feature, weight)) = text.rsplit_once('=') else {
                    return Ok(WantEntry(text.to_owned(), 1));
                };
                let weight = weight.trim().parse().map_err(|_| {
                    E::custom(format!("the weight {weight:?} is not a whole number from 1"))
                })?;
                Ok(WantEntry(feature.to_owned(), weight))
            }

            fn visit_map<A: MapAccess<'d>>(self, map: A) -> Result<WantEntry, A::Error> {
                let pair = Pair::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(WantEntry(pair.feature, pair.weight.unwrap_or(1)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A want as an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    feature: String,
    #[serde(default)]
    weight: Option<u64>,
}
