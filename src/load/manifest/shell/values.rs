//! The variables of a script and the words that they become part of.

use std::collections::HashMap;

use super::super::deployment::{EnvVariable, Environment, GapReason, TextFile, WordState};
use super::fields::{
    FieldList, ShellField, add, is_empty, is_known, is_plain, on_condition, text_of,
};
use super::token::{Instead, Part, ShellWord, name_at};

/// The most that the words of one script may become, in bytes; what is beyond is not known.
const EXPANDED: usize = 4 << 20;
/// The most words that an array may have.
const WORDS: usize = 4_096;
/// The most values of which a variable may have one.
const CHOICES: usize = 16;
/// The most variables that a script may set.
const VARIABLES: usize = 1_000;

/// A variable of the script.
#[derive(Clone, Debug, Default)]
struct ShellVariable {
    /// The value: the words of an array, else parts that follow each other. What is added on a condition is marked so.
    value: Option<Vec<ShellField>>,
    /// The values of which it has one, where a condition chooses: there is no value without one then.
    choices: Vec<Vec<ShellField>>,
    /// Whether it has a value in any case.
    is_set: bool,
    /// Whether it is an array.
    is_array: bool,
    /// Whether the programs of the script get it.
    is_exported: bool,
}

impl ShellVariable {
    /// Takes a value, or more of it.
    fn assign(&mut self, fields: Vec<ShellField>, appends: bool) {
        self.is_set = true;
        if !appends {
            self.choices.clear();
            self.value = Some(fields);
            return;
        }
        // Which of several values it has is not known, so that each gets more.
        for value in self.choices.iter_mut().chain(&mut self.value) {
            extend(value, &fields, self.is_array);
        }
        if self.choices.is_empty() && self.value.is_none() {
            self.value = Some(fields);
        }
    }

    /// Takes a value on a condition, or more of it.
    fn assign_on_condition(&mut self, fields: Vec<ShellField>, appends: bool) {
        if self.is_array {
            let kept = self.value.take().unwrap_or_default();
            let mut words = if appends { kept } else { on_condition(kept) };
            words.extend(on_condition(fields));
            self.value = Some(words);
            return;
        }
        let has_value = self.value.as_ref().is_some_and(|value| !is_empty(value));
        match &mut self.value {
            Some(value) if appends => extend(value, &on_condition(fields), false),
            // What the user may give in its place counts as it does in `${X:-value}`.
            Some(_) if has_value && is_given(&fields) => {}
            value => {
                let values = value.take().into_iter().chain([fields]).map(on_condition);
                self.choices.extend(values.filter(|value| !is_empty(value)));
                self.choices.truncate(CHOICES);
            }
        }
    }
}

/// Whether a value is a variable or an argument that only the user sets.
fn is_given(value: &[ShellField]) -> bool {
    matches!(value, [ShellField { gap: Some(GapReason::Variable | GapReason::Arguments), .. }])
}

/// Adds parts to a value, or words to an array.
fn extend(value: &mut Vec<ShellField>, more: &[ShellField], is_array: bool) {
    for field in more.iter().cloned() {
        if is_array {
            value.push(field);
        } else {
            add(value, field);
        }
    }
    value.truncate(WORDS);
}

/// The variables of a script, over those that it was started with.
pub(super) struct ShellVariables<'e> {
    env: &'e Environment,
    own: HashMap<String, ShellVariable>,
    left: usize,
}

/// What a variable has as its value.
enum Lookup {
    /// The parts of a text.
    Text(Vec<ShellField>),
    /// The words of an array.
    Words(Vec<ShellField>),
    /// Texts of which it has one.
    Choices(Vec<Vec<ShellField>>),
    Unknown(GapReason),
}

impl<'e> ShellVariables<'e> {
    pub(super) fn new(env: &'e Environment) -> Self {
        ShellVariables { env, own: HashMap::new(), left: EXPANDED }
    }

    /// Sets a variable to a value, or adds to it.
    pub(super) fn assign(
        &mut self,
        name: &str,
        value: Vec<ShellField>,
        appends: bool,
        is_conditional: bool,
    ) {
        self.set(name, value, appends, is_conditional, false);
    }

