//! What there is to say of a command.

use clap::{ArgMatches, Command};

use crate::error::Failure;
use crate::exit::Answer;

/// A command.
pub(crate) struct CommandSpec {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// What it answers, in one line.
    pub(crate) about: &'static str,
    /// Commands to copy, each with what it is for.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// Adds its flags.
    pub(crate) args: fn(Command) -> Command,
    /// Does its work.
    pub(crate) run: Run,
}

/// How a command does its work.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// From its own flags alone.
    Plain(fn(&mut ArgMatches) -> Result<Answer, Failure>),
    /// The same, and keeps to `--timeout` itself.
    KeepsTime(fn(&mut ArgMatches) -> Result<Answer, Failure>),
    /// From its flags and the whole command line, with everything that help says of it.
    Described(fn(&mut ArgMatches, Command) -> Result<Answer, Failure>),
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
