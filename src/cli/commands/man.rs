//! `man`: the manual page.

use clap::{ArgMatches, Args, FromArgMatches};
use clap_mangen::Man;
use dynamo_plan::RequestError;

use super::{ALL, Group, Topic};
use crate::command::{NAME, described};
use crate::error::Failure;
use crate::exit::Answer;

pub(super) const TOPIC: Topic = Topic {
    name: "man",
    group: Group::Integrate,
    about: "The manual page, of the program or of one command",
    examples: &[
        ("dynamo-plan man | man -l -", "Read it"),
        ("dynamo-plan man explain > dynamo-plan-explain.1", "Install one for a command"),
    ],
    args: ManArgs::augment_args,
    run,
};

// The flags of `man`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ManArgs {
    /// The command; the program itself where none is named
    command: Option<String>,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let ManArgs { command } = ManArgs::from_arg_matches_mut(matches)?;
    let mut all = described();
    all.build();
    let page = match command {
        None => Man::new(all),
        Some(name) => match all.find_subcommand(&name) {
            Some(command) => Man::new(command.clone()).title(format!("{NAME}-{name}")),
            None => return Err(unknown(&name)),
        },
    };
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| {
        RequestError::new("no-manual-page", None, format!("cannot compose the page: {error}"))
    })?;
    Ok(Answer::done(String::from_utf8_lossy(&text).into_owned()))
}

fn unknown(name: &str) -> Failure {
    let names: Vec<String> = ALL.iter().map(|topic| topic.name.to_owned()).collect();
    let message = format!("no command is called {name:?}; the commands are {}", names.join(", "));
    RequestError::new("unknown-command", Some(name), message).with_suggestions(names).into()
}
