//! Dialects that a page brings along.

use super::rule::{Class, Kind, Name};
use crate::json::PathsError;
use serde::{Deserialize, Serialize};

/// An in-house stream format: where in its events things are.
///
/// Each path lists object keys from the event's top, joined by `/`; `*` is any
/// element of an array and a digit the element at that index. A last segment
/// `key=value` is a scalar with exactly that value. `@event` is the event's
/// name (`event:` in SSE) and `@data` its text, where that is no JSON.
///
/// ```
/// # use ttft::dialect::UserDialect;
/// let acme = UserDialect {
///     name: "acme".into(),
///     answer: Some("token".into()),
///     end: Some("type=done".into()),
///     ..UserDialect::default()
/// };
/// # assert_eq!(acme.name, "acme");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserDialect {
    /// What the record calls it.
    pub name: String,
    /// Visible text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Text of the reasoning before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Tool calls: text, or anything that is there only with a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// What marks the end of a complete stream. Without it a stream that is
    /// closed cleanly is complete. `[DONE]` needs no mention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// The model's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// What is wrong with a [`UserDialect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserDialectError {
    /// It has no name.
    NoName,
    /// It has neither `answer` nor `reasoning` nor `tool`: it could see
    /// nothing.
    NoOutput,
    /// A path is empty or has an empty segment.
    EmptySegment,
    /// A path has more than 12 segments, or one above 64 bytes.
    TooLong,
    /// There are too many dialects, or too many keys in all their paths.
    TooMany,
}

impl UserDialectError {
    /// What is wrong and how to mend it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoName => "needs a `name`, such as \"acme\"",
            Self::NoOutput => "needs a path in `answer`, `reasoning` or `tool`, such as \"token\"",
            Self::EmptySegment => {
                "has a path with an empty segment: write object keys joined by single slashes, such as \"data/token\""
            }
            Self::TooLong => {
                "has a path that is too long: at most 12 segments of at most 64 bytes each"
            }
            Self::TooMany => {
                "is one too many: at most 16 dialects, fewer if their paths have many keys"
            }
        }
    }
}

impl std::fmt::Display for UserDialectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for UserDialectError {}

impl From<PathsError> for UserDialectError {
    fn from(error: PathsError) -> Self {
        match error {
            PathsError::EmptySegment => Self::EmptySegment,
            PathsError::TooLong => Self::TooLong,
            PathsError::TooMany => Self::TooMany,
        }
    }
}

impl UserDialect {
    pub(super) fn compile(
        &self,
        add: &mut dyn FnMut(&str, Kind) -> Result<(), PathsError>,
    ) -> Result<(), UserDialectError> {
        if self.name.is_empty() {
            return Err(UserDialectError::NoName);
        }
        if self.answer.is_none() && self.reasoning.is_none() && self.tool.is_none() {
            return Err(UserDialectError::NoOutput);
        }
        for (path, kind) in [
            (&self.answer, Kind::Output(Class::Text)),
            (&self.reasoning, Kind::Output(Class::Reasoning)),
            (&self.tool, Kind::Output(Class::Tool)),
            (&self.tool, Kind::Happened(Class::Tool)),
            (&self.end, Kind::End),
            (&self.model, Kind::Name(Name::Model)),
        ] {
            if let Some(path) = path {
                add(path, kind)?;
            }
        }
        Ok(())
    }

    pub(super) fn reads_raw(&self) -> bool {
        [&self.answer, &self.reasoning, &self.tool]
            .into_iter()
            .flatten()
            .any(|path| path == "@data")
    }
}
