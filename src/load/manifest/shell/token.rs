//! The words and operators of a shell script.

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word.
    Word(ShellWord),
    /// `NAME=( … )` or `NAME+=( … )`.
    Array {
        /// The name.
        name: String,
        /// Whether the words are added to what is there.
        appends: bool,
        /// The words.
        words: Vec<ShellWord>,
    },
    /// What ends a command or stands between two.
    Operator(ShellOperator),
    /// `>` or `<`, with the file.
    Redirection {
        /// Whether the file is written.
        writes: bool,
        /// The file.
        target: ShellWord,
    },
    /// The text below a command that begins with `<<`.
    Heredoc {
        /// The text.
        text: String,
        /// Where it begins.
        at: usize,
        /// Whether variables in it are left as they are.
        is_literal: bool,
    },
}

/// What ends a command or stands between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShellOperator {
    /// `;`, `;;`, `&` or the end of a line.
    End,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|`.
    Pipe,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

/// A word of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ShellWord {
    /// The parts, which become one word where nothing in them splits it.
    pub(super) parts: Vec<Part>,
    /// Where it begins.
    pub(super) at: usize,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text.
    Text {
        /// The text.
        text: String,
        /// Whether it stands in quotes.
        is_quoted: bool,
    },
    /// The value of a variable.
    Value {
        /// The name; `@`, `*` or a number for what the script is started with.
        name: String,
        /// What may stand for it.
        instead: Instead,
        /// Whether it is each word of an array.
        is_array: bool,
        /// Whether it stands in quotes.
        is_quoted: bool,
        /// The text as it is written.
        raw: String,
    },
    /// Something that only running the script tells.
    Output {
        /// The text as it is written.
        raw: String,
    },
    /// Quotes or brackets that do not end.
    Broken {
        /// The text as it is written.
        raw: String,
    },
}

/// What may stand for the value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// Nothing does.
    Nothing,
    /// `${X:-…}`: it stands there where the variable has no value.
    OfNone {
        /// What stands there.
        parts: Vec<Part>,
        /// Whether it becomes the value.
        assigns: bool,
    },
    /// `${X:+…}`: it stands there where the variable has a value; nothing does where it has none.
    OfAny(Vec<Part>),
}

/// A part as it is written, without its quotes.
pub(super) fn raw(part: &Part) -> &str {
    match part {
        Part::Text { text, .. } => text,
        Part::Value { raw, .. } | Part::Output { raw } | Part::Broken { raw } => raw,
    }
}

/// The name of a variable that a text begins with.
pub(super) fn name_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let name = &text[..end];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(name)
}
