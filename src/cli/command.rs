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
use crate::exit;

/// The program's name.
const NAME: &str = "dynamo-plan";

const ABOUT: &str =
    "Finds the NVIDIA Dynamo backends and configurations that support what you need";

/// How wide help is at most. What is narrower wraps between words.
const WIDTH: usize = 80;

/// What parsing needs where the first word says which command it is, or that it is the default, and
/// no help is asked for. The word `help` is a command that the parser adds of itself.
pub(crate) fn leanest(words: &[OsString]) -> Command {
    let first = words.first().and_then(|word| word.to_str());
    if first == Some("help") {
        return lean();
    }
    let named = first.and_then(named);
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
    with_every_text(with_version_last(base()))
        // The parser numbers flags and commands in one go, and puts its own `help` at 999.
        .next_display_order(0)
        .subcommands(ALL.iter().map(|spec| with_every_text(describe(spec))))
}

/// Everything, with the commands grouped in the help.
pub(crate) fn helpful() -> Command {
    let commands = ALL.iter().map(|spec| describe(spec).hide(true));
    with_version_last(base())
        .subcommands(commands)
        .help_template(
            "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}",
        )
        .before_help(brief_groups())
        .before_long_help(groups())
        .after_help(MORE)
        .after_long_help(epilogue(&DEFAULT))
}

/// Where the rest is that short help leaves out.
const MORE: &str = "`--help` shows every flag and examples, `help COMMAND` those of a command.";

/// The same for a command.
const MORE_OF_COMMAND: &str = "`--help` shows every flag, more examples and the exit statuses.";

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
    bare()
        .max_term_width(WIDTH)
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .override_usage("dynamo-plan FEATURE… [OPTIONS]\n       dynamo-plan COMMAND [OPTIONS]")
}

fn describe(spec: &CommandSpec) -> Command {
    let command = (spec.args)(Command::new(spec.name));
    with_help_last(command)
        .about(spec.about)
        .after_help(examples(&spec.examples[..1]) + "\n\n" + MORE_OF_COMMAND)
        .after_long_help(epilogue(spec))
}

/// The flags with the texts that short help leaves out, which the manual page would leave out too.
fn with_every_text(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_short_help(false))
}

/// The flags for help below the others; the parser puts its own above them.
fn with_help_last(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let help = help.help("Show this help; `-h` is shorter").help_heading("Help");
    let help = help.hide_short_help(true);
    command.disable_help_flag(true).arg(help)
}

fn with_version_last(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let version = version.help("Show the version").help_heading("Help");
    let version = version.hide_short_help(true);
    with_help_last(command).disable_version_flag(true).arg(version)
}

/// The commands by what they are for.
fn groups() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let _ = writeln!(text, "{}", heading(group.title()));
        for spec in ALL.iter().filter(|spec| spec.group == group) {
            let _ = writeln!(text, "  \x1b[1m{:<12}\x1b[0m {}", spec.name, spec.about);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

/// The same without a line for each group.
fn brief_groups() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let mut title = group.title();
        for spec in ALL.iter().filter(|spec| spec.group == group) {
            let _ = writeln!(text, "{title:<10} \x1b[1m{:<12}\x1b[0m {}", spec.name, spec.about);
            title = "";
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn heading(title: &str) -> String {
    format!("\x1b[1m\x1b[4m{title}:\x1b[0m")
}

/// What stands below the flags in long help.
fn epilogue(spec: &CommandSpec) -> String {
    let mut text = examples(spec.examples) + "\n\n" + &heading("Exit status");
    for (status, meaning) in exit::MEANINGS {
        let _ = write!(text, "\n  {status:<3}  {meaning}");
    }
    text
}

fn examples(shown: &[(&str, &str)]) -> String {
    let mut text = heading("Examples") + "\n";
    for (command, what) in shown {
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
                let line = line.trim_start_matches("source <(").trim_end_matches(')');
                let words = line.split(' ').skip(1).map(|word| word.trim_matches('\''));
                assert!(lean().try_get_matches_from(words).is_ok(), "{command}");
            }
        }
    }
}
