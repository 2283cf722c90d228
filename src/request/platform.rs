//! Platform facts as they were typed, understood.

use std::str::FromStr;

use itertools::Itertools;
use pep440_rs::VersionSpecifiers;

use super::{PlatformFacts, RequestError};

/// The engine and the versions of a constraint such as `vllm>=0.16`.
///
/// # Errors
///
/// Where the versions are none that Python's packaging knows (PEP 440).
pub fn engine_constraint(text: &str) -> Result<(&str, VersionSpecifiers), String> {
    let end = text.find(|c: char| "<>=!~".contains(c)).unwrap_or(text.len());
    let (name, versions) = text.split_at(end);
    let versions = VersionSpecifiers::from_str(versions).map_err(|error| error.to_string())?;
    Ok((name.trim(), versions))
}

/// Understands platform facts as they were typed: the engine's name may be any of its backend's.
///
/// # Errors
///
/// Where the engine's constraint or the CUDA version cannot be read.
pub(super) fn resolve(
    facts: &PlatformFacts,
    backend: impl Fn(&str) -> Result<String, RequestError>,
) -> Result<PlatformFacts, RequestError> {
    let engine = match &facts.engine {
        None => None,
        Some(text) => {
            let (name, versions) = engine_constraint(text).map_err(|error| {
                let message = format!(
                    "{text:?} is no engine constraint ({error}); write one like 'vllm>=0.16'"
                );
                RequestError::new("invalid-engine", Some(text), message)
            })?;
            let versions = versions.iter().map(ToString::to_string).join(",");
            Some(format!("{}{versions}", backend(name)?))
        }
    };
    let cuda = facts.cuda.as_ref().map(|text| cuda(text)).transpose()?;
    Ok(PlatformFacts { driver: facts.driver, cuda, engine })
}

fn cuda(text: &str) -> Result<String, RequestError> {
    let version = text.trim().trim_start_matches(['v', 'V']);
    let numbers = version.split('.').map(|part| part.parse::<u32>());
    let numbers = numbers.collect::<Result<Vec<u32>, _>>().unwrap_or_default();
    match numbers[..] {
        [major] => Ok(format!("{major}.0")),
        [major, minor, ..] => Ok(format!("{major}.{minor}")),
        [] => {
            let message = format!("{text:?} is no CUDA version; write one like 12.9");
            Err(RequestError::new("invalid-cuda", Some(text), message))
        }
    }
}
