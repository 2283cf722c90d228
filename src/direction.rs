//! Characters that change the direction in which text is read, so that a line could look like
//! another one (Unicode Standard Annex 9).

/// Whether a character marks, embeds, overrides or isolates a direction.
pub(crate) fn is_direction_mark(c: char) -> bool {
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}'];
    marks.contains(&c) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
