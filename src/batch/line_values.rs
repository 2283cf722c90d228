//! The values of a request line: JSON in the spellings that people use in, plain values out.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::line_error::Id;

/// Reads an object from JSON. What serde derives would take a list by position too.
///
/// # Errors
///
/// Where the text is no JSON, no object, or none that means a `T`.
pub(super) fn from_object<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).map(|Object(read)| read)
}

/// A value that only a JSON object means.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

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

/// Whether a text is JSON in every escape: half a surrogate pair is no character, which is noticed only where
/// a text is decoded.
///
/// # Errors
///
/// Where it is none.
pub(super) fn check_json(text: &str) -> serde_json::Result<()> {
    if text.contains("\\u") {
        return serde_json::from_str::<Value>(text).map(|_| ());
    }
    serde_json::from_str::<IgnoredAny>(text).map(|_| ())
}

/// Reads an id or a name to be given back on one line, `null` too.
pub(super) fn given<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Id, D::Error> {
    let reason = |error: serde_json::Error| {
        error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
    };
    on_one_line(Box::deserialize(deserializer)?).map_err(|error| de::Error::custom(reason(error)))
}

/// The same, or nothing where it cannot be given back.
pub(super) fn given_if_whole<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Id, D::Error> {
    Ok(on_one_line(Box::deserialize(deserializer)?).unwrap_or_default())
}

/// In JSON a bare line break is white space: a text holds it escaped.
fn on_one_line(raw: Box<RawValue>) -> serde_json::Result<Id> {
    check_json(raw.get())?;
    if !raw.get().contains(['\n', '\r']) {
        return Ok(Some(raw));
    }
    RawValue::from_string(raw.get().replace(['\n', '\r'], " ")).map(Some)
}

/// Reads the version of a driver, whose first number counts: `580`, `580.126` or `"580.126.09"`.
pub(super) fn driver<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(raw) = Id::deserialize(deserializer)? else { return Ok(None) };
    let decoded = serde_json::from_str::<String>(raw.get());
    let text = decoded.as_deref().unwrap_or(raw.get());
    let major = text.trim().split('.').next().unwrap_or_default();
    major.parse().map(Some).map_err(|_| {
        de::Error::custom(format!("{} is no driver version; write one like 575", raw.get()))
    })
}

/// A list of names, or one name.
#[derive(Debug)]
pub(super) struct NameList(pub(super) Vec<String>);

impl<'d> Deserialize<'d> for NameList {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'d> Visitor<'d> for List {
            type Value = NameList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of strings")
            }

            fn visit_str<E>(self, one: &str) -> Result<Self::Value, E> {
                Ok(NameList(vec![one.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'d>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(NameList(list))
            }
        }
        deserializer.deserialize_any(List)
    }
}

/// One want: a name with or without `=WEIGHT`, or an object of both.
#[derive(Debug)]
pub(super) struct WantEntry(pub(super) String, pub(super) u64);

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
