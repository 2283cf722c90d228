//! TOML as this project writes it.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::load::bidi::is_bidi_control;

/// The most columns of a grid that are aligned; a larger one would be mostly spaces.
const MOST_ALIGNED: usize = 64;

/// The file so far.
#[derive(Default)]
pub(super) struct TomlWriter {
    out: String,
}

/// A table to draw: rows of cells, the head first.
pub(super) type Drawing = Vec<Vec<String>>;

impl TomlWriter {
    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A key with a value that is written as TOML already.
    pub(super) fn entry(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.out, "{key} = {value}");
    }

    /// A key with a grid.
    pub(super) fn grid(&mut self, key: &str, rows: &Drawing) {
        let _ = writeln!(self.out, "{key} = '''");
        let columns = rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let aligned = columns <= MOST_ALIGNED;
        let widths: Vec<usize> =
            (0..columns).map(|column| if aligned { width(column) } else { 0 }).collect();
        for row in rows {
            self.out.push('|');
            for (cell, width) in row.iter().zip(&widths) {
                let gap = width.saturating_sub(cell.width());
                let _ = write!(self.out, " {cell}{:gap$} |", "");
            }
            self.out.push('\n');
        }
        self.line("'''");
    }

    /// The whole file.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// A text in quotes.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_bidi_control(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| text(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// A key, quoted where it must be.
pub(super) fn key(id: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !id.is_empty() && id.chars().all(bare) { id.to_owned() } else { text(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_keys_are_quoted_where_they_must_be() {
        assert_eq!(text("a \"b\" \\ \n\u{1}"), "\"a \\\"b\\\" \\\\ \\n\\u0001\"");
        assert_eq!(key("trtllm"), "trtllm");
        assert_eq!(key("größe"), "\"größe\"");
        assert_eq!(texts(["a", "b"]), "[\"a\", \"b\"]");
    }

    #[test]
    fn grids_are_aligned_by_what_they_look_like() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let mut out = TomlWriter::default();
        out.grid("features", &vec![row(["Feature", "A"]), row(["X", "✅"])]);
        assert_eq!(out.finish(), "features = '''\n| Feature | A  |\n| X       | ✅ |\n'''\n");
    }
}
