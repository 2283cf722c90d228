//! The matrices that a command is about: the bundled ones, or those of the named files.

use dynamo_plan::Planner;
use dynamo_plan::RequestError;
use dynamo_plan::load::{self, Loaded, bundled};
use dynamo_plan::matrix::{Dimension, Matrix, Release};
use dynamo_plan::render::list::RuleEntry;
use dynamo_plan::render::{Origin, report};

use crate::args::{SourceArgs, When};
use crate::failure::Failure;
use crate::output::{Stream, style};

/// The release of the document that this project was created from.
const DEFAULT_RELEASE: &str = "0.9.0";

/// The chosen matrices.
#[derive(Debug)]
pub(crate) struct Source {
    /// The matrices, oldest release first.
    pub(crate) matrices: Vec<Matrix>,
    /// Where they come from.
    pub(crate) origin: Origin,
    /// The serving patterns, by name.
    pub(crate) dimension: Dimension,
    /// What was found while reading files, for stderr.
    pub(crate) remarks: String,
    /// Whether the matrices are the bundled ones.
    bundled: bool,
}

impl Source {
    /// Reads the files that were named, or takes the bundled matrices.
    pub(crate) fn open(args: &SourceArgs) -> Result<Self, Failure> {
        let dimension = bundled::vocabulary().dimension;
        if args.matrix.is_empty() {
            let matrices = vec![bundled_matrix(args.release.as_deref())?];
            let origin = Origin { newest: bundled::newest(), files: Vec::new() };
            return Ok(Source {
                matrices,
                origin,
                dimension,
                remarks: String::new(),
                bundled: true,
            });
        }
        let mut matrices = Vec::new();
        let mut remarks = String::new();
        for path in &args.matrix {
            let Loaded { matrix, reports, .. } = load::file(path)?;
            let style = style(When::Auto, Stream::Stderr);
            remarks.extend(reports.iter().map(|found| report(found, &style)));
            matrices.push(matrix);
        }
        let files = args.matrix.iter().map(|path| path.display().to_string()).collect();
        let origin = Origin { newest: bundled::newest(), files };
        Ok(Source { matrices, origin, dimension, remarks, bundled: false })
    }

    /// A planner for the chosen matrices.
    pub(crate) fn planner(&self) -> Planner {
        Planner::new(self.matrices.clone()).with_dimension(self.dimension.clone())
    }

    /// Every release that could be chosen, oldest first.
    pub(crate) fn every_release(&self) -> Vec<Matrix> {
        if self.bundled {
            bundled::releases().filter_map(|release| bundled::matrix(&release)).collect()
        } else {
            self.matrices.clone()
        }
    }
}

/// The bundled matrix of a release.
fn bundled_matrix(release: Option<&str>) -> Result<Matrix, Failure> {
    let label = release.unwrap_or(DEFAULT_RELEASE);
    bundled::matrix(&Release::new(label)).ok_or_else(|| {
        let known: Vec<String> = bundled::releases().map(|release| release.to_string()).collect();
        let message =
            format!("no release is called {label:?}; the releases are {}", known.join(", "));
        RequestError::new("unknown-release", Some(label), message).with_suggestions(known).into()
    })
}

/// The rules of every set.
pub(crate) fn rules() -> Vec<RuleEntry> {
    Vec::new()
}
