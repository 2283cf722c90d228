//! The command line as the argument parser sees it.
//!
//! Parsing needs little of what help, completions and the manual page need, and every answer waits
//! for it; so there is one composition for each.

use std::ffi::OsString;
use std::fmt::Write;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};

use crate::command_spec::{CommandSpec, Group};
use crate::commands::{ALL, DEFAULT, named};

/// The program's name.
const NAME: &str = "dynamo-plan";

const ABOUT: &str =
    "Finds every NVIDIA Dynamo backend and configuration that supports the features you need";

/// What parsing needs where the first word says which command it is, or that it is the default, and
/// no help is asked for.
pub(crate) fn leanest(words: &[OsString]) -> Command {
    let named = words.first().and_then(|word| word.to_str()).and_then(named);
    let bare = bare().disable_help_flag(true).disable_version_flag(true);
    match named {
        Some(spec) => bare.subcommand((spec.args)(Command::new(spec.name))),
        None => bare,
    }
}

/// What parsing needs. The flags of a command are defined when the command is named.
pub(crate) fn lean() -> Command {
    let commands = ALL.iter().map(|spec| Command::new(spec.name).hide(true).defer(spec.args));
    base().subcommands(commands)
}

/// Everything, for completions and the manual page.
pub(crate) fn described() -> Command {
    with_version_last(base())
        .after_help(examples(&DEFAULT))
        // The parser numbers flags and commands in one go, and puts its own `help` at 999.
        .next_display_order(0)
        .subcommands(ALL.iter().map(describe))
}

/// Everything, with the commands grouped in the help.
pub(crate) fn helpful() -> Command {
    let commands = ALL.iter().map(|spec| describe(spec).hide(true));
    with_version_last(base())
        .subcommands(commands)
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{{all-args}}{{after-help}}",
            groups()
        ))
        .after_help("`dynamo-plan help COMMAND` shows a command's own flags; `--help` shows more, with examples.")
        .after_long_help(examples(&DEFAULT))
}

/// Whether the parser ended because help or the version was asked for.
pub(crate) fn asks_for_help(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// The program with the flags of its default command.
fn bare() -> Command {
    (DEFAULT.args)(Command::new(NAME))
        .bin_name(NAME)
        .no_binary_name(true)
        .args_conflicts_with_subcommands(true)
}

/// The same with what it says of itself.
fn base() -> Command {
    bare().about(ABOUT).version(env!("CARGO_PKG_VERSION")).override_usage(
        "dynamo-plan --need FEATURE,… [OPTIONS]\n       dynamo-plan COMMAND [OPTIONS]",
    )
}

fn describe(spec: &CommandSpec) -> Command {
    let command = (spec.args)(Command::new(spec.name));
    with_help_last(command).about(spec.about).after_help(examples(spec))
}

/// The flags for help below the others; the parser puts its own above them.
fn with_help_last(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let help = help.help("Show this help; `-h` is shorter").help_heading("Help");
    command.disable_help_flag(true).arg(help)
}

fn with_version_last(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let version = version.help("Show the version").help_heading("Help");
    with_help_last(command).disable_version_flag(true).arg(version)
}

/// The commands by what they are for.
fn groups() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let _ = writeln!(text, "\x1b[1m\x1b[4m{}:\x1b[0m", group.title());
        for spec in ALL.iter().filter(|spec| spec.group == group) {
            let _ = writeln!(text, "  \x1b[1m{:<12}\x1b[0m {}", spec.name, spec.about);
        }
        text.push('\n');
    }
    text
}

fn examples(spec: &CommandSpec) -> String {
    let mut text = String::from("\x1b[1m\x1b[4mExamples:\x1b[0m\n");
    for (command, what) in spec.examples {
        let _ = writeln!(text, "  {what}:\n    \x1b[1m{command}\x1b[0m");
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        lean().debug_assert();
        described().debug_assert();
        helpful().debug_assert();
    }

    #[test]
    fn every_example_parses() {
        for spec in ALL.iter().chain([&DEFAULT]) {
            assert!(spec.examples.len() >= 2, "{} needs two examples", spec.name);
            for (command, _) in spec.examples {
                let line = command.split(" | ").next().unwrap_or_default();
                let line = line.split(" > ").next().unwrap_or_default();
                let words = line.split(' ').skip(1).map(|word| word.trim_matches('\''));
                assert!(lean().try_get_matches_from(words).is_ok(), "{command}");
            }
        }
    }
}
