//! The commands: one file each, and the table that the parser, the help and the manual page are
//! made from.

mod analyze;
mod batch;
mod completions;
mod diff;
mod explain;
mod import;
mod lint;
mod list;
mod man;
mod matrix;
mod plan;
mod since;
mod split;
mod whatif;

use clap::{ArgMatches, Command};

use crate::error::Failure;
use crate::exit::Answer;

/// Every command, in the order of the help.
pub(crate) const ALL: &[Topic] = &[
    plan::TOPIC,
    explain::TOPIC,
    whatif::TOPIC,
    split::TOPIC,
    batch::TOPIC,
    list::TOPIC,
    matrix::TOPIC,
    analyze::TOPIC,
    import::TOPIC,
    lint::TOPIC,
    diff::TOPIC,
    since::TOPIC,
    completions::TOPIC,
    man::TOPIC,
];

/// The command that runs where none is named.
pub(crate) const DEFAULT: Topic = plan::TOPIC;

/// A command.
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// What it answers, in one line.
    pub(crate) about: &'static str,
    /// Commands to copy, each with what it is for.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// Adds its flags.
    pub(crate) args: fn(Command) -> Command,
    /// Does its work.
    pub(crate) run: fn(&mut ArgMatches) -> Result<Answer, Failure>,
}

/// What commands are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Ask,
    Look,
    Maintain,
    Integrate,
}

impl Group {
    pub(crate) const ALL: [Group; 4] = [Group::Ask, Group::Look, Group::Maintain, Group::Integrate];

    /// The group's heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Group::Ask => "Ask",
            Group::Look => "Look",
            Group::Maintain => "Maintain",
            Group::Integrate => "Integrate",
        }
    }
}

/// The command of this name.
pub(crate) fn named(name: &str) -> Option<&'static Topic> {
    ALL.iter().find(|topic| topic.name == name)
}
