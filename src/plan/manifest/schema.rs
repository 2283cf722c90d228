//! An object and the fields of its API: what in the object they do not let one write.

use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::Value;

use super::node::ManifestNode;
use crate::matrix::Release;
use crate::matrix::deploy::{ApiSchema, FieldKind, SchemaField};

/// What in an object does not fit its API in a release, each with its path; nothing where all does. Only `spec`
/// is looked at: the rest is Kubernetes' own.
#[must_use]
pub fn schema_problems(
    schema: &ApiSchema,
    release: &Release,
    object: &ManifestNode,
) -> Vec<String> {
    let own = schema.fields.iter().filter(|field| field.releases.contains(release));
    let fields: HashMap<&str, &SchemaField> =
        own.map(|field| (field.path.as_str(), field)).collect();
    let mut problems = Vec::new();
    match object.get("spec") {
        Some(spec) => SchemaWalk { fields, problems: &mut problems }.look("spec", spec),
        None => problems.push("spec: it is missing".to_owned()),
    }
    problems
}

/// A walk through an object beside the fields that there are.
struct SchemaWalk<'a> {
    fields: HashMap<&'a str, &'a SchemaField>,
    problems: &'a mut Vec<String>,
}

impl SchemaWalk<'_> {
    fn look(&mut self, path: &str, node: &ManifestNode) {
        let Some(&field) = self.fields.get(path) else {
            return self.problem(path, "there is no such field");
        };
        if field.kind == FieldKind::Any || field.is_open {
            return;
        }
        match (field.kind, node) {
            (FieldKind::Object, ManifestNode::Map(entries)) => {
                let required = |child: &&str| {
                    let name = child.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
                    let is_own = name.is_some_and(|name| !name.contains(['.', '[', '{']));
                    is_own && self.fields[*child].required
                };
                let mut missing: Vec<&str> = self.fields.keys().copied().filter(required).collect();
                missing.retain(|child| node.get(&child[path.len() + 1..]).is_none());
                missing.sort_unstable();
                for child in missing {
                    self.problem(child, "it must be there");
                }
                for entry in entries {
                    let child = format!("{path}.{}", entry.key);
                    let any = format!("{path}{{}}");
                    let is_map = self.fields.contains_key(any.as_str());
                    self.look(if is_map { &any } else { &child }, &entry.node);
                }
            }
            (FieldKind::Array, ManifestNode::List(items)) => {
                if field.max_items.is_some_and(|most| items.len() > most) {
                    self.problem(path, "it has too many items");
                }
                items.iter().for_each(|item| self.look(&format!("{path}[]"), &item.node));
            }
            (_, ManifestNode::Document(_)) if field.kind == FieldKind::Text => {}
            (_, ManifestNode::Scalar(value)) => self.scalar(path, field, value),
            _ => self.problem(path, "it is of another type"),
        }
    }

    fn scalar(&mut self, path: &str, field: &SchemaField, value: &Value) {
        let fits = match (field.kind, value) {
            (FieldKind::Boolean, Value::Bool(_)) => true,
            (FieldKind::Integer | FieldKind::IntegerOrText | FieldKind::Number, value)
                if value.is_i64() =>
            {
                let (least, most) = field.range;
                let number = value.as_i64().unwrap_or_default();
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }
            (FieldKind::Text | FieldKind::IntegerOrText, Value::String(text)) => {
                fits_text(field, text)
            }
            _ => false,
        };
        if !fits {
            self.problem(path, &format!("it cannot be {value}"));
        }
    }

    fn problem(&mut self, path: &str, what: &str) {
        self.problems.push(format!("{path}: {what}"));
    }
}

fn fits_text(field: &SchemaField, text: &str) -> bool {
    let (least, most) = field.length;
    let length = text.chars().count();
    let pattern = field.pattern.as_deref().map(Regex::new);
    (field.values.is_empty() || field.values.iter().any(|value| value == text))
        && least.is_none_or(|least| length >= least)
        && most.is_none_or(|most| length <= most)
        && pattern.is_none_or(|pattern| pattern.is_ok_and(|pattern| pattern.is_match(text)))
}
