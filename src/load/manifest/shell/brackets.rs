//! Where brackets and braces within a word of a script end, and words with them.

/// The end of what `(` opens; the end of the text where nothing closes it.
pub(super) fn skip_brackets(bytes: &[u8], open: usize) -> usize {
    skip(bytes, open, b'(', b')')
}

/// The end of what `{` opens; the end of the text where nothing closes it.
pub(super) fn skip_braces(bytes: &[u8], open: usize) -> usize {
    skip(bytes, open, b'{', b'}')
}

/// The words that blanks divide a text into; what `$(`, `${` or a backtick opens is not divided.
pub(super) fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'$', Some(b'(')) => at = skip_brackets(bytes, at + 1),
            (b'$', Some(b'{')) => at = skip_braces(bytes, at + 1),
            (b'`', _) => {
                let rest = &bytes[at + 1..];
                let end = rest.iter().position(|it| *it == b'`');
                at = end.map_or(bytes.len(), |end| at + end + 2);
            }
            _ if byte.is_ascii_whitespace() => {
                words.push(&text[start..at]);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

fn skip(bytes: &[u8], open: usize, opening: u8, closing: u8) -> usize {
    // The brackets and double quotes that are open, the innermost last.
    let mut within = vec![closing];
    let mut at = open + 1;
    while let (Some(byte), Some(top)) = (bytes.get(at), within.last()) {
        let in_quotes = *top == b'"';
        match *byte {
            b'\\' => at += 1,
            b'"' if in_quotes => {
                within.pop();
            }
            b'"' => within.push(b'"'),
            b'\'' if !in_quotes => {
                let rest = &bytes[at + 1..];
                at += 1 + rest.iter().position(|it| *it == b'\'').unwrap_or(rest.len());
            }
            b'$' if in_quotes && bytes.get(at + 1) == Some(&opening) => {
                within.push(closing);
                at += 1;
            }
            it if it == opening && !in_quotes => within.push(closing),
            it if it == closing && !in_quotes => {
                within.pop();
            }
            _ => {}
        }
        at += 1;
        if within.is_empty() {
            break;
        }
    }
    at.min(bytes.len())
}
