//! Matrices to choose from again and again: a batch does so for each line.

use dynamo_plan::Planner;
use dynamo_plan::matrix::Matrix;

use crate::args::SourceArgs;
use crate::error::Failure;
use crate::source::{among, bundled_matrices, named_matrices};

/// What a command was given to plan on, read once.
pub(crate) struct MatrixStore {
    args: SourceArgs,
    /// What the named files hold, whatever the release; none where no file is named.
    files: Vec<Matrix>,
    /// What was found while reading files, for stderr.
    pub(crate) remarks: String,
}

impl MatrixStore {
    /// Reads the files that were named.
    pub(crate) fn open(args: &SourceArgs) -> Result<Self, Failure> {
        let (files, remarks) = named_matrices(args, true)?;
        Ok(MatrixStore { args: args.clone(), files, remarks })
    }

    /// A planner for the releases that some words choose; without words, for those that the command
    /// was started with.
    pub(crate) fn planner(&self, words: &[String]) -> Result<Planner, Failure> {
        let words = if words.is_empty() { &self.args.release } else { words };
        let matrices = if self.args.matrix.is_empty() {
            bundled_matrices(words)?.0
        } else {
            among(self.files.clone(), words)?
        };
        Ok(Planner::of_matrices(matrices))
    }

    /// Whether nobody chose what is asked where a line chooses no release.
    pub(crate) fn is_default(&self) -> Result<bool, Failure> {
        Ok(self.args.matrix.is_empty() && bundled_matrices(&self.args.release)?.1)
    }
}
