//! Features, the groups that variants of one feature share, and backends.

use serde::{Deserialize, Serialize};

use super::{CellList, Note, Platform};

/// A feature that a matrix lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The slug of the printed name, such as `multimodal-video`.
    pub id: String,
    /// The printed name, such as `Multimodal (Video)`.
    pub name: String,
    /// The id of the group that this feature is a variant of.
    pub group: Option<String>,
    /// Other names that users know it by.
    pub aliases: Vec<String>,
}

/// Variants of one feature that share pair cells. A group is on when one of its variants is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The slug of the printed name, such as `multimodal`.
    pub id: String,
    /// The printed name.
    pub name: String,
    /// Other names that users know it by.
    pub aliases: Vec<String>,
}

/// One engine's part of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backend {
    /// The id, such as `trtllm`.
    pub id: String,
    /// The printed name, such as `TensorRT-LLM`.
    pub name: String,
    /// Other names that users know it by.
    pub aliases: Vec<String>,
    /// Every feature, pair and rule cell, in [listing order](super::Cell::listing_order), no two with the
    /// same terms.
    pub cells: CellList,
    /// Notes that belong to no cell, such as footnotes nothing refers to.
    pub notes: Vec<Note>,
    /// The engine version that this release pins, as published.
    pub engine: Option<String>,
    /// The CUDA toolkits that this release is built for.
    pub platforms: Vec<Platform>,
}

/// The id of a printed name: lower case, with runs of anything but letters and digits as one
/// hyphen.
///
/// ```
/// use dynamo_plan::matrix::slug;
/// assert_eq!(slug("Multimodal (Video)"), "multimodal-video");
/// assert_eq!(slug("KV-Aware Routing"), "kv-aware-routing");
/// ```
#[must_use]
pub fn slug(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    if id.ends_with('-') {
        id.pop();
    }
    id
}
