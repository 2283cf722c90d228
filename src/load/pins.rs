//! The rows of platform tables in, the engines and CUDA toolkits of one release out.
//!
//! A page states them for many releases at once, and which of these is wanted may be known only when
//! the page is merged with another. So rows are kept as they are written, and read when a matrix takes
//! those of its release. What a row states unclearly is left out, with a warning.

use std::ops::Range;

use pep440_rs::Version;

use super::Diagnostic;
use super::marks::{MarkContext, meaning};
use crate::matrix::{Backend, Level, Matrix, Note, NoteKind, Platform, Release};

/// Cells that say that nothing is stated.
const UNSTATED: [&str; 8] = ["", "-", "–", "—", "n/a", "none", "not recorded", "not stated"];

/// Words of a remark that may take back what its row states.
const QUALIFYING: [&str; 8] =
    ["experimental", "no", "not", "only", "planned", "preview", "unsupported", "without"];

/// What the platform tables of a page state, row by row, of every release that they list.
#[derive(Clone, Debug, Default)]
pub(super) struct PlatformTables {
    rows: Vec<PinRow>,
    /// Whether a matrix was given its rows, or it was said that there are none for it.
    is_settled: bool,
}

/// What one row states of one backend of one release.
#[derive(Clone, Debug)]
pub(super) struct PinRow {
    pub(super) release: Release,
    /// The backend's id, its name as printed, and whether the vocabulary knows it.
    pub(super) backend: String,
    pub(super) printed: String,
    pub(super) is_known: bool,
    pub(super) pin: StatedPin,
    /// Where it is written.
    pub(super) span: Range<usize>,
    /// The same as a source.
    pub(super) source: String,
}

/// A pin as it is written.
#[derive(Clone, Debug)]
pub(super) enum StatedPin {
    /// The version of the engine.
    Engine(String),
    /// A CUDA toolkit, the least driver for it, and what is remarked on it.
    Toolkit { cuda: String, driver: String, remark: String },
}

/// A toolkit that was read, with the remarks on it that no level expresses.
#[derive(Debug, PartialEq, Eq)]
struct StatedPlatform {
    platform: Platform,
    remarks: Vec<String>,
}

impl PlatformTables {
    /// The tables with these rows.
    pub(super) fn new(rows: Vec<PinRow>) -> Self {
        PlatformTables { rows, is_settled: false }
    }

    /// Whether no row is left.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether some row is about a release.
    pub(super) fn lists(&self, release: Option<&Release>) -> bool {
        self.rows.iter().any(|row| Some(&row.release) == release)
    }

    /// Gives a matrix what the rows of its release state, and returns what is odd about them. Rows are
    /// given once; those of backends that the matrix lacks stay, for one that has them.
    pub(super) fn give_to(&mut self, matrix: &mut Matrix) -> Vec<Diagnostic> {
        let release = matrix.release.clone();
        let mut problems = Vec::new();
        if !(self.is_settled || self.is_empty() || self.lists(release.as_ref())) {
            problems.push(self.without(release.as_ref()));
        }
        self.is_settled = true;
        self.rows.retain(|row| {
            if Some(&row.release) != release.as_ref() {
                return true;
            }
            let backends = &mut matrix.backends;
            match backends.iter_mut().find(|backend| backend.id == row.backend) {
                Some(backend) => problems.extend(row.give_to(backend)),
                None if row.is_known => return true,
                None => problems.extend(row.of_no_backend()),
            }
            false
        });
        problems
    }

    /// Says that there is no row for a release, or that there is no release to look for.
    pub(super) fn without(&self, release: Option<&Release>) -> Diagnostic {
        let message = match release {
            Some(release) => format!("no row of the platform tables is about release {release}"),
            None => "the matrix has no release, so no row of the platform tables is its".to_owned(),
        };
        let place = self.rows.first().map(|row| row.span.clone());
        Diagnostic::warning("no-platform-row", message, place).with_help(
            "what it pins is not read; add its rows, or import it with another --release",
        )
    }
}

