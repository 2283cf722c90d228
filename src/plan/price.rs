//! The price of a missed want: the cells that keep it out of a plan.

use std::sync::Arc;

use super::rejection::rejection;
use super::{Plan, Planner, TouchedCell};
use crate::request::Request;

/// A want that a plan misses, and what keeps it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The feature or group that is wanted.
    pub feature: String,
    /// The blocking cells that the plan would touch with it; none where it could be added as it is.
    pub cells: Vec<Arc<TouchedCell>>,
}

impl Planner {
    /// Finds the cells that keep each missed want out of a plan of a request.
    #[must_use]
    pub fn prices(&self, request: &Request, plan: &Plan) -> Vec<Price> {
        let here = Request {
            backends: vec![plan.backend.clone()],
            releases: vec![plan.release.clone()],
            want: Vec::new(),
            ..request.clone()
        };
        let targets = self.targets(&here);
        let Some(target) = targets.first() else { return Vec::new() };
        let price = |feature: &String| {
            let need = plan.features.iter().chain([feature]).cloned().collect();
            let with = Request { need, ..here.clone() };
            let cells = rejection(target, &with, request.accept).blocking;
            Price { feature: feature.clone(), cells }
        };
        plan.missed.iter().map(price).collect()
    }
}
