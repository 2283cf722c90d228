//! What a formula of some features alone refutes, the formula of everything refutes, too: so a proof
//! may rest on it. Asked of every bundled place and every set of at most three features.

use dynamo_plan::encode::{Encoding, Scope};
use dynamo_plan::load::bundled;
use dynamo_plan::matrix::{Atom, Catalog, Level, Place};
use dynamo_plan::solve::{Solver, Varisat};
use fixedbitset::FixedBitSet;
use itertools::Itertools;

/// Whether a fresh solver refutes that these features are on together.
fn refutes(place: &Place<'_>, scope: &Scope, features: &FixedBitSet, accept: Level) -> bool {
    let encoding = Encoding::new(place, scope);
    let on = features.ones().filter_map(|feature| encoding.var(Atom::Feature(feature)));
    let on: Vec<_> = on.map(|var| var.positive()).collect();
    assert_eq!(on.len(), features.count_ones(..), "every feature has a variable");
    !Varisat::with(encoding.cnf()).solve(&[encoding.accepting(accept), on].concat())
}

#[test]
fn features_alone_refute_only_what_everything_refutes() {
    let mut refuted = 0;
    for release in ["0.9.0", "1.4.0"] {
        let matrix = bundled::releases().find(|known| known.as_str() == release);
        let matrix = matrix.and_then(|release| bundled::matrix(&release)).expect("bundled");
        let catalog = Catalog::new([&matrix]);
        for backend in &matrix.backends {
            let place = Place::new(&catalog, &matrix, backend);
            for few in (0..catalog.features().len()).powerset().filter(|few| few.len() <= 3) {
                let mut features = catalog.no_features();
                features.extend(few);
                for accept in Level::ACCEPTABLE {
                    let alone = refutes(&place, &Scope::alone(features.clone()), &features, accept);
                    let scope = Scope::new(&place, features.clone());
                    let everything = refutes(&place, &scope, &features, accept);
                    assert!(everything || !alone, "{}: {features}", backend.id);
                    refuted += usize::from(alone);
                }
            }
        }
    }
    assert!(refuted > 1000, "only {refuted} sets were refuted");
}
