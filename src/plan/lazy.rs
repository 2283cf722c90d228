//! A value that is made when it is first asked for: most requests name no fact, and a start-up that
//! decodes none is quicker.

use std::sync::{Arc, OnceLock};

/// A value that is made when it is first asked for, once for all copies.
#[derive(Clone, Debug)]
pub(super) struct Lazy<T> {
    made: Arc<OnceLock<T>>,
    make: fn() -> T,
}

impl<T> Lazy<T> {
    /// A value that this makes.
    pub(super) fn new(make: fn() -> T) -> Self {
        Lazy { made: Arc::default(), make }
    }

    /// The value.
    pub(super) fn get(&self) -> &T {
        self.made.get_or_init(self.make)
    }
}
