//! The line as most programs write it, read in one pass and without a copy.
//!
//! A plain line is a JSON object in printable ASCII without escapes. What is plain means the same to
//! [`RequestLine`](super::RequestLine), which reads every line; of all others, good or bad, nothing is known
//! here. A test holds that both readers give the same answers.

use std::ops::Range;

use crate::request::MOST_NAMES;

/// The bytes of a text that are plain: printable ASCII without the quote and the backslash.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte < 0x7f {
        plain[byte as usize] = byte != b'"' && byte != b'\\';
        byte += 1;
    }
    plain
};

/// Lists and objects within each other beyond this are not plain.
const DEEPEST: usize = 3;

/// The most digits of a plain number.
const MOST_DIGITS: usize = 9;

/// A part of a line, in bytes.
pub(super) type Span = Range<usize>;

/// What a plain line says, by where it says it. It is used again for the next line.
#[derive(Debug, Default)]
pub(super) struct PlainLine {
    /// The values of `id` and `name`, as they are written.
    pub(super) id: Option<Span>,
    pub(super) name: Option<Span>,
    /// Every name of a feature or group, without its quotes.
    names: Vec<Span>,
    /// Those of each key.
    need: Option<Range<usize>>,
    want: Option<Range<usize>>,
    avoid: Option<Range<usize>>,
    is_counted: bool,
    /// All other keys with their values as they are written, each with a comma after it: lines of a file
    /// often share them.
    pub(super) shared: Vec<u8>,
}

impl PlainLine {
    /// Reads a line without its line break; `None` where it is not plain.
    pub(super) fn read(&mut self, line: &[u8]) -> Option<()> {
        self.clear();
        let mut scan = Scan { line, at: 0 };
        scan.space();
        scan.expect(b'{')?;
        loop {
            scan.space();
            self.read_key(&mut scan)?;
            scan.space();
            match scan.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        scan.space();
        (scan.at == line.len()).then_some(())
    }

    /// The names of needs; `None` where the line has none of its own.
    pub(super) fn needs(&self) -> Option<&[Span]> {
        self.need.clone().map(|names| &self.names[names])
    }

    /// The wants, with their weights.
    pub(super) fn wants(&self) -> Option<&[Span]> {
        self.want.clone().map(|names| &self.names[names])
    }

    /// The names of what is avoided.
    pub(super) fn avoids(&self) -> Option<&[Span]> {
        self.avoid.clone().map(|names| &self.names[names])
    }

    fn clear(&mut self) {
        (self.id, self.name) = (None, None);
        (self.need, self.want, self.avoid) = (None, None, None);
        self.names.clear();
        self.is_counted = false;
        self.shared.clear();
    }

    /// Reads one key and its value. A key that stands twice is not plain.
    fn read_key(&mut self, scan: &mut Scan<'_>) -> Option<()> {
        let start = scan.at;
        let key = scan.text()?;
        scan.space();
        scan.expect(b':')?;
        scan.space();
        match &scan.line[key] {
            b"need" => put(&mut self.need, scan.names(&mut self.names, true)?),
            b"want" => put(&mut self.want, scan.names(&mut self.names, false)?),
            b"avoid" => put(&mut self.avoid, scan.names(&mut self.names, true)?),
            b"id" => put(&mut self.id, scan.scalar()?),
            b"name" => put(&mut self.name, scan.scalar()?),
            b"count" | b"weight" => {
                // The answer to a line is the same however often it counts.
                let count = scan.scalar()?;
                let first = scan.line[count].first()?;
                matches!(first, b'1'..=b'9').then_some(())?;
                (!std::mem::replace(&mut self.is_counted, true)).then_some(())
            }
            _ => {
                scan.value(DEEPEST)?;
                self.shared.extend_from_slice(&scan.line[start..scan.at]);
                self.shared.push(b',');
                Some(())
            }
        }
    }
}

/// Fills what is empty so far.
fn put<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// A line, and how far it is read.
struct Scan<'l> {
    line: &'l [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    /// Passes over the white space of JSON, of which a line holds no line break.
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// A text, without its quotes.
    fn text(&mut self) -> Option<Span> {
        self.expect(b'"')?;
        let start = self.at;
        let length = self.line[start..].iter().position(|&byte| !PLAIN[byte as usize])?;
        self.at += length;
        self.expect(b'"')?;
        Some(start..start + length)
    }

    /// A list of texts, whose spans are added to others; one text alone where that is a list too.
    fn names(&mut self, names: &mut Vec<Span>, or_one: bool) -> Option<Range<usize>> {
        let first = names.len();
        if or_one && self.peek()? == b'"' {
            names.push(self.text()?);
            return Some(first..names.len());
        }
        self.items(b'[', b']', |scan| {
            names.push(scan.text()?);
            (names.len() <= MOST_NAMES).then_some(())
        })?;
        Some(first..names.len())
    }

    /// What is between two brackets, with commas between.
    fn items(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.expect(open)?;
        self.space();
        if self.peek()? == close {
            return self.expect(close);
        }
        loop {
            item(self)?;
            self.space();
            match self.next()? {
                b',' => self.space(),
                byte => return (byte == close).then_some(()),
            }
        }
    }

