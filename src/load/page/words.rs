//! The words with which a legend explains a mark.

pub(super) use crate::load::marks::MarkMeaning;
use crate::load::marks::{self, MarkContext};
use crate::matrix::Level;

/// The meaning of a mark where the page's legend does not say.
pub(super) fn standard(key: &str) -> Option<MarkMeaning> {
    marks::meaning(key, MarkContext::Page)
}

/// The meaning of a legend's words; `None` where they name no level.
pub(super) fn meaning(words: &str) -> Option<MarkMeaning> {
    let words = words.to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let follows = |a: &str, b: &str| words.windows(2).any(|pair| pair[0] == a && pair[1] == b);
    let caveat = has(&["caveat", "caveats", "limit", "limits", "limitation", "limitations"])
        || follows("known", "issue")
        || follows("known", "issues");
    let negated = has(&["not", "no", "never", "doesn", "cannot"]);
    let says = |level: Level| {
        let known = |word: &&str| marks::meaning(word, MarkContext::Legend);
        words.iter().filter_map(known).any(|meaning| meaning.level == level)
    };
    // The order matters: `not supported` says supported too, `limited support` likewise.
    let level = if follows("same", "feature") || says(Level::NotApplicable) || follows("n", "a") {
        Level::NotApplicable
    } else if says(Level::Undocumented)
        || (negated && has(&["documented", "stated", "data", "said"]))
        || follows("not", "tested")
        || follows("not", "verified")
    {
        Level::Undocumented
    } else if says(Level::Unsupported) || (negated && says(Level::Supported)) || words == ["no"] {
        Level::Unsupported
    } else if says(Level::Experimental) {
        Level::Experimental
    } else if caveat || says(Level::Supported) {
        Level::Supported
    } else if has(&["planned", "plan", "plans", "deprecated", "removed"]) {
        // Only where nothing else is said: `Experimental, planned for 2.0` is experimental.
        Level::Unsupported
    } else {
        return None;
    };
    Some(MarkMeaning { level, caveat: caveat && level <= Level::Experimental })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_are_understood() {
        let cases = [
            ("Fully Supported / Compatible", Level::Supported, false),
            ("Not Supported / Incompatible", Level::Unsupported, false),
            ("Not yet supported", Level::Unsupported, false),
            ("Work in Progress / Experimental / Limited", Level::Experimental, false),
            ("Limited Support (see notes)", Level::Experimental, false),
            ("Supported, with a caveat", Level::Supported, true),
            ("Supported, known limitation", Level::Supported, true),
            ("Experimental with caveat", Level::Experimental, true),
            ("Same feature", Level::NotApplicable, false),
            ("Does not apply", Level::NotApplicable, false),
            ("N/A", Level::NotApplicable, false),
            ("Undocumented", Level::Undocumented, false),
            ("Not documented", Level::Undocumented, false),
            ("Unknown or TBD", Level::Undocumented, false),
            ("Not tested", Level::Undocumented, false),
            ("No compatibility", Level::Unsupported, false),
            ("Partial compatibility", Level::Experimental, false),
            ("Planned for a later release", Level::Unsupported, false),
            ("No plan / deprecated", Level::Unsupported, false),
        ];
        for (words, level, caveat) in cases {
            assert_eq!(meaning(words), Some(MarkMeaning { level, caveat }), "{words}");
        }
        assert_eq!(meaning("Lorem ipsum"), None);
    }
}
