//! The variables of a script and the words that they become part of.

use std::collections::HashMap;

use super::super::deployment::{EnvVariable, Environment, GapReason, TextFile, WordState};
use super::fields::FieldList;
use super::token::{Part, ShellWord, name_at};

/// The most that the words of one script may become, in bytes; what is beyond is not known.
const EXPANDED: usize = 4 << 20;
/// The most words that an array may have.
const WORDS: usize = 4_096;
/// The most variables that a script may set.
const VARIABLES: usize = 1_000;

/// A word after its variables were put in.
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
    /// Whether it stands there on a condition, be it known or not.
    pub(super) is_conditional: bool,
}

/// A variable of the script.
#[derive(Clone, Debug, Default)]
struct ShellVariable {
    /// The value without conditions.
    value: Option<Vec<ShellField>>,
    /// What the value may be or have more on a condition.
    maybe: Vec<ShellField>,
    /// Whether it is an array.
    is_array: bool,
    /// Whether the programs of the script get it.
    is_exported: bool,
}

/// The variables of a script, over those that it was started with.
pub(super) struct ShellVariables<'e> {
    env: &'e Environment,
    own: HashMap<String, ShellVariable>,
    left: usize,
}

/// What a variable has as its value.
enum Lookup {
    Fields(Vec<ShellField>),
    /// Values on conditions, of which it has one or several.
    Choices(Vec<ShellField>),
    Unknown(GapReason),
}

impl<'e> ShellVariables<'e> {
    pub(super) fn new(env: &'e Environment) -> Self {
        ShellVariables { env, own: HashMap::new(), left: EXPANDED }
    }

    /// Sets a variable to a word, or adds one to it.
    pub(super) fn assign(
        &mut self,
        name: &str,
        value: ShellField,
        appends: bool,
        is_conditional: bool,
    ) {
        self.assign_fields(name, vec![value], appends, is_conditional, false);
    }

    /// Sets a variable to the words of an array, or adds them.
    pub(super) fn assign_array(
        &mut self,
        name: &str,
        words: Vec<ShellField>,
        appends: bool,
        is_conditional: bool,
    ) {
        self.assign_fields(name, words, appends, is_conditional, true);
    }

    fn assign_fields(
        &mut self,
        name: &str,
        mut fields: Vec<ShellField>,
        appends: bool,
        is_conditional: bool,
        is_array: bool,
    ) {
        if !self.own.contains_key(name) && self.own.len() >= VARIABLES {
            return;
        }
        // Only what is added to or may be kept needs the value that the script was started with.
        let keeps = (appends || is_conditional) && !self.own.contains_key(name);
        let inherited = self.env.get(name).filter(|_| keeps);
        let variable = self.own.entry(name.to_owned()).or_default();
        if let Some(text) = inherited.and_then(|inherited| inherited.value.clone()) {
            let at = fields.first().map_or(0, |field| field.at);
            variable.value = Some(vec![ShellField {
                text,
                at,
                state: WordState::Plain,
                gap: None,
                is_conditional: false,
            }]);
        }
        variable.is_array |= is_array;
        if is_conditional {
            for field in &mut fields {
                field.state = field.state.max(WordState::Conditional);
                field.is_conditional = true;
            }
            // `X="$X more"` adds to the value; kept is what it adds.
            if let (Some([value]), [field]) = (variable.value.as_deref(), &mut fields[..])
                && let Some(more) = field.text.strip_prefix(&value.text)
                && more.starts_with(char::is_whitespace)
            {
                field.text = more.to_owned();
            }
            variable.maybe.extend(fields);
            variable.maybe.truncate(WORDS);
            return;
        }
        match &mut variable.value {
            Some(value) if appends && is_array => value.extend(fields),
            Some(value) if appends => append(value, fields),
            _ => variable.value = Some(fields),
        }
        if !appends {
            variable.maybe.clear();
        }
        if let Some(value) = &mut variable.value {
            value.truncate(WORDS);
        }
    }

