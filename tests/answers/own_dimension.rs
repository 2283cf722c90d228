//! Dimensions of one's own: what keeps a target out where an option excludes what is needed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use dynamo_plan::load::{self, bundle};
use dynamo_plan::matrix::Matrix;
use dynamo_plan::{Planner, Query};

/// A matrix in which both options of a dimension are without the variant `video`.
fn own(requires: &str) -> Matrix {
    let text = format!(
        "format = \"dynamo-plan/model/v1\"\nfeatures = '''\n| Feature | A |\n| Chat | ✅ |\n\
         | Media (Image) | ✅ |\n| Media (Video) | ✅ |\n'''\n\
         [pairs]\na = '''\n| Feature | Chat | Media |\n| Chat | — | |\n| Media | ✅ | — |\n'''\n\
         [dimension]\nid = \"mode\"\nname = \"mode\"\nwhen = \"chat\"\n\
         [[dimension.option]]\nid = \"one\"\nroles = 1\nrequires = {requires}\nsummary = \"\"\n\
         [[dimension.option]]\nid = \"two\"\nroles = 2\nrequires = {requires}\nsummary = \"\"\n"
    );
    let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let vocabulary = bundle::vocabulary();
    load::model(text.into(), Path::new("own.toml"), &vocabulary, &no_file).unwrap().matrix
}

/// The terms of the "by definition" cells that keep a request out.
fn by_definition(matrix: Matrix, query: &Query) -> Vec<Vec<String>> {
    let planner = Planner::of_matrices(vec![matrix]);
    let outcome = planner.answer(&planner.resolve(query).unwrap());
    assert!(!outcome.satisfiable);
    let blocking = outcome.rejected.iter().flat_map(|rejected| &rejected.blocking);
    let cells = blocking.filter(|cell| cell.notes.iter().any(|n| n.text.contains("by definition")));
    cells.map(|cell| cell.terms.iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn an_option_that_excludes_a_needed_feature_is_named() {
    let found = by_definition(own("[\"!media-video\"]"), &Query::needing(["chat", "video"]));
    assert_eq!(found, [["chat", "media-video"]]);
}

#[test]
fn an_option_that_excludes_a_needed_group_is_named() {
    let found = by_definition(own("[\"!media\"]"), &Query::needing(["chat", "media"]));
    assert_eq!(found, [["chat", "media"]]);
    let avoiding = Query { avoid: vec!["image".to_owned()], ..Query::needing(["chat", "media"]) };
    let found = by_definition(own("[\"!media-video\"]"), &avoiding);
    assert_eq!(found, [["!media-image", "chat", "media"]]);
}
