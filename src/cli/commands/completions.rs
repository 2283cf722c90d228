//! `completions`: scripts that let a shell complete commands, flags and feature names.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_complete::Shell;
use dynamo_plan::load::bundled;

use super::{Group, Topic};
use crate::command::{NAME, described};
use crate::exit::Answer;
use crate::failure::Failure;

pub(super) const TOPIC: Topic = Topic {
    name: "completions",
    group: Group::Integrate,
    about: "Completions for bash, zsh, fish, elvish or PowerShell",
    examples: &[
        (
            "dynamo-plan completions bash > ~/.local/share/bash-completion/completions/dynamo-plan",
            "For bash",
        ),
        ("dynamo-plan completions fish > ~/.config/fish/completions/dynamo-plan.fish", "For fish"),
    ],
    args: CompletionsArgs::augment_args,
    run,
};

// The flags of `completions`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct CompletionsArgs {
    /// The shell to complete for
    shell: Shell,
}

fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let CompletionsArgs { shell } = CompletionsArgs::from_arg_matches(matches)?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut with_names(described()), NAME, &mut script);
    Ok(Answer::done(String::from_utf8_lossy(&script).into_owned()))
}

/// The command line with the known names as the values of its flags.
fn with_names(command: Command) -> Command {
    let vocabulary = bundled::vocabulary();
    let features: Vec<String> = vocabulary
        .features
        .iter()
        .map(|feature| &feature.id)
        .chain(vocabulary.groups.iter().map(|group| &group.id))
        .cloned()
        .collect();
    let backends: Vec<String> = vocabulary.backends.iter().map(|b| b.id.clone()).collect();
    let patterns: Vec<String> =
        vocabulary.dimension.options.iter().map(|option| option.id.clone()).collect();
    let flags = [
        ("need", &features),
        ("want", &features),
        ("avoid", &features),
        ("backend", &backends),
        ("backends", &backends),
        ("pattern", &patterns),
    ];
    let offer = |command: Command| {
        flags.iter().fold(command, |command, (id, values)| {
            let known = command.get_arguments().any(|arg| arg.get_id() == id);
            let values = || PossibleValuesParser::new(values.iter().cloned());
            if known { command.mut_arg(id, |arg| arg.value_parser(values())) } else { command }
        })
    };
    offer(command).mut_subcommands(offer)
}
