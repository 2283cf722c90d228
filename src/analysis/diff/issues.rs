//! Rules that count in one of two releases only: known issues and other breakages that came and went.

use serde::{Deserialize, Serialize};

use crate::matrix::{Level, Rule, Term};
use crate::plan::{OneOrMany, Planner};

/// The rules that count in one of two releases only, for each backend of both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueChanges {
    /// Those that count in the new release only.
    pub gained: Vec<IssueChange>,
    /// Those that a release up to the new one is stated to fix.
    pub fixed: Vec<IssueChange>,
    /// Those that are about the old release only, without a stated fix: what became of them is not known.
    pub unknown: Vec<IssueChange>,
}

/// A rule that counts in one of two releases only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssueChange {
    /// The rule's id.
    pub rule: String,
    /// The id of its set.
    pub set: String,
    /// The backend.
    pub backend: String,
    /// What must hold for the rule to count; `fact=…` is a fact of the deployment.
    pub terms: Vec<Term>,
    /// The level of support then.
    pub level: Level,
    /// Whether it works then with a known limit.
    pub caveat: bool,
    /// Why.
    pub text: String,
    /// The release that is stated to fix it.
    pub fixed_in: Option<String>,
    /// The documents that say so.
    pub source: OneOrMany,
}

impl IssueChanges {
    /// The rules that count on one side only, by backend, then by id.
    pub(super) fn between(before: &Planner, after: &Planner) -> Self {
        let mut changes = IssueChanges::default();
        let [old, new] = [before, after].map(|planner| planner.matrices().first());
        let (Some(old), Some(new)) = (old, new) else { return changes };
        let backends = new.backends.iter().filter(|known| old.backend(&known.id).is_some());
        for backend in backends {
            let rules = |planner: &Planner| planner.every_rule(&backend.id);
            let (was, is) = (rules(before), rules(after));
            let change = |(set, rule): &(String, Rule)| IssueChange::of(set, rule, &backend.id);
            let new_only = is.iter().filter(|rule| !was.contains(rule));
            changes.gained.extend(new_only.map(change));
            for rule in was.iter().filter(|rule| !is.contains(rule)) {
                let fixed = rule.1.fixed_in.is_some();
                let list = if fixed { &mut changes.fixed } else { &mut changes.unknown };
                list.push(change(rule));
            }
        }
        for list in [&mut changes.gained, &mut changes.fixed, &mut changes.unknown] {
            list.sort_by(|a, b| (&a.backend, &a.rule).cmp(&(&b.backend, &b.rule)));
        }
        changes
    }
}

impl IssueChange {
    fn of(set: &str, rule: &Rule, backend: &str) -> Self {
        IssueChange {
            rule: rule.id.clone(),
            set: set.to_owned(),
            backend: backend.to_owned(),
            terms: rule.terms.clone(),
            level: rule.level,
            caveat: rule.caveat,
            text: rule.reason.clone(),
            fixed_in: rule.fixed_in.clone(),
            source: OneOrMany(rule.sources.clone()),
        }
    }
}
