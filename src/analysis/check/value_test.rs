//! Whether a value passes the test of a signal.

use serde_json::Value;

use crate::matrix::deploy::{FieldValue, NumberTest, SignalTest};

/// Words that mean yes.
const YES: [&str; 5] = ["1", "true", "yes", "on", "y"];
/// Words that mean no.
const NO: [&str; 6] = ["0", "false", "no", "off", "n", ""];

/// A value as it was read.
#[derive(Clone, Copy)]
pub(super) struct ReadValue<'v> {
    /// The words.
    pub(super) words: &'v [String],
    /// Whether all of it is known.
    pub(super) is_known: bool,
    /// Whether it is a flag, which means yes by being there.
    pub(super) is_flag: bool,
}

/// Whether a value passes; `None` where what is not known decides.
pub(super) fn passes(test: &SignalTest, value: ReadValue<'_>) -> Option<bool> {
    let ReadValue { words, is_known, is_flag } = value;
    let known = |passes: bool| if passes || is_known { Some(passes) } else { None };
    let mut parts = Vec::new();
    if !test.values.is_empty() {
        let passes = words.iter().any(|word| test.values.iter().any(|it| it == word));
        parts.push(if is_known { Some(passes) } else { None });
    }
    if !test.contains.is_empty() {
        let has = |word: &String| test.contains.iter().any(|it| word.contains(it.as_str()));
        parts.push(known(words.iter().any(has)));
    }
    let asks_json = !(test.json.is_empty() && test.json_not.is_empty() && test.json_has.is_empty());
    if asks_json || test.json_positive.is_some() {
        parts.push(passes_json(test, words, is_known));
    }
    if let Some(number) = test.number {
        parts.push(match (words.first(), is_known) {
            (Some(word), true) => Some(word.trim().parse().is_ok_and(|it| is_number(it, number))),
            (None, true) => Some(false),
            _ => None,
        });
    }
    if let Some(wanted) = test.truthy {
        parts.push(match words.first() {
            None => Some(wanted == is_flag),
            Some(word) => known_word(word).map(|means| means == wanted).filter(|_| is_known),
        });
    }
    // All parts must pass; one that fails decides, whatever else is not known.
    match parts.contains(&Some(false)) {
        true => Some(false),
        false => parts.iter().all(Option::is_some).then_some(true),
    }
}

/// Whether a word means yes; `None` where it means neither.
fn known_word(word: &str) -> Option<bool> {
    let word = word.trim().to_ascii_lowercase();
    match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn is_number(number: f64, test: NumberTest) -> bool {
    match test {
        NumberTest::Zero => number == 0.0,
        NumberTest::Positive => number > 0.0,
        NumberTest::Several => number > 1.0,
    }
}

fn passes_json(test: &SignalTest, words: &[String], is_known: bool) -> Option<bool> {
    // A JSON text that a program gets is one word.
    let Some(value) = words.first().and_then(|word| json(word)) else {
        return is_known.then_some(false);
    };
    let has = |(key, wanted): &(String, FieldValue)| {
        value.get(key).is_some_and(|found| equals(found, wanted))
    };
    let positive = |key: &String| match value.get(key) {
        Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number > 0.0),
        // A limit with more to say holds the number as its count.
        Some(Value::Object(more)) => {
            more.get("count").is_none_or(|count| count.as_f64().is_some_and(|count| count > 0.0))
        }
        _ => false,
    };
    let passes = test.json.iter().all(has)
        && (test.json_not.is_empty() || !test.json_not.iter().all(has))
        && test.json_has.iter().all(|key| value.get(key).is_some_and(|found| !found.is_null()))
        && test.json_positive.iter().all(positive);
    Some(passes)
}

/// A word as JSON, or as what programs take beside it: `image=1,video=0`.
fn json(word: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(word) {
        return value.is_object().then_some(value);
    }
    let pairs = word.split(',').map(|pair| pair.split_once('='));
    let entry = |(key, value): (&str, &str)| {
        Some((key.trim().to_owned(), Value::from(value.trim().parse::<i64>().ok()?)))
    };
    let entries = pairs.map(|pair| pair.and_then(entry)).collect::<Option<Vec<_>>>()?;
    Some(Value::Object(entries.into_iter().collect()))
}

fn equals(found: &Value, wanted: &FieldValue) -> bool {
    match wanted {
        FieldValue::Flag(flag) => {
            found.as_bool() == Some(*flag)
                || found.as_str().and_then(known_word).is_some_and(|means| means == *flag)
        }
        FieldValue::Number(number) => found.as_i64() == Some(*number),
        FieldValue::Text(text) => found.as_str() == Some(text),
        FieldValue::List(items) => found.as_array().is_some_and(|found| {
            found.len() == items.len() && found.iter().zip(items).all(|(a, b)| equals(a, b))
        }),
        FieldValue::Table(entries) => entries
            .iter()
            .all(|(key, wanted)| found.get(key).is_some_and(|found| equals(found, wanted))),
    }
}
