//! Workloads in, what is common to all of them and what each asks for besides out.

use std::collections::HashMap;

use itertools::Itertools;

use super::super::Planner;
use super::super::search::Search;
use super::super::terms::{platform_terms, terms};
use super::element::{Effect, Element};
use super::{Workload, WorkloadsRequest};
use crate::matrix::{Level, Term};
use crate::request::{PlatformFacts, Request};
use crate::target::Target;

impl WorkloadsRequest {
    /// The request to every class of these workloads: these needs, and what all of them ask for. Its
    /// backends and releases are all of theirs, and it accepts what any of them does: what one asks for
    /// besides narrows its own class.
    #[must_use]
    pub fn common(need: Vec<String>, workloads: &[Workload]) -> Option<Request> {
        let requests = || workloads.iter().map(|workload| &workload.request);
        let first = requests().next()?;
        let same_platform = requests().all(|request| request.platform == first.platform);
        Some(Request {
            need,
            want: in_all(&requests(), |request| &request.want),
            avoid: in_all(&requests(), |request| &request.avoid),
            backends: requests().flat_map(|it| &it.backends).sorted().dedup().cloned().collect(),
            releases: requests().flat_map(|it| &it.releases).sorted().dedup().cloned().collect(),
            pattern: None,
            accept: requests().map(|request| request.accept).max().unwrap_or(first.accept),
            rules: first.rules.clone(),
            facts: in_all(&requests(), |request| &request.facts),
            platform: if same_platform { first.platform.clone() } else { PlatformFacts::default() },
            all: false,
        })
    }
}

/// What is on a list of every request.
fn in_all<'r, T: PartialEq + Clone + 'r>(
    requests: &(impl Iterator<Item = &'r Request> + Clone),
    list: fn(&Request) -> &Vec<T>,
) -> Vec<T> {
    let first = requests.clone().next().map_or(&[][..], |request| list(request));
    let common = first.iter().filter(|item| requests.clone().all(|it| list(it).contains(item)));
    common.cloned().collect()
}

/// What workloads ask for besides what is common to all.
pub(super) struct WorkloadElements<'w, 'p> {
    planner: &'p Planner,
    common: &'w Request,
    /// The terms of the common request.
    fixed: Vec<Term>,
    targets: &'w [Target<'p>],
    /// The targets that do not run on the machines of some platform facts.
    not_on: HashMap<(Term, Level), Vec<usize>>,
}

impl<'w, 'p> WorkloadElements<'w, 'p> {
    /// For classes at these targets, which are those of the common request.
    pub(super) fn new(
        planner: &'p Planner,
        common: &'w Request,
        targets: &'w [Target<'p>],
    ) -> Self {
        let (fixed, not_on) = (terms(common), HashMap::new());
        WorkloadElements { planner, common, fixed, targets, not_on }
    }

    /// What one workload asks for, sorted.
    pub(super) fn of(&mut self, request: &Request) -> Vec<Element> {
        let bare = Request { platform: PlatformFacts::default(), ..request.clone() };
        let own_terms = terms(&bare).into_iter().filter(|term| !self.fixed.contains(term));
        let mut elements: Vec<Element> = own_terms.map(Element::of).collect();
        let backends = request.backends.join(",");
        elements.extend(self.only_on("backend", &backends, |target| {
            request.backends.contains(&target.backend().id)
        }));
        let releases = request.releases.iter().flatten().join(",");
        elements.extend(self.only_on("release", &releases, |target| {
            request.releases.iter().any(|release| release.as_ref() == target.release())
        }));
        elements.extend(self.on_machines(request));
        if request.accept < self.common.accept {
            elements.push(Element::accept(request.accept));
        }
        let own_wants = request.want.iter().filter(|want| !self.common.want.contains(want));
        elements.extend(own_wants.map(Element::want));
        elements.sort();
        elements.dedup();
        elements
    }

    /// Asks to be on some of the targets only; `None` where that is all of them.
    fn only_on(
        &self,
        what: &str,
        which: &str,
        is_allowed: impl Fn(&Target<'_>) -> bool,
    ) -> Option<Element> {
        let targets = self.targets.iter().enumerate();
        let not_on = targets.filter(|(_, target)| !is_allowed(target)).map(|(number, _)| number);
        let effect = Effect::NotOn(not_on.collect());
        let term = Term::on(format!("{what}={which}"));
        (effect != Effect::NotOn(Vec::new())).then_some(Element { term, effect })
    }

    /// Asks to run on the machines of a workload, where these are not those of all.
    fn on_machines(&mut self, request: &Request) -> Option<Element> {
        let facts = platform_terms(request);
        if facts.is_empty() || request.platform == self.common.platform {
            return None;
        }
        let term = Term::on(facts.iter().map(Term::id).join(","));
        let key = (term.clone(), request.accept);
        if !self.not_on.contains_key(&key) {
            let not_on = self.runs_not(request);
            self.not_on.insert(key.clone(), not_on);
        }
        let not_on = self.not_on[&key].clone();
        let effect = Effect::NotOn(not_on);
        (effect != Effect::NotOn(Vec::new())).then_some(Element { term, effect })
    }

    /// The targets that do not run on the machines of a workload, whatever is on.
    fn runs_not(&self, request: &Request) -> Vec<usize> {
        let machines = Request {
            need: Vec::new(),
            want: Vec::new(),
            avoid: Vec::new(),
            facts: Vec::new(),
            pattern: None,
            accept: request.accept,
            platform: request.platform.clone(),
            ..self.common.clone()
        };
        let targets = self.planner.targets(&machines);
        let mut search = Search::new(&targets, &machines, terms(&machines));
        let mut not_on = Vec::new();
        for (number, site) in search.sites.iter_mut().enumerate() {
            if !site.engine.feasible(&site.query) {
                not_on.push(number);
            }
        }
        not_on
    }
}
