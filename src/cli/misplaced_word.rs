//! Words that stand where features are named and mean something of the command line: a command, in
//! another place or misspelt, or a file.

use std::ffi::OsString;
use std::path::Path;

use dynamo_plan::RequestError;
use dynamo_plan::render::{shell_path, shell_word};

use crate::command::lean;
use crate::commands::ALL;
use crate::error::Failure;

/// How alike a word must be to a command's name to be taken for a slip, from 0 to 1.
const SLIP: f64 = 0.7;

/// Adds to an error about an unknown feature the command line that was meant, where its name is that of
/// a command or a file.
pub(crate) fn with_meaning(failure: Failure, words: &[OsString]) -> Failure {
    let Failure::Request(error) = failure else { return failure };
    let is_unknown = error.code == "unknown-feature";
    let Some(name) = error.at.clone().filter(|_| is_unknown) else { return error.into() };
    match as_command(&name, words).or_else(|| as_file(&name)) {
        Some((meant, suggestion)) => {
            let message = format!("{}. {meant}", error.message.trim_end_matches('?'));
            let suggestions = std::iter::once(suggestion).chain(error.suggestions).collect();
            RequestError { message, suggestions, ..error }.into()
        }
        None => error.into(),
    }
}

/// A command that does not stand first, or one that does and is misspelt.
fn as_command(name: &str, words: &[OsString]) -> Option<(String, String)> {
    let place = words.iter().position(|word| word == name)?;
    let likeness = |command: &str| strsim::normalized_damerau_levenshtein(name, command);
    let near = ALL.iter().map(|spec| (spec.name, likeness(spec.name)));
    let (command, likeness) = near.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let is_command = command == name && place > 0;
    let is_slip = place == 0 && likeness >= SLIP;
    if !is_command && !is_slip {
        return None;
    }
    let line = command_line(command, place, words);
    let meant = match is_command {
        true => format!("A command stands first: `{line}`"),
        false => format!("If the command {command} was meant, write `{line}`"),
    };
    Some((meant, command.to_owned()))
}

/// A command with the other words of the line, or alone where it does not take these.
fn command_line(command: &str, place: usize, words: &[OsString]) -> String {
    let others = words.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, word)| word);
    let mut line = vec![OsString::from(command)];
    line.extend(others.cloned());
    if lean().try_get_matches_from(&line).is_err() {
        line.truncate(1);
    }
    let line: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
    let line: Vec<_> = line.iter().map(|word| shell_word(word)).collect();
    format!("dynamo-plan {}", line.join(" "))
}

/// A file, which is read as a matrix.
fn as_file(name: &str) -> Option<(String, String)> {
    let path = Path::new(name);
    let flag = format!("--matrix {}", shell_path(path));
    path.is_file().then(|| (format!("A file of this name is read with {flag}"), flag))
}
