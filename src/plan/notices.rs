//! Remarks that a planner makes on its plans: rules that are broken and do not count, patterns that
//! nothing states, known issues that are not recorded.

use std::collections::BTreeSet;

use itertools::Itertools;

use super::rank::Candidate;
use super::{Notice, Planner};
use crate::matrix::{Level, Recorded, Release, Rule, RuleSet, Term};
use crate::request::Request;

impl Planner {
    /// What there is to say of shown plans: the rules that they break where these do not count, and
    /// whether known issues may be missing.
    pub(super) fn remarks(&self, shown: &[Candidate<'_>], request: &Request) -> Vec<Notice> {
        let releases = shown.iter().filter_map(|found| found.target.release());
        let mut remarks = self.broken_rules(shown, request);
        remarks.extend(self.unstated_pattern(request));
        remarks.extend(self.rules_on_patterns(shown, request));
        remarks.extend(self.unrecorded_issues(releases));
        remarks
    }

    /// The rules that are not counted and would count against a shown plan.
    fn broken_rules(&self, shown: &[Candidate<'_>], request: &Request) -> Vec<Notice> {
        // The backends of a release that break the same rule share a notice, in the place of the first of them.
        let mut broken: Vec<BrokenRule<'_>> = Vec::new();
        for candidate in shown {
            let (target, on) = (candidate.target, &candidate.on);
            let off = |set: &RuleSet| !request.rules.contains(&set.id);
            let rules = self.rules(target.release(), &target.backend().id, off);
            let holds = |rule: &Rule| {
                let stated = |fact| request.knows_fact(fact) == Some(true);
                let others: Vec<Term> =
                    rule.terms.iter().filter(|term| term.fact().is_none()).cloned().collect();
                rule.facts().all(stated) && target.terms_hold(&others, on)
            };
            for (set, rule) in rules.filter(|(_, rule)| holds(rule)) {
                if rule.level <= Level::Supported {
                    continue;
                }
                let backend = target.backend().id.as_str();
                let release = target.release();
                match broken.iter_mut().find(|it| it.rule.id == rule.id && it.release == release) {
                    Some(known) if known.backends.contains(&backend) => {}
                    Some(known) => known.backends.push(backend),
                    None => broken.push(BrokenRule { release, set, rule, backends: vec![backend] }),
                }
            }
        }
        broken.iter().map(BrokenRule::notice).collect()
    }

    /// The counting rules that would be about a shown plan if its matrix stated serving patterns.
    fn rules_on_patterns(&self, shown: &[Candidate<'_>], request: &Request) -> Option<Notice> {
        let mut ids = BTreeSet::new();
        let mut sources = BTreeSet::new();
        let unstated = shown.iter().filter(|found| found.target.matrix().dimension.is_none());
        for Candidate { target, on, .. } in unstated {
            let counts = |set: &RuleSet| request.rules.contains(&set.id);
            for (_, rule) in self.rules(target.release(), &target.backend().id, counts) {
                let (options, others): (Vec<Term>, Vec<Term>) = rule
                    .terms
                    .iter()
                    .cloned()
                    .partition(|t| t.id().contains('=') && t.fact().is_none());
                let may_hold = rule.facts().next().is_none() && target.terms_hold(&others, on);
                if !options.is_empty() && may_hold {
                    ids.insert(rule.id.as_str());
                    sources.insert(target.matrix().provenance.source.as_str());
                }
            }
        }
        (!ids.is_empty()).then(|| Notice {
            code: "pattern-not-stated".to_owned(),
            text: format!(
                "{} states no serving patterns, so rules about them do not count: {}",
                sources.iter().join(", "),
                ids.iter().join(", ")
            ),
        })
    }

    /// A word on each of some releases whose known issues are not recorded completely.
    pub(crate) fn unrecorded_issues<'r>(
        &self,
        releases: impl Iterator<Item = &'r Release>,
    ) -> Vec<Notice> {
        unrecorded_issues(|| self.recorded(), releases)
    }

    /// A pattern decides nothing where a matrix states nothing of any.
    fn unstated_pattern(&self, request: &Request) -> Option<Notice> {
        let pattern = request.pattern.as_ref()?;
        let chosen = self.matrices().iter().filter(|m| request.releases.contains(&m.release));
        let unstated = chosen.filter(|matrix| matrix.dimension.is_none());
        let sources = unstated.map(|matrix| matrix.provenance.source.as_str()).join(", ");
        (!sources.is_empty()).then(|| Notice {
            code: "pattern-not-stated".to_owned(),
            text: format!(
                "--pattern {pattern} decides nothing in {sources}: no serving pattern is stated there"
            ),
        })
    }
}

/// A word on each of some releases whose known issues are not recorded completely.
pub(crate) fn unrecorded_issues<'r, 'k>(
    recorded: impl Fn() -> &'k [Recorded],
    releases: impl Iterator<Item = &'r Release>,
) -> Vec<Notice> {
    let how_many = |release: &Release| {
        let recorded = recorded().iter().find(|recorded| recorded.releases.contains(release))?;
        Some(match recorded.part? {
            (0, _) => "not recorded here".to_owned(),
            (read, Some(of)) => format!("recorded in part, {read} of {of}"),
            (read, None) => format!("recorded in part, {read} of them"),
        })
    };
    // Releases that are recorded alike share a notice, in the place of the oldest of them.
    let mut alike: Vec<(String, Vec<&Release>)> = Vec::new();
    for release in releases.sorted().dedup() {
        let Some(how_many) = how_many(release) else { continue };
        match alike.iter_mut().find(|(known, _)| *known == how_many) {
            Some((_, releases)) => releases.push(release),
            None => alike.push((how_many, vec![release])),
        }
    }
    let notice = |(how_many, releases): (String, Vec<&Release>)| Notice {
        code: "issues-not-recorded".to_owned(),
        text: format!(
            "The known issues of {} are {how_many}: a plan there may break in ways that are not told.",
            releases.iter().join(", ")
        ),
    };
    alike.into_iter().map(notice).collect()
}

/// A rule that does not count, and the backends of a release whose shown plans break it.
struct BrokenRule<'r> {
    release: Option<&'r Release>,
    set: &'r str,
    rule: &'r Rule,
    /// In the order of the plans.
    backends: Vec<&'r str>,
}

impl BrokenRule<'_> {
    fn notice(&self) -> Notice {
        let BrokenRule { release, set, rule, backends } = self;
        let release = release.map(|release| format!(" {release}")).unwrap_or_default();
        let backends = backends.iter().copied().sorted();
        let text = format!(
            "on {}{release}, {} is {} in practice: {} ({}). Count such rules with --rules {set}",
            in_words(&backends.collect_vec()),
            rule.terms.iter().join(" + "),
            rule.level,
            rule.reason.trim_end_matches('.'),
            rule.sources.join(", ")
        );
        Notice { code: "rule-not-counted".to_owned(), text }
    }
}

/// Names with commas, and `and` before the last.
pub(super) fn in_words(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
