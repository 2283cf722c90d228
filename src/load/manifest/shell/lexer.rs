//! A shell script to words, operators and arrays. Nothing is run, and every byte is looked at a bounded number of
//! times.

use super::brackets::{skip_braces, skip_brackets};
use super::token::{Instead, Part, ShellOperator, ShellWord, Token, name_at, raw};

/// Values by default may stand within each other this often; what is deeper is not read.
const DEPTH: usize = 8;

/// The parts of a script, each with its place.
pub(super) fn tokens(text: &str) -> Vec<(Token, usize)> {
    let mut lexer =
        Lexer { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new(), open: Vec::new() };
    lexer.run();
    lexer.tokens
}

/// The beginning of a heredoc whose text is still to come.
struct OpenHeredoc {
    token: usize,
    end: String,
    strips_tabs: bool,
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<(Token, usize)>,
    open: Vec<OpenHeredoc>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while self.skip_blanks() {
            let at = self.at;
            match self.peek(0) {
                b'\n' => {
                    self.at += 1;
                    self.push(Token::Operator(ShellOperator::End), at);
                    self.read_heredocs();
                }
                b';' | b'&' | b'|' | b'(' | b')' => self.operator(),
                b'<' | b'>' => self.redirection(),
                _ => self.word_or_array(),
            }
            // A byte that no branch takes must not hold the loop.
            if self.at == at {
                self.at += 1;
            }
        }
    }

    fn push(&mut self, token: Token, at: usize) {
        self.tokens.push((token, at));
    }

    /// Goes to the next part; `false` at the end.
    fn skip_blanks(&mut self) -> bool {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return self.at < self.bytes.len(),
            }
        }
    }

    fn operator(&mut self) {
        let at = self.at;
        let (operator, length) = match (self.peek(0), self.peek(1)) {
            (b'&', b'&') => (ShellOperator::And, 2),
            // Both outputs to a file.
            (b'&', b'>') => {
                self.at += 1;
                return self.redirection();
            }
            (b'|', b'|') => (ShellOperator::Or, 2),
            (b'|', b'&') => (ShellOperator::Pipe, 2),
            (b'|', _) => (ShellOperator::Pipe, 1),
            (b'(', _) => (ShellOperator::Open, 1),
            (b')', _) => (ShellOperator::Close, 1),
            (b';', b';') => (ShellOperator::End, 2),
            _ => (ShellOperator::End, 1),
        };
        self.at += length;
        self.push(Token::Operator(operator), at);
    }

    fn redirection(&mut self) {
        let at = self.at;
        let writes = self.peek(0) == b'>';
        if self.rest().starts_with("<<<") {
            self.at += 3;
        } else if self.rest().starts_with("<<") {
            return self.heredoc();
        } else if matches!((self.peek(0), self.peek(1)), (b'<' | b'>', b'(')) {
            // A command in place of a file.
            self.at = skip_brackets(self.bytes, self.at + 1);
            return;
        } else {
            self.at += 1;
            while matches!(self.peek(0), b'>' | b'&' | b'|') {
                self.at += 1;
            }
        }
        self.skip_blanks();
        let target = self.word();
        self.push(Token::Redirection { writes, target }, at);
    }

    fn heredoc(&mut self) {
        let at = self.at;
        self.at += 2;
        let strips_tabs = self.peek(0) == b'-';
        self.at += usize::from(strips_tabs);
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        let end = self.word();
        let is_literal =
            end.parts.iter().any(|part| matches!(part, Part::Text { is_quoted: true, .. }));
        let end = end.parts.iter().map(raw).collect();
        self.open.push(OpenHeredoc { token: self.tokens.len(), end, strips_tabs });
        self.push(Token::Heredoc { text: String::new(), at: 0, is_literal }, at);
    }

    /// Reads the texts of the heredocs that the last line began.
    fn read_heredocs(&mut self) {
        for open in std::mem::take(&mut self.open) {
            let start = self.at;
            let mut text = String::new();
            while self.at < self.bytes.len() {
                let rest = self.rest();
                let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
                let line = &self.text[self.at..self.at + length];
                self.at += length;
                let line = if open.strips_tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches(['\n', '\r']) == open.end {
                    break;
                }
                text.push_str(line);
            }
            if let Some((Token::Heredoc { text: read, at, .. }, _)) =
                self.tokens.get_mut(open.token)
            {
                (*read, *at) = (text, start);
            }
        }
    }

    fn word_or_array(&mut self) {
        let at = self.at;
        if let Some((name, appends)) = self.array_start() {
            let mut words = Vec::new();
            while self.skip_lines() && self.peek(0) != b')' {
                let before = self.at;
                words.push(self.word());
                if self.at == before {
                    self.at += 1;
                }
            }
            self.at += 1;
            self.at = self.at.min(self.bytes.len());
            return self.push(Token::Array { name, appends, words }, at);
        }
        let word = self.word();
        // `2>` names an output, no word.
        let is_output = matches!(self.peek(0), b'<' | b'>')
            && self.text[at..self.at].bytes().all(|byte| byte.is_ascii_digit());
        if !is_output {
            self.push(Token::Word(word), at);
        }
    }

    fn skip_lines(&mut self) -> bool {
        loop {
            if !self.skip_blanks() {
                return false;
            }
            if self.peek(0) != b'\n' {
                return true;
            }
            self.at += 1;
        }
    }

    /// Goes past `NAME=(` or `NAME+=(`.
    fn array_start(&mut self) -> Option<(String, bool)> {
        let name = name_at(self.rest())?.to_owned();
        let after = &self.rest()[name.len()..];
        let appends = after.starts_with("+=(");
        if !appends && !after.starts_with("=(") {
            return None;
        }
        self.at += name.len() + if appends { 3 } else { 2 };
        Some((name, appends))
    }

    fn word(&mut self) -> ShellWord {
        // A word that begins with a blank stands where the text after it does.
        let begins_blank = self.rest().starts_with("\\ ");
        let at = if begins_blank { self.at + 2 } else { self.at };
        let mut word = ShellWord { parts: Vec::new(), at };
        while self.at < self.bytes.len() && !is_end(self.peek(0)) {
            self.part(&mut word.parts, false);
        }
        word
    }

    /// Reads the next part of a word, outside of double quotes or within them.
    fn part(&mut self, parts: &mut Vec<Part>, is_quoted: bool) {
        match self.peek(0) {
            b'\'' if !is_quoted => self.single(parts),
            b'"' if !is_quoted => self.double(parts),
            b'$' if self.peek(1) == b'\'' && !is_quoted => {
                self.at += 1;
                self.single(parts);
            }
            b'$' => self.dollar(parts, is_quoted),
            b'`' => {
                let end = self.rest()[1..].find('`').map_or(self.rest().len(), |end| end + 2);
                let raw = self.rest()[..end].to_owned();
                self.at += end;
                parts.push(Part::Output { raw });
            }
            b'\\' => self.escape(parts, is_quoted),
            _ => {
                let stops = |c: char| {
                    matches!(c, '\'' | '"' | '$' | '`' | '\\')
                        || (!is_quoted && c.is_ascii() && is_end(c as u8))
                };
                let rest = self.rest();
                // The first character is text, whatever it is.
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let length = rest[first..].find(stops).map_or(rest.len(), |end| end + first);
                let text = rest[..length].to_owned();
                self.at += length;
                push_text(parts, &text, is_quoted);
            }
        }
    }

    fn single(&mut self, parts: &mut Vec<Part>) {
        let body = &self.rest()[1..];
        let Some(end) = body.find('\'') else {
            let raw = self.rest().to_owned();
            self.at = self.bytes.len();
            return parts.push(Part::Broken { raw });
        };
        let text = body[..end].to_owned();
        self.at += end + 2;
        push_text(parts, &text, true);
    }

    fn double(&mut self, parts: &mut Vec<Part>) {
        self.at += 1;
        push_text(parts, "", true);
        while self.at < self.bytes.len() {
            if self.peek(0) == b'"' {
                self.at += 1;
                return;
            }
            self.part(parts, true);
        }
        parts.push(Part::Broken { raw: "\"".to_owned() });
    }

    fn escape(&mut self, parts: &mut Vec<Part>, is_quoted: bool) {
        let escaped = self.rest()[1..].chars().next();
        self.at += 1 + escaped.map_or(0, char::len_utf8);
        match escaped {
            None => push_text(parts, "\\", is_quoted),
            Some('\n') => {}
            Some(c) if is_quoted && !matches!(c, '$' | '`' | '"' | '\\') => {
                push_text(parts, "\\", true);
                push_text(parts, c.encode_utf8(&mut [0; 4]), true);
            }
            Some(c) => push_text(parts, c.encode_utf8(&mut [0; 4]), true),
        }
    }

    fn dollar(&mut self, parts: &mut Vec<Part>, is_quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("$(") {
            let end = skip_brackets(self.bytes, self.at + 1);
            let raw = self.text[self.at..end].to_owned();
            self.at = end;
            // Kubernetes puts in the variable before any shell reads it.
            let inner = raw.trim_start_matches("$(").trim_end_matches(')');
            return match name_at(inner).filter(|name| name.len() == inner.len()) {
                Some(name) => parts.push(value(name, is_quoted, raw.clone())),
                None => parts.push(Part::Output { raw }),
            };
        }
        if rest.starts_with("${") {
            let end = skip_braces(self.bytes, self.at + 1);
            let raw = self.text[self.at..end].to_owned();
            self.at = end;
            return parts.push(braced(&raw, is_quoted, 0));
        }
        let name = name_at(&rest[1..]).map(str::to_owned).or_else(|| {
            let c = rest[1..].chars().next()?;
            matches!(c, '@' | '*' | '#' | '?' | '$' | '!' | '0'..='9').then(|| c.to_string())
        });
        let Some(name) = name else {
            self.at += 1;
            return push_text(parts, "$", is_quoted);
        };
        self.at += 1 + name.len();
        let raw = format!("${name}");
        parts.push(value(&name, is_quoted, raw));
    }
}

