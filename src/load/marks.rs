//! The table of marks and words that mean a level: in the cells of a model file, in those of a
//! published page, and in the legend of a page.

use crate::matrix::Level;

/// A level, and whether a known limit goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MarkMeaning {
    pub(super) level: Level,
    pub(super) caveat: bool,
}

/// The kind of text in which a mark or word is understood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkContext {
    /// A cell of a model file, in which a `!` after the mark is the caveat.
    Model,
    /// A cell of a page whose legend does not say what the mark means.
    Page,
    /// The explanation of a mark in a legend, word by word.
    Legend,
}

use Level::{Experimental, NotApplicable, Supported, Undocumented, Unsupported};
use MarkContext::{Legend, Model, Page};

/// A mark or word in lower case, its level, whether it says that there is a known limit, and where
/// it is understood.
type MarkRow = (&'static str, Level, bool, &'static [MarkContext]);

/// Every mark and word, by level. A model file also takes the ids of levels, in any spelling.
const TABLE: [MarkRow; 66] = [
    (Supported.mark(), Supported, false, &[Model, Page]),
    ("✓", Supported, false, &[Model, Page]),
    ("✔", Supported, false, &[Page]),
    ("☑", Supported, false, &[Page]),
    ("yes", Supported, false, &[Page, Legend]),
    ("supported", Supported, false, &[Page, Legend]),
    ("support", Supported, false, &[Legend]),
    ("supports", Supported, false, &[Legend]),
    ("compatible", Supported, false, &[Legend]),
    ("compatibility", Supported, false, &[Legend]),
    ("functional", Supported, false, &[Legend]),
    ("operational", Supported, false, &[Legend]),
    ("work", Supported, false, &[Legend]),
    ("works", Supported, false, &[Legend]),
    ("working", Supported, false, &[Legend]),
    ("available", Supported, false, &[Legend]),
    ("full", Supported, false, &[Legend]),
    ("⚠", Supported, true, &[Page]),
    ("!", Supported, true, &[Page]),
    ("✅!", Supported, true, &[Page]),
    ("✓!", Supported, true, &[Page]),
    ("✔!", Supported, true, &[Page]),
    ("supported with caveat", Supported, true, &[Page]),
    ("known issue", Supported, true, &[Page]),
    ("known issues", Supported, true, &[Page]),
    (Experimental.mark(), Experimental, false, &[Model, Page]),
    ("🧪", Experimental, false, &[Model, Page]),
    ("wip", Experimental, false, &[Page, Legend]),
    ("experimental", Experimental, false, &[Page, Legend]),
    ("limited", Experimental, false, &[Page, Legend]),
    ("work in progress", Experimental, false, &[Page]),
    ("progress", Experimental, false, &[Legend]),
    ("partial", Experimental, false, &[Legend]),
    ("partially", Experimental, false, &[Legend]),
    ("preview", Experimental, false, &[Legend]),
    ("🚧!", Experimental, true, &[Page]),
    ("🧪!", Experimental, true, &[Page]),
    ("wip!", Experimental, true, &[Page]),
    ("experimental with caveat", Experimental, true, &[Page]),
    (Undocumented.mark(), Undocumented, false, &[Model, Page]),
    ("❔", Undocumented, false, &[Page]),
    ("❓", Undocumented, false, &[Page]),
    ("undocumented", Undocumented, false, &[Page, Legend]),
    ("unknown", Undocumented, false, &[Page, Legend]),
    ("untested", Undocumented, false, &[Page, Legend]),
    ("not tested", Undocumented, false, &[Page]),
    ("unverified", Undocumented, false, &[Page, Legend]),
    ("not verified", Undocumented, false, &[Page]),
    ("tbd", Undocumented, false, &[Page, Legend]),
    ("unstated", Undocumented, false, &[Legend]),
    (NotApplicable.mark(), NotApplicable, false, &[Model, Page]),
    ("n/a", NotApplicable, false, &[Page]),
    ("not applicable", NotApplicable, false, &[Page]),
    ("applicable", NotApplicable, false, &[Legend]),
    ("apply", NotApplicable, false, &[Legend]),
    ("diagonal", NotApplicable, false, &[Legend]),
    (Unsupported.mark(), Unsupported, false, &[Model]),
    ("❌", Unsupported, false, &[Model, Page]),
    ("✗", Unsupported, false, &[Model, Page]),
    ("✘", Unsupported, false, &[Page]),
    ("✖", Unsupported, false, &[Page]),
    ("no", Unsupported, false, &[Page]),
    ("not supported", Unsupported, false, &[Page]),
    ("unsupported", Unsupported, false, &[Page, Legend]),
    ("incompatible", Unsupported, false, &[Legend]),
    ("unavailable", Unsupported, false, &[Legend]),
];

/// The meaning of a mark or word, written as in the table, where it is understood.
pub(super) fn meaning(text: &str, context: MarkContext) -> Option<MarkMeaning> {
    let row = TABLE.iter().find(|(known, ..)| *known == text)?;
    let (_, level, caveat, contexts) = *row;
    contexts.contains(&context).then_some(MarkMeaning { level, caveat })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_stands_twice() {
        for (i, (text, ..)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..i].iter().any(|(other, ..)| other == text), "{text}");
        }
    }

    #[test]
    fn every_level_is_read_by_its_own_mark() {
        for level in Level::ALL {
            let own = Some(MarkMeaning { level, caveat: false });
            assert_eq!(meaning(level.mark(), Model), own);
            // A page says in its legend what a blank means.
            let is_plain = level != Unsupported;
            assert_eq!(meaning(level.mark(), Page), own.filter(|_| is_plain));
        }
    }
}
