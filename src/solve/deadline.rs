//! A moment after which a search goes no further. It is looked at between solves only.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

/// A moment after which a search goes no further, shared by all that take part in it.
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    at: Option<Instant>,
    passed: Rc<Cell<bool>>,
}

impl Deadline {
    /// The search ends at this moment, or whenever it has found everything.
    #[must_use]
    pub fn new(at: Option<Instant>) -> Self {
        Deadline { at, passed: Rc::default() }
    }

    /// Whether the search ought to end here. Once it has been told so, it always is: then what it found
    /// is not everything.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        if !self.passed.get() && self.at.is_some_and(|at| Instant::now() >= at) {
            self.passed.set(true);
        }
        self.passed.get()
    }

    /// Whether a search was told to end.
    #[must_use]
    pub fn ended_search(&self) -> bool {
        self.passed.get()
    }
}
