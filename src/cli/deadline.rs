//! WaitOptions for an answer that may take long: the planner works in a thread of its own, so that a
//! deadline is kept even while it cannot look at one, and so that somebody can say how far it is.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{interrupt, output};

/// How long to wait, and whether to speak meanwhile.
pub(crate) struct WaitOptions {
    pub(crate) deadline: Option<Instant>,
    pub(crate) quiet: bool,
}

/// How long nothing is said, and how often something is said then.
const SILENCE: Duration = Duration::from_secs(1);

/// How often it is looked whether Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(100);

/// How long after a deadline an answer that is on its way is waited for.
const GRACE: Duration = Duration::from_millis(200);

/// What the worker sends.
enum Progress<T> {
    /// What is known so far.
    SoFar(T),
    /// The answer.
    Done(T),
}

/// How long after its time a command that ends by itself is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// What has become of the file that some work is to write.
enum FileState {
    Awaited,
    Written,
    /// The program said that the time ran out: nothing may be written any more.
    GivenUp,
}

static FILE: Mutex<FileState> = Mutex::new(FileState::Awaited);

fn file_state() -> MutexGuard<'static, FileState> {
    FILE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a file in its place; `None`, and nothing done, where the program no longer waits for it.
pub(crate) fn put<T>(write: impl FnOnce() -> T) -> Option<T> {
    let mut state = file_state();
    if matches!(*state, FileState::GivenUp) {
        return None;
    }
    *state = FileState::Written;
    Some(write())
}

/// What comes of some work, or `None` where it takes much longer than this.
pub(crate) fn within<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || send(&sender, Progress::Done(work())));
    let time = time.saturating_add(PATIENCE);
    // What makes the work panic has told why already.
    match receiver.recv_timeout(time) {
        Ok(Progress::Done(done) | Progress::SoFar(done)) => Some(done),
        Err(RecvTimeoutError::Disconnected) => None,
        Err(RecvTimeoutError::Timeout) => give_up(&receiver),
    }
}

/// No longer waits for some work, but for a file that it has written: then its answer is about to come.
fn give_up<T>(receiver: &Receiver<Progress<T>>) -> Option<T> {
    let mut state = file_state();
    if matches!(*state, FileState::Written) {
        drop(state);
        return match receiver.recv() {
            Ok(Progress::Done(done) | Progress::SoFar(done)) => Some(done),
            Err(_) => None,
        };
    }
    *state = FileState::GivenUp;
    None
}

/// The answer, or the last that was known when the deadline passed; `None` where nothing was.
pub(crate) fn wait<T: Clone + Send + 'static>(
    options: &WaitOptions,
    work: impl FnOnce(&mut dyn FnMut(&T)) -> T + Send + 'static,
    words: impl Fn(&T) -> String,
) -> Option<T> {
    interrupt::flag();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let done = work(&mut |so_far: &T| send(&sender, Progress::SoFar(so_far.clone())));
        send(&sender, Progress::Done(done));
    });
    follow(&receiver, options, words)
}

/// Where the program no longer listens, there is nobody left to tell.
fn send<T>(sender: &Sender<Progress<T>>, progress: Progress<T>) {
    let _ = sender.send(progress);
}

fn follow<T>(
    receiver: &Receiver<Progress<T>>,
    options: &WaitOptions,
    words: impl Fn(&T) -> String,
) -> Option<T> {
    let mut best = None;
    let mut speak_at = Instant::now() + SILENCE;
    let end = options.deadline.and_then(|deadline| deadline.checked_add(GRACE));
    loop {
        let look_at = Instant::now() + GLANCE;
        let next = end.map_or(speak_at, |end| end.min(speak_at)).min(look_at);
        match receiver.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Progress::Done(answer)) => return Some(answer),
            Ok(Progress::SoFar(so_far)) => best = Some(so_far),
            Err(RecvTimeoutError::Disconnected) => return best,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if end.is_some_and(|end| Instant::now() >= end) || interrupt::was_pressed() {
            return best;
        }
        if Instant::now() >= speak_at {
            speak_at += SILENCE;
            if !options.quiet {
                let known = best.as_ref().map_or_else(|| "looking".to_owned(), &words);
                output::progress(&known);
            }
        }
    }
}
