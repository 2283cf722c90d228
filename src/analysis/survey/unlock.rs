//! A target in, its blocking cells and what supporting one or two of them adds out.
//!
//! A configuration that a change adds touches an unlocked cell, so that the additions are counted
//! alone: there are few of them, and they share most features.

use super::survey_target::{SurveyTarget, and};
use crate::engine::Count;
use crate::matrix::Level;
use crate::target::{Atom, CellRef, Literal, Target};

/// A blocking cell that could be supported.
pub(super) struct UnlockCandidate {
    pub(super) cell: CellRef,
    literals: Vec<Literal>,
    /// Whether the cell is about one option: then a feature set may be valid without it.
    by_option: bool,
}

/// The additions of a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    pub(super) feature_sets: u128,
    pub(super) configurations: u128,
    pub(super) exact: bool,
}

impl UnlockCandidate {
    fn new(cell: CellRef, literals: Vec<Literal>) -> Self {
        let by_option = literals.iter().any(|literal| matches!(literal.atom, Atom::Choice(_)));
        UnlockCandidate { cell, literals, by_option }
    }

    /// Every blocking cell of a target that listed features can touch.
    pub(super) fn candidates(target: &Target<'_>, accept: Level) -> Vec<UnlockCandidate> {
        let on = |atom| Literal { atom, negated: false };
        let listed = target.listed().ones();
        let features = listed
            .map(|f| UnlockCandidate::new(target.feature_cell(f), vec![on(Atom::Feature(f))]));
        let slots = target.slots_on(target.listed());
        let pairs = slots.iter().enumerate().flat_map(|(i, &a)| {
            slots[..i].iter().filter_map(move |&b| {
                let terms = [a, b].map(|slot| on(target.slots()[slot]));
                target.pair_cell(a, b).map(|cell| UnlockCandidate::new(cell, terms.to_vec()))
            })
        });
        let others = target.conditionals().iter();
        let others = others.map(|found| UnlockCandidate::new(found.cell, found.literals.clone()));
        let all = features.chain(pairs).chain(others);
        all.filter(|candidate| target.level(candidate.cell) > accept).collect()
    }
}

/// Counts what supporting one cell adds to what is valid now.
pub(super) fn gain(surveyed: &mut SurveyTarget<'_>, now: Count, one: &UnlockCandidate) -> Gain {
    let touching = touching(surveyed, &[one]);
    if !one.by_option {
        return touching;
    }
    Gain { feature_sets: added(surveyed, now, &[one]), ..touching }
}

/// Counts what supporting two cells adds, knowing what each adds alone.
pub(super) fn joint_gain(
    surveyed: &mut SurveyTarget<'_>,
    now: Count,
    cells: [&UnlockCandidate; 2],
    alone: [Gain; 2],
) -> Gain {
    let both = touching(surveyed, &cells);
    let sum = |of: fn(&Gain) -> u128| alone.iter().map(of).fold(of(&both), u128::saturating_add);
    let by_option = cells.iter().any(|cell| cell.by_option);
    Gain {
        feature_sets: match by_option {
            true => added(surveyed, now, &cells),
            false => sum(|gain| gain.feature_sets),
        },
        configurations: sum(|gain| gain.configurations),
        exact: both.exact && alone.iter().all(|gain| gain.exact),
    }
}

/// Counts what would be valid that touches each of these cells.
fn touching(surveyed: &mut SurveyTarget<'_>, cells: &[&UnlockCandidate]) -> Gain {
    let literals = cells.iter().flat_map(|candidate| candidate.literals.iter().copied());
    let query = and(&surveyed.query, literals);
    let unlocked: Vec<CellRef> = cells.iter().map(|candidate| candidate.cell).collect();
    let Count { feature_sets, configurations, exact } = surveyed.count(&query, &unlocked);
    Gain { feature_sets, configurations, exact }
}

/// Counts the feature sets that would be valid and are not now.
fn added(surveyed: &mut SurveyTarget<'_>, now: Count, cells: &[&UnlockCandidate]) -> u128 {
    let unlocked: Vec<CellRef> = cells.iter().map(|candidate| candidate.cell).collect();
    let query = surveyed.query.clone();
    surveyed.count(&query, &unlocked).feature_sets.saturating_sub(now.feature_sets)
}
