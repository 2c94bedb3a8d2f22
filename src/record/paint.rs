//! A record's `paint`.

use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// How the paint was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paint {
    /// Where the time comes from; absent if nothing was painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaintMethod>,
    /// Step of that time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution_ms: Option<Millis>,
    /// The true presentation lies at the estimate plus `[from, to]`, as
    /// measured for this method in this engine; later by as much as another
    /// task may have hidden it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_ms: Option<[Millis; 2]>,
    /// Who found the answer in the page.
    pub found: Found,
    /// The answer's place was inside the viewport when it was found; absent where
    /// unknown, as after the app's own word, or where it was replaced at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_screen: Option<bool>,
}

/// Where a paint time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaintMethod {
    /// Presentation time of a probe element in the same frame.
    ElementTiming,
    /// The frame's end or the first task after it, or the frame's layout where that
    /// came late: an estimate.
    Frame,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}

/// Who found the answer in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The app said so (`rendered()`).
    App,
    /// The first change of the given target: no text in it fitted.
    Target,
    /// A text node that fits the decoded answer.
    Text,
    /// Nobody: there is no commit.
    None,
    /// A newer library's word that this one does not know. Only readers meet it.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(other)]
    Unknown,
}
