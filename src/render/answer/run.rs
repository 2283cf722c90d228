//! How to run the best plan: its engine and image, what to set for each role, and what to know before.

use std::collections::BTreeSet;

use serde_json::Value;

use super::notes::Remarks;
use super::{View, notes};
use crate::plan::{ConditionalRule, DeniedSetting, Outcome, Plan, RoleSettings, Run};
use crate::render::page::style::Tone;
use crate::render::page::text::Text;
use crate::render::page::{Block, Page, Table};
use crate::render::words;

/// Adds how to run the best plan, and where to read of the others.
pub(super) fn add(page: &mut Page, outcome: &Outcome, remarks: &mut Remarks, view: &View) {
    let plans = &outcome.plans[..super::plans::shown(outcome, view)];
    let Some((best, others)) = plans.split_first() else { return };
    let nothing = Run::default();
    let run = best.run.as_ref().unwrap_or(&nothing);
    let start = if others.is_empty() { "" } else { "plan 1: " };
    let basis = basis(best, run).after(start);
    let (brought, open): (Vec<_>, Vec<_>) =
        best.conditional.iter().partition(|rule| run.brings(rule));
    let mut items: Vec<Text> = run.denied.iter().map(denied).collect();
    items.extend(brought.into_iter().map(by_settings));
    items.append(&mut remarks.of_best);
    if !view.all_cells {
        items.extend(conditional(&open));
    }
    items.extend(unrecorded(run));
    if basis.is_empty() && run.set.is_empty() && items.is_empty() {
        return;
    }
    page.heading("To run it");
    page.paragraph(basis);
    if !run.set.is_empty() {
        page.push(Block::Table(settings(&run.set)));
        page.paragraph(placeholders(&run.set));
    }
    if !items.is_empty() {
        page.push(Block::List(items));
    }
    if !others.is_empty() && !view.all_cells {
        page.paragraph(
            Text::of(Tone::Faint, "What the other plans need: ")
                .id("--cells all")
                .with(Tone::Faint, " or ")
                .id("--format json")
                .with(Tone::Faint, "."),
        );
    }
}

/// The engine, the CUDA toolkits with their drivers, and the image.
fn basis(plan: &Plan, run: &Run) -> Text {
    let engine = plan.engine.as_ref().map(|version| words::id(&plan.backend).and(" ").and(version));
    // An answer that was read from JSON has the pins alone.
    let platforms = if run.platforms.is_empty() { &plan.platforms } else { &run.platforms };
    let toolkits = Text::new().each(platforms, " or ", |text, platform| {
        let driver = format!(" (driver {} or newer)", platform.min_driver);
        let text = text.and("CUDA ").and(&platform.cuda).and(&driver);
        if platform.experimental { text.and(", experimental,") } else { text }
    });
    let image = run.image.as_ref().map(|image| Text::plain("image ").id(image));
    let parts = engine.into_iter().chain(Some(toolkits)).chain(image);
    let text = Text::join(parts.filter(|part| !part.is_empty()), ", ");
    if text.is_empty() { text } else { text.and(".") }
}

/// A row for each role: its arguments, its variables and what else its component has.
fn settings(set: &[RoleSettings]) -> Table {
    let mut table = Table { remarks: "set", ..Table::new(["role"]) }.without_titles();
    for role in set {
        table.row(vec![Text::of(Tone::Strong, &role.role)], role_lines(role));
    }
    table
}

/// What is set for a role: its arguments, its variables and what else its component has, a line each.
pub(in crate::render) fn role_lines(role: &RoleSettings) -> Vec<Text> {
    let arguments = role.args.iter().map(|word| shell_word(word));
    let variables = role.env.iter().map(|(name, value)| format!("{name}={}", shell_word(value)));
    let fields = role.fields.iter().flat_map(|(name, value)| fields(name, value));
    let fields = spaced(fields, ", ").after("fields ");
    let lines = [spaced(arguments, " "), spaced(variables, " "), fields];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// Words that each stay whole where the line is broken.
fn spaced(words: impl Iterator<Item = String>, gap: &str) -> Text {
    words.fold(
        Text::new(),
        |text, word| {
            if text.is_empty() { text.id(&word) } else { text.and(gap).id(&word) }
        },
    )
}

/// The word as a shell takes it. What stands for something of the user's own needs no quotes.
fn shell_word(word: &str) -> String {
    let bare = word.replace(['{', '}'], "");
    let stands_for = !bare.contains(',') && !bare.is_empty() && words::shell_word(&bare) == bare;
    if stands_for { word.to_owned() } else { words::shell_word(word).into_owned() }
}

/// A field and what is in it, by path: `experimental.checkpoint.enabled: true`.
fn fields(path: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(table) if !table.is_empty() => {
            let within = |(key, value)| fields(&format!("{path}.{key}"), value);
            table.iter().flat_map(within).collect()
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            vec![format!("{path}: {}", words.join(" "))]
        }
        Value::Array(items) => items.iter().flat_map(|item| fields(path, item)).collect(),
        Value::String(text) => vec![format!("{path}: {text}")],
        other => vec![format!("{path}: {other}")],
    }
}

