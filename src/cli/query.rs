//! The request flags as a [`Query`], and the words that a suggested command repeats.

use clap::error::ErrorKind;
use dynamo_plan::Query;
use dynamo_plan::matrix::Level;
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

/// The words that choose backends and matrices, which a suggested command repeats as they are.
pub(crate) fn kept(request: &RequestArgs, source: &SourceArgs) -> Vec<String> {
    let mut words = Vec::new();
    let mut keep = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
    if !request.backend.is_empty() {
        keep("--backend", request.backend.join(","));
    }
    for release in &source.release {
        keep("--release", release.clone());
    }
    for file in &source.matrix {
        keep("--matrix", file.display().to_string());
    }
    words
}
