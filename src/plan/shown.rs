//! Notes and rules as answers show them, with the addresses of their sources.

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Matrix, Note, NoteKind, Provenance, Rule, Term, source_url};

/// A note as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownNote {
    /// What the note is for.
    pub kind: NoteKind,
    /// The remark.
    pub text: String,
    /// What must hold beside the terms of the cell.
    pub when: Vec<Term>,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses, where they are known.
    pub url: OneOrMany,
}

/// Texts that are written as `null` where there is none, as a text where there is one, and else as an
/// array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl Serialize for OneOrMany {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [] => serializer.serialize_none(),
            [one] => serializer.serialize_str(one),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            None(()),
            One(String),
            Many(Vec<String>),
        }
        Ok(OneOrMany(match Written::deserialize(deserializer)? {
            Written::None(()) => Vec::new(),
            Written::One(one) => vec![one],
            Written::Many(several) => several,
        }))
    }
}

/// A rule that would count against a plan, or say something of it, if its facts were stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConditionalRule {
    /// The rule's id.
    pub rule: String,
    /// The facts that are left open, sorted.
    pub facts: Vec<String>,
    /// The level of support then.
    pub level: Level,
    /// Whether it works then with a known limit.
    pub caveat: bool,
    /// Why.
    pub text: String,
    /// What helps, where something does.
    pub workaround: Option<String>,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
    /// Their addresses, where they are known.
    pub url: OneOrMany,
}

impl ConditionalRule {
    /// A rule of which these facts are left open.
    pub(super) fn of(rule: &Rule, facts: Vec<String>, matrix: &Matrix) -> Self {
        ConditionalRule {
            rule: rule.id.clone(),
            facts,
            level: rule.level,
            caveat: rule.caveat,
            text: rule.reason.clone(),
            workaround: rule.workaround.clone(),
            fixed_in: rule.fixed_in.clone(),
            source: OneOrMany(rule.sources.clone()),
            url: urls(&rule.sources, rule.repository.as_ref(), matrix),
        }
    }
}

impl ShownNote {
    /// A note on a cell of a matrix.
    #[must_use]
    pub fn of(note: &Note, matrix: &Matrix) -> Self {
        ShownNote {
            kind: note.kind,
            text: note.text.clone(),
            when: note.when.clone(),
            workaround: note.workaround.clone(),
            fixed_in: note.fixed_in.clone(),
            source: OneOrMany(note.sources.clone()),
            url: urls(&note.sources, note.repository.as_ref(), matrix),
        }
    }

    /// A remark that no document makes.
    pub(super) fn by_definition(text: &str) -> Self {
        ShownNote {
            kind: NoteKind::Info,
            text: text.to_owned(),
            when: Vec::new(),
            workaround: None,
            fixed_in: None,
            source: OneOrMany::default(),
            url: OneOrMany::default(),
        }
    }
}

/// The addresses of the sources that have one.
pub(super) fn urls(sources: &[String], repository: Option<&String>, matrix: &Matrix) -> OneOrMany {
    let own = repository.map(|repository| Provenance {
        repository: Some(repository.clone()),
        ..matrix.provenance.clone()
    });
    let provenance = own.as_ref().unwrap_or(&matrix.provenance);
    let url = |source: &String| source_url(source, provenance, matrix.release.as_ref());
    OneOrMany(sources.iter().filter_map(url).collect())
}
