//! Where two answers differ.

use std::sync::Arc;

use dynamo_plan::plan::{Outcome, TouchedCell};
use serde::Serialize;
use serde_json::Value;

/// The first part in which an answer is not the expected one. The words of definitions, notices
/// and what names the tool and its matrices are not compared.
pub fn difference(expected: &Outcome, actual: &Outcome) -> Option<String> {
    let [expected, actual] = [expected, actual].map(comparable);
    let parts = expected.as_object().unwrap().keys();
    parts.filter_map(|part| part_difference(part, &expected[part], &actual[part])).next()
}

fn part_difference(part: &str, expected: &Value, actual: &Value) -> Option<String> {
    if expected == actual {
        return None;
    }
    if let (Value::Array(expected), Value::Array(actual)) = (expected, actual) {
        let differs = expected.iter().zip(actual).position(|(a, b)| a != b);
        let at = differs.unwrap_or(expected.len().min(actual.len()));
        return Some(format!(
            "{part}[{at}] of {} (expected) and {} (actual):\nexpected {}\nactual   {}",
            expected.len(),
            actual.len(),
            text(expected.get(at)),
            text(actual.get(at)),
        ));
    }
    Some(format!("{part}:\nexpected {expected}\nactual   {actual}"))
}

fn text(value: Option<&Value>) -> String {
    value.map_or("nothing".to_owned(), Value::to_string)
}

/// An answer as JSON without the parts that are not compared. How plans are run is compared with their notes
/// elsewhere.
fn comparable(answer: &Outcome) -> Value {
    let mut answer = answer.clone();
    let best = answer.corrections.iter_mut().map(|correction| &mut correction.best);
    for plan in answer.plans.iter_mut().chain(best) {
        (plan.engine, plan.platforms, plan.run) = (None, Vec::new(), None);
    }
    let cells = answer.rejected.iter_mut().flat_map(|it| &mut it.blocking);
    cells.for_each(shorten_definition);
    let mut value = json(&answer);
    let parts = value.as_object_mut().unwrap();
    for part in ["schema", "tool", "matrices", "notices"] {
        parts.remove(part);
    }
    value
}

fn shorten_definition(cell: &mut Arc<TouchedCell>) {
    for note in &mut Arc::make_mut(cell).notes {
        if note.source.0.is_empty() && note.text.contains("by definition") {
            note.text = "by definition".into();
        }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}
