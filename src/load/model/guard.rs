//! Cheap checks of a file before the parser sees it: any bytes in, a text of bearable size and
//! shape out, or the one diagnostic that says what it is instead.
//!
//! The parser's memory grows with the number of tokens and its stack with the nesting. Neither is
//! bounded by the size of a file, so both are counted here first. Grids are one token each and
//! are not counted.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use crate::load::Diagnostic;

/// The most bytes outside multi-line strings.
const PLAIN_BYTES: usize = 4 << 20;
/// The most tokens outside multi-line strings.
const TOKENS: usize = 400_000;
/// The deepest nesting of brackets, and of dots in one key.
const NESTING: usize = 16;

/// A text that may be parsed, or what is wrong and as much text as is needed to show it.
pub(super) fn check(bytes: Vec<u8>) -> Result<String, (String, Diagnostic)> {
    if let Some(at) = first_control(&bytes) {
        let shown = lossy_until(&bytes, at);
        let start = String::from_utf8_lossy(&bytes[..at]).len();
        let span = start..start + 1;
        let message =
            format!("a control character (byte 0x{:02X}) in what should be a text", bytes[at]);
        let problem = Diagnostic::error("binary-file", message, span)
            .with_help("give a model file (TOML) or a published page (Markdown)");
        return Err((shown, problem));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let shown = lossy_until(error.as_bytes(), at);
        let problem =
            Diagnostic::error("not-utf8", "the text is not UTF-8 from here on", replaced(at))
                .with_help("save the file with the encoding UTF-8");
        (shown, problem)
    })?;
    if let Some(problem) = empty(&text).or_else(|| TomlShape::check(&text).err()) {
        return Err((text, problem));
    }
    Ok(text)
}

/// The place of what stands for bytes that are no text.
fn replaced(at: usize) -> std::ops::Range<usize> {
    at..at + char::REPLACEMENT_CHARACTER.len_utf8()
}

/// The first byte that no text has.
fn first_control(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C))
}

/// The text up to a place and a little more, with whatever is no text replaced.
fn lossy_until(bytes: &[u8], at: usize) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(at + 64)]).into_owned()
}

fn empty(text: &str) -> Option<Diagnostic> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_ascii_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_ascii_start());
    }
    rest.is_empty().then(|| {
        Diagnostic::error("empty-file", "the file says nothing", None).with_help(
            "a model starts with `format = \"dynamo-plan/model/v1\"` and a `features` grid",
        )
    })
}

/// The size and shape of a TOML text, counted token by token without parsing it.
struct TomlShape<'t> {
    text: &'t str,
    plain: usize,
    tokens: usize,
    dots: usize,
    open: Vec<usize>,
    line_start: bool,
    in_header: bool,
}

impl<'t> TomlShape<'t> {
    /// Checks every limit on a text.
    fn check(text: &'t str) -> Result<(), Diagnostic> {
        let mut shape = TomlShape {
            text,
            plain: 0,
            tokens: 0,
            dots: 0,
            open: Vec::new(),
            line_start: true,
            in_header: false,
        };
        // The tokens are never collected: only the parser, after this, takes memory for them.
        Source::new(text).lex().try_for_each(|token| shape.add(token))?;
        shape.open.first().map_or(Ok(()), |&at| Err(truncated("this bracket is never closed", at)))
    }

    fn add(&mut self, token: Token) -> Result<(), Diagnostic> {
        let (kind, start) = (token.kind(), token.span().start());
        let length = token.span().end() - start;
        if !matches!(kind, TokenKind::MlBasicString | TokenKind::MlLiteralString) {
            self.plain += length;
        } else if !is_closed(&self.text[start..start + length]) {
            return Err(truncated("the text that starts here never ends", start));
        }
        self.tokens += usize::from(kind != TokenKind::Eof);
        self.nest(kind, start);
        self.line_start =
            kind == TokenKind::Newline || self.line_start && kind == TokenKind::Whitespace;
        if self.open.len() > NESTING || self.dots > NESTING {
            let message = format!("nested more than {NESTING} deep");
            return Err(Diagnostic::error("too-deep", message, start..start + 1)
                .with_help("a model nests at most a list in a list"));
        }
        self.check_size(token)
    }

