//! What a command hands back, and the exit status that it ends with.

use std::path::Path;
use std::process::ExitCode;

use dynamo_plan::Outcome;
use dynamo_plan::render::shell_path;

use crate::interrupt;

/// What a command has to say.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The answer, for stdout.
    pub(crate) text: String,
    /// Warnings that are no part of the answer, for stderr.
    pub(crate) remarks: String,
    /// How the program ends.
    pub(crate) status: Status,
}

/// How the program ends. Ctrl-C ends it by signal, which a shell reports as 130 too, where there is no best so
/// far to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// A plan exists, or the command did its work.
    Done,
    /// The answer is no.
    No,
    /// The input is wrong.
    Wrong,
    /// The time ran out before anything was proved.
    TimedOut,
    /// Ctrl-C ended the search, and the best so far was shown.
    Interrupted,
}

/// What each exit status means, for the help and the manual page.
pub(crate) const MEANINGS: [(u8, &str); 5] = [
    (0, "A plan exists, or the command did its work"),
    (1, "The answer is no; stdout says why and what would help"),
    (2, "The input is wrong; stderr says why, where and what to write"),
    (3, "A --timeout ran out before anything was proved"),
    (130, "Ended by Ctrl-C, with the best so far where there is one"),
];

impl Answer {
    /// A command that did its work.
    pub(crate) fn done(text: String) -> Self {
        Answer { text, remarks: String::new(), status: Status::Done }
    }

    /// The time ran out before anything was known.
    pub(crate) fn too_late() -> Self {
        let remarks = match interrupt::was_pressed() {
            true => "interrupted before anything was proved\n",
            false => "the time ran out before anything was proved; give it more\n",
        };
        let remarks = remarks.to_owned();
        Answer { text: String::new(), remarks, status: Status::TimedOut }
    }

    /// The time ran out before a file was written.
    pub(crate) fn nothing_written(file: &Path) -> Self {
        let remarks = format!(
            "the time ran out before anything was written; {} is as it was\n",
            shell_path(file)
        );
        Answer { text: String::new(), remarks, status: Status::TimedOut }
    }

    /// The time ran out while the answer was being written.
    pub(crate) fn cut_short() -> Self {
        let remarks =
            "the time ran out while the answer was being written; it is not whole\n".to_owned();
        Answer { text: String::new(), remarks, status: Status::Done }
    }
}

impl Status {
    /// The status that an outcome asks for.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match (outcome.satisfiable, outcome.is_undecided()) {
            (true, _) => Status::Done,
            (false, true) => Status::TimedOut,
            (false, false) => Status::No,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::No => 1,
            Status::Wrong => 2,
            Status::TimedOut => 3,
            Status::Interrupted => 130,
        })
    }
}
