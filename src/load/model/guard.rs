//! Cheap checks of a file before the parser sees it: any bytes in, a text of bearable size and
//! shape out, or the one diagnostic that says what it is instead.
//!
//! The parser's memory grows with the number of tokens and its stack with the nesting. Neither is
//! bounded by the size of a file, so both are counted here first. Grids are one token each and
//! are not counted.

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
    if let Some(problem) = empty(&text).or_else(|| Shape::of(&text).err()) {
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

/// Walks over a TOML text and counts, without understanding it.
struct Shape<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    plain: usize,
    tokens: usize,
    dots: usize,
    open: Vec<usize>,
    line_start: bool,
    in_word: bool,
}

impl<'t> Shape<'t> {
    fn of(text: &'t str) -> Result<(), Diagnostic> {
        let mut shape = Shape {
            text,
            bytes: text.as_bytes(),
            at: 0,
            plain: 0,
            tokens: 0,
            dots: 0,
            open: Vec::new(),
            line_start: true,
            in_word: false,
        };
        while shape.at < shape.bytes.len() {
            shape.step()?;
        }
        shape.open.first().map_or(Ok(()), |&at| Err(truncated("this bracket is never closed", at)))
    }

    /// Passes one token, or a byte of one.
    fn step(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        let byte = self.bytes[start];
        match byte {
            b'"' | b'\'' if self.bytes[start..].starts_with(&[byte; 3]) => {
                self.pass_block(byte)?;
            }
            b'"' | b'\'' => self.pass_string(byte),
            b'#' => self.pass_until(|byte| byte == b'\n'),
            b'[' | b'{' => self.pass_bracket(byte),
            _ => {
                self.at += 1;
                self.plain += 1;
            }
        }
        match byte {
            b']' | b'}' => drop(self.open.pop()),
            b'.' => self.dots += 1,
            b',' | b'=' | b'\n' | b'[' | b'{' => self.dots = 0,
            _ => {}
        }
        self.line_start = byte == b'\n' || self.line_start && byte.is_ascii_whitespace();
        self.count(byte, start)
    }

    /// Counts a token and checks every limit.
    fn count(&mut self, byte: u8, start: usize) -> Result<(), Diagnostic> {
        let word = byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-');
        self.tokens += usize::from(!(word && self.in_word));
        self.in_word = word;
        if self.open.len() > NESTING || self.dots > NESTING {
            let message = format!("nested more than {NESTING} deep");
            return Err(Diagnostic::error("too-deep", message, start..start + 1)
                .with_help("a model nests at most a list in a list"));
        }
        if self.plain > PLAIN_BYTES || self.tokens > TOKENS {
            let message = "too much text outside of grids for a model file";
            return Err(Diagnostic::error("too-much-text", message, start..start + 1).with_help(
                "check that this is the right file; levels belong in grids, not in [[cell]] entries",
            ));
        }
        Ok(())
    }

    /// Passes an opening bracket, or both of `[[`. Those of a table header open nothing.
    fn pass_bracket(&mut self, byte: u8) {
        let header = byte == b'[' && self.line_start && self.open.is_empty();
        if !header {
            self.open.push(self.at);
        }
        self.at += if header && self.bytes.get(self.at + 1) == Some(&b'[') { 2 } else { 1 };
        self.plain += 1;
    }

    /// Passes a string that ends with its line.
    fn pass_string(&mut self, quote: u8) {
        self.at += 1;
        let mut escaped = false;
        self.pass_until(|byte| {
            let end = byte == b'\n' || byte == quote && !escaped;
            escaped = byte == b'\\' && quote == b'"' && !escaped;
            end
        });
        if self.bytes.get(self.at) == Some(&quote) {
            self.at += 1;
        }
    }

    /// Passes a string of many lines.
    fn pass_block(&mut self, quote: u8) -> Result<(), Diagnostic> {
        let start = self.at;
        let fence = if quote == b'"' { "\"\"\"" } else { "'''" };
        self.at += fence.len();
        while let Some(found) = self.text[self.at..].find(fence) {
            let end = self.at + found;
            let slashes =
                self.bytes[self.at..end].iter().rev().take_while(|b| **b == b'\\').count();
            if quote == b'"' && slashes % 2 == 1 {
                self.at = end + 1;
                continue;
            }
            let quotes = self.bytes[end..].iter().take(5).take_while(|b| **b == quote).count();
            self.at = end + quotes;
            return Ok(());
        }
        Err(truncated("the text that starts here never ends", start))
    }

    fn pass_until(&mut self, mut end: impl FnMut(u8) -> bool) {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|byte| end(*byte)).unwrap_or(rest.len());
        self.plain += self.at - start;
    }
}

fn truncated(message: &str, at: usize) -> Diagnostic {
    Diagnostic::error("truncated-file", message, at..at + 1)
        .with_help("close it; if the file was cut off, fetch it again")
}
