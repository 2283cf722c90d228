//! The fields that each answer of a batch holds.

use std::str::FromStr;

/// A key of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The request as it was understood.
    Request,
    /// Whether there is a plan.
    Satisfiable,
    /// The answer in a word.
    Verdict,
    /// Whether everything was proved.
    Complete,
    /// The number of plans.
    Total,
    /// The plans, without their cells.
    Plans,
    /// The cells of the plans.
    Cells,
    /// How to run the plans: their engine, platforms and settings.
    Run,
    /// The reasons that each other target is out.
    Rejected,
    /// Every minimal set of terms that fails.
    Conflicts,
    /// Every minimal set of terms whose removal helps.
    Corrections,
    /// The cells that would have to be supported.
    Unlocks,
    /// The targets, nearest to a plan first.
    Closest,
    /// The number of plans that worse levels would give.
    Sensitivity,
    /// Hints on the next things to try.
    Hints,
    /// Remarks.
    Notices,
}

impl Field {
    /// Every field, in the order in which an answer holds them.
    pub const ALL: [Field; 16] = [
        Field::Request,
        Field::Satisfiable,
        Field::Verdict,
        Field::Complete,
        Field::Total,
        Field::Plans,
        Field::Cells,
        Field::Run,
        Field::Rejected,
        Field::Conflicts,
        Field::Corrections,
        Field::Unlocks,
        Field::Closest,
        Field::Sensitivity,
        Field::Hints,
        Field::Notices,
    ];

    /// The key.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Field::Request => "request",
            Field::Satisfiable => "satisfiable",
            Field::Verdict => "verdict",
            Field::Complete => "complete",
            Field::Total => "total",
            Field::Plans => "plans",
            Field::Cells => "cells",
            Field::Run => "run",
            Field::Rejected => "rejected",
            Field::Conflicts => "conflicts",
            Field::Corrections => "corrections",
            Field::Unlocks => "unlocks",
            Field::Closest => "closest",
            Field::Sensitivity => "sensitivity",
            Field::Hints => "hints",
            Field::Notices => "notices",
        }
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_ascii_lowercase();
        Field::ALL.into_iter().find(|field| field.id() == wanted).ok_or_else(|| {
            let ids: Vec<&str> = Field::ALL.iter().map(|field| field.id()).collect();
            format!("no field is called {text:?}; the fields are {}", ids.join(", "))
        })
    }
}

/// A set of fields. The id is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields(u16);

impl Default for Fields {
    /// Whether there is a plan, how many, and which, without their cells.
    fn default() -> Self {
        [Field::Satisfiable, Field::Total, Field::Plans].into_iter().collect()
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        Fields(fields.into_iter().fold(0, |all, field| all | 1 << field as u16))
    }
}

impl Fields {
    /// Whether a field is among them. Cells and how to run plans come with the plans.
    #[must_use]
    pub fn has(self, field: Field) -> bool {
        let of_plans = field == Field::Plans && (self.has(Field::Cells) || self.has(Field::Run));
        self.0 & 1 << field as u16 != 0 || of_plans
    }

    /// Whether plans and their number are enough to fill all of them.
    pub(super) fn are_plain(self) -> bool {
        use Field::{Cells, Complete, Plans, Request, Run, Satisfiable, Total};
        let plain: Fields =
            [Request, Satisfiable, Complete, Total, Plans, Cells, Run].into_iter().collect();
        self.0 & !plain.0 == 0
    }
}
