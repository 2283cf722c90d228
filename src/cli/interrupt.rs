//! Ctrl-C: the first one asks a search for the best so far, the second one ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

static PRESSED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// A flag that Ctrl-C sets from now on; `None` where the system does not let a program know of it, so that
/// Ctrl-C ends the program at once.
pub(crate) fn flag() -> Option<&'static AtomicBool> {
    let pressed = PRESSED.get_or_init(Arc::default);
    // Registered first, it sees whether the flag was set before, by an earlier Ctrl-C.
    let second = flag::register_conditional_default(SIGINT, Arc::clone(pressed));
    let first = flag::register(SIGINT, Arc::clone(pressed));
    (second.is_ok() && first.is_ok()).then_some(&**pressed)
}

/// Whether Ctrl-C was pressed.
pub(crate) fn was_pressed() -> bool {
    PRESSED.get().is_some_and(|pressed| pressed.load(Ordering::Relaxed))
}