    /// Makes programs get a variable.
    pub(super) fn export(&mut self, name: &str) {
        if let Some(variable) = self.own.get_mut(name) {
            variable.is_exported = true;
        }
    }

    /// Takes a variable away.
    pub(super) fn unset(&mut self, name: &str) {
        self.own.remove(name);
    }

    /// The variables that programs get beside those that the script was started with.
    pub(super) fn exported(&self) -> Vec<EnvVariable> {
        let exported = self
            .own
            .iter()
            .filter(|(name, variable)| variable.is_exported || self.env.get(name).is_some());
        let mut variables: Vec<EnvVariable> = exported
            .filter_map(|(name, variable)| {
                let value = variable.value.as_deref()?;
                let known = value.iter().all(|field| field.state == WordState::Plain);
                let text =
                    value.iter().map(|field| field.text.as_str()).collect::<Vec<_>>().join(" ");
                let at = value.first().map_or(0, |field| field.at);
                Some(EnvVariable { name: name.clone(), value: known.then_some(text), at })
            })
            .collect();
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        variables
    }

    /// The words that a word becomes.
    pub(super) fn fields(&mut self, word: &ShellWord, file: &TextFile) -> Vec<ShellField> {
        let mut fields = FieldList::new(file.place(word.at));
        self.expand(&word.parts, file, &mut fields, false);
        fields.finish()
    }

    /// The one word that the value of an assignment becomes.
    pub(super) fn joined(&mut self, parts: &[Part], at: usize, file: &TextFile) -> ShellField {
        let mut fields = FieldList::new(at);
        self.expand(parts, file, &mut fields, true);
        let mut all = fields.finish().into_iter();
        let plain = ShellField {
            text: String::new(),
            at,
            state: WordState::Plain,
            gap: None,
            is_conditional: false,
        };
        let mut joined = all.next().unwrap_or(plain);
        for field in all {
            joined.text.push(' ');
            joined.text.push_str(&field.text);
            joined.state = joined.state.max(field.state);
            joined.is_conditional |= field.is_conditional;
            joined.gap = None;
        }
        joined
    }

    fn expand(&mut self, parts: &[Part], file: &TextFile, fields: &mut FieldList, joins: bool) {
        for part in parts {
            match part {
                Part::Text { text, .. } => fields.push(text),
                Part::Output { raw } => fields.push_unknown(raw, GapReason::Output),
                Part::Broken { raw } => fields.push_unknown(raw, GapReason::Syntax),
                Part::Value { name, is_array, is_quoted, raw, .. } => {
                    let splits = !joins && !is_quoted;
                    match self.find(part, file) {
                        Lookup::Unknown(reason) => fields.push_unknown(raw, reason),
                        // A value within a word is one of those that it may be.
                        Lookup::Choices(choices) if fields.is_within_word() => {
                            let is_known = |it: &&ShellField| it.state != WordState::Unresolved;
                            let known = choices.iter().find(is_known).or(choices.first()).cloned();
                            self.put(known.into_iter().collect(), false, splits, raw, fields);
                        }
                        Lookup::Fields(found) | Lookup::Choices(found) => {
                            self.put(found, *is_array, splits, raw, fields);
                        }
                    }
                    let added = if splits { self.added(name) } else { Vec::new() };
                    if !added.is_empty() {
                        fields.end();
                        self.put(added, true, splits, raw, fields);
                    }
                }
            }
        }
    }

    /// The words that are added to the value of a variable on a condition.
    fn added(&self, name: &str) -> Vec<ShellField> {
        let Some(variable) = self.own.get(name).filter(|it| !it.is_array) else {
            return Vec::new();
        };
        let has_value = variable.value.iter().flatten().any(|field| !field.text.is_empty());
        let is_added =
            |field: &&ShellField| has_value && field.text.starts_with(char::is_whitespace);
        variable.maybe.iter().filter(is_added).cloned().collect()
    }