/// Names what stands for something that only the user knows.
fn placeholders(set: &[RoleSettings]) -> Text {
    let mut names = BTreeSet::new();
    for role in set {
        let fields = role.fields.values().map(Value::to_string);
        let texts = role.args.iter().chain(role.env.values()).cloned().chain(fields);
        texts.for_each(|text| names.extend(placeholders_in(&text)));
    }
    let names: Vec<String> = names.into_iter().collect();
    if names.is_empty() {
        return Text::new();
    }
    Text::of(Tone::Faint, "Put your own in place of ")
        .listed(&names, " and ")
        .with(Tone::Faint, ".")
}

/// What stands in braces without being JSON: `{draft}`.
fn placeholders_in(text: &str) -> Vec<String> {
    let is_name = |name: &&str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let starts = text.split('{').skip(1);
    let names = starts.filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(is_name).map(|name| format!("{{{name}}}")).collect()
}

/// Why a feature is not set, in place of its settings.
fn denied(denied: &DeniedSetting) -> Text {
    let text = Text::of(Tone::Bad, "not set").and(" ").id(&denied.feature);
    let text =
        text.and(": what is recorded to switch it on brings ").listed(&denied.facts, " and ");
    text.and(", which you deny; no setting without it is recorded.")
}

/// A rule that counts by what is set.
fn by_settings(rule: &ConditionalRule) -> Text {
    let start = Text::of(Tone::Bad, "warning").and(": what is set brings ");
    let text = start.listed(&rule.facts, " and ").and(", and with that it is ");
    let text = text.joined(&notes::conditional_level(rule)).and(": ").and(&rule.text);
    let workaround = rule.workaround.iter().map(|it| format!(" Workaround: {it}"));
    let fixed = rule.fixed_in.iter().map(|release| format!(" Fixed in {release}."));
    let text = workaround.chain(fixed).fold(text, |text, more| text.and(&more));
    let text = text.and(" Plan around it with ").id(&format!("--fact {}", rule.facts.join(",")));
    text.and(".").first_sources(1, &rule.source.0, &rule.url.0)
}

/// The rules that wait for a fact, in a line.
fn conditional(rules: &[&ConditionalRule]) -> Option<Text> {
    let fact = rules.first()?.facts.first()?;
    let mut seen: Vec<(&[String], Text)> = Vec::new();
    for rule in rules {
        let level = notes::conditional_level(rule);
        if !seen.iter().any(|known| *known == (&rule.facts[..], level.clone())) {
            seen.push((&rule.facts, level));
        }
    }
    let each = Text::new().each(seen, ", ", |text, (facts, level)| {
        text.joined(&level).and(" with ").listed(facts, " and ")
    });
    let state = Text::plain(". State what applies, such as ").id(&format!("--fact {fact}"));
    let deny = state.and(", and deny what does not, ").id(&format!("--fact '!{fact}'"));
    Some(Text::of(Tone::Strong, "only for some").and(": ").joined(&each).joined(&deny.and(".")))
}

/// The features of which nothing is recorded.
fn unrecorded(run: &Run) -> Option<Text> {
    let start = "Nothing is recorded of what must be there or be set for ";
    // Why a denied feature is not set is told by itself.
    let is_denied = |id: &&String| run.denied.iter().any(|denied| denied.feature == **id);
    let unrecorded: Vec<&String> = run.unrecorded.iter().filter(|it| !is_denied(it)).collect();
    let text = Text::of(Tone::Faint, start).listed(&unrecorded, " and ").and(".");
    (!unrecorded.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_something_is_not_quoted() {
        assert_eq!(shell_word("{draft}"), "{draft}");
        assert_eq!(
            shell_word("dyn://{namespace}.encode.generate"),
            "dyn://{namespace}.encode.generate"
        );
        assert_eq!(shell_word(r#"{"a":1}"#), r#"'{"a":1}'"#);
        assert_eq!(shell_word("kv"), "kv");
    }

    #[test]
    fn placeholders_are_no_json() {
        assert_eq!(placeholders_in(r#"{"model":"{draft}","x":{}}"#), ["{draft}"]);
        assert!(placeholders_in("--router-mode").is_empty());
    }

    #[test]
    fn fields_are_shown_by_path() {
        let value = serde_json::json!({"b": {"c": true}, "d": {}, "e": ["x", "y"]});
        assert_eq!(fields("a", &value), ["a.b.c: true", "a.d: {}", "a.e: x y"]);
    }
}
