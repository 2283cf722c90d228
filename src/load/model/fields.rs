//! Typed fields out of a TOML table; whatever is wrong with one is noted and the field left out.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::placed::{Placed, place};
use super::suggest::{shown, suggest};
use crate::load::FileSpan;
use crate::load::problems::Problems;

/// The longest text that is no grid.
const MAX_TEXT: usize = 64 << 10;

/// A table whose keys are known.
pub(super) struct TableFields<'t> {
    table: &'t DeTable<'t>,
    place: FileSpan,
    problems: &'t Problems,
}

/// A value of a table and its place.
pub(super) type PlacedValue<'t> = Placed<&'t DeValue<'t>>;

impl<'t> TableFields<'t> {
    /// A table that may have the given keys and no others.
    pub(super) fn new(
        table: &'t DeTable<'t>,
        at: FileSpan,
        keys: &[&str],
        problems: &'t Problems,
    ) -> Self {
        let unknown = table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref()));
        for key in unknown.take_while(|_| !problems.is_full()) {
            let name = key.get_ref();
            problems.error(
                "unknown-key",
                &place(at.file, key.span()),
                format!("unknown key `{}`", shown(name)),
                suggest(name, keys.iter().copied(), &format!("the keys are {}", keys.join(", "))),
            );
        }
        TableFields { table, place: at, problems }
    }

    /// Where the table was opened.
    pub(super) fn place(&self) -> &FileSpan {
        &self.place
    }

    /// Every key with its value, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Placed<&'t str>, PlacedValue<'t>)> {
        let file = self.place.file;
        let entry = |(key, value): (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>)| {
            let key = Placed { value: key.get_ref().as_ref(), place: place(file, key.span()) };
            (key, Placed { value: value.get_ref(), place: place(file, value.span()) })
        };
        let mut entries: Vec<_> = self.table.iter().map(entry).collect();
        // The parser keeps keys by name; messages and backends follow the order of the file.
        entries.sort_by_key(|(key, _)| key.place.span.start);
        entries
    }

    /// A value of any type.
    pub(super) fn value(&self, key: &str) -> Option<PlacedValue<'t>> {
        let value = self.table.get(key)?;
        Some(Placed { value: value.get_ref(), place: place(self.place.file, value.span()) })
    }

    /// A string.
    pub(super) fn text(&self, key: &str) -> Option<Placed<String>> {
        self.value(key).and_then(|value| text(value, key, self.problems))
    }

    /// A string that must be there.
    pub(super) fn required_text(&self, key: &str) -> Option<Placed<String>> {
        if !self.table.contains_key(key) {
            self.missing(key);
        }
        self.text(key)
    }

    /// A string that must be there and say something.
    pub(super) fn filled_text(&self, key: &str) -> Option<Placed<String>> {
        let text = self.required_text(key)?;
        if text.value.trim().is_empty() {
            let message = format!("`{key}` is empty");
            self.problems.error("empty-text", &text.place, message, "write what it is to say");
            return None;
        }
        Some(text)
    }

    /// A day, such as `2026-02-11`.
    pub(super) fn day(&self, key: &str) -> Option<Placed<String>> {
        let day = self.text(key)?;
        if !is_day(&day.value) {
            let message = format!("`{}` is no day", shown(&day.value));
            self.problems.error("bad-date", &day.place, message, "write one such as `2026-02-11`");
            return None;
        }
        Some(day)
    }

    /// Says that a key must be there.
    pub(super) fn missing(&self, key: &str) {
        self.problems.error(
            "missing-key",
            &self.place,
            format!("the key `{key}` is missing"),
            format!("add a line `{key} = …` here"),
        );
    }

    /// A yes or no; no where it is not written.
    pub(super) fn flag(&self, key: &str) -> bool {
        match self.value(key) {
            Some(Placed { value: DeValue::Boolean(flag), .. }) => *flag,
            Some(value) => {
                self.mistyped(&value, key, "`true` or `false`");
                false
            }
            None => false,
        }
    }

    /// A whole number.
    pub(super) fn number<N: std::str::FromStr>(&self, key: &str) -> Option<N> {
        let value = self.value(key)?;
        let number = match value.value {
            DeValue::Integer(digits) => digits.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.mistyped(&value, key, "a whole number that is not too large");
        }
        number
    }

    /// A list of strings; a single string counts as a list of one.
    pub(super) fn texts(&self, key: &str) -> Vec<Placed<String>> {
        self.value(key).map(|value| texts(&value, key, self.problems)).unwrap_or_default()
    }

    /// A list of lists of strings.
    pub(super) fn lists(&self, key: &str) -> Vec<Placed<Vec<Placed<String>>>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.value else {
            self.mistyped(&value, key, "a list of lists");
            return Vec::new();
        };
        let file = self.place.file;
        let at = |item: &'t Spanned<DeValue<'t>>| Placed {
            value: item.get_ref(),
            place: place(file, item.span()),
        };
        items.iter().filter_map(|item| terms(&at(item), self.problems)).collect()
    }

    /// A table.
    pub(super) fn table(&self, key: &str, keys: &[&str]) -> Option<TableFields<'t>> {
        let table = self.open_table(key)?;
        Some(TableFields::new(table.table, table.place, keys, self.problems))
    }

    /// A table whose keys are names.
    pub(super) fn open_table(&self, key: &str) -> Option<TableFields<'t>> {
        let value = self.value(key)?;
        match value.value {
            DeValue::Table(table) => {
                Some(TableFields { table, place: value.place, problems: self.problems })
            }
            _ => {
                self.mistyped(&value, key, "a table");
                None
            }
        }
    }

    /// An array of tables.
    pub(super) fn tables(&self, key: &str, keys: &[&str]) -> Vec<TableFields<'t>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.value else {
            self.mistyped(&value, key, "an array of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            let at = place(self.place.file, item.span());
            match item.get_ref() {
                DeValue::Table(table) => {
                    tables.push(TableFields::new(table, at, keys, self.problems));
                }
                other => {
                    self.mistyped(&Placed { value: other, place: at }, key, "an array of tables");
                }
            }
        }
        tables
    }

    fn mistyped(&self, value: &PlacedValue<'_>, key: &str, wanted: &str) {
        mistyped(value, key, wanted, self.problems);
    }
}

