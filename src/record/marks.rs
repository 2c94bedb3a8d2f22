//! A record's `marks`.

use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// When things happened, in milliseconds from `request_start`.
///
/// Each mark is set once; what was not observed is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The person acted; zero or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_start: Option<Millis>,
    /// The request left (Resource Timing `requestStart`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_sent: Option<Millis>,
    /// The response's headers arrived (Resource Timing). Not the moment the
    /// `fetch` promise resolved, which in Firefox waits for the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Millis>,
    /// The first body chunk reached JavaScript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte: Option<Millis>,
    /// The read that completed the first protocol event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_event: Option<Millis>,
    /// The read that carried the first generated output of any kind:
    /// reasoning, answer or tool call. This is TTFT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token: Option<Millis>,
    /// The read that carried the first visible answer text: its first letter or
    /// digit, since of `**` or a quote alone renderers mostly show nothing. If none ever
    /// comes, or the app said before that the answer is there, its first that is
    /// not blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_token: Option<Millis>,
    /// The first generated text in the DOM, displayed reasoning included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_text_commit: Option<Millis>,
    /// The frame with it painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_text_paint: Option<Millis>,
    /// The first answer text in the DOM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_commit: Option<Millis>,
    /// The frame with it painted: the time until the answer was on screen. Of
    /// text that fades in it is the first frame of that, at opacity 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_paint: Option<Millis>,
    /// The read that carried the last generated output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_token: Option<Millis>,
    /// The stream was over: end marker, else close, cancel or error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Millis>,
    /// The last change in the DOM where the answer is shown. It is followed
    /// beyond `end` until the answer's last words are there, or nothing changed
    /// for a second; 30 s at most, and never beyond the page's hiding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_commit: Option<Millis>,
    /// The frame with it, as an estimate; not before `first_answer_paint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_paint: Option<Millis>,
}
