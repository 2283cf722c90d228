//! The error that stands in the place of an answer, and what every line of the output has.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::render::{sanitize_json, shorten_message};
use crate::request::RequestError;

/// What names a line: any JSON, echoed as it is written. `null` where there is none.
pub(super) type Id = Option<Box<RawValue>>;

/// Values of this crate all have a JSON form, and memory takes all that is written.
pub(super) fn write_line(value: &impl Serialize, out: &mut Vec<u8>) {
    let line = serde_json::to_string(value);
    debug_assert!(line.is_ok());
    out.extend_from_slice(sanitize_json(&line.unwrap_or_default()).as_bytes());
    out.push(b'\n');
}

/// Why a line has no answer.
pub(super) struct Refusal {
    id: Id,
    error: RequestError,
}

impl Refusal {
    pub(super) fn new(id: Id, error: RequestError) -> Self {
        Refusal { id, error }
    }

    /// Writes the error as one line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        write_line(self, out);
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Refused<'r> {
            id: &'r Id,
            error: Fault<'r>,
        }
        #[derive(Serialize)]
        struct Fault<'r> {
            code: &'r str,
            message: String,
        }
        let RequestError { code, message, at, .. } = &self.error;
        let message = shorten_message(message, at.as_slice());
        Refused { id: &self.id, error: Fault { code, message } }.serialize(serializer)
    }
}
