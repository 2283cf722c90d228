//! The words that choose releases: labels in full or in part, `latest`, `all`, and ranges.

use dynamo_plan::RequestError;
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::{Release, ReleaseRange};

use crate::error::Failure;

/// The words that choose releases by what they are.
const WORDS: [&str; 3] = ["latest", "newest", "all"];

/// How alike a word must be to one of these to be taken for a slip, from 0 to 1.
const SLIP: f64 = 0.7;

/// What one word chooses.
enum ReleaseChoice {
    Newest,
    All,
    /// The one release that a label names in full or in part.
    Named(Release),
    Range(ReleaseRange),
}

/// Marks the known releases that some words choose. `None` is a matrix that names no release.
pub(crate) fn choose(words: &[String], known: &[Option<Release>]) -> Result<Vec<bool>, Failure> {
    let mut chosen = vec![false; known.len()];
    for word in words {
        for (text, choice) in read(word)? {
            let hits = choice.hits(known);
            if !hits.contains(&true) {
                return Err(unknown(text, known));
            }
            for (chosen, hit) in chosen.iter_mut().zip(hits) {
                *chosen |= hit;
            }
        }
    }
    Ok(chosen)
}

/// Marks the releases with a matrix and those known by their pins alone that some words choose, to be
/// listed. What is said of one release, and `latest`, is about those with a matrix where it can be.
pub(crate) fn choose_listed(
    words: &[String],
    known: &[Option<Release>],
    pinned: &[Option<Release>],
) -> Result<(Vec<bool>, Vec<bool>), Failure> {
    let mut chosen = (vec![false; known.len()], vec![false; pinned.len()]);
    for word in words {
        for (text, choice) in read(word)? {
            let mut hits = (choice.hits(known), choice.hits(pinned));
            let is_one = matches!(choice, ReleaseChoice::Newest | ReleaseChoice::Named(_));
            if is_one && hits.0.contains(&true) {
                hits.1.fill(false);
            }
            if !hits.0.contains(&true) && !hits.1.contains(&true) {
                return Err(unknown(text, known));
            }
            chosen.0.iter_mut().zip(hits.0).for_each(|(chosen, hit)| *chosen |= hit);
            chosen.1.iter_mut().zip(hits.1).for_each(|(chosen, hit)| *chosen |= hit);
        }
    }
    Ok(chosen)
}

/// Reads a range, whose bounds stand between commas, or a list of other choices.
fn read(text: &str) -> Result<Vec<(&str, ReleaseChoice)>, Failure> {
    let is_bound = |part: &str| part.trim_start().starts_with(['<', '>', '=']);
    let parts = || text.split(',');
    if parts().any(is_bound) {
        if !parts().all(|part| is_bound(part) || part.trim().is_empty()) {
            return Err(mixed(text));
        }
        let range = text.parse().map_err(|error| match with_commas(text) {
            Some(meant) => unseparated(text, &meant),
            None => invalid(text, &format!("{error}")),
        })?;
        return Ok(vec![(text, ReleaseChoice::Range(range))]);
    }
    parts().map(|part| Ok((part.trim(), ReleaseChoice::read(part.trim(), text)?))).collect()
}

impl ReleaseChoice {
    /// Reads a part of a list.
    fn read(part: &str, whole: &str) -> Result<Self, Failure> {
        match part.to_ascii_lowercase().as_str() {
            "" => Err(invalid(whole, &format!("a release is missing in `{whole}`"))),
            "latest" | "newest" => Ok(ReleaseChoice::Newest),
            "all" => Ok(ReleaseChoice::All),
            _ => Ok(ReleaseChoice::Named(Release::new(part))),
        }
    }

    /// Marks the known releases that are chosen.
    fn hits(&self, known: &[Option<Release>]) -> Vec<bool> {
        let newest = known.iter().max();
        let named = match self {
            ReleaseChoice::Named(label) => named(label, known),
            _ => None,
        };
        let is_hit = |release: &Option<Release>| match self {
            ReleaseChoice::Newest => newest == Some(release),
            ReleaseChoice::All => true,
            ReleaseChoice::Named(_) => named.is_some() && named == release.as_ref(),
            ReleaseChoice::Range(range) => {
                release.as_ref().is_some_and(|release| range.contains(release))
            }
        };
        known.iter().map(is_hit).collect()
    }
}

