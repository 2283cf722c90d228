//! Planners with what the program was built with.

use super::Planner;
use crate::load::bundle;
use crate::matrix::{DEFAULT_RELEASE, Matrix, Release, RuleSet, slug};
use crate::request::{RequestError, has_foreign_sign};

impl Planner {
    /// A planner for the default release, with every bundled rule set.
    ///
    /// # Panics
    ///
    /// Never: the build fails without that release.
    #[must_use]
    pub fn bundled() -> Self {
        let matrix = bundle::matrix(&Release::new(DEFAULT_RELEASE));
        Self::of_matrices(vec![matrix.expect("the default release is bundled")])
    }

    /// A planner for any matrices, with every bundled rule set and the names of the serving
    /// patterns.
    #[must_use]
    pub fn of_matrices(matrices: Vec<Matrix>) -> Self {
        let stated = matrices.iter().any(|matrix| matrix.dimension.is_some());
        let rules = rules_about(&matrices);
        let planner = Planner::new(matrices)
            .with_rules(rules)
            .with_facts(bundle::facts)
            .with_unlisted(bundle::unlisted_topics)
            .with_newest_known(bundle::newest_known())
            .with_recorded(bundle::recorded_ranges)
            .with_settings(bundle::settings);
        if stated {
            return planner;
        }
        planner.with_dimension(bundle::vocabulary().dimension)
    }
}

/// The rules about the release of the one matrix, or of every release where there are several.
fn rules_about(matrices: &[Matrix]) -> Vec<RuleSet> {
    match matrices {
        [one] => bundle::rules_about(one.release.as_ref()),
        _ => bundle::rule_sets(),
    }
}

/// The same error or, where it is about a feature that another bundled release lists, with that release.
#[must_use]
pub fn with_listing_release(mut error: RequestError) -> RequestError {
    if error.code == "unknown-feature"
        && let Some(release) = error.at.as_deref().and_then(listed_from)
    {
        error.message +=
            &format!(". Dynamo lists it from {release} on: choose a release with --release");
    }
    error
}

/// The first bundled release that lists a feature of this name.
fn listed_from(name: &str) -> Option<Release> {
    if has_foreign_sign(name) {
        return None;
    }
    let vocabulary = bundle::vocabulary();
    let is_meant = |spelling: &str| slug(spelling) == slug(name);
    let feature = vocabulary.features.iter().find(|feature| {
        is_meant(&feature.id)
            || is_meant(&feature.name)
            || feature.aliases.iter().any(|alias| is_meant(alias))
    })?;
    let lists = |release: &Release| bundle::matrix(release)?.feature(&feature.id).map(|_| ());
    bundle::releases().find(|release| lists(release).is_some())
}
