//! The request flags as a [`Query`], and the words that a suggested command repeats.

use clap::error::ErrorKind;
use dynamo_plan::Query;
use dynamo_plan::matrix::Level;
use dynamo_plan::render::{shell_path, shell_word};
use dynamo_plan::request::PlatformFacts;

use crate::args::{PlatformArgs, RequestArgs, SourceArgs};
use crate::error::Failure;

/// What the flags ask for.
pub(crate) fn query(
    request: &RequestArgs,
    platform: &PlatformArgs,
    all: bool,
) -> Result<Query, Failure> {
    Ok(Query {
        need: request.need.clone(),
        want: request.want.clone(),
        avoid: request.avoid.clone(),
        backends: request.backend.clone(),
        pattern: request.pattern.clone(),
        accept: accept(request.stable, request.accept)?,
        rules: request.rules.clone(),
        platform: PlatformFacts {
            driver: platform.driver,
            cuda: platform.cuda.clone(),
            engine: platform.engine.clone(),
        },
        all,
    })
}

/// The accept level that the flags say.
pub(crate) fn accept(stable: bool, accept: Option<Level>) -> Result<Level, Failure> {
    match (stable, accept) {
        (true, None | Some(Level::Supported)) => Ok(Level::Supported),
        (true, Some(level)) => Err(clap::Error::raw(
            ErrorKind::ArgumentConflict,
            format!("--stable means --accept supported and cannot go with --accept {level}; leave one of them out\n"),
        )
        .into()),
        (false, level) => Ok(level.unwrap_or(Level::Experimental)),
    }
}

/// The words that choose backends and matrices, quoted for a shell, which a suggested command repeats.
pub(crate) fn kept(request: &RequestArgs, source: &SourceArgs) -> Vec<String> {
    let mut words = Vec::new();
    let mut keep = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
    if !request.backend.is_empty() {
        keep("--backend", shell_word(&request.backend.join(",")).into_owned());
    }
    for release in &source.release {
        keep("--release", shell_word(release).into_owned());
    }
    for file in &source.matrix {
        keep("--matrix", shell_path(file));
    }
    words
}
