//! Plain text: its beginning, and characters that show nothing.

use super::bidi::is_bidi_control;

/// The beginning of a text, cut at a whole character.
pub(super) fn bounded(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a character has no width: joiners, variation selectors, direction marks, controls.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
        || is_bidi_control(c)
        || c.is_control()
}
