//! The words of a process to flags with values, options of the engine, and what of both could not be read.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::tables::CheckTables;
use crate::load::manifest::{
    Container, Gap, GapReason, ManifestFile, Process, TextFile, Word, WordState, YamlNode, yaml,
};
use crate::matrix::deploy::{OptionFile, OptionForm};

/// The largest file of options that is read, in bytes: every process that names it reads it.
const FILE: usize = 64 << 10;

/// A flag of a process.
#[derive(Clone, Debug)]
pub struct FlagRead {
    /// Its full name, with dashes.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// The text as it stands there.
    pub text: String,
    /// Where it stands.
    pub at: usize,
    /// Whether the program gets it as a flag for sure.
    pub is_sure: bool,
    /// Whether its values are known.
    pub has_known_values: bool,
    /// How the word that holds it is damaged.
    pub damage: Option<WordDamage>,
}

/// Why a word that looks like a flag is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordDamage {
    /// It begins with a blank, as words after a backslash in a folded block do.
    LeadingBlank,
    /// It holds the flag and its value.
    HoldsValue,
}

/// A file of options that does not stand in the manifest.
#[derive(Clone, Debug)]
pub struct MissingFile {
    /// The path.
    pub path: String,
    /// The flag or variable that names it.
    pub flag: String,
    /// Where it is named.
    pub at: usize,
    /// What it would hold.
    pub holds: OptionForm,
}

/// The flags and options of a process.
#[derive(Clone, Debug, Default)]
pub struct ProcessFlags {
    /// The flags, in the order in which they count: a later one takes the place of an earlier one.
    pub flags: Vec<FlagRead>,
    /// The options of the engine.
    pub options: Value,
    /// Where options stand, by the first part of their path.
    pub option_places: HashMap<String, (String, usize)>,
    /// Files of options that could not be read.
    pub missing: Vec<MissingFile>,
    /// What could not be read where a flag may stand.
    pub gaps: Vec<Gap>,
    last: HashMap<String, usize>,
}

impl ProcessFlags {
    /// Reads the flags of a process of a program.
    #[must_use]
    pub fn read(
        tables: &CheckTables,
        file: &ManifestFile,
        container: &Container,
        process: &Process,
        program: &str,
    ) -> Self {
        let (flags, no_values) = written(tables, &file.text, process, program);
        let hidden = process.unknown_values.iter().filter(|gap| no_values.contains(&gap.at));
        let gaps = process.gaps.iter().chain(hidden).cloned().collect();
        let mut read = ProcessFlags { gaps, ..ProcessFlags::default() };
        let files: Vec<&OptionFile> = tables.option_files(program).collect();
        let mut own = Vec::new();
        // Flags of a file count less than those of the command line.
        for flag in flags {
            match files.iter().find(|file| file.flag == flag.name) {
                Some(option_file) if !flag.values.is_empty() && flag.damage.is_none() => {
                    own.extend(read.file(file, container, option_file, flag));
                }
                _ => own.push(flag),
            }
        }
        for option_file in &files {
            let is_there = own.iter().any(|flag| flag.name == option_file.flag);
            for name in option_file.variables.iter().filter(|_| !is_there) {
                let Some(variable) = process.env.get(name) else { continue };
                let flag = FlagRead {
                    name: option_file.flag.clone(),
                    values: vec![variable.value.clone().unwrap_or_default()],
                    text: name.clone(),
                    at: variable.at,
                    is_sure: variable.is_sure,
                    has_known_values: variable.value.is_some(),
                    damage: None,
                };
                own.extend(read.file(file, container, option_file, flag));
            }
        }
        read.flags.extend(own);
        read.index();
        read.dotted(tables, program);
        read.index();
        read
    }

