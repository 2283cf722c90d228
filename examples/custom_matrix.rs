//! A matrix of your own: write it as a model file, load it, plan on it.
//!
//! ```sh
//! cargo run --example custom_matrix
//! ```
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs;

use dynamo_plan::{Planner, Query, load};

/// Two engines of a made-up lab. `draft-models` works on `fast` only with `paged-cache` off.
const MODEL: &str = r#"
format = "dynamo-plan/model/v1"
release = "2.0.0"

features = '''
| Feature      | Fast | Steady |
| Paged Cache  | ✅   | ✅     |
| Draft Models | ✅   | 🚧     |
| Adapters     | ✅ ! |        |
'''

[source]
path = "lab/matrix.md"

[pairs]
fast = '''
| Feature      | Paged Cache | Draft Models | Adapters |
| Paged Cache  | —           |              |          |
| Draft Models |             | —            |          |
| Adapters     | ✅          | ?            | —        |
'''
steady = '''
| Feature      | Paged Cache | Draft Models | Adapters |
| Paged Cache  | —           |              |          |
| Draft Models | ✅          | —            |          |
| Adapters     |             |              | —        |
'''

[[note]]
backend = "fast"
terms = ["adapters"]
kind = "limit"
text = "At most eight adapters at a time."
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("lab-{}.toml", std::process::id()));
    fs::write(&path, MODEL)?;
    let loaded = load::file(&path);
    fs::remove_file(&path)?;

    let planner = Planner::of_matrices(vec![loaded?.matrix]);
    for needs in [vec!["paged cache", "draft models"], vec!["adapters", "draft models"]] {
        let outcome = planner.answer(&planner.resolve(&Query::needing(needs))?);
        println!("{}: {} plans", outcome.request.need.join(" + "), outcome.total);
        for plan in &outcome.plans {
            println!("  {}. {}: {}", plan.rank, plan.backend, plan.level);
        }
        for target in &outcome.rejected {
            for cell in &target.blocking {
                let terms: Vec<String> = cell.terms.iter().map(ToString::to_string).collect();
                println!("  not {}: {} is {}", target.backend, terms.join(" + "), cell.level);
            }
        }
    }
    Ok(())
}
