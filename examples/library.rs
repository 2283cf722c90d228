//! The library in a few lines: ask, then read the plans or why there are none.
//!
//! ```sh
//! cargo run --example library
//! ```
#![allow(clippy::print_stdout)]

use dynamo_plan::{Planner, Query, RequestError};

fn main() -> Result<(), RequestError> {
    let planner = Planner::bundled();
    for needs in [vec!["disagg", "image"], vec!["video", "lora"]] {
        let request = planner.resolve(&Query::needing(needs))?;
        let outcome = planner.answer(&request);
        println!("{}: {} plans", request.need.join(" + "), outcome.total);
        for plan in &outcome.plans {
            let pattern = plan.pattern.as_deref().unwrap_or("-");
            println!("  {}. {} {pattern}: {}", plan.rank, plan.backend, plan.level);
        }
        for correction in &outcome.corrections {
            let drop: Vec<String> = correction.drop.iter().map(ToString::to_string).collect();
            let best = &correction.best.backend;
            println!("  without {}: {} plans, {best} first", drop.join(", "), correction.plans);
        }
    }
    Ok(())
}
