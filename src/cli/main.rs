//! The `dynamo-plan` program: arguments in, one answer on stdout, an exit status out.
//!
//! This is the only module that prints. A command reads its arguments and hands back an answer
//! or a failure; what they look like is the library's to draw.

mod args;
mod ask;
mod atomic_file;
mod command;
mod command_spec;
mod commands;
mod completion;
mod deadline;
mod error;
mod exit;
mod input;
mod interrupt;
mod manifests;
mod matrix_store;
mod misplaced_word;
mod output;
mod raw_words;
mod release_choice;
mod requests;
mod run;
mod source;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(shell) = std::env::var_os(completion::VARIABLE) {
        return output::write_answer(&completion::candidates(&shell, &words), &words).into();
    }
    let status = match run::run(&words) {
        Ok(answer) => output::write_answer(&answer, &words),
        Err(failure) => output::report_error(failure, &words),
    };
    if interrupt::was_pressed() { exit::Status::Interrupted.into() } else { status.into() }
}
