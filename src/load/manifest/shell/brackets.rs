//! Where brackets and braces within a word of a script end.

/// The end of what `(` opens; the end of the text where nothing closes it.
pub(super) fn skip_brackets(bytes: &[u8], open: usize) -> usize {
    skip(bytes, open, b'(', b')')
}

/// The end of what `{` opens; the end of the text where nothing closes it.
pub(super) fn skip_braces(bytes: &[u8], open: usize) -> usize {
    skip(bytes, open, b'{', b'}')
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