    /// The flag of this name that counts, unless it is negated after.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FlagRead> {
        let at = *self.last.get(name)?;
        let opposite = match name.strip_prefix("--no-") {
            Some(rest) => format!("--{rest}"),
            None => format!("--no-{}", name.trim_start_matches('-')),
        };
        let later = self.last.get(&opposite).is_some_and(|other| *other > at);
        (!later).then(|| &self.flags[at])
    }

    /// Whether a word could hide a flag.
    #[must_use]
    pub fn may_hide_flags(&self) -> bool {
        !self.gaps.is_empty() || self.missing.iter().any(|file| file.holds != OptionForm::Options)
    }

    fn index(&mut self) {
        for (i, flag) in self.flags.iter().enumerate() {
            // A damaged word takes no flag's place.
            let is_first = !self.last.contains_key(&flag.name);
            if flag.damage.is_none() || is_first {
                self.last.insert(flag.name.clone(), i);
            }
        }
    }

    /// Reads what a flag names or holds; the flag itself is given back where it still says something.
    fn file(
        &mut self,
        file: &ManifestFile,
        container: &Container,
        option_file: &OptionFile,
        mut flag: FlagRead,
    ) -> Option<FlagRead> {
        let value = flag.values[0].trim().to_owned();
        let is_text = option_file.is_inline && value.starts_with('{');
        let found = if is_text { None } else { file.file_at(container, &value) };
        // JSON in which a part of a text is not known still says the rest.
        let is_missing = match is_text {
            true => false,
            false => !flag.has_known_values || found.is_none(),
        };
        if is_missing {
            let (path, name, at) = (value, flag.text.clone(), flag.at);
            self.missing.push(MissingFile { path, flag: name, at, holds: option_file.holds });
            flag.has_known_values = false;
            return Some(flag);
        }
        let text = found.map_or(value.as_str(), |found| &found.text);
        let text = if text.len() > FILE { "" } else { text };
        let Some(tree) = yaml(text)
            .ok()
            .and_then(|mut documents| (!documents.is_empty()).then(|| documents.swap_remove(0)))
        else {
            let (path, name, at) = (value, flag.text.clone(), flag.at);
            self.missing.push(MissingFile { path, flag: name, at, holds: option_file.holds });
            return Some(flag);
        };
        match option_file.holds {
            OptionForm::Flags => self.flags.extend(flags_of(&tree, found)),
            OptionForm::Options => self.merge(&tree, found, &flag),
            OptionForm::Value => {
                flag.values = vec![tree.to_json().to_string()];
            }
        }
        Some(flag)
    }

    fn merge(&mut self, tree: &YamlNode, found: Option<&TextFile>, flag: &FlagRead) {
        for (key, value) in tree.entries() {
            let at = found.map_or(flag.at, |found| found.place(key.at));
            self.option_places.insert(key.text.clone(), (key.text.clone(), at));
            merge(&mut self.options, &key.text, value.to_json());
        }
    }

    /// Puts `--group.key value` into the JSON of `--group`, or into the options of the engine where its prefix says
    /// so.
    fn dotted(&mut self, tables: &CheckTables, program: &str) {
        let handed = tables.flags.program(program).map_or(&[][..], |program| &program.hands_on);
        let prefixes: Vec<&str> = handed.iter().filter_map(|row| row.prefix.as_deref()).collect();
        let mut groups: BTreeMap<String, (Value, FlagRead)> = BTreeMap::new();
        for flag in &self.flags {
            let Some((group, path)) = flag.name.split_once('.') else { continue };
            let value = flag.values.first().map_or(Value::Bool(true), |text| json_or_text(text));
            if let Some(path) = prefixes.iter().find_map(|prefix| flag.name.strip_prefix(prefix)) {
                set(&mut self.options, path, value);
                let first = path.split('.').next().unwrap_or(path).to_owned();
                self.option_places.insert(first, (flag.text.clone(), flag.at));
                continue;
            }
            let first = || (Value::Object(Map::new()), flag.clone());
            let (whole, _) = groups.entry(group.to_owned()).or_insert_with(first);
            set(whole, path, value);
        }
        for (name, (mut whole, flag)) in groups {
            let earlier = self.last.get(&name).map(|at| &self.flags[*at]);
            let written = earlier.and_then(|flag| serde_json::from_str(flag.values.first()?).ok());
            if let Some(Value::Object(entries)) = written {
                for (key, value) in entries {
                    if whole.get(&key).is_none() {
                        merge(&mut whole, &key, value);
                    }
                }
            }
            self.flags.push(FlagRead { name, values: vec![whole.to_string()], ..flag });
        }
    }
}