/// Whether a text is a day of the calendar, as `2026-02-11`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let [year, month, day] = parts[..] else { return false };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] || !parts.iter().all(is_number) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let is_leap = |year: u32| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let days = match number(month) {
        2 if is_leap(number(year)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&number(day))
}

fn mistyped(value: &PlacedValue<'_>, key: &str, wanted: &str, problems: &Problems) {
    problems.error(
        "wrong-type",
        &value.place,
        format!("`{key}` is of type {}", value.value.type_str()),
        format!("write {wanted}"),
    );
}

/// A string, or a note that it is none.
pub(super) fn text(
    value: PlacedValue<'_>,
    key: &str,
    problems: &Problems,
) -> Option<Placed<String>> {
    let DeValue::String(text) = value.value else {
        mistyped(&value, key, "a text in quotes", problems);
        return None;
    };
    if text.len() > MAX_TEXT {
        let message = format!("`{key}` is longer than {MAX_TEXT} bytes");
        problems.error("too-long", &value.place, message, "shorten it");
        return None;
    }
    Some(value.map(|_| text.to_string()))
}

/// A list of strings; a single string counts as a list of one.
pub(super) fn texts(
    value: &PlacedValue<'_>,
    key: &str,
    problems: &Problems,
) -> Vec<Placed<String>> {
    let DeValue::Array(items) = value.value else {
        return text(value.clone(), key, problems).into_iter().collect();
    };
    let items = items
        .iter()
        .map(|item| Placed { value: item.get_ref(), place: place(value.place.file, item.span()) });
    items.filter_map(|item| text(item, key, problems)).collect()
}

/// The list of strings that an entry is about; `None` where one of them is no string.
pub(super) fn terms(
    value: &PlacedValue<'_>,
    problems: &Problems,
) -> Option<Placed<Vec<Placed<String>>>> {
    let written = texts(value, "terms", problems);
    let wanted = value.value.as_array().map_or(1, |items| items.len());
    (written.len() == wanted).then(|| Placed { value: written, place: value.place.clone() })
}
