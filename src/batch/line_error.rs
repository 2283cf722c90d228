//! The error that stands instead of an answer, and what every line of the output has.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::render::{sanitize_json, shorten_message};
use crate::request::RequestError;

/// The id or name of a line: any JSON, echoed as it is written. `None` where the line has none.
pub(super) type Id = Option<Box<RawValue>>;

/// Where a line stands, and what it calls itself.
#[derive(Clone, Debug, Default)]
pub(super) struct LineLabel {
    /// From 1.
    pub(super) number: usize,
    pub(super) id: Id,
    pub(super) name: Id,
}

impl LineLabel {
    /// The name, or else the id, or else the number.
    pub(super) fn title(&self) -> String {
        let given = |given: &Id| {
            let text = given.as_ref()?.get();
            let text = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
            (text != "null" && !text.is_empty()).then_some(text)
        };
        let number = || format!("line {}", self.number);
        given(&self.name).or_else(|| given(&self.id)).unwrap_or_else(number)
    }
}

/// The keys that every line of the output begins with. Where a line has neither an id nor a name, the id
/// is `null`.
#[derive(Serialize)]
pub(super) struct LabelKeys<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'l Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'l RawValue>,
    line: usize,
}

impl<'l> From<&'l LineLabel> for LabelKeys<'l> {
    fn from(label: &'l LineLabel) -> Self {
        let LineLabel { number, id, name } = label;
        let has_id = id.is_some() || name.is_none();
        LabelKeys { id: has_id.then_some(id), name: name.as_deref(), line: *number }
    }
}

/// Values of this crate all have a JSON form, and memory takes all that is written.
pub(super) fn write_line(value: &impl Serialize, out: &mut Vec<u8>) {
    let line = serde_json::to_string(value);
    debug_assert!(line.is_ok());
    out.extend_from_slice(sanitize_json(&line.unwrap_or_default()).as_bytes());
    out.push(b'\n');
}

/// Why a line cannot be understood.
#[derive(Debug)]
pub struct LineError {
    label: LineLabel,
    /// From 1; `None` where no one place of the line is wrong.
    column: Option<usize>,
    error: RequestError,
}

impl LineError {
    pub(super) fn new(label: LineLabel, error: RequestError) -> Self {
        LineError { label, column: None, error }
    }

    /// The same, at this column of the line.
    pub(super) fn at_column(self, column: usize) -> Self {
        LineError { column: Some(column), ..self }
    }

    /// The number of the line, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.label.number
    }

    /// What the line is called: its name, or else its id, or else its number.
    #[must_use]
    pub fn title(&self) -> String {
        self.label.title()
    }

    /// The reason and the fix, without the position.
    #[must_use]
    pub fn reason(&self) -> &RequestError {
        &self.error
    }

    /// `FILE:LINE:COLUMN`, or without a column where no one place of the line is wrong.
    #[must_use]
    pub fn position(&self, file: &str) -> String {
        let line = self.label.number;
        match self.column {
            Some(column) => format!("{file}:{line}:{column}"),
            None => format!("{file}:{line}"),
        }
    }

    /// The error of the file, where one bad line is enough to reject it.
    #[must_use]
    pub fn of_file(&self, file: &str) -> RequestError {
        let at = self.position(file);
        let message = format!("{at}: {}", self.error.message);
        RequestError { message, at: Some(at), ..self.error.clone() }
    }

    /// Writes the error as one line.
    pub(super) fn write(&self, file: &str, out: &mut Vec<u8>) {
        write_line(&LineErrorKeys { file, error: self }, out);
    }
}

/// The JSON of an error in a file.
struct LineErrorKeys<'e> {
    file: &'e str,
    error: &'e LineError,
}

impl Serialize for LineErrorKeys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ErrorLine<'e> {
            #[serde(flatten)]
            label: LabelKeys<'e>,
            error: ErrorBody<'e>,
        }
        #[derive(Serialize)]
        struct ErrorBody<'e> {
            code: &'e str,
            message: String,
        }
        let LineError { label, error, .. } = self.error;
        let reason = shorten_message(&error.message, error.at.as_slice());
        let message = format!("{}: {reason}", self.error.position(self.file));
        ErrorLine { label: label.into(), error: ErrorBody { code: &error.code, message } }
            .serialize(serializer)
    }
}
