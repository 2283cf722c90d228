//! What stands in braces in texts, and what is written in its place.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The values of what stands in braces, and which of them were written.
pub(super) struct FilledValues {
    values: BTreeMap<String, String>,
    used: RefCell<BTreeSet<String>>,
}

impl FilledValues {
    pub(super) fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        FilledValues { values: values.into_iter().collect(), used: RefCell::default() }
    }

    /// The value of an id, which counts as written.
    pub(super) fn value(&self, id: &str) -> &str {
        self.used.borrow_mut().insert(id.to_owned());
        self.values.get(id).map_or("", String::as_str)
    }

    /// A text with what stands in braces filled in. In a text that is JSON the values are escaped.
    pub(super) fn fill(&self, text: &str) -> String {
        let is_json = text.starts_with(['{', '[']) && text.contains('"');
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let (before, from) = rest.split_at(start);
            filled.push_str(before);
            let known = from[1..].split_once('}').filter(|(id, _)| self.values.contains_key(*id));
            rest = match known {
                Some((id, after)) => {
                    let value = self.value(id);
                    filled.push_str(&if is_json { json_text(value) } else { value.to_owned() });
                    after
                }
                None => {
                    filled.push('{');
                    &from[1..]
                }
            };
        }
        filled + rest
    }

    /// Whether the value of an id was written.
    pub(super) fn is_used(&self, id: &str) -> bool {
        self.used.borrow().contains(id)
    }
}

/// A text as it stands between the quotes of JSON.
fn json_text(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_of_known_names_are_filled_and_others_stay() {
        let values = FilledValues::new([("model".to_owned(), "a\"b".to_owned())]);
        assert_eq!(values.fill("x {model} {other} {"), "x a\"b {other} {");
        assert_eq!(values.fill(r#"{"m":"{model}","k":{}}"#), r#"{"m":"a\"b","k":{}}"#);
        assert!(values.is_used("model") && !values.is_used("other"));
    }
}
