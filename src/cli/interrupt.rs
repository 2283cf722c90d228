//! Ctrl-C: the first one asks a search for the best so far, the second one ends the program at once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

static PRESSED: OnceLock<Option<Arc<AtomicBool>>> = OnceLock::new();

/// A flag that Ctrl-C sets from now on; `None` where the system does not let a program know of it, so that
/// Ctrl-C ends the program at once.
pub(crate) fn flag() -> Option<&'static AtomicBool> {
    PRESSED.get_or_init(|| register().ok()).as_deref()
}

/// Registers the flag, once: a second handler would take the first Ctrl-C for the second.
fn register() -> io::Result<Arc<AtomicBool>> {
    let pressed = Arc::default();
    // Handlers run in this order: the first one sees only what an earlier Ctrl-C has set.
    flag::register_conditional_default(SIGINT, Arc::clone(&pressed))?;
    flag::register(SIGINT, Arc::clone(&pressed))?;
    Ok(pressed)
}

/// Whether Ctrl-C was pressed.
pub(crate) fn was_pressed() -> bool {
    matches!(PRESSED.get(), Some(Some(pressed)) if pressed.load(Ordering::Relaxed))
}