    /// Follows the brackets and the dots of keys. The brackets of a table's header open nothing.
    fn nest(&mut self, kind: TokenKind, start: usize) {
        let in_header = std::mem::take(&mut self.in_header);
        match kind {
            TokenKind::LeftSquareBracket if in_header => {}
            TokenKind::LeftSquareBracket if self.line_start && self.open.is_empty() => {
                self.in_header = true;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.open.push(start),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => drop(self.open.pop()),
            TokenKind::Dot => self.dots += 1,
            _ => {}
        }
        if matches!(
            kind,
            TokenKind::Comma
                | TokenKind::Equals
                | TokenKind::Newline
                | TokenKind::LeftSquareBracket
                | TokenKind::LeftCurlyBracket
        ) {
            self.dots = 0;
        }
    }

    /// Checks the limits on bytes and tokens; the place of a problem is the first byte too many, or
    /// the start of a string or comment.
    fn check_size(&self, token: Token) -> Result<(), Diagnostic> {
        let excess = self.plain.saturating_sub(PLAIN_BYTES);
        if excess == 0 && self.tokens <= TOKENS {
            return Ok(());
        }
        let is_bare = matches!(token.kind(), TokenKind::Atom | TokenKind::Whitespace);
        let span = token.span();
        let at = if is_bare && excess > 0 { span.end() - excess } else { span.start() };
        let message = "too much text outside of grids for a model file";
        Err(Diagnostic::error("too-much-text", message, at..at + 1).with_help(
            "check that this is the right file; levels belong in grids, not in [[cell]] entries",
        ))
    }
}

/// Whether a string of many lines ends with a fence of its own that is not escaped.
fn is_closed(quoted: &str) -> bool {
    let Some((fence, body)) = quoted.split_at_checked(3) else { return false };
    let Some(inner) = body.strip_suffix(fence) else { return false };
    let slashes = inner.bytes().rev().take_while(|byte| *byte == b'\\').count();
    fence == "'''" || slashes % 2 == 0
}

fn truncated(message: &str, at: usize) -> Diagnostic {
    Diagnostic::error("truncated-file", message, at..at + 1)
        .with_help("close it; if the file was cut off, fetch it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of what is wrong with the shape of a text, and the byte that it is at.
    fn wrong(text: &str) -> Option<(&'static str, usize)> {
        let problem = TomlShape::check(text).err()?;
        Some((problem.code, problem.span.map_or(0, |span| span.start)))
    }

    #[test]
    fn strings_of_many_lines_end_with_a_fence_that_is_not_escaped() {
        for text in
            ["a = '''x'''", "a = '''x\\'''", "a = \"\"\"x\\\\\"\"\"", "a = \"\"\"\"\"\"\"\""]
        {
            assert_eq!(wrong(text), None, "{text}");
        }
        for text in ["a = '''x''", "a = '''", "a = \"\"\"x\\\"\"\"", "a = \"\"\"\"\""] {
            assert_eq!(wrong(text), Some(("truncated-file", 4)), "{text}");
        }
    }

    #[test]
    fn brackets_open_but_for_those_of_headers() {
        assert_eq!(wrong("[a]\n  [[b]]\nc = [[1], {d = ']'}] # ["), None);
        assert_eq!(wrong("[a\nb = [[1]"), Some(("truncated-file", 7)));
        assert_eq!(wrong(&"[".repeat(19)), Some(("too-deep", 18)));
        assert_eq!(wrong(&"a.".repeat(17)), Some(("too-deep", 33)));
    }

    #[test]
    fn the_first_byte_or_token_too_many_is_the_place() {
        assert_eq!(wrong(&"x".repeat(PLAIN_BYTES + 9)), Some(("too-much-text", PLAIN_BYTES)));
        let at = TOKENS / 2 * 3;
        assert_eq!(wrong(&"ab=".repeat(TOKENS)), Some(("too-much-text", at)));
    }
}
