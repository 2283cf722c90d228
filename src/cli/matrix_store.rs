//! Matrices to choose from again and again: a batch does so for each line.

use std::collections::BTreeSet;

use dynamo_plan::Planner;
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Matrix, Release};
use dynamo_plan::render::Origin;

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

    /// Whether files are asked instead of the bundled matrices.
    pub(crate) fn has_files(&self) -> bool {
        !self.args.matrix.is_empty()
    }

    /// A planner for these releases; `None` is a file that names none.
    pub(crate) fn planner_of(&self, releases: &BTreeSet<Option<Release>>) -> Planner {
        let matrices = if self.has_files() {
            let files = self.files.iter().filter(|matrix| releases.contains(&matrix.release));
            files.cloned().collect()
        } else {
            releases.iter().flatten().filter_map(bundle::matrix).collect()
        };
        Planner::of_matrices(matrices)
    }

    /// Where the matrices come from.
    pub(crate) fn origin(&self, is_default: bool) -> Origin {
        Origin {
            newest: bundle::newest(),
            newest_known: bundle::newest_known(),
            files: self.args.matrix.clone(),
            is_default,
        }
    }
}
