//! The parts of a model that every step of its assembly reads.

use std::sync::Arc;

use super::document::{Anchor, Anchors, Document};
use crate::load::FileSpan;
use crate::load::problems::{Input, Problems};
use crate::matrix::{Release, slug};

/// The most features of a model.
pub(super) const MAX_FEATURES: usize = 1_000;

/// A document with its files, and the collector of its problems.
pub(super) struct ModelContext<'c> {
    pub(super) document: &'c Document,
    pub(super) inputs: &'c [Input],
    pub(super) problems: &'c Problems,
    pub(super) release: Option<Release>,
    /// The path of the document that the model was taken from.
    pub(super) source: Arc<str>,
}

impl ModelContext<'_> {
    /// The text of a file.
    pub(super) fn text(&self, place: &FileSpan) -> &str {
        &self.inputs[place.file].text
    }

    /// The source of a backend's cells: the document, with where in it the table stands.
    pub(super) fn anchored(&self, anchor: Option<&Anchor>, backend: &str) -> Arc<str> {
        let each = anchor.and_then(|anchor| {
            anchor.each.iter().find(|(name, _)| slug(&name.value) == backend).map(|(_, at)| at)
        });
        match each.or(anchor.and_then(|anchor| anchor.every.as_ref())) {
            Some(at) if at.starts_with('#') => format!("{}{at}", self.source).into(),
            Some(elsewhere) => elsewhere.as_str().into(),
            None => Arc::clone(&self.source),
        }
    }

    /// Where each table stands in the document, if the model says so.
    pub(super) fn anchors(&self) -> Option<&Anchors> {
        self.document.anchors.as_ref().map(|anchors| &anchors.value)
    }

    /// The source of a backend's pair cells.
    pub(super) fn pair_source(&self, backend: &str) -> Arc<str> {
        self.anchored(self.anchors().map(|anchors| &anchors.pairs), backend)
    }
}
