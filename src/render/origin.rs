//! The first line of every page: which matrix it is about.

use crate::matrix::Release;

use super::style::Tone;
use super::text::Text;
use super::words;

/// Where the matrices of a page come from, as far as the matrices do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The newest bundled release.
    pub newest: Option<Release>,
    /// The files that the matrices were read from; empty where they are the bundled ones.
    pub files: Vec<String>,
}

impl Origin {
    /// `Dynamo 0.9.0 (newest bundled: 1.4.0)`.
    pub(crate) fn title<'r>(
        &self,
        releases: impl IntoIterator<Item = Option<&'r Release>>,
    ) -> Text {
        let releases: Vec<Option<&Release>> = releases.into_iter().collect();
        let mut title = Text::of(Tone::Strong, named(&releases));
        if !self.files.is_empty() {
            title.push(Tone::Plain, format!(" from {}", self.files.join(", ")));
        }
        if let Some(newest) = &self.newest {
            title.push(Tone::Plain, format!(" (newest bundled: {newest})"));
        }
        title
    }
}

/// The chosen releases, oldest first: all of a few, the ends of many.
fn named(releases: &[Option<&Release>]) -> String {
    match releases {
        [] => "Dynamo".to_owned(),
        [None] => "A matrix that names no release".to_owned(),
        few if few.len() <= 3 => {
            let labels: Vec<String> = few.iter().map(|label| words::release(*label)).collect();
            format!("Dynamo {}", labels.join(", "))
        }
        many => format!(
            "Dynamo {} to {}, {} releases",
            words::release(many[0]),
            words::release(many[many.len() - 1]),
            many.len()
        ),
    }
}
