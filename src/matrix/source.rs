//! Addresses of sources.
//!
//! A source is a path at the release's own tag, `path@commit`, or an address; `:line` or `#anchor` may
//! follow.

use super::{Provenance, Release};

/// The address at which a source can be read; `None` where none is known, as for a file of one's own.
///
/// A path is one of the repository that `provenance` names: at the commit that the source gives or, for
/// the document that the matrix itself was read from, at that document's commit, else at the tag of the
/// release.
///
/// ```
/// use dynamo_plan::matrix::{Provenance, Release, source_url};
///
/// let repository = Some("https://github.com/ai-dynamo/dynamo".to_owned());
/// let provenance = Provenance { repository, ..Provenance::default() };
/// let url = |source| source_url(source, &provenance, Some(&Release::new("1.0.0")));
/// let at_tag = "https://github.com/ai-dynamo/dynamo/blob/v1.0.0/docs/x.md#L7";
/// assert_eq!(url("docs/x.md:7").as_deref(), Some(at_tag));
/// let at_commit = "https://github.com/ai-dynamo/dynamo/blob/76c1889ae/docs/x.md#events";
/// assert_eq!(url("docs/x.md@76c1889ae#events").as_deref(), Some(at_commit));
/// assert_eq!(url("https://example.com/a").as_deref(), Some("https://example.com/a"));
/// ```
#[must_use]
pub fn source_url(
    source: &str,
    provenance: &Provenance,
    release: Option<&Release>,
) -> Option<String> {
    // What is no plain address or path is given no address, so that none is made up.
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}".contains(c);
    if !source.chars().all(is_plain) {
        return None;
    }
    if source.starts_with("https://") {
        return Some(source.to_owned());
    }
    let repository = provenance.repository.as_ref()?;
    let SourcePath { path, commit, position } = SourcePath::of(source);
    let is_name =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) || !commit.is_none_or(is_name) {
        return None;
    }
    let own_commit = provenance.commit.as_deref().filter(|_| path == provenance.source);
    let at = match commit.or(own_commit) {
        Some(commit) => commit.to_owned(),
        None => format!("v{}", release?),
    };
    if !is_name(&at) {
        return None;
    }
    Some(format!("{repository}/blob/{at}/{path}{position}"))
}

/// The [address](source_url) of each source of a note or rule, `None` where one is not known; nothing
/// where none is. `repository` is that of the note or rule, where it is another than that of `provenance`.
#[must_use]
pub fn source_urls(
    sources: &[String],
    repository: Option<&str>,
    provenance: &Provenance,
    release: Option<&Release>,
) -> Vec<Option<String>> {
    let own = repository.map(|repository| Provenance {
        repository: Some(repository.to_owned()),
        ..provenance.clone()
    });
    let provenance = own.as_ref().unwrap_or(provenance);
    let url = |source: &String| source_url(source, provenance, release);
    let urls: Vec<Option<String>> = sources.iter().map(url).collect();
    if urls.iter().any(Option::is_some) { urls } else { Vec::new() }
}

/// The parts of a source that is a path.
struct SourcePath<'s> {
    path: &'s str,
    commit: Option<&'s str>,
    /// The lines or the anchor, as the end of an address.
    position: String,
}

impl<'s> SourcePath<'s> {
    fn of(source: &'s str) -> Self {
        let (rest, position) = match source.split_once('#') {
            Some((rest, anchor)) => (rest, format!("#{anchor}")),
            None => match source.rsplit_once(':').filter(|(_, lines)| is_lines(lines)) {
                Some((rest, lines)) => (rest, format!("#L{}", lines.replace('-', "-L"))),
                None => (source, String::new()),
            },
        };
        match rest.rsplit_once('@') {
            Some((path, commit)) => SourcePath { path, commit: Some(commit), position },
            None => SourcePath { path: rest, commit: None, position },
        }
    }
}

/// Whether a text is `12` or `12-20`.
fn is_lines(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.splitn(2, '-').all(is_number)
}
