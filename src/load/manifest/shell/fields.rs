//! The words that a word of a script becomes once its variables are put in.

use super::super::deployment::{GapReason, WordState};
use super::brackets;
use super::values::ShellField;

/// The words so far, the last of which may still grow.
pub(super) struct FieldList {
    done: Vec<ShellField>,
    open: Option<ShellField>,
    at: usize,
}

impl FieldList {
    /// No words yet, of a word that stands at a place.
    pub(super) fn new(at: usize) -> Self {
        FieldList { done: Vec::new(), open: None, at }
    }

    fn open(&mut self) -> &mut ShellField {
        let at = self.at;
        self.open.get_or_insert_with(|| ShellField {
            text: String::new(),
            at,
            state: WordState::Plain,
            gap: None,
            is_conditional: false,
        })
    }

    /// Whether a word has begun and no blank ends it.
    pub(super) fn is_within_word(&self) -> bool {
        let text = self.open.as_ref().map_or("", |open| &open.text);
        text.ends_with(|c: char| !c.is_whitespace())
    }

    /// Adds a text to the word.
    pub(super) fn push(&mut self, text: &str) {
        self.open().text.push_str(text);
    }

    /// Adds what is not known, as it is written.
    pub(super) fn push_unknown(&mut self, raw: &str, reason: GapReason) {
        let is_first = self.open.as_ref().is_none_or(|open| open.text.is_empty());
        let open = self.open();
        open.text.push_str(raw);
        open.state = WordState::Unresolved;
        if is_first {
            open.gap = Some(reason);
        }
    }

    /// Adds a word as it is; one of an array keeps its own place.
    pub(super) fn push_field(&mut self, field: &ShellField, is_one: bool) {
        // Quotes open a word before anything is in it.
        let is_first = self.open.as_ref().is_none_or(|open| open.text.is_empty());
        let open = self.open();
        open.text.push_str(&field.text);
        open.state = open.state.max(field.state);
        open.is_conditional |= field.is_conditional;
        if is_first {
            open.gap = field.gap;
            if !is_one {
                open.at = field.at;
            }
        }
    }

    /// Adds a value that blanks split.
    pub(super) fn push_split(&mut self, field: &ShellField, is_one: bool) {
        let blank = |c: char| c.is_ascii_whitespace();
        if field.text.starts_with(blank) {
            self.end();
        }
        let words = match field.state {
            WordState::Unresolved => brackets::words(&field.text),
            _ => field.text.split_ascii_whitespace().collect(),
        };
        for (i, text) in words.into_iter().enumerate() {
            if i > 0 {
                self.end();
            }
            // A part of a value that is not known in whole may be known.
            let is_whole = text.len() == field.text.len();
            let unknown = text.contains(['$', '`']);
            let state = match field.state {
                WordState::Unresolved if !is_whole && !unknown && field.is_conditional => {
                    WordState::Conditional
                }
                WordState::Unresolved if !is_whole && !unknown => WordState::Plain,
                state => state,
            };
            let begins_unknown = state == WordState::Unresolved && text.starts_with(['$', '`']);
            let gap = field.gap.filter(|_| unknown).or(begins_unknown.then(|| reason_of(text)));
            self.push_field(
                &ShellField {
                    text: text.to_owned(),
                    at: field.at,
                    state,
                    gap,
                    is_conditional: field.is_conditional,
                },
                is_one,
            );
        }
        if field.text.ends_with(blank) {
            self.end();
        }
    }

    /// Ends the word.
    pub(super) fn end(&mut self) {
        self.done.extend(self.open.take());
    }

    /// The words.
    pub(super) fn finish(mut self) -> Vec<ShellField> {
        self.end();
        self.done
    }
}

/// Why a text that begins with something unknown is not known.
fn reason_of(text: &str) -> GapReason {
    let is_output = text.starts_with("$(") || text.starts_with('`');
    if is_output { GapReason::Output } else { GapReason::Variable }
}
