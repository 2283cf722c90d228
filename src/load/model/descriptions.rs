//! The file of what features, groups and backends are.

use super::document::repository;
use super::fields::TableFields;
use super::files;
use super::suggest::{shown, suggest};
use crate::load::problems::Problems;
use crate::matrix::{Description, Vocabulary};

/// The first line of such a file.
const FORMAT: &str = "dynamo-plan/descriptions/v1";

/// Reads the descriptions; `None` where the text is no TOML.
pub(super) fn read(
    text: &str,
    vocabulary: &Vocabulary,
    problems: &Problems,
) -> Option<Vec<Description>> {
    let table = files::parse(text, 0, problems)?;
    let keys = ["format", "repository", "description"];
    let root = TableFields::new(&table, files::whole(0), &keys, problems);
    files::check_format(&root, FORMAT, problems);
    let repository = root.text("repository").and_then(|at| repository(&at, problems));
    let mut descriptions: Vec<Description> = Vec::new();
    for entry in root.tables("description", &["of", "text", "source"]) {
        let (Some(of), Some(text)) = (entry.filled_text("of"), entry.filled_text("text")) else {
            continue;
        };
        if entry.value("source").is_none() {
            entry.missing("source");
        }
        let is_backend = vocabulary.backends.iter().any(|known| known.id == of.value);
        if !is_backend && !vocabulary.ids().any(|id| id == of.value) {
            let message = format!("nothing has the id `{}`", shown(&of.value));
            let backends = vocabulary.backends.iter().map(|known| known.id.as_str());
            let ids = vocabulary.ids().chain(backends);
            let help = suggest(&of.value, ids, "write the id of a feature, group or backend");
            problems.error("unknown-id", &of.place, message, help);
        }
        if descriptions.iter().any(|known| known.of == of.value) {
            let message = format!("`{}` is described twice", shown(&of.value));
            problems.error("duplicate-description", &of.place, message, "remove one of the two");
        }
        let sources = entry.texts("source").into_iter().map(|at| at.value).collect();
        let repository = repository.clone();
        descriptions.push(Description { of: of.value, text: text.value, sources, repository });
    }
    Some(descriptions)
}
