//! The commands: one file each, and the table that the parser, the help and the manual page are
//! made from.

mod analyze;
mod batch;
mod check;
mod completions;
mod diff;
mod explain;
mod import;
mod lint;
mod list;
mod man;
mod manifest;
mod matrix;
mod plan;
mod show;
mod since;
mod split;
mod whatif;

use dynamo_plan::RequestError;

use crate::command_spec::CommandSpec;
use crate::error::Failure;

/// Every command, in the order of the help.
pub(crate) const ALL: &[CommandSpec] = &[
    plan::SPEC,
    explain::SPEC,
    whatif::SPEC,
    split::SPEC,
    batch::SPEC,
    check::SPEC,
    show::SPEC,
    list::SPEC,
    matrix::SPEC,
    analyze::SPEC,
    import::SPEC,
    lint::SPEC,
    diff::SPEC,
    since::SPEC,
    manifest::SPEC,
    completions::SPEC,
    man::SPEC,
];

/// The command that runs where none is named.
pub(crate) const DEFAULT: CommandSpec = plan::SPEC;

/// The command of this name.
pub(crate) fn named(name: &str) -> Option<&'static CommandSpec> {
    ALL.iter().find(|spec| spec.name == name)
}

/// There is no command of this name.
pub(crate) fn unknown_command(name: &str) -> Failure {
    let names: Vec<String> = ALL.iter().map(|spec| spec.name.to_owned()).collect();
    let message = format!("no command is called {name:?}; the commands are {}", names.join(", "));
    RequestError::new("unknown-command", Some(name), message).with_suggestions(names).into()
}
