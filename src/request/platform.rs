//! Platform facts as they were typed, understood.

use std::str::FromStr;

use itertools::Itertools;
use pep440_rs::VersionSpecifiers;

use super::{PlatformFacts, RequestError};

/// The engine and the versions of a constraint such as `vllm>=0.16`.
///
/// # Errors
///
/// Where the versions are none that Python's packaging knows (PEP 440): what is wrong with the
/// constraint, and what to write instead.
pub fn engine_constraint(text: &str) -> Result<(&str, VersionSpecifiers), String> {
    let end = text.find(|c: char| "<>=!~".contains(c)).unwrap_or(text.len());
    let (name, versions) = text.split_at(end);
    let versions = VersionSpecifiers::from_str(versions).map_err(|_| misspelt(name, versions))?;
    Ok((name.trim(), versions))
}

/// Finds the problem of a constraint's versions, with what to write instead.
fn misspelt(name: &str, versions: &str) -> String {
    // The sign of `~=`, `!=` and `==` without its last character is the usual slip.
    let is_slip = |bound: &str| {
        let rest = bound.strip_prefix(['=', '~', '!']);
        rest.is_some_and(|rest| !rest.starts_with('='))
    };
    let whole = |bound: &str| match bound.split_at_checked(1) {
        Some((sign, rest)) if is_slip(bound) => format!("{sign}={}", rest.trim_start()),
        _ => bound.to_owned(),
    };
    let fixed = versions.split(',').map(|bound| whole(bound.trim())).join(",");
    let slip = versions.split(',').map(str::trim).find(|bound| is_slip(bound));
    match slip.filter(|_| VersionSpecifiers::from_str(&fixed).is_ok()) {
        Some(slip) => format!("`{}` is no operator; write '{}{fixed}'", &slip[..1], name.trim()),
        None => "its versions are no bounds of PEP 440; write one like 'vllm>=0.16', or bounds \
                 between commas like 'vllm>=0.16,<0.18'"
            .to_owned(),
    }
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
                let message = format!("{text:?} is no engine constraint: {error}");
                RequestError::new("invalid-engine", Some(text), message)
            })?;
            let bounds = versions.iter().map(ToString::to_string).join(",");
            if let Some(error) = nameless(text, name, &bounds) {
                return Err(error);
            }
            Some(format!("{}{bounds}", backend(name)?))
        }
    };
    let cuda = facts.cuda.as_ref().map(|text| cuda(text)).transpose()?;
    Ok(PlatformFacts { driver: facts.driver, cuda, engine })
}

/// A constraint that bounds versions and does not say of which engine.
fn nameless(text: &str, name: &str, bounds: &str) -> Option<RequestError> {
    let version = name.trim_start_matches(['v', 'V']);
    if !version.is_empty() && !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let bounds = if bounds.is_empty() { format!(">={version}") } else { bounds.to_owned() };
    let message = format!("{text:?} does not say which engine; write one like 'vllm{bounds}'");
    Some(RequestError::new("invalid-engine", Some(text), message))
}

fn cuda(text: &str) -> Result<String, RequestError> {
    let version = text.trim().trim_start_matches(['v', 'V']);
    let numbers = version.split('.').map(|part| part.parse::<u32>());
    let numbers = numbers.collect::<Result<Vec<u32>, _>>().unwrap_or_default();
    match numbers[..] {
        [major] => Ok(major.to_string()),
        [major, minor, ..] => Ok(format!("{major}.{minor}")),
        [] => {
            let message = format!("{text:?} is no CUDA version; write one like 12.9");
            Err(RequestError::new("invalid-cuda", Some(text), message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_constraint_is_told_the_fix() {
        let said = |text: &str| engine_constraint(text).unwrap_err();
        assert_eq!(said("vllm=0.16"), "`=` is no operator; write 'vllm==0.16'");
        assert_eq!(said("vllm >=0.16, ~ 0.18"), "`~` is no operator; write 'vllm>=0.16,~=0.18'");
        for text in ["vllm>=new", "vllm=", "vllm=new", "vllm>=0.16<0.18", "vllm<>1"] {
            assert!(said(text).contains("write one like 'vllm>=0.16'"), "{text}: {}", said(text));
        }
    }
}
