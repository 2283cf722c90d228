//! Clauses in conjunctive normal form, each with the reason that it is there.

use std::fmt::{self, Write as _};
use std::ops::Not;

use crate::target::{Atom, CellRef};

/// A variable, numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(u32);

/// A variable or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lit(u32);

impl Var {
    /// The variable with this number.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Var(u32::try_from(index).unwrap_or(u32::MAX / 2))
    }

    /// The number, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The literal that is true when the variable is.
    #[must_use]
    pub fn positive(self) -> Lit {
        Lit(self.0 * 2)
    }

    /// The literal that is true when the variable is false.
    #[must_use]
    pub fn negative(self) -> Lit {
        Lit(self.0 * 2 + 1)
    }

    /// The literal of this variable with a polarity.
    #[must_use]
    pub fn literal(self, negated: bool) -> Lit {
        Lit(self.0 * 2 + u32::from(negated))
    }
}

impl Lit {
    /// The literal's variable.
    #[must_use]
    pub fn var(self) -> Var {
        Var(self.0 / 2)
    }

    /// Whether the literal is true when its variable is false.
    #[must_use]
    pub fn is_negated(self) -> bool {
        self.0 % 2 == 1
    }

    /// The literal as DIMACS writes it: the variable from 1, negative when negated.
    #[must_use]
    pub fn to_dimacs(self) -> isize {
        let number = self.var().index() as isize + 1;
        if self.is_negated() { -number } else { number }
    }
}

impl Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        // The lowest bit is the sign.
        Lit(self.0 ^ 1)
    }
}

/// The reason that a clause is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// One of the backends in query is deployed.
    Backend,
    /// A group is on exactly when one of its variants is.
    Group(usize),
    /// Exactly one option is chosen while the dimension applies.
    Dimension,
    /// The meaning of an option for other features.
    Choice(usize),
    /// A cell that a plan may not touch unless its level is accepted.
    Cell(CellRef),
    /// A requested option binds where the dimension applies.
    Pattern(usize),
    /// Accepting a level accepts every better one.
    Levels,
    /// Keeps to the best found: added by the search for an optimum.
    Optimum,
}

/// One clause and its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// At least one of these is true.
    pub literals: Vec<Lit>,
    /// The reason that it is there.
    pub cause: Cause,
}

/// The meaning of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The backend of the target at this position is the one deployed.
    Backend(usize),
    /// A feature, group, option or platform fact is on.
    Atom(Atom),
    /// Cells of this level are accepted.
    Accept(crate::matrix::Level),
    /// This option is asked for.
    Pattern(usize),
    /// Added by the search for an optimum.
    Auxiliary,
}

/// A formula: variables with their meanings, and clauses.
#[derive(Clone, Debug, Default)]
pub struct Cnf {
    meanings: Vec<Meaning>,
    clauses: Vec<Clause>,
}

impl Cnf {
    /// A new variable.
    pub fn variable(&mut self, meaning: Meaning) -> Var {
        self.meanings.push(meaning);
        Var::new(self.meanings.len() - 1)
    }

    /// Adds a clause.
    pub fn add(&mut self, cause: Cause, literals: impl Into<Vec<Lit>>) {
        self.clauses.push(Clause { literals: literals.into(), cause });
    }

    /// The meaning of each variable, in the order of their numbers.
    #[must_use]
    pub fn meanings(&self) -> &[Meaning] {
        &self.meanings
    }

    /// The clauses, in the order in which they were added.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }
}

impl fmt::Display for Cnf {
    /// The formula in the DIMACS format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "p cnf {} {}", self.meanings.len(), self.clauses.len())?;
        for clause in &self.clauses {
            let mut line = String::new();
            for literal in &clause.literals {
                write!(line, "{} ", literal.to_dimacs())?;
            }
            writeln!(f, "{line}0")?;
        }
        Ok(())
    }
}
