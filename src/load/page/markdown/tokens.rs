//! The parts of inline Markdown: brackets, images, tags, entities, raised digits.

use crate::load::text::bounded;

/// The end of a link or a tag is looked for up to here, so that openings without one stay cheap.
const FARTHEST_END: usize = 2_000;

/// Tags that show nothing but the text inside them.
const TEXT_TAGS: [&str; 24] = [
    "a", "abbr", "b", "big", "center", "code", "del", "div", "em", "font", "i", "ins", "kbd",
    "mark", "nobr", "p", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// Whether a tag, by its lower-case inside, closes or shows nothing by itself.
pub(super) fn is_text_tag(inside: &str) -> bool {
    let name = inside.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
    name.is_empty() || name.contains([':', '@']) || TEXT_TAGS.contains(&name)
}

/// The length of the image that a text opens with; `![^1]` is a mark and a footnote.
pub(super) fn image(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('!').filter(|rest| rest.starts_with('['))?;
    let close = closing_bracket(rest).filter(|_| !rest.starts_with("[^"))? + 1;
    let after = &rest[close..];
    let target = closing_parenthesis(after).filter(|_| after.starts_with('('))?;
    Some(1 + close + target + 1)
}

/// The first occurrence of a needle, unless it is far away.
pub(super) fn find_within(text: &str, needle: &str) -> Option<usize> {
    bounded(text, FARTHEST_END).find(needle)
}

/// The offset of the bracket that closes the one at the start.
pub(super) fn closing_bracket(text: &str) -> Option<usize> {
    closing(text, b'[', b']')
}

/// The offset of the parenthesis that closes the one at the start.
pub(in crate::load::page) fn closing_parenthesis(text: &str) -> Option<usize> {
    closing(text, b'(', b')')
}

fn closing(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, &byte) in text.as_bytes().iter().enumerate().take(FARTHEST_END) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}

/// The address in the parentheses of a link, without its title.
pub(super) fn link_address(inside: &str) -> Option<String> {
    let address = inside.split_whitespace().next()?;
    Some(address.trim_matches(['<', '>']).to_owned())
}

/// The value of an attribute of a tag, between its quotes.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let value = &tag[tag.find(name)? + name.len()..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let length = value[1..].find(quote)?;
    Some(value[1..1 + length].trim()).filter(|value| !value.is_empty())
}

/// The digit that is written as a superscript.
pub(super) fn superscript(c: char) -> Option<u32> {
    match c {
        '¹' => Some(1),
        '²' => Some(2),
        '³' => Some(3),
        '⁴'..='⁹' => Some(u32::from(c) - u32::from('⁰')),
        _ => None,
    }
}

/// The character that an entity stands for.
pub(super) fn entity(name: &str) -> Option<char> {
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "vert" => '|',
        "mdash" => '—',
        "ndash" => '–',
        "check" | "checkmark" => '✓',
        "cross" => '✗',
        "middot" => '·',
        "bull" => '•',
        "dagger" => '†',
        "Dagger" => '‡',
        "sect" => '§',
        "para" => '¶',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}
