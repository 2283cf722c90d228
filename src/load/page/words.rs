//! Words for levels: what a legend may call a mark, and what cells say in words.

use crate::matrix::Level;

/// What a mark means: a level, and whether a known limit goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) level: Level,
    pub(super) caveat: bool,
}

impl Meaning {
    const fn of(level: Level) -> Self {
        Meaning { level, caveat: false }
    }

    const fn caveat(level: Level) -> Self {
        Meaning { level, caveat: true }
    }
}

/// What a mark means where the page's legend does not say.
pub(super) fn standard(key: &str) -> Option<Meaning> {
    Some(match key {
        "✅" | "✓" | "✔" | "☑" | "yes" | "supported" => Meaning::of(Level::Supported),
        "⚠" | "!" | "✅!" | "✓!" | "✔!" | "supported with caveat" => {
            Meaning::caveat(Level::Supported)
        }
        "🚧" | "🧪" | "wip" | "experimental" | "limited" | "work in progress" => {
            Meaning::of(Level::Experimental)
        }
        "🚧!" | "🧪!" | "wip!" | "experimental with caveat" => {
            Meaning::caveat(Level::Experimental)
        }
        "—" | "n/a" | "not applicable" => Meaning::of(Level::NotApplicable),
        "❌" | "✗" | "✘" | "✖" | "no" | "not supported" | "unsupported" => {
            Meaning::of(Level::Unsupported)
        }
        _ => return None,
    })
}

/// What the words of a legend mean.
pub(super) fn meaning(words: &str) -> Option<Meaning> {
    let words = words.to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let follows = |a: &str, b: &str| words.windows(2).any(|pair| pair[0] == a && pair[1] == b);
    let caveat = has(&["caveat", "caveats", "limit", "limits", "limitation", "limitations"])
        || follows("known", "issue")
        || follows("known", "issues");
    let negated = has(&["not", "no", "never", "doesn", "cannot"]);
    if follows("same", "feature") || has(&["diagonal", "apply", "applicable"]) || follows("n", "a")
    {
        Some(Meaning::of(Level::NotApplicable))
    } else if has(&["undocumented", "unknown", "unstated"])
        || (negated && has(&["documented", "stated", "data", "said"]))
    {
        Some(Meaning::of(Level::Undocumented))
    } else if has(&["unsupported", "incompatible", "unavailable"])
        || (negated && has(&SUPPORTED))
        || words == ["no"]
    {
        Some(Meaning::of(Level::Unsupported))
    } else if has(&[
        "experimental",
        "wip",
        "progress",
        "limited",
        "partial",
        "partially",
        "preview",
    ]) {
        Some(Meaning { level: Level::Experimental, caveat })
    } else if caveat || has(&SUPPORTED) {
        Some(Meaning { level: Level::Supported, caveat })
    } else {
        None
    }
}

const SUPPORTED: [&str; 10] = [
    "supported",
    "support",
    "supports",
    "compatible",
    "work",
    "works",
    "working",
    "available",
    "yes",
    "full",
];

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
        ];
        for (words, level, caveat) in cases {
            assert_eq!(meaning(words), Some(Meaning { level, caveat }), "{words}");
        }
        assert_eq!(meaning("Lorem ipsum"), None);
    }

    #[test]
    fn every_level_that_has_a_mark_of_its_own_is_read_by_it() {
        for level in [Level::Supported, Level::Experimental, Level::NotApplicable] {
            assert_eq!(standard(level.mark()), Some(Meaning::of(level)));
        }
    }
}
