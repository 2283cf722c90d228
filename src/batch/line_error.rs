//! The error that stands instead of an answer, and what every line of the output has.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::render::{sanitize_json, shorten_message};
use crate::request::RequestError;

/// The id of a line: any JSON, echoed as it is written. `null` where there is none.
pub(super) type Id = Option<Box<RawValue>>;

/// Values of this crate all have a JSON form, and memory takes all that is written.
pub(super) fn write_line(value: &impl Serialize, out: &mut Vec<u8>) {
    let line = serde_json::to_string(value);
    debug_assert!(line.is_ok());
    out.extend_from_slice(sanitize_json(&line.unwrap_or_default()).as_bytes());
    out.push(b'\n');
}

/// The error that a line has instead of an answer.
pub(super) struct LineError {
    id: Id,
    error: RequestError,
}

impl LineError {
    pub(super) fn new(id: Id, error: RequestError) -> Self {
        LineError { id, error }
    }

    /// Writes the error as one line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        write_line(self, out);
    }
}

impl Serialize for LineError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ErrorLine<'e> {
            id: &'e Id,
            error: ErrorBody<'e>,
        }
        #[derive(Serialize)]
        struct ErrorBody<'e> {
            code: &'e str,
            message: String,
        }
        let RequestError { code, message, at, .. } = &self.error;
        let message = shorten_message(message, at.as_slice());
        ErrorLine { id: &self.id, error: ErrorBody { code, message } }.serialize(serializer)
    }
}