/// Finds the known release that a label names. A post-release that is known nowhere is its release.
fn named<'r>(label: &Release, known: &'r [Option<Release>]) -> Option<&'r Release> {
    let labels = known.iter().flatten();
    label.named_among(labels.clone()).or_else(|| {
        let repaired = label.without_post().filter(|_| pinned(label).is_none())?;
        repaired.named_among(labels)
    })
}

/// Finds the release that is known by what it pins alone and that a label names.
fn pinned(label: &Release) -> Option<Release> {
    let pinned = bundle::known_releases();
    label.named_among(pinned.iter().map(|it| &it.release)).cloned()
}

/// Why a release cannot be chosen that is known by what it pins alone.
pub(crate) fn known_without_matrix(text: &str, known: &[Option<Release>]) -> Option<Failure> {
    let pinned = match text.parse::<ReleaseRange>() {
        Ok(range) if text.contains(['<', '>', '=']) => {
            let pinned = bundle::known_releases().into_iter().map(|it| it.release);
            pinned.filter(|release| range.contains(release)).max()?
        }
        _ => pinned(&Release::new(text))?,
    };
    let newest = known.iter().flatten().max()?;
    let message = format!(
        "{pinned} is known by what it pins alone, so nothing can be planned on it; the newest \
         release with a matrix is {newest}. Where you have its page, `dynamo-plan import PAGE -o \
         {pinned}.toml` makes a model for --matrix; `dynamo-plan list releases` shows what it pins"
    );
    let error = RequestError::new("release-without-matrix", Some(text), message);
    Some(error.with_suggestions(vec![newest.to_string()]).into())
}

/// No known release is what a word chooses.
fn unknown(text: &str, known: &[Option<Release>]) -> Failure {
    if let Some(pinned) = known_without_matrix(text, known) {
        return pinned;
    }
    let labels: Vec<String> = known.iter().flatten().map(ToString::to_string).collect();
    let is_version = text.trim_start_matches(['v', 'V', '<', '>', '=', ' ']);
    if !is_version.starts_with(|c: char| c.is_ascii_digit()) {
        return invalid(text, &format!("`{text}` is no release and no range of them"));
    }
    let message = match labels.as_slice() {
        [] => format!("the files name no release, so `{text}` chooses none; leave --release out"),
        labels => format!(
            "no release is `{text}`; the releases are {}. `dynamo-plan list releases` shows what \
             each one pins",
            labels.join(", ")
        ),
    };
    RequestError::new("unknown-release", Some(text), message).with_suggestions(labels).into()
}

/// Bounds with a comma before each but the first, where that makes them a range.
fn with_commas(text: &str) -> Option<String> {
    let mut meant = String::new();
    for word in text.split_whitespace() {
        let is_inside = meant.is_empty() || meant.ends_with([',', '<', '>', '=']);
        let starts_bound = word.starts_with(['<', '>', '=']);
        meant += if is_inside || !starts_bound { "" } else { "," };
        meant += if meant.ends_with(',') { " " } else { "" };
        meant += word;
    }
    meant.parse::<ReleaseRange>().ok().map(|_| meant)
}

/// Bounds without a comma between them.
fn unseparated(text: &str, meant: &str) -> Failure {
    let message = format!("`{text}` lacks a comma between its bounds; write '{meant}'");
    let error = RequestError::new("invalid-release", Some(text), message);
    error.with_suggestions(vec![meant.to_owned()]).into()
}

/// A list in which some parts are bounds and some are not.
fn mixed(text: &str) -> Failure {
    let reason = format!("`{text}` mixes releases and bounds; give each a --release of its own");
    invalid(text, &reason)
}

/// What cannot be read as a choice, with what to write instead.
fn invalid(text: &str, reason: &str) -> Failure {
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(word, &text.to_lowercase());
    let slip = WORDS.into_iter().filter(|word| likeness(word) >= SLIP);
    let near: Vec<String> = slip.take(1).map(str::to_owned).collect();
    let help = match near.first() {
        Some(word) => format!("did you mean {word}?"),
        None => {
            "write one like 1.4.0 or 1.4, bounds like `>=1.0, <1.3`, `latest` or `all`.".to_owned()
        }
    };
    let message = format!("{reason}; {help} `dynamo-plan list releases` shows them");
    let error = RequestError::new("invalid-release", Some(text), message);
    error.with_suggestions(near).into()
}
