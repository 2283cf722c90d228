//! The names that a file may define: features, groups, backends and the dimension.

use super::fields::TableFields;
use super::placed::Placed;
use crate::load::FileSpan;
use crate::load::problems::Problems;
use crate::matrix::slug;

/// A `[[feature]]`, `[[group]]` or `[[backend]]`.
#[derive(Clone, Debug)]
pub(super) struct NamedEntry {
    /// The id; the slug of the name where none is written.
    pub(super) id: Placed<String>,
    /// The printed name.
    pub(super) name: String,
    /// Other names.
    pub(super) aliases: Vec<Placed<String>>,
    /// The group of a feature.
    pub(super) group: Option<Placed<String>>,
}

/// A `[dimension]`.
pub(super) struct RawDimension {
    /// The id in terms.
    pub(super) id: Placed<String>,
    /// What a person calls it.
    pub(super) name: String,
    /// The feature or group that must be on.
    pub(super) when: Placed<String>,
    /// The options.
    pub(super) options: Vec<RawOption>,
}

/// A `[[dimension.option]]`.
pub(super) struct RawOption {
    /// The id, whose slashes are significant.
    pub(super) id: Placed<String>,
    /// How many worker roles a deployment has with it.
    pub(super) roles: u8,
    /// The terms that hold with it by definition.
    pub(super) requires: Vec<Placed<String>>,
    /// What it means.
    pub(super) summary: String,
}

/// Reads the entries of one kind.
pub(super) fn named(root: &TableFields<'_>, key: &str) -> Vec<NamedEntry> {
    let keys: &[&str] = match key {
        "feature" => &["id", "name", "aliases", "group"],
        _ => &["id", "name", "aliases"],
    };
    let entries = root.tables(key, keys).into_iter().filter_map(|entry| {
        let name = entry.required_text("name")?;
        let id = match entry.text("id") {
            Some(id) => id,
            None => Placed { value: slug(&name.value), place: name.place },
        };
        let group = if key == "feature" { entry.text("group") } else { None };
        Some(NamedEntry { id, name: name.value, aliases: entry.texts("aliases"), group })
    });
    entries.collect()
}

/// Reads the dimension.
pub(super) fn dimension(
    root: &TableFields<'_>,
    problems: &Problems,
) -> Option<Placed<RawDimension>> {
    let table = root.table("dimension", &["id", "name", "when", "option"])?;
    let place: FileSpan = table.place().clone();
    let id = table.required_text("id");
    let when = table.required_text("when");
    let options = table.tables("option", &["id", "roles", "requires", "summary"]);
    if options.is_empty() {
        problems.error(
            "no-options",
            &place,
            "a dimension without options",
            "write a [[dimension.option]] for each choice",
        );
    }
    let options = options.into_iter().filter_map(|option| {
        let id = option.required_text("id")?;
        Some(RawOption {
            roles: option.number("roles").unwrap_or(1),
            requires: option.texts("requires"),
            summary: option.text("summary").map(|at| at.value).unwrap_or_default(),
            id,
        })
    });
    let options = options.collect();
    let (id, when) = (id?, when?);
    let name = table.text("name").map_or_else(|| id.value.clone(), |at| at.value);
    Some(Placed { value: RawDimension { id, name, when, options }, place })
}
