//! The marks of a grid's cells: `✅`, `🚧 !`, `—`, a blank, or the word for a level.

use crate::load::marks::{self, MarkContext};
use crate::matrix::Level;

/// A cell of a grid, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GridMark {
    /// The level.
    pub(super) level: Level,
    /// Whether a `!` flags a known limit.
    pub(super) caveat: bool,
    /// Whether nothing is written, which means unsupported only where something should be.
    pub(super) blank: bool,
    /// Whether a `~` says that there is no such cell.
    pub(super) absent: bool,
}

/// The reason that a cell cannot be understood, and the fix.
pub(super) struct BadMark {
    /// The code.
    pub(super) code: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// What to write.
    pub(super) help: String,
}

/// The help that lists the mark of each level.
pub(super) const MARKS: &str = "write ✅ (supported), 🚧 (experimental), ? (undocumented), — (not-applicable), \
     a blank or ❌ (unsupported), or the word";

/// Reads a cell.
pub(super) fn read(text: &str) -> Result<GridMark, BadMark> {
    let text = text.trim();
    if text == "~" {
        return Ok(GridMark {
            level: Level::Undocumented,
            caveat: false,
            blank: true,
            absent: true,
        });
    }
    let (bare, caveat) = match text.strip_suffix('!') {
        Some(bare) => (bare.trim_end(), true),
        None => (text, false),
    };
    let bare = bare.trim_end_matches('\u{fe0f}');
    let Some(level) = level(bare) else {
        return Err(BadMark {
            code: "unknown-level",
            message: format!("`{}` is no level", super::suggest::shown(text)),
            help: unknown_help(bare),
        });
    };
    if caveat && level > Level::Experimental {
        return Err(BadMark {
            code: "caveat-level",
            message: format!("a caveat on a cell that is {level}"),
            help: "only what is supported or experimental works with a known limit; drop the `!`"
                .to_owned(),
        });
    }
    Ok(GridMark { level, caveat, blank: text.is_empty(), absent: false })
}

/// The level of a mark or word.
pub(super) fn level(text: &str) -> Option<Level> {
    match marks::meaning(text, MarkContext::Model) {
        Some(meaning) => Some(meaning.level),
        None => text.parse().ok(),
    }
}

fn unknown_help(text: &str) -> String {
    match text {
        "-" | "–" => "write — (not-applicable) or leave a blank (unsupported)".to_owned(),
        "⚠" => "write `✅ !` (supported with a caveat) or 🚧 (experimental)".to_owned(),
        _ => super::suggest::suggest(text, Level::ALL.map(Level::id), MARKS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_words_are_levels() {
        for (text, wanted) in [
            ("✅", Level::Supported),
            (" 🚧 ", Level::Experimental),
            ("?", Level::Undocumented),
            ("—", Level::NotApplicable),
            ("", Level::Unsupported),
            ("Not Applicable", Level::NotApplicable),
            ("unsupported", Level::Unsupported),
        ] {
            let mark = read(text).ok().map(|mark| (mark.level, mark.caveat));
            assert_eq!(mark, Some((wanted, false)), "{text}");
        }
    }

    #[test]
    fn an_exclamation_mark_is_a_caveat_on_what_works() {
        assert!(read("✅!").is_ok_and(|mark| mark.caveat));
        assert!(read("🚧 !").is_ok_and(|mark| mark.caveat));
        assert!(read("supported!").is_ok_and(|mark| mark.caveat));
        assert_eq!(read("— !").err().map(|bad| bad.code), Some("caveat-level"));
        assert_eq!(read("!").err().map(|bad| bad.code), Some("caveat-level"));
    }

    #[test]
    fn a_wrong_mark_is_told_the_fix() {
        let help = |text: &str| read(text).err().map(|bad| bad.help).unwrap_or_default();
        assert!(help("-").contains("—"));
        assert!(help("suported").contains("`supported`"));
        assert!(help("maybe").contains("✅"));
        assert!(help("⚠️").contains("caveat"));
    }
}
