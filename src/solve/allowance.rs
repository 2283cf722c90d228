//! How much a search may do before it ends without a proof.

use super::Deadline;

/// The steps between two looks at the clock.
const GLANCE: u64 = 1 << 16;

/// A number of steps that a search may take, and a deadline. Steps count the same on every machine, so that
/// the same input ends at the same place.
#[derive(Clone, Debug)]
pub struct Allowance {
    left: u64,
    deadline: Deadline,
    /// What may be left when the clock is looked at next.
    look_at: u64,
}

/// Why a search ended before everything was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchEnd {
    /// The deadline passed.
    Deadline,
    /// It took as many steps as it may.
    Steps,
}

impl Allowance {
    /// So many steps until a deadline.
    #[must_use]
    pub fn new(steps: u64, deadline: Deadline) -> Self {
        Allowance { left: steps, deadline, look_at: steps }
    }

    /// Takes some steps.
    ///
    /// # Errors
    ///
    /// Where fewer steps are left, or the deadline has passed.
    pub fn take(&mut self, steps: usize) -> Result<(), SearchEnd> {
        self.left = self.left.checked_sub(steps as u64).ok_or(SearchEnd::Steps)?;
        if self.left <= self.look_at {
            self.look_at = self.left.saturating_sub(GLANCE);
            if self.deadline.has_passed() {
                return Err(SearchEnd::Deadline);
            }
        }
        Ok(())
    }
}
