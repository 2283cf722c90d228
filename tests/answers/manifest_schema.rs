//! The fields of the operator's API as they are stored, and the definitions that they were read from, where
//! `DYNAMO_PLAN_CRDS` names a folder of those.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::matrix::deploy::{ApiSchema, FieldKind, SchemaField};
use dynamo_plan::plan::ManifestOptions;
use dynamo_plan::render::manifest::to_json;
use dynamo_plan::{Planner, Query};
use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value, json};

/// The definitions, each with the release of its file name.
fn definitions() -> Vec<(Release, Value)> {
    let Ok(folder) = std::env::var("DYNAMO_PLAN_CRDS") else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let release = |path: &PathBuf| {
        let name = path.file_stem()?.to_str()?.strip_prefix("dynamographdeployments-")?.to_owned();
        Some(Release::new(name.split('-').next()?))
    };
    let read = |path: &PathBuf| Some((release(path)?, yaml(&fs::read_to_string(path).unwrap())));
    let found: Vec<_> = paths.iter().filter_map(read).collect();
    assert!(!found.is_empty(), "no definition in the folder");
    found
}

/// A YAML document as JSON: what definitions use of YAML.
fn yaml(text: &str) -> Value {
    let mut stack: Vec<(Value, Option<String>)> = Vec::new();
    let mut whole = Value::Null;
    for event in Parser::new_from_str(text) {
        let done = match event.unwrap().0 {
            Event::MappingStart(..) => {
                stack.push((json!({}), None));
                continue;
            }
            Event::SequenceStart(..) => {
                stack.push((json!([]), None));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => stack.pop().unwrap().0,
            Event::Scalar(text, style, ..) => match style {
                saphyr_parser::ScalarStyle::Plain => {
                    serde_json::from_str(&text).unwrap_or_else(|_| text.to_string().into())
                }
                _ => text.to_string().into(),
            },
            _ => continue,
        };
        match stack.last_mut() {
            Some((Value::Array(items), _)) => items.push(done),
            Some((Value::Object(map), key)) => match key.take() {
                Some(key) => drop(map.insert(key, done)),
                None => *key = Some(done.as_str().map_or_else(|| done.to_string(), str::to_owned)),
            },
            _ => whole = done,
        }
    }
    whole
}

/// The schema of a version in a definition.
fn of_version<'d>(definition: &'d Value, api: &str) -> Option<&'d Value> {
    let versions = definition["spec"]["versions"].as_array()?;
    let name = api.rsplit('/').next()?;
    let own = versions.iter().find(|version| version["name"] == name)?;
    Some(&own["schema"]["openAPIV3Schema"])
}

/// The schema with unknown fields forbidden, as JSON Schema has it.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut closed: Map<String, Value> = map
                .iter()
                .filter(|(key, _)| !key.starts_with("x-kubernetes") && *key != "format")
                .map(|(key, value)| match key.as_str() {
                    "enum" | "required" | "default" => (key.clone(), value.clone()),
                    _ => (key.clone(), self::closed(value)),
                })
                .collect();
            let is_free =
                map.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true));
            if map.get("properties").is_some_and(Value::is_object)
                && map.get("type") == Some(&"object".into())
                && !is_free
            {
                closed.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            Value::Object(closed)
        }
        Value::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

/// Requests that reach every part that is written.
const NEEDS: [&[&str]; 10] = [
    &["disagg", "kv-routing"],
    &["disagg", "kvbm"],
    &["disagg", "planner"],
    &["planner"],
    &["lora"],
    &["image"],
    &["tools", "spec-decode"],
    &["migration"],
    &["snapshot"],
    &["failover"],
];

#[test]
fn what_is_written_is_valid_with_unknown_fields_forbidden() {
    for (release, definition) in definitions() {
        let planner = Planner::of_matrices(bundle::matrix(&release).into_iter().collect());
        let mut written = 0;
        for needs in NEEDS {
            let Ok(request) = planner.resolve(&Query::needing(needs.iter().copied())) else {
                continue;
            };
            for plan in planner.answer(&request).plans {
                let mut options = ManifestOptions::default();
                options.use_image("own").unwrap();
                for options in [ManifestOptions::default(), options] {
                    let Ok(made) = planner.manifest(&request, &plan, &options) else { continue };
                    let list: Value = serde_json::from_str(&to_json(&made)).unwrap();
                    for object in list["items"].as_array().unwrap() {
                        if object["kind"] != "DynamoGraphDeployment" {
                            continue;
                        }
                        let api = object["apiVersion"].as_str().unwrap();
                        let mut schema = closed(of_version(&definition, api).unwrap());
                        schema["properties"]["metadata"] = json!({ "type": "object" });
                        let validator = jsonschema::validator_for(&schema).unwrap();
                        let errors: Vec<String> = validator
                            .iter_errors(object)
                            .map(|e| format!("{}: {e}", e.instance_path()))
                            .collect();
                        assert!(
                            errors.is_empty(),
                            "{release} {needs:?} {}: {errors:?}",
                            plan.backend
                        );
                        written += 1;
                    }
                }
            }
        }
        assert!(written > 30, "{release}: {written}");
    }
}