    /// A text, `null`, `true`, `false` or a short whole number, as it is written.
    fn scalar(&mut self) -> Option<Span> {
        let start = self.at;
        if self.peek()? == b'"' {
            self.text()?;
            return Some(start..self.at);
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            self.at += 1;
        }
        let word = &self.line[start..self.at];
        let is_plain = matches!(word, b"null" | b"true" | b"false") || is_whole(word);
        is_plain.then_some(start..self.at)
    }

    /// Any value, lists and objects no deeper than this.
    fn value(&mut self, depth: usize) -> Option<()> {
        let below = depth.checked_sub(1);
        match self.peek()? {
            b'[' => below.and_then(|depth| self.items(b'[', b']', |scan| scan.value(depth))),
            b'{' => below.and_then(|depth| {
                self.items(b'{', b'}', |scan| {
                    scan.text()?;
                    scan.space();
                    scan.expect(b':')?;
                    scan.space();
                    scan.value(depth)
                })
            }),
            _ => self.scalar().map(|_| ()),
        }
    }
}

/// Whether a word is a short whole number, as JSON writes it.
fn is_whole(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    let is_led_by_zero = digits.len() > 1 && digits[0] == b'0';
    (1..=MOST_DIGITS).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && !is_led_by_zero
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::RequestLine;

    fn read(line: &str) -> Option<PlainLine> {
        let mut plain = PlainLine::default();
        plain.read(line.as_bytes()).map(|()| plain)
    }

    #[test]
    fn a_plain_line_says_where_everything_is() {
        let line = r#" { "id" : 7,"need":["a", "b"],"want":["c=2"] ,"backend":"vllm", "avoid":"d", "platform":
            {"driver":580,"cuda":null},"name":"x y","count":3 } "#;
        let line = line.replace('\n', "\t");
        let plain = read(&line).unwrap();
        let texts = |spans: Option<&[Span]>| {
            spans
                .map(|spans| spans.iter().map(|it| line[it.clone()].to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(texts(plain.needs()).unwrap(), ["a", "b"]);
        assert_eq!(texts(plain.wants()).unwrap(), ["c=2"]);
        assert_eq!(texts(plain.avoids()).unwrap(), ["d"]);
        assert_eq!(&line[plain.id.clone().unwrap()], "7");
        assert_eq!(&line[plain.name.clone().unwrap()], "\"x y\"");
        let shared = String::from_utf8(plain.shared).unwrap();
        let shared: String = shared.split_whitespace().collect();
        assert_eq!(shared, r#""backend":"vllm","platform":{"driver":580,"cuda":null},"#);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_other_reader() {
        for line in [
            "",
            "{}",
            "[]",
            "null",
            "{",
            r#"{"need":["a"]"#,
            r#"{"need":["a"]}}"#,
            r#"{"need":["a"]} x"#,
            r#"{"need":["a"],}"#,
            r#"{"need":["a",]}"#,
            r#"{"need":["a" "b"]}"#,
            r#"{"need":null}"#,
            r#"{"need":[1]}"#,
            r#"{"need":["a"],"need":["b"]}"#,
            r#"{"need":["\u0061"]}"#,
            r#"{"need":["é"]}"#,
            "{\"need\":[\"a\u{7f}\"]}",
            "{\"need\":[\"a\u{1}\"]}",
            "{\"need\":[\"a\"]\n}",
            r#"{"want":"a"}"#,
            r#"{"want":[{"feature":"a"}]}"#,
            r#"{"id":1,"id":1,"need":["a"]}"#,
            r#"{"id":1e9,"need":["a"]}"#,
            r#"{"id":1.5,"need":["a"]}"#,
            r#"{"id":01,"need":["a"]}"#,
            r#"{"id":-,"need":["a"]}"#,
            r#"{"id":1234567890,"need":["a"]}"#,
            r#"{"id":[1],"need":["a"]}"#,
            r#"{"count":0,"need":["a"]}"#,
            r#"{"count":-1,"need":["a"]}"#,
            r#"{"count":"1","need":["a"]}"#,
            r#"{"count":1,"weight":1,"need":["a"]}"#,
            r#"{"rules":[[[[]]]],"need":["a"]}"#,
            r#"{"rules":nul,"need":["a"]}"#,
        ] {
            assert!(read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn what_is_plain_is_json() {
        for line in [
            r#"{"need":[]}"#,
            r#"{"need":"a"}"#,
            r#"{"name":-7,"need":["a"]}"#,
            r#"{"id":0,"need":["a"],"weight":999999999}"#,
            r#"{"id":true,"facts":["!a"],"need":["a"],"all":false}"#,
            "\t{\"id\":null,\r\"need\" : [ \"a\" , \"b\" ]}\r",
        ] {
            assert!(read(line).is_some(), "{line}");
            assert!(RequestLine::read(1, line).is_ok(), "{line}");
        }
    }
}
