//! `completions`: scripts that let a shell complete commands, flags and feature names.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_complete::Shell;
use dynamo_plan::load::bundle;

use crate::command_spec::{CommandSpec, Group, Run};
use crate::error::Failure;
use crate::exit::Answer;

pub(super) const SPEC: CommandSpec = CommandSpec {
    name: "completions",
    group: Group::Integrate,
    about: "Completions for bash, zsh, fish, elvish, PowerShell",
    examples: &[
        ("source <(dynamo-plan completions bash)", "For bash; in ~/.bashrc for every shell"),
        ("dynamo-plan completions fish > ~/.config/fish/completions/dynamo-plan.fish", "For fish"),
    ],
    args: CompletionsArgs::augment_args,
    run: Run::Described(run),
};

// The flags of `completions`. (No doc comment: the parser would show it as the description.)
#[derive(Debug, Args)]
struct CompletionsArgs {
    /// The shell to complete for
    shell: Shell,
}

fn run(matches: &mut ArgMatches, described: Command) -> Result<Answer, Failure> {
    let CompletionsArgs { shell } = CompletionsArgs::from_arg_matches_mut(matches)?;
    let mut script = Vec::new();
    let name = described.get_name().to_owned();
    clap_complete::generate(shell, &mut with_names(described), name, &mut script);
    let script = String::from_utf8_lossy(&script);
    // The generator writes a program's hyphen in one way where it enters a command and in another
    // where it looks for it.
    let script = script.replace("dynamo__subcmd__plan", "dynamo__plan");
    Ok(Answer::done(script))
}

/// The command line with the known names as the values of its flags.
fn with_names(command: Command) -> Command {
    let vocabulary = bundle::vocabulary();
    let groups = vocabulary.groups.into_iter().map(|group| group.id);
    let features = names(vocabulary.features.into_iter().map(|feature| feature.id).chain(groups));
    let backends = names(vocabulary.backends.into_iter().map(|backend| backend.id));
    let patterns = names(vocabulary.dimension.options.into_iter().map(|option| option.id));
    let releases = bundle::releases().map(|release| release.to_string());
    let releases = names(releases.chain(["latest", "all"].map(str::to_owned)));
    let rules = names(bundle::rule_sets().into_iter().map(|set| set.id));
    let flags = [
        ("release", &releases),
        ("rules", &rules),
        ("features", &features),
        ("need", &features),
        ("want", &features),
        ("avoid", &features),
        ("backend", &backends),
        ("backends", &backends),
        ("pattern", &patterns),
    ];
    let offer = |command: Command| {
        flags.iter().fold(command, |command, (id, names)| {
            let known = command.get_arguments().any(|arg| arg.get_id() == id);
            let values = || PossibleValuesParser::new(names.iter().copied());
            if known { command.mut_arg(id, |arg| arg.value_parser(values())) } else { command }
        })
    };
    offer(command).mut_subcommands(offer)
}

/// Names that live as long as the program, as the parser wants them.
fn names(names: impl Iterator<Item: Into<String>>) -> Vec<&'static str> {
    names.map(|name| &*name.into().leak()).collect()
}
