//! What a word of a script becomes once its variables are put in: words, or the parts of a value.

use super::super::deployment::{GapReason, WordState};

/// A word after its variables were put in, or a part of the value of a variable.
#[derive(Clone, Debug)]
pub(super) struct ShellField {
    /// The text.
    pub(super) text: String,
    /// Where it stands in the file.
    pub(super) at: usize,
    /// How sure it is.
    pub(super) state: WordState,
    /// Why nothing of it is known, so that it may be any number of words.
    pub(super) gap: Option<GapReason>,
}

impl ShellField {
    /// A text that is known.
    pub(super) fn plain(text: String, at: usize) -> Self {
        ShellField { text, at, state: WordState::Plain, gap: None }
    }

    /// A text of which nothing is known, as it is written.
    pub(super) fn unknown(raw: &str, reason: GapReason, at: usize) -> Self {
        let (text, gap) = (raw.to_owned(), Some(reason));
        ShellField { text, at, state: WordState::Unresolved, gap }
    }
}

/// The text of a value, as far as it is known.
pub(super) fn text_of(parts: &[ShellField]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// Whether a value is known, be it on a condition.
pub(super) fn is_known(parts: &[ShellField]) -> bool {
    parts.iter().all(|part| part.state != WordState::Unresolved)
}

/// The same value on a condition.
pub(super) fn on_condition(parts: Vec<ShellField>) -> Vec<ShellField> {
    let state = |part: &ShellField| part.state.max(WordState::Conditional);
    parts.into_iter().map(|part| ShellField { state: state(&part), ..part }).collect()
}

/// Whether all of a value is known and stands on no condition.
pub(super) fn is_plain(parts: &[ShellField]) -> bool {
    parts.iter().all(|part| part.state == WordState::Plain)
}

/// Whether a value has no text.
pub(super) fn is_empty(parts: &[ShellField]) -> bool {
    parts.iter().all(|part| part.text.is_empty())
}

/// Adds a part to the end of a value; what is known becomes one part.
pub(super) fn add(value: &mut Vec<ShellField>, part: ShellField) {
    match value.last_mut() {
        Some(_) if part.text.is_empty() => {}
        Some(last) if last.text.is_empty() => *last = part,
        Some(last) if last.state == WordState::Plain && part.state == WordState::Plain => {
            last.text.push_str(&part.text);
        }
        _ => value.push(part),
    }
}

/// The words so far, the last of which may still grow; of a value, which blanks do not split, its parts.
pub(super) struct FieldList {
    done: Vec<ShellField>,
    open: Option<ShellField>,
    at: usize,
    is_value: bool,
}

impl FieldList {
    /// No words yet, of a word that stands at a place.
    pub(super) fn words(at: usize) -> Self {
        FieldList { done: Vec::new(), open: None, at, is_value: false }
    }

    /// No parts yet, of a value that stands at a place.
    pub(super) fn value(at: usize) -> Self {
        FieldList { is_value: true, ..FieldList::words(at) }
    }

    /// Where the word or the value stands.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether something has begun that no blank ends.
    pub(super) fn is_within_word(&self) -> bool {
        let last = if self.is_value { self.done.last() } else { self.open.as_ref() };
        last.is_some_and(|last| last.text.ends_with(|c: char| !c.is_whitespace()))
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        self.push_field(ShellField::plain(text.to_owned(), self.at));
    }

    /// Adds what is not known, as it is written.
    pub(super) fn push_unknown(&mut self, raw: &str, reason: GapReason) {
        self.push_field(ShellField::unknown(raw, reason, self.at));
    }

    /// Adds a text that blanks do not split. A word of one part is where that is written.
    pub(super) fn push_field(&mut self, field: ShellField) {
        if self.is_value {
            return add(&mut self.done, field);
        }
        match &mut self.open {
            // Quotes open a word before anything is in it.
            Some(open) if !open.text.is_empty() => {
                open.text.push_str(&field.text);
                open.at = self.at;
                open.state = open.state.max(field.state);
            }
            open => *open = Some(field),
        }
    }

    /// Adds a text that blanks split, unless nothing of it is known.
    pub(super) fn push_split(&mut self, field: ShellField) {
        if self.is_value || field.state == WordState::Unresolved {
            return self.push_field(field);
        }
        let blank = |c: char| c.is_ascii_whitespace();
        if field.text.starts_with(blank) {
            self.end();
        }
        for (i, text) in field.text.split_ascii_whitespace().enumerate() {
            if i > 0 {
                self.end();
            }
            self.push_field(ShellField { text: text.to_owned(), ..field.clone() });
        }
        if field.text.ends_with(blank) {
            self.end();
        }
    }

    /// Ends the word; in a value a blank does.
    pub(super) fn end(&mut self) {
        if self.is_value && !self.done.is_empty() {
            add(&mut self.done, ShellField::plain(" ".to_owned(), self.at));
        }
        self.done.extend(self.open.take());
    }

    /// The words, or the parts of the value.
    pub(super) fn finish(mut self) -> Vec<ShellField> {
        self.done.extend(self.open.take());
        self.done
    }
}
