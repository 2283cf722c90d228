//! The style of drawn text: colour and width, decided by the caller, and the look of each tone.

use std::sync::Arc;

/// The caller's knowledge of the output that text is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use terminal colours. Nothing rests on them: a word always says the same.
    pub color: bool,
    /// Whether to make sources links that a terminal can open (OSC 8).
    pub links: bool,
    /// The columns to wrap at; `None` where nothing wraps, so that a line holds a whole fact (for
    /// `grep` and files).
    pub width: Option<usize>,
}

impl Style {
    /// No colour, no links and no wrapping: for files and pipes.
    pub const PLAIN: Style = Style { color: false, links: false, width: None };

    /// The columns at which running text wraps: long lines are hard to read even where they fit.
    pub(crate) fn prose_width(self) -> usize {
        self.width.map_or(usize::MAX, |width| width.clamp(20, 100))
    }
}

/// The role of a piece of text, from which the renderers decide its look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Running text.
    #[default]
    Plain,
    /// To be read first.
    Strong,
    /// May be skipped.
    Faint,
    /// An id or command that a user could type.
    Name,
    /// Works.
    Good,
    /// Works with limits.
    Fair,
    /// Nothing is known.
    Unsure,
    /// Does not work.
    Bad,
}

impl Tone {
    /// The terminal's code for the tone; empty where it has none.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Strong => "\x1b[1m",
            Tone::Faint => "\x1b[2m",
            Tone::Name => "\x1b[36m",
            Tone::Good => "\x1b[32m",
            Tone::Fair => "\x1b[33m",
            Tone::Unsure => "\x1b[35m",
            Tone::Bad => "\x1b[31m",
        }
    }
}

/// What a piece of text looks like, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) tone: Tone,
    /// The address of what the piece names.
    pub(crate) link: Option<Arc<str>>,
}

impl Look {
    /// The look of a tone that leads nowhere.
    pub(crate) fn of(tone: Tone) -> Self {
        Look { tone, link: None }
    }

    /// Whether a piece of this look after another one of it is one piece with it. Names stay apart.
    pub(crate) fn runs_on(&self) -> bool {
        self.tone != Tone::Name
    }
}

/// Ends every tone.
pub(crate) const RESET: &str = "\x1b[0m";
