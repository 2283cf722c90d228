//! How much of an answer is worked out.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::Notice;
use crate::solve::Deadline;

/// The most conflicts, corrections or unlock sets that are listed where nothing is said.
const MOST_SETS: usize = 10_000;

/// How much of an answer is worked out. What is left out, the answer says in `incomplete`.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The moment when the search ends with what it has; looked at between solves only.
    pub deadline: Option<Instant>,
    /// The most conflicts, corrections or unlock sets to list, the smallest; all where `None`.
    pub most_sets: Option<usize>,
    /// Ends the search like a deadline, once it is set: where somebody presses Ctrl-C.
    pub stop: Option<&'static AtomicBool>,
}

impl Default for Effort {
    /// No deadline, and as many sets as anybody reads.
    fn default() -> Self {
        Effort { deadline: None, most_sets: Some(MOST_SETS), stop: None }
    }
}

impl Effort {
    /// Whether the search ought to end: what it is told to say of that, if so.
    pub(crate) fn ended(&self) -> Option<Notice> {
        let deadline = Deadline::new(self.deadline).or_stopped(self.stop);
        deadline.has_passed().then(|| Notice::cut_short(&deadline))
    }

    pub(super) fn most_sets(&self) -> usize {
        self.most_sets.unwrap_or(usize::MAX)
    }
}
