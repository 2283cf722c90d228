//! Bidirectional control characters, with which a line could be made to look like another one
//! (Unicode Standard Annex 9).

/// Whether a character marks, embeds, overrides or isolates a text direction.
pub(crate) fn is_bidi_control(c: char) -> bool {
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}'];
    marks.contains(&c) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