/// The flags among the words of a process, and the places of words that are not known and no values.
fn written(
    tables: &CheckTables,
    source: &str,
    process: &Process,
    program: &str,
) -> (Vec<FlagRead>, HashSet<usize>) {
    let mut flags: Vec<FlagRead> = Vec::new();
    let mut no_values = HashSet::new();
    let gaps: HashSet<(usize, &str)> =
        process.gaps.iter().map(|gap| (gap.at, gap.text.as_str())).collect();
    let is_sure = |word: &Word| word.state == WordState::Plain && !process.is_conditional;
    let mut is_open = false;
    for word in &process.words {
        let trimmed = word.text.trim_start();
        if is_flag(trimmed) {
            let blanks = word.text.len() - trimmed.len();
            let is_there = source.get(word.at..).is_some_and(|rest| rest.starts_with('-'));
            let (name, value) = match trimmed.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (trimmed, None),
            };
            let (name, rest) = match name.split_once(char::is_whitespace) {
                Some((name, rest)) => (name, Some(rest.trim())),
                None => (name, None),
            };
            let damage = match (blanks > 0, rest) {
                (true, _) => Some(WordDamage::LeadingBlank),
                (_, Some(_)) => Some(WordDamage::HoldsValue),
                _ => None,
            };
            let value = rest.or(value);
            let dashed = name.replace('_', "-");
            // Parts of a path after a dot are names of another kind.
            let dashed = match name.split_once('.') {
                Some((group, path)) => format!("{}.{path}", group.replace('_', "-")),
                None => dashed,
            };
            flags.push(FlagRead {
                name: tables.full_name(program, &dashed).to_owned(),
                values: value.map(str::to_owned).into_iter().collect(),
                text: word.text.trim().to_owned(),
                at: if is_there { word.at } else { word.at + blanks },
                is_sure: is_sure(word) && damage.is_none(),
                has_known_values: word.state != WordState::Unresolved,
                damage,
            });
            is_open = value.is_none();
        } else if let Some(flag) = flags.last_mut().filter(|_| is_open) {
            // What may be there after a flag without a value, or after a value, is none.
            if word.state != WordState::Plain && tables.flags.is_switch(program, &flag.name) {
                no_values.insert(word.at);
                continue;
            }
            if gaps.contains(&(word.at, word.text.as_str())) {
                continue;
            }
            flag.values.push(word.text.clone());
            flag.text.push(' ');
            flag.text.push_str(&word.text);
            flag.has_known_values &= word.state != WordState::Unresolved;
            flag.is_sure &= is_sure(word) || word.state == WordState::Unresolved;
        }
    }
    (flags, no_values)
}

/// Whether a word is a flag and no value: a number below zero is one.
fn is_flag(word: &str) -> bool {
    let rest = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The flags of a file, of which each is a key.
fn flags_of(tree: &YamlNode, found: Option<&TextFile>) -> Vec<FlagRead> {
    let flag = |key: &crate::load::manifest::YamlKey, value: &YamlNode| {
        let name = key.text.replace('_', "-");
        let (name, values) = match value.to_json() {
            Value::Bool(true) => (format!("--{name}"), Vec::new()),
            // What is set to false is not on; `no-x: false` says nothing.
            Value::Bool(false) => (format!("--no-{name}"), Vec::new()),
            Value::Null => return None,
            Value::String(text) => (format!("--{name}"), vec![text]),
            Value::Array(items) => {
                let text =
                    |item: Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                (format!("--{name}"), items.into_iter().map(text).collect())
            }
            other => (format!("--{name}"), vec![other.to_string()]),
        };
        let text = match value.text() {
            Some(value) => format!("{}: {value}", key.text),
            None => key.text.clone(),
        };
        let at = found.map_or(key.at, |found| found.place(key.at));
        let (is_sure, has_known_values, damage) = (true, true, None);
        Some(FlagRead { name, values, text, at, is_sure, has_known_values, damage })
    };
    tree.entries().iter().filter_map(|(key, value)| flag(key, value)).collect()
}

/// A value as JSON, else as text.
fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Sets the value at a dotted path.
fn set(value: &mut Value, path: &str, new: Value) {
    let mut place = value;
    for key in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(entries) = place else { return };
        place = entries.entry(key.to_owned()).or_insert(Value::Null);
    }
    *place = new;
}

/// Sets an entry; tables are joined.
fn merge(value: &mut Value, key: &str, new: Value) {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(entries) = value else { return };
    match (entries.get_mut(key), new) {
        (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
        (_, new) => {
            entries.insert(key.to_owned(), new);
        }
    }
}

/// The reason for a gap, in words.
pub(super) fn gap_words(reason: GapReason) -> &'static str {
    match reason {
        GapReason::Variable => "the value of a variable is not in the file",
        GapReason::Output => "the output of a command is not known",
        GapReason::Arguments => "the arguments of the script are not known",
        GapReason::Template => "a template is not filled in",
        GapReason::Syntax => "quotes or brackets do not end",
    }
}
