//! The words of a command line in, what the command that they name hands back out.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;

use crate::command_spec::{CommandSpec, Run};
use crate::error::Failure;
use crate::exit::{Answer, Status};
use crate::output::AnswerStream;
use crate::{command, commands, deadline, terminal};

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

/// What a command does.
type CommandFn = fn(&mut ArgMatches) -> Result<Answer, Failure>;

fn start(spec: &CommandSpec, matches: &mut ArgMatches) -> Result<Answer, Failure> {
    match spec.run {
        Run::Plain(run) => in_time(run, matches),
        Run::KeepsTime(run) => run(matches),
        Run::Described(run) => run(matches, command::described()),
    }
}

/// Runs a command, but not for much longer than `--timeout` says. Without one there is no need of a thread.
fn in_time(run: CommandFn, matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let timeout = matches.try_get_one::<Duration>("timeout").ok().flatten().copied();
    let Some(timeout) = timeout else { return run(matches) };
    let file = matches.try_get_one::<PathBuf>("output").ok().flatten().cloned();
    let mut matches = std::mem::take(matches);
    deadline::within(timeout, move || run(&mut matches)).unwrap_or_else(|| {
        Ok(match file {
            _ if AnswerStream::has_begun() => Answer::cut_short(),
            Some(file) => Answer::nothing_written(&file),
            None => Answer::too_late(),
        })
    })
}

/// The help that was asked for. It is composed only here, so that an answer need not wait for it.
fn help(words: &[OsString]) -> Answer {
    let text = match command::helpful().try_get_matches_from(words) {
        Err(error) => terminal::styled(&error.render(), terminal::Stream::Stdout, words),
        Ok(_) => String::new(),
    };
    Answer { text, remarks: String::new(), status: Status::Done }
}
