//! Random requests that a matrix can be asked.

use dynamo_plan::matrix::{Level, Matrix};
use dynamo_plan::request::{PlatformFacts, Request, Want};

use super::rng::Rng;
use super::universe::Names;

/// A request of every backend of these matrices that asks for nothing yet.
pub fn ask_for(matrices: &[Matrix], needs: &[&str]) -> Request {
    let mut backends: Vec<String> = matrices
        .iter()
        .flat_map(|matrix| matrix.backends.iter().map(|backend| backend.id.clone()))
        .collect();
    backends.sort();
    backends.dedup();
    let mut releases: Vec<_> = matrices.iter().map(|matrix| matrix.release.clone()).collect();
    releases.sort();
    Request {
        need: sorted(needs.iter().map(|id| (*id).to_owned()).collect()),
        want: Vec::new(),
        avoid: Vec::new(),
        backends,
        releases,
        pattern: None,
        accept: Level::Experimental,
        rules: Vec::new(),
        facts: Vec::new(),
        platform: PlatformFacts::default(),
        all: false,
    }
}

/// A random request that asks for something and does not contradict itself in a single name.
pub fn random_request(rng: &Rng, matrices: &[Matrix]) -> Request {
    let names = Names::of(&matrices.iter().collect::<Vec<_>>());
    let mut ids: Vec<String> = names.features.keys().chain(&names.groups).cloned().collect();
    rng.shuffle(&mut ids);
    let mut request = ask_for(matrices, &[]);
    let avoids = *rng.pick(&[0, 0, 0, 1, 2, 4]);
    request.avoid = sorted(ids.split_off(ids.len().saturating_sub(avoids)));
    ids.retain(|id| !excluded(&names, &request.avoid, id));
    let needs = rng.within(0, 5);
    request.need = sorted(ids[..needs.min(ids.len())].to_vec());
    if rng.percent(30) {
        let wants = rng.within(1, 3);
        request.want = random_wants(rng, &ids, &request.need, wants);
    }
    request.accept = *rng.pick(&ACCEPTS);
    request.all = rng.percent(20) && (names.features.len() <= 8 || request.need.len() > 2);
    request.pattern = random_pattern(rng, matrices, &names, &request);
    if request.backends.len() > 1 && rng.percent(15) {
        let first = &matrices[0].backends[0].id;
        let gone = rng.pick(&request.backends).clone();
        request.backends.retain(|id| *id == *first || *id != gone);
    }
    request
}

const ACCEPTS: [Level; 6] = [
    Level::Supported,
    Level::Experimental,
    Level::Experimental,
    Level::Experimental,
    Level::Undocumented,
    Level::NotApplicable,
];

/// Whether a name is avoided, by itself or with its group.
fn excluded(names: &Names, avoid: &[String], id: &str) -> bool {
    let group = names.features.get(id).and_then(Option::as_ref);
    avoid.iter().any(|avoided| avoided == id || Some(avoided) == group)
}

fn random_wants(rng: &Rng, ids: &[String], need: &[String], count: usize) -> Vec<Want> {
    let open: Vec<String> = ids.iter().filter(|id| !need.contains(id)).cloned().collect();
    let chosen = sorted(rng.some(&open, count));
    let want = |feature| Want { feature, weight: *rng.pick(&[1, 1, 2, 3]) };
    chosen.into_iter().map(want).collect()
}

/// A pattern, where something is needed or wanted that has one.
fn random_pattern(
    rng: &Rng,
    matrices: &[Matrix],
    names: &Names,
    request: &Request,
) -> Option<String> {
    let dimension = matrices.iter().find_map(|matrix| matrix.dimension.as_ref())?;
    let concerns = |id: &String| {
        *id == dimension.when
            || names.features.get(id).and_then(Option::as_ref) == Some(&dimension.when)
    };
    let asked =
        request.need.iter().chain(request.want.iter().map(|want| &want.feature)).any(concerns);
    (asked && rng.percent(35)).then(|| rng.pick(&dimension.options).id.clone())
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}
