//! YAML to a tree in which every text has its place. Deep, huge and self-multiplying files end in an error.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use super::places;
use crate::load::Diagnostic;

/// Lists and tables may stand within each other this often.
const DEPTH: usize = 64;
/// The most that aliases and merge keys may copy, in bytes.
const COPIED: usize = 16 << 20;
/// What a node counts for beside its text when it is copied, in bytes.
const NODE: usize = 64;

/// A part of a YAML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlNode {
    /// The bytes of the file that it stands in.
    pub span: Range<usize>,
    /// What it is.
    pub value: YamlValue,
}

/// What a part of a YAML document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum YamlValue {
    /// A text, number or other scalar as it is written, and how.
    Text(String, YamlStyle),
    /// A list.
    List(Vec<YamlNode>),
    /// A table, in the order of the file.
    Table(Vec<(YamlKey, YamlNode)>),
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlKey {
    /// The key.
    pub text: String,
    /// Where it stands.
    pub at: usize,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum YamlStyle {
    /// Without quotes, so that it may be a number or nothing.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

impl YamlNode {
    /// The value of a key of a table, unless it is null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        let YamlValue::Table(entries) = &self.value else { return None };
        let found = entries.iter().find(|(name, _)| name.text == key).map(|(_, value)| value);
        found.filter(|value| !value.is_null())
    }

    /// The value below a dotted path.
    #[must_use]
    pub fn path(&self, path: &str) -> Option<&YamlNode> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            YamlValue::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list; none where it is none.
    #[must_use]
    pub fn items(&self) -> &[YamlNode] {
        match &self.value {
            YamlValue::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a table; none where it is none.
    #[must_use]
    pub fn entries(&self) -> &[(YamlKey, YamlNode)] {
        match &self.value {
            YamlValue::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        let YamlValue::Text(text, YamlStyle::Plain) = &self.value else { return false };
        matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.value {
            YamlValue::Text(text, YamlStyle::Plain) => plain(text),
            YamlValue::Text(text, _) => Value::String(text.clone()),
            YamlValue::List(items) => Value::Array(items.iter().map(YamlNode::to_json).collect()),
            YamlValue::Table(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| (key.text.clone(), value.to_json()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// The byte of the file that each byte of its text is from.
    pub(super) fn places(&self, source: &str) -> Vec<u32> {
        match &self.value {
            YamlValue::Text(text, style) => places::of(source, self.span.start, text, *style),
            _ => Vec::new(),
        }
    }

    /// What copying it counts for, in bytes; counting ends above the limit.
    fn weight(&self, limit: usize) -> usize {
        let mut weight = NODE;
        match &self.value {
            YamlValue::Text(text, _) => weight += text.len(),
            YamlValue::List(items) => {
                for item in items {
                    if weight > limit {
                        break;
                    }
                    weight += item.weight(limit - weight);
                }
            }
            YamlValue::Table(entries) => {
                for (key, value) in entries {
                    if weight > limit {
                        break;
                    }
                    weight += key.text.len() + value.weight(limit - weight);
                }
            }
        }
        weight
    }
}

/// A scalar without quotes as the core schema reads it.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    whole.or_else(|| Number::from_f64(text.parse().ok().filter(|_| numeric)?))
}

/// The documents of a YAML text.
///
/// # Errors
///
/// When it is no YAML, a key stands twice or is no text, or it is deeper or multiplies itself more than any
/// manifest does.
pub fn yaml(text: &str) -> Result<Vec<YamlNode>, Diagnostic> {
    let mut reader = TreeReader::new(text);
    // The parser would pass over what follows a NUL.
    if let Some(at) = text.find('\0') {
        let message = "the file holds a NUL character";
        return Err(error("not-yaml", at, message, "save it as plain text"));
    }
    let mut parser = Parser::new_from_str(reader.text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|found| {
            let at = reader.byte(found.marker());
            // The parser has a limit of its own for brackets.
            if found.info().contains("recursion limit") {
                return too_deep(at);
            }
            error("not-yaml", at, format!("this is no YAML: {}", found.info()), "correct the line")
        })?;
        let (start, end) = (reader.byte(&span.start), reader.byte(&span.end));
        reader.take(event, start..end.max(start))?;
    }
    Ok(reader.documents)
}

fn too_deep(at: usize) -> Diagnostic {
    let message = format!("more than {DEPTH} lists and tables stand within each other");
    error("too-deep", at, message, "no manifest needs so many; flatten it")
}

/// Where the lines of a text begin.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
}

fn error(
    code: &'static str,
    at: usize,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(code, message, at..at + 1).with_help(help)
}

/// A list or table that is not yet at its end.
struct OpenNode {
    at: usize,
    anchor: usize,
    value: YamlValue,
    /// The key whose value is to come.
    key: Option<YamlKey>,
    /// The keys so far.
    keys: HashSet<String>,
    /// The values of merge keys: the entries of the table itself take their place.
    merged: Vec<YamlNode>,
}

/// Builds the tree of each document. No method calls itself, so that no depth ends the program.
struct TreeReader<'t> {
    text: &'t str,
    lines: Vec<usize>,
    open: Vec<OpenNode>,
    anchors: BTreeMap<usize, YamlNode>,
    documents: Vec<YamlNode>,
    copied: usize,
}

impl<'t> TreeReader<'t> {
    fn new(text: &'t str) -> Self {
        TreeReader {
            text,
            lines: line_starts(text),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            documents: Vec::new(),
            copied: 0,
        }
    }

    /// The byte that a marker stands at.
    fn byte(&self, marker: &Marker) -> usize {
        let Some(start) = self.lines.get(marker.line().saturating_sub(1)) else {
            return self.text.len();
        };
        let line = &self.text[*start..];
        let end = self.lines.get(marker.line()).map_or(line.len(), |next| next - start);
        let line = &line[..end];
        if line.is_ascii() {
            return start + marker.col().min(line.len());
        }
        start + line.char_indices().nth(marker.col()).map_or(line.len(), |(at, _)| at)
    }

    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Diagnostic> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = YamlValue::Text(text.into_owned(), style_of(style));
                self.add(YamlNode { span, value }, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                self.begin(span.start, anchor, YamlValue::List(Vec::new()))
            }
            Event::MappingStart(anchor, _) => {
                self.begin(span.start, anchor, YamlValue::Table(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(mut open) => {
                    for node in std::mem::take(&mut open.merged) {
                        open.merge(node);
                    }
                    let OpenNode { at, anchor, value, .. } = open;
                    self.add(YamlNode { span: at..span.end.max(at), value }, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some(named) = self.anchors.get(&anchor) else {
                    let message = "this alias stands within what it names";
                    return Err(error("alias-loop", span.start, message, "write the value out"));
                };
                self.copied += named.weight(COPIED);
                self.check_copied(span.start)?;
                // The budget is checked before anything is copied.
                let node = self.anchors[&anchor].clone();
                self.add(node, 0)
            }
            Event::DocumentEnd | Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd => Ok(()),
        }
    }

    fn check_copied(&self, at: usize) -> Result<(), Diagnostic> {
        if self.copied <= COPIED {
            return Ok(());
        }
        let message = "aliases make this file many times as large as it is";
        Err(error("alias-limit", at, message, "write out what is needed, without aliases"))
    }

    fn begin(&mut self, at: usize, anchor: usize, value: YamlValue) -> Result<(), Diagnostic> {
        if self.open.len() >= DEPTH {
            return Err(too_deep(at));
        }
        let (key, keys, merged) = (None, HashSet::new(), Vec::new());
        self.open.push(OpenNode { at, anchor, value, key, keys, merged });
        Ok(())
    }

    /// Adds a finished node to the list or table that it is in.
    fn add(&mut self, node: YamlNode, anchor: usize) -> Result<(), Diagnostic> {
        if anchor > 0 {
            self.copied += node.weight(COPIED);
            self.check_copied(node.span.start)?;
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match (&mut parent.value, parent.key.take()) {
            (YamlValue::List(items), _) => items.push(node),
            (YamlValue::Table(_), None) => parent.key = Some(key(self.text, node)?),
            (YamlValue::Table(entries), Some(key)) => {
                if key.text == "<<" {
                    parent.merged.push(node);
                    return Ok(());
                }
                if !parent.keys.insert(key.text.clone()) {
                    let message =
                        format!("the key `{}` stands twice in one table", shown(&key.text));
                    return Err(error("duplicate-key", key.at, message, "remove one of the two"));
                }
                entries.push((key, node));
            }
            (YamlValue::Text(..), _) => {}
        }
        Ok(())
    }
}

impl OpenNode {
    /// Adds the entries of a merged table, or of several, whose keys are not there yet.
    fn merge(&mut self, node: YamlNode) {
        let YamlValue::Table(entries) = &mut self.value else { return };
        let tables = match node.value {
            YamlValue::List(items) => items,
            _ => vec![node],
        };
        for table in tables {
            let YamlValue::Table(merged) = table.value else { continue };
            for (key, value) in merged {
                if self.keys.insert(key.text.clone()) {
                    entries.push((key, value));
                }
            }
        }
    }
}

fn key(source: &str, node: YamlNode) -> Result<YamlKey, Diagnostic> {
    let at = node.span.start;
    match node.value {
        YamlValue::Text(text, _) => Ok(YamlKey { text, at }),
        _ if source[at..].starts_with("{") => {
            let help = "substitute what stands in braces first";
            Err(error("not-yaml", at, "a key of a table is in braces", help))
        }
        _ => Err(error("not-yaml", at, "a key of a table is no text", "write a name before `:`")),
    }
}

/// A text cut to what a message can hold.
fn shown(text: &str) -> &str {
    crate::load::text::bounded(text, 60)
}

fn style_of(style: ScalarStyle) -> YamlStyle {
    match style {
        ScalarStyle::Plain => YamlStyle::Plain,
        ScalarStyle::SingleQuoted => YamlStyle::Single,
        ScalarStyle::DoubleQuoted => YamlStyle::Double,
        ScalarStyle::Literal => YamlStyle::Literal,
        ScalarStyle::Folded => YamlStyle::Folded,
    }
}
