//! A record's `segments`.

use super::interval::Interval;
use crate::millis::Millis;
use serde::{Deserialize, Serialize};

/// Who cost what on the way to `first_answer_paint`.
///
/// A segment is there only if both its ends were observed; nothing is merged
/// under another's name. `backend.est + frontend.est` is `first_answer_paint`,
/// and `deliver.est + app + render.est` is `frontend.est`, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segments {
    /// From `request_start` to the arrival of the answer's chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<Interval>,
    /// From there to `first_answer_paint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontend: Option<Interval>,
    /// To `request_sent`: queue, DNS, TCP, TLS, preflight, redirects. What a
    /// wrapper of the page's did before is in it, and not in the network's share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<Millis>,
    /// To `headers`: server and round trip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Millis>,
    /// To the arrival of the chunk with `first_token`: queue, prefill,
    /// buffering proxies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Interval>,
    /// To the arrival of the chunk with the first answer token: reasoning and
    /// tools before the answer. Absent if there were none, or in the same chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Interval>,
    /// Until JavaScript read it: main thread busy, or the app had not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver: Option<Interval>,
    /// Until `first_answer_commit`: framework, throttling, typewriter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<Millis>,
    /// Until `first_answer_paint`: style, layout, paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render: Option<Interval>,
}
