//! The objects of a plan as YAML with comments, or as the JSON list that Kubernetes takes.

use serde_json::{Map, Value, json};

use super::json::document;
use crate::plan::{ManifestItem, ManifestNode, ManifestRefusal, PlanManifest};

/// The widest line of a comment, in characters; a longer word stands on its own.
const WIDTH: usize = 100;

/// The objects as a stream of YAML documents, with what is to be known above them and where it bites.
#[must_use]
pub fn to_yaml(manifest: &PlanManifest) -> String {
    let mut text = String::new();
    for line in preface(manifest).lines() {
        push_line(&mut text, 0, if line.is_empty() { "#" } else { "# " }, line);
    }
    for object in &manifest.objects {
        text.push_str("---\n");
        push_node(&mut text, 0, object);
    }
    text
}

/// The objects as one `List`.
#[must_use]
pub fn to_json(manifest: &PlanManifest) -> String {
    let items: Vec<&ManifestNode> = manifest.objects.iter().collect();
    let items: Vec<Value> = items.into_iter().map(value).collect();
    document(&json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// What is to be known of a manifest and stands at none of its lines, first what the user must supply.
#[must_use]
pub fn preface(manifest: &PlanManifest) -> String {
    let default = if manifest.is_default_release { " (default)" } else { "" };
    let title = format!("Dynamo {}{default} {}", manifest.release, manifest.subject);
    let mut text = String::new();
    for paragraph in [&title].into_iter().chain(&manifest.notices) {
        text.push_str(&(wrapped(paragraph, WIDTH).join("\n") + "\n"));
    }
    for (heading, paragraphs) in [
        ("Warnings:", &manifest.warnings),
        ("Yours to fill in:", &manifest.asks),
        ("What must be there:", &manifest.requirements),
        ("Good to know:", &manifest.remarks),
    ] {
        if !paragraphs.is_empty() {
            text.push_str(&format!("\n{heading}\n"));
            for paragraph in paragraphs {
                for (number, line) in wrapped(paragraph, WIDTH).into_iter().enumerate() {
                    text.push_str(if number == 0 { "- " } else { "  " });
                    text.push_str(&line);
                    text.push('\n');
                }
            }
        }
    }
    text
}

/// What breaks by what a manifest says, a line each.
#[must_use]
pub fn warnings(manifest: &PlanManifest) -> String {
    manifest.warnings.iter().map(|text| format!("warning: {text}\n")).collect()
}

/// Why a plan cannot be written, a paragraph each.
#[must_use]
pub fn refusals(refusals: &[ManifestRefusal]) -> String {
    let mut text = String::new();
    for refusal in refusals {
        text.push_str(&refusal.text);
        if !refusal.source.0.is_empty() {
            text.push_str(&format!(" ({})", refusal.source.0.join(", ")));
        }
        text.push('\n');
    }
    text
}

/// The same for programs.
#[must_use]
pub fn refusals_json(refusals: &[ManifestRefusal]) -> String {
    let refusal =
        |it: &ManifestRefusal| json!({ "text": it.text, "source": it.source, "url": it.url });
    document(&json!({ "refused": refusals.iter().map(refusal).collect::<Vec<_>>() }))
}

/// A node as JSON. What is a document of its own is its YAML.
fn value(node: &ManifestNode) -> Value {
    match node {
        ManifestNode::Scalar(value) => value.clone(),
        ManifestNode::Document(node) => {
            let mut text = String::new();
            push_node(&mut text, 0, node);
            text.into()
        }
        ManifestNode::Map(entries) => {
            let entries = entries.iter().map(|entry| (entry.key.clone(), value(&entry.node)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        ManifestNode::List(items) => items.iter().map(|item| value(&item.node)).collect(),
    }
}

/// Adds a map or list as a block, each line indented.
fn push_node(text: &mut String, indent: usize, node: &ManifestNode) {
    match node {
        ManifestNode::Map(entries) if !entries.is_empty() => {
            for entry in entries {
                push_comments(text, indent, &entry.comments);
                push_entry(text, indent, &format!("{}:", scalar_text(&entry.key)), &entry.node);
            }
        }
        ManifestNode::List(items) if !items.is_empty() => {
            for item in items {
                push_comments(text, indent, &item.comments);
                push_item(text, indent, item);
            }
        }
        other => push_line(text, indent, "", &inline(other)),
    }
}

/// Adds what follows a key.
fn push_entry(text: &mut String, indent: usize, key: &str, node: &ManifestNode) {
    match node {
        ManifestNode::Map(entries) if !entries.is_empty() => {
            push_line(text, indent, key, "");
            push_node(text, indent + 2, node);
        }
        ManifestNode::List(items) if !items.is_empty() => {
            push_line(text, indent, key, "");
            push_node(text, indent + 2, node);
        }
        ManifestNode::Document(within) => {
            push_line(text, indent, key, " |");
            push_node(text, indent + 2, within);
        }
        other => push_line(text, indent, key, &format!(" {}", inline(other))),
    }
}

/// Adds an item of a list; a map begins on the line of its dash.
fn push_item(text: &mut String, indent: usize, item: &ManifestItem) {
    match &item.node {
        ManifestNode::Map(entries) if !entries.is_empty() => {
            let start = text.len();
            push_node(text, indent + 2, &item.node);
            // Its first line is a key, or a comment that stays above the dash.
            let mut at = start;
            while text[at..].trim_start().starts_with('#') {
                at += text[at..].find('\n').map_or(0, |length| length + 1);
            }
            text.replace_range(at + indent..at + indent + 1, "-");
        }
        ManifestNode::List(items) if !items.is_empty() => {
            push_line(text, indent, "-", "");
            push_node(text, indent + 2, &item.node);
        }
        other => push_line(text, indent, "- ", &inline(other)),
    }
}

fn push_comments(text: &mut String, indent: usize, comments: &[String]) {
    for comment in comments {
        let width = WIDTH.saturating_sub(indent + 2);
        for line in wrapped(comment, width) {
            push_line(text, indent, "# ", &line);
        }
    }
}

fn push_line(text: &mut String, indent: usize, start: &str, rest: &str) {
    text.extend(std::iter::repeat_n(' ', indent));
    text.push_str(start);
    text.push_str(rest);
    text.push('\n');
}

/// Words in lines of at most this many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let fits = |line: &&mut String| line.chars().count() + 1 + word.chars().count() <= width;
        match lines.last_mut().filter(fits) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A node on one line.
fn inline(node: &ManifestNode) -> String {
    match node {
        ManifestNode::Scalar(Value::String(text)) => scalar_text(text),
        ManifestNode::Scalar(value) => value.to_string(),
        ManifestNode::Map(_) => "{}".to_owned(),
        ManifestNode::List(_) => "[]".to_owned(),
        ManifestNode::Document(_) => scalar_text(value(node).as_str().unwrap_or_default()),
    }
}

/// A text as YAML writes it: bare where it reads as nothing else, else in the quotes that need no escapes.
fn scalar_text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let is_bare = |c: char| !super::page::text::is_unsafe(c) && !c.is_control();
    let is_printable = text.chars().all(is_bare);
    if is_printable && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    if is_printable {
        return format!("'{}'", text.replace('\'', "''"));
    }
    // What JSON escapes, YAML reads alike; the rest is escaped by its number.
    let quoted = Value::from(text).to_string();
    let escape = |c: char| match is_bare(c) {
        true => c.to_string(),
        false => format!("\\U{:08x}", u32::from(c)),
    };
    quoted.chars().map(escape).collect()
}

/// Words that YAML or a reader of its older versions takes for something else than a text.
const RESERVED: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Whether a text without quotes is read as this text.
fn is_plain(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_./$()@+=-:".contains(c);
    let begins = text
        .trim_start_matches('-')
        .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '$' | '_'));
    begins
        && !text.starts_with("---")
        && !text.ends_with(':')
        && text.chars().all(is_word)
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_they_would_be_read_as_something_else() {
        for text in ["--router-mode", "kv", "reg/a:1.0.0", "$(DYN_NAMESPACE)", "a-b_c", "-m", "/x"]
        {
            assert_eq!(scalar_text(text), text);
        }
        for text in [
            "16", "1.0", "true", "No", "", "~", "a b", "a: b", "a#", "- x", "*a", "@x", "a:", "---",
        ] {
            assert_eq!(scalar_text(text), format!("\"{text}\""));
        }
        assert_eq!(scalar_text(r#"{"a":1}"#), r#"'{"a":1}'"#);
        assert_eq!(scalar_text(r#"it's "x""#), r#"'it''s "x"'"#);
        assert_eq!(scalar_text("a\nb\u{202e}"), r#""a\nb\U0000202e""#);
    }

    #[test]
    fn comments_are_wrapped_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("", 8), Vec::<String>::new());
    }
}