    /// Puts in the value of a variable, unless the words have become too long.
    fn put(
        &mut self,
        found: Vec<ShellField>,
        is_array: bool,
        splits: bool,
        raw: &str,
        fields: &mut FieldList,
    ) {
        let length: usize = found.iter().map(|field| field.text.len() + 1).sum();
        let Some(left) = self.left.checked_sub(length) else {
            self.left = 0;
            return fields.push_unknown(raw, GapReason::Variable);
        };
        self.left = left;
        let is_one = !is_array && found.len() == 1;
        for (i, field) in found.into_iter().enumerate() {
            if i > 0 {
                fields.end();
            }
            if splits {
                fields.push_split(&field, is_one);
            } else {
                fields.push_field(&field, is_one);
            }
        }
    }

    fn find(&mut self, part: &Part, file: &TextFile) -> Lookup {
        let Part::Value { name, default, assigns, is_array, .. } = part else {
            return Lookup::Unknown(GapReason::Syntax);
        };
        // Values are copied before they are counted, so that nothing is copied once the budget is spent.
        if self.left == 0 {
            return Lookup::Unknown(GapReason::Variable);
        }
        let own = self.own.get(name);
        let inherited = self.env.get(name);
        let value = match own.and_then(|own| own.value.clone()) {
            Some(value) => Some(value),
            None => inherited.and_then(|it| it.value.clone()).map(|text| {
                vec![ShellField {
                    text,
                    at: 0,
                    state: WordState::Plain,
                    gap: None,
                    is_conditional: false,
                }]
            }),
        };
        let maybe = own.map_or(&[][..], |own| &own.maybe);
        let has_array = *is_array || own.is_some_and(|own| own.is_array);
        let is_empty = value.as_ref().is_none_or(|it| it.iter().all(|field| field.text.is_empty()));
        if has_array && own.is_some() {
            let all = value.into_iter().flatten().chain(maybe.iter().cloned());
            return Lookup::Fields(all.collect());
        }
        if is_empty && !maybe.is_empty() && default.is_none() {
            return Lookup::Choices(maybe.to_vec());
        }
        // What a secret holds is not known, so that it may be set.
        let may_be_set = !is_empty || inherited.is_some_and(|it| it.value.is_none());
        if let Some(default) = default.as_ref().filter(|_| !may_be_set) {
            let field = self.joined(default, 0, file);
            if *assigns {
                self.assign(name, field.clone(), false, false);
            }
            return Lookup::Fields(vec![field]);
        }
        match value {
            Some(value) => Lookup::Fields(value),
            None if matches!(name.as_str(), "@" | "*")
                || name.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Lookup::Unknown(GapReason::Arguments)
            }
            None => Lookup::Unknown(GapReason::Variable),
        }
    }
}

/// Adds a text to the end of a value.
fn append(value: &mut Vec<ShellField>, fields: Vec<ShellField>) {
    for field in fields {
        match value.last_mut() {
            Some(last) if last.text.len() + field.text.len() <= EXPANDED / 16 => {
                last.text.push_str(&field.text);
                last.state = last.state.max(field.state);
                if last.text == field.text {
                    last.gap = field.gap;
                }
            }
            Some(last) => last.state = WordState::Unresolved,
            None => value.push(field),
        }
    }
}

/// The name and the value of a word that is an assignment, and whether it adds to the variable.
pub(super) fn assignment(word: &ShellWord) -> Option<(String, Vec<Part>, bool)> {
    let Some(Part::Text { text, is_quoted: false }) = word.parts.first() else { return None };
    let name = name_at(text)?;
    let after = &text[name.len()..];
    let (value, appends) = match after.strip_prefix("+=") {
        Some(value) => (value, true),
        None => (after.strip_prefix('=')?, false),
    };
    let mut parts = word.parts.clone();
    parts[0] = Part::Text { text: value.to_owned(), is_quoted: false };
    Some((name.to_owned(), parts, appends))
}