impl PinRow {
    /// Adds what the row states to its backend; of two rows that disagree the first counts.
    fn give_to(&self, backend: &mut Backend) -> Option<Diagnostic> {
        match &self.pin {
            StatedPin::Engine(text) => match engine(text) {
                Ok(None) => None,
                Ok(Some(version)) => {
                    let first = backend.engine.get_or_insert_with(|| version.clone());
                    (*first != version).then(|| self.disagrees(&version, first))
                }
                Err(reason) => Some(self.unclear(&reason)),
            },
            StatedPin::Toolkit { cuda, driver, remark } => match platform(cuda, driver, remark) {
                Ok(None) => None,
                Ok(Some(stated)) => self.give_platform(stated, backend),
                Err(reason) => Some(self.unclear(&reason)),
            },
        }
    }

    fn give_platform(&self, stated: StatedPlatform, backend: &mut Backend) -> Option<Diagnostic> {
        let StatedPlatform { platform, remarks } = stated;
        if let Some(first) = backend.platforms.iter().find(|known| known.cuda == platform.cuda) {
            let disagree = *first != platform;
            return disagree.then(|| self.disagrees(&described(&platform), &described(first)));
        }
        for remark in remarks {
            let text = format!("CUDA {}: {remark}", platform.cuda);
            backend.notes.push(Note::new(NoteKind::Info, text, Some(self.source.clone())));
        }
        backend.platforms.push(platform);
        None
    }

    /// A row of toolkits whose backend nobody knows. A column of engines may be of something else.
    fn of_no_backend(&self) -> Option<Diagnostic> {
        let StatedPin::Toolkit { .. } = self.pin else { return None };
        Some(self.unclear("no table of features names such a backend"))
    }

    fn unclear(&self, reason: &str) -> Diagnostic {
        let message = format!("{} of {}: {reason}", self.printed, self.release);
        Diagnostic::warning("unclear-platform", message, Some(self.span.clone())).with_help(
            "it is left out; write one version like 0.5.16 or 13.0, a driver like 580.xx+, and `—` \
             where there is none",
        )
    }

    fn disagrees(&self, second: &str, first: &str) -> Diagnostic {
        let PinRow { release, printed, .. } = self;
        let message = format!("{printed} of {release}: {second} here, but {first} before");
        Diagnostic::warning("copies-disagree", message, Some(self.span.clone()))
            .with_help("the first one read counts; make the copies agree")
    }
}

fn described(platform: &Platform) -> String {
    let Platform { cuda, min_driver, experimental } = platform;
    let experimental = if *experimental { ", experimental" } else { "" };
    format!("CUDA {cuda} with driver {min_driver} or newer{experimental}")
}

fn is_unstated(text: &str) -> bool {
    UNSTATED.contains(&text.to_lowercase().as_str())
}

/// The version of an engine, if one is stated; or why it cannot be read.
fn engine(text: &str) -> Result<Option<String>, String> {
    if is_unstated(text) {
        return Ok(None);
    }
    let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
    match bare.parse::<Version>() {
        Ok(_) => Ok(Some(bare.to_owned())),
        Err(_) => Err(format!("`{text}` is no version of an engine")),
    }
}

/// A toolkit and the least driver for it, if they are stated; or why they cannot be read.
fn platform(cuda: &str, driver: &str, remark: &str) -> Result<Option<StatedPlatform>, String> {
    if is_unstated(cuda) && is_unstated(driver) {
        return Ok(None);
    }
    let (cuda, behind) = toolkit(cuda).ok_or_else(|| format!("`{cuda}` is no CUDA version"))?;
    let min_driver =
        least_driver(driver).ok_or_else(|| format!("`{driver}` is no least driver"))?;
    let mut platform = Platform { cuda, min_driver, experimental: false };
    let mut remarks = Vec::new();
    for remark in [behind, remark].into_iter().filter(|remark| !is_unstated(remark)) {
        let said =
            read_remark(remark).ok_or_else(|| format!("`{remark}` leaves open what holds"))?;
        platform.experimental |= said.level == Some(Level::Experimental);
        remarks.extend(said.is_more.then(|| remark.to_owned()));
    }
    Ok(Some(StatedPlatform { platform, remarks }))
}

/// The toolkit as `13.0`, and what stands behind it.
fn toolkit(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix("CUDA").unwrap_or(text).trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (version, behind) = text.split_at(end);
    if !(behind.is_empty() || behind.starts_with(' ')) {
        return None;
    }
    let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    let behind = behind.trim().trim_start_matches('(').trim_end_matches(')');
    match numbers.ok()?[..] {
        [major, minor] | [major, minor, _] => Some((format!("{major}.{minor}"), behind)),
        _ => None,
    }
}

