//! Problems of an input file, each drawn at its position.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Style;
use super::page::text::is_unsafe;
use crate::load::{Diagnostic, Position, Report, Severity};

/// The most characters of a line that are shown on either side of the position.
const AROUND: usize = 60;

/// The most problems of a report that are shown; the others are counted. Finding the line of a
/// position takes a walk over the text, so of a large file only the first few.
#[must_use]
pub fn most_shown(report: &Report) -> usize {
    if report.text.len() < 256 * 1024 { 200 } else { 20 }
}

/// The problems of a report, at most so many, each with its line and the part in question
/// underlined. Bounded, however many problems there are and however long the lines.
#[must_use]
pub fn report(report: &Report, style: &Style, most: usize) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer =
        renderer.decor_style(DecorStyle::Ascii).term_width(style.width.unwrap_or(100).max(40));
    let mut out = String::new();
    let most = most.min(most_shown(report));
    for diagnostic in report.diagnostics.iter().take(most) {
        out.push_str(&renderer.render(&[group(report, diagnostic)]).to_string());
        out.push_str("\n\n");
    }
    if let Some(more) = report.diagnostics.len().checked_sub(most).filter(|&more| more > 0) {
        let more = super::words::count(more, "more problem");
        out.push_str(&format!("{more} in {}\n", sanitize_message(&report.file)));
    }
    out
}

fn group<'r>(report: &'r Report, diagnostic: &'r Diagnostic) -> Group<'r> {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level.primary_title(sanitize_message(&diagnostic.message)).id(diagnostic.code);
    let mut group = Group::with_title(title);
    group = match (&diagnostic.span, report.position(diagnostic)) {
        (Some(span), Some(position)) => target(group, report, span, position),
        _ => group.element(Origin::path(sanitize_message(&report.file))),
    };
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(sanitize_message(help))),
        None => group,
    }
}

/// Adds the line that a span starts in, cut to what is near it.
fn target<'r>(
    group: Group<'r>,
    report: &'r Report,
    span: &Range<usize>,
    Position { line, column }: Position,
) -> Group<'r> {
    let text = &report.text;
    let start = floor(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    let shown = near(text, line_start..line_end, start);
    let end = floor(text, span.end).clamp(start, shown.end);
    let marked = AnnotationKind::Primary.span(start - shown.start..end - shown.start);
    let snippet = Snippet::source(sanitize_source_line(&text[shown.clone()]))
        .line_start(line)
        .annotation(marked);
    if shown.start == line_start {
        return group.element(snippet.path(sanitize_message(&report.file)));
    }
    // The snippet would count the column from where the line was cut.
    group
        .element(Origin::path(sanitize_message(&report.file)).line(line).char_column(column))
        .element(snippet)
}

/// The part of a line that is at most [`AROUND`] characters from a position.
fn near(text: &str, line: Range<usize>, target: usize) -> Range<usize> {
    let before = text[line.start..target].char_indices().rev().take(AROUND).last();
    let after = text[target..line.end].char_indices().nth(AROUND);
    let start = before.map_or(target, |(i, _)| line.start + i);
    start..after.map_or(line.end, |(i, _)| target + i)
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// A message of several lines without what could move the cursor or reorder a line.
#[must_use]
pub fn sanitize_lines(message: &str) -> String {
    message.chars().map(|c| if c == '\n' { c } else { sanitize_byte_length(c) }).collect()
}

/// A message without what could move the cursor.
fn sanitize_message(message: &str) -> String {
    message.chars().map(sanitize_byte_length).collect()
}

/// A source line in which every character that could move the cursor or reorder the line is
/// replaced by one of the same length in bytes, so that positions in it still hold.
fn sanitize_source_line(line: &str) -> String {
    line.chars().map(sanitize_byte_length).collect()
}

fn sanitize_byte_length(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if !is_unsafe(c) => c,
        c if c.len_utf8() == 1 => '?',
        c if c.len_utf8() == 2 => '¿',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sanitized_characters_take_as_many_bytes() {
        for c in ['\0', '\x1b', '\u{85}', '\u{202e}', '\t', 'a', '✅'] {
            assert_eq!(sanitize_byte_length(c).len_utf8(), c.len_utf8());
            assert!(!is_unsafe(sanitize_byte_length(c)));
        }
    }

    #[test]
    fn a_huge_line_is_cut_around_the_position() {
        let text = format!("{}here{}", "x".repeat(1 << 20), "y".repeat(1 << 20));
        let report = Report {
            file: "huge.toml".to_owned(),
            diagnostics: vec![Diagnostic::error("bad", "a bad word", (1 << 20)..(1 << 20) + 4)],
            text,
        };
        let drawn = super::report(&report, &Style { width: Some(80), ..Style::PLAIN }, 10);
        assert!(drawn.len() < 1000, "{}", drawn.len());
        assert!(drawn.contains("huge.toml:1:1048577"), "{drawn}");
        assert!(drawn.contains("here"), "{drawn}");
    }

    #[test]
    fn many_problems_are_counted() {
        let one = Diagnostic::error("bad", "a bad word", 0..1);
        let report = Report { file: "f".into(), text: "x".into(), diagnostics: vec![one; 1000] };
        assert!(super::report(&report, &Style::PLAIN, 5).ends_with("995 more problems in f\n"));
    }
}
