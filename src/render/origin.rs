//! The first line of every page: which matrix it is about.

use std::path::PathBuf;

use crate::matrix::Release;
use crate::plan::Notice;

use super::page::style::Tone;
use super::page::text::Text;
use super::words;

/// Where the matrices of a page come from, as far as the matrices do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The newest bundled release.
    pub newest: Option<Release>,
    /// The newest release that is known, with or without a matrix.
    pub newest_known: Option<Release>,
    /// The files that the matrices were read from; empty where they are the bundled ones.
    pub files: Vec<PathBuf>,
    /// Whether nobody chose them: then a newer release may be worth a word.
    pub is_default: bool,
}

impl Origin {
    /// The newest bundled release, where the matrices are not those of files.
    #[must_use]
    pub fn newest_to_choose(&self) -> Option<Release> {
        self.newest.clone().filter(|_| self.files.is_empty())
    }

    /// `Dynamo 0.9.0 (default; newest bundled: 1.5.1; newest known: 1.7.0)`.
    pub(crate) fn title<'r>(
        &self,
        releases: impl IntoIterator<Item = Option<&'r Release>>,
    ) -> Text {
        let releases: Vec<Option<&Release>> = releases.into_iter().collect();
        let title = named(&releases);
        let title = match self.files.is_empty() {
            true => title,
            false => title.and(" from ").and(&self.file_names()),
        };
        let newest = self.newest.as_ref();
        let known = self.newest_known.as_ref().filter(|known| newest.is_none_or(|it| *known > it));
        let is_newest = self.files.is_empty() && releases.len() == 1 && releases[0] == newest;
        let parts = [
            self.is_default.then(|| "default".to_owned()),
            newest.map(|newest| match is_newest {
                true => "newest bundled".to_owned(),
                false => format!("newest bundled: {newest}"),
            }),
            known.map(|known| format!("newest known: {known}")),
        ];
        let parts = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        if parts.is_empty() { title } else { title.and(" (").and(&parts).and(")") }
    }

    fn file_names(&self) -> String {
        let names = self.files.iter().map(|file| file.to_string_lossy());
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The chosen releases, oldest first: all of a few, the ends of many.
fn named(releases: &[Option<&Release>]) -> Text {
    match releases {
        [] => Text::of(Tone::Strong, "Dynamo"),
        [None] => Text::of(Tone::Strong, "A matrix that names no release"),
        few if few.len() <= 3 => {
            let labels: Vec<&str> = few.iter().copied().map(words::release).collect();
            Text::of(Tone::Strong, "Dynamo ").more(&labels.join(", "))
        }
        many => {
            let [first, last] = [many[0], many[many.len() - 1]].map(words::release);
            let title = format!("Dynamo {first} to {last}, {} releases", many.len());
            Text::of(Tone::Strong, &title)
        }
    }
}

/// The code of the notice that the newest release would answer differently: it stands below the first
/// line, not among the notices.
pub(crate) const NEWEST_DIFFERS: &str = "newest-differs";

/// What the newest release would answer, where that is told; else empty.
pub(super) fn newest_differs(notices: &[Notice]) -> Text {
    let newest = notices.iter().find(|notice| notice.code == NEWEST_DIFFERS);
    newest.map_or_else(Text::new, |notice| Text::plain(&notice.text))
}

/// Every other notice.
pub(super) fn other_notices(notices: &[Notice]) -> Vec<Text> {
    let others = notices.iter().filter(|notice| notice.code != NEWEST_DIFFERS);
    others.map(|notice| Text::plain(&notice.text)).collect()
}
