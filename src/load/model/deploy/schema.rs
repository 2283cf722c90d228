//! The file of the fields that versions of the API have.

use super::super::fields::TableFields;
use super::super::files;
use super::super::suggest::shown;
use super::{releases, sources, text, texts};
use crate::load::problems::Problems;
use crate::matrix::deploy::{ApiSchema, FieldKind, SchemaField};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/schema/v1";

/// The keys of a field.
const KEYS: [&str; 12] = [
    "path",
    "type",
    "required",
    "open",
    "enum",
    "pattern",
    "min",
    "max",
    "min-length",
    "max-length",
    "max-items",
    "releases",
];

/// Reads the fields of every version; `None` where the text is no TOML.
pub(in crate::load::model) fn read(text: &str, problems: &Problems) -> Option<Vec<ApiSchema>> {
    let parsed = files::parse(text, 0, problems)?;
    let keys = ["format", "repository", "version"];
    let root = TableFields::new(&parsed, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let versions = root.tables("version", &["api", "releases", "source", "fields"]);
    Some(versions.iter().filter_map(|row| version(row, problems)).collect())
}

fn version(row: &TableFields<'_>, problems: &Problems) -> Option<ApiSchema> {
    let fields = row.tables("fields", &KEYS);
    Some(ApiSchema {
        api: row.filled_text("api")?.value,
        releases: releases(row, problems),
        fields: fields.iter().filter_map(|row| field(row, problems)).collect(),
        sources: sources(row),
    })
}

fn field(row: &TableFields<'_>, problems: &Problems) -> Option<SchemaField> {
    let (path, kind) = (row.filled_text("path"), kind(row, problems));
    Some(SchemaField {
        path: path?.value,
        kind: kind?,
        required: row.flag("required"),
        is_open: row.flag("open"),
        values: texts(row, "enum"),
        pattern: text(row, "pattern"),
        range: (row.number("min"), row.number("max")),
        length: (row.number("min-length"), row.number("max-length")),
        max_items: row.number("max-items"),
        releases: releases(row, problems),
    })
}

fn kind(row: &TableFields<'_>, problems: &Problems) -> Option<FieldKind> {
    let written = row.required_text("type")?;
    match written.value.as_str() {
        "any" => Some(FieldKind::Any),
        "array" => Some(FieldKind::Array),
        "boolean" => Some(FieldKind::Boolean),
        "integer" => Some(FieldKind::Integer),
        "int-or-string" => Some(FieldKind::IntegerOrText),
        "number" => Some(FieldKind::Number),
        "object" => Some(FieldKind::Object),
        "string" => Some(FieldKind::Text),
        other => {
            let message = format!("`{}` is no type of a field", shown(other));
            let help = "write `any`, `array`, `boolean`, `integer`, `int-or-string`, `number`, `object` or `string`";
            problems.error("unknown-type", &written.place, message, help);
            None
        }
    }
}
