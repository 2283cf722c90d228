//! Bytes as one request line of a batch: the answer is one line of JSON, the same whenever it is asked and
//! whether or not it is a plain line.
#![no_main]

use std::cell::RefCell;

use dynamo_plan::batch::{Batch, Field};
use dynamo_plan::load::bundle;
use dynamo_plan::matrix::Release;
use dynamo_plan::{Planner, RequestError};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;

/// The most plans in an answer: a request for all of them has thousands, whose text is long to make
/// and shows nothing new.
const MOST_PLANS: usize = 5;

/// The most releases that a line may choose, as each one takes as long as the others.
const MOST_RELEASES: usize = 2;

thread_local! {
    /// A batch that has answered every input before this one.
    static USED: RefCell<Batch<'static>> = RefCell::new(batch());
    /// The same with fields that plain lines are answered with, and one without their fast path.
    static PLAIN: RefCell<[Batch<'static>; 2]> = RefCell::new([plain(), plain().by_serde()]);
}

fn plain() -> Batch<'static> {
    let fields = [Field::Satisfiable, Field::Complete, Field::Total, Field::Plans];
    Batch::new(fields.into_iter().collect(), open).with_limit(Some(MOST_PLANS))
}

fn batch() -> Batch<'static> {
    Batch::new(Field::ALL.into_iter().collect(), open).with_limit(Some(MOST_PLANS))
}

/// A planner for some bundled releases by their labels, or for the default one.
fn open(releases: &[String]) -> Result<Planner, RequestError> {
    if releases.is_empty() {
        return Ok(Planner::bundled());
    }
    let matrices = releases.iter().take(MOST_RELEASES).map(|label| {
        let unknown = || RequestError::new("unknown-release", Some(label), "not bundled");
        bundle::matrix(&Release::new(label)).ok_or_else(unknown)
    });
    Ok(Planner::of_matrices(matrices.collect::<Result<_, _>>()?))
}

fn answer(batch: &mut Batch, line: &str) -> (bool, Vec<u8>) {
    let mut out = Vec::new();
    let understood = batch.answer(1, line, &mut out);
    (understood, out)
}

/// Whether a line is JSON but for a number that no `f64` holds, such as an id `1e999`, which is given back
/// as it was written.
fn is_out_of_range(line: &str) -> bool {
    let parsed = serde_json::from_str::<Value>(line);
    parsed.is_err_and(|error| error.to_string().starts_with("number out of range"))
}

/// An answer is one object on one line; what it says of the number of plans agrees with them.
fn check(line: &str, understood: bool, out: &[u8]) {
    let text = std::str::from_utf8(out).expect("an answer is UTF-8");
    let body = text.strip_suffix('\n').expect("an answer ends its line");
    assert!(!body.contains(['\n', '\r']), "an answer is one line: {body:?}");
    if is_out_of_range(line) {
        return;
    }
    let value: Value = serde_json::from_str(body).expect("an answer is JSON");
    if !understood {
        let error = &value["error"];
        assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{body}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        return;
    }
    let asked: Value = serde_json::from_str(line).expect("a line that is understood is JSON");
    assert_eq!(value["id"], asked["id"], "the id is given back");
    let plans = value["plans"].as_array().expect("plans were asked for").len();
    let total = value["total"].as_u64().expect("their number was asked for") as usize;
    assert_eq!(plans, total.min(MOST_PLANS), "{body}");
    assert_eq!(value["satisfiable"], total > 0, "{body}");
    let conflicts = value["conflicts"].as_array().map_or(0, Vec::len);
    assert!(total == 0 || conflicts == 0, "a request with plans has no conflict: {body}");
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Where a batch reads its lines, it leaves out those that are not UTF-8 or empty.
    let Ok(line) = std::str::from_utf8(bytes).map(str::trim) else { return Corpus::Reject };
    let (understood, out) = answer(&mut batch(), line);
    check(line, understood, &out);
    let again = USED.with_borrow_mut(|used| answer(used, line));
    assert_eq!((understood, out), again, "an answer depends on what was asked before");
    let [fast, by_serde] = PLAIN.with_borrow_mut(|both| both.each_mut().map(|it| answer(it, line)));
    assert_eq!(fast, by_serde, "the fast path answers otherwise");
    Corpus::Keep
});