/// The major version in a text like `580.xx+`.
fn least_driver(text: &str) -> Option<u32> {
    let text = text.trim_start_matches(['≥', '>', '=', ' ', 'R', 'r']);
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (major, rest) = text.split_at(end);
    let rest =
        [" or newer", " or later", "+"].iter().find_map(|it| rest.strip_suffix(it)).unwrap_or(rest);
    let is_minor = |part: &str| {
        matches!(part, "x" | "xx")
            || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = rest.split('.');
    (parts.next() == Some("") && parts.all(is_minor)).then(|| major.parse().ok()).flatten()
}

/// What a remark on a toolkit says.
struct RemarkReading {
    /// The level that it begins with.
    level: Option<Level>,
    /// Whether it says more than that.
    is_more: bool,
}

/// What a remark says; `None` where it may take back what the row states.
fn read_remark(remark: &str) -> Option<RemarkReading> {
    let first = remark.split([',', ';', ':', '(', '.', '—']).next().unwrap_or_default().trim();
    // An emoji may carry a selector that says how to draw it.
    let level = match first.trim_end_matches('\u{fe0f}').to_lowercase().as_str() {
        "preview" => Some(Level::Experimental),
        first => meaning(first, MarkContext::Page).map(|mark| mark.level),
    };
    let lower = remark.to_lowercase();
    let mut others = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match level {
        Some(Level::Supported | Level::Experimental) => {
            Some(RemarkReading { level, is_more: first != remark })
        }
        Some(_) => None,
        // What is experimental, planned or not so, and under which condition, is not for us to say.
        None if others.any(|word| QUALIFYING.contains(&word)) => None,
        None => Some(RemarkReading { level: None, is_more: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_engines_are_read_as_published() {
        let cases = [
            ("0.5.6.post2", Some("0.5.6.post2")),
            ("v1.3.0rc14", Some("1.3.0rc14")),
            ("—", None),
            ("Not recorded", None),
        ];
        for (text, version) in cases {
            assert_eq!(engine(text), Ok(version.map(str::to_owned)), "{text}");
        }
        for text in ["some preview", "0.5.1 / 0.5.2", "0.5.1 (patched)", "CUDA 12.9", ">=0.5"] {
            assert!(engine(text).is_err(), "{text}");
        }
    }

    #[test]
    fn toolkits_and_drivers_are_read_in_every_usual_spelling() {
        for text in ["575.xx+", "575+", "575", "R575", ">= 575.51.03", "≥575.x", "575 or newer"] {
            assert_eq!(least_driver(text), Some(575), "{text}");
        }
        for text in
            ["", "xx", "575-580", "575, 580", "<580", "575.", "575.xx+ (Linux)", "99999999999"]
        {
            assert_eq!(least_driver(text), None, "{text}");
        }
        assert_eq!(toolkit("CUDA 12.9"), Some(("12.9".to_owned(), "")));
        assert_eq!(toolkit("13.0.2 (experimental)"), Some(("13.0".to_owned(), "experimental")));
        for text in ["13", "13.x", "12.9, 13.0", "12.9/13.0", "12.9+", "", "latest"] {
            assert!(toolkit(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_remark_makes_a_toolkit_experimental_or_is_kept_or_rules_the_row_out() {
        let read = |cuda: &str, remark: &str| {
            let stated = platform(cuda, "580.xx+", remark).ok()??;
            Some((stated.platform.experimental, stated.remarks.len()))
        };
        assert_eq!(read("13.0", "-"), Some((false, 0)));
        assert_eq!(read("13.0", "Experimental"), Some((true, 0)));
        assert_eq!(read("13.0 🧪", ""), Some((true, 0)));
        assert_eq!(read("13.0", "Experimental; some images"), Some((true, 1)));
        assert_eq!(read("13.0", "Tagged with a suffix"), Some((false, 1)));
        for remark in ["Not supported", "Once experimental", "ARM64 only", "—, planned"] {
            assert_eq!(read("13.0", remark), None, "{remark}");
        }
        assert!(platform("13.0", "—", "").is_err(), "a toolkit without a driver");
        assert_eq!(platform("—", "Not recorded", "as before"), Ok(None));
    }
}
