//! Values of fields and options: TOML in, [`FieldValue`] out.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::fields::TableFields;
use super::super::placed::place;
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::deploy::FieldValue;

/// The table below a key, in the order of its keys; nothing where it is not written.
pub(super) fn table(
    entry: &TableFields<'_>,
    key: &str,
    problems: &Problems,
) -> Vec<(String, FieldValue)> {
    let Some(table) = entry.open_table(key) else { return Vec::new() };
    let entries = table.entries().into_iter().filter_map(|(name, value)| {
        Some((name.value.to_owned(), field_value(value.value, &value.place, problems)?))
    });
    entries.collect()
}

fn field_value(value: &DeValue<'_>, at: &FileSpan, problems: &Problems) -> Option<FieldValue> {
    let within = |item: &Spanned<DeValue<'_>>| {
        field_value(item.get_ref(), &place(at.file, item.span()), problems)
    };
    let wrong = || {
        let message = format!("a value of type {}", value.type_str());
        let help = "write a text, a whole number, `true`, `false`, a list or a table";
        problems.error("wrong-type", at, message, help);
    };
    match value {
        DeValue::Boolean(flag) => Some(FieldValue::Flag(*flag)),
        DeValue::String(text) => Some(FieldValue::Text(text.to_string())),
        DeValue::Integer(digits) => {
            let number = digits.as_str().parse().ok().map(FieldValue::Number);
            if number.is_none() {
                wrong();
            }
            number
        }
        DeValue::Array(items) => Some(FieldValue::List(items.iter().filter_map(within).collect())),
        DeValue::Table(table) => Some(FieldValue::Table(fields(table, within))),
        DeValue::Float(_) | DeValue::Datetime(_) => {
            wrong();
            None
        }
    }
}

fn fields(
    table: &DeTable<'_>,
    value: impl Fn(&Spanned<DeValue<'_>>) -> Option<FieldValue>,
) -> Vec<(String, FieldValue)> {
    let named = table.iter().map(|(name, item)| Some((name.get_ref().to_string(), value(item)?)));
    named.flatten().collect()
}
