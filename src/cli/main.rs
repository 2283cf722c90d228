//! The `dynamo-plan` program: arguments in, one answer on stdout, an exit status out.
//!
//! This is the only module that prints. A command reads its arguments and hands back an [`Answer`]
//! or a [`Failure`]; what they look like is the library's to draw.

mod args;
mod ask;
mod atomic_file;
mod command;
mod command_spec;
mod commands;
mod deadline;
mod error;
mod exit;
mod input;
mod matrix_store;
mod output;
mod raw_words;
mod source;
mod terminal;
mod workload;
mod workloads;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;
use command_spec::{CommandSpec, Run};
use error::Failure;
use exit::{Answer, Status};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let status = match run(&words) {
        Ok(answer) => output::write_answer(&answer, &words),
        Err(failure) => output::report_error(failure, &words),
    };
    status.into()
}

/// Parses the words of the command line and runs the command that they name.
fn run(words: &[OsString]) -> Result<Answer, Failure> {
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
