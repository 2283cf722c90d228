//! The release of a deployment, by the tags of its images.

use super::reading::ReleaseKind;
use crate::matrix::Release;
use crate::matrix::deploy::TagWords;

/// The name and tag of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageParts<'i> {
    /// The last part of the name.
    pub name: &'i str,
    /// The tag.
    pub tag: Option<&'i str>,
    /// Whether a digest is given.
    pub has_digest: bool,
}

impl<'i> ImageParts<'i> {
    /// The parts of an image as it is written.
    #[must_use]
    pub fn of(image: &'i str) -> Self {
        let (image, digest) = match image.split_once('@') {
            Some((image, digest)) => (image, Some(digest)),
            None => (image, None),
        };
        // A colon before the last slash is that of a port.
        let last = image.rsplit('/').next().unwrap_or(image);
        let (name, tag) = match last.split_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (last, None),
        };
        ImageParts { name, tag, has_digest: digest.is_some() }
    }

    /// The release that the tag names, and how it is known.
    #[must_use]
    pub fn release(&self, words: &TagWords) -> (Option<Release>, ReleaseKind) {
        let Some(tag) = self.tag else {
            let kind = if self.has_digest { ReleaseKind::Custom } else { ReleaseKind::Placeholder };
            return (None, if self.is_open() { ReleaseKind::Placeholder } else { kind });
        };
        let (Some((number, suffix)), false) = (version(tag), self.is_open()) else {
            let stands_for = |word: &String| {
                tag.strip_prefix(word.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']))
            };
            let is_placeholder = self.is_open() || words.placeholders.iter().any(stands_for);
            let kind = if is_placeholder { ReleaseKind::Placeholder } else { ReleaseKind::Custom };
            return (None, kind);
        };
        let kind = match suffix {
            "" => ReleaseKind::Exact,
            suffix if is_preview(suffix, words) => ReleaseKind::Preview,
            suffix if suffix.starts_with(['-', '+']) || suffix.starts_with(".post") => {
                ReleaseKind::Exact
            }
            _ => return (None, ReleaseKind::Custom),
        };
        (Some(Release::new(number)), kind)
    }

    /// Whether a part of it is to be put in first.
    fn is_open(&self) -> bool {
        [Some(self.name), self.tag].into_iter().flatten().any(|part| part.contains(['<', '$', '{']))
    }

    /// Whether the tag is one that a parser of semantic versions takes.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        let Some((_, suffix)) = self.tag.and_then(version) else { return false };
        suffix.is_empty() || suffix.starts_with(['-', '+'])
    }
}

/// The version that a text is, in the form that a field that names it must have.
#[must_use]
pub fn plain_version(text: &str) -> Option<Release> {
    version(text).filter(|(_, suffix)| suffix.is_empty()).map(|(number, _)| Release::new(number))
}

/// The three numbers that a tag begins with, and what follows them.
fn version(tag: &str) -> Option<(&str, &str)> {
    let tag = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let mut end = 0;
    for part in 0..3 {
        if part > 0 {
            end += tag[end..].starts_with('.').then_some(1)?;
        }
        let digits = tag[end..].find(|c: char| !c.is_ascii_digit()).unwrap_or(tag.len() - end);
        end += (1..=9).contains(&digits).then_some(digits)?;
    }
    Some(tag.split_at(end))
}

fn is_preview(suffix: &str, words: &TagWords) -> bool {
    let lower = suffix.to_ascii_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphabetic())
        .any(|part| words.previews.iter().any(|it| it == part))
}
