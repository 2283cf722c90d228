//! Why a file could not be loaded.

use std::io;

use super::{Diagnostic, MAX_BYTES, Position, Report};

/// Why a file could not be loaded: the reason, the place and the fix.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read `{file}`: {source}; check the path and the permissions")]
    Read {
        /// The file, as the user named it.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The name is that of a directory.
    #[error("`{file}` is a directory; name a file in it")]
    Directory {
        /// The file, as the user named it.
        file: String,
    },
    /// The file is larger than any model or page.
    #[error("`{file}` is larger than {} MiB; split it, or check that it is the right file", MAX_BYTES >> 20)]
    TooLarge {
        /// The file, as the user named it.
        file: String,
    },
    /// The file was read, but something is wrong with what it says.
    #[error("{}", summary(.reports))]
    Invalid {
        /// One report per file that was read, with every problem that was found.
        reports: Vec<Report>,
    },
}

impl LoadError {
    /// A stable code: that of the first problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            LoadError::Read { .. } => "unreadable-file",
            LoadError::Directory { .. } => "not-a-file",
            LoadError::TooLarge { .. } => "too-large-file",
            LoadError::Invalid { reports } => first(reports).map_or("invalid-file", |p| p.1.code),
        }
    }

    /// The file that it is about and, where known, the place in it.
    #[must_use]
    pub fn at(&self) -> Option<(&str, Option<Position>)> {
        match self {
            LoadError::Read { file, .. }
            | LoadError::Directory { file }
            | LoadError::TooLarge { file } => Some((file, None)),
            LoadError::Invalid { reports } => {
                first(reports).map(|(report, problem)| (&*report.file, report.position(problem)))
            }
        }
    }
}

fn errors(reports: &[Report]) -> impl Iterator<Item = (&Report, &Diagnostic)> {
    let of = |report| Report::errors(report).map(move |problem| (report, problem));
    reports.iter().flat_map(of)
}

fn first(reports: &[Report]) -> Option<(&Report, &Diagnostic)> {
    errors(reports).next()
}

/// The first problem in a sentence, and how many more there are.
fn summary(reports: &[Report]) -> String {
    let Some((report, problem)) = first(reports) else { return "the file is invalid".to_owned() };
    let at = report.position(problem).map(|at| format!(":{at}")).unwrap_or_default();
    let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let more = match errors(reports).count() - 1 {
        0 => String::new(),
        1 => " (and 1 more problem)".to_owned(),
        more => format!(" (and {more} more problems)"),
    };
    format!("{}{at}: {}{help}{more}", report.file, problem.message)
}
