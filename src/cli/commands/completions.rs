//! `completions`: scripts that let a shell complete commands, flags and the names that they take.

use clap::{ArgMatches, Args, FromArgMatches};
use clap_complete::Shell;
use dynamo_plan::RequestError;

use crate::command_spec::{CommandSpec, Group, Run};
use crate::completion;
use crate::error::Failure;
use crate::exit::Answer;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "completions",
    group: Group::Integrate,
    about: "Completions for bash, zsh, fish, elvish, PowerShell",
    examples: &[
        ("source <(dynamo-plan completions bash)", "For bash; in ~/.bashrc for every shell"),
        ("source <(dynamo-plan completions zsh)", "For zsh; in ~/.zshrc, below compinit"),
        ("dynamo-plan completions fish > ~/.config/fish/completions/dynamo-plan.fish", "For fish"),
    ],
    args: CompletionsArgs::augment_args,
    run: Run::Plain(run),
};

// The flags of `completions`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct CompletionsArgs {
    /// The shell to complete for
    shell: Shell,
}

fn run(matches: &mut ArgMatches) -> Result<Answer, Failure> {
    let CompletionsArgs { shell } = CompletionsArgs::from_arg_matches_mut(matches)?;
    let script = completion::script(shell).map_err(|error| {
        let message = format!("cannot compose the script: {error}");
        RequestError::new("no-completions", Some(&shell.to_string()), message)
    })?;
    Ok(Answer::done(script))
}
