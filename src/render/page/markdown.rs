//! A page as Markdown.

use super::style::{Style, Tone};
use super::text::{Text, sanitize, sanitize_char};
use super::{Align, Block, Page, Row, Table};

impl Page {
    /// The page as Markdown that ends with a line break.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::with_capacity(4096);
        for (i, block) in self.blocks.iter().enumerate() {
            if i > 0 {
                out.push('\n');
            }
            write_block(&mut out, block);
        }
        out
    }
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Title(text) => line(out, "", text),
        Block::Heading(text) => heading(out, text),
        Block::Paragraph(text) => line(out, "", text),
        Block::List(items) => items.iter().for_each(|item| line(out, "- ", item)),
        Block::Table(table) => write_table(out, table),
        Block::Commands(commands) => write_commands(out, commands),
    }
}

/// Writes a heading, which is strong by itself, at a level that stands well in a ticket. It ends without
/// a period, as headings do.
fn heading(out: &mut String, text: &Text) {
    out.push_str("### ");
    for (look, piece) in text.pieces() {
        if look.tone == Tone::Name { write_code(out, piece) } else { write_plain(out, piece) }
    }
    if out.ends_with('.') {
        out.pop();
    }
    out.push('\n');
}

fn line(out: &mut String, start: &str, text: &Text) {
    out.push_str(start);
    write_text(out, text);
    out.push('\n');
}

/// Writes text with ids as code and links as such, escaping what Markdown would take for markup.
pub(crate) fn write_text(out: &mut String, text: &Text) {
    for (look, piece) in text.pieces() {
        out.push_str(if look.link.is_some() { "[" } else { "" });
        match look.tone {
            Tone::Name => write_code(out, piece),
            Tone::Strong => write_strong(out, piece),
            _ => write_plain(out, piece),
        }
        if let Some(address) = &look.link {
            // A parenthesis of the address would end the link.
            let address = address.replace('(', "%28").replace(')', "%29");
            out.extend(["](", &address, ")"]);
        }
    }
}

fn write_strong(out: &mut String, text: &str) {
    out.push_str("**");
    escape(out, text);
    out.push_str("**");
}

fn write_code(out: &mut String, text: &str) {
    let ticks = if text.contains('`') { "``" } else { "`" };
    out.push_str(ticks);
    out.push_str(&text.replace('|', "\\|"));
    out.push_str(ticks);
}

/// Writes running text, in which what stands between backticks is code.
fn write_plain(out: &mut String, text: &str) {
    let parts: Vec<&str> = text.split('`').collect();
    let is_balanced = parts.len() % 2 == 1;
    let is_code = |part: &str| !part.is_empty() && part.trim() == part;
    if !is_balanced || !parts.iter().skip(1).step_by(2).all(|part| is_code(part)) {
        return escape(out, text);
    }
    for (i, part) in parts.into_iter().enumerate() {
        if i % 2 == 1 { write_code(out, &sanitize(part)) } else { escape(out, part) }
    }
}

/// Escapes what Markdown would take for markup; an underscore inside a word is none. A line break
/// is a blank, so that no text leaves the block that it is in.
pub(crate) fn escape(out: &mut String, text: &str) {
    let mut inside = false;
    let mut rest = text.chars().map(sanitize_char).peekable();
    while let Some(c) = rest.next() {
        let within = inside && rest.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(c, '\\' | '`' | '*' | '[' | ']' | '<' | '|') || (c == '_' && !within) {
            out.push('\\');
        }
        if !(c == ' ' && rest.peek() == Some(&' ')) {
            out.push(c);
        }
        inside = c.is_alphanumeric();
    }
}

fn write_commands(out: &mut String, commands: &[(String, Text)]) {
    out.push_str("```sh\n");
    for (command, remark) in commands {
        out.push_str(&sanitize(command));
        out.push_str("  # ");
        remark.write(out, &Style::PLAIN);
        out.push('\n');
    }
    out.push_str("```\n");
}

fn write_table(out: &mut String, table: &Table) {
    let remarks = table.rows.iter().any(|row| !row.remarks.is_empty());
    write_titles(out, table, remarks);
    for row in &table.rows {
        write_row(out, row, remarks);
    }
}

pub(super) fn write_titles(out: &mut String, table: &Table, remarks: bool) {
    for column in &table.columns {
        out.push_str("| ");
        escape(out, column.title.as_str());
        out.push(' ');
    }
    out.push_str(if remarks { "| " } else { "" });
    out.push_str(if remarks { table.remarks } else { "" });
    out.push_str(if remarks { " |\n" } else { "|\n" });
    for column in &table.columns {
        out.push_str(if column.align == Align::Right { "| ---: " } else { "| :--- " });
    }
    out.push_str(if remarks { "| :--- |\n" } else { "|\n" });
}

pub(super) fn write_row(out: &mut String, row: &Row, remarks: bool) {
    for cell in &row.cells {
        out.push_str("| ");
        write_text(out, cell);
        out.push(' ');
    }
    if remarks {
        out.push_str("| ");
        for (i, remark) in row.remarks.iter().enumerate() {
            out.push_str(if i > 0 { "<br>" } else { "" });
            write_text(out, remark);
        }
        out.push(' ');
    }
    out.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_running_text_stays_code_and_sources_are_links() {
        let link = Some("https://a.b/c(d)");
        let text = Text::plain("Set `A|B=1` or ` C*").linked(Tone::Faint, "docs/x.md", link);
        let mut out = String::new();
        write_text(&mut out, &text);
        assert_eq!(out, r"Set \`A\|B=1\` or \` C\*[docs/x.md](https://a.b/c%28d%29)");
        out.clear();
        write_text(&mut out, &Text::plain("Set `A|B=1` or C*"));
        assert_eq!(out, r"Set `A\|B=1` or C\*");
    }

    #[test]
    fn headings_are_fit_for_a_ticket() {
        let mut page = Page::new(Text::of(Tone::Strong, "Dynamo 1.0").and(" (default)"));
        page.heading("Set `--a_b_c` for 1. Then more.");
        assert_eq!(
            page.to_markdown(),
            "**Dynamo 1.0** (default)\n\n### Set `--a_b_c` for 1. Then more\n"
        );
    }

    #[test]
    fn a_command_stays_on_its_line() {
        let commands = vec![("plan --matrix 'a\n```\x1b[2J'".to_owned(), Text::plain("1 plan"))];
        let page = Page { blocks: vec![Block::Commands(commands)] };
        let text = page.to_markdown();
        assert_eq!(text, "```sh\nplan --matrix 'a ```\u{fffd}[2J'  # 1 plan\n```\n");
    }
}
