//! What `plan` and `explain` share: an outcome in the form that was asked for.

use dynamo_plan::Outcome;
use dynamo_plan::render::answer::{self, View};
use dynamo_plan::render::json;

use crate::args::{AnswerFormat, OutputArgs};
use crate::failure::Failure;
use crate::output::{Stream, style};

/// How many plans a table shows where nothing is said.
const TABLE_LIMIT: usize = 20;

/// The most plans to show. 0 stands for all, as does nothing where programs read.
pub(crate) fn limit(given: Option<usize>, format: AnswerFormat) -> Option<usize> {
    match (given, format) {
        (Some(0), _) | (None, AnswerFormat::Json) => None,
        (Some(limit), _) => Some(limit),
        (None, _) => Some(TABLE_LIMIT),
    }
}

/// The outcome as text.
pub(crate) fn draw(
    outcome: &Outcome,
    view: &View,
    format: AnswerFormat,
    output: &OutputArgs,
) -> Result<String, Failure> {
    Ok(match format {
        AnswerFormat::Table => {
            answer::page(outcome, view).to_terminal(&style(output.color(), Stream::Stdout))
        }
        AnswerFormat::Markdown => answer::page(outcome, view).to_markdown(),
        AnswerFormat::Json => json(outcome)?,
    })
}