fn value(name: &str, is_quoted: bool, raw: String) -> Part {
    let is_array = name == "@";
    let name = name.to_owned();
    Part::Value { name, instead: Instead::Nothing, is_array, is_quoted, raw }
}

/// The part that `${…}` is.
fn braced(raw: &str, is_quoted: bool, depth: usize) -> Part {
    let Some(inner) = raw.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) else {
        return Part::Broken { raw: raw.to_owned() };
    };
    let special = inner.chars().next().filter(|c| matches!(c, '@' | '*' | '0'..='9'));
    let name = match (name_at(inner), special) {
        (Some(name), _) => name,
        (None, Some(_)) => &inner[..1],
        _ => return Part::Output { raw: raw.to_owned() },
    };
    let mut rest = &inner[name.len()..];
    let mut is_array = name == "@";
    for all in ["[@]", "[*]"] {
        if let Some(after) = rest.strip_prefix(all) {
            (rest, is_array) = (after, true);
        }
    }
    let (name, raw) = (name.to_owned(), raw.to_owned());
    let with = |instead| {
        let (name, raw) = (name.clone(), raw.clone());
        Part::Value { name, instead, is_array, is_quoted, raw }
    };
    let colon = rest.strip_prefix(':').unwrap_or(rest);
    let parts = |text: &str| parts_of(text, is_quoted, depth + 1);
    match colon.chars().next() {
        None if rest.is_empty() => with(Instead::Nothing),
        Some('-') if depth < DEPTH => {
            with(Instead::OfNone { parts: parts(&colon[1..]), assigns: false })
        }
        Some('=') if depth < DEPTH => {
            with(Instead::OfNone { parts: parts(&colon[1..]), assigns: true })
        }
        // The script ends without a value, so that there is one.
        Some('?') => with(Instead::Nothing),
        Some('+') if depth < DEPTH => {
            let mut parts = parts(&colon[1..]);
            match &parts[..] {
                // The usual guard of an empty array is its own value.
                [Part::Value { name: own, .. }] if *own == name => parts.swap_remove(0),
                _ => with(Instead::OfAny(parts)),
            }
        }
        _ => Part::Output { raw },
    }
}

/// The parts of what stands instead of a value.
fn parts_of(text: &str, is_quoted: bool, depth: usize) -> Vec<Part> {
    let mut lexer =
        Lexer { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new(), open: Vec::new() };
    let mut parts = Vec::new();
    let mut in_quotes = is_quoted;
    while lexer.at < lexer.bytes.len() {
        if lexer.rest().starts_with("${") {
            let end = skip_braces(lexer.bytes, lexer.at + 1);
            parts.push(braced(&text[lexer.at..end], in_quotes, depth));
            lexer.at = end;
        } else if lexer.peek(0) == b'"' {
            // Within quotes, more of them end the outer ones for a while, which changes nothing here.
            in_quotes = is_quoted || !in_quotes;
            lexer.at += 1;
        } else {
            lexer.part(&mut parts, in_quotes);
        }
    }
    parts
}

fn push_text(parts: &mut Vec<Part>, text: &str, is_quoted: bool) {
    match parts.last_mut() {
        Some(Part::Text { text: last, is_quoted: quoted }) if *quoted == is_quoted => {
            last.push_str(text);
        }
        _ => parts.push(Part::Text { text: text.to_owned(), is_quoted }),
    }
}

/// Whether a byte ends a word.
fn is_end(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
}