/// A field that is no array, object or leaf of a kind is open, and nothing below it is looked at.
fn flatten<'d>(
    path: &str,
    schema: &'d Value,
    required: bool,
    into: &mut BTreeMap<String, (&'d Value, bool)>,
) {
    into.insert(path.to_owned(), (schema, required));
    let needed = schema["required"].as_array();
    let is_needed = |key: &str| needed.is_some_and(|needed| needed.iter().any(|it| it == key));
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        flatten(&format!("{path}.{key}"), value, is_needed(key), into);
    }
    if schema["additionalProperties"].is_object() {
        flatten(&format!("{path}{{}}"), &schema["additionalProperties"], false, into);
    }
    if schema["items"].is_object() {
        flatten(&format!("{path}[]"), &schema["items"], false, into);
    }
}

fn kind(schema: &Value) -> FieldKind {
    if schema["x-kubernetes-int-or-string"] == true {
        return FieldKind::IntegerOrText;
    }
    match schema["type"].as_str() {
        Some("array") => FieldKind::Array,
        Some("boolean") => FieldKind::Boolean,
        Some("integer") => FieldKind::Integer,
        Some("number") => FieldKind::Number,
        Some("object") => FieldKind::Object,
        Some("string") => FieldKind::Text,
        _ => FieldKind::Any,
    }
}

/// The fields of a version in a release, by path.
fn stored<'s>(schema: &'s ApiSchema, release: &Release) -> BTreeMap<&'s str, &'s SchemaField> {
    let own = schema.fields.iter().filter(|field| field.releases.contains(release));
    own.map(|field| (field.path.as_str(), field)).collect()
}

#[test]
fn the_stored_fields_are_those_of_the_definitions() {
    let schemas = bundle::api_schemas();
    for (release, definition) in definitions() {
        for schema in schemas.iter().filter(|schema| schema.releases.contains(&release)) {
            let original = of_version(&definition, &schema.api).unwrap();
            let mut fields = BTreeMap::new();
            flatten("spec", &original["properties"]["spec"], false, &mut fields);
            let own = stored(schema, &release);
            for (path, field) in &own {
                let (original, required) =
                    fields.get(*path).unwrap_or_else(|| panic!("{release} {path}"));
                assert_eq!(field.kind, kind(original), "{release} {path}");
                assert_eq!(field.required, *required, "{release} {path}");
                let values = original["enum"].as_array().into_iter().flatten();
                let values: Vec<_> = values.filter_map(Value::as_str).collect();
                assert_eq!(field.values, values, "{release} {path}");
                assert_eq!(
                    field.pattern.as_deref().filter(|_| field.kind == FieldKind::Text),
                    original["pattern"].as_str().filter(|_| field.kind == FieldKind::Text),
                    "{release} {path}"
                );
                let number = |key: &str| original[key].as_f64().map(|number| number as i64);
                assert_eq!(field.range, (number("minimum"), number("maximum")), "{release} {path}");
            }
            for path in fields.keys().filter(|path| !own.contains_key(path.as_str())) {
                let is_below =
                    |field: &&&SchemaField| field.is_open && path.starts_with(&field.path);
                assert!(
                    own.values().any(|field| is_below(&field)),
                    "{release} {path} is not stored"
                );
            }
        }
    }
}

/// A field stands once for each release, below fields that are there.
#[test]
fn the_stored_fields_hang_together() {
    for release in bundle::releases() {
        for schema in bundle::api_schemas().iter().filter(|it| it.releases.contains(&release)) {
            let own = stored(schema, &release);
            let rows = schema.fields.iter().filter(|field| field.releases.contains(&release));
            assert_eq!(rows.count(), own.len(), "{release} {}", schema.api);
            for path in own.keys().filter(|path| **path != "spec") {
                let end = path.rfind(['.', '[', '{']).unwrap();
                assert!(own.contains_key(&path[..end]), "{release} {path}");
            }
        }
    }
}
