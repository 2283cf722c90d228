//! The style of drawn text: colour and width, decided by the caller, and the look of each tone.

/// The caller's knowledge of the output that text is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use terminal colours. Nothing rests on them: a word always says the same.
    pub color: bool,
    /// The columns to wrap at; `None` where nothing wraps, so that a line holds a whole fact (for
    /// `grep` and files).
    pub width: Option<usize>,
}

impl Style {
    /// No colour and no wrapping: for files and pipes.
    pub const PLAIN: Style = Style { color: false, width: None };

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

/// Ends every tone.
pub(crate) const RESET: &str = "\x1b[0m";
