//! Remarks that a planner makes on its plans: rules that are broken and do not count, patterns that
//! nothing states, known issues that are not recorded.

use itertools::Itertools;

use super::rank::Candidate;
use super::{Notice, Planner};
use crate::matrix::{Level, Recorded, Release, Rule, RuleSet, Term};
use crate::request::Request;
use crate::target::Target;

impl Planner {
    /// The rules that are not counted and would count against a shown plan.
    pub(super) fn broken_rules(&self, shown: &[Candidate<'_>], request: &Request) -> Vec<Notice> {
        let mut notices: Vec<Notice> = Vec::new();
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
                let notice = broken_rule(target, set, rule);
                if rule.level > Level::Supported && !notices.contains(&notice) {
                    notices.push(notice);
                }
            }
        }
        notices
    }

    /// A pattern decides nothing where a matrix states nothing of any.
    pub(super) fn unstated_pattern(&self, request: &Request) -> Option<Notice> {
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
    let notice = |release: &Release| {
        let recorded = recorded().iter().find(|recorded| recorded.releases.contains(release))?;
        let (read, of) = recorded.part?;
        let how_many = match (read, of) {
            (0, _) => "not recorded here".to_owned(),
            (read, Some(of)) => format!("recorded in part, {read} of {of}"),
            (read, None) => format!("recorded in part, {read} of them"),
        };
        let text = format!(
            "The known issues of {release} are {how_many}: a plan on it may break in ways that are not told."
        );
        Some(Notice { code: "issues-not-recorded".to_owned(), text })
    };
    releases.sorted().dedup().filter_map(notice).collect()
}

fn broken_rule(target: &Target<'_>, set: &str, rule: &Rule) -> Notice {
    let release = target.release().map(|release| format!(" {release}")).unwrap_or_default();
    let terms = rule.terms.iter().join(" + ");
    Notice {
        code: "rule-not-counted".to_owned(),
        text: format!(
            "on {}{release}, {terms} is {} in practice: {} ({}). Count such rules with --rules {set}",
            target.backend().id,
            rule.level,
            rule.reason.trim_end_matches('.'),
            rule.sources.join(", ")
        ),
    }
}
