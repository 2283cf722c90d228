//! The words of a command line in, what the command that they name hands back out.

use std::ffi::OsString;

use clap::ArgMatches;

use crate::command_spec::{CommandSpec, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::{command, commands, terminal};

/// Parses the words of the command line and runs the command that they name.
pub(crate) fn run(words: &[OsString]) -> Result<Answer, Failure> {
    if let Some(name) = helped(words)
        && commands::named(name).is_none()
    {
        return Err(commands::unknown_command(name));
    }
    let parsed = command::leanest(words).try_get_matches_from(words);
    let mut matches = match parsed.or_else(|_| command::lean().try_get_matches_from(words)) {
        Err(error) if command::asks_for_help(&error) => return Ok(help(words)),
        matches => matches?,
    };
    match matches.remove_subcommand() {
        Some((name, mut matches)) => match commands::named(&name) {
            Some(spec) => start(spec, &mut matches),
            None => Ok(help(words)),
        },
        None => start(&commands::DEFAULT, &mut matches),
    }
}

/// The command whose help is asked for as `help COMMAND`.
fn helped(words: &[OsString]) -> Option<&str> {
    let [first, name, ..] = words else { return None };
    name.to_str().filter(|name| first == "help" && *name != "help" && !name.starts_with('-'))
}

fn start(spec: &CommandSpec, matches: &mut ArgMatches) -> Result<Answer, Failure> {
    match spec.run {
        Run::Plain(run) => run(matches),
        Run::Described(run) => run(matches, command::described()),
    }
}

/// The help that was asked for. It is composed only here, so that an answer need not wait for it.
fn help(words: &[OsString]) -> Answer {
    let text = match command::helpful().try_get_matches_from(words) {
        Err(error) => terminal::styled(&error.render(), terminal::Stream::Stdout, words),
        Ok(_) => String::new(),
    };
    Answer { text, remarks: String::new(), status: Status::Done }
}
