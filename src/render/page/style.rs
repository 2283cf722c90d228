//! How to draw: colour and width, decided by the caller, and what each tone looks like.

/// What the caller knows of the output that text is drawn on.
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

/// What a piece of text is, from which the renderers decide its look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Running text.
    #[default]
    Plain,
    /// What to read first.
    Strong,
    /// What may be skipped.
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