    /// Sets a variable to the words of an array, or adds them.
    pub(super) fn assign_array(
        &mut self,
        name: &str,
        words: Vec<ShellField>,
        appends: bool,
        is_conditional: bool,
    ) {
        self.set(name, words, appends, is_conditional, true);
    }

    fn set(
        &mut self,
        name: &str,
        fields: Vec<ShellField>,
        appends: bool,
        is_conditional: bool,
        is_array: bool,
    ) {
        let is_new = !self.own.contains_key(name);
        if is_new && self.own.len() >= VARIABLES {
            return;
        }
        // Only what is added to or may be kept needs the value that the script was started with.
        let inherited = self.env.get(name).filter(|_| is_new && (appends || is_conditional));
        let variable = self.own.entry(name.to_owned()).or_default();
        variable.is_array |= is_array;
        let at = fields.first().map_or(0, |field| field.at);
        if let Some(inherited) = inherited {
            variable.value = Some(vec![inherited_field(inherited, at)]);
            variable.is_set = true;
        } else if is_new && appends && !is_array {
            let raw = format!("${name}");
            variable.value = Some(vec![ShellField::unknown(&raw, GapReason::Variable, at)]);
        }
        match is_conditional {
            true => variable.assign_on_condition(fields, appends),
            false => variable.assign(fields, appends),
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
                let value = variable.value.as_ref().or(variable.choices.first())?;
                let is_known = match (variable.is_set, &variable.choices[..]) {
                    // The value that it has, if it has one.
                    (false, [only]) => is_known(only),
                    (_, []) => is_plain(value),
                    _ => false,
                };
                Some(EnvVariable {
                    name: name.clone(),
                    value: is_known.then(|| text_of(value)),
                    at: value.first().map_or(0, |field| field.at),
                    is_sure: variable.is_set,
                })
            })
            .collect();
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        variables
    }

    /// The words that a word becomes.
    pub(super) fn fields(&mut self, word: &ShellWord, file: &TextFile) -> Vec<ShellField> {
        let mut fields = FieldList::words(file.place(word.at));
        self.expand(&word.parts, file, &mut fields);
        fields.finish()
    }

    /// The parts of the one text that the value of an assignment becomes.
    pub(super) fn value(&mut self, parts: &[Part], at: usize, file: &TextFile) -> Vec<ShellField> {
        let mut fields = FieldList::value(at);
        self.expand(parts, file, &mut fields);
        fields.finish()
    }

    fn expand(&mut self, parts: &[Part], file: &TextFile, fields: &mut FieldList) {
        for part in parts {
            match part {
                Part::Text { text, .. } => fields.push(text),
                Part::Output { raw } => fields.push_unknown(raw, GapReason::Output),
                Part::Broken { raw } => fields.push_unknown(raw, GapReason::Syntax),
                Part::Value { is_quoted, raw, .. } => {
                    let splits = !is_quoted;
                    match self.find(part, fields.at(), file) {
                        Lookup::Unknown(reason) => fields.push_unknown(raw, reason),
                        Lookup::Text(found) => self.put(found, false, splits, raw, fields),
                        Lookup::Words(found) => self.put(found, true, splits, raw, fields),
                        // A value within a word is one of those that it may be.
                        Lookup::Choices(choices) if fields.is_within_word() => {
                            let known = choices.iter().find(|it| is_known(it)).or(choices.first());
                            let known = known.cloned().unwrap_or_default();
                            self.put(known, false, splits, raw, fields);
                        }
                        Lookup::Choices(choices) => {
                            for (i, found) in choices.into_iter().enumerate() {
                                if i > 0 {
                                    fields.end();
                                }
                                self.put(found, false, splits, raw, fields);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Counts what is copied; `false` once it has become too much.
    fn spend(&mut self, value: &[ShellField]) -> bool {
        let length: usize = value.iter().map(|field| field.text.len() + 1).sum();
        let left = self.left.checked_sub(length);
        self.left = left.unwrap_or(0);
        left.is_some()
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
        if !self.spend(&found) {
            return fields.push_unknown(raw, GapReason::Variable);
        }
        for (i, field) in found.into_iter().enumerate() {
            if i > 0 && is_array {
                fields.end();
            }
            // Words of an array and what a condition adds are shown where they are written.
            let keeps_place = is_array || field.state == WordState::Conditional;
            let at = if keeps_place { field.at } else { fields.at() };
            let field = ShellField { at, ..field };
            if splits {
                fields.push_split(field);
            } else {
                fields.push_field(field);
            }
        }
    }

    /// The value of a variable, or what stands for it where it has one or none.
    fn find(&mut self, part: &Part, at: usize, file: &TextFile) -> Lookup {
        let Part::Value { instead: Instead::OfAny(instead), .. } = part else {
            return self.find_value(part, at, file);
        };
        let is_sure = match self.find_value(part, at, file) {
            Lookup::Unknown(reason) => return Lookup::Unknown(reason),
            Lookup::Text(value) | Lookup::Words(value) => {
                if is_empty(&value) {
                    return Lookup::Text(Vec::new());
                }
                if !self.spend(&value) || !is_known(&value) {
                    return Lookup::Unknown(GapReason::Variable);
                }
                is_plain(&value)
            }
            Lookup::Choices(_) => false,
        };
        let instead = self.value(instead, at, file);
        Lookup::Text(if is_sure { instead } else { on_condition(instead) })
    }

    fn find_value(&mut self, part: &Part, at: usize, file: &TextFile) -> Lookup {
        let Part::Value { name, instead, is_array, .. } = part else {
            return Lookup::Unknown(GapReason::Syntax);
        };
        // Values are copied before they are counted, so that nothing is copied once the budget is spent.
        if self.left == 0 {
            return Lookup::Unknown(GapReason::Variable);
        }
        let own = self.own.get(name);
        if let Some(own) = own.filter(|own| own.is_array || *is_array) {
            return Lookup::Words(own.value.clone().unwrap_or_default());
        }
        let mut choices = own.map(|own| own.choices.clone()).unwrap_or_default();
        let value = match own.and_then(|own| own.value.clone()) {
            None if choices.is_empty() => {
                self.env.get(name).map(|inherited| vec![inherited_field(inherited, at)])
            }
            value => value,
        };
        let has_value = value.as_ref().is_some_and(|value| !is_empty(value));
        if let Instead::OfNone { parts, assigns } = instead
            && !has_value
        {
            let value = self.value(parts, at, file);
            if choices.is_empty() {
                if *assigns {
                    self.assign(name, value.clone(), false, false);
                }
                return Lookup::Text(value);
            }
            choices.push(on_condition(value));
        }
        match value {
            _ if !choices.is_empty() => Lookup::Choices(choices),
            Some(value) => Lookup::Text(value),
            None if matches!(name.as_str(), "@" | "*")
                || name.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Lookup::Unknown(GapReason::Arguments)
            }
            None => Lookup::Unknown(GapReason::Variable),
        }
    }
}

/// The value of a variable that the script is started with.
fn inherited_field(variable: &EnvVariable, at: usize) -> ShellField {
    match &variable.value {
        Some(text) if variable.is_sure => ShellField::plain(text.clone(), at),
        Some(text) => {
            let state = WordState::Conditional;
            ShellField { state, ..ShellField::plain(text.clone(), at) }
        }
        // What a secret holds is not known.
        None => ShellField::unknown(&format!("${}", variable.name), GapReason::Variable, at),
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
    // `X="$X more"` adds to the value too.
    let is_blank = |part: &Part| matches!(part, Part::Text { text, .. } if text.is_empty());
    let first = parts.iter().position(|part| !is_blank(part)).unwrap_or(0);
    let is_itself = matches!(
        &parts[first],
        Part::Value { name: own, instead: Instead::Nothing, is_array: false, .. } if own == name
    );
    if is_itself {
        parts.drain(..=first);
    }
    Some((name.to_owned(), parts, appends || is_itself))
}
