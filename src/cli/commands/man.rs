//! `man`: the manual page.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_mangen::Man;
use dynamo_plan::RequestError;

use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::Answer;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "man",
    group: Group::Integrate,
    about: "The manual page, of the program or of one command",
    examples: &[
        ("dynamo-plan man | man -l -", "Read it"),
        ("dynamo-plan man explain > dynamo-plan-explain.1", "Install one for a command"),
    ],
    args: ManArgs::augment_args,
    run: Run::Described(run),
};

// The flags of `man`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct ManArgs {
    /// The command; the program itself where none is named
    command: Option<String>,
}

fn run(matches: &mut ArgMatches, mut all: Command) -> Result<Answer, Failure> {
    let ManArgs { command } = ManArgs::from_arg_matches_mut(matches)?;
    let names: Vec<String> = all.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    let program = all.get_name().to_owned();
    all.build();
    let page = match command {
        None => Man::new(all),
        Some(name) => match all.find_subcommand(&name) {
            Some(command) => Man::new(command.clone()).title(format!("{program}-{name}")),
            None => return Err(unknown(&name, names)),
        },
    };
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| {
        RequestError::new("no-manual-page", None, format!("cannot compose the page: {error}"))
    })?;
    Ok(Answer::done(String::from_utf8_lossy(&text).into_owned()))
}

fn unknown(name: &str, names: Vec<String>) -> Failure {
    let message = format!("no command is called {name:?}; the commands are {}", names.join(", "));
    RequestError::new("unknown-command", Some(name), message).with_suggestions(names).into()
}
