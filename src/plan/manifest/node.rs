//! The neutral tree of an object: what YAML and JSON write, in its order and with its comments.

use serde_json::{Map, Value};

/// A part of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestNode {
    /// A text, number, yes or no.
    Scalar(Value),
    /// A document of its own, which is written as text.
    Document(Box<ManifestNode>),
    /// A map, in the order in which it is written.
    Map(Vec<ManifestEntry>),
    /// A list.
    List(Vec<ManifestItem>),
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// What stands above it, a paragraph each.
    pub comments: Vec<String>,
    /// The key.
    pub key: String,
    /// The value.
    pub node: ManifestNode,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestItem {
    /// What stands above it, a paragraph each.
    pub comments: Vec<String>,
    /// The item.
    pub node: ManifestNode,
}

impl ManifestNode {
    /// An empty map.
    pub(super) fn map() -> Self {
        ManifestNode::Map(Vec::new())
    }

    /// A list of texts without comments.
    pub(super) fn texts(words: impl IntoIterator<Item = String>) -> Self {
        ManifestNode::List(words.into_iter().map(|word| item(word.into())).collect())
    }

    /// The value below a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&ManifestNode> {
        let ManifestNode::Map(entries) = self else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The same tree with every text changed.
    pub(super) fn map_texts(self, change: &impl Fn(&str) -> String) -> Self {
        match self {
            ManifestNode::Scalar(Value::String(text)) => change(&text).into(),
            ManifestNode::Scalar(value) => ManifestNode::Scalar(value),
            ManifestNode::Document(node) => {
                ManifestNode::Document(Box::new(node.map_texts(change)))
            }
            ManifestNode::Map(entries) => {
                let changed = |entry: ManifestEntry| ManifestEntry {
                    node: entry.node.map_texts(change),
                    ..entry
                };
                ManifestNode::Map(entries.into_iter().map(changed).collect())
            }
            ManifestNode::List(items) => {
                let changed =
                    |item: ManifestItem| ManifestItem { node: item.node.map_texts(change), ..item };
                ManifestNode::List(items.into_iter().map(changed).collect())
            }
        }
    }

    /// Writes a value below a path, whose maps are made where they are not there. `list[name]` is the item of
    /// a list that has this name.
    pub(super) fn put<S: AsRef<str>>(&mut self, path: &[S], comments: Vec<String>, node: Self) {
        let Some((first, rest)) = path.split_first() else {
            *self = node;
            return;
        };
        let (key, name) = match first.as_ref().split_once('[') {
            Some((key, name)) => (key, Some(name.trim_end_matches(']'))),
            None => (first.as_ref(), None),
        };
        let entry = self.entry(key);
        if rest.is_empty() && name.is_none() {
            entry.comments.extend(comments);
            entry.node = node;
            return;
        }
        let within = match name {
            Some(name) => entry.node.item_named(name),
            None => &mut entry.node,
        };
        within.put(rest, comments, node);
    }

    /// The entry of a map below a key, which is made where it is not there.
    fn entry(&mut self, key: &str) -> &mut ManifestEntry {
        if !matches!(self, ManifestNode::Map(_)) {
            *self = ManifestNode::map();
        }
        let ManifestNode::Map(entries) = self else { unreachable!("it was made one") };
        let at = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
            let key = key.to_owned();
            entries.push(ManifestEntry { comments: Vec::new(), key, node: ManifestNode::map() });
            entries.len() - 1
        });
        &mut entries[at]
    }

    /// The item of a list that has a name, which is made where it is not there.
    fn item_named(&mut self, name: &str) -> &mut ManifestNode {
        if !matches!(self, ManifestNode::List(_)) {
            *self = ManifestNode::List(Vec::new());
        }
        let ManifestNode::List(items) = self else { unreachable!("it was made one") };
        let named = ManifestNode::from(name.to_owned());
        let is_named = |item: &ManifestItem| item.node.get("name") == Some(&named);
        let at = items.iter().position(is_named).unwrap_or_else(|| {
            let mut node = ManifestNode::map();
            node.put(&["name"], Vec::new(), named.clone());
            items.push(item(node));
            items.len() - 1
        });
        &mut items[at].node
    }
}

/// An item without comments.
pub(super) fn item(node: ManifestNode) -> ManifestItem {
    ManifestItem { comments: Vec::new(), node }
}

/// A map of these entries, without comments.
pub(super) fn map<const N: usize>(entries: [(&str, ManifestNode); N]) -> ManifestNode {
    let entry = |(key, node): (&str, ManifestNode)| ManifestEntry {
        comments: Vec::new(),
        key: key.to_owned(),
        node,
    };
    ManifestNode::Map(entries.into_iter().map(entry).collect())
}

impl From<String> for ManifestNode {
    fn from(text: String) -> Self {
        ManifestNode::Scalar(Value::String(text))
    }
}

impl From<&str> for ManifestNode {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Value> for ManifestNode {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(table) => table.into(),
            Value::Array(items) => {
                ManifestNode::List(items.into_iter().map(|value| item(value.into())).collect())
            }
            scalar => ManifestNode::Scalar(scalar),
        }
    }
}

impl From<Map<String, Value>> for ManifestNode {
    fn from(table: Map<String, Value>) -> Self {
        let entry = |(key, value): (String, Value)| ManifestEntry {
            comments: Vec::new(),
            key,
            node: value.into(),
        };
        ManifestNode::Map(table.into_iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_makes_maps_and_named_items() {
        let mut node = ManifestNode::map();
        node.put(&["a", "list[main]", "x/y.z"], Vec::new(), "1".into());
        node.put(&["a", "list[main]", "b"], vec!["why".to_owned()], "2".into());
        let main = map([("name", "main".into()), ("x/y.z", "1".into()), ("b", "2".into())]);
        let ManifestNode::Map(top) = &node else { panic!("a map") };
        let Some(ManifestNode::List(items)) = top[0].node.get("list") else { panic!("a list") };
        let ManifestNode::Map(entries) = &items[0].node else { panic!("a map") };
        assert_eq!(items.len(), 1);
        assert_eq!(entries[2].comments, ["why"]);
        for key in ["name", "x/y.z", "b"] {
            assert_eq!(items[0].node.get(key), main.get(key));
        }
    }
}
