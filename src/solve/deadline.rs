//! A moment after which a search goes no further, or a flag that stops it. Looked at between solves only.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A moment after which a search goes no further, shared by all that take part in it.
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    at: Option<Instant>,
    stop: Option<&'static AtomicBool>,
    passed: Rc<Cell<bool>>,
}

impl Deadline {
    /// The search ends at this moment, or whenever it has found everything.
    #[must_use]
    pub fn new(at: Option<Instant>) -> Self {
        Deadline { at, ..Deadline::default() }
    }

    /// The same, or as soon as this flag is set.
    #[must_use]
    pub fn or_stopped(self, stop: Option<&'static AtomicBool>) -> Self {
        Deadline { stop, ..self }
    }

    /// Whether the search ought to end here. Once it has been told so, it always is: then what it found
    /// is not everything.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        let is_over = || self.is_stopped() || self.at.is_some_and(|at| Instant::now() >= at);
        if !self.passed.get() && is_over() {
            self.passed.set(true);
        }
        self.passed.get()
    }

    /// Whether it was the flag that ended the search.
    #[must_use]
    pub fn was_interrupted(&self) -> bool {
        self.is_stopped()
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Whether a search was told to end.
    #[must_use]
    pub fn ended_search(&self) -> bool {
        self.passed.get()
    }
}
