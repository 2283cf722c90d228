//! What a formula of some features alone refutes, the formula of everything refutes, too: so a proof
//! may rest on it; and the formula of several targets refutes what those of all of them do. Asked of
//! every bundled target and every set of at most three features.

use dynamo_plan::encode::{Encoding, Scope};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Level;
use dynamo_plan::solve::{Solver, Varisat};
use dynamo_plan::target::{Atom, Catalog, Target};
use fixedbitset::FixedBitSet;
use itertools::Itertools;

/// Whether a fresh solver refutes that these features are on together.
fn refutes(encoding: &Encoding, features: &FixedBitSet, accept: Level) -> bool {
    let on = features.ones().filter_map(|feature| encoding.var(Atom::Feature(feature)));
    let on: Vec<_> = on.map(|var| var.positive()).collect();
    assert_eq!(on.len(), features.count_ones(..), "every feature has a variable");
    !Varisat::with(encoding.cnf()).solve(&[encoding.accepting(accept), on].concat())
}

#[test]
fn features_alone_refute_only_what_everything_refutes() {
    let mut refuted = 0;
    for release in ["0.9.0", "1.4.0"] {
        let matrix = bundle::releases().find(|known| known.as_str() == release);
        let matrix = matrix.and_then(|release| bundle::matrix(&release)).expect("bundled");
        let catalog = Catalog::new([&matrix]);
        let target = |backend| Target::new(&catalog, &matrix, backend);
        let targets: Vec<Target<'_>> = matrix.backends.iter().map(target).collect();
        let targets: Vec<&Target<'_>> = targets.iter().collect();
        for few in (0..catalog.features().len()).powerset().filter(|few| few.len() <= 3) {
            let mut features = catalog.no_features();
            features.extend(few);
            let alone =
                |target: &&Target<'_>| Encoding::new(target, &Scope::alone(features.clone()));
            let alone: Vec<Encoding> = targets.iter().map(alone).collect();
            let all =
                |target: &&Target<'_>| Encoding::new(target, &Scope::new(target, features.clone()));
            let all: Vec<Encoding> = targets.iter().map(all).collect();
            let somewhere = Encoding::somewhere(&catalog, &targets, features.clone());
            for accept in Level::ACCEPTABLE {
                let rejects = |encoding: &Encoding| refutes(encoding, &features, accept);
                for (alone, all) in alone.iter().zip(&all) {
                    assert!(rejects(all) || !rejects(alone), "{features} at {accept}");
                    refuted += usize::from(rejects(alone));
                }
                let everywhere = alone.iter().all(rejects);
                assert_eq!(rejects(&somewhere), everywhere, "{features} at {accept}");
            }
        }
    }
    assert!(refuted > 1000, "only {refuted} sets were refuted");
}
